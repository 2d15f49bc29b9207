// The license as a React hook.

import { useSyncExternalStore } from "react";
import type { Client } from "./client.js";
import type { State } from "./client/state.js";
import type { ForeignVerdict, Verdict } from "./types.js";

/** What the components that show a client share. */
interface Shown<V extends ForeignVerdict> {
  subscribe(listener: () => void): () => void;
  state(): State<V> | null;
}

const shown = new WeakMap<object, Shown<any>>();

/**
 * Where the license of a client stands: null while the first `check` is under way, which the first
 * component that asks begins, and from then on what the client tells. On a server, where nothing is
 * asked, it is null.
 *
 * A client is made once, outside of components: each has a question of its own.
 */
export function useLicense<V extends ForeignVerdict = Verdict>(client: Client<V>): State<V> | null {
  const { subscribe, state } = shownOf(client);
  return useSyncExternalStore(subscribe, state, nothingYet);
}

function nothingYet(): null {
  return null;
}

function shownOf<V extends ForeignVerdict>(client: Client<V>): Shown<V> {
  const known: Shown<V> | undefined = shown.get(client);
  if (known) return known;
  const made = show(client);
  shown.set(client, made);
  return made;
}

function show<V extends ForeignVerdict>(client: Client<V>): Shown<V> {
  const listeners = new Set<() => void>();
  let current: State<V> | null = null;
  let isChecked = false;
  const take = (state: State<V>) => {
    current = state;
    for (const listener of listeners) listener();
  };
  const check = async () => {
    const state = await client.check();
    // Whoever is told of every state has been told of this one.
    if (current === null) take(state);
  };
  return {
    state: () => current,
    subscribe(listener) {
      // Nobody may have listened while the client told.
      if (!isChecked) client.subscribe(take);
      listeners.add(listener);
      if (!isChecked) void check();
      isChecked = true;
      return () => void listeners.delete(listener);
    },
  };
}
