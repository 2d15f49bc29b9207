// How the desk looks to everybody: axe in light and dark, on a phone, and what the first load weighs.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk, openDesk } from "./harness/desk_page.mjs";
import { arrive, deskScreens, deskSettings } from "./harness/desk_screens.mjs";
import { startReceiver } from "./harness/receiver.mjs";
import { startServer } from "./harness/server.mjs";

let browser;
let server;
let receiver;
let screens;

before(async () => {
  server = await startServer(deskSettings);
  receiver = await startReceiver();
  screens = await deskScreens(server, receiver);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  receiver?.stop();
});

/** Every screen in one visit, one after the other. */
function everyScreen(look, options) {
  const body = async (visited) => {
    for (const [name, screen] of Object.entries(screens)) {
      await arrive(server, visited, screen);
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
