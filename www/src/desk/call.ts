// The desk's methods, called in the session of the browser's cookie.

import { type Answer, ask, type Failure, post, read, type Reply } from "../parts/rpc.ts";
import type { Methods } from "./things.ts";

export type { Failure, Reply } from "../parts/rpc.ts";

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls `lost` when an answer says that nobody is signed in any more. */
export function onSessionLost(lost: Listener): () => void {
  listeners.add(lost);
  return () => listeners.delete(lost);
}

export async function call<M extends keyof Methods>(method: M, params: Methods[M][0]): Promise<Reply<Methods[M][1]>> {
  const reply = await ask<Methods[M][1]>(method, params, "cookie");
  if (!reply.ok) notice(reply.failure);
  return reply;
}

function notice({ code }: Failure) {
  if (code === "unauthorized") for (const lost of listeners) lost();
}

/** One call of many. */
export type Call = { [M in keyof Methods]: { method: M; params: Methods[M][0] } }[keyof Methods];

// The server takes no more in one batch.
const batchMax = 20;

/**
 * Makes many calls, a batch after the other, and tells how far it is. Their replies come in the
 * order of the calls; those of a batch that could not be sent say so each.
 */
export async function callAll(calls: Call[], onProgress: (done: number) => void = () => {}): Promise<Reply<unknown>[]> {
  const replies: Reply<unknown>[] = [];
  for (let start = 0; start < calls.length; start += batchMax) {
    const batch = calls.slice(start, start + batchMax);
    const bodies = batch.map(({ method, params }, id) => ({ jsonrpc: "2.0", id, method, params }));
    const reply = await post(bodies, "cookie");
    replies.push(...batch.map((_, id) => answerTo(id, reply)));
    onProgress(replies.length);
  }
  const refused = replies.find((reply) => !reply.ok && reply.failure.code === "unauthorized");
  if (refused && !refused.ok) notice(refused.failure);
  return replies;
}

function answerTo(id: number, reply: Reply<unknown>): Reply<unknown> {
  if (!reply.ok) return reply;
  const answers = Array.isArray(reply.value) ? (reply.value as Answer[]) : [];
  return read(answers.find((answer) => answer.id === id), reply.now);
}

/** What makes a call that is sent twice do its work once. */
export function once(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
