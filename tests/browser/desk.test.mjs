// The desk: in and out, and what stands around every screen.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { atDesk, deskPage, openDesk } from "./harness/desk_page.mjs";
import { furnish } from "./harness/desk_shop.mjs";
import { startServer } from "./harness/server.mjs";
import { shows } from "./harness/stage.mjs";

let browser;
let server;
let licenses;

before(async () => {
  server = await startServer();
  licenses = await furnish(server, 12);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const refused = { expected: /^Failed to load resource/ };

const adminLink = async () => (await promisify(execFile)(server.binary, ["admin-link"], { env: server.env })).stdout.trim();

test("a token signs in, a reload stays, and out is out", () =>
  openDesk(
    browser,
    server,
    async ({ page, context, desk }) => {
      await desk.token.fill("nobody");
      await desk.signIn.click();
      await shows(desk.note, "This token does not sign in");
      assert.equal(await desk.token.getAttribute("aria-invalid"), "true");
      await desk.token.fill(` ${server.token} `);
      await desk.token.press("Enter");
      await shows(desk.heading, "Overview");
      await page.reload();
      await shows(desk.heading, "Overview");
      const [cookie] = await context.cookies();
      assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/"]);
      // The theme is all that scripts keep.
      assert.deepEqual(await page.evaluate(() => [document.cookie, Object.keys(sessionStorage), Object.keys(localStorage)]), ["", [], []]);
      await desk.signOut.click();
      await desk.token.waitFor();
      assert.deepEqual(await context.cookies(), []);
      await page.reload();
      await desk.token.waitFor();
    },
    refused,
  ));

test("a printed link signs in by a button, once, and leaves nothing in the address", async () => {
  const link = await adminLink();
  await visit(browser, link, async ({ page, requests }) => {
    const desk = deskPage(page);
    await desk.signIn.waitFor();
    assert.ok(requests.every((request) => request.method() === "GET"), "the page alone redeems nothing");
    await desk.signIn.click();
    await shows(desk.heading, "Overview");
    assert.ok(!(await page.evaluate(() => location.href)).includes("code"));
    assert.ok(requests.every((request) => !request.url().includes("code=")), "no code in any address");
  });
  const again = async ({ page }) => {
    const desk = deskPage(page);
    await desk.signIn.click();
    await shows(desk.note, "This link is no longer good");
    await desk.button("Sign in by a token").click();
    await desk.token.waitFor();
  };
  await visit(browser, link, again, refused);
});

test("a session that ended is told, and signing in again leads back", async () => {
  const { id, token } = await server.call("admin.token.create", { name: "short", scopes: ["*"] });
  const body = async ({ page, desk }) => {
    await shows(desk.heading, "Products");
    await server.call("admin.token.revoke", { token: id });
    await desk.at("/customers");
    await shows(desk.note, "Your session is over");
    await desk.token.fill(server.token);
    await desk.token.press("Enter");
    await shows(desk.heading, "Customers");
    assert.equal(await page.evaluate(() => location.hash), "#/customers");
  };
  await atDesk(browser, server, "products", body, { token, ...refused });
});

test("could not ask is never shown as no", () =>
  atDesk(
    browser,
    server,
    "products",
    async ({ page, context, desk }) => {
      await desk.row("Acme Studio").waitFor();
      await context.setOffline(true);
      await desk.at("/customers");
      await shows(desk.note, "Could not ask the server");
      await context.setOffline(false);
      await desk.button("Try again").click();
      await desk.row("ada@example.com").waitFor();
      await page.route("**/rpc", (route) => route.fulfill({ status: 502, body: "Bad gateway" }));
      await desk.at("/licenses");
      await shows(desk.note, "Could not ask the server");
    },
    { expected: /Failed to load resource|WebSocket connection/ },
  ));

test("keys lead everywhere", () =>
  atDesk(browser, server, "overview", async ({ page, desk }) => {
    await shows(desk.heading, "Overview");
    for (const [letter, name] of [["l", "Licenses"], ["c", "Customers"], ["p", "Products"], ["r", "Orders"], ["y", "Payments"], ["w", "Webhooks"], ["m", "Mail"], ["h", "History"], ["t", "Tokens"], ["k", "Signing keys"], ["o", "Overview"]]) {
      await page.keyboard.press("g");
      await page.keyboard.press(letter);
      await desk.heading.filter({ hasText: name }).waitFor();
    }
    await page.keyboard.press("?");
    await shows(desk.dialog, "Search on this screen");
    await page.keyboard.press("Escape");
    await desk.dialog.waitFor({ state: "detached" });
  }));

test("the palette finds licenses and customers", () =>
  atDesk(browser, server, "overview", async ({ page, desk }) => {
    await shows(desk.heading, "Overview");
    const palette = page.getByRole("combobox", { name: "Search or do" });
    await page.keyboard.press("Control+k");
    // A letter that comes before the palette is a shortcut.
    await palette.fill(licenses[0].alias.toLowerCase());
    await page.getByRole("option", { name: licenses[0].alias }).waitFor();
    await page.keyboard.press("Enter");
    await shows(desk.heading, licenses[0].alias);
    await page.keyboard.press("Control+k");
    await palette.fill("edda@");
    await page.getByRole("option", { name: /edda@example.org Customer/ }).click();
    await shows(desk.heading, "edda@example.org");
    await page.keyboard.press("Control+k");
    await palette.fill("zzzz");
    await page.getByText("Nothing begins like this").waitFor();
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
  }));

test("a list is searched, walked through and selected from by keys", () =>
  atDesk(browser, server, "licenses", async ({ page, desk }) => {
    await desk.rows.first().waitFor();
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Search licenses");
    await page.keyboard.type("gjkx");
    assert.equal(await page.evaluate(() => document.activeElement.value), "gjkx", "letters in a field are letters");
    await page.getByText("No license is like this").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Delete");
    await desk.rows.first().waitFor();
    await page.evaluate(() => document.activeElement.blur());
    const second = desk.rows.nth(1);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await second.and(page.locator("[data-at=true]")).waitFor();
    await page.keyboard.press("x");
    await shows(page.locator(".bulk"), "1 selected");
    await page.keyboard.press("Enter");
    await shows(desk.heading, licenses.at(-2).alias);
  }));

test("light and dark are kept, and otherwise the system decides", () => {
  const ground = (page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  return atDesk(
    browser,
    server,
    "overview",
    async ({ page, desk }) => {
      const dark = await ground(page);
      await desk.button("Light", { exact: true }).click();
      const light = await ground(page);
      assert.notEqual(light, dark);
      await page.reload();
      await desk.heading.waitFor();
      assert.equal(await ground(page), light);
      await desk.button("As the system").click();
      assert.equal(await ground(page), dark);
    },
    { colorScheme: "dark" },
  );
});

test("a test token says so on every screen, and sees no live license", async () => {
  const { token } = await server.call("admin.token.create", { name: "trial", scopes: ["*"], mode: "test" });
  const body = async ({ page, desk }) => {
    for (const screen of ["overview", "licenses", "tokens"]) {
      await desk.at(`/${screen}`);
      await shows(page.locator(".test-mode"), "Test mode");
    }
    await desk.at("/licenses");
    await page.getByText("No license yet").waitFor();
    // It sees nothing else, so there is nothing to change to.
    assert.equal(await desk.button(/mode$/).count(), 0);
  };
  await atDesk(browser, server, "overview", body, { token });
});

test("the overview names who has hardly a place left, and leads there", () =>
  atDesk(browser, server, "overview", async ({ page, desk }) => {
    const full = page.getByRole("region", { name: "Places nearly all taken" });
    await shows(full, "3 of 3");
    const [row] = await full.getByRole("link").all();
    const { items } = await server.call("admin.license.list", { limit: 200 });
    const fullest = items.filter(({ status, activationLimit, activationsUsed, plan }) => status === "active" && activationLimit > 1 && activationsUsed === activationLimit && plan.slug !== "floating");
    assert.equal(fullest.length, await full.getByRole("link").count());
    await row.click();
    await shows(desk.heading, fullest[0].alias);
  }));

test("who is signed in by a live token looks at test mode and back, in every tab", () =>
  atDesk(browser, server, `licenses/${licenses[0].id}`, async ({ page, context, desk }) => {
    await shows(desk.heading, licenses[0].alias);
    const other = await context.newPage();
    await other.goto(`${server.url}/admin/#/licenses`);
    await deskPage(other).row(licenses[0].alias).waitFor();
    await desk.button("Look at test mode").click();
    await shows(page.locator(".test-mode"), "Test mode");
    await page.getByText("No license yet").waitFor();
    await other.getByText("No license yet").waitFor();
    await shows(other.locator(".test-mode"), "Test mode");
    // What is made here is a test license, and not one more live one.
    await desk.at("/licenses/new");
    await page.getByLabel("Product", { exact: true }).selectOption({ label: "Acme Forms Pro" });
    await page.getByLabel("Plan").selectOption({ label: "Developer" });
    await desk.button("Make the license").click();
    await desk.button("Show the key").click();
    const key = await page.locator(".key-box-key").innerText();
    assert.equal((await server.call("license.validate", { key })).status, "invalid");
    assert.equal((await server.call("license.validate", { key, mode: "test" })).status, "valid");
    await page.reload();
    await shows(page.locator(".test-mode"), "Test mode");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search or do" }).fill("live mode");
    await page.getByRole("option", { name: "Back to live mode" }).click();
    await desk.row(licenses[0].alias).waitFor();
    await page.locator(".test-mode").waitFor({ state: "detached" });
    await deskPage(other).row(licenses[0].alias).waitFor();
  }));

test("a token that may only look finds nothing to press", async () => {
  const { token } = await server.call("admin.token.create", { name: "looks", scopes: ["licenses:read"] });
  const body = async ({ page, desk }) => {
    await desk.at(`/licenses/${licenses[0].id}`);
    await shows(desk.heading, licenses[0].alias);
    await page.getByRole("region", { name: "Places" }).getByText("site-0-0.example").waitFor();
    for (const name of [/^Extend/, "More to do", "Add", /^Free/, /^Rename/]) assert.equal(await desk.button(name).count(), 0, String(name));
    for (const [screen, name] of [["licenses", "New license"], ["products", "New product"], ["tokens", "New token"]]) {
      await desk.at(`/${screen}`);
      await desk.rows.first().waitFor();
      assert.equal(await page.getByText(name, { exact: true }).count(), 0, name);
    }
    assert.equal(await page.locator(".live").count(), 0, "it may not listen, so nothing claims to be live");
  };
  await atDesk(browser, server, "overview", body, { token });
});

test("an empty desk says the next step, and that leads to a checked license", async () => {
  const empty = await startServer();
  const body = async ({ page, desk }) => {
    await desk.link("make a product").click();
    await page.getByLabel("Name", { exact: true }).fill("Acme Forms Pro");
    assert.equal(await page.getByLabel("Slug").inputValue(), "acme-forms-pro");
    await desk.button("Make the product").click();
    await shows(desk.heading, "Acme Forms Pro");
    await desk.link("Make the first one").click();
    await page.getByLabel("Name", { exact: true }).fill("Developer");
    await page.getByLabel("Places", { exact: true }).fill("3");
    await desk.button("Make the plan").click();
    await desk.row("Developer").waitFor();
    await desk.at("/overview");
    await desk.link("make a license").click();
    await page.getByLabel("Plan").selectOption({ label: "Developer" });
    await page.getByText("3 domains, a year").waitFor();
    await page.getByLabel("Customer’s address").fill("ann@example.com");
    await desk.button("Make the license").click();
    await page.getByText("1 event").waitFor();
    await desk.button("Show the key").click();
    const key = await page.locator(".key-box-key").innerText();
    assert.equal((await empty.call("license.validate", { key })).status, "valid");
  };
  try {
    await atDesk(browser, empty, "overview", body);
  } finally {
    await empty.stop();
  }
});
