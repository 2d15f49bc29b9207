// The npm packages `electron-gumroad-license` (a form that names the permalink) and
// `electron-gumroad-license-2` (multipart, the product id). Both are given the whole address of
// Gumroad's `verify` by their own option.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { app } from "electron";
import * as byPermalink from "electron-gumroad-license";
import * as byProductId from "electron-gumroad-license-2";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";

const PRODUCT_ID = "32-nPAicqbLj8B_WswVlMw==";
const UNIQUE = "QMGY";
const CUSTOM = "pencil";
const UNKNOWN = "00000000-00004000-80000000-00000000";

const NOT_FOUND = "That license does not exist for the provided product.";
const DISABLED = "This license key has been disabled.";
const ACCESS_REVOKED = "Access to the purchase associated with this license has expired.";

/** Each with what it calls a product, and how it takes Gumroad's "no", which comes as a 404. */
const CLIENTS = [
  {
    name: "electron-gumroad-license",
    client: byPermalink,
    product: UNIQUE,
    no: (message) => ({
      status: byPermalink.CheckStatus.InvalidLicense,
      error: { type: byPermalink.ErrorType.ActivationError, message },
    }),
    read: ({ status, error }) => ({ status, error }),
    // It forgets the purchase when it reads the "no".
    stopped: byPermalink.CheckStatus.InvalidLicense,
  },
  {
    name: "electron-gumroad-license-2",
    client: byProductId,
    product: PRODUCT_ID,
    no: (message) => ({
      status: byProductId.CheckStatus.UnableToCheck,
      error: { status: 404, body: { success: false, message } },
    }),
    // Its own HTTP client makes an error of every 404, Gumroad's too, and keeps the answer in it.
    read: ({ status, error }) => ({
      status,
      error: error?.response && { status: error.response.status, body: error.response.data },
    }),
    stopped: byProductId.CheckStatus.ValidLicense,
  },
];

let server;
let desk;
let folder;
let order = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "counterfoil-electron-"));
  app.setPath("userData", folder);
  server = await startServer();
  desk = deskOf(server);
  await desk.admin("admin.product.create", {
    slug: "pencil-pack",
    name: "Pencil pack",
    keyFormat: "hex-4x8",
    externalId: PRODUCT_ID,
    permalink: CUSTOM,
    metadata: { gumroad: { permalink: UNIQUE, requireProductId: false } },
  });
  await desk.admin("admin.plan.create", {
    product: "pencil-pack",
    slug: "once",
    name: "Once",
    activationType: "seat",
    activationLimit: 0,
    term: null,
  });
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A sale, as the payment side reports it. */
async function sell() {
  order += 1;
  const sale = { order: `order-${order}`, product: "pencil-pack", plan: "once" };
  const customer = { email: "ann@example.com", name: "Ann" };
  const { licenses } = await desk.admin("billing.orderCompleted", { ...sale, customer });
  return { key: licenses[0].key, order: sale.order };
}

function managerOf({ client, product }, options = {}) {
  const gumroadApiUrl = `${server.url}/gumroad/v2/licenses/verify`;
  const manager = client.createLicenseManager(product, { gumroadApiUrl, ...options });
  // They keep it in one place for an app, and the tests are one app.
  manager.clearLicense();
  return manager;
}

const usesOf = async (key) => (await desk.license(key)).uses;

for (const kind of CLIENTS) {
  const { CheckStatus, ErrorType } = kind.client;
  const refunded = {
    type: ErrorType.LicenseRefunded,
    message: "Your purchase has been refunded, so your license is no longer valid.",
  };

  test(`${kind.name} verifies a license and reads the purchase`, async () => {
    const { key } = await sell();
    const { status, response } = await managerOf(kind).validateLicenseCode(key, true);
    assert.equal(status, CheckStatus.ValidLicense);
    assert.equal(response.success, true);
    assert.equal(response.uses, 1);
    const { purchase } = response;
    assert.equal(purchase.license_key, key);
    assert.equal(purchase.product_id, PRODUCT_ID);
    assert.equal(purchase.product_name, "Pencil pack");
    assert.equal(purchase.short_product_id, UNIQUE);
    assert.equal(purchase.permalink, CUSTOM);
    assert.equal(purchase.email, "ann@example.com");
    assert.match(purchase.sale_timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(purchase.refunded, false);
    assert.equal(purchase.chargebacked, false);
  });

  test(`${kind.name} counts a use when it says so, and only then`, async () => {
    const { key } = await sell();
    const manager = managerOf(kind);
    const uses = [];
    for (const counts of [true, false, true, false, false]) {
      uses.push((await manager.validateLicenseCode(key, counts)).response.uses);
    }
    assert.deepEqual(uses, [1, 1, 2, 2, 2]);
    assert.equal(await usesOf(key), 2);
  });

  test(`${kind.name} is told that there is no such key`, async () => {
    const said = await managerOf(kind).validateLicenseCode(UNKNOWN, true);
    assert.deepEqual(kind.read(said), kind.no(NOT_FOUND));
  });

  test(`${kind.name} is told that another product's key is none of this one`, async () => {
    const slug = `other-of-${kind.name}`;
    await desk.admin("admin.product.create", { slug, name: "Other", keyFormat: "hex-4x8" });
    const { key } = await desk.admin("admin.license.create", { product: slug });
    const said = await managerOf(kind).validateLicenseCode(key, true);
    assert.deepEqual(kind.read(said), kind.no(NOT_FOUND));
    assert.equal(await usesOf(key), 0);
  });

  test(`${kind.name} sees a license disabled, and good again when it is enabled`, async () => {
    const { key } = await sell();
    const manager = managerOf(kind);
    assert.equal((await manager.validateLicenseCode(key, true)).response.uses, 1);
    await desk.admin("admin.license.disable", { license: key });
    const said = await manager.validateLicenseCode(key, true);
    assert.deepEqual(kind.read(said), kind.no(DISABLED));
    await desk.admin("admin.license.enable", { license: key });
    const { status, response } = await manager.validateLicenseCode(key, true);
    assert.equal(status, CheckStatus.ValidLicense);
    assert.equal(response.uses, 2);
  });

  test(`${kind.name} is told when the desk revoked a license`, async () => {
    const { key } = await sell();
    await desk.admin("admin.license.revoke", { license: key });
    const said = await managerOf(kind).validateLicenseCode(key);
    assert.deepEqual(kind.read(said), kind.no(ACCESS_REVOKED));
  });

  test(`${kind.name} sees a refund`, async () => {
    const { key, order } = await sell();
    await desk.admin("billing.refunded", { order, full: false });
    const partly = await managerOf(kind).validateLicenseCode(key);
    assert.equal(partly.status, CheckStatus.ValidLicense);
    await desk.admin("billing.refunded", { order });
    const { status, error } = await managerOf(kind).validateLicenseCode(key);
    assert.equal(status, CheckStatus.InvalidLicense);
    assert.deepEqual(error, refunded);
  });

  test(`${kind.name} sees a dispute, and that it was won`, async () => {
    const { key, order } = await sell();
    const manager = managerOf(kind);
    await desk.admin("billing.disputeOpened", { order });
    const { status, error } = await manager.validateLicenseCode(key);
    assert.equal(status, CheckStatus.InvalidLicense);
    assert.deepEqual(error, refunded);
    await desk.admin("billing.disputeClosed", { order, won: true });
    const won = await manager.validateLicenseCode(key);
    assert.equal(won.status, CheckStatus.ValidLicense);
    assert.equal(won.response.purchase.dispute_won, true);
    assert.equal(won.response.purchase.chargebacked, false);
  });

  test(`${kind.name} adds a license up to the seller's own limit`, async () => {
    const { key } = await sell();
    const manager = managerOf(kind, { maxUses: 2 });
    for (const uses of [1, 2]) {
      const added = await manager.addLicense(key);
      assert.equal(added.success, true);
      assert.equal(added.response.uses, uses);
    }
    const { success, error } = await manager.addLicense(key);
    assert.equal(success, false);
    assert.equal(error.type, ErrorType.MaxUseExceeded);
    assert.equal(await usesOf(key), 2);
  });

  test(`${kind.name} can add again what the desk gave back`, async () => {
    const { key } = await sell();
    const manager = managerOf(kind, { maxUses: 1 });
    assert.equal((await manager.addLicense(key)).success, true);
    assert.equal((await manager.addLicense(key)).success, false);
    await desk.admin("admin.license.use", { license: key, amount: -1 });
    assert.equal((await manager.addLicense(key)).success, true);
    assert.equal(await usesOf(key), 1);
  });

  test(`${kind.name} checks the license that it keeps, without counting`, async () => {
    const { key } = await sell();
    const manager = managerOf(kind);
    assert.equal((await manager.checkCurrentLicense()).status, CheckStatus.NotSet);
    await manager.addLicense(key);
    const { status, purchase } = await manager.checkCurrentLicense();
    assert.equal(status, CheckStatus.ValidLicense);
    assert.equal(purchase.license_key, key);
    assert.equal(await usesOf(key), 1);
    await desk.admin("admin.license.disable", { license: key });
    assert.equal((await manager.checkCurrentLicense()).status, kind.stopped);
  });
}

test("electron-gumroad-license takes permalinks and keys in any case", async () => {
  const { key } = await sell();
  for (const product of [UNIQUE, "qmgy", CUSTOM, "PENCIL"]) {
    const manager = managerOf({ client: byPermalink, product });
    const { status, response } = await manager.validateLicenseCode(` ${key.toLowerCase()} `);
    assert.equal(status, byPermalink.CheckStatus.ValidLicense, product);
    assert.equal(response.purchase.license_key, key);
  }
});

test("electron-gumroad-license is told when a product insists on its id", async () => {
  const externalId = "AAAAAAAAAAAAAAAAAAAAAA==";
  await desk.admin("admin.product.create", {
    slug: "strict",
    name: "Strict",
    keyFormat: "hex-4x8",
    externalId,
    metadata: { gumroad: { permalink: "STRCT", requireProductId: true } },
  });
  const { key } = await desk.admin("admin.license.create", { product: "strict" });
  const permalink = managerOf({ client: byPermalink, product: "STRCT" });
  const { status, error } = await permalink.validateLicenseCode(key);
  assert.equal(status, byPermalink.CheckStatus.InvalidLicense);
  assert.equal(
    error.message,
    "The 'product_id' parameter is required to verify the license for this product. " +
      `Please set 'product_id' to '${externalId}' in the request.`,
  );
  const id = managerOf({ client: byProductId, product: externalId });
  const known = await id.validateLicenseCode(key);
  assert.equal(known.status, byProductId.CheckStatus.ValidLicense);
});
