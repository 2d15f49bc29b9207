// Requests and replies as plain data: the module writes the ones and reads the others.

import * as glue from "glue/counterfoil.js";
import type { AnswerIn, DialectCalls } from "./calls.js";
import { inside } from "./instance.js";
import type { Dialect, Failed, Request } from "./types.js";

/** What an HTTP client got back. */
export interface Reply {
  status: number;
  /** The `Headers` of a `fetch`, or an object as Node's `http` gives it. */
  headers?: Iterable<readonly [string, string]> | Record<string, string | string[] | undefined>;
  body: string | Uint8Array;
}

/**
 * The HTTP request that asks a server. Nothing is sent here: hand it to any HTTP client.
 *
 * Throws only for a programmer's error: an unknown dialect or call, or parameters that the call
 * does not have. The error's `code` says which; with `invalid_params` its `field` and `problem`
 * say what is wrong.
 */
export function buildRequest<Name extends Dialect, Call extends keyof DialectCalls[Name] & string>(
  dialect: Name,
  call: Call,
  params: DialectCalls[Name][Call],
): Request {
  return inside(() => glue.buildRequest(dialect, call, params));
}

/**
 * Reads what came back. Whatever the bytes are there is an outcome: those that are no license
 * server's answer have the code `unrecognized_response`.
 */
export function parseResponse<Name extends Dialect, Call extends keyof DialectCalls[Name] & string>(
  dialect: Name,
  call: Call,
  { status, headers = {}, body }: Reply,
): AnswerIn<Name, Call> | Failed {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return inside(() => glue.parseResponse(dialect, call, status, plain(headers), bytes));
}

function plain(headers: NonNullable<Reply["headers"]>): Record<string, string> {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
