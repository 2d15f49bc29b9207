// The client of our own dialect against a real server, which signs with keys of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { counterfoil } from "./installed.mjs";
import { startServer } from "./server.mjs";
import { DAY, HERE, MINUTE, assertGrace, assertLicensed, assertNot, away, checkedAndRenewed, openStorage, stored } from "./stage.mjs";

const PRODUCT = "acme-forms-pro";

let server;
let options;
before(async () => {
  server = await startServer();
  await server.admin("admin.product.create", { slug: PRODUCT, name: "Acme Forms Pro" });
  const plan = { product: PRODUCT, activationType: "domain", activationLimit: 1, entitlements: ["pro"] };
  await server.admin("admin.plan.create", { ...plan, slug: "developer", name: "Developer" });
  await server.admin("admin.plan.create", { ...plan, slug: "floating", name: "Floating", floating: { ttl: 900 } });
  const jwks = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
  options = { server: server.url, product: PRODUCT, identifier: "https://www.Example.com/shop", jwks };
});
after(() => server?.stop());

const sell = (plan = "developer") => server.admin("admin.license.create", { product: PRODUCT, plan });

/** A client whose clock can be set: `clock.ahead` milliseconds ahead of the server's. */
function program(more = {}) {
  const clock = { ahead: 0 };
  const storage = openStorage();
  const now = () => Date.now() + clock.ahead;
  const start = (other) => counterfoil.createClient({ ...options, storage, now, ...more, ...other });
  return { clock, storage, start };
}

test("a license is activated, held offline, and given back", async () => {
  const { key } = await sell();
  const { clock, storage, start } = program();
  const client = start();
  assertNot(await client.validate(key), "not_activated");
  const activated = await client.activate(key);
  assertLicensed(activated, "server");
  assert.equal(activated.verdict.activation.identifier, HERE);
  assertLicensed(await start({ fetch: away }).check(), "lease");
  assertLicensed(await client.validate(), "server");
  assert.equal(client.has("pro"), true);

  clock.ahead = 5 * DAY;
  const [answered, failed] = await checkedAndRenewed(start({ fetch: away }));
  assertLicensed(answered, "lease");
  assert.deepEqual([failed.status, failed.cause], ["grace", "offline"]);
  assertGrace(await start({ fetch: away }).check(), "offline", Date.parse(failed.until));
  clock.ahead = 7 * DAY + MINUTE;
  assertNot(await start({ fetch: away }).check(), "lease_expired");
  clock.ahead = 0;
  assertNot(await start({ fetch: away }).check(), "clock_rolled_back");
  assertLicensed(await start().check(), "server");
  assert.equal(stored(storage).failedSince, undefined);
  assertNot(await start().deactivate(), "no_key");
  assert.equal(storage.texts.size, 0);
});

test("what the desk does is a signed no, and a mistyped key is nothing to the license", async () => {
  const { key, id } = await sell();
  const { storage, start } = program();
  const client = start();
  await client.activate(key);
  const before = stored(storage);
  assertNot(await client.validate("AFP-MISTYPED"), "invalid");
  assertNot(await client.activate("AFP-MISTYPED"), "invalid");
  assert.deepEqual(stored(storage), before);
  assertLicensed(await client.check(), "lease");

  await server.admin("admin.license.suspend", { license: id });
  assertNot(await client.activate(key), "suspended");
  assertLicensed(await client.check(), "lease");
  const no = await client.validate();
  assertNot(no, "suspended");
  assert.equal(no.verdict.status, "suspended");
  assert.equal(stored(storage).lease, null);
  await server.admin("admin.license.reinstate", { license: id });
  assertLicensed(await client.check(), "server");
});

test("a full license says who has its places, and one is handed over", async () => {
  const { key } = await sell();
  await program().start().activate(key);
  const there = program({ identifier: "other.example" }).start();
  const full = await there.activate(key);
  assertNot(full, "seat_limit_exceeded");
  assertLicensed(await there.activate(key, { replace: full.activations[0].id }), "server");
});

test("a floating place is renewed by taking it again", async () => {
  const { key } = await sell("floating");
  const { clock, start } = program();
  const asked = [];
  const client = start({
    fetch(url, init) {
      asked.push(JSON.parse(init.body).method);
      return fetch(url, init);
    },
  });
  const { verdict } = await client.activate(key);
  assert.notEqual(verdict.activation.expiresAt, null);
  clock.ahead = 10 * MINUTE;
  const [answered, renewed] = await checkedAndRenewed(client);
  assertLicensed(answered, "lease");
  assertLicensed(renewed, "server");
  assert.deepEqual(asked, ["license.activate", "license.activate"]);
});

test("the keys of another server unlock nothing, and neither does the other mode", async () => {
  const { key } = await sell();
  const strangers = await startServer();
  try {
    const jwks = await (await fetch(`${strangers.url}/.well-known/jwks.json`)).json();
    assertNot(await program({ jwks }).start().activate(key), "untrusted_response");
  } finally {
    await strangers.stop();
  }
  assertNot(await program({ mode: "test" }).start().validate(key), "invalid");
});
