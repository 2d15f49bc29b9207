// What a server's refusals are to a client: a "no", or nothing that is said about the license.

import type { Failed } from "../types.js";
import { type Unlicensed, type Unreachable, unlicensed, unreachable } from "./state.js";
import type { Carried } from "./transport.js";

/** The refusals that are about the license, and the status that each is. */
const STATUSES: Readonly<Record<string, Unlicensed["status"]>> = {
  license_not_found: "invalid",
  product_mismatch: "invalid",
  // So LicenseDock 1.9 calls a key that is unknown or stopped.
  LICENSE_INVALID: "invalid",
  license_revoked: "revoked",
  license_cancelled: "cancelled",
  license_disabled: "disabled",
  license_suspended: "suspended",
  license_expired: "expired",
  activation_not_found: "not_activated",
  // What runs here is nothing that such a license could have a place for.
  invalid_identifier: "not_activated",
  seat_limit_exceeded: "seat_limit_exceeded",
};

const TOO_MANY_REQUESTS = 429;
const SERVER_FAULTS = 500;

/** Whether such a reply says nothing of a license, whatever is written in it. */
export function isFault(status: number): boolean {
  return status >= SERVER_FAULTS || status === TOO_MANY_REQUESTS;
}

/** The state that a refusal is. */
export function stateOf(failed: Failed, carried: Carried): Unlicensed | Unreachable {
  const { code, message, retryable, retryAfter, activations } = failed;
  const status = STATUSES[code];
  if (!status || retryable || isFault(carried.reply.status)) {
    const saidMs = retryAfter === undefined ? null : retryAfter * 1000;
    return unreachable(message, carried.retryAfterMs ?? saidMs);
  }
  return { ...unlicensed(status, message), ...(activations && { activations }) };
}
