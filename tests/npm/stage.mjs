// A client of our own dialect, its vendor, and the time that both go by.

import assert from "node:assert/strict";
import { counterfoil } from "./installed.mjs";
import { PRODUCT, Vendor } from "./vendor.mjs";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 5, 4, 10, 21, 0);

export const HERE = "example.com";
export const NO_CONNECTION =
  "The license server could not be reached: check the connection and try again.";

/** A storage whose texts lie open. */
export function openStorage(texts = new Map()) {
  return {
    texts,
    get: (key) => texts.get(key) ?? null,
    set: (key, value) => void texts.set(key, value),
    delete: (key) => void texts.delete(key),
  };
}

/** What a storage holds, if it is one entry. */
export function stored({ texts }) {
  assert.equal(texts.size, 1);
  return JSON.parse([...texts.values()][0]);
}

/**
 * The server's clock is `clock.now`, the client's is `clock.ahead` milliseconds ahead of it. `start`
 * makes a client as a program that starts would: what it knows is what was stored.
 */
export function stage(terms) {
  const clock = { now: START, ahead: 0 };
  const vendor = new Vendor(() => clock.now);
  const storage = openStorage();
  const options = {
    server: "https://licenses.example.com",
    product: PRODUCT,
    identifier: HERE,
    jwks: vendor.jwks,
    storage,
    fetch: vendor.fetch,
    now: () => clock.now + clock.ahead,
  };
  return {
    clock,
    vendor,
    storage,
    options,
    key: vendor.sell(terms),
    start: (more) => counterfoil.createClient({ ...options, ...more }),
  };
}

/** A stage on which a program was activated, and ended. */
export async function activated(terms) {
  const made = stage(terms);
  assertLicensed(await made.start().activate(made.key), "server");
  made.vendor.asked.length = 0;
  return made;
}

/** The next states that a client tells. */
export function nextStates(client, count) {
  return new Promise((resolve) => {
    const states = [];
    const stop = client.subscribe((state) => {
      states.push(state);
      if (states.length < count) return;
      stop();
      resolve(states);
    });
  });
}

/** A check behind which a lease is renewed: what was answered, and what was told afterwards. */
export async function checkedAndRenewed(client) {
  const states = nextStates(client, 2);
  const answered = await client.check();
  const [first, second] = await states;
  assert.deepEqual(first, answered);
  return [answered, second];
}

/** Holds a state to being a "yes" by the server or by a lease, and nothing besides. */
export function assertLicensed(state, source) {
  assert.equal(state.status, "valid", state.message);
  assert.deepEqual(Object.keys(state), ["ok", "status", "source", "verdict"]);
  assert.deepEqual([state.ok, state.source, state.verdict.valid], [true, source, true]);
}

/** Holds a state to being the grace of this cause until then. */
export function assertGrace(state, cause, until) {
  assert.equal(state.status, "grace", state.message);
  assert.deepEqual(Object.keys(state), ["ok", "status", "cause", "until", "verdict"]);
  assert.deepEqual([state.ok, state.cause, state.verdict.valid], [true, cause, true]);
  assert.equal(Date.parse(state.until), until);
}

/** Holds a state to being this "no", with a sentence. */
export function assertNot(state, status) {
  assert.deepEqual([state.ok, state.status], [false, status], state.message);
  assert.match(state.message, /^[A-Z].*[.a-z]$/);
  if (state.verdict) assert.deepEqual([state.verdict.valid, state.verdict.status], [false, status]);
}

/** No connection at all. */
export async function away() {
  throw new TypeError("away");
}
