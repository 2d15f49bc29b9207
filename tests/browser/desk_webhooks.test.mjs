// Webhooks at the desk: made, tried, looked after, given another secret and ended, with a receiver
// that hears of it.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { startReceiver } from "./harness/receiver.mjs";
import { startServer } from "./harness/server.mjs";
import { shows, text } from "./harness/stage.mjs";

const refused = { expected: /^Failed to load resource/ };

let browser;

before(async () => {
  browser = await launchBrowser();
});

after(() => browser?.close());

/** Runs `body` at the desk of a server that sells forms; `made` is the webhook that there is. */
async function atWebhooks(body, { has = {}, path = ({ id }) => `webhooks/${id}`, ...options } = {}) {
  const server = await startServer({ COUNTERFOIL_ALLOW_PRIVATE_TARGETS: "true" });
  const receiver = await startReceiver();
  try {
    await server.call("admin.product.create", { slug: "forms", name: "Forms" });
    const made = has && (await server.call("admin.webhook.create", { url: receiver.url, description: "CRM", ...has }));
    const sell = () => server.call("admin.license.create", { product: "forms" });
    await atDesk(browser, server, made ? path(made) : "webhooks", (visited) => body({ ...visited, server, receiver, made, sell }), options);
  } finally {
    await server.stop();
    receiver.stop();
  }
}

const hooks = async (server) => (await server.call("admin.webhook.list", {})).items;

/** Whether a message is signed by this secret, as Standard Webhooks has it. */
function isSignedBy(secret, { headers, body }) {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return headers["webhook-signature"].split(" ").includes(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
}

async function fromMenu({ page, desk }, name) {
  await desk.button("More to do").click();
  await page.getByRole("menuitem", { name }).click();
  await desk.dialog.waitFor();
}

const yes = (desk, name) => desk.dialog.getByRole("button", { name, exact: true });

test("an empty screen says the next step; what is made there has its secret shown once and hears of a test", () =>
  atWebhooks(
    async ({ page, desk, server, receiver, requests }) => {
      await page.getByText("No webhook yet").waitFor();
      await desk.button("New webhook").click();
      assert.equal(await yes(desk, "Make the webhook").getAttribute("aria-disabled"), "true", "it goes nowhere yet");
      await page.getByLabel("URL").fill("ftp://crm.example");
      await yes(desk, "Make the webhook").click();
      await shows(desk.dialog.locator(".note"), "must begin with https:// or http://");
      assert.equal(await page.getByLabel("URL").getAttribute("aria-invalid"), "true");
      await page.getByLabel("URL").fill(receiver.url);
      await page.getByLabel("Name", { exact: true }).fill("CRM");
      await page.getByLabel("Everything that happens").uncheck();
      await page.getByLabel("license.*").uncheck();
      assert.equal(await yes(desk, "Make the webhook").getAttribute("aria-disabled"), "true", "it would be told nothing");
      await page.getByLabel("license.created").check();
      await page.getByLabel("activation.*").check();
      await page.getByLabel("payment.failed").check();
      await page.getByLabel("Product").selectOption({ label: "Forms" });
      await yes(desk, "Make the webhook").click();
      await shows(desk.dialog, "CRM was made");
      const secret = await text(desk.dialog.locator(".secret code"));
      assert.match(secret, /^whsec_/);
      const [made] = await hooks(server);
      const [product] = (await server.call("admin.product.list", {})).items;
      assert.deepEqual(
        [made.url, made.description, made.events.toSorted(), made.format, made.product],
        [receiver.url, "CRM", ["activation.*", "license.created", "payment.failed"], "standard", product.id],
      );
      await desk.button("I have it").click();
      await desk.heading.filter({ hasText: "CRM" }).waitFor();
      await page.getByText("Nothing was sent yet").waitFor();
      const coming = receiver.next();
      await desk.button("Send a test").click();
      const message = await coming;
      assert.equal(JSON.parse(message.body).type, "webhook.test");
      assert.ok(isSignedBy(secret, message));
      // Nobody presses anything for it.
      await desk.row("webhook.test").getByText("Delivered").waitFor();
      await desk.row("webhook.test").getByText("204 after").waitFor();
      await page.reload();
      await desk.heading.filter({ hasText: "CRM" }).waitFor();
      await desk.row("webhook.test").waitFor();
      assert.ok(!(await page.content()).includes(secret), "the secret is shown once");
      assert.ok(requests.every((request) => !request.url().includes(made.id)), "no log hears which one is looked at");
    },
    { has: null, ...refused },
  ));

test("a failing receiver is shown with its answer, and what it did not take is sent again with the same body", () =>
  atWebhooks(async ({ page, desk, server, receiver, made, sell }) => {
    Object.assign(receiver, { status: 500, body: "<b>out of paper</b>" });
    const coming = receiver.next();
    const license = await sell();
    const first = await coming;
    const row = desk.row("license.created");
    await row.getByText("Waiting").waitFor();
    await row.getByText("500 after").waitFor();
    const details = page.getByRole("region", { name: "Details" });
    await shows(details, "Failing");
    await row.getByRole("link").click();
    await shows(desk.dialog, "<b>out of paper</b>");
    await shows(desk.dialog, "Next try");
    assert.equal(await desk.dialog.locator(`a[href="#/licenses/${license.id}"]`).count(), 1);
    await desk.button("Show what was sent").click();
    await shows(desk.dialog.locator(".sent-body"), license.id);
    assert.deepEqual(JSON.parse(await desk.dialog.locator(".sent-body pre").innerText()), JSON.parse(first.body));
    await desk.button("Hide what was sent").click();
    Object.assign(receiver, { status: 204, body: "" });
    const again = receiver.next();
    await desk.button("Send it again").click();
    const second = await again;
    assert.deepEqual([second.headers["webhook-id"], second.body], [first.headers["webhook-id"], first.body]);
    await shows(desk.dialog.locator(".delivery"), "Delivered");
    await shows(desk.dialog.locator(".attempts"), "204 after");
    await shows(desk.dialog.locator(".attempts"), "500 after");
    await yes(desk, "Close").last().click();
    await details.getByText("On", { exact: true }).waitFor();
    await page.getByLabel("State").selectOption("failed");
    await page.getByText("No delivery like this").waitFor();
    assert.equal(await page.evaluate(() => location.hash), `#/webhooks/${made.id}?status=failed`);
    assert.equal((await hooks(server))[0].failingSince, null);
  }));

test("a receiver that nobody wants is shown as switched off, and counted until it is switched on", () =>
  atWebhooks(async ({ page, desk, server, receiver, made, sell }) => {
    Object.assign(receiver, { status: 410, body: "" });
    const coming = receiver.next();
    await sell();
    await coming;
    const details = page.getByRole("region", { name: "Details" });
    await shows(details, "answered 410");
    assert.equal(await desk.button("Send a test").count(), 0);
    await desk.at("/overview");
    await shows(page.locator(".figure[data-bad=true]"), "Webhooks failing1");
    await desk.link(/^\d+ not delivered to CRM$/).click();
    await desk.row("license.created").getByText("Failed").waitFor();
    assert.equal(await page.evaluate(() => location.hash), `#/webhooks/${made.id}?status=failed`);
    // One that the list as it is filtered does not hold is found all the same.
    await desk.row("license.created").getByRole("link").click();
    await shows(desk.dialog, "410 after");
    const shownOne = new URLSearchParams(new URL(page.url()).hash.split("?")[1]).get("delivery");
    await desk.at(`/webhooks/${made.id}?status=delivered&delivery=${shownOne}`);
    await page.getByText("No delivery like this").waitFor();
    await shows(desk.dialog, "410 after");
    await yes(desk, "Close").last().click();
    await desk.at("/webhooks");
    await shows(desk.row("CRM"), "answered 410");
    await desk.row("CRM").getByRole("link").click();
    receiver.status = 204;
    await desk.button("Switch on").click();
    await shows(desk.toast, "CRM is switched on");
    await details.getByText("On", { exact: true }).waitFor();
    const [hook] = await hooks(server);
    assert.deepEqual([hook.enabled, hook.disabledFor], [true, null]);
    await desk.at("/overview");
    await shows(page.locator(".figure"), "Webhooks failing0");
    assert.equal(await page.locator(".figure[data-bad=true]").count(), 0);
  }));

test("switching off says what is lost, and nothing is queued until it is on again", () =>
  atWebhooks(async (visited) => {
    const { page, desk, server, made, sell } = visited;
    await fromMenu(visited, "Switch off");
    await shows(desk.dialog, "is not sent later either");
    await yes(desk, "Switch off").click();
    await shows(desk.toast, "CRM is switched off");
    await page.getByText("nothing is queued for it until it is switched on").waitFor();
    assert.equal((await hooks(server))[0].disabledFor, "manual");
    await sell();
    assert.deepEqual((await server.call("admin.webhook.deliveries", { webhook: made.id })).items, []);
    await desk.at("/overview");
    await shows(page.locator(".figure"), "Webhooks failing0");
  }));

test("while a secret is replaced both sign, and one that is known to others signs no more", () =>
  atWebhooks(async (visited) => {
    const { page, desk, receiver, made, sell } = visited;
    const message = async () => {
      const coming = receiver.next();
      await sell();
      return coming;
    };
    const rotate = async (overlap) => {
      await fromMenu(visited, "New secret");
      await page.getByLabel("The old one signs as well").selectOption({ label: overlap });
      return shows(desk.dialog, overlap === "No longer" ? "verifies nothing any more" : "verifies by the old secret or by the new one");
    };
    const makeIt = async () => {
      await yes(desk, "Make a new secret").click();
      await shows(desk.dialog, "shown here once");
      const secret = await text(desk.dialog.locator(".secret code"));
      await desk.button("I have it").click();
      return secret;
    };
    await rotate("For two days");
    const second = await makeIt();
    await shows(page.getByRole("region", { name: "Details" }), "signs as well until");
    const both = await message();
    assert.deepEqual([made.secret, second].map((secret) => isSignedBy(secret, both)), [true, true]);
    await rotate("No longer");
    const third = await makeIt();
    const last = await message();
    assert.deepEqual([made.secret, second, third].map((secret) => isSignedBy(secret, last)), [false, false, true]);
    assert.ok(!(await page.content()).includes(third));
  }));

test("a webhook is changed, and deleted with what waits", () =>
  atWebhooks(
    async (visited) => {
      const { page, desk, server, receiver, sell } = visited;
      await fromMenu(visited, "Edit");
      assert.equal(await yes(desk, "Save").getAttribute("aria-disabled"), "true", "nothing is other yet");
      await page.getByLabel("URL").fill(`${receiver.url}/next`);
      await page.getByLabel("Name", { exact: true }).fill("");
      await page.getByLabel("license.*").check();
      await yes(desk, "Save").click();
      await desk.heading.filter({ hasText: new URL(receiver.url).host }).waitFor();
      const [hook] = await hooks(server);
      assert.deepEqual([hook.url, hook.description, hook.events], [`${receiver.url}/next`, null, ["lease.issued", "license.*"]]);
      const coming = receiver.next();
      await sell();
      assert.equal(JSON.parse((await coming).body).type, "license.created");
      await fromMenu(visited, "Delete");
      await page.keyboard.press("Escape");
      assert.equal((await hooks(server)).length, 1);
      await fromMenu(visited, "Delete");
      await shows(desk.dialog, "not even what waits");
      await yes(desk, "Delete").click();
      await page.getByText("No webhook yet").waitFor();
      assert.deepEqual(await hooks(server), []);
      await desk.at(`/webhooks/${hook.id}`);
      await page.getByText("There is no such webhook").waitFor();
    },
    { has: { events: ["lease.issued"] } },
  ));

test("a receiver of PackEdge’s takes its secret along, and is told what its form means", () =>
  atWebhooks(
    async ({ page, desk, server }) => {
      await page.getByText("No webhook yet").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search or do" }).fill("new webhook");
      await page.keyboard.press("Enter");
      await page.getByLabel("URL").fill("https://crm.example/hook");
      await page.getByLabel("Format").selectOption("packedge");
      await shows(desk.dialog, "hold the whole license key");
      await desk.button("Take over one that the receiver has already").click();
      await page.getByLabel("Secret").fill("whsec_known_to_the_receiver_for_years");
      await yes(desk, "Make the webhook").click();
      await shows(desk.dialog, "X-PackEdge-Signature");
      assert.equal(await text(desk.dialog.locator(".secret code")), "whsec_known_to_the_receiver_for_years");
      await desk.button("I have it").click();
      await desk.button("More to do").click();
      await page.getByRole("menuitem", { name: "New secret" }).click();
      await shows(desk.dialog, "verifies nothing any more");
      assert.equal(await page.getByLabel("The old one signs as well").count(), 0);
      assert.equal((await hooks(server))[0].format, "packedge");
    },
    { has: null },
  ));

test("a token that may only look sees webhooks and finds nothing to press", () =>
  atWebhooks(async ({ context, page, desk, server, receiver, made, sell }) => {
    const coming = receiver.next();
    await sell();
    await coming;
    const { token } = await server.call("admin.token.create", { name: "looks", scopes: ["licenses:read"] });
    await context.clearCookies();
    await page.reload();
    await page.getByLabel("Token").fill(token);
    await page.keyboard.press("Enter");
    await desk.row("license.created").getByRole("link").click();
    await shows(desk.dialog, "204 after");
    assert.equal(await desk.button("Send it again").count(), 0);
    await yes(desk, "Close").last().click();
    for (const name of ["Send a test", "More to do"]) assert.equal(await desk.button(name).count(), 0, name);
    await desk.at("/webhooks?new=1");
    await desk.row("CRM").waitFor();
    for (const name of ["New webhook", "Make the webhook"]) assert.equal(await desk.button(name).count(), 0, name);
    assert.equal((await hooks(server))[0].id, made.id);
  }, refused));
