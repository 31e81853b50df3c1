import type { Greeting } from "./types";
import disk = require("./disk");

export type Name = string | symbol;

/** What greets. */
export interface Greeter<T> {
  readonly name: Name;
  greet(name: Name): T;
}

export enum Tone {
  Soft = "soft",
  Loud = "loud",
}

export const DEFAULT_TONE: Tone = Tone.Soft;

export namespace Formats {
  export function plain(text: string): string {
    return text;
  }
}

declare module "greetings" {
  export function load(path: string): void;
}

/** Keeps greetings. */
@Injectable()
export abstract class Store<T> implements Greeter<T> {
  private greetings: Map<Name, T> = new Map();

  constructor(private readonly limit: number) {}

  abstract greet(name: Name): T;

  @Input() tone: Tone = DEFAULT_TONE;

  get size(): number {
    return this.greetings.size;
  }

  handle = (event: Event): void => {
    console.log(event);
  };
}

export function overload(a: string): void;
export function overload(a: number): void;
export function overload(a: unknown): void {
  const local = a;
}

export const useStore = <T,>(limit: number): Store<T> | null => null;

export type Door<T = unknown> =
  | { kind: "open"; guest: T }
  | { kind: "shut" };

type Keys<T> = { readonly [K in keyof T as `key_${string & K}`]?: T[K] };

interface Knock {
  (times: number): boolean;
  new (door: Door): Knock;
  readonly [index: string]: unknown;
  heard?: () => void;
}

declare global {
  interface Window {
    doors: Door[];
  }
  var houses: number;
}

export const enum Wood {
  Oak,
  Pine = Oak + 1,
}

export class House<T extends Door> extends (Store as any) {
  static readonly #empty = new House<Door>();
  declare owner: string;
  accessor paint = "green";

  static {
    House.count = 0;
  }

  @memo()
  open<K extends keyof T>(this: House<T>, key: K): asserts key is K {}

  private async *visits(): AsyncGenerator<T, void, undefined> {
    yield* this.rooms;
  }

  set rooms(value: T[]) {}
}

export function isOpen(door: Door): door is Extract<Door, { kind: "open" }> {
  return door.kind === "open";
}

export const WOODS = ["oak", "pine"] as const satisfies readonly string[];
export const { actions: doorActions, reducer } = createSlice({ name: "doors" });

export default abstract class Room {
  protected abstract readonly number: number;
}

export type { Greeting } from "./types";
import("./late").then(({ late }) => late());

describe("House", () => {
  it("opens with its key", async () => {
    await expect(new House()).resolves.toBeDefined();
  });
});
