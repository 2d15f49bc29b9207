import * as glue from "glue/counterfoil.js";
import { inside } from "./instance.js";
import type {
  Answered,
  AskedQuestion,
  Failed,
  Inspection,
  Mode,
  Request,
  Verdict,
} from "./types.js";

export type * from "./types.js";

/** The wire formats that this package speaks. */
export type Dialect = "counterfoil";

type Absent = null | undefined;

/** What every call takes: the customer's key, and which product and which world asks. */
export interface KeyParams {
  key: string;
  /** Id, slug or permalink. */
  product?: string | Absent;
  /** `live` where nothing is said. */
  mode?: Mode | Absent;
}

/** The calls of the `counterfoil` dialect, each with its parameters. */
export interface Calls {
  /** May this copy run here, now? Without an identifier only the license is judged. */
  validate: KeyParams & {
    identifier?: string | Absent;
    nonce?: string | Absent;
    lease?: boolean | Absent;
  };
  /** Takes a place, or finds the one that the identifier has. */
  activate: KeyParams & {
    identifier: string;
    name?: string | Absent;
    /** The id of the activation whose place is handed over. */
    replace?: string | Absent;
    nonce?: string | Absent;
    lease?: boolean | Absent;
  };
  /** Gives a place back. */
  deactivate: KeyParams & ({ identifier: string } | { activation: string });
  /** Counts uses: all of them or none. */
  use: KeyParams & { amount?: number | Absent; idempotencyKey?: string | Absent };
}

/** The members that each call's answer has. */
interface Answers {
  validate: "verdict";
  activate: "activation" | "created" | "activationLimit" | "activationsUsed" | "verdict";
  deactivate: "activation" | "deactivated" | "activationLimit" | "activationsUsed";
  use: "uses" | "usesLimit";
}

/** What a call answers. */
export type Answer<Call extends keyof Calls> = Required<Pick<Answered, "ok" | Answers[Call]>>;

/** What an HTTP client got back. */
export interface Reply {
  status: number;
  /** The `Headers` of a `fetch`, or an object as Node's `http` gives it. */
  headers?: Iterable<readonly [string, string]> | Record<string, string | string[] | undefined>;
  body: string | Uint8Array;
}

/**
 * Looks at a key as somebody types it: its shape and its check symbols. No network.
 *
 * With a product's `format` the key has to be of that format. Without, only a key that looks like
 * one of ours is checked, for imported keys have shapes of their own. That a key looks right does
 * not make it valid: ask the server.
 */
export function inspect(text: string, format?: string): Inspection {
  return inside(() => glue.inspect(text, format));
}

/**
 * The HTTP request that asks a server. Nothing is sent here: hand it to any HTTP client.
 *
 * Throws only for a programmer's error: an unknown dialect or call, or parameters that the call
 * does not have. The error's `code` says which; with `invalid_params` its `field` and `problem`
 * say what is wrong.
 */
export function buildRequest<Call extends keyof Calls>(
  dialect: Dialect,
  call: Call,
  params: Calls[Call],
): Request {
  return inside(() => glue.buildRequest(dialect, call, params));
}

/**
 * Reads what came back. Whatever the bytes are there is an outcome: those that are no license
 * server's answer have the code `unrecognized_response`.
 */
export function parseResponse<Call extends keyof Calls>(
  dialect: Dialect,
  call: Call,
  { status, headers = {}, body }: Reply,
): Answer<Call> | Failed {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return inside(() => glue.parseResponse(dialect, call, status, plain(headers), bytes));
}

/**
 * The decision itself, by the code that the server runs: the verdict on the stored facts about a
 * license (null: no such key) at a moment, written as `2026-06-05T08:02:00Z`.
 */
export function judge(snapshot: object | null, question: AskedQuestion, now: string): Verdict {
  return inside(() => glue.judge(snapshot, question, now));
}

function plain(headers: NonNullable<Reply["headers"]>): Record<string, string> {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
