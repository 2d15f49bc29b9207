// How the desk looks to everybody: axe in light and dark, on a phone, and what the first load weighs.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk, openDesk } from "./harness/desk_page.mjs";
import { furnish, story } from "./harness/desk_shop.mjs";
import { startServer } from "./harness/server.mjs";

let browser;
let server;
let screens;

before(async () => {
  server = await startServer();
  const licenses = await furnish(server, 30);
  const told = await story(server);
  await server.call("admin.license.update", { license: told.id, metadata: { note: "a".repeat(300) } });
  const [product] = (await server.call("admin.product.list", {})).items;
  const [plan] = (await server.call("admin.plan.list", { product: product.id })).items;
  screens = {
    "overview": { path: "overview" },
    "licenses": { path: "licenses" },
    "selected licenses": { path: "licenses", reach: async ({ page }) => {
      await page.locator("tbody input").nth(1).check();
      await page.locator(".bulk").getByRole("button", { name: "More" }).click();
    } },
    "nothing found": { path: "licenses?q=zzzz" },
    "a new license": { path: "licenses/new" },
    "a license": { path: `licenses/${told.id}?why=1&for=harbour.example`, reach: ({ page }) => page.locator(".why-said").waitFor() },
    "an ended license": { path: `licenses/${licenses[16].id}` },
    "a menu": { path: `licenses/${told.id}`, reach: ({ desk }) => desk.button("More to do").click() },
    "a question": { path: `licenses/${told.id}`, reach: async ({ page, desk }) => {
      await desk.button("More to do").click();
      await page.getByRole("menuitem", { name: "Revoke" }).click();
    } },
    "the terms": { path: `licenses/${told.id}`, reach: async ({ page, desk }) => {
      await desk.button("More to do").click();
      await page.getByRole("menuitem", { name: "Edit terms" }).click();
    } },
    "an extension": { path: `licenses/${told.id}`, reach: ({ desk }) => desk.button("Extend…").click() },
    "something said": { path: `licenses/${told.id}`, reach: async ({ page, desk }) => {
      await desk.button("Extend…").click();
      await desk.dialog.getByRole("button", { name: "Extend" }).click();
      await desk.toast.waitFor();
    } },
    "customers": { path: "customers" },
    "a customer": { path: `customers/${told.customer.id}` },
    "products": { path: "products" },
    "a new product": { path: "products/new" },
    "a product": { path: `products/${product.id}` },
    "a plan": { path: `products/${product.id}/${plan.id}` },
    "mail": { path: "mail" },
    "a template": { path: "mail/license_delivered", reach: ({ page }) => page.locator(".preview-subject").waitFor() },
    "history": { path: "history" },
    "tokens": { path: "tokens" },
    "a new token": { path: "tokens?new=1" },
    "signing keys": { path: "keys" },
    "the palette": { path: "overview", reach: async ({ page }) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("ada");
      await page.getByRole("option", { name: /Customer$/ }).first().waitFor();
    } },
    "the keys": { path: "overview", reach: ({ page }) => page.keyboard.press("?") },
    "no screen": { path: "nowhere" },
  };
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Every screen in one visit, one after the other. */
function everyScreen(look, options) {
  const body = async (visited) => {
    for (const [name, { path, reach }] of Object.entries(screens)) {
      await visited.page.goto(`${server.url}/admin/#/${path}`);
      // What a screen before it left open must not be taken for this one's.
      await visited.page.reload();
      await visited.desk.heading.waitFor();
      await visited.page.waitForFunction(() => !document.querySelector(".waiting, [aria-busy=true]"));
      await reach?.(visited);
      await look(name, visited);
    }
  };
  return atDesk(browser, server, "overview", body, options);
}

async function axe(name, { page }) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`);
  assert.deepEqual(found, [], name);
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation at the desk in ${colorScheme}`, async () => {
    const options = { colorScheme, reducedMotion: "reduce" };
    await everyScreen(axe, options);
    await openDesk(browser, server, async (visited) => {
      await visited.desk.token.waitFor();
      await axe("the way in", visited);
    }, options);
  });
}

test("nothing at the desk is wider than a phone of 360 pixels", () =>
  everyScreen(
    async (name, { page }) => {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
      const dialog = await page.evaluate(() => document.querySelector("dialog[open]")?.getBoundingClientRect().width ?? 0);
      assert.ok(dialog <= 360, `${name}: ${dialog}`);
    },
    { viewport: { width: 360, height: 740 }, reducedMotion: "reduce" },
  ));

test("the screens are reached by a drawer on a phone", () =>
  atDesk(
    browser,
    server,
    "overview",
    async ({ page, desk }) => {
      const products = desk.side.getByRole("link", { name: "Products" });
      await desk.heading.waitFor();
      assert.equal(await products.isVisible(), false);
      await desk.button("Menu").click();
      await products.click();
      await desk.heading.filter({ hasText: "Products" }).waitFor();
      await products.waitFor({ state: "hidden" });
      await desk.button("Menu").click();
      await page.mouse.click(350, 400);
      await products.waitFor({ state: "hidden" });
    },
    { viewport: { width: 360, height: 740 }, reducedMotion: "reduce" },
  ));

test("the desk's first load is at most 120 KB of script and style, and without the rules", () => {
  const loaded = [];
  return atDesk(browser, server, "overview", async ({ page, requests, desk }) => {
    await page.locator(".figures").waitFor();
    await desk.at(`/${screens["an ended license"].path}`);
    await page.getByRole("region", { name: "Timeline" }).waitFor();
    for (const request of requests.filter((one) => ["script", "stylesheet"].includes(one.resourceType()))) {
      loaded.push([new URL(request.url()).pathname, gzipSync(await (await request.response()).body()).length]);
    }
    const bytes = loaded.reduce((sum, [, size]) => sum + size, 0);
    console.log(`the desk's first load: ${bytes} bytes gzip`);
    assert.ok(loaded.length > 2 && bytes <= 120_000, `${bytes} bytes: ${JSON.stringify(loaded)}`);
    assert.ok(loaded.every(([path]) => !path.includes("pkg")), JSON.stringify(loaded));
  });
});
