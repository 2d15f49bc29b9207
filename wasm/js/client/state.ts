// What a client knows of its license. "No" and "could not ask" are never the same value.

import type { ActivationView, ForeignActivation, ForeignVerdict, Remedy, VerdictStatus } from "../types.js";

/** A "yes", from the server just now. */
export interface Licensed {
  ok: true;
  status: "valid";
  /** Who says so. */
  source: "server";
  verdict: ForeignVerdict;
}

/** A "no", or nothing that could be asked about. */
export interface Unlicensed {
  ok: false;
  /**
   * A verdict's status, or:
   * - `seat_limit_exceeded`: every place is taken;
   * - `no_key`: no key was given yet, or it was given up;
   * - `untrusted_response`: a "yes" to something that was not asked.
   */
  status:
    | Exclude<VerdictStatus, "valid">
    | "seat_limit_exceeded"
    | "no_key"
    | "untrusted_response";
  /** Where the answer was one. */
  verdict?: ForeignVerdict;
  /** A sentence for the person in front of the program. */
  message: string;
  /** What to do about it. */
  remedy?: Remedy;
  /** Of `seat_limit_exceeded`: who takes the places, where the system tells. */
  activations?: (ForeignActivation | ActivationView)[];
}

/** Nobody said yes or no. */
export interface Unreachable {
  ok: false;
  status: "unreachable";
  /** How long to wait before asking again, where the server said so. */
  retryAfterMs?: number;
  /** A sentence for the person in front of the program. */
  message: string;
}

/** Where the program stands. */
export type State = Licensed | Unlicensed | Unreachable;

const ENTER_KEY: Remedy = {
  code: "enter_key",
  text: "Check the key against the one you were sent and enter it again.",
};
const CONTACT: Remedy = {
  code: "contact_vendor",
  text: "Contact the vendor you bought it from.",
};

/** The state before there is a key, and after it was given up. */
export const NO_KEY: Unlicensed = {
  ok: false,
  status: "no_key",
  message: "There is no license key yet.",
  remedy: { code: "enter_key", text: "Enter the license key that you were sent." },
};

/** What can be done where nothing but the status is told. */
const REMEDIES: Record<Unlicensed["status"], Remedy> = {
  no_key: ENTER_KEY,
  invalid: ENTER_KEY,
  revoked: CONTACT,
  cancelled: CONTACT,
  disabled: CONTACT,
  suspended: CONTACT,
  untrusted_response: CONTACT,
  expired: { code: "renew", text: "Renew the license to use it again." },
  not_activated: { code: "activate", text: "Activate the license here." },
  seat_limit_exceeded: {
    code: "free_a_place",
    text: "Free a place that is no longer used, then activate here.",
  },
};

/** A "no" of which only the status and a sentence are known. */
export function unlicensed(status: Unlicensed["status"], message: string): Unlicensed {
  return { ok: false, status, message, remedy: REMEDIES[status] };
}

/** The state that a verdict is. */
export function judged(verdict: ForeignVerdict): Licensed | Unlicensed {
  const { status, message, remedy } = verdict;
  if (status === "valid") return { ok: true, status, source: "server", verdict };
  return { ok: false, status, verdict, message, ...(remedy && { remedy }) };
}

/** The verdict with another status, of which a second answer told. */
export function overruled(
  verdict: ForeignVerdict,
  status: Exclude<VerdictStatus, "valid">,
  message: string,
): ForeignVerdict {
  return { ...verdict, valid: false, status, message, remedy: REMEDIES[status] };
}

/** Nobody could be asked. */
export function unreachable(message: string, retryAfterMs: number | null = null): Unreachable {
  return {
    ok: false,
    status: "unreachable",
    ...(retryAfterMs !== null && { retryAfterMs }),
    message,
  };
}
