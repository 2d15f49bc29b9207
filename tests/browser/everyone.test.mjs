// The page for everyone: by keyboard, on a phone, in the dark, through a screen reader.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mistype } from "./harness/check_page.mjs";
import { reads, setStage, shows } from "./harness/stage.mjs";
import { answerWith } from "./harness/verdicts.mjs";

const stage = setStage();

/** Every look of the page, one after the other on the same visit. */
async function everyLook({ page, context, check, keys }, look) {
  await look("empty");
  await check.more.click();
  await check.key.fill(keys.good.slice(0, 12));
  await look("typing");
  await check.key.fill(keys.foreign);
  await look("foreign");
  await check.ask(mistype(keys.good, 3));
  await shows(check.title, "Not sent yet");
  await look("held back");
  for (const [key, question, title] of [
    [keys.good, { identifier: "example.com" }, "Valid for"],
    [keys.unlimited, undefined, "Valid"],
    [keys.expired, undefined, "Expired"],
    [keys.full, { identifier: "desktop-0815" }, "Not activated"],
    [keys.good, { product: keys.otherProduct }, "Not valid for"],
    [keys.good, { identifier: "https://" }, "Could not ask that"],
  ]) {
    await check.identifier.fill("");
    await check.product.fill("");
    await check.ask(key, question);
    await shows(check.title, title);
    await look(title);
  }
  await check.identifier.fill("changed.example");
  await look("changed question");
  await context.setOffline(true);
  await check.ask(keys.good);
  await shows(check.title, /^Could not ask$/);
  await look("could not ask");
}

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation in ${colorScheme}`, () =>
    stage.check(
      (visited) =>
        everyLook(visited, async (look) => {
          const { violations } = await new AxeBuilder({ page: visited.page }).setLegacyMode().analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          assert.deepEqual(found, [], look);
        }),
      { colorScheme, reducedMotion: "reduce", expected: /^Failed to load resource/ },
    ));
}

test("nothing is wider than a phone of 360 pixels", () =>
  stage.check(
    async (visited) => {
      const fits = async (look) => {
        const width = await visited.page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(width, 360, look);
      };
      await everyLook(visited, fits);
    },
    { viewport: { width: 360, height: 740 }, expected: /^Failed to load resource/ },
  ));

test("on a phone the answer comes into view by itself", () =>
  stage.check(
    async ({ page, check, keys }) => {
      await check.ask(keys.full, { identifier: "desktop-0815" });
      await shows(check.title, "Not activated");
      await page.waitForFunction(() => {
        const { top, bottom } = document.querySelector(".answer [role=status]").getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
    },
    { viewport: { width: 360, height: 740 } },
  ));

test("the longest words break on a phone", () =>
  stage.check(
    async ({ page, check, keys }) => {
      const long = "w".repeat(255);
      await answerWith(page, (verdict) => {
        const activation = { ...verdict.activation, identifier: long, name: long };
        return { product: long, plan: long, entitlements: [long], activation, activations: [activation] };
      });
      await check.ask(keys.good, { identifier: "example.com" });
      await shows(check.title, "Valid for w");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    },
    { viewport: { width: 360, height: 740 } },
  ));

test("everything can be done by keyboard, and the focus is always seen", () =>
  stage.check(async ({ page, check, keys }) => {
    const { keyboard } = page;
    // The field has the focus from the start.
    await keyboard.type(keys.good);
    const press = async (key) => {
      await keyboard.press(key);
      const seen = await page.evaluate(() => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
        return document.activeElement !== document.body && (outlineStyle !== "none" || boxShadow !== "none");
      });
      assert.ok(seen, `no visible focus after ${key}`);
    };
    await press("Tab");
    await press("Enter");
    await press("Tab");
    await keyboard.type("example.com");
    await press("Tab");
    await keyboard.type("acme-forms-pro");
    // Past the choice between live and test.
    await press("Tab");
    await press("Tab");
    await press("Enter");
    await shows(check.title, "Valid for example.com");

    // And the second thoughts of a mistyped key: Tab leads on to "Ask anyway".
    await check.key.focus();
    await keyboard.press("End");
    await keyboard.type("Z");
    await press("Enter");
    await shows(check.title, "Not sent yet");
    for (let step = 0; step < 6; step += 1) await press("Tab");
    await press("Enter");
    await shows(check.title, "Not valid for acme-forms-pro");
    assert.equal(await check.answer.evaluate((region) => region === document.activeElement), true);
  }));

test("a verdict is read out, and so is the same verdict again", () =>
  stage.check(async ({ page, check, keys }) => {
    // A screen reader speaks what is added to a live region that was there before.
    const spoken = await page.evaluateHandle(() => {
      const said = [];
      const region = document.querySelector(".answer [role=status]");
      new MutationObserver((records) => {
        for (const record of records) for (const node of record.addedNodes) said.push(node.textContent);
      }).observe(region, { childList: true, subtree: true });
      return said;
    });
    for (const times of [1, 2]) {
      await check.ask(keys.expired);
      const heard = ([said, count]) => said.filter((text) => text.includes("expired")).length === count;
      await page.waitForFunction(heard, [spoken, times]);
    }
  }));

test("the page follows the reader's choice of light or dark", async () => {
  const brightness = (colour) => colour.match(/\d+/gu).slice(0, 3).map(Number).reduce((sum, part) => sum + part) / 3;
  for (const [colorScheme, isDark] of [["light", false], ["dark", true]]) {
    await stage.check(
      async ({ page, check, keys }) => {
        await check.ask(keys.good);
        await reads(check.title, "Valid");
        const [ground, ink, ticket] = await page.evaluate(() => {
          const root = getComputedStyle(document.documentElement);
          const paper = getComputedStyle(document.querySelector(".ticket"));
          return [root.backgroundColor, root.color, paper.backgroundColor];
        });
        assert.equal(brightness(ground) < 60, isDark);
        assert.equal(brightness(ticket) < 60, isDark);
        assert.equal(brightness(ink) > 200, isDark);
      },
      { colorScheme },
    );
  }
});

test("nothing moves for readers who want less motion", () =>
  stage.check(
    async ({ check }) => {
      const moves = await check.askButton.evaluate((button) => getComputedStyle(button).transitionDuration);
      assert.equal(moves, "0s");
    },
    { reducedMotion: "reduce" },
  ));

test("a browser without WebAssembly gets a sentence instead of an empty page", () =>
  stage.check(({ page }) => page.getByText("needs WebAssembly").waitFor(), {
    initScript: () => delete globalThis.WebAssembly,
  }));

test("the pages come with a policy that lets in nothing but the server's own files", async () => {
  const response = await fetch(stage.server.url);
  assert.equal(
    response.headers.get("content-security-policy"),
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
      "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  assert.match(response.headers.get("content-type"), /^text\/html/);
});
