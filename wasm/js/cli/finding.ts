// What a command is given, and what it finds.

/** The exit codes: a script has to tell "no" from "could not ask". */
export const YES = 0;
export const NO = 1;
export const WRONG_USAGE = 2;
export const COULD_NOT_ASK = 3;

/** What somebody typed after a command's name. */
export interface Given {
  argument: string;
  /** An option's value, if it was given. */
  option(name: string): string | undefined;
  /** An option's value. Throws a `Misuse` where there is none. */
  required(name: string): string;
}

/** What came of a command. */
export interface Finding {
  exit: number;
  /** For people. */
  lines: string[];
  /** For programs, in one line. */
  json: object;
}

/** A command, what it is asked about, and its options. */
export interface Command {
  run(given: Given): Finding | Promise<Finding>;
  argument?: string;
  options: readonly string[];
}

/** A command line that cannot be carried out. */
export class Misuse extends Error {}
