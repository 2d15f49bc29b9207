// A key is judged while it is typed, by the compiled core, with no network.

import assert from "node:assert/strict";
import { test } from "node:test";
import { calls, mistype } from "./harness/check_page.mjs";
import { reads, setStage, shows } from "./harness/stage.mjs";

const stage = setStage();

test("a mistyped key is caught with the network blocked, its group is named, and nothing is sent", () =>
  stage.check(async ({ page, context, requests, check, keys }) => {
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    requests.length = 0;
    for (const group of [1, 2, 3, 4, 5]) {
      await check.key.fill(mistype(keys.good, group));
      await shows(check.hint, `group ${group}`);
      await reads(check.wrongGroup, mistype(keys.good, group).split("-")[group]);
      assert.equal(await check.key.getAttribute("aria-invalid"), "true");
    }
    await check.key.press("Enter");
    await shows(check.title, "Not sent yet");
    await check.askButton.click();
    await shows(check.title, "Not sent yet");
    assert.deepEqual(requests.map((request) => request.url()), []);
    assert.equal(await page.getByRole("button", { name: "Ask anyway" }).isVisible(), true);
  }));

test("a swap of two neighbours is caught in its group", () =>
  stage.check(async ({ check, keys }) => {
    const groups = keys.good.split("-");
    const swap = groups.findIndex((group, place) => place > 0 && group[1] !== group[2]);
    const [first, second, third, ...rest] = groups[swap];
    groups[swap] = [first, third, second, ...rest].join("");
    await check.key.fill(groups.join("-"));
    await shows(check.hint, `group ${swap}`);
  }));

test("a wrong prefix is marked as the prefix", () =>
  stage.check(async ({ check, keys }) => {
    const [, ...groups] = keys.good.split("-");
    await check.key.fill(["ZZZ", ...groups].join("-"));
    await reads(check.wrongGroup, "ZZZ");
  }));

test("a right key is called right, in any case and with any space around it", () =>
  stage.check(async ({ check, keys }) => {
    for (const typed of [keys.good, keys.good.toLowerCase(), `  ${keys.good} `, keys.good.replaceAll("-", " ")]) {
      await check.key.fill(typed);
      await shows(check.hint, "Typed right");
      assert.equal(await check.key.getAttribute("aria-invalid"), "false");
      assert.equal(await check.wrongGroup.count(), 0);
      assert.deepEqual(await check.groups.allInnerTexts().then(withoutNumbers), keys.good.split("-"));
    }
  }));

test("the groups are found in a key typed without hyphens", () =>
  stage.check(async ({ check, keys }) => {
    await check.key.fill(mistype(keys.good, 4).replaceAll("-", ""));
    await shows(check.hint, "group 4");
    await reads(check.wrongGroup, mistype(keys.good, 4).split("-")[4]);
  }));

test("a key that is being typed is never an error on the way", () =>
  stage.check(async ({ check, keys }) => {
    for (const character of keys.good) {
      await check.key.press(character);
      assert.equal(await check.key.getAttribute("aria-invalid"), "false", await check.key.inputValue());
      assert.equal(await check.wrongGroup.count(), 0);
    }
    await shows(check.hint, "Typed right");
  }));

test("an unfinished key is not sent by itself either", () =>
  stage.check(async ({ requests, check, keys }) => {
    await check.ask(keys.good.slice(0, -3));
    await shows(check.title, "Not sent yet");
    await shows(check.answer, "not complete");
    assert.deepEqual(calls(requests), []);
  }));

test("an empty field asks nothing and keeps the focus", () =>
  stage.check(async ({ requests, check }) => {
    await check.askButton.click();
    assert.equal(await check.key.evaluate((field) => field === document.activeElement), true);
    assert.deepEqual(calls(requests), []);
  }));

test("of a key from another system the page says that only the server can tell", () =>
  stage.check(async ({ check, keys }) => {
    await check.key.fill(keys.foreign);
    await shows(check.hint, "Only the server can tell");
    assert.equal(await check.key.getAttribute("aria-invalid"), "false");
  }));

function withoutNumbers(groups) {
  return groups.map((group) => group.split(/\s+/u)[0]);
}
