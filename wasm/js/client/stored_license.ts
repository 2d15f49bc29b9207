// What is known of the license without asking anybody, and how it stands by that.

import type { Entry, Stored } from "./entry.js";
import { type CheckedLease, type Owner, pause, readStored, renewalTime } from "./leases.js";
import type { Grace, Licensed } from "./state.js";

/** How far a clock may go back before it counts as turned back. */
const CLOCK_TOLERANCE_MS = 300_000;
/** How far time has to go on before it is worth a write. */
const TIME_STEP_MS = 60_000;
/** The part of a lease's life for which a renewal is enough, whatever the clock here says. */
const RENEWED_PART = 0.05;

/** How a license stands at a moment, by what is stored. */
export type Standing =
  | { is: "good"; stored: Stored; lease: CheckedLease; at: number }
  | { is: "no_lease" | "lease_expired" | "clock_rolled_back"; stored: Stored }
  | { is: "no_key"; stored: null };

/** A standing in which a lease holds. */
export type Good = Extract<Standing, { is: "good" }>;

export class StoredLicense {
  readonly #entry: Entry;
  readonly #owner: Owner;
  readonly #now: () => number;
  /** The latest time that was seen; the entry has it to the minute. */
  #latest = -Infinity;
  /** Renewals that failed in a row. */
  #failures = 0;
  /** When, by the clock here, to try the next one. */
  #notBefore = -Infinity;

  constructor(entry: Entry, owner: Owner, now: () => number) {
    this.#entry = entry;
    this.#owner = owner;
    this.#now = now;
  }

  /** How it stands now. Time that has gone on is noted. */
  async stand(): Promise<Standing> {
    const stored = await this.#entry.read();
    if (!stored) return { is: "no_key", stored };
    if (stored.lease === null) return { is: "no_lease", stored };
    const now = this.#time();
    const seen = Math.max(stored.latest, this.#latest);
    const at = Math.max(now, seen);
    const lease = readStored(stored.lease, this.#owner, stored.key, at);
    if (!("text" in lease) && lease.code !== "expired") return { is: "no_lease", stored };
    if (now < seen - CLOCK_TOLERANCE_MS) return { is: "clock_rolled_back", stored };
    this.#latest = at;
    const noted = { ...stored, latest: at };
    const isGood = "text" in lease;
    // That a lease has ended is worth knowing for good, however little time it took.
    const isNews = at - stored.latest >= (isGood ? TIME_STEP_MS : 1);
    if (isNews) await this.#entry.write(noted);
    return isGood ? { is: "good", stored: noted, lease, at } : { is: "lease_expired", stored: noted };
  }

  /** Keeps a key with a lease that the server signed just now, whose time is the right one. */
  async take(key: string, { text, issuedAt, expiresAt }: CheckedLease): Promise<void> {
    this.#failures = 0;
    // Where the clock is days ahead every lease looks old at once.
    this.#notBefore = this.#time() + (expiresAt - issuedAt) * RENEWED_PART;
    await this.#write({ key, lease: text, latest: issuedAt });
  }

  /** Drops the lease for a "no" that was signed at a moment. The key is still worth asking about. */
  async drop({ key }: Stored, at: number): Promise<void> {
    await this.#write({ key, lease: null, latest: at });
  }

  /** Forgets the key too. */
  async forget(): Promise<void> {
    await this.#entry.write(null);
  }

  /** Notes that a renewal failed, and how it stands with that. */
  async fail({ stored, lease, at }: Good, retryAfterMs = 0): Promise<Good> {
    this.#failures += 1;
    this.#notBefore = this.#time() + Math.max(pause(this.#failures, lease), retryAfterMs);
    const noted = { ...stored, failedSince: stored.failedSince ?? at };
    if (stored.failedSince === undefined) await this.#entry.write(noted);
    return { is: "good", stored: noted, lease, at };
  }

  /** Whether the lease is to be renewed now. */
  isDue({ stored, lease, at }: Good): boolean {
    const isTime = stored.failedSince !== undefined || at >= renewalTime(lease);
    return isTime && this.#time() >= this.#notBefore;
  }

  async #write(stored: Stored): Promise<void> {
    this.#latest = stored.latest;
    await this.#entry.write(stored);
  }

  /** Milliseconds since 1970; a clock that tells no time is one that was turned back. */
  #time(): number {
    return Number(this.#now()) || 0;
  }
}

/** The state of a license whose lease holds. */
export function stateOf({ stored, lease }: Good): Licensed | Grace {
  const { verdict, expiresAt } = lease;
  if (stored.failedSince !== undefined) {
    return { ok: true, status: "grace", cause: "offline", until: written(expiresAt), verdict };
  }
  return overdue(lease) ?? { ok: true, status: "valid", source: "lease", verdict };
}

/** The state of a license of which the server said "yes" just now. */
export function freshStateOf(lease: CheckedLease): Licensed | Grace {
  const { verdict } = lease;
  return overdue(lease) ?? { ok: true, status: "valid", source: "server", verdict };
}

function overdue({ verdict }: CheckedLease): Grace | undefined {
  const until = verdict.graceUntil;
  return until === null ? undefined : { ok: true, status: "grace", cause: "past_due", until, verdict };
}

/** A moment as RFC 3339 has it, in whole seconds like all of ours. */
function written(moment: number): string {
  return new Date(moment).toISOString().replace(".000Z", "Z");
}
