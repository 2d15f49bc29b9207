// Who wants to hear of every new state.

import type { ForeignVerdict } from "../types.js";
import type { State } from "./state.js";

type Listener<V extends ForeignVerdict> = (state: State<V>) => void;

export class Listeners<V extends ForeignVerdict> {
  readonly #listeners = new Set<Listener<V>>();

  /** Adds one, and gives what takes it away again. Whoever is added twice is told twice. */
  add(listener: Listener<V>): () => void {
    const own = (state: State<V>) => listener(state);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(state: State<V>): void {
    for (const listener of this.#listeners) call(listener, state);
  }
}

/** What a listener throws is its own affair, and comes up where nobody catches it. */
function call<V extends ForeignVerdict>(listener: Listener<V>, state: State<V>): void {
  try {
    listener(state);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
