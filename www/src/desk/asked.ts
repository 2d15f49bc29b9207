// What was asked of the server, and what is known of the answer so far.

import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { call, type Failure } from "./call.ts";
import type { ItemOf, ListMethod, Methods, Page } from "./things.ts";

export interface Asked<T> {
  value: T | null;
  /** The server's time of the answer. */
  now: string;
  failure: Failure | null;
  asking: boolean;
  /** Asks again; what is shown stays meanwhile. */
  reload: () => void;
  /** Shows something newer, that another call answered. */
  put: (value: T) => void;
}

/** Asks once, and anew whenever the parameters are others; null: nothing is asked. */
export function useAsked<M extends keyof Methods>(method: M, params: Methods[M][0] | null): Asked<Methods[M][1]> {
  const [state, setState] = useState<{ value: Methods[M][1] | null; now: string; failure: Failure | null; asking: boolean }>(
    () => ({ value: null, now: new Date().toISOString(), failure: null, asking: params !== null }),
  );
  const turn = useRef(0);
  const isUnderWay = useRef(false);
  const wanted = JSON.stringify(params);

  const load = useCallback(
    async (fresh: boolean) => {
      turn.current += 1;
      const mine = turn.current;
      if (wanted === "null") return;
      isUnderWay.current = true;
      setState((before) => ({ ...before, asking: true, ...(fresh && { value: null, failure: null }) }));
      const reply = await call(method, JSON.parse(wanted) as Methods[M][0]);
      // Only the latest question may be answered, however the replies overtake each other.
      if (mine !== turn.current) return;
      isUnderWay.current = false;
      setState((before) =>
        reply.ok
          ? { value: reply.value, now: reply.now, failure: null, asking: false }
          : { ...before, failure: reply.failure, asking: false },
      );
    },
    [method, wanted],
  );

  // Before it is painted: nobody sees, or clicks, an answer to another question.
  useLayoutEffect(() => {
    void load(true);
    return () => {
      turn.current += 1;
    };
  }, [load]);

  return {
    ...state,
    reload: () => void load(false),
    put: (value) => {
      setState((before) => ({ ...before, value }));
      // What is under way may be older, or know more: it is asked for anew.
      if (isUnderWay.current) void load(false);
    },
  };
}

export interface Listed<T> {
  items: T[];
  now: string;
  /** Whether the list goes on. */
  hasMore: boolean;
  failure: Failure | null;
  asking: boolean;
  more: () => void;
  reload: () => void;
  /** Shows something newer in place of what has the same id. */
  put: (item: T) => void;
}

// A filter that few pass gives short parts, of the 2,000 that the server looks through at a time. So
// many are asked for before a person has to say so: whatever there is among 100,000 turns up by itself.
const partsAtOnce = 64;

// A row is a card on a phone, and fifty of them are a long way to whatever stands below.
const partSize = matchMedia("(max-width: 40rem)").matches ? 20 : 50;

interface State<T> {
  items: T[];
  next: string | null;
  now: string;
  failure: Failure | null;
  asking: boolean;
}

/** A list in parts, from its beginning whenever the parameters are others. */
export function useListed<M extends ListMethod>(
  method: M,
  params: Omit<Methods[M][0], "limit" | "cursor"> | null,
  size = partSize,
): Listed<ItemOf<M>> {
  type Item = ItemOf<M> & { id?: string };
  const [state, setState] = useState<State<Item>>(() => ({
    items: [],
    next: null,
    now: new Date().toISOString(),
    failure: null,
    asking: params !== null,
  }));
  const turn = useRef(0);
  // What was put since the list was asked for: newer than what the reply has of it.
  const newer = useRef(new Map<string, Item>());
  const wanted = JSON.stringify(params);

  const load = useCallback(
    async (from: { items: Item[]; cursor: string | null }, atLeast: number) => {
      turn.current += 1;
      const mine = turn.current;
      if (wanted === "null") return;
      setState((before) => ({ ...before, asking: true, failure: null }));
      newer.current.clear();
      let { items, cursor } = from;
      for (let part = 0; part < partsAtOnce; part += 1) {
        const asked = { ...(JSON.parse(wanted) as object), limit: Math.min(atLeast, 200), ...(cursor && { cursor }) };
        const reply = await call(method, asked as Methods[M][0]);
        if (mine !== turn.current) return;
        if (!reply.ok) {
          setState((before) => ({ ...before, failure: reply.failure, asking: false }));
          return;
        }
        const page = reply.value as unknown as Page<Item>;
        items = [...items, ...page.items].map((item) => newer.current.get(item.id ?? "") ?? item);
        cursor = page.nextCursor;
        const isDone = cursor === null || items.length - from.items.length >= atLeast;
        setState({ items, next: cursor, now: reply.now, failure: null, asking: !isDone && part + 1 < partsAtOnce });
        if (isDone) return;
      }
    },
    [method, wanted],
  );

  useLayoutEffect(() => {
    setState((before) => ({ ...before, items: [], next: null }));
    void load({ items: [], cursor: null }, size);
    return () => {
      turn.current += 1;
    };
  }, [load, size]);

  return {
    items: state.items,
    now: state.now,
    hasMore: state.next !== null,
    failure: state.failure,
    asking: state.asking,
    more: () => void load({ items: state.items, cursor: state.next }, size),
    reload: () => void load({ items: [], cursor: null }, Math.max(size, state.items.length)),
    put: (item) => {
      const { id } = item as Item;
      if (id) newer.current.set(id, item as Item);
      setState((before) => ({
        ...before,
        items: before.items.map((other) => (other.id === id ? (item as Item) : other)),
      }));
    },
  };
}
