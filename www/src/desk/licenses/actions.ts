// What can be done to a license, with what comes of it in words: the license's own screen and the
// list take it from here.

import type { Call } from "../call.ts";
import { once } from "../call.ts";
import { count, day } from "../kit/parts.tsx";
import { isInGrace } from "../kit/status.tsx";
import type { License } from "../things.ts";

export interface Action {
  id: "suspend" | "reinstate" | "disable" | "enable" | "revoke" | "cancel";
  /** "Suspend". */
  label: string;
  /** "suspended". */
  done: string;
  /** Cannot be taken back. */
  isGrave: boolean;
  /** Whether it would change this license. */
  changes: (license: License) => boolean;
  /** What comes of it, a sentence each. */
  consequences: (license: License) => string[];
  /** The action that takes it back, and leaves the license as it was; null where none does. */
  undoneBy: (license: License) => Action | null;
}

export const isOver = ({ end }: License) => end !== null;

/** Lets programs that run go on by what was signed for them before. */
const LEASES_GO_ON =
  "Programs that asked lately go on with their signed lease until it ends: seven days later at most, unless its plan says otherwise.";

function placesKept({ activationsUsed }: License): string {
  if (activationsUsed === 0) return "No place is in use.";
  return `${count(activationsUsed, "place")} in use ${activationsUsed === 1 ? "stays" : "stay"} taken.`;
}

function placesEnded({ activationsUsed }: License): string {
  if (activationsUsed === 0) return "No place is in use, so none is lost.";
  return `${count(activationsUsed, "place")} in use ${activationsUsed === 1 ? "is" : "are"} freed, for good.`;
}

function told({ customer }: License): string[] {
  return customer ? [`${customer.email} is told by mail, if such mail is switched on.`] : [];
}

/** What holds a license besides the one hold that is lifted. */
function stillHeld(license: License, lifted: string[]): string[] {
  const rest = license.holds.filter((hold) => !lifted.includes(hold));
  if (rest.includes("disabled")) return ["It stays switched off: enable it too to let it go."];
  if (rest.includes("dispute")) return ["The dispute goes on and keeps it suspended until the bank decides."];
  if (rest.length > 0) return ["Another hold stays on it, so it remains suspended."];
  if (license.expiresAt && license.expiresAt <= new Date().toISOString()) return ["It is past its date, so it stays expired until it is extended."];
  return ["Programs are told “valid” again at their next check."];
}

const suspend: Action = {
  id: "suspend",
  label: "Suspend",
  done: "suspended",
  isGrave: false,
  changes: (license) => !isOver(license) && !license.holds.includes("manual"),
  consequences: (license) => [
    "From now on every check is told “suspended”, and no new place can be taken.",
    LEASES_GO_ON,
    placesKept(license),
    ...told(license),
    "Reinstate lets it go again.",
  ],
  // Reinstating lifts a failed payment too. Then it is no way back to how things were.
  undoneBy: (license) => (license.holds.includes("payment") || license.graceUntil ? null : reinstate),
};

const reinstate: Action = {
  id: "reinstate",
  label: "Reinstate",
  done: "reinstated",
  isGrave: false,
  changes: (license) =>
    !isOver(license) && (license.holds.includes("manual") || license.holds.includes("payment") || license.graceUntil !== null),
  consequences: (license) => [
    ...(license.holds.includes("payment") || isInGrace(license)
      ? ["The failed payment is forgiven: its hold and its grace are lifted, paid or not."]
      : []),
    ...stillHeld(license, ["manual", "payment"]),
  ],
  undoneBy: (license) => (license.holds.includes("payment") || license.graceUntil ? null : suspend),
};

const disable: Action = {
  id: "disable",
  label: "Disable",
  done: "disabled",
  isGrave: false,
  changes: (license) => !isOver(license) && !license.holds.includes("disabled"),
  consequences: (license) => [
    "From now on every check is told “disabled”, and no new place can be taken.",
    LEASES_GO_ON,
    placesKept(license),
    "Neither a payment nor Reinstate brings it back: only Enable does.",
  ],
  undoneBy: () => enable,
};

const enable: Action = {
  id: "enable",
  label: "Enable",
  done: "enabled",
  isGrave: false,
  changes: (license) => !isOver(license) && license.holds.includes("disabled"),
  consequences: (license) => stillHeld(license, ["disabled"]),
  undoneBy: () => disable,
};

const revoke: Action = {
  id: "revoke",
  label: "Revoke",
  done: "revoked",
  isGrave: true,
  changes: (license) => !isOver(license),
  consequences: (license) => [
    "The license is taken back for good: this cannot be undone, and no payment brings it back.",
    placesEnded(license),
    LEASES_GO_ON,
    ...told(license),
  ],
  undoneBy: () => null,
};

const cancel: Action = {
  id: "cancel",
  label: "Cancel",
  done: "cancelled",
  isGrave: true,
  changes: (license) => !isOver(license),
  consequences: (license) => [
    "The license is called off for good: this cannot be undone. Use it where the sale did not come about.",
    placesEnded(license),
    LEASES_GO_ON,
  ],
  undoneBy: () => null,
};

export const actions: Action[] = [suspend, reinstate, disable, enable, revoke, cancel];

export function callOf(action: Action, license: License, why = ""): Call {
  const params = { license: license.id, ...(why.trim() && { reason: why.trim() }), idempotencyKey: once() };
  return { method: `admin.license.${action.id}`, params };
}

/** How a license's end is moved. */
export type Extension = { by: "days" | "months"; amount: number } | { until: string | null };

/** The end that a license gets; undefined: it stays as it is. */
export function extended(license: License, extension: Extension, now: string): string | null | undefined {
  if (isOver(license)) return undefined;
  if ("until" in extension) return extension.until === license.expiresAt ? undefined : extension.until;
  if (license.expiresAt === null) return undefined;
  // What is past its date gets the time from now on, not from then.
  const from = new Date(license.expiresAt > now ? license.expiresAt : now);
  return (extension.by === "days" ? plusDays(from, extension.amount) : plusMonths(from, extension.amount)).toISOString().replace(/\.\d+Z$/u, "Z");
}

function plusDays(from: Date, days: number): Date {
  const date = new Date(from);
  date.setUTCDate(date.getUTCDate() + days);
  return date;
}

/** Months end with their last day: 31 January and a month is 28 February. */
export function plusMonths(from: Date, months: number): Date {
  const date = new Date(from);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(from.getUTCDate(), last));
  return date;
}

export function extensionCall(license: License, expiresAt: string | null): Call {
  return { method: "admin.license.update", params: { license: license.id, expiresAt, idempotencyKey: once() } };
}

/** "until 4 Jun 2027". */
export function until(expiresAt: string | null): string {
  return expiresAt ? `until ${day(expiresAt)}` : "for ever";
}
