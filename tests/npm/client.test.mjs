// The client of every foreign dialect against a real server.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLIENTS } from "./clients.mjs";
import { counterfoil } from "./installed.mjs";
import { startServer } from "./server.mjs";

const { createClient } = counterfoil;

const NO_KEY = {
  ok: false,
  status: "no_key",
  message: "There is no license key yet.",
  remedy: { code: "enter_key", text: "Enter the license key that you were sent." },
};

let server;
before(async () => {
  server = await startServer();
});
after(() => server?.stop());

for (const [dialect, { sell, options, ...expected }] of Object.entries(CLIENTS)) {
  let key;

  /** A client of this dialect, of the program that runs here or elsewhere. */
  function client(more = {}) {
    return createClient({ ...options, dialect, server: `${server.url}/${dialect}/`, ...more });
  }

  /** Holds a state to being a "yes", and nothing besides. */
  function assertLicensed(state) {
    assert.equal(state.status, "valid", state.message);
    assert.deepEqual(Object.keys(state), ["ok", "status", "source", "verdict"]);
    assert.deepEqual([state.ok, state.source], [true, "server"]);
    assert.deepEqual([state.verdict.valid, state.verdict.status], [true, "valid"]);
  }

  /** Holds a state to being this "no", with a sentence. */
  function assertNot(state, status) {
    assert.deepEqual([state.ok, state.status], [false, status], state.message);
    assert.match(state.message, /^[A-Z].*[^ ]$/);
    if (state.verdict) assert.deepEqual([state.verdict.valid, state.verdict.status], [false, status]);
  }

  test(`${dialect}: a license goes its way`, async () => {
    key = await sell(server);
    const here = client();
    const told = [];
    const stop = here.subscribe((state) => told.push(state.status));

    assert.deepEqual(await here.check(), NO_KEY);
    assertNot(await here.activate("A1B2C3D4-0000-0000-NOBODY"), "invalid");

    const activated = await here.activate(` ${key}\n`);
    assertLicensed(activated);
    assert.deepEqual(await here.check(), activated);
    assert.deepEqual(await here.validate(expected.hasAlias ? here.alias : key), activated);
    assert.equal(here.alias !== null, expected.hasAlias === true);
    if (expected.plan) assert.equal(here.has(expected.plan), true);
    assert.equal(here.has("nothing that anybody sells"), false);
    assert.deepEqual(told, ["invalid", "valid", "valid", "valid"]);

    // A mistyped other key is a "no" for that key, and leaves the good license alone.
    assertNot(await here.validate("A1B2C3D4-0000-0000-MISTYPED"), "invalid");
    assertLicensed(await here.check());

    stop();
    const shown = here.alias ?? key;
    const left = await here.deactivate();
    assertNot(left, "not_activated");
    assert.deepEqual(await here.check(), NO_KEY);
    assert.deepEqual(await here.deactivate(), NO_KEY);
    assert.equal(here.has(expected.plan ?? "Only"), false);
    assert.equal(told.length, 5);

    const later = await client().validate(shown);
    if (expected.left === "valid") assertLicensed(later);
    else assertNot(later, expected.left);
  });

  test(`${dialect}: another place is taken only where one is free, or handed over`, async () => {
    assertLicensed(await client().activate(key));
    const there = client({ identifier: expected.elsewhere });
    const full = await there.activate(key);
    if (expected.full === "valid") return assertLicensed(full);
    assertNot(full, expected.full);
    if (expected.listsPlaces) {
      assert.deepEqual(
        full.activations.map(({ identifier }) => identifier),
        [options.identifier],
      );
    }
    if (expected.full !== "seat_limit_exceeded") return undefined;
    assert.equal(full.remedy.code, "free_a_place");

    assertLicensed(await there.activate(key, { replace: options.identifier }));
    assertNot(await client().validate(key), "not_activated");
    // What holds no place any more has none to hand over, and that is as good.
    assertLicensed(await there.activate(key, { replace: options.identifier }));
    assertNot(await there.deactivate(), "not_activated");
    return undefined;
  });

  test(`${dialect}: what the desk does to a license shows at the next check`, async () => {
    const license = await sellAnother(dialect, key);
    const here = client();
    assertLicensed(await here.activate(license.key));
    await server.admin("admin.license.suspend", { license: license.id });
    assertNot(await here.check(), expected.suspended);
    assert.equal(here.has(expected.plan ?? "Only"), false);
    await server.admin("admin.license.reinstate", { license: license.id });
    assertLicensed(await here.check());
  });

  test(`${dialect}: a program that is told another server than its dialect's cannot ask`, async () => {
    const lost = client({ server: `${server.url}/nowhere` });
    const state = await lost.activate(key);
    assert.deepEqual([state.ok, state.status], [false, "unreachable"]);
    assert.deepEqual(Object.keys(state), ["ok", "status", "message"]);
  });
}

/** Another license on the terms of one that was sold. */
async function sellAnother(dialect, key) {
  const { product, plan } = await server.admin("admin.license.get", { license: key });
  const customer = { email: "grace@example.com" };
  return server.admin("admin.license.create", { product: product.id, plan: plan.id, customer });
}
