// Orders at the desk: what was bought, and on to its licenses.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { furnish, story } from "./harness/desk_shop.mjs";
import { startServer } from "./harness/server.mjs";
import { shows } from "./harness/stage.mjs";

let browser;
let server;
let told;

const order = (name, more) =>
  server.call("billing.orderCompleted", {
    order: name,
    product: "acme-forms-pro",
    plan: "developer",
    customer: { email: "ada@example.com", name: "Ada Example" },
    ...more,
  });

before(async () => {
  server = await startServer();
  await furnish(server, 4);
  told = await story(server);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("an order tells what was bought, what was paid and how its licenses stand, and leads to them", async () => {
  const { licenses } = await order("ORD-2001", { quantity: 2, price: 19800, currency: "EUR" });
  await server.call("admin.license.suspend", { license: licenses[0].id });
  const body = async ({ page, desk }) => {
    const row = desk.row("ORD-2001");
    for (const words of ["Ada Example", "2 × Acme Forms Pro", "€198.00", "1 active", "1 suspended"]) await shows(row, words);
    await shows(desk.row("ORD-1002"), "SUB-1002");
    assert.deepEqual(await desk.rows.locator("th").allInnerTexts(), ["ORD-2001", "ORD-1002\nSUB-1002"]);
    await row.getByRole("link", { name: "ORD-2001" }).click();
    await shows(desk.heading, "Licenses");
    for (const { alias } of licenses) await desk.row(alias).waitFor();
    assert.equal(await desk.rows.count(), 2);
    await desk.button(/^ORD-2001.*show every order’s/u).click();
    await desk.row(told.alias).waitFor();
    await page.goBack();
    await desk.row(licenses[0].alias).waitFor();
    await page.goBack();
    await desk.row("ORD-2001").getByRole("link", { name: "Ada Example" }).click();
    await shows(desk.heading, "Ada Example");
  };
  await atDesk(browser, server, "orders", body);
});

test("an order is found by its name and by who bought it, and a new one turns up by itself", () =>
  atDesk(browser, server, "orders", async ({ page, desk }) => {
    await desk.row("ORD-1002").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("ivo@");
    await desk.row("ORD-2001").waitFor({ state: "detached" });
    await desk.row("ORD-1002").waitFor();
    await page.getByLabel("Search orders").fill("ORD-3");
    await page.getByText("No order begins like this").waitFor();
    await order("ORD-3001");
    await desk.row("ORD-3001").waitFor();
    assert.equal(await desk.rows.count(), 1);
  }));

test("where nothing was sold yet the next step is said", async () => {
  const empty = await startServer();
  try {
    await atDesk(browser, empty, "orders", async ({ page, desk }) => {
      await page.getByText("No order yet").waitFor();
      await desk.link("connect one").click();
      await shows(desk.heading, "Payments");
    });
  } finally {
    await empty.stop();
  }
});
