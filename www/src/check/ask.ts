// Puts one question to the server this page came from. What to send and what the reply means is
// the package's business; only the sending is done here.

import { buildRequest, parseResponse, type Reply, type Request, type Verdict } from "counterfoil";

export interface Question {
  key: string;
  /** Empty when not asked about. */
  identifier: string;
  /** Empty when not asked about. */
  product: string;
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

// A person waits about this long before trying again anyway.
const patienceMs = 15_000;

export async function ask(question: Question, given: AbortSignal): Promise<Answer> {
  const request = buildRequest("counterfoil", "validate", {
    key: question.key,
    identifier: question.identifier || null,
    product: question.product || null,
  });
  const patience = AbortSignal.timeout(patienceMs);
  let reply: Reply;
  try {
    reply = await send(request, AbortSignal.any([given, patience]));
  } catch {
    return unanswered({ code: "unreachable", message: silence(patience), retryable: true });
  }
  const outcome = parseResponse("counterfoil", "validate", reply);
  return outcome.ok ? { kind: "verdict", verdict: outcome.verdict } : unanswered(outcome);
}

async function send({ path, ...request }: Request, signal: AbortSignal): Promise<Reply> {
  // The key is the credential: whoever is signed in here does not matter.
  const response = await fetch(path, { ...request, signal, credentials: "omit", cache: "no-store" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

function unanswered({ code, message, retryable }: Failure): Answer {
  return { kind: "unanswered", failure: { code, message, retryable } };
}

function silence(patience: AbortSignal): string {
  if (patience.aborted) return `The server did not answer within ${patienceMs / 1000} seconds.`;
  if (!navigator.onLine) return "This device is offline, so the server could not be reached.";
  return "The server could not be reached. It may be down, or the connection may be broken.";
}
