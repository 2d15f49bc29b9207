// A sale from the order to the refund, by everything that it passes: the checkout, the provider's
// page, its signed webhooks, the letter, the client in a program, the portal, and the page at `/`.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient, memoryStorage } from "../../wasm/pkg/index.js";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { checkPage } from "./harness/check_page.mjs";
import { buy, checkoutPage, startCheckoutShop } from "./harness/checkout_page.mjs";
import { linkIn, portalPage } from "./harness/portal_page.mjs";
import { caller } from "./harness/server.mjs";
import { reads, shows } from "./harness/stage.mjs";

const email = "ann@example.com";

let browser;
let shop;
let jwks;

before(async () => {
  shop = await startCheckoutShop();
  jwks = await (await fetch(`${shop.server.url}/.well-known/jwks.json`)).json();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await shop?.stop();
});

/** The program that was bought, as it runs at a place. */
const program = (identifier) =>
  createClient({ server: shop.server.url, product: "acme-forms-pro", identifier, jwks, mode: "test", storage: memoryStorage() });

/** The desk of who sells, in test mode: what was sold at the test provider is there and nowhere else. */
async function testDesk() {
  const { token } = await shop.server.call("admin.token.create", { name: "Tests", mode: "test", scopes: ["*"] });
  return caller(shop.server.url, token);
}

test("bought, paid, mailed, used, a place freed, refunded: and everybody says so", async () => {
  const { mail, server } = shop;
  const clients = ["one", "two", "three", "four"].map((name) => program(`${name}.example`));
  const [first, , , fourth] = clients;

  await visit(browser, shop.at("acme-forms-pro", { plan: "developer" }), async ({ page, context }) => {
    const key = await buy(page, { email });

    const letter = await mail.message(/^To:.*ann@example\.com/im);
    assert.ok(letter.includes(key), "the key is mailed");
    const desk = await testDesk();
    const { items: deliveries } = await desk("admin.payment.deliveries", {});
    assert.ok(deliveries.length > 0 && deliveries.every(({ state }) => state !== "refused"), JSON.stringify(deliveries));

    for (const client of clients.slice(0, 3)) assert.equal((await client.activate(key)).status, "valid");
    assert.equal((await fourth.activate(key)).status, "seat_limit_exceeded");

    const portalTab = await context.newPage();
    const portal = portalPage(portalTab);
    const before = mail.messages.length;
    await portalTab.goto(new URL(await page.getByRole("link", { name: "your licenses" }).getAttribute("href"), server.url).href);
    await portalTab.getByText("These are test licenses").waitFor();
    await portal.email.fill(email);
    await portal.mailLink.click();
    await portalTab.goto(linkIn(await mail.message(/#code=/, before)));
    await portal.signIn.click();
    const license = portal.license("Acme Forms Pro");
    await shows(license, "3 of 3 domains in use");
    await portal.button("Remove two.example").click();
    await portal.button("Remove", { exact: true }).click();
    await shows(license, "2 of 3 domains in use");
    assert.equal((await fourth.activate(key)).status, "valid");

    const provider = await context.newPage();
    await provider.goto(`${server.url}/testpay/`);
    const sent = mail.messages.length;
    await provider.getByRole("button", { name: "Refund", exact: true }).click();
    await mail.message(/was revoked/, sent);

    for (const client of [first, fourth]) {
      assert.equal((await client.validate()).status, "revoked");
      assert.equal((await client.check()).status, "revoked");
      assert.equal(client.has("pro"), false);
    }
    await portalTab.reload();
    await shows(license, "Revoked");
    await shows(license, "taken back for good");
    await page.reload();
    const checkout = checkoutPage(page);
    await shows(checkout.licenses, "This license was taken back");
    assert.equal(await checkout.activate.count(), 0);
    await page.goto(server.url);
    const check = checkPage(page);
    await check.more.click();
    await page.getByLabel("It is a test license").check();
    await check.ask(key);
    await reads(check.title, "Revoked");
  });
});
