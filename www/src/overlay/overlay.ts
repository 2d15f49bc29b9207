// The checkout over a seller's own page: an ES module that the page imports from the license
// server, at `/checkout/overlay.js`. It brings everything with it and leaves nothing behind.

import { overlayStyle } from "./style.ts";

/** What is bought, and what of the form is filled in. */
export interface CheckoutOptions {
  /** The product's slug or id. */
  product: string;
  /** The plan's; without it the buyer chooses. */
  plan?: string;
  quantity?: number;
  email?: string;
  name?: string;
}

export interface BoughtLicense {
  key: string;
  /** Its public name. */
  alias: string;
  /** The product's slug. */
  product: string;
}

/** What the checkout says, to this page's origin only. */
interface Told {
  type: "counterfoil.checkout";
  state: "loaded" | "closed" | "paid";
  height?: number;
  licenses?: BoughtLicense[];
}

// Where this module lies the checkout lies too, and only that is listened to.
const checkout = new URL("./", import.meta.url);

// A frame that is refused never says that it is there. Slow connections take about this long.
const patienceMs = 5_000;

let current: Promise<{ licenses: BoughtLicense[] } | null> | null = null;

/**
 * Opens the checkout over the page. Resolves with what was bought as soon as it is paid, while the
 * buyer still sees their key; with null when the buyer closed it before. That says nothing about
 * the payment: one that comes later is mailed its key all the same.
 *
 * While one is open another call gives the same promise.
 */
export function openCheckout(options: CheckoutOptions): Promise<{ licenses: BoughtLicense[] } | null> {
  current ??= new Promise((resolve) => show(address(options), resolve));
  return current;
}

/** The address of the checkout as it stands in a frame of this page. */
function address(options: CheckoutOptions): URL {
  const url = new URL(checkout);
  const { product, plan, quantity, email, name } = options;
  const texts = { product, plan, quantity: quantity === undefined ? undefined : String(quantity), email, name };
  for (const [member, text] of Object.entries(texts)) {
    if (text !== undefined) url.searchParams.set(member, text);
  }
  url.searchParams.set("embed", location.origin);
  return url;
}

function show(url: URL, resolve: (value: { licenses: BoughtLicense[] } | null) => void) {
  const { host, dialog, frame, close } = draw(url);
  const patience = setTimeout(() => dialog.toggleAttribute("data-silent", true), patienceMs);

  function hear({ source, origin, data }: MessageEvent<Told>) {
    if (source !== frame.contentWindow || origin !== checkout.origin) return;
    if (data?.type !== "counterfoil.checkout") return;
    clearTimeout(patience);
    dialog.toggleAttribute("data-silent", false);
    dialog.toggleAttribute("data-loaded", true);
    if (data.state === "loaded") frame.style.height = `${Number(data.height)}px`;
    // The dialog stays: the buyer has not read their key yet.
    if (data.state === "paid") resolve({ licenses: data.licenses ?? [] });
    if (data.state === "closed") dialog.close();
  }

  addEventListener("message", hear);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", ({ target }) => {
    // What is hit beside everything in it is the backdrop.
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    clearTimeout(patience);
    removeEventListener("message", hear);
    host.remove();
    current = null;
    resolve(null);
  });
  document.body.append(host);
  dialog.showModal();
}

/** In a shadow, so that neither page's styles reach the other's. */
function draw(url: URL) {
  const host = document.createElement("counterfoil-checkout");
  const shadow = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(overlayStyle);
  shadow.adoptedStyleSheets = [style];

  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-label", "Checkout");
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", "Close the checkout");
  close.textContent = "×";
  const frame = document.createElement("iframe");
  frame.title = "Checkout";
  frame.allow = "clipboard-write";
  frame.referrerPolicy = "origin";
  frame.src = url.href;
  const box = document.createElement("div");
  box.append(close, frame, unheard(url));
  dialog.append(box);
  shadow.append(dialog);
  return { host, dialog, frame, close };
}

/** Shown when the frame stays silent: the way that needs no frame. */
function unheard(url: URL): HTMLParagraphElement {
  const whole = new URL(url);
  whole.searchParams.delete("embed");
  const link = document.createElement("a");
  link.href = whole.href;
  link.target = "_blank";
  link.rel = "noreferrer";
  link.textContent = "Open it in a tab of its own";
  const words = document.createElement("p");
  words.append("The checkout does not come up here. ", link, ".");
  return words;
}
