// The checkout: what is shown before paying, and that a purchase is made once whatever is pressed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { calls } from "./harness/check_page.mjs";
import { atTestProvider, buy, checkoutPage, startCheckoutShop, testProviderPage } from "./harness/checkout_page.mjs";
import { startServer } from "./harness/server.mjs";
import { shows } from "./harness/stage.mjs";

let browser;
let shop;

before(async () => {
  shop = await startCheckoutShop();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Opens a page and hands it over as a buyer uses it. */
function open(url, body, options) {
  return visit(browser, url, (visited) => body({ ...visited, checkout: checkoutPage(visited.page) }), options);
}

/** What was opened, by what the page sent. */
const opened = (requests) => calls(requests).filter(({ method }) => method === "checkout.open").map(({ params }) => params);

const failed = { expected: /^Failed to load resource/ };

test("the order says what is bought, for how long, and what it comes to", () =>
  open(shop.at("acme-forms-pro"), async ({ checkout }) => {
    await shows(checkout.heading, "Buy Acme Forms Pro");
    await shows(checkout.testBanner, "no money moves");
    assert.equal(await checkout.plans.count(), 2);
    await shows(checkout.total, "€99.00 every year");
    await shows(checkout.summary, "For 3 domains");
    await shows(checkout.summary, "Renews every year");
    await checkout.plan("Agency").check();
    await checkout.quantity.fill("3");
    await shows(checkout.total, "€1,497.00 once");
    await shows(checkout.summary, "3 × €499.00");
    await shows(checkout.summary, "3 licenses, Agency");
    await shows(checkout.summary, "white-label");
    await shows(checkout.pay, "Pay €1,497.00");
  }));

test("one plan is no choice, and a currency without cents has none", () =>
  open(shop.at("acme-studio"), async ({ checkout }) => {
    await shows(checkout.total, "¥1,900 once");
    assert.equal(await checkout.plans.count(), 0);
    await shows(checkout.summary, "1 license, Personal");
  }));

test("a link fills in the order", async () => {
  const filled = { plan: "agency", quantity: "2", email: "ann@example.com", name: "Ann" };
  await open(shop.at("acme-forms-pro", filled), async ({ checkout }) => {
    await shows(checkout.total, "€998.00 once");
    assert.equal(await checkout.plan("Agency").isChecked(), true);
    assert.equal(await checkout.email.inputValue(), "ann@example.com");
    assert.equal(await checkout.name.inputValue(), "Ann");
  });
  await open(shop.at("acme-forms-pro", { plan: "gone" }), async ({ checkout }) => {
    await shows(checkout.note, "That plan is not sold here");
    assert.equal(await checkout.plans.count(), 2);
  });
});

test("what is no address or no number is held back", () =>
  open(shop.at("acme-forms-pro"), async ({ requests, checkout }) => {
    for (const text of ["", "ann", "ann@", "@example.com", "ann @example.com", "ann@example."]) {
      await checkout.email.fill(text);
      await checkout.pay.click();
      assert.equal(await checkout.email.getAttribute("aria-invalid"), "true", text);
    }
    await checkout.email.fill("ann@example.com");
    for (const text of ["", "0", "101", "1.5"]) {
      await checkout.quantity.fill(text);
      await checkout.pay.click();
      assert.equal(await checkout.quantity.getAttribute("aria-invalid"), "true", text);
    }
    assert.deepEqual(opened(requests), []);
  }));

test("what is not for sale, is unknown, and could not be asked about are three things", async () => {
  await open(shop.at("acme-draft"), ({ checkout }) => shows(checkout.heading, "Acme Draft cannot be bought here"));
  await open(shop.at("nothing-like-it"), ({ checkout }) => shows(checkout.heading, "There is no such product"));
  await open(`${shop.server.url}/checkout/`, async ({ requests, checkout }) => {
    await shows(checkout.heading, "Nothing was chosen");
    assert.deepEqual(calls(requests), []);
  });
  const unasked = async ({ page, context, checkout }) => {
    await context.route("**/rpc", (route) => route.abort());
    await page.goto(shop.at("acme-forms-pro"));
    await shows(checkout.note, "Could not ask the server");
    await shows(checkout.note, "It says nothing about what is sold");
    await context.unrouteAll();
    await checkout.button("Try again").click();
    await shows(checkout.total, "€99.00 every year");
  };
  await open(`${shop.server.url}/checkout/`, unasked, failed);
});

test("a shop without a way to pay sells nothing", async () => {
  const server = await startServer();
  try {
    await server.call("admin.product.create", { slug: "acme", name: "Acme" });
    await server.call("admin.plan.create", { product: "acme", slug: "one", name: "One", activationType: "device", activationLimit: 1, price: 100, currency: "EUR" });
    await open(`${server.url}/checkout/?product=acme`, ({ checkout }) => shows(checkout.heading, "Acme cannot be bought here"));
  } finally {
    await server.stop();
  }
});

test("a shop that sends no mail promises none", async () => {
  const server = await startServer({ COUNTERFOIL_TEST_PROVIDER: "true" });
  try {
    await server.call("admin.product.create", { slug: "acme", name: "Acme" });
    await server.call("admin.plan.create", { product: "acme", slug: "one", name: "One", activationType: "device", activationLimit: 1, price: 100, currency: "EUR" });
    await open(`${server.url}/checkout/?product=acme`, async ({ page, checkout }) => {
      const promise = /mailed|in your mail|comes by mail/;
      await page.getByText("Keep it then: no mail is sent").waitFor();
      assert.doesNotMatch(await page.locator("main").innerText(), promise);
      await buy(page);
      await page.getByText("Keep it now: no mail is sent").waitFor();
      assert.doesNotMatch(await page.locator("main").innerText(), promise);
      assert.equal(await page.getByRole("link", { name: "your licenses" }).count(), 0, "nobody gets into the portal without mail");
    });
  } finally {
    await server.stop();
  }
});

test("a double click opens one checkout, and so do the way back and a reload", () =>
  open(shop.at("acme-forms-pro", { name: "Ann" }), async ({ page, requests, checkout }) => {
    await checkout.quantity.fill("2");
    await checkout.email.fill("ann@example.com");
    await page.reload();
    assert.equal(await checkout.email.inputValue(), "ann@example.com");
    assert.equal(await checkout.quantity.inputValue(), "2");
    await checkout.pay.dblclick();
    await page.waitForURL(atTestProvider);
    const payUrl = page.url();
    const [first, ...others] = opened(requests);
    assert.deepEqual(others, []);
    assert.match(first.reference, /^[\w-]{22,64}$/);
    const { id } = await shop.server.call("checkout.get", { reference: first.reference });

    await page.goBack();
    await checkout.goOn.waitFor();
    assert.equal(await checkout.quantity.inputValue(), "2");
    assert.equal(await checkout.goOn.getAttribute("href"), payUrl);
    await page.reload();
    await checkout.goOn.waitFor();
    assert.equal(await checkout.name.inputValue(), "Ann");
    await checkout.pay.click();
    await page.waitForURL(payUrl);
    const [, again] = opened(requests);
    assert.deepEqual(again, first);
    assert.equal((await shop.server.call("checkout.get", { reference: first.reference })).id, id);
  }));

test("the payment page's way back leads to the order as it was", () =>
  open(shop.at("acme-forms-pro", { plan: "developer" }), async ({ page, requests, checkout }) => {
    await checkout.plan("Agency").check();
    await checkout.email.fill("ann@example.com");
    await checkout.name.fill("Ann");
    await checkout.pay.click();
    await page.waitForURL(atTestProvider);
    const payUrl = page.url();
    await testProviderPage(page).backToTheShop.click();
    await checkout.goOn.waitFor();
    assert.equal(await checkout.plan("Agency").isChecked(), true);
    assert.equal(await checkout.name.inputValue(), "Ann");
    await checkout.goOn.click();
    await page.waitForURL(payUrl);
    const [{ reference }] = opened(requests);
    assert.ok(requests.every((request) => !new URL(request.url()).search.includes(reference)), "the reference is in no address that is sent");
  }));

test("another order is another checkout, and the same again is the first", () =>
  open(shop.at("acme-forms-pro", { email: "ann@example.com" }), async ({ page, requests, checkout }) => {
    const pay = async () => {
      await checkout.pay.click();
      await page.waitForURL(atTestProvider);
      return page.url();
    };
    const first = await pay();
    await page.goBack();
    await checkout.quantity.fill("2");
    await checkout.goOn.waitFor({ state: "hidden" });
    const second = await pay();
    assert.notEqual(second, first);
    const [one, two, ...more] = opened(requests);
    assert.notEqual(one.reference, two.reference);
    assert.deepEqual([one.quantity, two.quantity, more], [1, 2, []]);
  }));

test("a checkout that could not be opened is said so, and is opened once by another try", () =>
  open(
    shop.at("acme-forms-pro", { email: "ann@example.com" }),
    async ({ page, requests, checkout }) => {
      let isLost = true;
      // The call arrives and its answer does not: the worst that can happen.
      await page.route("**/rpc", async (route) => {
        if (!isLost || route.request().postDataJSON().method !== "checkout.open") return route.continue();
        isLost = false;
        await route.fetch();
        return route.abort();
      });
      await checkout.pay.click();
      await shows(checkout.note, "Could not ask");
      await shows(checkout.note, "Nothing was paid");
      await checkout.pay.click();
      await page.waitForURL(atTestProvider);
      const [one, two, ...more] = opened(requests);
      assert.deepEqual(two, one);
      assert.deepEqual(more, []);
    },
    failed,
  ));
