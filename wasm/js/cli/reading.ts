// What commands read: arguments from standard input, keys and leases from files.

import { readFileSync } from "node:fs";
import type { KeySet, Mode } from "counterfoil";
import { type Given, Misuse } from "./finding.js";

/** The argument, or what standard input has in its place. */
export function typed({ argument }: Given): string {
  return (argument === "-" ? readFileSync(0, "utf8") : argument).trim();
}

/** A lease, given as it is or as the file that holds it. */
export function lease(given: Given): string {
  const text = typed(given);
  const isLease = /^[\w-]*\.[\w-]*\.[\w-]*$/.test(text) && text.length > 64;
  return isLease ? text : content(text, "LEASE is no lease, and no file with one").trim();
}

/** The keys of `--jwks`, if it was given. */
export function keys(given: Given): KeySet | undefined {
  const path = given.option("jwks");
  if (path === undefined) return undefined;
  const text = content(path, "--jwks must be a file with a key set");
  try {
    return JSON.parse(text);
  } catch {
    throw new Misuse(`--jwks must be a file with a key set: ${path} is no JSON.`);
  }
}

/** The world that is asked, if it was said. */
export function mode(given: Given): Mode | undefined {
  const mode = given.option("mode");
  if (mode === undefined || mode === "live" || mode === "test") return mode;
  throw new Misuse("--mode must be live or test.");
}

function content(path: string, sentence: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Misuse(`${sentence}: ${(error as Error).message}.`);
  }
}
