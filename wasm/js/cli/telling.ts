// Verdicts in sentences.

import type { Verdict } from "counterfoil";
import { type Finding, NO, YES } from "./finding.js";

/** What a verdict is to whoever asked. `more` says how it is known. */
export function judged(verdict: Verdict, more: { lines?: string[]; json?: object } = {}): Finding {
  const { valid, status, message, remedy } = verdict;
  const lines = [`${status}: ${message}`, ...(remedy ? [remedy.text] : []), ...terms(verdict)];
  return {
    exit: valid ? YES : NO,
    lines: [...lines, ...(more.lines ?? [])],
    json: { ok: valid, status, message, ...more.json, verdict },
  };
}

/** What is known of the license, a line for each. */
function terms({ product, plan, entitlements, expiresAt, graceUntil, ...verdict }: Verdict): string[] {
  const { activationLimit: limit, activationsUsed: used, activation } = verdict;
  const known: [string, unknown][] = [
    ["product", product],
    ["plan", plan],
    ["unlocks", entitlements.join(", ")],
    ["places", used === null ? null : `${used} of ${limit === 0 ? "any number" : limit}`],
    ["here", activation && `${activation.identifier} (${activation.id})`],
    ["expires", expiresAt],
    ["payment overdue, good until", graceUntil],
  ];
  return known.filter(([, value]) => value).map(([name, value]) => `  ${name}: ${value}`);
}
