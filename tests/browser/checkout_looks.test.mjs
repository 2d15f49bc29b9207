// How the checkout looks to everybody: axe in light and dark, on a phone, by keyboard, and its weight.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { checkoutLooks } from "./harness/checkout_looks.mjs";
import { atTestProvider, checkoutPage, startCheckoutShop } from "./harness/checkout_page.mjs";

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

/** Every look of the page, one after the other, each as a visitor who was never there before. */
async function everyLook(look, options) {
  for (const [name, reach] of Object.entries(checkoutLooks)) {
    const body = async ({ page }) => {
      await reach({ page, shop });
      await look(page, name);
    };
    await visit(browser, `${shop.server.url}/checkout/`, body, { ...options, expected: /^Failed to load resource/ });
  }
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation in the checkout in ${colorScheme}`, () => {
    const look = async (page, name) => {
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), [], name);
    };
    return everyLook(look, { colorScheme, reducedMotion: "reduce" });
  });
}

test("nothing in the checkout is wider than a phone of 360 pixels", () => {
  const look = async (page, name) => {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
  };
  return everyLook(look, { viewport: { width: 360, height: 740 } });
});

test("the checkout works by keyboard, and the focus is always seen", () =>
  visit(browser, shop.at("acme-forms-pro"), async ({ page }) => {
    const checkout = checkoutPage(page);
    await checkout.pay.waitFor();
    const press = async (key) => {
      await page.keyboard.press(key);
      const seen = await page.evaluate(() => {
        const shown = (element) => {
          const { outlineStyle, boxShadow } = getComputedStyle(element);
          return outlineStyle !== "none" || boxShadow !== "none";
        };
        const element = document.activeElement;
        return element !== document.body && (shown(element) || shown(element.closest("label") ?? element));
      });
      assert.ok(seen, `no visible focus after ${key}`);
    };
    await checkout.plan("Developer").focus();
    await press("ArrowDown");
    assert.equal(await checkout.plan("Agency").isChecked(), true);
    await press("Tab");
    await page.keyboard.type("ann@example.com");
    await press("Tab");
    await page.keyboard.type("Ann");
    await press("Tab");
    await press("ArrowUp");
    assert.equal(await checkout.quantity.inputValue(), "2");
    await press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(atTestProvider);
  }));

test("the checkout's first load is at most 40 KB of script and style, and without the rules", () => {
  const loaded = [];
  return visit(browser, shop.at("acme-forms-pro"), async ({ page, requests }) => {
    await checkoutPage(page).pay.waitFor();
    for (const request of requests.filter((one) => ["script", "stylesheet"].includes(one.resourceType()))) {
      loaded.push([new URL(request.url()).pathname, gzipSync(await (await request.response()).body()).length]);
    }
    const bytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    console.log(`the checkout's first load: ${bytes} bytes gzip`);
    assert.ok(loaded.length > 2 && bytes <= 40_000, `${bytes} bytes: ${JSON.stringify(loaded)}`);
    assert.ok(loaded.every(([path]) => !path.includes("pkg")), JSON.stringify(loaded));
  });
});
