// What the buyer does to an order: edits it, and pays.

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Content, type Failure, isEmail, type Offer, type Plan } from "./call.ts";
import { isEmbedded } from "./embed.ts";
import { openCheckout } from "./opening.ts";
import type { Opened } from "./shop.tsx";
import { type Prefill, prefill, remember, remembered } from "./visit.ts";

export const quantityMax = 100;

/** The fields as they stand. */
export interface Draft {
  plan: string;
  quantity: string;
  email: string;
  name: string;
}

/** Which field is not what it has to be. */
export type Wrong = "quantity" | "email" | null;

export interface OrderProps {
  offer: Offer;
  opened: Opened | null;
  onPaying: (reference: string) => void;
}

export interface Order {
  draft: Draft;
  plan: Plan;
  content: Content;
  wrong: Wrong;
  failure: Failure | null;
  isPaying: boolean;
  inputs: Record<"email" | "quantity", RefObject<HTMLInputElement | null>>;
  edit: (change: Partial<Draft>) => void;
  pay: () => void;
}

export function useOrder({ offer, opened, onPaying }: OrderProps): Order {
  const [draft, setDraft] = useState(() => firstDraft(offer, opened, prefill()));
  const [wrong, setWrong] = useState<Wrong>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const { isPaying, once } = useOnce();
  const inputs = { email: useRef<HTMLInputElement>(null), quantity: useRef<HTMLInputElement>(null) };
  const plan = planOf(offer, draft.plan);
  const content = contentOf(offer, plan, draft);

  function edit(change: Partial<Draft>) {
    const after = { ...draft, ...change };
    setDraft(after);
    setWrong(null);
    setFailure(null);
    // What was typed outlives a reload. It is sent under the reference it had, if it is the same again.
    const kept = contentOf(offer, planOf(offer, after.plan), after);
    remember({ link: location.search, content: kept, sent: remembered()?.sent ?? null });
  }

  async function pay() {
    const problem = wrongIn(content);
    setWrong(problem);
    if (problem !== null) {
      inputs[problem].current?.focus();
      return false;
    }
    // Before anything is waited for: a window that opens by itself later is held back.
    const payWindow = isEmbedded ? open("", "_blank") : null;
    const { reference, reply } = await openCheckout(content);
    if (!reply.ok) {
      payWindow?.close();
      setFailure(reply.failure);
      if (reply.failure.field === "email") setWrong("email");
      return false;
    }
    return leave(reference, reply.value.payUrl, payWindow);
  }

  /** Goes to where it is paid; true where the page itself goes away. */
  function leave(reference: string, payUrl: string | null, payWindow: Window | null): boolean {
    if (payUrl === null || isEmbedded) {
      if (payUrl === null) payWindow?.close();
      else payWindow?.location.replace(payUrl);
      onPaying(reference);
      return false;
    }
    location.assign(payUrl);
    return true;
  }

  return { draft, plan, content, wrong, failure, isPaying, inputs, edit, pay: () => void once(pay) };
}

/**
 * Runs what is pressed once at a time, however often it is pressed. Where it leads to another page
 * it counts as running until the buyer is back.
 */
function useOnce() {
  const isRunning = useRef(false);
  const [isPaying, setPaying] = useState(false);
  const set = (is: boolean) => {
    isRunning.current = is;
    setPaying(is);
  };
  useEffect(() => {
    // The way back may bring this very page, as it was left.
    const onShow = ({ persisted }: PageTransitionEvent) => persisted && set(false);
    addEventListener("pageshow", onShow);
    return () => removeEventListener("pageshow", onShow);
  }, []);

  async function once(what: () => Promise<boolean>) {
    if (isRunning.current) return;
    set(true);
    const isLeaving = await what();
    if (!isLeaving) set(false);
  }
  return { isPaying, once };
}

function firstDraft(offer: Offer, opened: Opened | null, given: Prefill): Draft {
  const kept = remembered();
  const isSameVisit = kept?.link === location.search || (opened !== null && kept?.sent?.reference === opened.reference);
  const before = isSameVisit && kept?.content.product === offer.product.id ? kept.content : null;
  const bought = opened?.checkout.product.id === offer.product.id ? opened.checkout : null;
  const named = offer.plans.find((plan) => isCalled(plan, given.plan)) ?? offer.plans[0]!;
  return {
    plan: before?.plan ?? bought?.plan.id ?? named.id,
    quantity: String(before?.quantity ?? bought?.quantity ?? (given.quantity || 1)),
    email: before?.email ?? bought?.email ?? given.email,
    name: before ? (before.name ?? "") : given.name,
  };
}

function planOf({ plans }: Offer, chosen: string): Plan {
  return plans.find(({ id }) => id === chosen) ?? plans[0]!;
}

export function isCalled({ id, slug }: Plan, text: string): boolean {
  return id === text || slug === text;
}

function contentOf(offer: Offer, plan: Plan, { quantity, email, name }: Draft): Content {
  return {
    product: offer.product.id,
    plan: plan.id,
    quantity: Number(quantity),
    email: email.trim(),
    ...(name.trim() && { name: name.trim() }),
  };
}

function wrongIn({ email, quantity }: Content): Wrong {
  if (!isEmail(email)) return "email";
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= quantityMax ? null : "quantity";
}
