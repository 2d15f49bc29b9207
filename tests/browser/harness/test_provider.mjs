// The test provider as a shop's server and as a buyer find it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

/** What the server is started with. */
export const testProviderSettings = { COUNTERFOIL_TEST_PROVIDER: "true" };

export const cards = {
  pays: "4242 4242 4242 4242",
  asks: "4000 0000 0000 3220",
  declined: "4000 0000 0000 0002",
};

const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** What whoever can read the secret file can tell: the API's key and the webhook's secret. */
function credentials(server, vendor) {
  const path = server.env.COUNTERFOIL_STORE.replace(/^redb:/, "");
  const secret = Buffer.from(readFileSync(`${path}.secret`, "utf8").trim(), "hex");
  const key = hmac(secret, "counterfoil test provider 1");
  const digest = (purpose) => hmac(key, `${purpose} ${vendor}`).toString("hex");
  return { key: `sk_test_${vendor}_${digest("key")}`, secret: `whsec_${digest("webhook")}` };
}

/** A shop that sells a plan by the month and one for ever; its webhook is connected. */
export async function openTestShop(server) {
  await server.call("admin.product.create", { slug: "press", name: "Acme Press" });
  const { key, secret } = credentials(server, firstVendor(server));
  await server.call("admin.payment.connect", { provider: "stripe", secret });
  const prices = {};
  for (const [slug, name, term, price] of [
    ["studio", "Studio", { months: 1 }, 1_900],
    ["keep", "Keep for ever", null, 14_900],
  ]) {
    const terms = { term, price, currency: "EUR", activationType: "domain", activationLimit: 3 };
    const plan = await server.call("admin.plan.create", { product: "press", slug, name, ...terms });
    prices[slug] = `price_test_${plan.id}`;
    await server.call("admin.price.map", { provider: "stripe", price: prices[slug], product: "press", plan: slug });
  }
  return {
    url: `${server.url}/testpay/`,
    /** A session for a plan, by the API: where it is paid. */
    async session(plan, { quantity = 1, ...further } = {}) {
      const form = new URLSearchParams({
        mode: plan === "studio" ? "subscription" : "payment",
        "line_items[0][price]": prices[plan],
        "line_items[0][quantity]": String(quantity),
        "metadata[price]": prices[plan],
        "metadata[quantity]": String(quantity),
        // Anywhere on the server will do, and here is a page that is there.
        success_url: `${server.url}/testpay/?paid`,
        cancel_url: `${server.url}/testpay/?cart`,
        customer_email: "ann@example.com",
        ...further,
      });
      const headers = { authorization: `Bearer ${key}` };
      const reply = await fetch(`${server.url}/testpay/v1/checkout/sessions`, { method: "POST", headers, body: form });
      const session = await reply.json();
      assert.equal(reply.status, 200, JSON.stringify(session));
      return session.url;
    },
  };
}

function firstVendor(server) {
  const { binary, env } = server;
  const listed = execFileSync(binary, ["vendor", "list"], { env, encoding: "utf8" });
  return /ven_[0-9A-Za-z]+/.exec(listed)?.[0] ?? assert.fail(listed);
}

/** The page on which a session is paid, by labels and words. */
export function till(page) {
  const field = (name) => page.getByRole("textbox", { name });
  return {
    number: field("Card number"),
    expiry: field("Expiry"),
    cvc: field("CVC"),
    problem: page.getByRole("alert"),
    pay: page.getByRole("button", { name: /^Pay / }),
    card: (does) => page.getByRole("link", { name: does }),
    switches: page.getByText("How the shop is told"),
    async enter(number) {
      await this.number.fill(number);
      await this.expiry.fill("12 / 40");
      await this.cvc.fill("123");
    },
  };
}
