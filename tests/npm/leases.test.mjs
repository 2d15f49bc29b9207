// The public lease vectors through the package. They were signed by another implementation.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counterfoil, root } from "./installed.mjs";

const { verifyLease } = counterfoil;

const folder = join(root, "tests/vectors/lease");
const vectors = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
const good = vectors.find(({ name }) => name === "a lease is trusted");

test("there are lease vectors to hold to", () => {
  assert.ok(vectors.length > 30);
});

for (const { name, lease, jwks, options, now, check } of vectors) {
  test(`lease vector: ${name}`, () => {
    const clock = () => Date.parse(now);
    assert.deepEqual(verifyLease(lease, { ...options, jwks, now: clock }), check);
  });
}

test("a lease is read as a file has it", () => {
  const { lease, jwks, options, now, check } = good;
  assert.deepEqual(verifyLease(`${lease}\r\n`, { ...options, jwks, now: () => Date.parse(now) }), check);
});

test("100,000 changed leases unlock nothing", () => {
  const { lease, jwks, options, now } = good;
  const clock = () => Date.parse(now);
  // A generator that repeats itself: what fails once fails again.
  let state = 20260605;
  const below = (most) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=\n\u00e9";
  const codes = new Map();
  for (let tried = 0; tried < 100_000; tried += 1) {
    const at = below(lease.length);
    const until = at + (tried % 4 === 0 ? below(40) : 1);
    const put = tried % 3 === 0 ? "" : symbols[below(symbols.length)];
    const changed = lease.slice(0, at) + put + lease.slice(until);
    if (changed === lease) continue;
    const check = verifyLease(changed, { ...options, jwks, now: clock });
    assert.equal(check.ok, false, changed);
    codes.set(check.code, (codes.get(check.code) ?? 0) + 1);
  }
  assert.deepEqual([...codes.keys()].sort(), ["bad_signature", "malformed", "unknown_key_id"]);
});

test("keys that are no key set are a programmer's error that says why", () => {
  const { lease, jwks } = good;
  const [key] = jwks.keys;
  for (const [wrong, problem] of [
    [undefined, /must be a key set/],
    ["https://licenses.example.com/.well-known/jwks.json", /must be a key set/],
    [{ keys: [] }, /no Ed25519 key/],
    [{ keys: [{ ...key, kid: "mine" }] }, /thumbprint/],
    [{ keys: [{ ...key, d: "AAAA" }] }, /private key/],
  ]) {
    assert.throws(() => verifyLease(lease, { jwks: wrong }), { code: "invalid_params", message: problem });
  }
  assert.throws(() => verifyLease(lease, { jwks, product: 7 }), { code: "invalid_params" });
});
