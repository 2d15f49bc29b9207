// PackEdge's calls: the open ones of the old guide, those with a public key, as WordPress sends.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";
import { clientOf } from "./php.mjs";

const PRODUCT = "my-plugin";
const NAME = "My Plugin";
const PUBLIC_KEY = "pk_4f7c1f0f9d6a4bb28f0c9a57";
const OTHER_PUBLIC_KEY = "pk_00c1f0f9d6a4bb28f0c9a999";
const SEATS = 2;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const PAST = "2020-02-29T00:00:00Z";
const UNKNOWN = "NOPE-AAAA-AAAA-AAAA-AAAA";

/** The ways in which a plugin may call, by the settings that make it do so. */
const WAYS = [
  { way: "the open calls", settings: {} },
  { way: "the open calls from WordPress", settings: { wordpress: true } },
  { way: "a public key and `domain`", settings: { publicKey: PUBLIC_KEY } },
  { way: "a public key and `url`", settings: { publicKey: PUBLIC_KEY, siteField: "url" } },
  { way: "a public key and `site`", settings: { publicKey: PUBLIC_KEY, siteField: "site" } },
];

let server;
let desk;

before(async () => {
  server = await startServer();
  desk = deskOf(server);
  const keyFormat = "\\M\\YP\\LU\\G\\I\\N-XXXX-XXXX-XXXX-XXXX";
  await desk.admin("admin.product.create", { slug: PRODUCT, name: NAME, keyFormat });
  await desk.admin("admin.product.create", { slug: "other-plugin", name: "Other Plugin" });
  const open = { scopes: ["licenses:read", "licenses:write"] };
  await desk.credential("packedge-public-key", PUBLIC_KEY, { product: PRODUCT, ...open });
  const other = { product: "other-plugin", ...open };
  await desk.credential("packedge-public-key", OTHER_PUBLIC_KEY, other);
});

after(() => server?.stop());

const pluginOn = (site, settings = {}) =>
  clientOf("PackEdge", { baseUrl: `${server.url}/packedge`, site, ...settings });

const issue = (rest = {}) =>
  desk.admin("admin.license.create", {
    product: PRODUCT,
    activationType: "domain",
    activationLimit: SEATS,
    ...rest,
  });

const refusal = (status, error) => ({ status, body: { error } });
const invalid = (error) => ({ status: 200, body: { valid: false, error } });

for (const { way, settings } of WAYS) {
  const activationOf = ({ status, body }) => {
    assert.deepEqual([status, body.success], [200, true]);
    assert.match(body.activation_id, /^act_/);
    return body.activation_id;
  };

  test(`by ${way} a site takes a seat once and gives it back`, async () => {
    const { key } = await issue();
    const plugin = pluginOn("https://www.example.com", settings);
    const activation = activationOf(await plugin("activate", key));
    assert.equal(activationOf(await plugin("activate", key)), activation);
    const elsewhere = pluginOn("http://Example.com/", settings);
    assert.equal(activationOf(await elsewhere("activate", key)), activation);
    assert.equal((await desk.license(key)).activationsUsed, 1);
    assert.equal((await desk.verdict(key, "example.com")).activation.id, activation);

    const freed = { status: 200, body: { success: true, message: "Activation deactivated" } };
    assert.deepEqual(await plugin("deactivate", key), freed);
    assert.deepEqual(await plugin("deactivate", key), refusal(404, "Activation not found"));
    const { items } = await desk.admin("admin.activation.list", { license: key });
    assert.deepEqual(
      items.map(({ id, status }) => [id, status]),
      [[activation, "deactivated"]],
    );
    assert.notEqual(activationOf(await plugin("activate", key)), activation, "a new record");
  });

  test(`by ${way} the site after the last seat is refused until one is free`, async () => {
    const { key } = await issue();
    const [one, two, three] = ["one", "two", "three"].map((site) =>
      pluginOn(`https://${site}.example`, settings),
    );
    assert.equal(await one("isActivated", key), true);
    assert.equal(await two("isActivated", key), true);
    const full = refusal(400, "License seat limit reached");
    assert.deepEqual(await three("activate", key), full);
    assert.equal(await three("isActivated", key), false);
    assert.equal(await one("isActivated", key), true, "who has one keeps it");
    await one("deactivate", key);
    assert.equal(await three("isActivated", key), true);
  });

  test(`by ${way} a license is valid with what the plugin shows of it`, async () => {
    const { key } = await issue({ expiresAt: "2999-12-31T23:59:59Z" });
    const plugin = pluginOn("https://example.com", settings);
    await plugin("activate", key);
    const { status, body } = await plugin("validate", key);
    assert.equal(status, 200);
    assert.equal(body.valid, true);
    const { key: shown, status: standing, seats, activatedCount, expiresAt } = body.license;
    assert.deepEqual([shown, standing, seats, activatedCount], [key, "active", SEATS, 1]);
    assert.equal(expiresAt, "2999-12-31T23:59:59.000Z");
    assert.deepEqual([body.product.name, body.product.slug], [NAME, PRODUCT]);
    assert.equal((await plugin("validate", key.toLowerCase())).body.valid, true, "in any case");
  });

  test(`by ${way} a license that is not to be used is refused with the reason`, async () => {
    const plugin = pluginOn("https://example.com", settings);
    const stops = [
      ["admin.license.suspend", {}, "License is suspended"],
      ["admin.license.disable", {}, "License is suspended"],
      ["admin.license.update", { expiresAt: PAST }, "License has expired"],
      ["admin.license.revoke", {}, "License is revoked"],
      ["admin.license.cancel", {}, "License is revoked"],
    ];
    for (const [method, params, reason] of stops) {
      const { key } = await issue();
      await plugin("activate", key);
      await desk.admin(method, { license: key, ...params });
      assert.deepEqual(await plugin("validate", key), invalid(reason), method);
      assert.deepEqual(await plugin("activate", key), refusal(400, reason), method);
    }
  });

  test(`by ${way} a suspended site can leave, and is good again when it is let go`, async () => {
    const { key } = await issue();
    const plugin = pluginOn("https://example.com", settings);
    await plugin("activate", key);
    await desk.admin("admin.license.suspend", { license: key });
    assert.equal((await desk.license(key)).activationsUsed, 1, "the seat stays taken");
    assert.equal((await plugin("deactivate", key)).status, 200);
    await desk.admin("admin.license.reinstate", { license: key });
    assert.equal((await plugin("validate", key)).body.valid, true);
    assert.equal(await plugin("isActivated", key), true);
  });

  test(`by ${way} a key that nobody has is not found`, async () => {
    const plugin = pluginOn("https://example.com", settings);
    assert.deepEqual(await plugin("validate", UNKNOWN), invalid("License key not found"));
    for (const call of ["activate", "deactivate"]) {
      assert.deepEqual(await plugin(call, UNKNOWN), refusal(404, "License key not found"), call);
    }
  });
}

test("the answers of the old guide's calls hold what it shows and no more", async () => {
  const { key } = await issue();
  const { body } = await pluginOn("https://example.com")("activate", key);
  assert.deepEqual(Object.keys(body).sort(), ["activation_id", "success"]);
});

test("with a public key an activation has every name that clients look for", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: PUBLIC_KEY, siteField: "url" });
  const { body } = await plugin("activate", key);
  assert.equal(body.site_id, body.activation_id);
  assert.equal(body.activationId, body.activation_id);
  assert.match(body.activated_at, TIME);
  assert.deepEqual((await plugin("activate", key)).body, body);
  const { activations } = (await plugin("validate", key)).body;
  assert.deepEqual(activations, { used: 1, limit: SEATS });
});

test("a site asks whether it is activated, which changes nothing", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: PUBLIC_KEY });
  const no = { activated: false, activation_id: null, activated_at: null };
  assert.deepEqual(await plugin("check", key), { status: 200, body: no });
  const { activation_id, activated_at } = (await plugin("activate", key)).body;
  const yes = { activated: true, activation_id, activated_at };
  assert.deepEqual(await plugin("check", key), { status: 200, body: yes });
  await desk.admin("admin.license.suspend", { license: key });
  assert.deepEqual((await plugin("check", key)).body, yes, "the place, not the right");
  assert.deepEqual((await plugin("check", UNKNOWN)).body, no);
});

test("a seat is given back by its id, if it is one of that license", async () => {
  const [mine, others] = [await issue(), await issue()];
  const plugin = pluginOn("https://example.com", { publicKey: PUBLIC_KEY });
  const { activation_id } = (await plugin("activate", mine.key)).body;
  const refused = await plugin("deactivateById", others.key, activation_id);
  assert.deepEqual(refused, refusal(404, "Activation not found"));
  assert.equal((await desk.license(mine.key)).activationsUsed, 1);
  assert.equal((await plugin("deactivateById", mine.key, activation_id)).status, 200);
  assert.equal((await desk.license(mine.key)).activationsUsed, 0);
});

test("one product's public key finds no license of another", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: OTHER_PUBLIC_KEY });
  assert.deepEqual(await plugin("validate", key), invalid("License key not found"));
  assert.deepEqual(await plugin("activate", key), refusal(404, "License key not found"));
  const open = pluginOn("https://example.com");
  assert.equal((await open("validateFor", key, PRODUCT)).body.valid, true);
  const elsewhere = await open("validateFor", key, "other-plugin");
  assert.deepEqual(elsewhere, invalid("License does not belong to this product"));
});

test("a public key that nobody has is told so", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: "pk_nobodys" });
  const error = "Invalid public_key";
  assert.deepEqual(await plugin("validate", key), { status: 404, body: { valid: false, error } });
  for (const call of ["activate", "deactivate", "check"]) {
    assert.deepEqual(await plugin(call, key), refusal(404, error), call);
  }
});

test("a call that lacks something is told what", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com");
  const cases = [
    ["activate", { license_key: key }, refusal(400, "Domain is required")],
    ["deactivate", { license_key: key }, refusal(400, "Domain or activation_id required")],
    ["activate", { domain: "https://example.com" }, refusal(400, "license_key is required")],
  ];
  for (const [call, fields, refused] of cases) {
    assert.deepEqual(await plugin("send", call, fields), refused);
  }
});

test("revoking a license ends every site of it", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: PUBLIC_KEY });
  await plugin("activate", key);
  await desk.admin("admin.license.revoke", { license: key });
  assert.equal((await plugin("check", key)).body.activated, false);
  assert.equal((await desk.license(key)).activationsUsed, 0);
});

test("WordPress is offered no update of what has no release", async () => {
  const { key } = await issue();
  const plugin = pluginOn("https://example.com", { publicKey: PUBLIC_KEY, wordpress: true });
  await plugin("activate", key);
  for (const known of [key, null]) {
    assert.equal(await plugin("offeredVersion", PRODUCT, known), null);
    const unknown = await plugin("updateCheck", "no-such-plugin", known);
    assert.deepEqual(unknown, refusal(404, "Product not found"));
  }
});
