// What the last "yes" unlocks, for those who cannot wait for an answer.

import type { CheckedLease } from "./leases.js";

/** How far the clock may go back. */
const CLOCK_TOLERANCE_MS = 300_000;

export class Unlocked {
  readonly #now: () => number;
  #entitlements: readonly string[] = [];
  /** From when to when it holds, by the clock here. */
  #from = 0;
  #until = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What a lease unlocks that holds now; nothing where there is none. */
  set(lease: CheckedLease | undefined): void {
    this.#entitlements = lease?.verdict.entitlements ?? [];
    if (!lease) return;
    const { issuedAt, expiresAt } = lease;
    this.#from = this.#now();
    const livesUntil = this.#from + (expiresAt - issuedAt);
    // Where the clock is ahead the end seems past, though the server signed it just now.
    this.#until = this.#from < expiresAt ? Math.min(expiresAt, livesUntil) : livesUntil;
  }

  has(entitlement: string): boolean {
    const now = this.#now();
    const holds = now >= this.#from - CLOCK_TOLERANCE_MS && now < this.#until;
    return holds && this.#entitlements.includes(entitlement);
  }
}
