// A store of greetings.
import fs, { readFile as read, writeFile } from "node:fs";
import * as path from 'path';
export { helper } from "./helper.js";
const events = require("events");

/** How many greetings fit. */
export const CAPACITY = 16;
let count = 0, other = 1;

/**
 * Keeps greetings.
 *
 * One for each name.
 */
export class Store extends events.EventEmitter {
  #greetings = new Map();
  static kind = "memory";
  onChange = (name) => {
    this.emit("change", name);
  };

  constructor(limit) {
    super();
    const local = limit;
  }

  /** Looks a greeting up. */
  async get(name) {
    return this.#greetings.get(name);
  }
}

export function greet(name) {
  function inner() {}
  return `hello ${name}`;
}

// Says hello loudly.
export const shout = async (name) => {
  const text = greet(name);
  return text.toUpperCase();
};

const api = {
  open: function (path) {
    return new Store(path);
  },
  close() {},
};

Store.prototype.clear = function () {
  this.count = 0;
};

exports.main = function main(argv) {};

describe("Store", () => {
  const store = new Store();
  it("greets", () => {});
});

export default function () {}

/** A queue of knocks; the first comes first. */
export default class extends Store {
  static #instances = new WeakMap();
  static {
    this.ready = true;
  }

  static async *knocks(limit = 3) {
    for await (const knock of limit) yield knock;
  }

  get length() { return 0; }
  set length(value) {}
  #turn(key) { return key ?? null; }
  [Symbol.iterator]() { return this.knocks(); }
  "open all"() {}
}

export const { left, right: [first, ...others] } = doors;
export const keys = Object.freeze({ front: 1, back: 2 });

export function* count(to) {
  let number = 0;
  while (number < to) yield number++;
}

const router = new Router();
router.get("/doors/:id", async (request, response) => {
  const door = await find(request.params.id);
  response.json(door);
});

module.exports = {
  open(door) { return door; },
  shut: (door) => door,
  creak: async function (hinge) {
    label: for (const drop of hinge) { if (!drop) break label; }
  },
};

window.onDoor = (event) => event.preventDefault();

(function () {
  "use strict";
  function hidden() {}
  var legacy = function named() {};
})();

const Door = (props) => <Hinge {...props} onClick={() => props.open()} />;
export { Door as FrontDoor, keys as default };
export * as hinges from "./hinges.js";
