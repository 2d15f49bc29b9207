// What `license.validate` says, by the core's own code on the facts that the server has. Nothing is
// decided here: the verdict is the core's, and the words beside it tell the facts that it went by.

import type { Verdict } from "counterfoil";
import { instant } from "../../parts/span.ts";
import type { Hold } from "../things.ts";

/** The members of the core's facts that are told of. */
export interface Snapshot {
  license: {
    end: "revoked" | "cancelled" | null;
    holds: Hold[];
    expiresAt: string | null;
    graceUntil: string | null;
    activationsUsed: number;
    terms: { activationType: string; activationLimit: number; floating?: { ttl: number } | null };
  };
  activations: { identifier: string; expiresAt: string | null }[];
  named: { identifier: string; expiresAt: string | null }[];
}

export type Judge = (snapshot: object, question: { identifier?: string }, now: string) => Verdict;

/** One of the things that are looked at, in their order. */
export interface Look {
  question: string;
  /** `open`: one before it decided, so nobody looked. */
  result: "passed" | "decided" | "open" | "none";
  fact: string;
}

type Status = Verdict["status"];

const order: Status[][] = [["revoked", "cancelled"], ["disabled"], ["suspended"], ["expired"], ["not_activated"]];

/** The things that were looked at on the way to a verdict, each with the fact that it went by. */
export function looks({ license, activations, named }: Snapshot, verdict: Verdict, at: string, identifier: string): Look[] {
  const decidedBy = order.findIndex((statuses) => statuses.includes(verdict.status));
  const facts: [string, string][] = [
    ["Is it over for good?", license.end ? `It was ${license.end}.` : "It was neither revoked nor cancelled."],
    ["Is it switched off?", license.holds.includes("disabled") ? "It was disabled at the desk." : "It is not disabled."],
    ["Does a hold stop it?", holdFact(license, at)],
    ["Is it past its date?", dateFact(license, at)],
    [
      `Does ${identifier || `the ${license.terms.activationType}`} hold a place?`,
      placeFact([...activations, ...named], verdict, identifier),
    ],
  ];
  return facts.map(([question, fact], place): Look => {
    if (place === 4 && identifier === "") return { question: "Does it hold a place?", result: "none", fact: "Nobody was named, so only the license is judged." };
    if (decidedBy === -1 || place < decidedBy) return { question, result: "passed", fact };
    if (place === decidedBy) return { question, result: "decided", fact };
    return { question, result: "open", fact: "Not looked at any more." };
  });
}

function holdFact({ holds, graceUntil }: Snapshot["license"], at: string): string {
  const words: string[] = [];
  if (holds.includes("manual")) words.push("It was suspended at the desk.");
  if (holds.includes("dispute")) words.push("The buyer disputes the payment.");
  if (graceUntil) {
    words.push(
      graceUntil <= at
        ? `A payment failed, and its grace was over on ${instant(graceUntil)}.`
        : `A payment failed; the grace runs until ${instant(graceUntil)}.`,
    );
  }
  return words.length > 0 ? words.join(" ") : "No hold lies on it.";
}

function dateFact({ expiresAt, graceUntil }: Snapshot["license"], at: string): string {
  if (!expiresAt) return "It has no end.";
  if (expiresAt > at) return `It ends on ${instant(expiresAt)}.`;
  return graceUntil && graceUntil > at
    ? `It ended on ${instant(expiresAt)}, but the grace of the failed payment still carries it.`
    : `It ended on ${instant(expiresAt)}. The very instant counts as past.`;
}

function placeFact(places: Snapshot["activations"], { activation, activationsUsed, activationLimit }: Verdict, identifier: string): string {
  if (activation) {
    const known = activation.identifier === identifier ? "It does" : `${activation.identifier} does`;
    return activation.expiresAt ? `${known}, until ${instant(activation.expiresAt)} unless it is renewed.` : `${known}.`;
  }
  const others = places.length === 0 ? "Nobody does." : "Others do, it does not.";
  const isFull = activationLimit !== null && activationLimit > 0 && (activationsUsed ?? 0) >= activationLimit;
  return `${others} ${isFull ? "Every place is taken." : "A place is free for it."}`;
}

/** Moments at which the verdict becomes another one, and what it is from then on. */
export interface Turn {
  at: string;
  verdict: Verdict;
}

/** What the verdict becomes by time alone, from `from` on. */
export function turns(judge: Judge, snapshot: Snapshot, identifier: string, from: string): Turn[] {
  const { license, activations, named } = snapshot;
  const moments = [license.expiresAt, license.graceUntil, ...[...activations, ...named].map(({ expiresAt }) => expiresAt)];
  const later = [...new Set(moments.filter((moment) => moment !== null && moment > from))].sort() as string[];
  const question = identifier ? { identifier } : {};
  const found: Turn[] = [{ at: from, verdict: judge(snapshot, question, from) }];
  for (const at of later) {
    const verdict = judge(snapshot, question, at);
    if (verdict.status !== found.at(-1)?.verdict.status) found.push({ at, verdict });
  }
  return found;
}

/** A moment as the core reads it: whole seconds, UTC. */
export function moment(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/u, "Z");
}
