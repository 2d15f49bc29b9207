// A form: what it says, whether it is being sent, and what was refused. A call that may have been
// heard is repeated under the same name until the form says something else.

import { useState } from "preact/hooks";
import { call, type Failure, once } from "./call.ts";
import type { Methods } from "./things.ts";

export interface Form<T> {
  value: T;
  edit: (change: Partial<T>) => void;
  asking: boolean;
  failure: Failure | null;
  /** Whether the refusal is about this parameter. */
  isWrong: (field: string) => boolean;
  /** Calls, unless a call is on its way; null: it was refused. */
  send: <M extends keyof Methods>(method: M, params: Omit<Methods[M][0], "idempotencyKey">) => Promise<Methods[M][1] | null>;
}

export function useForm<T>(first: T | (() => T)): Form<T> {
  const [value, setValue] = useState(first);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(once);
  return {
    value,
    asking,
    failure,
    edit: (change) => {
      setValue((before) => ({ ...before, ...change }));
      setFailure(null);
      setAttempt(once());
    },
    isWrong: (field) => failure?.field === field || (failure?.field?.startsWith(`${field}.`) ?? false),
    send: async (method, params) => {
      if (asking) return null;
      setAsking(true);
      setFailure(null);
      const reply = await call(method, { ...params, idempotencyKey: attempt } as Methods[typeof method][0]);
      setAsking(false);
      if (reply.ok) return reply.value;
      setFailure(reply.failure);
      return null;
    },
  };
}

/** Words with commas between, as a list. */
export function wordsOf(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
