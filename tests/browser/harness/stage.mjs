// What every test file stands on: one server with its shop, one browser.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launchBrowser, visit } from "./browser.mjs";
import { checkPage } from "./check_page.mjs";
import { seed } from "./seed.mjs";
import { startServer } from "./server.mjs";

/** Sets the stage before the file's tests and clears it after them. */
export function setStage() {
  const stage = {
    /** Opens the page at `/` and hands it to `body`; fails when the page complained. */
    check: (body, options) =>
      visit(
        stage.browser,
        stage.server.url,
        (visited) => body({ ...visited, check: checkPage(visited.page), keys: stage.keys }),
        options,
      ),
  };
  before(async () => {
    stage.server = await startServer();
    stage.keys = await seed(stage.server);
    stage.browser = await launchBrowser();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.server?.stop();
  });
  return stage;
}

/** Waits until the element shows the text. */
export async function shows(locator, text) {
  await locator.filter({ hasText: text }).waitFor();
}

/** What the element shows, white space folded as a reader sees it. */
export async function text(locator) {
  return (await locator.innerText()).replace(/\s+/gu, " ").trim();
}

/** The element's text, compared whole. */
export async function reads(locator, expected) {
  assert.equal(await text(locator), expected);
}
