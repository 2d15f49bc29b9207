// Leases: what a server signed, checked without asking anybody.

import * as glue from "glue/counterfoil.js";
import { inside } from "./instance.js";
import type { LeaseCheck, Mode } from "./types.js";

/** A JWK set (RFC 7517), as `counterfoil keys export` and `/.well-known/jwks.json` give it. */
export interface KeySet {
  keys: readonly object[];
}

/** What a lease has to be of. What is left out is not looked at, but for `mode` and `now`. */
export interface LeaseOptions {
  /** The vendor's public keys, pinned when the program was built. Never fetch them at run time. */
  jwks: KeySet;
  /** The product's slug. */
  product?: string | undefined;
  /** Where the program runs, in any spelling. A lease for no place in particular is refused then. */
  identifier?: string | undefined;
  /** `live` where nothing is said. */
  mode?: Mode | undefined;
  /** The license key. */
  key?: string | undefined;
  /** What was sent along with the question. */
  nonce?: string | undefined;
  /** Milliseconds since 1970: `Date.now` where nothing is given. */
  now?: (() => number) | undefined;
}

/** The last key set that was good. Looking at each of its keys again takes as long as a signature. */
let known: string | undefined;

/**
 * Checks a lease: who signed it, what it is of, whether it still holds, and what it says. No
 * network, no state.
 *
 * The white space around it, as a file has it, does not count. A clock may be five minutes behind the server's; nothing is forgiven once a lease has ended.
 * Throws only for a programmer's error: a `jwks` that is no key set, an option of the wrong type.
 */
export function verifyLease(lease: string, options: LeaseOptions): LeaseCheck {
  const { jwks, now = Date.now, product, identifier, mode, key, nonce } = options;
  const expected = { product, identifier, mode, key, nonce };
  const keys = written(jwks);
  const text = String(lease).trim();
  const check = inside(() => glue.verifyLease(text, keys, keys === known, expected, now()));
  known = keys;
  return check;
}

/** As JSON; nothing for what has none, which is no key set. */
function written(jwks: KeySet): string {
  try {
    return JSON.stringify(jwks) ?? "";
  } catch {
    return "";
  }
}
