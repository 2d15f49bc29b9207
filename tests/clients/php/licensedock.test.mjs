// LicenseDock's calls, as an extension makes them: by form with the product's id, and by JSON.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";
import { clientOf } from "./php.mjs";

const PRODUCT = "my-extension";
const PRODUCT_ID = 42;
const PLAN = "Developer";
const LIMIT = 2;
const PAST = "2020-02-29T00:00:00Z";
const UNKNOWN = "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6";

/** How an extension sends, by the settings that make it do so. */
const WAYS = [
  { way: "form", settings: { productId: PRODUCT_ID } },
  { way: "JSON", settings: { productId: PRODUCT_ID, json: true } },
  { way: "JSON without a product", settings: { json: true } },
  { way: "Joomla's name for the key", settings: { productId: PRODUCT_ID, keyField: "dlid" } },
];

let server;
let desk;
let letters = 0;

before(async () => {
  server = await startServer();
  desk = deskOf(server);
  await desk.admin("admin.product.create", {
    slug: PRODUCT,
    name: "My Extension",
    keyFormat: "hex-4x8",
    externalId: `${PRODUCT_ID}`,
  });
  await desk.admin("admin.plan.create", {
    product: PRODUCT,
    slug: "developer",
    name: PLAN,
    activationType: "domain",
    activationLimit: LIMIT,
    term: { months: 12 },
  });
});

after(() => server?.stop());

const extension = (settings) =>
  clientOf("LicenseDock", { store: `${server.url}/licensedock`, ...settings });

const issue = (rest = {}) =>
  desk.admin("admin.license.create", { product: PRODUCT, plan: "developer", ...rest });

const refusal = (status, code, message, rest = {}) => ({
  status,
  body: { error: { code, message, ...rest } },
});

/** What every answer about a license shows of it. */
const shown = ({ key, expiresAt }, used) => ({
  license_key: key,
  product: "My Extension",
  plan: PLAN,
  activation_type: "domain",
  activation_limit: LIMIT,
  activations_used: used,
  expires_at: expiresAt,
});

for (const { way, settings } of WAYS) {
  test(`by ${way} a site is activated once, is seen, and is deactivated`, async () => {
    const license = await issue();
    const { key } = license;
    const client = extension(settings);
    const data = { status: "active", ...shown(license, 1), identifier: "example.com" };
    for (const identifier of ["example.com", "https://www.Example.com:8443/shop"]) {
      assert.deepEqual(await client("activate", key, identifier), { status: 200, body: { data } });
    }
    const verdict = { valid: true, status: "active", ...shown(license, 1) };
    for (const [identifier, identifier_activated] of [
      ["http://example.com/", true],
      ["other.example", false],
      [null, true],
    ]) {
      const body = { data: { ...verdict, identifier_activated } };
      assert.deepEqual(await client("validate", key, identifier), { status: 200, body });
    }
    assert.equal((await desk.verdict(key, "example.com")).status, "valid");

    const gone = { status: "deactivated", license_key: key, identifier: "example.com" };
    assert.deepEqual(await client("deactivate", key, "Example.com"), {
      status: 200,
      body: { data: { ...gone, activations_used: 0 } },
    });
    const again = await client("deactivate", key, "example.com");
    assert.deepEqual(again, refusal(404, "ACTIVATION_NOT_FOUND", "Activation not found"));
    assert.equal((await desk.license(key)).activationsUsed, 0);
  });

  test(`by ${way} the site after the last place is refused with both counts`, async () => {
    const { key } = await issue();
    const client = extension(settings);
    for (const site of ["one.example", "two.example"]) {
      assert.equal((await client("activate", key, site)).status, 200);
    }
    const counts = { activation_limit: LIMIT, activations_used: LIMIT };
    const full = refusal(403, "ACTIVATION_LIMIT_REACHED", "Activation limit reached.", counts);
    assert.deepEqual(await client("activate", key, "three.example"), full);
    assert.equal(
      (await client("activate", key, "one.example")).status,
      200,
      "who has one keeps it",
    );
    await client("deactivate", key, "one.example");
    assert.equal((await client("activate", key, "three.example")).status, 200);
  });

  test(`by ${way} a label is shown to the customer, and a later one replaces it`, async () => {
    const { key } = await issue();
    const client = extension(settings);
    for (const name of ["Süd & Söhne", "Shop"]) {
      await client("activate", key, "example.com", name);
      const { items } = await desk.admin("admin.activation.list", { license: key });
      assert.deepEqual(
        items.map((activation) => activation.name),
        [name],
      );
    }
  });

  test(`by ${way} a license that is not to be used says why, and lets a site go`, async () => {
    // With what comes of giving the place back: at an end there is none left to give.
    const stops = [
      ["suspend", "suspended", 200],
      ["disable", "suspended", 200],
      ["revoke", "revoked", 404],
      ["cancel", "cancelled", 404],
    ];
    const client = extension(settings);
    for (const [stop, status, left] of stops) {
      const { key } = await issue();
      await client("activate", key, "example.com");
      await desk.admin(`admin.license.${stop}`, { license: key });
      const { data } = (await client("validate", key)).body;
      assert.deepEqual([data.valid, data.status], [false, status]);
      const refused = await client("activate", key, "example.com");
      assert.deepEqual(refused, refusal(403, "LICENSE_INACTIVE", "License is not active"), stop);
      assert.equal((await client("deactivate", key, "example.com")).status, left, stop);
    }
  });

  test(`by ${way} a license past its date is expired, and lets a site go`, async () => {
    const { key } = await issue();
    const client = extension(settings);
    await client("activate", key, "example.com");
    await desk.admin("admin.license.update", { license: key, expiresAt: PAST });
    const { data } = (await client("validate", key, "example.com")).body;
    assert.deepEqual([data.valid, data.status, data.expires_at], [false, "expired", PAST]);
    assert.equal(data.identifier_activated, true, "the place, not the right");
    const refused = await client("activate", key, "example.com");
    assert.deepEqual(refused, refusal(403, "LICENSE_EXPIRED", "License has expired"));
    assert.equal((await client("deactivate", key, "example.com")).status, 200);
  });

  test(`by ${way} a key is found to the letter, or not at all`, async () => {
    // One that has letters, whatever the dice would say.
    letters += 1;
    const { key } = await issue({ key: `ABCDEF0${letters}-E5F6A7B8-C9D0E1F2-A3B4C5D6` });
    const client = extension(settings);
    assert.equal((await client("validate", ` ${key} `)).body.data.valid, true);
    const refused = refusal(403, "LICENSE_NOT_FOUND", "License not found");
    for (const unknown of [UNKNOWN, key.toLowerCase()]) {
      assert.deepEqual(await client("validate", unknown), refused);
      assert.deepEqual(await client("activate", unknown, "example.com"), refused);
      assert.deepEqual(await client("deactivate", unknown, "example.com"), refused);
    }
  });
}

test("a key of another product than the extension's own is refused", async () => {
  const { key } = await issue();
  const client = extension({ productId: PRODUCT_ID + 1 });
  const refused = refusal(403, "PRODUCT_MISMATCH", "License does not match this product");
  assert.deepEqual(await client("activate", key, "example.com"), refused);
  assert.deepEqual(await client("validate", key), refused);
  assert.deepEqual(await client("deactivate", key, "example.com"), refused);
  assert.equal((await desk.license(key)).activationsUsed, 0);
});

test("a call that lacks the site is refused as one", async () => {
  const { key } = await issue();
  for (const { settings } of WAYS) {
    const client = extension(settings);
    for (const [call, identifier] of [
      ["activate", ""],
      ["deactivate", ""],
      ["deactivate", null],
    ]) {
      const { status, body } = await client(call, key, identifier);
      assert.deepEqual([status, body.error.code], [400, "INVALID_REQUEST"], call);
    }
  }
});

test("a product without a release has no update", async () => {
  const none = { status: 200, body: { data: { update_available: false } } };
  for (const productId of [PRODUCT_ID, 999]) {
    assert.deepEqual(await extension({ productId })("update"), none);
  }
});
