// Puts one question to the server this page came from.

import type { Verdict } from "counterfoil";
import { callLicense } from "../parts/license_call.ts";

export interface Question {
  key: string;
  /** Empty when not asked about. */
  identifier: string;
  /** Empty when not asked about. */
  product: string;
  /** Whether the license is one for trying; the live ones are others. */
  isTest: boolean;
}

/** "No" is a verdict. Everything that is not a verdict says nothing about the license. */
export type Answer = { kind: "verdict"; verdict: Verdict } | { kind: "unanswered"; failure: Failure };

export interface Failure {
  /** `unreachable`, or the code that the reply carried. */
  code: string;
  message: string;
  /** Asking the very same again can help. */
  retryable: boolean;
}

export async function ask({ key, identifier, product, isTest }: Question, given: AbortSignal): Promise<Answer> {
  const params = { key, identifier: identifier || null, product: product || null, mode: isTest ? ("test" as const) : null };
  const outcome = await callLicense("validate", params, given);
  if (outcome.ok) return { kind: "verdict", verdict: outcome.verdict };
  const { code, message, retryable } = outcome;
  return { kind: "unanswered", failure: { code, message, retryable } };
}
