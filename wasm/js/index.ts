import * as glue from "glue/counterfoil.js";
import { inside } from "./instance.js";
import type { AskedQuestion, Inspection, Verdict } from "./types.js";

export type { WasmBlocked } from "./blocked.js";
export type * from "./calls.js";
export {
  type Client,
  type ClientOptions,
  createClient,
  type ForeignClientOptions,
  type ForeignCredentials,
} from "./client.js";
export type { Mistake } from "./client/mistake.js";
export type { ForeignState, Grace, Licensed, State, Unlicensed, Unreachable } from "./client/state.js";
export { type ClientStorage, memoryStorage } from "./client/storage.js";
export type { Fetch, Fetched, FetchInit } from "./client/transport.js";
export { type KeySet, type LeaseOptions, verifyLease } from "./lease.js";
export type * from "./types.js";
export { buildRequest, parseResponse, type Reply } from "./wire.js";

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
 * The decision itself, by the code that the server runs: the verdict on the stored facts about a
 * license (null: no such key) at a moment, written as `2026-06-05T08:02:00Z`.
 */
export function judge(snapshot: object | null, question: AskedQuestion, now: string): Verdict {
  return inside(() => glue.judge(snapshot, question, now));
}
