// The server's verdict in words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, mistype } from "./harness/check_page.mjs";
import { reads, setStage, shows, text } from "./harness/stage.mjs";
import { answerWith, status } from "./harness/verdicts.mjs";

const stage = setStage();

test("a right key asks once and shows what the license is", () =>
  stage.check(async ({ requests, check, keys }) => {
    await check.ask(`  ${keys.good.toLowerCase()}`);
    await reads(check.title, "Valid");
    const [{ method, params }, ...more] = calls(requests);
    assert.deepEqual({ method, params, more }, { method: "license.validate", params: { key: keys.good }, more: [] });
    await reads(check.fact("Product"), "acme-forms-pro");
    await reads(check.fact("Plan"), "developer");
    assert.match(await text(check.fact("Expires")), /^4 June 2099, 00:00 UTC · in \d+ years( and \d+ months?)?$/);
    assert.equal(await check.fact("Expires").locator("time").getAttribute("datetime"), "2099-06-04T00:00:00Z");
    await reads(check.fact("Places"), "2 of 3 domains in use example.com Free example.com staging.example.com Free staging.example.com");
    await reads(check.fact("Includes"), "pro priority-support");
  }));

test("an asked identifier is shown as its place, however it was written", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good, { identifier: "https://www.Example.com/shop?x=1", product: "acme-forms-pro" });
    await reads(check.title, "Valid for example.com");
    await shows(check.fact("Places").getByRole("listitem").first(), /^example\.com\s*asked about\s*Free example\.com$/);
  }));

test("a license without limit and without end says so, and folds a long list of places", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.unlimited);
    await reads(check.title, "Valid");
    await reads(check.fact("Expires"), "Never");
    await shows(check.fact("Places"), "9 domains in use, without limit");
    const last = check.answer.locator(".place-name").filter({ hasText: "client-9.example" });
    assert.equal(await last.isVisible(), false);
    await check.answer.getByText("And 3 more").click();
    assert.equal(await last.isVisible(), true);
  }));

test("whoever has nothing but the key frees a place, and may think better of it", () =>
  stage.check(async ({ page, requests, check, keys }) => {
    const button = (name) => check.answer.getByRole("button", { name, exact: true });
    const { key } = await stage.server.call("admin.license.create", { product: keys.otherProduct, activationType: "device", activationLimit: 1 });
    await stage.server.call("license.activate", { key, identifier: "laptop-1" });
    await check.ask(key, { identifier: "laptop-2" });
    await shows(check.fact("Places"), "1 of 1 device in use");
    await button("Free laptop-1").click();
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Keep it", "the harmless answer is under the finger");
    await page.keyboard.press("Enter");
    await button("Free laptop-1").click();
    await page.route("**/rpc", (route) => route.abort());
    await button("Free it").click();
    await shows(check.answer, "Could not ask the server");
    await page.unroute("**/rpc");
    assert.deepEqual(calls(requests).map(({ method }) => method), ["license.validate", "license.deactivate"]);
    await button("Free it").click();
    await shows(check.fact("Places"), "None of 1 device in use");
    await stage.server.call("license.activate", { key, identifier: "laptop-2" });
    await check.askButton.click();
    await shows(check.title, "Valid for laptop-2");
  }, { expected: /Failed to load resource/ }));

test("an expired license says since when, and what to do", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.expired);
    await reads(check.title, "Expired");
    await shows(check.answer, "What to do: Renew the license");
    const since = await text(check.fact("Expired"));
    assert.match(since, /^29 February 2024, 00:00 UTC · \d+ years?( and \d+ months?)? ago$/);
  }));

test("an unknown key is told apart from a bad license, and shows no facts", () =>
  stage.check(async ({ check }) => {
    await check.ask("XLS-334A-86AF0");
    await reads(check.title, "Unknown key");
    await shows(check.answer, "What to do: Check the key");
    assert.equal(await check.answer.locator(".fact").count(), 0);
  }));

test("a license of another product is refused for the asked one", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good, { product: keys.otherProduct });
    await reads(check.title, "Not valid for acme-studio");
    await shows(check.answer, "What to do: Check the key");
    assert.equal(await check.answer.locator(".fact").count(), 0);
  }));

test("an identifier without a place is told to activate while one is free", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good, { identifier: "shop.example.org" });
    await reads(check.title, "Not activated for shop.example.org");
    await shows(check.answer, "What to do: Activate");
  }));

test("an identifier without a place is told to free one when all are taken", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.full, { identifier: "desktop-0815" });
    await reads(check.title, "Not activated for desktop-0815");
    await shows(check.answer, "What to do: Free a place");
    await reads(check.fact("Places"), "1 of 1 device in use laptop-4711 Free laptop-4711");
  }));

test("an identifier that can be none is a question to correct, not a no", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good, { identifier: "https://" });
    await reads(check.title, "Could not ask that");
    await shows(check.answer, "says nothing about the license");
    assert.equal(await check.identifier.getAttribute("aria-invalid"), "true");
  }));

test("every way to be stopped has its word and its remedy", () =>
  stage.check(async ({ page, check, keys }) => {
    for (const word of ["suspended", "disabled", "cancelled", "revoked"]) {
      await answerWith(page, status(word));
      await check.ask(keys.good);
      await shows(check.title, new RegExp(`^${word}$`, "i"));
      await shows(check.answer, "What to do: Contact the vendor");
      await page.unrouteAll();
    }
  }));

test("how long is said in words, by the server's clock", () =>
  stage.check(async ({ page, check, keys }) => {
    const checkedAt = "2026-01-31T12:00:00Z";
    for (const [expiresAt, words] of [
      ["2026-01-31T12:00:20Z", "in less than a minute"],
      ["2026-01-31T12:01:00Z", "in 1 minute"],
      ["2026-02-01T11:00:00Z", "in 23 hours"],
      ["2026-02-28T12:00:00Z", "in 28 days"],
      ["2026-03-31T12:00:00Z", "in 2 months"],
      ["2027-01-31T11:59:59Z", "in 11 months"],
      ["2027-01-31T12:00:00Z", "in 1 year"],
      ["2028-03-01T00:00:00Z", "in 2 years and 1 month"],
      ["2026-01-31T12:00:00Z", "less than a minute ago"],
      ["2026-01-29T12:00:00Z", "2 days ago"],
      ["2025-12-01T00:00:00Z", "61 days ago"],
    ]) {
      const expired = expiresAt <= checkedAt;
      await answerWith(page, () => ({ checkedAt, expiresAt, ...(expired && status("expired")()) }));
      await check.ask(keys.good);
      await shows(check.fact(expired ? "Expired" : "Expires"), `UTC · ${words}`);
      await page.unrouteAll();
    }
  }));

test("a mistyped key is asked about when a person insists", () =>
  stage.check(async ({ page, requests, check, keys }) => {
    await check.ask(mistype(keys.good, 2));
    await page.getByRole("button", { name: "Ask anyway" }).click();
    await shows(check.title, "Unknown key");
    assert.deepEqual(calls(requests).map(({ params }) => params.key), [mistype(keys.good, 2)]);
  }));

test("an answer never stands beside another key than its own", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good);
    await reads(check.title, "Valid");
    await check.key.press("Backspace");
    await check.title.waitFor({ state: "detached" });
  }));

test("an answer to an earlier question says so", () =>
  stage.check(async ({ check, keys }) => {
    await check.ask(keys.good);
    await reads(check.title, "Valid");
    await check.more.click();
    await check.identifier.fill("shop.example.org");
    await shows(check.answer, "This answers the question as it was before");
  }));

test("only the latest question is answered, however the replies overtake each other", () =>
  stage.check(async ({ page, check, keys }) => {
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await page.route("**/rpc", async (route) => {
      if (route.request().postDataJSON().params.key === keys.expired) await held;
      // The page has given the first call up by then, and cannot be given its reply.
      await route.continue().catch(() => undefined);
    });
    await check.ask(keys.expired);
    await check.ask(keys.good);
    await reads(check.title, "Valid");
    release();
    await page.unrouteAll({ behavior: "wait" });
    await reads(check.title, "Valid");
  }));

test("the key is nowhere but in the field and in the call", () =>
  stage.check(async ({ page, context, requests, check, keys }) => {
    await check.ask(keys.good);
    await reads(check.title, "Valid");
    const kept = await page.evaluate(async () =>
      JSON.stringify([
        location.href,
        document.title,
        history.state,
        { ...localStorage },
        { ...sessionStorage },
        await indexedDB.databases(),
        await caches.keys(),
      ]),
    );
    const addresses = requests.map((request) => request.url());
    const outside = [kept, ...addresses, JSON.stringify(await context.cookies())].join("\n").toUpperCase();
    for (const group of keys.good.split("-").slice(1)) assert.ok(!outside.includes(group), group);
  }));
