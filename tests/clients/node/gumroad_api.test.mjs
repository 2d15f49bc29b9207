// The npm package `gumroad-api`: it is given the base, writes `/v2//licenses/verify` and sends
// multipart with its token as a part, on `verify` too.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import Gumroad from "gumroad-api";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";

const PRODUCT_ID = "32-nPAicqbLj8B_WswVlMw==";
const PERMALINK = "QMGY";
const TOKEN = "Zk3v9Qd0sXn7Rb2Lw5Ty8Uc1Gf4Hj6Mp_aE-iOqVxB7";
const READ_ONLY_TOKEN = "rO3v9Qd0sXn7Rb2Lw5Ty8Uc1Gf4Hj6Mp_aE-iOqVxB7";
const KEY_FORM = /^[0-9A-F]{8}(-[0-9A-F]{8}){3}$/;

const NOT_FOUND = "That license does not exist for the provided product.";
const DISABLED = "This license key has been disabled.";

let server;
let desk;
let seller;
let key;

before(async () => {
  server = await startServer();
  desk = deskOf(server);
  await desk.admin("admin.product.create", {
    slug: "pencil-pack",
    name: "Pencil pack",
    keyFormat: "hex-4x8",
    externalId: PRODUCT_ID,
    metadata: { gumroad: { permalink: PERMALINK } },
  });
  await desk.credential("gumroad-access-token", TOKEN, { scopes: ["licenses:write"] });
  await desk.credential("gumroad-access-token", READ_ONLY_TOKEN, { scopes: ["licenses:read"] });
  seller = clientWith(TOKEN);
});

after(() => server?.stop());

beforeEach(async () => {
  const license = { product: "pencil-pack", customer: { email: "ann@example.com" } };
  ({ key } = await desk.admin("admin.license.create", license));
});

const clientWith = (token) => new Gumroad({ host: `${server.url}/gumroad/v2/`, token });
const verify = (client, options) => client.verifyLicense(PERMALINK, key, options);
const usesOf = async (license) => (await desk.license(license)).uses;

/** One of the seller's calls, for which the package has no method of its own. */
const change = (client, call, license = key) =>
  client.request("PUT", `licenses/${call}`, { product_id: PRODUCT_ID, license_key: license });

test("it verifies a license and counts the use", async () => {
  for (const uses of [1, 2]) {
    const body = await verify(seller);
    assert.equal(body.uses, uses);
    assert.equal(body.purchase.license_key, key);
    assert.equal(body.purchase.product_id, PRODUCT_ID);
    assert.equal(body.purchase.email, "ann@example.com");
  }
  assert.equal(await usesOf(key), 2);
});

test("it counts nothing when it says so", async () => {
  for (const count of [false, "false"]) {
    assert.equal((await verify(seller, { increment_uses_count: count })).uses, 0);
  }
  assert.equal((await verify(seller, { increment_uses_count: "no" })).uses, 1, "only false is no");
});

test("verify asks for no token, and does not look at a bad one", async () => {
  for (const token of [undefined, "nobody's"]) {
    assert.equal((await verify(clientWith(token))).success, true);
  }
});

test("it finds the product by its old address too", async () => {
  const body = await seller.verifyLicense(`https://gum.co/${PERMALINK}`, key);
  assert.equal(body.purchase.short_product_id, PERMALINK);
});

test("it is told that there is no such key", async () => {
  const unknown = seller.verifyLicense(PERMALINK, "00000000-00004000-80000000-00000000");
  await assert.rejects(unknown, { statusCode: 404, message: NOT_FOUND });
  const elsewhere = seller.verifyLicense("nothing", key);
  await assert.rejects(elsewhere, { statusCode: 404, message: NOT_FOUND });
  assert.equal(await usesOf(key), 0);
});

test("it disables a license for the desk and every client, and enables it again", async () => {
  for (let again = 0; again < 2; again += 1) {
    const { uses, purchase } = await change(seller, "disable");
    assert.equal(uses, 0);
    assert.equal(purchase.license_key, key);
  }
  assert.equal((await desk.license(key)).status, "disabled");
  assert.equal((await desk.verdict(key)).status, "disabled");
  await assert.rejects(verify(seller), { statusCode: 404, message: DISABLED });
  await change(seller, "enable");
  assert.equal((await desk.license(key)).status, "active");
  assert.equal((await verify(seller)).uses, 1);
});

test("it gives a use back, down to none", async () => {
  await verify(seller);
  await verify(seller);
  const uses = [];
  for (let call = 0; call < 3; call += 1) {
    uses.push((await change(seller, "decrement_uses_count")).uses);
  }
  assert.deepEqual(uses, [1, 0, 0]);
  assert.equal(await usesOf(key), 0);
});

test("it rotates a key: the new one goes on where the old one is unknown", async () => {
  const before = await verify(seller);
  const { uses, purchase } = await change(seller, "rotate");
  assert.equal(uses, 1);
  assert.match(purchase.license_key, KEY_FORM);
  assert.notEqual(purchase.license_key, key);
  assert.equal(purchase.id, before.purchase.id);
  await assert.rejects(verify(seller), { statusCode: 404, message: NOT_FOUND });
  assert.equal((await seller.verifyLicense(PERMALINK, purchase.license_key)).uses, 2);
});

test("the seller's calls need a token that is known and may change licenses", async () => {
  const refusals = [
    [undefined, 401, "The access token is invalid"],
    ["nobody's", 401, "The access token is invalid"],
    [READ_ONLY_TOKEN, 403, "Forbidden"],
  ];
  for (const [token, statusCode, error] of refusals) {
    // The package shows a body without a `message` as it came.
    const message = JSON.stringify({ error });
    for (const call of ["disable", "enable", "decrement_uses_count", "rotate"]) {
      await assert.rejects(change(clientWith(token), call), { statusCode, message });
    }
  }
  assert.equal((await desk.license(key)).status, "active");
});

test("a token that the desk revoked opens nothing any more", async () => {
  const secret = "gOne9Qd0sXn7Rb2Lw5Ty8Uc1Gf4Hj6Mp_aE-iOqVxB7";
  const { id } = await desk.credential("gumroad-access-token", secret);
  await change(clientWith(secret), "enable");
  await desk.admin("admin.token.revoke", { token: id });
  await assert.rejects(change(clientWith(secret), "enable"), { statusCode: 401 });
});

test("a call that Gumroad does not have is not found", async () => {
  const message = JSON.stringify({ success: false, error: "Not found" });
  await assert.rejects(seller.request("PUT", "licenses/verify"), { statusCode: 404, message });
  await assert.rejects(seller.request("POST", "licenses/nothing"), { statusCode: 404, message });
});

test("many verifications at once lose no count", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => verify(seller)));
  const uses = answers.map((body) => body.uses).sort((one, other) => one - other);
  assert.deepEqual(
    uses,
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  assert.equal(await usesOf(key), 20);
});
