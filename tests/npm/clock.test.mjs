// Clocks that are wrong, and clocks that somebody set.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DAY,
  HOUR,
  MINUTE,
  START,
  activated,
  assertGrace,
  assertLicensed,
  assertNot,
  away,
  checkedAndRenewed,
  stage,
  stored,
} from "./stage.mjs";

for (const [back, isForgiven] of [
  [5 * MINUTE, true],
  [5 * MINUTE + 1, false],
  [3 * DAY, false],
]) {
  test(`a clock that goes back by ${back / MINUTE} minutes is ${isForgiven ? "" : "not "}forgiven`, async () => {
    const { clock, start } = await activated();
    clock.now = START + 2 * DAY;
    assertLicensed(await start({ fetch: away }).check(), "lease");
    clock.now -= back;
    const client = start({ fetch: away });
    const state = await client.check();
    if (isForgiven) assertLicensed(state, "lease");
    else assertNot(state, "clock_rolled_back");
    assert.equal(client.has("pro"), isForgiven);
    // The right time makes it good again.
    clock.now = START + 2 * DAY;
    assertLicensed(await start({ fetch: away }).check(), "lease");
  });
}

test("turning the clock back brings no ended lease back", async () => {
  const { clock, start } = await activated();
  clock.now = START + 8 * DAY;
  assertNot(await start({ fetch: away }).check(), "lease_expired");
  for (const time of [START + DAY, START, 0, Number.NaN]) {
    clock.now = time;
    assertNot(await start({ fetch: away }).check(), "clock_rolled_back");
  }
  clock.now = START + 9 * DAY;
  assertNot(await start({ fetch: away }).check(), "lease_expired");
});

test("what unlocked a while ago does not while the clock is turned back", async () => {
  const { clock, start } = await activated();
  const client = start({ fetch: away });
  await client.check();
  clock.now = START - 5 * MINUTE;
  assert.equal(client.has("pro"), true);
  clock.now -= 1;
  assert.equal(client.has("pro"), false);
  assertNot(await client.check(), "clock_rolled_back");
});

test("within one start even a minute that nobody wrote down counts", async () => {
  const { clock, storage, start } = await activated();
  clock.now = START + MINUTE / 2;
  const client = start({ fetch: away });
  await client.check();
  assert.equal(stored(storage).latest, START);
  clock.now = START + MINUTE / 2 - 5 * MINUTE - 1;
  assertNot(await client.check(), "clock_rolled_back");
});

test("a server that answers forgives a clock that was once wrong", async () => {
  const { clock, storage, start } = await activated();
  clock.ahead = 400 * DAY;
  assertNot(await start({ fetch: away }).check(), "lease_expired");
  assert.equal(stored(storage).latest, START + 400 * DAY);
  clock.ahead = 0;
  assertNot(await start({ fetch: away }).check(), "clock_rolled_back");
  assertLicensed(await start().check(), "server");
  assert.equal(stored(storage).latest, START);
  assertLicensed(await start({ fetch: away }).check(), "lease");
});

for (const ahead of [-400 * DAY, -9 * HOUR, 9 * HOUR, 400 * DAY]) {
  test(`a clock that is ${ahead / HOUR} hours ahead does no harm where the server can be asked`, async () => {
    const { clock, vendor, key, start } = stage();
    clock.ahead = ahead;
    const client = start();
    for (const state of [await client.activate(key), await client.validate()]) {
      assertLicensed(state, "server");
      assert.equal(client.has("pro"), true);
    }
    for (let hour = 1; hour < 48; hour += 1) {
      clock.now += HOUR;
      const later = hour % 2 ? client : start();
      const state = await later.check();
      assert.equal(state.status, "valid");
      assert.equal(later.has("pro"), true);
    }
    vendor.change(key, { status: "revoked" });
    assertNot(await client.validate(), "revoked");
    assert.equal(client.has("pro"), false);
  });
}

test("a clock that is days ahead does not have a lease renewed at every check", async () => {
  const { clock, vendor, key, start } = stage();
  clock.ahead = 5 * DAY;
  const client = start();
  await client.activate(key);
  vendor.asked.length = 0;
  for (let minute = 0; minute < 60; minute += 1) {
    clock.now += MINUTE;
    assertLicensed(await client.check(), "lease");
  }
  assert.equal(vendor.asked.length, 0);
});

test("a lease is judged by the latest time that was seen", async () => {
  const { clock, vendor, start } = await activated();
  clock.now = START + 7 * DAY - 1;
  vendor.lie = away;
  const [, state] = await checkedAndRenewed(start());
  assertGrace(state, "offline", START + 7 * DAY);
  clock.now -= 2 * MINUTE;
  assertGrace(await start().check(), "offline", START + 7 * DAY);
  clock.now += 2 * MINUTE + 1;
  assertNot(await start().check(), "lease_expired");
  // Two minutes back are no clock that was turned back, and no way to go on either.
  clock.now -= 2 * MINUTE;
  assertNot(await start().check(), "lease_expired");
});
