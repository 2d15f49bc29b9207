// Licenses at the desk: found, made, changed one at a time and many at a time, and back again.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { verifyLease } from "../../wasm/pkg/index.js";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { furnish, inDays } from "./harness/desk_shop.mjs";
import { startServer } from "./harness/server.mjs";
import { shows } from "./harness/stage.mjs";

let browser;
let server;
let licenses;

before(async () => {
  server = await startServer();
  licenses = await furnish(server, 30);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const at = (path, body, options) => atDesk(browser, server, path, body, options);
const hash = (page) => page.evaluate(() => location.hash);
const find = (license) => server.call("admin.license.get", { license });

/** Somebody's new license, with these places taken. */
async function sell(params = {}, ...identifiers) {
  const license = await server.call("admin.license.create", { product: "acme-forms-pro", plan: "developer", customer: { email: "zoe@example.com", name: "Zoe Zed" }, ...params });
  for (const identifier of identifiers) await server.call("license.activate", { key: license.key, identifier });
  return license;
}

/** Picks something from the license's menu. */
async function pick(desk, page, name) {
  await desk.button("More to do").click();
  await page.getByRole("menuitem", { name }).click();
}

test("licenses are found as one types, and a key never stands in the address", async () => {
  const license = await sell({ key: "AFP-7K2P-9XQ4-LM83-QQ" });
  await at("licenses", async ({ page, requests, desk }) => {
    await desk.rows.first().waitFor();
    const search = page.getByLabel("Search licenses");
    await search.pressSequentially("gwend", { delay: 20 });
    await page.waitForFunction(() => [...document.querySelectorAll("tbody tr")].every((row) => row.textContent.includes("Gwendolyn")));
    assert.equal(await hash(page), "#/licenses?q=gwend");
    await search.fill(licenses[3].alias.slice(0, 8).toLowerCase());
    await desk.row(licenses[3].alias).waitFor();
    await search.fill(license.key);
    await desk.row(license.alias).waitFor();
    assert.equal(await desk.rows.count(), 1);
    assert.equal(await hash(page), "#/licenses");
    assert.ok(requests.every((request) => !request.url().includes("7K2P")));
    await search.fill("nobody has this");
    await page.getByText("No license is like this").waitFor();
    await desk.button("Clear").click();
    await desk.rows.nth(10).waitFor();
    assert.equal(await search.inputValue(), "");
  });
});

test("filters stand in the address, Back takes them back, and a view keeps them", () =>
  at("licenses", async ({ page, desk }) => {
    await desk.rows.first().waitFor();
    await page.getByLabel("Status").selectOption("suspended");
    await page.waitForFunction(() => [...document.querySelectorAll("tbody .badge")].every((badge) => badge.textContent === "Suspended"));
    assert.equal(await hash(page), "#/licenses?status=suspended");
    await page.getByLabel("Product").selectOption({ label: "Acme Gallery" });
    await page.getByLabel("Plan").selectOption({ label: "Single site" });
    assert.match(await hash(page), /^#\/licenses\?status=suspended&product=prd_\w+&plan=pln_\w+$/);
    await desk.button("Views").click();
    await page.getByRole("menuitem", { name: "Save this view" }).click();
    await page.getByLabel("Name").fill("Stopped galleries");
    await page.keyboard.press("Enter");
    await shows(desk.toast, "Saved as “Stopped galleries”");
    await page.goBack();
    await page.goBack();
    await page.goBack();
    await desk.rows.nth(10).waitFor();
    assert.equal(await page.getByLabel("Status").inputValue(), "");
    await page.reload();
    await desk.button("Views").click();
    await page.getByRole("menuitem", { name: "Stopped galleries" }).click();
    await page.waitForFunction(() => location.hash.includes("status=suspended"));
    assert.equal(await page.getByLabel("Status").inputValue(), "suspended");
    await desk.button("Stopped galleries").click();
    await page.getByRole("menuitem", { name: "Forget" }).click();
    await desk.toast.filter({ hasText: "forgotten" }).getByRole("button", { name: "Undo" }).click();
    await desk.button("Stopped galleries").waitFor();
  }));

test("many are suspended at once, with what comes of it said first, and back again", async () => {
  const sold = [await sell({}, "a.example"), await sell(), await sell()];
  await server.call("admin.license.suspend", { license: sold[2].id });
  await at("licenses?q=zoe", async ({ page, desk }) => {
    for (const { alias } of sold) await page.getByLabel(`Select ${alias}`).check();
    await shows(page.locator(".bulk"), "3 selected");
    await desk.button("Suspend…").click();
    for (const words of ["Suspend 2 licenses?", "every check is told “suspended”", "1 place in use stays taken", "1 customer is told by mail", `${sold[2].alias} stays as it is`]) {
      await shows(desk.dialog, words);
    }
    await page.getByLabel(/^Why/).fill("A trial run");
    await desk.dialog.getByRole("button", { name: "Suspend" }).click();
    await shows(desk.toast, "2 licenses suspended.");
    for (const { id } of sold) assert.equal((await find(id)).status, "suspended");
    const { items } = await server.call("admin.license.history", { license: sold[0].id });
    assert.equal(items.at(-1).data.reason, "A trial run");
    await desk.toast.getByRole("button", { name: "Undo" }).click();
    await shows(desk.toast, "2 licenses back as before.");
    assert.deepEqual(await Promise.all(sold.map(async ({ id }) => (await find(id)).status)), ["active", "active", "suspended"]);
    await desk.row(sold[0].alias).getByText("Active").waitFor();
  });
});

test("what cannot be taken back exactly is not offered to be undone", async () => {
  const order = { order: "undo-1", subscription: "undo-sub-1", product: "acme-forms-pro", plan: "developer", customer: { email: "zoe@example.com" } };
  const [license] = (await server.call("billing.orderCompleted", order)).licenses;
  await server.call("billing.paymentFailed", { subscription: "undo-sub-1" });
  await at(`licenses/${license.id}`, async ({ page, desk }) => {
    await pick(desk, page, "Suspend");
    await desk.dialog.getByRole("button", { name: "Suspend" }).click();
    await shows(desk.toast, "1 license suspended.");
    assert.equal(await desk.toast.getByRole("button", { name: "Undo" }).count(), 0, "reinstating would forgive the payment");
  });
});

test("many get another end at once, each from its own", async () => {
  const soon = inDays(10);
  const sold = [await sell({ expiresAt: soon }), await sell({ expiresAt: inDays(-3) }), await sell({ plan: "agency" }), await sell()];
  await server.call("admin.license.revoke", { license: sold[3].id });
  await at("licenses?q=zoe", async ({ page, desk }) => {
    for (const { alias } of sold) await page.getByLabel(`Select ${alias}`).check();
    await desk.button("Extend…").click();
    await page.getByLabel("By days").check();
    await page.getByLabel("Days", { exact: true }).fill("0");
    await shows(desk.dialog, "Say how far first");
    await page.getByLabel("Days", { exact: true }).fill("30");
    for (const words of ["2 licenses get another end", "1 expired license work", "1 license ended for good", "1 license never expires"]) await shows(desk.dialog, words);
    await desk.dialog.getByRole("button", { name: "Extend" }).click();
    await shows(desk.toast, "2 licenses given another end.");
    assert.equal(Date.parse((await find(sold[0].id)).expiresAt) - Date.parse(soon), 30 * 86_400_000);
    assert.equal((await find(sold[1].id)).status, "active");
    await desk.toast.getByRole("button", { name: "Undo" }).click();
    await shows(desk.toast, "2 licenses back as before.");
    assert.equal((await find(sold[0].id)).expiresAt, soon);
    assert.equal((await find(sold[1].id)).status, "expired");
  });
});

test("what is selected is saved as a table without a key", async () => {
  const license = await sell({ customer: { email: "formula@example.com", name: "=1+1, or so" } });
  await at("licenses?q=formula", async ({ page, desk }) => {
    await page.getByLabel(`Select ${license.alias}`).check();
    const saving = page.waitForEvent("download");
    await page.locator(".bulk").getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Save as CSV" }).click();
    const text = await readFile(await (await saving).path(), "utf8");
    const [head, row] = text.split("\r\n");
    assert.equal(head.split(",").length, 15);
    assert.ok(row.includes(license.alias) && row.includes(`"'=1+1, or so"`), row);
    assert.ok(!text.includes(license.key));
  });
});

test("one license is made with a key from elsewhere, many with keys to hand out", () =>
  at("licenses/new", async ({ page, requests, desk }) => {
    const modules = () => requests.filter((request) => /\/assets\/pkg-/.test(request.url())).length;
    await page.getByLabel("Product").selectOption({ label: "Acme Forms Pro" });
    assert.equal(modules(), 0, "the rules are loaded when they are needed");
    const key = page.getByLabel("Key from elsewhere");
    const { key: ours } = await sell();
    await key.fill(ours);
    await page.getByText("Typed right: every check symbol fits.").waitFor();
    assert.equal(modules(), 1);
    await key.fill(`${ours.slice(0, -1)}${ours.endsWith("7") ? "8" : "7"}`);
    await page.getByText("It can be imported all the same").waitFor();
    await key.fill("CH-OLD1-OLD2-OLD3");
    await page.getByLabel("Last day").fill("2031-12-31");
    await desk.button("Make the license").click();
    await shows(desk.toast, "was made");
    const made = await find("CH-OLD1-OLD2-OLD3");
    assert.equal(made.expiresAt, "2032-01-01T00:00:00Z", "the day itself is still good");
    await desk.at("/licenses/new");
    await page.getByLabel("How many").fill("25");
    await desk.button("Make 25 licenses").click();
    await shows(desk.heading, "25 licenses made");
    assert.equal(await page.locator(".made-keys li").count(), 25);
    const saving = page.waitForEvent("download");
    await desk.button("Save as a file").click();
    const keys = (await readFile(await (await saving).path(), "utf8")).trim().split("\n");
    assert.equal((await server.call("license.validate", { key: keys[24] })).valid, true);
  }));

test("a refused license says what is wrong, and a second try makes one only", async () => {
  const taken = await sell();
  await at("licenses/new", async ({ page, desk }) => {
    await page.getByLabel("Key from elsewhere").fill(taken.key);
    await desk.button("Make the license").click();
    await shows(desk.note, "is taken");
    await page.getByLabel("Key from elsewhere").fill("");
    await page.getByLabel("Customer’s address").fill("twice@example.com");
    // The first try is heard and its answer lost.
    await page.route("**/rpc", async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await desk.button("Make the license").click();
    await shows(desk.note, "It may have been done all the same");
    await desk.button("Make the license").click();
    await shows(desk.toast, "was made");
    const { items } = await server.call("admin.license.list", { search: "twice@example.com" });
    assert.equal(items.length, 1);
  }, { expected: /Failed to load resource/ });
});

test("a filter that few pass finds them by itself, however far down they are", async () => {
  const { alias, id } = await sell();
  await server.call("admin.license.suspend", { license: id });
  await at("tokens", async ({ page, desk }) => {
    await desk.rows.first().waitFor();
    // As many parts as 100,000 licenses have, each of 2,000 of which none passes.
    const parts = 50;
    let asked = 0;
    await page.route("**/rpc", async (route) => {
      const { id: number, method, params } = route.request().postDataJSON();
      if (method !== "admin.license.list") return route.continue();
      asked += 1;
      assert.equal(params.cursor, asked === 1 ? undefined : `part-${asked - 1}`);
      if (asked < parts) return route.fulfill({ json: { jsonrpc: "2.0", id: number, result: { items: [], nextCursor: `part-${asked}` } } });
      const { cursor: _, ...rest } = params;
      return route.continue({ postData: { jsonrpc: "2.0", id: number, method, params: { ...rest, search: alias } } });
    });
    await desk.at("/licenses?status=suspended");
    await desk.row(alias).waitFor();
    assert.equal(asked, parts);
    assert.equal(await desk.rows.count(), 1);
    assert.equal(await desk.button("Show more").count(), 0);
  });
});

test("every stop says what comes of it, does it, and shows the way back", async () => {
  const { id, alias, key } = await sell({}, "a.example", "b.example");
  await at(`licenses/${id}`, async ({ page, desk }) => {
    const standing = page.locator(".license-standing");
    const step = async (name, words, status, told) => {
      if (name === "Reinstate" || name === "Enable") await desk.button(`${name}…`).click();
      else await pick(desk, page, `${name}…`);
      await shows(desk.dialog, words);
      await desk.dialog.getByRole("button", { name, exact: true }).click();
      await shows(standing, status);
      assert.equal((await server.call("license.validate", { key, identifier: "a.example" })).status, told);
    };
    await step("Suspend", "2 places in use stay taken", "Suspended", "suspended");
    await step("Disable", "only Enable does", "Disabled", "disabled");
    await step("Enable", "Another hold stays on it", "Suspended", "suspended");
    await step("Reinstate", "Programs are told “valid” again", "Active", "valid");
    await pick(desk, page, "Revoke…");
    await shows(desk.dialog, "cannot be undone");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Cancel", "the harmless answer is under the finger");
    await page.keyboard.press("Enter");
    assert.equal((await find(id)).status, "active");
    await step("Revoke", "2 places in use are freed, for good", "Revoked", "revoked");
    await shows(page.locator(".heading"), "Over for good");
    assert.equal(await desk.button("More to do").count(), 0);
    for (const words of ["Revoked", "active → revoked", "License made"]) await shows(page.getByRole("region", { name: "Timeline" }), words);
    assert.ok((await page.title()).startsWith(alias));
  });
  const other = await sell();
  await at(`licenses/${other.id}`, async ({ page, desk }) => {
    await pick(desk, page, "Cancel…");
    await shows(desk.dialog, "called off for good");
    await desk.dialog.getByRole("button", { name: "Cancel", exact: true }).last().click();
    await shows(page.locator(".license-standing"), "Cancelled");
  });
});

test("places are added beyond the limit, named, freed and taken back", async () => {
  const { id, key } = await sell({ activationLimit: 1 }, "a.example");
  await at(`licenses/${id}`, async ({ page, desk }) => {
    const places = page.getByRole("region", { name: "Places" });
    await desk.button("Add").click();
    await shows(desk.dialog, "beyond the limit");
    await page.getByLabel("Which domain").fill("not a domain");
    await desk.dialog.getByRole("button", { name: "Add" }).click();
    await shows(desk.dialog, "Not done");
    await page.getByLabel("Which domain").fill("https://www.B.example/path");
    await page.getByLabel("Label").fill("The stage");
    await desk.dialog.getByRole("button", { name: "Add" }).click();
    await shows(places, "b.example");
    await shows(places, "The stage");
    await shows(places, "2 of 1 domain");
    await desk.button("Rename b.example").click();
    await page.getByLabel("Label").fill("The shop");
    await page.keyboard.press("Enter");
    await shows(places, "The shop");
    await desk.toast.filter({ hasText: "The shop" }).getByRole("button", { name: "Undo" }).click();
    await shows(places, "The stage");
    await desk.button("Free a.example").click();
    await shows(desk.dialog, "is told “not activated”");
    await desk.dialog.getByRole("button", { name: "Free it" }).click();
    await shows(places, "1 of 1 domain");
    assert.equal((await server.call("license.validate", { key, identifier: "a.example" })).status, "not_activated");
    await desk.button("Show 1 place given back").click();
    await shows(places, "a.example");
    await desk.toast.filter({ hasText: "a.example was freed" }).getByRole("button", { name: "Undo" }).click();
    await shows(places, "2 of 1 domain");
    assert.equal((await server.call("license.validate", { key, identifier: "a.example" })).status, "valid");
  });
});

test("terms, key, uses and holder are changed", async () => {
  const { id, key } = await sell({ metadata: { note: "old" } }, "a.example", "b.example");
  await at(`licenses/${id}`, async ({ page, desk }) => {
    await pick(desk, page, "Edit terms");
    await page.getByLabel("Customer’s address").fill("uma@example.com");
    await shows(desk.dialog, "uma@example.com sees it in the portal from then on, zoe@example.com no longer");
    await page.getByRole("spinbutton", { name: "Places" }).fill("1");
    await shows(desk.dialog, "2 places are in use: those stay taken");
    await page.getByLabel("What it unlocks").fill("pro, export");
    await page.getByLabel("Metadata").fill("{");
    await shows(desk.dialog, "This is no JSON yet");
    await page.getByLabel("Metadata").fill('{"note":"new"}');
    await desk.dialog.getByRole("button", { name: "Save" }).click();
    await shows(desk.toast, "was changed");
    const changed = await find(id);
    assert.deepEqual([changed.customer.email, changed.activationLimit, changed.entitlements, changed.metadata], ["uma@example.com", 1, ["pro", "export"], { note: "new" }]);
    await pick(desk, page, "Count uses");
    await page.getByLabel("How many").fill("5");
    await shows(desk.dialog, "then 5");
    await desk.dialog.getByRole("button", { name: "Count" }).click();
    await shows(desk.toast, "5 uses are counted now");
    await pick(desk, page, "New key");
    await shows(desk.dialog, "The old key is unknown from that moment on");
    await desk.dialog.getByRole("button", { name: "Make a new key" }).click();
    await shows(desk.toast, "has a new key");
    assert.equal((await server.call("license.validate", { key })).status, "invalid");
    await pick(desk, page, "Empty it for somebody else");
    await shows(desk.dialog, "uma@example.com loses it");
    await desk.dialog.getByRole("button", { name: "Empty it" }).click();
    await shows(desk.toast, "was emptied");
    const emptied = await find(id);
    assert.deepEqual([emptied.customer, emptied.activationsUsed, emptied.activationLimit], [null, 0, 1]);
    await shows(desk.heading, emptied.alias);
  });
});

test("an offline file is signed for a place, and holds", async () => {
  const { id, key } = await sell({}, "a.example");
  const jwks = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
  await at(`licenses/${id}`, async ({ page, desk }) => {
    await pick(desk, page, "Offline file");
    await shows(desk.dialog, "it cannot be called back");
    await page.getByLabel("For which domain").fill("a.example");
    const saving = page.waitForEvent("download");
    await desk.dialog.getByRole("button", { name: "Sign and save" }).click();
    const file = await saving;
    assert.equal(file.suggestedFilename(), "acme-forms-pro-a.example.license");
    const lease = await readFile(await file.path(), "utf8");
    const check = verifyLease(lease.trim(), { jwks, product: "acme-forms-pro", identifier: "a.example", key });
    assert.equal(check.ok, true, check.code);
  });
});

test("the key is shown only to who asks, and copied without being shown", async () => {
  const { id, key } = await sell();
  const body = async ({ page, desk }) => {
    const shown = page.locator(".key-box-key");
    assert.ok(!(await shown.innerText()).includes(key.slice(-6)));
    await desk.button("Copy the key").click();
    await desk.button("Copied the key").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
    await desk.button("Show the key").click();
    assert.equal(await shown.innerText(), key);
  };
  await at(`licenses/${id}`, body, { permissions: ["clipboard-read", "clipboard-write"] });
});

test("what others do is seen without a reload", async () => {
  const license = await sell();
  await at("licenses?q=zoe", async ({ page, desk }) => {
    await desk.row(license.alias).waitFor();
    await page.locator(".live[data-state=live]").waitFor();
    await server.call("admin.license.suspend", { license: license.id });
    await desk.row(license.alias).getByText("Suspended").waitFor();
    const another = await sell();
    await desk.button("A new license was made").click();
    await desk.row(another.alias).waitFor();
    await desk.row(license.alias).getByRole("link").click();
    await shows(page.locator(".license-standing"), "Suspended");
    await server.call("admin.license.reinstate", { license: license.id });
    await shows(page.locator(".license-standing"), "Active");
    await server.call("license.activate", { key: license.key, identifier: "live.example" });
    await shows(page.getByRole("region", { name: "Places" }), "live.example");
    await shows(page.getByRole("region", { name: "Timeline" }), "live.example activated");
  });
});
