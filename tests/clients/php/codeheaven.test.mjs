// Code Heaven's calls, as a plugin makes them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";
import { clientOf } from "./php.mjs";

const VENDOR_KEY = `ch_vendor_live_${"8f3c2a91d4e7b605".repeat(3)}`;
const PRODUCT = "acme-forms-pro";
const SEATS = 3;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const PAST = "2020-02-29T00:00:00Z";

let server;
let desk;
let order = 0;

before(async () => {
  server = await startServer();
  desk = deskOf(server);
  await desk.admin("admin.product.create", {
    slug: PRODUCT,
    name: "Acme Forms Pro",
    keyFormat: "C\\H-XXXX-XXXX-XXXX",
  });
  await desk.admin("admin.plan.create", {
    product: PRODUCT,
    slug: "developer",
    name: "Developer",
    activationType: "domain",
    activationLimit: SEATS,
    term: { months: 12 },
  });
  await desk.credential("codeheaven-vendor-key", VENDOR_KEY);
});

after(() => server?.stop());

/** The plugin on one site. */
const pluginOn = (domain, settings = {}) =>
  clientOf("CodeHeaven", {
    baseUrl: `${server.url}/codeheaven/v1`,
    vendorKey: VENDOR_KEY,
    product: PRODUCT,
    domain,
    ...settings,
  });

const issue = (rest = {}) =>
  desk.admin("admin.license.create", { product: PRODUCT, plan: "developer", ...rest });

const refusal = (status, code, message) => ({ status, body: { error: { code, message } } });
/** In the order of the alphabet: the answer's is that of time, down to the second. */
const domainsOf = ({ body }) => body.activations.map(({ domain }) => domain).sort();

async function fill(key) {
  const plugins = ["one", "two", "three"].map((site) => pluginOn(`${site}.example`));
  for (const plugin of plugins) assert.equal((await plugin("activate", key)).status, 201);
  return plugins;
}

/** What a verdict is for a license that is not to be used, on a site that had a seat. */
async function assertStopped(plugin, key, status, code) {
  const { status: http, body } = await plugin("validate", key);
  assert.equal(http, 200, "a verdict, and no failed call");
  assert.equal(body.valid, false);
  assert.equal(body.status, status);
  assert.equal(body.product, PRODUCT);
  assert.equal(body.seatLimit, SEATS);
  const { status: refused, body: reason } = await plugin("activate", key);
  assert.equal(refused, 403);
  assert.equal(reason.error.code, code);
}

test("a site without a seat takes one, is valid, and gives it back", async () => {
  const { expiresAt } = await issue({ key: "CH-7K2P-9XQ4-LM83" });
  const plugin = pluginOn("staging.example.com");
  const key = "CH-7K2P-9XQ4-LM83";
  const verdict = { product: PRODUCT, expiresAt, seatLimit: SEATS };
  const without = { valid: false, status: "domain_not_activated", ...verdict, activations: [] };
  assert.deepEqual(await plugin("validate", key), { status: 200, body: without });

  const activated = await plugin("activate", key);
  const [{ activatedAt }] = activated.body.activations;
  assert.match(activatedAt, TIME);
  const activations = [{ domain: "staging.example.com", activatedAt }];
  const place = { activated: true, domain: "staging.example.com", activations, seatLimit: SEATS };
  assert.deepEqual(activated, { status: 201, body: place });
  const valid = { valid: true, status: "valid", ...verdict, activations };
  assert.deepEqual(await plugin("validate", key), { status: 200, body: valid });
  assert.equal((await desk.verdict(key, "staging.example.com")).status, "valid");

  const freed = { deactivated: true, domain: "staging.example.com" };
  assert.deepEqual(await plugin("deactivate", key), { status: 200, body: freed });
  assert.deepEqual(await plugin("validate", key), { status: 200, body: without });
  assert.equal((await plugin("deactivate", key)).status, 404, "there is nothing to give back");
});

test("a site that is saved again keeps its seat and the time of it", async () => {
  const { key } = await issue();
  const plugin = pluginOn("example.com");
  const first = await plugin("activate", key);
  assert.deepEqual(await plugin("activate", key), first);
  const elsewhere = await pluginOn("https://www.Example.com:8443/shop")("activate", key);
  assert.deepEqual(elsewhere, first, "one identity of a site");
  assert.equal((await desk.license(key)).activationsUsed, 1);
});

test("saving the settings page unlocks the plugin in one go", async () => {
  const { key } = await issue();
  const open = { unlocked: true, status: "valid", refusal: null, sites: ["shop.example"] };
  assert.deepEqual(await pluginOn("shop.example")("save", key), open);
});

test("the site after the last seat is refused and told which sites hold them", async () => {
  const { key } = await issue();
  const [first] = await fill(key);
  const fourth = pluginOn("four.example");
  const message = "All 3 seats for this license are in use. Deactivate a domain to free one.";
  assert.deepEqual(await fourth("activate", key), refusal(409, "seat_limit_exceeded", message));
  const { sites, ...rest } = await fourth("save", key);
  const locked = { unlocked: false, status: "domain_not_activated" };
  assert.deepEqual(rest, { ...locked, refusal: "seat_limit_exceeded" });
  assert.deepEqual(sites.sort(), ["one.example", "three.example", "two.example"]);
  assert.equal((await first("activate", key)).status, 201, "who has one keeps it");

  assert.equal((await first("deactivate", key)).status, 200);
  assert.equal((await fourth("activate", key)).status, 201);
  assert.equal((await desk.license(key)).activationsUsed, SEATS);
});

test("seats that the desk adds are there at the next question", async () => {
  const { key } = await issue();
  await fill(key);
  await desk.admin("admin.license.update", { license: key, activationLimit: 5 });
  const fourth = pluginOn("four.example");
  assert.equal((await fourth("validate", key)).body.seatLimit, 5);
  assert.equal((await fourth("activate", key)).status, 201);
});

test("a seat taken through JSON-RPC is one to the plugin, and the desk can free it", async () => {
  const { key } = await issue();
  const { activation } = await desk.software("license.activate", {
    key,
    identifier: "rpc.example",
  });
  const plugin = pluginOn("rpc.example");
  assert.equal((await plugin("validate", key)).body.status, "valid");
  await desk.admin("admin.activation.remove", { activation: activation.id });
  assert.equal((await plugin("validate", key)).body.status, "domain_not_activated");
});

test("a key that nobody has is invalid, and not found", async () => {
  const plugin = pluginOn("example.com");
  const unknown = "CH-0000-0000-0000";
  const nothing = { product: null, expiresAt: null, activations: [], seatLimit: 0 };
  const body = { valid: false, status: "invalid", ...nothing };
  assert.deepEqual(await plugin("validate", unknown), { status: 200, body });
  for (const call of [["activate"], ["deactivate"], ["checkUpdate", "1.0.0"]]) {
    const [method, ...rest] = call;
    const { status, body: reason } = await plugin(method, unknown, ...rest);
    assert.deepEqual([status, reason.error.code], [404, "not_found"], method);
  }
  const { key } = await issue();
  const other = pluginOn("example.com", { product: "another-plugin" });
  assert.deepEqual(await other("validate", key), { status: 200, body }, "nor another product's");
});

test("a license that the desk revoked is revoked to the plugin, without seats", async () => {
  const { key } = await issue();
  const plugin = pluginOn("example.com");
  await plugin("activate", key);
  await desk.admin("admin.license.revoke", { license: key, reason: "chargeback" });
  await assertStopped(plugin, key, "revoked", "license_invalid");
  assert.deepEqual((await plugin("validate", key)).body.activations, []);
  assert.equal((await desk.verdict(key, "example.com")).status, "revoked");
});

test("a license that the desk holds is revoked to the plugin until it is let go", async () => {
  const { key } = await issue();
  const plugin = pluginOn("example.com");
  await plugin("activate", key);
  for (const [stop, resume] of [
    ["suspend", "reinstate"],
    ["disable", "enable"],
  ]) {
    await desk.admin(`admin.license.${stop}`, { license: key });
    await assertStopped(plugin, key, "revoked", "license_invalid");
    await desk.admin(`admin.license.${resume}`, { license: key });
    const { body } = await plugin("validate", key);
    assert.deepEqual([body.valid, body.status], [true, "valid"]);
  }
});

test("a license past its term is expired until it is renewed, and its site can leave", async () => {
  const { key } = await issue();
  const [staying, leaving] = [pluginOn("staying.example"), pluginOn("leaving.example")];
  await staying("activate", key);
  await leaving("activate", key);
  await desk.admin("admin.license.update", { license: key, expiresAt: PAST });
  await assertStopped(staying, key, "expired", "expired");
  const over = await staying("validate", key);
  assert.equal(over.body.expiresAt, PAST);
  assert.deepEqual(domainsOf(over), ["leaving.example", "staying.example"]);
  assert.equal((await leaving("deactivate", key)).status, 200);

  await desk.admin("admin.license.update", { license: key, expiresAt: "2999-01-01T00:00:00Z" });
  const renewed = await staying("validate", key);
  assert.deepEqual([renewed.body.status, domainsOf(renewed)], ["valid", ["staying.example"]]);
});

test("a payment that did not come is a term that is over, until it comes", async () => {
  order += 1;
  const subscription = `sub-${order}`;
  const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString();
  const { licenses } = await desk.admin("billing.orderCompleted", {
    order: `order-${order}`,
    subscription,
    product: PRODUCT,
    plan: "developer",
    customer: { email: "ann@example.com" },
    paidAt: day(60),
  });
  const [{ key }] = licenses;
  const plugin = pluginOn("example.com");
  await plugin("activate", key);
  await desk.admin("billing.paymentFailed", { subscription, failedAt: day(30) });
  await assertStopped(plugin, key, "expired", "expired");
  await desk.admin("billing.paymentRecovered", { subscription, paidAt: day(1) });
  assert.equal((await plugin("validate", key)).body.status, "valid");
});

test("without the vendor's key nothing is told and nothing done", async () => {
  const { key } = await issue();
  const missing = "No X-CH-Vendor-Key header was provided.";
  const cases = [
    [null, refusal(401, "missing_vendor_key", missing)],
    [
      `ch_vendor_live_${"0".repeat(48)}`,
      refusal(401, "invalid_vendor_key", "The vendor API key is invalid or has been revoked."),
    ],
  ];
  for (const [vendorKey, refused] of cases) {
    const plugin = pluginOn("example.com", { vendorKey });
    for (const call of ["validate", "activate", "deactivate"]) {
      assert.deepEqual(await plugin(call, key), refused, call);
    }
  }
  assert.equal((await desk.license(key)).activationsUsed, 0);
});

test("while the vendor changes its key both work, until the old one is revoked", async () => {
  const { key } = await issue();
  const old = `ch_vendor_live_${"a".repeat(48)}`;
  const { id } = await desk.credential("codeheaven-vendor-key", old);
  const plugin = pluginOn("example.com", { vendorKey: old });
  assert.equal((await plugin("activate", key)).status, 201);
  assert.equal((await pluginOn("example.com")("validate", key)).body.status, "valid");
  await desk.admin("admin.token.revoke", { token: id });
  assert.equal((await plugin("validate", key)).body.error.code, "invalid_vendor_key");
});

test("a request that lacks its domain is refused as one", async () => {
  const { key } = await issue();
  for (const call of ["validate", "activate"]) {
    const { status, body } = await pluginOn("")(call, key);
    assert.deepEqual([status, body.error.code], [400, "invalid_request"], call);
  }
});

test("a site with a seat is told that it has the newest version, one without is not", async () => {
  const { key } = await issue();
  const plugin = pluginOn("example.com");
  const message = "This domain is not activated for the license. Activate it first.";
  const refused = refusal(403, "domain_not_activated", message);
  assert.deepEqual(await plugin("checkUpdate", key, "2.4.1"), refused);
  await plugin("activate", key);
  assert.deepEqual(await plugin("checkUpdate", key, "2.4.1"), {
    status: 200,
    body: { product: PRODUCT, latestVersion: "2.4.1", hasUpdate: false, changelog: [] },
  });
});
