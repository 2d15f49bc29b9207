// The client of our own dialect: where the program stands, whatever happens to server and clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DAY,
  HERE,
  HOUR,
  MINUTE,
  NO_CONNECTION,
  START,
  activated,
  assertGrace,
  assertLicensed,
  assertNot,
  away,
  checkedAndRenewed,
  nextStates,
  openStorage,
  stage,
  stored,
} from "./stage.mjs";

const LEASE_ENDS = START + 7 * DAY;
const NO_KEY = {
  ok: false,
  status: "no_key",
  message: "There is no license key yet.",
  remedy: { code: "enter_key", text: "Enter the license key that you were sent." },
};

test("a license goes its way", async () => {
  const { vendor, storage, key, start } = stage();
  const client = start();
  const told = [];
  const stop = client.subscribe(({ status, source }) => told.push(source ?? status));

  assert.deepEqual(await client.check(), NO_KEY);
  assertNot(await client.validate(key), "not_activated");
  assert.deepEqual(await client.check(), NO_KEY);
  assert.equal(storage.texts.size, 0);
  assertLicensed(await client.activate(` ${key}\n`), "server");
  assert.deepEqual(vendor.places(key), [HERE]);
  assertLicensed(await client.check(), "lease");
  assertLicensed(await client.validate(), "server");
  assert.deepEqual([client.has("pro"), client.has("enterprise")], [true, false]);
  assert.equal(client.alias, null);

  const left = await client.deactivate();
  assert.deepEqual(left, { ...NO_KEY, message: "This license is no longer activated here." });
  assert.deepEqual([vendor.places(key), storage.texts.size, client.has("pro")], [[], 0, false]);
  assert.deepEqual(await client.deactivate(), NO_KEY);
  stop();
  assert.deepEqual(await client.check(), NO_KEY);
  assert.deepEqual(told, ["no_key", "not_activated", "no_key", "server", "lease", "server", "no_key"]);
});

test("every question has a nonce of its own, and says who asks for what", async () => {
  const { vendor, key, start } = stage();
  const client = start({ name: "Production" });
  await client.activate(key);
  for (let round = 0; round < 20; round += 1) await client.validate();
  const nonces = vendor.asked.map(({ params }) => params.nonce);
  assert.equal(new Set(nonces).size, 21);
  for (const nonce of nonces) assert.match(nonce, /^[0-9a-f]{32}$/);
  const said = { key, product: "acme-forms-pro", identifier: HERE, lease: true };
  assert.deepEqual(vendor.asked[0].params, { ...said, nonce: nonces[0], name: "Production" });
  assert.deepEqual(vendor.asked[1].params, { ...said, nonce: nonces[1] });
  assertNot(await start({ mode: "test" }).validate(key), "invalid");
  assert.equal(vendor.asked.at(-1).params.mode, "test");
});

test("a program that starts again needs no server while the lease holds", async () => {
  const { clock, start } = await activated();
  for (const later of [0, DAY, 3 * DAY]) {
    clock.now = START + later;
    const client = start({ fetch: away });
    assert.equal(client.has("pro"), false);
    assertLicensed(await client.check(), "lease");
    assert.equal(client.has("pro"), true);
  }
});

for (const [share, isRenewed] of [
  [0.44, false],
  [0.5, true],
  [0.99, true],
]) {
  test(`at ${share} of its life a lease is ${isRenewed ? "" : "not "}renewed behind the answer`, async () => {
    const { clock, vendor, storage, start } = await activated();
    const before = stored(storage).lease;
    clock.now = START + share * 7 * DAY;
    const client = start();
    if (isRenewed) {
      const [answered, renewed] = await checkedAndRenewed(client);
      assertLicensed(answered, "lease");
      assertLicensed(renewed, "server");
      assert.notEqual(stored(storage).lease, before);
    }
    assertLicensed(await client.check(), "lease");
    assert.equal(vendor.asked.length, isRenewed ? 1 : 0);
  });
}

/** Whether a program that starts then asks for another lease. */
async function isRenewed({ clock, storage, start }, at) {
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    throw new TypeError("away");
  };
  clock.now = at;
  assertLicensed(await start({ fetch, storage: openStorage(new Map(storage.texts)) }).check(), "lease");
  return asked === 1;
}

/** The first minute of a lease's life in which it is renewed. */
async function minuteOfRenewal(staged) {
  let [before, after] = [0, 7 * DAY / MINUTE];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (await isRenewed(staged, START + middle * MINUTE)) after = middle;
    else before = middle;
  }
  return after;
}

test("leases are renewed at moments of their own, the same at every start", async () => {
  const minutes = new Set();
  for (let license = 0; license < 12; license += 1) {
    const staged = await activated();
    const minute = await minuteOfRenewal(staged);
    assert.equal(await minuteOfRenewal(staged), minute);
    const share = (minute * MINUTE) / (7 * DAY);
    assert.ok(share > 0.45 && share <= 0.5 + 1e-4, `${share}`);
    minutes.add(minute);
  }
  assert.ok(minutes.size > 8, `${minutes.size} moments for 12 leases`);
});

test("from the first renewal that fails to the lease's end it is a grace, and then nothing", async () => {
  const { clock, vendor, storage, start } = await activated();
  clock.now = START + 5 * DAY;
  vendor.lie = away;
  const [answered, failed] = await checkedAndRenewed(start());
  assertLicensed(answered, "lease");
  assertGrace(failed, "offline", LEASE_ENDS);
  assert.equal(stored(storage).failedSince, clock.now);

  // So it is at every later start, to the last moment.
  clock.now = LEASE_ENDS - 1;
  const client = start();
  assertGrace(await client.check(), "offline", LEASE_ENDS);
  assert.equal(client.has("pro"), true);
  clock.now = LEASE_ENDS;
  assert.equal(client.has("pro"), false);
  assertNot(await client.check(), "lease_expired");
  assertNot(await start().check(), "lease_expired");

  // Whoever can be asked ends it.
  vendor.lie = null;
  assertLicensed(await start().check(), "server");
  assert.equal(stored(storage).failedSince, undefined);
});

test("a renewal that succeeds ends the grace, and subscribers hear it", async () => {
  const { clock, vendor, start } = await activated();
  clock.now = START + 5 * DAY;
  vendor.lie = away;
  const client = start();
  await checkedAndRenewed(client);
  vendor.lie = null;

  // Not at every check: a server that is down is not asked all the time.
  assertGrace(await client.check(), "offline", LEASE_ENDS);
  assert.equal(vendor.asked.length, 1);
  clock.now += MINUTE;
  const [answered, renewed] = await checkedAndRenewed(client);
  assertGrace(answered, "offline", LEASE_ENDS);
  assertLicensed(renewed, "server");
  assertLicensed(await client.check(), "lease");
});

test("pauses between renewals that fail grow, and heed what the server asks for", async () => {
  const { clock, vendor, start } = await activated({ leaseDays: 70 });
  vendor.lie = () => ({ status: 503, headers: { "retry-after": "7200" }, body: "Soon." });
  const client = start();
  clock.now = START + 40 * DAY;
  await checkedAndRenewed(client);
  vendor.lie = away;
  for (const pause of [120, 2, 4, 8, 16, 32, 60, 60]) {
    const asked = vendor.asked.length;
    clock.now += pause * MINUTE - 1;
    assertGrace(await client.check(), "offline", START + 70 * DAY);
    assert.equal(vendor.asked.length, asked, `before ${pause} minutes`);
    clock.now += 1;
    await checkedAndRenewed(client);
    assert.equal(vendor.asked.length, asked + 1, `after ${pause} minutes`);
  }
});

test("an overdue payment is a grace until its end, by the server and by the lease", async () => {
  const { clock, vendor, key, start } = await activated();
  const graceUntil = START / 1000 + 10 * 86_400;
  vendor.change(key, { graceUntil });
  const client = start();
  assertGrace(await client.validate(), "past_due", graceUntil * 1000);
  assertGrace(await client.check(), "past_due", graceUntil * 1000);
  assert.equal(client.has("pro"), true);
  // While nobody can be asked either, the lease's end comes first.
  clock.now = START + 5 * DAY;
  vendor.lie = away;
  await checkedAndRenewed(client);
  assertGrace(await client.check(), "offline", LEASE_ENDS);
});

for (const status of ["suspended", "revoked", "cancelled", "disabled", "expired"]) {
  test(`a signed "${status}" takes the lease away, and a signed "yes" gives it back`, async () => {
    const { clock, vendor, storage, key, start } = await activated();
    vendor.change(key, { status });
    clock.now = START + 5 * DAY;
    const client = start();
    const [answered, renewed] = await checkedAndRenewed(client);
    assertLicensed(answered, "lease");
    assertNot(renewed, status);
    assert.deepEqual(stored(storage), { key, lease: null, latest: clock.now });
    assert.equal(client.has("pro"), false);
    // "No" and "could not ask" stay apart.
    assertNot(await start().check(), status);
    assertNot(await start({ fetch: away }).check(), "unreachable");
    vendor.change(key, { status: "valid" });
    assertLicensed(await start().check(), "server");
  });

  test(`"${status}" that nobody signed is told, and takes nothing away`, async () => {
    const { vendor, storage, key, start } = await activated();
    vendor.change(key, { status });
    const before = stored(storage);
    const client = start();
    await client.check();
    const told = [];
    client.subscribe((state) => told.push(state));
    assertNot(await client.activate(key), status);
    assert.deepEqual([told, stored(storage), client.has("pro")], [[], before, true]);
    assertLicensed(await start({ fetch: away }).check(), "lease");
    // Where there is no license yet, it is how the program stands.
    const other = start({ identifier: "other.example" });
    const state = nextStates(other, 1);
    assertNot(await other.activate(key), status);
    assertNot((await state)[0], status);
  });
}

test("a place that was given up elsewhere is a signed no", async () => {
  const { vendor, key, start } = await activated();
  vendor.free(key);
  const client = start();
  assertNot(await client.validate(), "not_activated");
  assertNot(await client.check(), "not_activated");
  assertLicensed(await client.activate(key), "server");
});

test("a mistyped other key never touches the good lease", async () => {
  const { vendor, storage, key, start } = await activated();
  const before = stored(storage);
  const client = start();
  const told = [];
  await client.check();
  client.subscribe((state) => told.push(state));
  const other = vendor.sell({ status: "revoked" });
  const notHere = vendor.sell();
  for (const [call, typed, status] of [
    ["validate", "AFP-MISTYPED", "invalid"],
    ["validate", other, "revoked"],
    ["validate", notHere, "not_activated"],
    ["activate", "AFP-MISTYPED", "invalid"],
    ["activate", other, "revoked"],
    ["activate", "half a pair: \ud83d", "invalid"],
  ]) {
    assertNot(await client[call](typed), status);
  }
  for (const lie of [away, (answer) => vendor.resigned(answer, (claims) => ({ ...claims, nonce: "n" }))]) {
    vendor.lie = lie;
    const status = lie === away ? "unreachable" : "untrusted_response";
    assertNot(await client.validate(notHere), status);
    assertNot(await client.activate(vendor.sell()), status);
  }
  assert.deepEqual([stored(storage), told, client.has("pro")], [before, [], true]);
  assertLicensed(await client.check(), "lease");

  // A good other key is the license only once it is activated.
  vendor.lie = null;
  const mine = vendor.sell({ entitlements: ["enterprise"] });
  await start({ storage: openStorage() }).activate(mine);
  assertLicensed(await client.validate(mine), "server");
  assert.equal(stored(storage).key, key);
  assertLicensed(await client.activate(mine), "server");
  assert.equal(stored(storage).key, mine);
  assert.deepEqual([client.has("pro"), client.has("enterprise")], [false, true]);
});

test("a key that is active here already is kept when it is validated", async () => {
  const { key, start } = await activated();
  const storage = openStorage();
  assertLicensed(await start({ storage }).validate(key), "server");
  assert.equal(stored(storage).key, key);
  assertLicensed(await start({ storage, fetch: away }).check(), "lease");
});

test("a full license says who has its places, and one can be handed over", async () => {
  const { vendor, storage, key, start } = await activated();
  const there = start({ identifier: "other.example" });
  const full = await there.activate(key);
  assertNot(full, "seat_limit_exceeded");
  assert.equal(full.remedy.code, "free_a_place");
  assert.deepEqual(full.activations.map(({ identifier }) => identifier), [HERE]);
  assert.equal(storage.texts.size, 1);
  assertLicensed(await there.activate(key, { replace: full.activations[0].id }), "server");
  assert.deepEqual(vendor.places(key), ["other.example"]);
  assertNot(await start().validate(), "not_activated");
});

test("a floating place is kept by taking it again", async () => {
  const { clock, vendor, key, start } = await activated({ ttl: 900 });
  const calls = () => vendor.asked.map(({ method }) => method.replace("license.", ""));
  const client = start({ name: "Laptop" });
  clock.now = START + 8 * MINUTE;
  const [, renewed] = await checkedAndRenewed(client);
  assertLicensed(renewed, "server");
  assert.equal(renewed.verdict.activation.expiresAt, "2026-06-04T10:44:00Z");
  // And past its end, when it may have gone to somebody else.
  clock.now += HOUR;
  assertLicensed(await client.check(), "server");
  assert.deepEqual(calls(), ["activate", "activate"]);
  // A renewal does not rename what the customer may have renamed.
  for (const { params } of vendor.asked) assert.equal(params.name, undefined);
  // What is refused there is asked about, so that the "no" is a signed one.
  vendor.change(key, { status: "revoked" });
  clock.now += 8 * MINUTE;
  const [, revoked] = await checkedAndRenewed(client);
  assertNot(revoked, "revoked");
  assert.deepEqual(calls().slice(2), ["activate", "validate"]);
});

test("when a place could not be given back, nothing is forgotten", async () => {
  const { vendor, storage, key, start } = await activated();
  const before = stored(storage);
  const client = start();
  await client.check();
  vendor.lie = away;
  assert.deepEqual(await client.deactivate(), {
    ok: false,
    status: "unreachable",
    message: NO_CONNECTION,
  });
  assert.deepEqual([stored(storage), client.has("pro")], [before, true]);
  assertLicensed(await client.check(), "lease");
  vendor.lie = null;
  // A place that is free already is given back.
  vendor.free(key);
  assertNot(await client.deactivate(), "no_key");
  assert.equal(storage.texts.size, 0);
});
