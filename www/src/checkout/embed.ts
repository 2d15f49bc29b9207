// The page in a frame of a seller's page: what it tells the page around it.

import type { Checkout } from "./call.ts";

/** The origin of the page around this one; null where this is a page of its own. */
const around = parent === window ? null : originIn(new URLSearchParams(location.search).get("embed"));

/** Whether it stands in a frame. A payment page may not, so it opens in a window of its own. */
export const isEmbedded = parent !== window;

/** Of a link that leads away: what else this server shows may not stand in a frame. */
export const elsewhere = isEmbedded ? { target: "_blank", rel: "noreferrer" } : {};

function originIn(text: string | null): string | null {
  try {
    const { origin, protocol } = new URL(text ?? "");
    return /^https?:$/.test(protocol) ? origin : null;
  } catch {
    return null;
  }
}

type Told =
  | { state: "loaded"; height: number }
  | { state: "paid"; licenses: { key: string; alias: string; product: string }[] }
  | { state: "closed" };

/** Only the named origin hears it: a frame that somebody else put around us learns no key. */
function tell(told: Told) {
  if (around !== null) parent.postMessage({ type: "counterfoil.checkout", ...told }, around);
}

export function tellPaid({ licenses, product }: Checkout) {
  tell({ state: "paid", licenses: licenses.map(({ key, alias }) => ({ key, alias, product: product.slug })) });
}

export function tellClosed() {
  tell({ state: "closed" });
}

/** Tells how high the page is, now and whenever that changes; Escape closes what is around it. */
export function beEmbedded() {
  if (!isEmbedded) return;
  document.documentElement.dataset.embedded = "";
  new ResizeObserver(() => tell({ state: "loaded", height: document.body.scrollHeight })).observe(document.body);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) tellClosed();
  });
}
