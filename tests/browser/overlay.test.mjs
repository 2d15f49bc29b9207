// The checkout over a seller's own page, which has another origin and a policy as strict as can be.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { atTestProvider, checkoutPage, startCheckoutShop, testProviderPage } from "./harness/checkout_page.mjs";
import { startOrigin } from "./harness/origin.mjs";
import { shows } from "./harness/stage.mjs";

let browser;
let seller;
let stranger;
let shop;

before(async () => {
  seller = await startOrigin();
  stranger = await startOrigin();
  shop = await startCheckoutShop({ origins: [seller.url] });
  const { url } = shop.server;
  seller.policy = `default-src 'none'; script-src ${url}; frame-src ${url}; img-src data:`;
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  for (const running of [shop, stranger, seller]) await running?.stop();
});

/** Opens a seller's page, and the checkout over it. `page.bought` is what becomes of the promise. */
function overlaid(origin, options, body, visiting) {
  const openOver = async (visited) => {
    const { page } = visited;
    await page.evaluate(() => document.body.insertAdjacentHTML("beforeend", "<button>Buy</button>"));
    await page.getByRole("button", { name: "Buy" }).focus();
    await page.evaluate(openInPage, { server: shop.server.url, options });
    const dialog = page.getByRole("dialog", { name: "Checkout" });
    await dialog.waitFor();
    const checkout = checkoutPage(page.frameLocator("iframe"));
    await body({ ...visited, dialog, checkout, bought: () => page.evaluate(() => globalThis.bought) });
  };
  return visit(browser, origin.url, openOver, visiting);
}

async function openInPage({ server, options }) {
  const { openCheckout } = await import(`${server}/checkout/overlay.js`);
  globalThis.messages = [];
  addEventListener("message", ({ data }) => globalThis.messages.push(data));
  globalThis.bought = openCheckout(options);
  globalThis.isOneAndTheSame = openCheckout(options) === globalThis.bought;
}

const forAnn = { product: "acme-forms-pro", plan: "agency", quantity: 1, email: "ann@example.com", name: "Ann" };

test("a sale is made over the seller's page, which hears of it", () =>
  overlaid(seller, forAnn, async ({ page, context, dialog, checkout, bought }) => {
    await shows(checkout.total, "€499.00 once");
    assert.equal(await page.evaluate(() => globalThis.isOneAndTheSame), true, "a second click opens no second one");
    assert.equal(await checkout.testBanner.getByRole("link").getAttribute("target"), "_blank", "no other page is shown in a frame");
    const opening = context.waitForEvent("page");
    await checkout.pay.click();
    const payPage = await opening;
    await payPage.waitForURL(atTestProvider);
    await shows(checkout.heading, "Pay in the other window");
    await testProviderPage(payPage).payByCard();
    await payPage.waitForURL(/\/checkout\/#paid=/);
    await payPage.close();
    const { licenses } = await bought();
    await shows(checkout.key, licenses[0].key);
    assert.deepEqual(Object.keys(licenses[0]).sort(), ["alias", "key", "product"]);
    assert.equal(licenses[0].product, "acme-forms-pro");
    // The buyer still reads their key, until they are done.
    await checkout.button("Done").click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.locator("counterfoil-checkout").count(), 0, "nothing is left");
  }));

for (const [way, close] of [
  ["Escape in the checkout", async ({ checkout }) => checkout.email.press("Escape")],
  ["Escape around it", async ({ page, dialog }) => {
    await dialog.getByRole("button", { name: "Close the checkout" }).focus();
    await page.keyboard.press("Escape");
  }],
  ["the button", async ({ dialog }) => dialog.getByRole("button", { name: "Close the checkout" }).click()],
  ["the page behind it", async ({ page }) => page.mouse.click(5, 5)],
]) {
  test(`it is closed by ${way}, and the focus is back where it was`, () =>
    overlaid(seller, forAnn, async (visited) => {
      await visited.checkout.pay.waitFor();
      await close(visited);
      assert.equal(await visited.bought(), null);
      await visited.dialog.waitFor({ state: "hidden" });
      assert.equal(await visited.page.evaluate(() => document.activeElement.tagName), "BUTTON");
    }));
}

test("the focus stays inside while it is open", () =>
  overlaid(seller, forAnn, async ({ page, checkout }) => {
    await checkout.pay.waitFor();
    for (let step = 0; step < 24; step += 1) {
      await page.keyboard.press("Tab");
      assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BUTTON");
    }
  }));

test("it is as high as what it shows, and fits a phone", () =>
  overlaid(
    seller,
    forAnn,
    async ({ page, dialog, checkout }) => {
      await checkout.pay.waitFor();
      await page.waitForFunction(() => {
        const frame = document.querySelector("counterfoil-checkout").shadowRoot.querySelector("iframe");
        return frame.clientHeight > innerHeight;
      });
      const { width } = await dialog.boundingBox();
      assert.equal(width, 360);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
      assert.equal(await checkout.heading.evaluate(() => document.documentElement.scrollWidth), 360);
      await checkout.pay.scrollIntoViewIfNeeded();
      await dialog.getByRole("button", { name: "Close the checkout" }).click();
    },
    { viewport: { width: 360, height: 740 } },
  ));

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation in the overlay in ${colorScheme}`, () => {
    const look = async ({ page, checkout }) => {
      await checkout.pay.waitFor();
      const { violations } = await new AxeBuilder({ page }).include("counterfoil-checkout").analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
    };
    return overlaid(seller, forAnn, look, { colorScheme, reducedMotion: "reduce", bypassCSP: true });
  });
}

test("a page that is not allowed is refused the frame, and offers a tab instead", () =>
  overlaid(
    stranger,
    forAnn,
    async ({ page, context, dialog }) => {
      const link = dialog.getByRole("link", { name: "Open it in a tab of its own" });
      const opening = context.waitForEvent("page");
      await link.click();
      const tab = await opening;
      await shows(checkoutPage(tab).total, "€499.00 once");
      assert.equal(await tab.evaluate(() => opener), null);
      assert.deepEqual(await page.evaluate(() => globalThis.messages), []);
    },
    { expected: /frame-ancestors|Failed to load resource|violates the following Content Security Policy/ },
  ));

test("a page that is allowed hears nothing that is meant for another", () =>
  visit(
    browser,
    seller.url,
    async ({ page }) => {
      const embed = `${shop.server.url}/checkout/?product=acme-forms-pro&embed=${encodeURIComponent(stranger.url)}`;
      const held = page.waitForEvent("console", (message) => message.text().includes("postMessage"));
      await page.evaluate((src) => {
        globalThis.messages = [];
        addEventListener("message", ({ data }) => globalThis.messages.push(data));
        document.body.append(Object.assign(document.createElement("iframe"), { src }));
      }, embed);
      await held;
      await shows(checkoutPage(page.frameLocator("iframe")).total, "€99.00");
      assert.deepEqual(await page.evaluate(() => globalThis.messages), []);
    },
    { expected: /Failed to execute 'postMessage'/ },
  ));
