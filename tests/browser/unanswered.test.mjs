// "Could not ask" is not "no": it looks different, reads different, and can be tried again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPage } from "./harness/check_page.mjs";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { reads, setStage, shows, text } from "./harness/stage.mjs";
import { startServer } from "./harness/server.mjs";
import { seed } from "./harness/seed.mjs";

const stage = setStage();
const lost = { expected: /^Failed to load resource/ };

async function isNoNo(check) {
  await reads(check.title, "Could not ask");
  await shows(check.answer, "This is not a “no”. Nobody looked at the license, and it may well be fine.");
  assert.equal(await check.answer.getAttribute("data-tone"), "unanswered");
  assert.doesNotMatch(await text(check.answer), /\b(invalid|not valid|unknown|expired|revoked)\b/i);
}

test("a server that went away is shown as could not ask", async () => {
  const server = await startServer();
  const browser = await launchBrowser();
  try {
    const keys = await seed(server);
    const loseServer = async ({ page }) => {
      const check = checkPage(page);
      await server.stop();
      await check.ask(keys.good);
      await shows(check.answer, "The server could not be reached");
      await isNoNo(check);
    };
    await visit(browser, server.url, loseServer, lost);
  } finally {
    await browser.close();
    await server.stop();
  }
});

test("a device that is offline is told so, and gets its verdict by trying again", () =>
  stage.check(async ({ page, context, check, keys }) => {
    await context.setOffline(true);
    await check.ask(keys.good);
    await shows(check.answer, "This device is offline");
    await isNoNo(check);
    await context.setOffline(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await shows(check.title, "Valid");
  }, lost));

for (const [what, reply] of [
  ["a busy server", { status: 503, headers: { "retry-after": "5" }, json: failure(503, "unavailable") }],
  ["too many calls", { status: 429, headers: { "retry-after": "5" }, json: failure(429, "rate_limited") }],
  ["a captive portal's page", { status: 200, contentType: "text/html", body: "<h1>Accept the terms</h1>" }],
  ["a gateway's error page", { status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }],
]) {
  test(`${what} is shown as could not ask`, () =>
    stage.check(async ({ page, check, keys }) => {
      await page.route("**/rpc", (route) => route.fulfill(reply));
      await check.ask(keys.good);
      await shows(check.title, "Could not ask");
      await isNoNo(check);
      await page.unrouteAll();
      await page.getByRole("button", { name: "Try again" }).click();
      await shows(check.title, "Valid");
    }, lost));
}

test("a server that never answers is given up", () =>
  stage.check(async ({ page, check, keys }) => {
    await page.clock.install();
    await page.route("**/rpc", () => undefined);
    await check.ask(keys.good);
    await page.clock.runFor(20_000);
    await shows(check.answer, "did not answer within 15 seconds");
    await isNoNo(check);
  }, lost));

function failure(code, word) {
  const data = { code: word, retryAfter: 5 };
  return { jsonrpc: "2.0", id: 1, error: { code, message: "Try again in 5 seconds.", data } };
}
