// The customer's portal: in by a mailed link, and what one does there.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { verifyLease } from "../../wasm/pkg/index.js";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { calls } from "./harness/check_page.mjs";
import { linkIn, portalPage, startShop } from "./harness/portal_page.mjs";
import { startServer } from "./harness/server.mjs";
import { reads, shows } from "./harness/stage.mjs";

let browser;
let shop;

before(async () => {
  shop = await startShop();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** Opens a page and hands it over as a customer uses it. */
function open(url, body, options) {
  return visit(browser, url, (visited) => body({ ...visited, portal: portalPage(visited.page) }), options);
}

/** The same, signed in. */
async function signedIn({ email }, body, options) {
  const signIn = async (visited) => {
    await visited.portal.signIn.click();
    await visited.portal.signOut.waitFor();
    await body(visited);
  };
  await open(await shop.link(email), signIn, options);
}

const portalAt = (server) => `${server.url}/portal/`;

test("a customer asks for a link, opens it, and sees the license", async () => {
  const sold = await shop.sell({}, "example.com", "staging.example.com");
  await open(portalAt(shop.server), async ({ page, requests, portal }) => {
    await reads(portal.heading, "Your licenses");
    const mailed = shop.mail.messages.length;
    await portal.email.fill(sold.email);
    await portal.email.press("Enter");
    await shows(portal.heading, "Look into your inbox");
    const link = linkIn(await shop.mail.message(/#code=/, mailed));
    // The page is open: the link loads nothing, and signs nobody in by itself.
    await page.goto(link);
    await portal.signIn.waitFor();
    assert.deepEqual(calls(requests).map(({ method }) => method), ["portal.signIn"]);
    await portal.signIn.click();
    const license = portal.license("Acme Forms Pro");
    await shows(license, sold.key);
    await shows(license, "Active");
    await shows(license, "2 of 3 domains in use");
    await shows(license, "Never");
    assert.equal(await page.evaluate(() => location.href), portalAt(shop.server));
    assert.ok(requests.every((request) => !request.url().includes("code=")), "no code in any address");
    await page.reload();
    await shows(license, sold.key);
    await portal.signOut.click();
    await portal.email.waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
    await page.reload();
    await portal.email.waitFor();
  });
});

test("a customer takes a license along to where no network is", async () => {
  const sold = await shop.sell({}, "example.com");
  const keys = await (await fetch(`${shop.server.url}/.well-known/jwks.json`)).json();
  await signedIn(sold, async ({ page, portal }) => {
    const saving = page.waitForEvent("download");
    await portal.button("Offline file for example.com").click();
    const download = await saving;
    assert.equal(download.suggestedFilename(), "acme-forms-pro-example.com.license");
    const check = verifyLease(await readFile(await download.path(), "utf8"), {
      jwks: keys,
      product: "acme-forms-pro",
      identifier: "example.com",
      key: sold.key,
    });
    assert.equal(check.ok, true, check.code);
    const saved = page.locator(".offline-saved");
    await shows(saved, "Saved. Software that reads it needs no network until");
    assert.ok((await saved.boundingBox()).width > 100, "it is seen");
  });
});

test("a link that was used is told so, and leads to a new one", async () => {
  const sold = await shop.sell();
  const link = await shop.link(sold.email);
  const redeem = async ({ portal }) => {
    await portal.signIn.click();
    await portal.signOut.waitFor();
  };
  await open(link, redeem);
  await open(link, async ({ page, portal }) => {
    await portal.signIn.click();
    await shows(portal.note, "This link is no longer good");
    await portal.button("Ask for a new link").click();
    await portal.email.waitFor();
    assert.equal(await page.evaluate(() => location.hash), "");
  });
});

test("what is no address is held back", () =>
  open(portalAt(shop.server), async ({ requests, portal }) => {
    for (const text of ["", "ann", "ann@", "ann @example.com"]) {
      await portal.email.fill(text);
      await portal.mailLink.click();
      assert.equal(await portal.email.getAttribute("aria-invalid"), "true", text);
    }
    assert.deepEqual(calls(requests), []);
  }));

test("a server without mail says so", async () => {
  const server = await startServer();
  try {
    await open(portalAt(server), async ({ portal }) => {
      await portal.email.fill("ann@example.com");
      await portal.mailLink.click();
      await shows(portal.note, "This server sends no mail");
    });
  } finally {
    await server.stop();
  }
});

test("could not ask is never shown as no", async () => {
  const sold = await shop.sell({}, "example.com");
  const body = async ({ context, page, portal }) => {
    await context.setOffline(true);
    await portal.signIn.click();
    await shows(portal.note, "Could not ask the server");
    await context.setOffline(false);
    await portal.signIn.click();
    const license = portal.license("Acme Forms Pro");
    await shows(license, sold.key);
    await context.setOffline(true);
    await portal.button("Remove example.com").click();
    await portal.button("Remove", { exact: true }).click();
    await shows(portal.note, "It may have been done all the same");
    await context.setOffline(false);
    await page.route("**/rpc", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
    await page.reload();
    await shows(portal.note, "It says nothing about your licenses");
    await page.unrouteAll();
    await portal.button("Try again").click();
    await shows(license, "1 of 3 domains in use");
  };
  await open(await shop.link(sold.email), body, { expected: /^Failed to load resource/ });
});

test("a place is named and removed, by keyboard alone", async () => {
  const sold = await shop.sell({}, "example.com", "staging.example.com");
  await signedIn(sold, async ({ page, portal }) => {
    const place = portal.place("staging.example.com");
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await portal.button("Name it staging.example.com").press("Enter");
    await page.keyboard.type("The stage");
    await page.keyboard.press("Enter");
    await shows(place, "The stage");
    await page.waitForFunction(() => document.activeElement.textContent === "Rename staging.example.com");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement.textContent === "Rename staging.example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    // The first answer under the finger is the harmless one.
    assert.equal(await focused(), "Keep it");
    await page.keyboard.press("Enter");
    await shows(place, "The stage");
    await portal.button("Remove staging.example.com").press("Enter");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await shows(portal.license("Acme Forms Pro"), "1 of 3 domains in use");
    assert.match(await focused(), /1 of 3 domains in use/);
    await page.reload();
    await shows(portal.license("Acme Forms Pro"), "1 of 3 domains in use");
  });
});

test("a new key is asked about first, and the old one is good no more", async () => {
  const sold = await shop.sell();
  const body = async ({ page, portal }) => {
    const license = portal.license("Acme Forms Pro");
    const key = license.locator("code");
    await portal.button("Get a new key for Acme Forms Pro").click();
    await shows(license, "This key stops working at once");
    await portal.button("Keep this one").click();
    await reads(key, sold.key);
    await portal.button("Get a new key for Acme Forms Pro").click();
    await portal.button("Get a new key", { exact: true }).click();
    await page.waitForFunction((old) => !document.body.textContent.includes(old), sold.key);
    const fresh = await key.innerText();
    await portal.button("Copy the key of Acme Forms Pro").click();
    await shows(license, "Copied");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), fresh);
    for (const [text, status] of [
      [sold.key, "invalid"],
      [fresh, "valid"],
    ]) {
      assert.equal((await shop.server.call("license.validate", { key: text })).status, status);
    }
  };
  await signedIn(sold, body, { permissions: ["clipboard-read", "clipboard-write"] });
});

test("every status is told in plain words, and who has nothing is told so", async () => {
  const { email } = await shop.sell({ expiresAt: "2024-02-29T00:00:00Z" });
  await shop.sell({ email, status: "suspend" });
  await shop.sell({ email, status: "disable" });
  await shop.sell({ email, status: "revoke" });
  await signedIn({ email }, async ({ portal }) => {
    for (const [place, words] of [
      [3, "past its date"],
      [2, "stopped for the time being"],
      [1, "switched off"],
      [0, "taken back for good"],
    ]) {
      await shows(portal.licenses.nth(place), words);
    }
    assert.equal(await portal.licenses.nth(0).getByRole("button", { name: /Get a new key/ }).count(), 0);
  });
  const given = await shop.sell();
  await shop.server.call("admin.license.update", { license: given.id, customer: { email: "bob@example.com" } });
  await signedIn(given, ({ page }) => page.getByText("There is no license for your address").waitFor());
});

test("a session that ended leads back to the way in", async () => {
  const sold = await shop.sell();
  await signedIn(sold, async ({ page, portal }) => {
    const token = await page.evaluate(() => sessionStorage.getItem("counterfoil.portal"));
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "portal.signOut", params: {} });
    await fetch(`${shop.server.url}/rpc`, { method: "POST", headers, body });
    await page.reload();
    await shows(portal.note, "You were signed out");
    await portal.email.waitFor();
  });
});

/** Every look of the page, one after the other. */
async function everyLook({ page, portal, look }) {
  await look("the link");
  await portal.signIn.click();
  await portal.licenses.first().waitFor();
  await look("the licenses");
  await portal.button(/^Get a new key for/).first().click();
  await portal.button(/^Name it/).first().click();
  await portal.button(/^Remove /).first().click();
  await look("questions");
  await portal.signOut.click();
  await portal.email.waitFor();
  await look("the way in");
  await portal.mailLink.click();
  await look("no address");
  await page.route("**/rpc", (route) => route.abort());
  await portal.email.fill("ann@example.com");
  await portal.mailLink.click();
  await shows(portal.note, "Could not ask");
  await look("could not ask");
  await page.unrouteAll();
  await portal.mailLink.click();
  await shows(portal.heading, "Look into your inbox");
  await look("the inbox");
}

const longName = `${"a-very-long-name-of-a-device-".repeat(4)}0815.example.com`;

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation in the portal in ${colorScheme}`, async () => {
    const sold = await shop.sell({}, "example.com", "staging.example.com");
    const body = ({ page, portal }) => {
      const look = async (name) => {
        const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        assert.deepEqual(found, [], name);
      };
      return everyLook({ page, portal, look });
    };
    const options = { colorScheme, reducedMotion: "reduce", expected: /^Failed to load resource/ };
    await open(await shop.link(sold.email), body, options);
  });
}

test("nothing in the portal is wider than a phone of 360 pixels", async () => {
  const sold = await shop.sell({}, longName, "example.com");
  const body = ({ page, portal }) => {
    const look = async (name) => {
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, name);
    };
    return everyLook({ page, portal, look });
  };
  const options = { viewport: { width: 360, height: 740 }, expected: /^Failed to load resource/ };
  await open(await shop.link(sold.email), body, options);
});
