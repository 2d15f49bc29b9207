// Payments at the desk: providers connected, prices mapped, deliveries looked at and applied.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { startServer } from "./harness/server.mjs";
import { shows, text } from "./harness/stage.mjs";
import { event, stripe } from "./harness/stripe.mjs";

const secret = "whsec_pasted_at_the_desk";
const refused = { expected: /^Failed to load resource/ };

let browser;

before(async () => {
  browser = await launchBrowser();
});

after(() => browser?.close());

/** Runs `body` at the desk of a server that sells forms by the month and for ever. */
async function atPayments(body, { connected = true, path = "payments", ...options } = {}) {
  const server = await startServer();
  try {
    await server.call("admin.product.create", { slug: "forms", name: "Forms" });
    for (const [slug, name, term] of [["monthly", "Monthly", { months: 1 }], ["lifetime", "Lifetime", null]]) {
      await server.call("admin.plan.create", { product: "forms", slug, name, term, activationType: "domain", activationLimit: 2 });
    }
    if (connected) await server.call("admin.payment.connect", { provider: "stripe", secret });
    const send = stripe(server, secret);
    const told = async (name, change = (sent) => sent) => assert.equal(await send(change(await event(name))), 200, name);
    await atDesk(browser, server, path, (visited) => body({ ...visited, server, told, send }), options);
  } finally {
    await server.stop();
  }
}

const licenses = async (server) => (await server.call("admin.license.list", { limit: 200 })).items;
const connections = async (server) => (await server.call("admin.payment.list", {})).items;

test("an empty screen says the next step, and what is connected there is believed from then on", () =>
  atPayments(
    async ({ page, desk, server, told, send }) => {
      for (const words of ["No provider is connected", "No price is mapped", "Nothing came yet", "Connect a provider first"]) {
        await page.getByText(words).first().waitFor();
      }
      assert.equal(await send(await event("unknown")), 401, "nobody is believed yet");
      await desk.button("Connect a provider").click();
      await shows(desk.dialog, `${server.url}/webhooks/stripe`);
      const connect = desk.dialog.getByRole("button", { name: "Connect", exact: true });
      await page.getByLabel("Paste its secret").fill("short");
      assert.equal(await connect.getAttribute("aria-disabled"), "true");
      await page.getByLabel("Paste its secret").fill(secret);
      await page.getByLabel("Name", { exact: true }).fill("Shop");
      await connect.click();
      await shows(desk.toast, "Stripe is connected");
      const [made] = await connections(server);
      assert.deepEqual([made.provider, made.name, made.url], ["stripe", "Shop", `${server.url}/webhooks/stripe`]);
      await desk.row("Shop").getByText(made.url).waitFor();
      await page.getByText("Have the provider send a test event").waitFor();
      await told("unknown");
      await desk.button("Look again").click();
      await desk.row("customer.created").getByText("Ignored").waitFor();
      assert.ok(!(await page.content()).includes(secret), "the secret is nowhere on the page");
    },
    { connected: false },
  ));

test("Gumroad’s address ends with a secret that was made up, and that is the one that counts", () =>
  atPayments(
    async ({ page, desk, server }) => {
      await desk.button("Connect a provider").click();
      await page.getByLabel("Provider", { exact: true }).selectOption("gumroad");
      const address = await text(desk.dialog.locator(".secret code"));
      assert.match(address, /\/webhooks\/gumroad\?secret=[0-9a-f]{32}$/);
      await desk.dialog.getByRole("button", { name: "Connect", exact: true }).click();
      await shows(desk.toast, "Gumroad is connected");
      const { form } = JSON.parse(await readFile(new URL("../vectors/payments/gumroad/sale.json", import.meta.url), "utf8"));
      const ping = (to) => fetch(to, { method: "POST", body: new URLSearchParams(form) });
      assert.equal((await ping(address.replace(/.$/, (last) => (last === "0" ? "1" : "0")))).status, 401);
      assert.equal((await ping(address)).status, 200);
      const [came] = (await server.call("admin.payment.deliveries", {})).items;
      assert.equal(came.provider, "gumroad");
    },
    { connected: false },
  ));

test("two secrets of a provider count while one takes the other’s place, and none that is disconnected", () =>
  atPayments(async ({ page, desk, server, told, send }) => {
    await desk.button("Connect a provider").click();
    await page.getByLabel("Paste its secret").fill(secret);
    await desk.dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await shows(desk.dialog.locator(".note"), "Not done");
    await page.getByLabel("Paste its secret").fill("whsec_the_next_one");
    await page.getByLabel("Name", { exact: true }).fill("Next");
    await desk.dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("More than one secret of Stripe counts").waitFor();
    await told("unknown");
    assert.equal(await stripe(server, "whsec_the_next_one")(await event("session-unpaid")), 200);
    await desk.button("Disconnect Stripe", { exact: true }).click();
    await shows(desk.dialog, "Other secrets of Stripe go on to count");
    await desk.dialog.getByRole("button", { name: "Disconnect" }).click();
    await shows(desk.toast, "Stripe is disconnected");
    await page.getByText("More than one secret").waitFor({ state: "detached" });
    assert.equal(await send(await event("session-of-a-price")), 401);
    assert.equal((await connections(server)).length, 1);
    await desk.button("Disconnect Stripe (Next)").click();
    await shows(desk.dialog, "It is the only one of Stripe");
    await page.keyboard.press("Escape");
    assert.equal((await connections(server)).length, 1);
  }));

test("a price that nobody mapped turns up, and mapping it applies all that waited", () =>
  atPayments(async ({ page, desk, server, told }) => {
    // More than one call applies.
    for (let number = 0; number < 102; number += 1) {
      await told("session-of-a-price", (sent) => {
        const body = structuredClone(sent);
        body.id = `evt_${number}`;
        body.data.object.payment_intent = `pi_${number}`;
        body.data.object.metadata = { price: "price_1RsForms" };
        return body;
      });
    }
    await told("first-invoice");
    await desk.at("/overview");
    await desk.link("103 from payment providers waiting").click();
    await desk.heading.filter({ hasText: "Payments" }).waitFor();
    assert.equal(await page.evaluate(() => location.hash), "#/payments?state=parked");
    await desk.at("/payments");
    const unmapped = page.getByRole("list", { name: "Prices that stand for nothing yet" });
    await shows(unmapped, "102 deliveries wait for it");
    await shows(unmapped, "1 delivery waits for it");
    await desk.button("Map it… price_1RsForms").click();
    const yes = desk.dialog.getByRole("button", { name: "Map it" });
    assert.equal(await yes.getAttribute("aria-disabled"), "true", "no plan is chosen for anybody");
    await page.getByLabel("Plan").selectOption({ label: "Lifetime" });
    await shows(desk.dialog, "2 domains, for ever");
    await yes.click();
    await shows(desk.toast, "price_1RsForms stands for Lifetime. 102 deliveries that waited took effect.");
    const sold = await licenses(server);
    assert.equal(sold.length, 102);
    assert.ok(sold.every(({ plan }) => plan.slug === "lifetime"));
    await unmapped.locator("code", { hasText: "price_1RsForms" }).waitFor({ state: "detached" });
    await unmapped.locator("code", { hasText: "price_1RsMonthly" }).waitFor();
    await desk.row("price_1RsForms").getByRole("link", { name: "Forms · Lifetime" }).waitFor();
  }));

test("a mapped price is changed and unmapped, and what is bought then waits", () =>
  atPayments(async ({ page, desk, server, told }) => {
    await desk.button("Map a price").click();
    await page.getByLabel("Price", { exact: true }).fill(" price_1RsMonthly ");
    await page.getByLabel("Plan").selectOption({ label: "Lifetime" });
    await desk.dialog.getByRole("button", { name: "Map it" }).click();
    await desk.row("price_1RsMonthly").getByText("Forms · Lifetime").waitFor();
    await desk.button("Change what price_1RsMonthly stands for").click();
    await shows(desk.dialog, "keep their terms");
    await page.getByLabel("Plan").selectOption({ label: "Monthly" });
    await desk.dialog.getByRole("button", { name: "Map it" }).click();
    await desk.row("price_1RsMonthly").getByText("Forms · Monthly").waitFor();
    const [mapped] = (await server.call("admin.price.list", {})).items;
    const [monthly] = (await server.call("admin.plan.list", { product: "forms" })).items.filter(({ slug }) => slug === "monthly");
    assert.deepEqual([mapped.price, mapped.plan], ["price_1RsMonthly", monthly.id]);
    await desk.button("Unmap price_1RsMonthly").click();
    await desk.dialog.getByRole("button", { name: "Unmap" }).click();
    await page.getByText("No price is mapped").waitFor();
    await told("first-invoice");
    assert.deepEqual(await licenses(server), []);
    await desk.button("Look again").click();
    await desk.row("invoice.paid").getByText("waits until this price is mapped: price_1RsMonthly").waitFor();
  }));

test("a delivery is looked at, its body only when somebody wants it, and applied once more", () =>
  atPayments(async ({ page, desk, server, requests, told }) => {
    await told("session-without-a-price");
    await told("first-invoice-of-seats");
    // A product’s name stands for its prices, and wakes nobody.
    for (const [price, plan] of [["price_1RsMonthly", "monthly"], ["prod_Charts", "lifetime"]]) {
      await server.call("admin.price.map", { provider: "stripe", price, product: "forms", plan });
    }
    await page.reload();
    await desk.row("invoice.paid").getByRole("link").click();
    await shows(desk.dialog, "price_1RsCharts");
    const bodies = () => requests.filter((request) => (request.postData() ?? "").includes("admin.payment.delivery\""));
    assert.equal(bodies().length, 0, "nobody asked who bought");
    await desk.button("Show what was sent").click();
    await shows(desk.dialog.getByLabel("What was sent"), '"type": "invoice.paid"');
    assert.equal(bodies().length, 1);
    await desk.button("Apply it once more").click();
    await shows(desk.toast, "It took effect");
    await shows(desk.dialog.locator(".delivery"), "Took effect");
    assert.equal((await licenses(server)).length, 6);
    const replayed = page.waitForResponse((response) => (response.request().postData() ?? "").includes("admin.payment.replay"));
    await desk.button("Apply it once more").click();
    await replayed;
    assert.equal((await licenses(server)).length, 6);
    await desk.dialog.locator(".delivery-licenses a").first().click();
    const timeline = page.getByRole("region", { name: "Timeline" });
    await shows(timeline, "License made");
    await told("regular-invoice");
    await shows(timeline, "by a payment provider");
    await desk.at("/payments?state=refused");
    await desk.row("checkout.session.completed").getByText("does not say at which price").waitFor();
    assert.equal(await desk.row("invoice.paid").count(), 0);
    const [refusedOne] = (await server.call("admin.payment.deliveries", { state: "refused" })).items;
    await desk.at(`/payments?state=applied&delivery=${refusedOne.id}`);
    await shows(desk.dialog, "does not say at which price");
    await desk.dialog.getByRole("button", { name: "Close" }).last().click();
    assert.equal(await page.evaluate(() => location.hash), "#/payments?state=applied");
  }));

test("a token that may only look sees payments and finds nothing to press", () =>
  atPayments(async ({ context, page, server, told }) => {
    await told("first-invoice");
    const { token } = await server.call("admin.token.create", { name: "looks", scopes: ["licenses:read"] });
    await context.clearCookies();
    await page.reload();
    await page.getByLabel("Token").fill(token);
    await page.keyboard.press("Enter");
    await page.getByText("1 delivery waits for it").waitFor();
    for (const name of [/^Connect/, /^Disconnect/, /^Map/, /^Change/, /^Unmap/]) assert.equal(await page.getByRole("button", { name }).count(), 0, String(name));
    await page.locator("tbody tr", { hasText: "invoice.paid" }).getByRole("link").click();
    await page.getByRole("dialog").getByText("price_1RsMonthly").waitFor();
    for (const name of ["Show what was sent", "Apply it once more"]) assert.equal(await page.getByText(name).count(), 0, name);
  }, refused));
