// Leases in a client's hands: reading them, and when to have another.

import { type KeySet, verifyLease } from "../lease.js";
import type { LeaseCheck, LeaseRefused, Mode, Verdict } from "../types.js";

/** Whose leases count. */
export interface Owner {
  jwks: KeySet;
  product: string;
  identifier: string;
  mode: Mode;
}

/** A lease that was checked. Times are milliseconds since 1970. */
export interface CheckedLease {
  text: string;
  verdict: Verdict;
  issuedAt: number;
  expiresAt: number;
}

/** A lease that unlocks nothing, and why. */
export type RefusedLease = Pick<LeaseRefused, "code"> & { verdict?: Verdict; issuedAt?: number };

/** Reads a stored lease as it counts at a moment. */
export function readStored(text: string, owner: Owner, key: string, at: number): CheckedLease | RefusedLease {
  return checked(text, verifyLease(text, { ...owner, key, now: () => at }));
}

/**
 * Reads the lease that answers a question just asked.
 *
 * It carries the question's nonce, so it was signed just now, whatever the clock here says: its time
 * is judged by the server's, at the moment of its signature. A clock that is hours off does no harm.
 */
export function readAnswer(text: string, owner: Owner, key: string, nonce: string): CheckedLease | RefusedLease {
  return checked(text, verifyLease(text, { ...owner, key, nonce, now: () => claimedIssue(text) }));
}

/** What a stored lease said when it was signed, whether or not it has ended since. */
export function readEnded(text: string, owner: Owner, key: string): CheckedLease | RefusedLease {
  return readStored(text, owner, key, claimedIssue(text));
}

function checked(text: string, check: LeaseCheck): CheckedLease | RefusedLease {
  if (!check.ok) {
    const { code, verdict, issuedAt } = check;
    return { code, ...(verdict && issuedAt && { verdict, issuedAt: Date.parse(issuedAt) }) };
  }
  const { verdict, issuedAt, expiresAt } = check;
  return { text, verdict, issuedAt: Date.parse(issuedAt), expiresAt: Date.parse(expiresAt) };
}

/** When a lease says that it was signed. It says so before anybody checked it: good for no more. */
function claimedIssue(text: string): number {
  try {
    const claims = text.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/") ?? "";
    return Number(JSON.parse(atob(claims)).iat) * 1000 || 0;
  } catch {
    return 0;
  }
}

/** Which part of its life a lease may run before it is renewed: from this … */
const RENEWED_FROM = 0.45;
/** … to this. */
const RENEWED_UNTIL = 0.5;

/**
 * When to renew a lease: near the half of its life, and at another moment for every lease, so that
 * not everybody who activated after an announcement comes back at once. The same lease always has
 * the same moment, however often the program starts.
 */
export function renewalTime({ text, issuedAt, expiresAt }: CheckedLease): number {
  const part = RENEWED_FROM + (RENEWED_UNTIL - RENEWED_FROM) * fraction(text);
  return issuedAt + (expiresAt - issuedAt) * part;
}

/** A number from 0 up to 1 that follows from a lease's signature, which is as good as random. */
function fraction(lease: string): number {
  const RANGE = 1_000_003;
  let sum = 0;
  for (const character of lease.slice(-12)) sum = (sum * 67 + character.charCodeAt(0)) % RANGE;
  return sum / RANGE;
}

const PAUSE_MS = 60_000;
const PAUSE_MS_MAX = 3_600_000;
/** The most of a lease's life that one pause takes: a short one is worth asking for more often. */
const PAUSE_PART_MAX = 0.05;

/** How long to wait after a renewal that failed for this many times in a row. */
export function pause(failures: number, { issuedAt, expiresAt }: CheckedLease): number {
  const growing = Math.min(PAUSE_MS * 2 ** (failures - 1), PAUSE_MS_MAX);
  return Math.min(growing, (expiresAt - issuedAt) * PAUSE_PART_MAX);
}
