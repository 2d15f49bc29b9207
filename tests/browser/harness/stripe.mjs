// Stripe's end: the recorded events of `tests/vectors/payments`, signed and sent as it does.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";

const vectors = new URL("../../vectors/payments/stripe/", import.meta.url);

/** The body of a recorded event, by the name of its file. */
export async function event(name) {
  return JSON.parse(await readFile(new URL(`${name}.json`, vectors), "utf8")).body;
}

/** Stripe as it knows a server, signing by `secret`; answers the status of the reply. */
export function stripe(server, secret) {
  return async (body) => {
    const text = JSON.stringify(body);
    const at = Math.floor(Date.now() / 1000);
    const signature = createHmac("sha256", secret).update(`${at}.${text}`).digest("hex");
    const headers = { "content-type": "application/json", "stripe-signature": `t=${at},v1=${signature}` };
    const { status } = await fetch(`${server.url}/webhooks/stripe`, { method: "POST", headers, body: text });
    return status;
  };
}

const secret = "whsec_of_the_browser_tests";

/** A store that sells by Stripe: a mapped price, one that nobody mapped, and every outcome. */
export async function payments(server) {
  await server.call("admin.payment.connect", { provider: "stripe", secret });
  await server.call("admin.payment.connect", { provider: "stripe", secret: "whsec_that_comes_next", name: "From July" });
  await server.call("admin.payment.connect", { provider: "gumroad", secret: "a_part_of_the_address" });
  await server.call("admin.price.map", { provider: "stripe", price: "price_1RsMonthly", product: "acme-forms-pro", plan: "developer" });
  const send = stripe(server, secret);
  for (const name of ["first-invoice", "regular-invoice", "unknown", "session-without-a-price", "first-invoice-of-seats"]) {
    assert.equal(await send(await event(name)), 200, name);
  }
  const { items } = await server.call("admin.payment.deliveries", {});
  return items;
}
