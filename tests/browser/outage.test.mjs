// The outage drill in a page: what localStorage holds keeps a customer unlocked while the server
// fails, until the lease ends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answering, hanging } from "../npm/faulty.mjs";
import { PRODUCT, startVendor } from "../npm/vendor.mjs";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { startShop } from "./harness/shop.mjs";

const DAY = 86_400_000;
const CORS = { "access-control-allow-origin": "*" };
/** What the browser itself says of replies that fail. */
const expected = /^(Failed to load resource|Access to fetch)/;

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** In the page: starts a client whose clock is `ahead`, makes a call, and tells what came of it. */
async function inPage({ ahead, call, words = [], waits = false, timeoutMs = 10_000, ...options }) {
  const { createClient } = await import("/counterfoil.js");
  const client = createClient({ ...options, timeoutMs, now: () => Date.now() + ahead });
  const two = new Promise((resolve) => {
    const told = [];
    client.subscribe((state) => told.push(state) === 2 && resolve(state));
  });
  const state = await client[call](...words);
  const renewed = waits ? await two : null;
  const entries = Object.keys(localStorage).length;
  return { state, renewed, has: client.has("pro"), entries };
}

const unsigned = (answer) => ({ ...answer, body: answer.body.replace(/"lease":"[^"]*"/, '"lease":null') });

for (const [what, fault, timeoutMs] of [
  ["answers 500", { fault: answering(500, { ...CORS, "content-type": "application/json" }, "{}") }],
  ["times out", { fault: hanging }, 100],
  ["is a hotel's sign-in page", { fault: answering(200, { ...CORS, "content-type": "text/html" }, "<h1>Sign in</h1>") }],
  ["may not be read", { fault: answering(200, { "content-type": "text/html" }, "<h1>Sign in</h1>") }],
  ["lies without a signature", { lie: unsigned }],
  ["disappears", null],
]) {
  test(`a page stays unlocked while the server ${what}, until the lease ends`, async () => {
    const vendor = await startVendor();
    const shop = await startShop(vendor.url);
    const key = vendor.sell();
    const options = { server: vendor.url, product: PRODUCT, identifier: "127.0.0.1", jwks: vendor.jwks };
    const drill = async ({ page }) => {
      /** As somebody who opens the page that much later. */
      const later = async (ahead, call, more = {}) => {
        await page.reload();
        return page.evaluate(inPage, { ...options, ahead, call, ...more });
      };
      const activated = await later(0, "activate", { words: [key] });
      assert.deepEqual([activated.state.status, activated.state.source, activated.entries], ["valid", "server", 1]);
      const lease = await page.evaluate(() => JSON.parse(Object.values(localStorage)[0]).lease);

      if (fault) Object.assign(vendor, fault);
      else await vendor.stop();
      const away = timeoutMs ? { timeoutMs } : {};
      for (const ahead of [0, DAY, 3 * DAY]) {
        const { state, has } = await later(ahead, "check", away);
        assert.deepEqual([state.status, state.source, has], ["valid", "lease", true]);
      }
      const mistyped = await later(3 * DAY, "activate", { ...away, words: ["AFP-MISTYPED"] });
      assert.equal(mistyped.state.ok, false);

      const near = await later(6 * DAY, "check", { ...away, waits: true });
      assert.deepEqual([near.state.status, near.state.source], ["valid", "lease"]);
      assert.deepEqual([near.renewed.status, near.renewed.cause, near.has], ["grace", "offline", true]);
      const last = await later(7 * DAY - 60_000, "check", away);
      assert.deepEqual([last.state.status, last.has], ["grace", true]);
      assert.equal(await page.evaluate(() => JSON.parse(Object.values(localStorage)[0]).lease), lease);
      const over = await later(7 * DAY + 1_000, "check", away);
      assert.deepEqual([over.state.status, over.has], ["lease_expired", false]);
    };
    try {
      await visit(browser, shop.url, drill, { expected });
    } finally {
      await shop.stop();
      if (fault) await vendor.stop();
    }
  });
}
