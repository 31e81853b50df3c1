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
