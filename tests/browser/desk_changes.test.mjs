// What is changed on the desk's other screens: the catalog, customers, tokens, letters; and the
// history as a file.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
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
  licenses = await furnish(server, 12);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const refused = { expected: /^Failed to load resource/ };
const at = (path, body, options) => atDesk(browser, server, path, body, options);

/** The result of a call by another token than the desk's, or the code of its refusal. */
async function asToken(token, method, params = {}) {
  const response = await fetch(`${server.url}/rpc`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  return error?.data.code ?? result;
}

test("a product is renamed with all it is known by, and a slug that is taken is refused in its place", async () => {
  const { id } = await server.call("admin.product.create", { slug: "old-name", name: "Old name" });
  const body = async ({ page, desk }) => {
    await shows(desk.heading, "Old name");
    await page.getByLabel("Slug").fill("acme-studio");
    await desk.button("Save").click();
    await shows(desk.note, "Not done");
    assert.equal(await page.getByLabel("Slug").getAttribute("aria-invalid"), "true");
    assert.equal((await server.call("admin.product.get", { product: id })).slug, "old-name");
    await page.getByLabel("Name", { exact: true }).fill("New name");
    await page.getByLabel("Slug").fill("new-name");
    await page.getByLabel("New keys look like").selectOption("pattern");
    await page.getByLabel("Pattern").fill("NN-XXXX-XXXX-XXXX");
    await page.getByLabel("Permalink").fill("nn");
    await page.getByLabel("Known elsewhere as").fill("77");
    await desk.button("Save").click();
    await shows(desk.toast, "New name was changed");
    await shows(desk.heading, "New name");
    const { name, slug, keyFormat, permalink, externalId } = await server.call("admin.product.get", { product: id });
    assert.deepEqual([name, slug, keyFormat, permalink, externalId], ["New name", "new-name", "NN-XXXX-XXXX-XXXX", "nn", "77"]);
    await page.getByLabel("Permalink").fill("");
    await desk.button("Save").click();
    await desk.toast.nth(1).waitFor();
    assert.equal((await server.call("admin.product.get", { product: id })).permalink, null);
  };
  await at(`products/${id}`, body, refused);
});

test("a plan’s terms are changed, and licenses keep those they were sold with", async () => {
  const [plan] = (await server.call("admin.plan.list", { product: "acme-gallery" })).items;
  const license = await server.call("admin.license.create", { product: "acme-gallery", plan: plan.slug });
  await at(`products/${plan.product}`, async ({ page, desk }) => {
    await desk.row("Single site").getByRole("link").click();
    await shows(desk.heading, "Single site");
    const places = page.getByLabel("Places", { exact: true });
    await page.waitForFunction(() => document.getElementById("plan-name").value === "Single site");
    assert.equal(await places.inputValue(), "1");
    await places.fill("2");
    await page.getByLabel("Holds").selectOption("days");
    await page.getByLabel("Days", { exact: true }).fill("30");
    await page.getByLabel("Grace after a failed payment").fill("3");
    await page.getByLabel("Works offline for").fill("21");
    await page.getByLabel("Most uses").fill("100");
    await page.getByLabel("What it unlocks").fill("hd , raw,");
    await page.getByLabel("Price").fill("3900");
    await page.getByLabel("Currency").fill("usd");
    await desk.button("Save").click();
    await shows(desk.toast, "Licenses keep the terms they were sold with");
    await desk.row("2 domains").getByText("$39.00").waitFor();
  });
  const [changed] = (await server.call("admin.plan.list", { product: "acme-gallery" })).items;
  const { activationLimit, term, graceDays, leaseDays, usesLimit, entitlements, price, currency } = changed;
  assert.deepEqual([activationLimit, term, graceDays, leaseDays, usesLimit, price, currency], [2, { days: 30 }, 3, 21, 100, 3900, "USD"]);
  assert.deepEqual(entitlements, ["hd", "raw"]);
  assert.equal((await server.call("admin.license.get", { license: license.id })).activationLimit, 1);
});

test("a customer is found by the beginning of a name and given another address, never somebody else’s", () =>
  at(
    "customers",
    async ({ page, desk }) => {
      await page.getByLabel("Search customers").fill("farid");
      await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1);
      await desk.row("Farid Rahimi").getByRole("link").click();
      await shows(desk.heading, "Farid Rahimi");
      await desk.row("Acme").first().waitFor();
      const address = page.getByLabel("Address", { exact: true });
      await address.fill("ada@example.com");
      await desk.button("Save").click();
      await shows(desk.note, "Not done");
      assert.equal(await address.getAttribute("aria-invalid"), "true");
      await address.fill("farid@new-quarry.example");
      await page.getByLabel("Name", { exact: true }).fill("Farid R.");
      await desk.button("Save").click();
      await shows(desk.toast, "Saved.");
      await shows(desk.heading, "Farid R.");
      const { items } = await server.call("admin.customer.list", { search: "farid@" });
      assert.deepEqual(items.map(({ email, name }) => [email, name]), [["farid@new-quarry.example", "Farid R."]]);
      await desk.link("New license").click();
      assert.equal(await page.getByLabel("Customer’s address").inputValue(), "farid@new-quarry.example");
    },
    refused,
  ));

test("a token is shown once, may what was ticked, and is good for nothing once it is revoked", () =>
  at("tokens", async ({ page, desk }) => {
    await desk.button("New token").click();
    await page.getByLabel("Name", { exact: true }).fill("Nightly");
    await desk.dialog.getByRole("checkbox", { name: /^products:write/ }).check();
    await page.getByLabel("Good until").fill(inDays(40).slice(0, 10));
    await desk.button("Make the token").click();
    await shows(desk.dialog, "shown here once");
    const token = await page.locator(".secret code").innerText();
    await desk.button("I have it").click();
    await desk.row("Nightly").getByText("licenses:read, products:write").waitFor();
    assert.ok(!(await page.content()).includes(token));
    await page.reload();
    await desk.row("Nightly").waitFor();
    assert.ok(!(await page.content()).includes(token));
    const made = await asToken(token, "admin.product.create", { slug: "by-night", name: "By night" });
    assert.equal(made.slug, "by-night");
    assert.equal(await asToken(token, "admin.license.create", { product: "by-night" }), "forbidden");
    await desk.button("Revoke Nightly").click();
    await shows(desk.dialog, "It does not come back");
    await desk.dialog.getByRole("button", { name: "Cancel" }).click();
    assert.ok(Array.isArray((await asToken(token, "admin.product.list")).items));
    await desk.button("Revoke Nightly").click();
    await desk.dialog.getByRole("button", { name: "Revoke" }).click();
    await shows(desk.toast, "Nightly is good for nothing any more");
    await desk.row("Nightly").waitFor({ state: "detached" });
    assert.equal(await asToken(token, "admin.product.list"), "unauthorized");
  }));

test("a letter’s wording is seen as it will be, saved, taken back and switched off", () =>
  at(
    "mail",
    async ({ page, desk }) => {
      const template = async () => (await server.call("admin.template.list", { limit: 200 })).items.find((one) => one.template === "license_delivered");
      const before = await template();
      await desk.link(/License delivered/).click();
      const subject = page.getByLabel("Subject");
      const preview = page.getByRole("region", { name: "What it comes to" });
      await page.getByLabel("About").fill(licenses[0].alias);
      await subject.fill("Yours: {{ product }}");
      await shows(preview.locator(".preview-subject"), "Yours: Acme Forms Pro");
      assert.equal((await template()).subject, before.subject, "a preview keeps nothing");
      await subject.fill("Yours: {{ nothing_like_it }}");
      await shows(preview, "Not done");
      await desk.button("Save").click();
      await shows(page.getByRole("form", { name: "Wording" }), "Not done");
      assert.equal((await template()).subject, before.subject);
      await subject.fill("Yours: {{ product }}");
      await desk.button("Save").click();
      await shows(desk.toast, "Saved. Letters from now on say this.");
      assert.deepEqual([(await template()).subject, (await template()).customized], ["Yours: {{ product }}", ["subject"]]);
      await desk.button("Back to the built-in subject").click();
      await page.waitForFunction((was) => document.getElementById("template-subject")?.value === was, before.subject);
      assert.deepEqual(await template(), before);
      await desk.button("Switch off").click();
      await desk.button("Switch on").waitFor();
      assert.equal((await template()).enabled, false);
      await desk.at("/mail");
      await desk.link(/License delivered/).getByText("Off").waitFor();
    },
    refused,
  ));

test("the history is saved as a file, whole or narrowed, and says what a reason says", async () => {
  const [license] = licenses;
  await server.call("admin.license.suspend", { license: license.id, reason: 'He said "stop", twice' });
  await server.call("admin.license.reinstate", { license: license.id });
  const saved = async ({ page, desk }) => {
    const saving = page.waitForEvent("download");
    await desk.button("Save as CSV").click();
    const file = await saving;
    assert.equal(file.suggestedFilename(), "history.csv");
    return (await readFile(await file.path(), "utf8")).split("\r\n");
  };
  await at("history", async (visited) => {
    await visited.desk.rows.first().waitFor();
    const all = [];
    let cursor = null;
    do {
      const part = await server.call("admin.history.list", { limit: 200, ...(cursor && { cursor }) });
      all.push(...part.items);
      cursor = part.nextCursor;
    } while (cursor);
    const [head, ...rows] = await saved(visited);
    assert.equal(head, "id,at,license,type,actor,from,to,data");
    assert.deepEqual(rows.slice(0, -1).map((row) => row.split(",")[0]), all.map(({ id }) => id));
    assert.equal(rows.at(-1), "");
    await shows(visited.desk.toast, `${all.length} events saved.`);
    await visited.page.getByLabel("What", { exact: true }).selectOption("license.suspended");
    await visited.page.waitForFunction(() => [...document.querySelectorAll("tbody .table-head .cell-text")].every((cell) => cell.textContent === "Suspended"));
    const [, ...narrowed] = await saved(visited);
    assert.ok(narrowed.length > 1);
    assert.ok(narrowed.slice(0, -1).every((row) => row.split(",")[3] === "license.suspended"), narrowed.join("\n"));
    const [told] = narrowed;
    const quoted = told.slice(told.indexOf('"'));
    // What is quoted twice over: by JSON, then by the file.
    assert.equal(JSON.parse(quoted.slice(1, -1).replaceAll('""', '"')).reason, 'He said "stop", twice');
  });
});
