// The test provider's pages: paying and the overview, by keyboard, on a phone, in light and dark.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { startServer } from "./harness/server.mjs";
import { shows } from "./harness/stage.mjs";
import { cards, openTestShop, testProviderSettings, till } from "./harness/test_provider.mjs";

let browser;
let server;
let shop;

before(async () => {
  server = await startServer(testProviderSettings);
  shop = await openTestShop(server);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The overview, once nothing is on its way. */
async function settled(page) {
  await page.goto(shop.url);
  const moving = page.locator(".event > p .tag").filter({ hasText: /on its way|next try/ });
  for (let looks = 0; (await moving.count()) > 0; looks += 1) {
    assert.ok(looks < 200, "events do not come");
    await page.reload();
  }
}

/** Every look of the pages, one after the other on one visit. */
async function everyLook({ page }, look) {
  await page.goto(await shop.session("keep", { quantity: 3, customer_email: "" }));
  await look("who is not named yet");
  await page.goto(await shop.session("studio"));
  await look("to be paid");
  const { enter, pay, problem, switches, card, ...fields } = till(page);
  await switches.click();
  await look("switches");
  await enter.call(fields, cards.declined);
  await pay.click();
  await problem.waitFor();
  await look("declined");
  await card("asks to confirm").click();
  await look("filled in");
  await pay.click();
  const confirm = page.getByRole("button", { name: "Confirm" });
  await confirm.waitFor();
  await look("a bank asks");
  const url = page.url();
  await confirm.click();
  await page.waitForURL(/\?paid$/);
  await page.goto(url);
  await page.getByRole("heading", { name: "Paid" }).waitFor();
  await look("paid");
  await settled(page);
  await page.getByText("Switches for the next button").click();
  await look("overview");
  await page.goto(`${shop.url}session/cs_test_none`);
  await page.getByRole("alert").waitFor();
  await look("nothing");
}

// The browser complains of the answer 404 that is a look of its own.
const expected = /^Failed to load resource: .* 404/;

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation at the test provider in ${colorScheme}`, () =>
    visit(
      browser,
      shop.url,
      (visited) =>
        everyLook(visited, async (look) => {
          const { violations } = await new AxeBuilder({ page: visited.page }).setLegacyMode().analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          assert.deepEqual(found, [], look);
          assert.ok(await visited.page.getByText("no money moves").isVisible(), look);
        }),
      { colorScheme, expected },
    ));
}

test("nothing of the test provider is wider than a phone of 360 pixels", () =>
  visit(
    browser,
    shop.url,
    (visited) =>
      everyLook(visited, async (look) => {
        assert.equal(await visited.page.evaluate(() => document.documentElement.scrollWidth), 360, look);
      }),
    { viewport: { width: 360, height: 740 }, expected },
  ));

test("a buyer pays by keyboard alone, and goes back to the shop", async () =>
  visit(browser, await shop.session("keep"), async ({ page }) => {
    const { number, expiry, cvc } = till(page);
    await number.focus();
    await page.keyboard.type(cards.pays);
    await page.keyboard.press("Tab");
    assert.equal(await expiry.evaluate((field) => field === document.activeElement), true);
    await page.keyboard.type("12/40");
    await page.keyboard.press("Tab");
    assert.equal(await cvc.evaluate((field) => field === document.activeElement), true);
    await page.keyboard.type("123");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\?paid$/);
    // Going back does not pay again.
    await page.goBack();
    await page.reload();
    await page.getByRole("heading", { name: "Paid" }).waitFor();
    await page.getByRole("link", { name: "Back to the shop" }).click();
    await page.waitForURL(/\?paid$/);
  }));

test("the shop is told by events, and each try of them is shown", async () =>
  visit(browser, await shop.session("keep"), async ({ page }) => {
    await page.getByRole("link", { name: "Back to the shop" }).click();
    await page.waitForURL(/\?cart$/);
    await page.goBack();
    const desk = till(page);
    await desk.enter(cards.pays);
    await desk.switches.click();
    await page.getByLabel("Duplicate").check();
    await desk.pay.click();
    await page.waitForURL(/\?paid$/);
    await settled(page);
    const sold = page.getByRole("listitem").filter({ hasText: "checkout.session.completed" }).first();
    assert.deepEqual(await sold.locator("ol .tag").allInnerTexts(), ["200", "200"]);
    await page.getByRole("button", { name: "Refund" }).first().click();
    await settled(page);
    const told = page.getByRole("listitem").filter({ hasText: "charge.refunded" });
    assert.deepEqual(await told.locator("ol .tag").allInnerTexts(), ["200"]);
  }));

test("the desk says that it is on", () =>
  atDesk(browser, server, "licenses", async ({ page, desk }) => {
    await shows(page.locator(".test-mode"), "The test provider is on");
    await desk.link("test provider").click();
    await shows(page.getByRole("heading", { level: 1 }), /./);
    assert.equal(new URL(page.url()).pathname, "/testpay/");
  }));
