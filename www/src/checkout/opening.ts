// From a choice to a place to pay.

import { call, type Checkout, type Content, type Reply } from "./call.ts";
import { forgetPurchase, referenceFor } from "./visit.ts";

/** Opens a checkout for the content, or finds the one that it opened before. */
export async function openCheckout(content: Content): Promise<{ reference: string; reply: Reply<Checkout> }> {
  const first = await openOnce(content);
  const { reference, reply } = first;
  // Its day was over, or the reference was another content's.
  const isSpent = reply.ok ? reply.value.state === "closed" : reply.failure.code === "conflict";
  if (!isSpent) return first;
  forgetPurchase(reference);
  return openOnce(content);
}

async function openOnce(content: Content) {
  const reference = referenceFor(content);
  return { reference, reply: await call("checkout.open", { ...content, reference }) };
}
