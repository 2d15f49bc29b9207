// Doing something to many licenses, and taking it back.

import { type Call, callAll, type Reply } from "../call.ts";
import { count } from "../kit/parts.tsx";
import type { License } from "../things.ts";
import type { Said } from "../kit/toasts.tsx";

/** One license, what is done to it, and what takes that back. */
export interface Step {
  license: License;
  call: Call;
  undo: Call | null;
}

export interface Outcome {
  done: { step: Step; after: License }[];
  failed: { step: Step; message: string }[];
}

export async function doAll(steps: Step[], onProgress?: (done: number) => void): Promise<Outcome> {
  const replies = await callAll(steps.map(({ call }) => call), onProgress);
  const outcome: Outcome = { done: [], failed: [] };
  steps.forEach((step, place) => {
    const reply = replies[place] as Reply<License> | undefined;
    if (reply?.ok) outcome.done.push({ step, after: reply.value });
    else outcome.failed.push({ step, message: reply?.failure.message ?? "" });
  });
  return outcome;
}

/** What to say of it; with a way back when every step that was done has one. */
export function saying({ done, failed }: Outcome, verb: string, onUndone: (licenses: License[]) => void): Said {
  const text = [
    done.length > 0 && `${count(done.length, "license")} ${verb}.`,
    failed.length > 0 && `${count(failed.length, "license")} not: ${failed[0]?.message ?? ""}`,
  ]
    .filter(Boolean)
    .join(" ");
  const undos = done.map(({ step }) => step.undo).filter((undo) => undo !== null);
  const canUndo = undos.length > 0 && undos.length === done.length;
  return {
    text,
    isBad: failed.length > 0,
    ...(canUndo && { undo: () => takeBack(undos, onUndone) }),
  };
}

async function takeBack(undos: Call[], onUndone: (licenses: License[]) => void): Promise<string> {
  const replies = (await callAll(undos)) as Reply<License>[];
  onUndone(replies.filter((reply) => reply.ok).map((reply) => reply.value));
  const refused = replies.find((reply) => !reply.ok);
  const back = replies.filter((reply) => reply.ok).length;
  if (refused && !refused.ok) return `${count(back, "license")} back as before; the rest not: ${refused.failure.message}`;
  return `${count(back, "license")} back as before.`;
}
