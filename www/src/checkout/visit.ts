// What brought the visitor here, and what this tab remembers of their purchase.

import type { Content } from "./call.ts";

/** What a link has filled in. Texts are empty where it says nothing. */
export interface Prefill {
  product: string;
  plan: string;
  quantity: string;
  email: string;
  name: string;
}

export function prefill(): Prefill {
  const query = new URLSearchParams(location.search);
  const text = (name: string) => query.get(name)?.trim() ?? "";
  return {
    product: text("product"),
    plan: text("plan"),
    quantity: text("quantity"),
    email: text("email"),
    name: text("name"),
  };
}

/** Of the address: the checkout that was paid, or left before that. What is behind # is never sent. */
export function linked(): { paid: string | null; back: string | null } {
  const hash = new URLSearchParams(location.hash.slice(1));
  return { paid: hash.get("paid"), back: hash.get("back") };
}

/** The query that leads to a product and a plan; where the page was led to one, that. */
export function linkTo(product: string, plan: string): string {
  return prefill().product === "" ? `?${new URLSearchParams({ product, plan })}` : location.search;
}

/** Shows another state of the page in its address. The way back leads to where it was before both. */
export function showInAddress(query: string, hash: string) {
  history.replaceState(null, "", `${location.pathname}${query}${hash}`);
}

/** Where the licenses of a mode are looked after. */
export function portal(mode: "live" | "test"): string {
  return mode === "test" ? "/portal/?mode=test" : "/portal/";
}

/** What the buyer chose last. */
export interface Visit {
  /** The query of the link that led here: another link begins anew. */
  link: string;
  content: Content;
  /** What was sent last, and under which reference. */
  sent: { reference: string; content: Content } | null;
}

const VISIT = "counterfoil.checkout";

// Browsers that keep nothing for anybody throw: others' frames for one. Then a reload forgets.
let inMemory: string | null = null;

export function remembered(): Visit | null {
  try {
    return JSON.parse(sessionStorage.getItem(VISIT) ?? "null");
  } catch {
    return JSON.parse(inMemory ?? "null");
  }
}

/** Remembers it for as long as the tab lives: others may use the same computer. */
export function remember(visit: Visit | null) {
  inMemory = visit && JSON.stringify(visit);
  try {
    if (inMemory === null) sessionStorage.removeItem(VISIT);
    else sessionStorage.setItem(VISIT, inMemory);
  } catch {
    // As above.
  }
}

/** The reference for this content: the one it was sent under before, or a new one. */
export function referenceFor(content: Content): string {
  const before = remembered()?.sent;
  const isSame = before && JSON.stringify(before.content) === JSON.stringify(content);
  const reference = isSame ? before.reference : newReference();
  remember({ link: location.search, content, sent: { reference, content } });
  return reference;
}

/** 192 random bits: whoever has it sees the key. */
function newReference(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** The purchase is made, or good for nothing: the next one is another. */
export function forgetPurchase(reference: string) {
  if (remembered()?.sent?.reference === reference) remember(null);
}
