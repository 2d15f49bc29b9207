// A real Chromium, and a page that keeps account of what it asked for and complained about.

import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

// Longer than anything takes on a slow machine, shorter than a person's patience with a red test.
const patienceMs = 10_000;
const names = ["chromium", "chromium-browser", "google-chrome"];

function chromiumPath() {
  if (process.env.COUNTERFOIL_CHROMIUM) return process.env.COUNTERFOIL_CHROMIUM;
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/bin"];
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  return found ?? assert.fail("no Chromium found; install it or name it in COUNTERFOIL_CHROMIUM");
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launchBrowser() {
  return chromium.launch({
    executablePath: chromiumPath(),
    // Nothing but the pages may speak: no updates, no metrics, no prefetching.
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/**
 * Opens `url` in a fresh profile, hands the page to `body`, and fails if the page complained.
 *
 * `expected` matches complaints that the browser itself makes about what a test does on purpose:
 * it reports every reply from 400 on and every lost connection as a console error. `initScript`
 * runs in the page before anything of its own; `prepare` makes the profile ready.
 */
export async function visit(browser, url, body, { expected = /^$/, initScript, prepare, ...contextOptions } = {}) {
  const context = await browser.newContext(contextOptions);
  await prepare?.(context);
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const complaints = [];
  const requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => requests.push(request));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  if (initScript) await page.addInitScript(initScript);
  try {
    await page.goto(url);
    await body({ page, context, requests });
    assert.deepEqual(complaints.filter((text) => !expected.test(text)), [], "the page complained");
  } finally {
    await context.close();
  }
}
