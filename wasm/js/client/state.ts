// What a client knows of its license. "No" and "could not ask" are never the same value.

import type {
  ActivationView,
  ForeignActivation,
  ForeignVerdict,
  Remedy,
  Verdict,
  VerdictStatus,
} from "../types.js";

/** A "yes". */
export interface Licensed<V extends ForeignVerdict = Verdict> {
  ok: true;
  status: "valid";
  /** Who says so: the server just now, or the lease that it signed earlier. */
  source: "server" | "lease";
  verdict: V;
}

/** A "yes" that will end unless something is done. A foreign dialect has none. */
export interface Grace<V extends ForeignVerdict = Verdict> {
  ok: true;
  status: "grace";
  /**
   * - `offline`: the lease was to be renewed, and nobody could be asked. It ends first, so where
   *   both are true it is this one;
   * - `past_due`: a payment is overdue.
   */
  cause: "offline" | "past_due";
  /** RFC 3339; the first instant at which it is no "yes" any more. */
  until: string;
  verdict: V;
}

/** A "no", or nothing that could be asked about. */
export interface Unlicensed<V extends ForeignVerdict = Verdict> {
  ok: false;
  /**
   * A verdict's status, or:
   * - `seat_limit_exceeded`: every place is taken;
   * - `no_key`: no key was given yet, or it was given up;
   * - `lease_expired`: the last lease has ended, and nobody could be asked for another;
   * - `clock_rolled_back`: the clock is earlier than it was, and nobody could be asked the time;
   * - `untrusted_response`: an answer to something that was not asked, or that nobody vouches for,
   *   while there is no good lease. While there is one, it holds.
   */
  status:
    | Exclude<VerdictStatus, "valid">
    | "seat_limit_exceeded"
    | "no_key"
    | "lease_expired"
    | "clock_rolled_back"
    | "untrusted_response";
  /** Where the answer was one. */
  verdict?: V;
  /** A sentence for the person in front of the program. */
  message: string;
  /** What to do about it. */
  remedy?: Remedy;
  /** Of `seat_limit_exceeded`: who takes the places, where the system tells. */
  activations?: (V extends Verdict ? ActivationView : ForeignActivation | ActivationView)[];
}

/** Nobody said yes or no, and no lease says yes. */
export interface Unreachable {
  ok: false;
  status: "unreachable";
  /** How long to wait before asking again, where the server said so. */
  retryAfterMs?: number;
  /** A sentence for the person in front of the program. */
  message: string;
}

/** Where the program stands. */
export type State<V extends ForeignVerdict = Verdict> =
  | Licensed<V>
  | Grace<V>
  | Unlicensed<V>
  | Unreachable;

/** Where a program stands that asks in a foreign dialect. */
export type ForeignState = State<ForeignVerdict>;

/** A "yes" or a "no". */
export type Judged<V extends ForeignVerdict> = Licensed<V> | Unlicensed<V>;

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

/** What can be done where nothing but the status is told. A sentence says the rest. */
const REMEDIES: Readonly<Partial<Record<Unlicensed["status"], Remedy>>> = {
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
  const remedy = REMEDIES[status];
  return { ok: false, status, message, ...(remedy && { remedy }) };
}

/** The state that a verdict is. */
export function judged<V extends ForeignVerdict>(verdict: V): Judged<V> {
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
  return { ...verdict, valid: false, status, message, remedy: REMEDIES[status] ?? null };
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
