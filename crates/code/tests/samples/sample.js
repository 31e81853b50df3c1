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
