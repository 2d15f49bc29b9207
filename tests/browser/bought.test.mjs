// After paying: the key, a place for it, and everything that must not be taken for a "no".

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { calls, mistype } from "./harness/check_page.mjs";
import { openedCheckout } from "./harness/checkout_looks.mjs";
import { atTestProvider, buy, checkoutPage, startCheckoutShop, testProviderPage } from "./harness/checkout_page.mjs";
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

function open(url, body, options) {
  return visit(browser, url, (visited) => body({ ...visited, checkout: checkoutPage(visited.page) }), options);
}

/** The same with something bought. */
function bought(product, body, options) {
  const buyFirst = async (visited) => body({ ...visited, key: await buy(visited.page) });
  return open(shop.at(product), buyFirst, options);
}

const failed = { expected: /^Failed to load resource|net::ERR/ };

test("the key is shown and copied, and a reload shows it again", () =>
  bought(
    "acme-forms-pro",
    async ({ page, checkout, key }) => {
      await shows(checkout.heading, "Here is your key");
      await shows(checkout.testBanner, "no money moves");
      await shows(checkout.licenses, "Acme Forms Pro");
      await shows(checkout.licenses, "For 3 domains");
      await shows(checkout.licenses, "priority-support");
      await page.getByText("ann@example.com").waitFor();
      await checkout.button(/^Copy/).click();
      await shows(checkout.licenses, "Copied");
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
      await page.reload();
      await shows(checkout.key, key);
      assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0, "nothing is remembered");
      assert.ok(!page.url().includes(key));
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("as many keys are shown as were bought", () =>
  open(shop.at("acme-studio", { quantity: "2" }), async ({ page, checkout }) => {
    await buy(page);
    await shows(checkout.heading, "Here are your keys");
    assert.equal(await checkout.key.count(), 2);
    assert.equal(new Set(await checkout.key.allInnerTexts()).size, 2);
  }));

test("a domain is activated here: checked in the page, then asked for", () =>
  bought("acme-forms-pro", async ({ requests, checkout, key }) => {
    await checkout.activate.click();
    await shows(checkout.activation, "Say first where it will run");
    const before = requests.length;
    await checkout.activation.getByLabel("Domain of your site").fill("https://www.Example.com/shop");
    await checkout.activate.dblclick();
    await shows(checkout.note, "Activated for example.com");
    await shows(checkout.note, "1 of 3 domains in use");
    const [call, ...more] = calls(requests.slice(before));
    assert.deepEqual([call.method, call.params.key, more], ["license.activate", key, []]);
    await checkout.activate.click();
    await shows(checkout.note, "example.com has its place already");
  }));

test("a device is activated here, and a second one is told who takes the place", () =>
  bought("acme-studio", async ({ checkout }) => {
    const device = checkout.activation.getByLabel("Name or id of the device");
    await device.fill("ann-laptop");
    await checkout.activate.click();
    await shows(checkout.note, "1 of 1 device in use");
    await device.fill("ann-desktop");
    await checkout.activate.click();
    await shows(checkout.note, "All places are taken");
    await shows(checkout.note, "ann-laptop");
    await checkout.note.getByRole("link", { name: "your licenses" }).waitFor();
  }));

test("what can be no domain is a field to correct", () =>
  bought("acme-forms-pro", async ({ checkout }) => {
    const domain = checkout.activation.getByLabel("Domain of your site");
    await domain.fill("https://");
    await checkout.activate.click();
    await shows(checkout.note, "Not activated");
    assert.equal(await domain.getAttribute("aria-invalid"), "true");
  }));

test("with the network blocked a mistyped key is caught in the page, and no request leaves", () =>
  bought(
    "acme-forms-pro",
    async ({ context, page, requests, checkout, key }) => {
      await checkout.mailed.click();
      await context.setOffline(true);
      const before = requests.length;
      await checkout.typedKey.fill(mistype(key, 3));
      await checkout.checkKey.click();
      await shows(checkout.note, "The key looks mistyped");
      await shows(page.locator("#key-hint"), "group 3");
      await checkout.typedKey.fill(key.slice(0, 20));
      await checkout.checkKey.click();
      await shows(checkout.note, "The key is not complete");
      assert.deepEqual(requests.slice(before), [], "nothing left the page");
      // Typed right it is asked about, and that nobody answers is no "no".
      await checkout.typedKey.fill(key);
      await checkout.checkKey.click();
      await shows(checkout.note, "Could not ask the server");
      assert.deepEqual(calls(requests.slice(before)).map(({ method }) => method), ["license.validate"]);
      await context.setOffline(false);
      await checkout.checkKey.click();
      await shows(checkout.note, "Valid");
      const byHand = checkout.activation.last();
      await byHand.getByLabel("Domain of your site").fill("example.org");
      await byHand.getByRole("button", { name: "Activate here" }).click();
      await shows(byHand.locator(".note"), "Activated for example.org");
    },
    failed,
  ));

test("a page that waits gets the key by itself, and calls nothing failed meanwhile", async () => {
  const sold = await openedCheckout(shop);
  await open(
    sold.at,
    async ({ page, context, checkout }) => {
      await shows(checkout.heading, "The payment is on its way");
      await page.getByText("bo@example.com").waitFor();
      assert.equal(await checkout.goOn.getAttribute("href"), sold.payUrl);
      await context.setOffline(true);
      await checkout.note.waitFor();
      await shows(checkout.note, "It says nothing about your payment");
      await shows(checkout.heading, "The payment is on its way");
      await context.setOffline(false);
      await checkout.button("Ask now").click();
      await checkout.note.waitFor({ state: "hidden" });
      const payPage = await context.newPage();
      await payPage.goto(sold.payUrl);
      await testProviderPage(payPage).payByCard();
      await payPage.waitForURL(/\/checkout\/#paid=/);
      await payPage.close();
      await page.bringToFront();
      await checkout.key.waitFor();
      await shows(checkout.heading, "Here is your key");
    },
    failed,
  );
});

test("who has not paid changes the order, or goes on", async () => {
  const sold = await openedCheckout(shop, { quantity: 4 });
  await open(sold.at, async ({ page, checkout }) => {
    await checkout.button("Change the order").click();
    await shows(checkout.heading, "Buy Acme Forms Pro");
    assert.equal(await checkout.quantity.inputValue(), "4");
    assert.equal(await checkout.email.inputValue(), "bo@example.com");
    await checkout.goOn.click();
    await page.waitForURL(sold.payUrl);
    assert.match(page.url(), atTestProvider);
  });
});

test("a link that belongs to no purchase says where the key is", () =>
  open(`${shop.server.url}/checkout/#paid=${"0".repeat(32)}`, async ({ requests, checkout }) => {
    await shows(checkout.heading, "No purchase is known by this link");
    await checkout.mailed.waitFor();
    assert.equal(calls(requests).length, 1, "it is not asked for again");
  }));

test("a page that nobody sees asks nothing", async () => {
  const sold = await openedCheckout(shop);
  const hide = (hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  await open(sold.at, async ({ page, requests, checkout }) => {
    await page.clock.install();
    await page.reload();
    await shows(checkout.heading, "The payment is on its way");
    await page.evaluate(hide, true);
    const before = calls(requests).length;
    await page.clock.runFor(120_000);
    assert.equal(calls(requests).length, before);
    const asked = page.waitForRequest("**/rpc");
    await page.evaluate(hide, false);
    await asked;
  });
});
