// How a purchase stands: asked for again, politely, until there is nothing more to wait for.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, type Checkout, type Failure } from "./call.ts";

// Most keys are there within seconds. Later ones wait in the mail, so nobody has to be quick.
const pausesMs = [1_000, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000];
const asksMax = 50;

export interface Purchase {
  checkout: Checkout | null;
  /** The server's time when it said so. */
  now: string;
  /** Of the last ask. What was heard before it still holds. */
  failure: Failure | null;
  /** It has asked often enough, and goes on when it is told to. */
  isResting: boolean;
  ask: () => void;
}

type Heard = Pick<Purchase, "checkout" | "now" | "failure" | "isResting">;

const nothing: Heard = { checkout: null, now: "", failure: null, isResting: false };

export function usePurchase(reference: string): Purchase {
  const [heard, setHeard] = useState(nothing);
  const ask = useRef(() => {});

  useEffect(() => {
    const asking = keepAsking(reference, (news) => setHeard((before) => ({ ...before, ...news })));
    ask.current = asking.again;
    return asking.stop;
  }, [reference]);

  return { ...heard, ask: () => ask.current() };
}

function keepAsking(reference: string, hear: (news: Partial<Heard>) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asks = 0;
  let turn = 0;
  let isSettled = false;

  async function look() {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    asks += 1;
    const reply = await call("checkout.get", { reference });
    // Somebody asked again meanwhile, or nobody looks any more.
    if (mine !== turn) return;
    if (reply.ok) {
      hear({ checkout: reply.value, now: reply.now, failure: null });
      isSettled = isOver(reply.value);
    } else {
      hear({ failure: reply.failure });
      isSettled = reply.failure.kind === "no";
    }
    if (!isSettled) wait();
  }

  function wait() {
    // A page that nobody sees asks nothing.
    if (document.hidden) return;
    if (asks >= asksMax) hear({ isResting: true });
    else timer = setTimeout(() => void look(), pausesMs[asks - 1] ?? 15_000);
  }

  function again() {
    asks = 0;
    hear({ isResting: false });
    void look();
  }

  function onVisibility() {
    clearTimeout(timer);
    if (!document.hidden && !isSettled && asks < asksMax) void look();
  }

  document.addEventListener("visibilitychange", onVisibility);
  void look();
  return {
    again,
    stop() {
      turn += 1;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisibility);
    },
  };
}

function isOver({ state, licenses }: Checkout): boolean {
  return state === "closed" || (state === "paid" && licenses.length > 0);
}
