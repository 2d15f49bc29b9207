// What came of a delivery, in words.

import type { ComponentChild } from "preact";
import { count } from "../kit/parts.tsx";
import type { Tone } from "../kit/status.tsx";
import type { PaymentDelivery } from "../things.ts";

export const standing: Record<PaymentDelivery["state"], [Tone, string]> = {
  applied: ["yes", "Took effect"],
  ignored: ["calm", "Ignored"],
  parked: ["care", "Waiting"],
  refused: ["no", "Refused"],
};

// What a delivery waits for, by the first word of it.
const waits: Record<string, string> = {
  price: "waits until this price is mapped:",
  order: "waits for this order:",
  subscription: "waits for this subscription:",
  payment: "waits to hear what this payment paid:",
  buyer: "waits for the buyer’s address:",
};

export function outcome({ state, waitsFor, problem, licenses }: PaymentDelivery): ComponentChild {
  if (problem) return problem;
  if (waitsFor) {
    const [what = "", ...name] = waitsFor.split(" ");
    return (
      <>
        {waits[what] ?? `waits for ${what}`} <code>{name.join(" ")}</code>
      </>
    );
  }
  if (licenses.length > 0) return count(licenses.length, "license");
  return <span class="soft">{state === "ignored" ? "Says nothing about licenses" : "No license"}</span>;
}
