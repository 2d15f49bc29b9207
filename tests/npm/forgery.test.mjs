// Answers that are not what they say they are: none unlocks, and none takes anything away.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { counterfoil } from "./installed.mjs";
import { claimsOf, compact, keyHash, makeSigner } from "./signer.mjs";
import {
  DAY,
  HERE,
  activated,
  assertGrace,
  assertLicensed,
  assertNot,
  away,
  openStorage,
  stage,
  stored,
} from "./stage.mjs";

const { verifyLease } = counterfoil;

/** Answers with the claims altered, and signed by the vendor all the same. */
const claiming = (alter) => (vendor) => (answer) => vendor.resigned(answer, alter);

/** Answers with the same claims, signed in another way. */
const signing = (make) => (vendor) => (answer) =>
  vendor.resigned(answer, (claims) => claims, make(vendor.signer));

/** Answers with another lease, or without one. */
const lending = (lease) => () => (answer) => {
  const body = JSON.parse(answer.body);
  (body.result.verdict ?? body.result).lease = lease;
  return { ...answer, body: JSON.stringify(body) };
};

const bytesOf = ({ jwk }) => Buffer.from(jwk.x, "base64url");
const hmac = (secret) => (text) => createHmac("sha256", secret).update(text).digest("base64url");
const stranger = makeSigner();

/** What each lie is, how it is told, and the code that `verifyLease` has for such a lease. */
const LIES = [
  ["an unsigned yes", lending(null), "malformed"],
  ["a yes signed with nothing", lending(""), "malformed"],
  ["alg none", signing(({ kid }) => (claims) => compact({ alg: "none", typ: "license+jwt", kid }, claims, () => "")), "malformed"],
  ["alg none under the real signature", signing((signer) => (claims) => signer.lease(claims, { alg: "none" })), "malformed"],
  ["HMAC with the public key", signing((signer) => (claims) => signer.lease(claims, { alg: "HS256" }, hmac(bytesOf(signer)))), "malformed"],
  ["HMAC that says it is EdDSA", signing((signer) => (claims) => signer.lease(claims, {}, hmac(bytesOf(signer)))), "malformed"],
  ["another type", signing((signer) => (claims) => signer.lease(claims, { typ: "JWT" })), "malformed"],
  ["a critical header", signing((signer) => (claims) => signer.lease(claims, { crit: ["exp"] })), "malformed"],
  ["a key in the header", signing(() => (claims) => stranger.lease(claims, { jwk: stranger.jwk })), "malformed"],
  ["a foreign kid", signing(() => stranger.lease), "unknown_key_id"],
  ["a foreign key under a known kid", signing(({ kid }) => (claims) => stranger.lease(claims, { kid })), "bad_signature"],
  ["a nonce that was stripped", claiming(({ nonce: _, ...claims }) => claims), "wrong_nonce"],
  ["another nonce", claiming((claims) => ({ ...claims, nonce: "0".repeat(32) })), "wrong_nonce"],
  ["another product", claiming((claims) => ({ ...claims, aud: "acme-studio" })), "wrong_product"],
  ["no product", claiming((claims) => ({ ...claims, aud: null })), "wrong_product"],
  ["another key", claiming((claims) => ({ ...claims, key_hash: keyHash("AFP-OTHER") })), "wrong_key"],
  ["a test license", claiming((claims) => ({ ...claims, verdict: { ...claims.verdict, mode: "test" } })), "wrong_mode"],
  ["another identifier", claiming((claims) => ({ ...claims, verdict: { ...claims.verdict, activation: { ...claims.verdict.activation, identifier: "other.example" } } })), "wrong_identifier"],
  ["no identifier", claiming((claims) => ({ ...claims, verdict: { ...claims.verdict, activation: null } })), "wrong_identifier"],
  ["a lease that had ended when it was signed", claiming((claims) => ({ ...claims, exp: claims.iat })), "expired"],
  ["a lease of the far future", claiming((claims) => ({ ...claims, nbf: claims.iat + 301 })), "not_yet_valid"],
  ["a yes that is a no", claiming((claims) => ({ ...claims, verdict: { ...claims.verdict, status: "revoked" } })), "malformed"],
];

for (const [what, lie, code] of LIES) {
  test(`${what} unlocks nothing, and takes nothing away`, async () => {
    const { clock, vendor, storage, key, start } = await activated();
    const tell = lie(vendor);
    let told;
    vendor.lie = (answer) => {
      const answered = tell(answer);
      const { result } = JSON.parse(answered.body);
      told = (result.verdict ?? result).lease ?? "";
      return answered;
    };

    // With nothing stored.
    const fresh = start({ storage: openStorage() });
    assertNot(await fresh.validate(key), "untrusted_response");
    const { nonce } = vendor.asked.at(-1).params;
    const asked = { jwks: vendor.jwks, product: "acme-forms-pro", identifier: HERE, key, nonce };
    assert.equal(verifyLease(told, { ...asked, now: () => clock.now }).code, code);
    assertNot(await fresh.activate(key), "untrusted_response");
    assertNot(await fresh.check(), "no_key");
    assert.equal(fresh.has("pro"), false);

    // With a lease that holds.
    const { lease } = stored(storage);
    const client = start();
    assertGrace(await client.validate(), "offline", clock.now + 7 * DAY);
    assertGrace(await client.activate(key), "offline", clock.now + 7 * DAY);
    assert.equal(stored(storage).lease, lease);
    assert.equal(client.has("pro"), true);

    // With one that has ended.
    clock.now += 7 * DAY;
    assertNot(await client.check(), "lease_expired");
    vendor.lie = null;
    assertLicensed(await client.check(), "server");
  });

  test(`${what} is no lease to keep either`, async () => {
    if (code === "wrong_nonce") return;
    const { vendor, storage, key, start } = await activated();
    const body = JSON.stringify({ result: { lease: stored(storage).lease } });
    const answer = lie(vendor)({ status: 200, body });
    const { result } = JSON.parse(answer.body);
    const [name] = storage.texts.keys();
    storage.texts.set(name, JSON.stringify({ ...stored(storage), lease: result.lease ?? "" }));
    const client = start({ fetch: away });
    const state = await client.check();
    assertNot(state, code === "expired" ? "lease_expired" : "unreachable");
    assert.equal(client.has("pro"), false);
    assertLicensed(await start().check(), "server");
    assert.equal(stored(storage).key, key);
  });
}

test("a good answer counts once: played back it answers another question", async () => {
  const { vendor, key, start } = await activated();
  const recorded = {};
  vendor.lie = (answer, { method }) => (recorded[method] = answer);
  const first = start({ storage: openStorage() });
  assertLicensed(await first.activate(key), "server");
  assertLicensed(await first.validate(), "server");
  vendor.lie = (_, { method }) => recorded[method];
  const later = start({ storage: openStorage() });
  assertNot(await later.validate(key), "untrusted_response");
  assertNot(await later.activate(key), "untrusted_response");
});

test("a signed no that is played back, or for another key, takes nothing away", async () => {
  const { vendor, key, start } = await activated();
  vendor.change(key, { status: "revoked" });
  let recorded;
  vendor.lie = (answer) => (recorded = answer);
  assertNot(await start({ storage: openStorage() }).validate(key), "revoked");
  vendor.change(key, { status: "valid" });
  vendor.lie = () => recorded;
  const client = start();
  assert.equal((await client.validate()).cause, "offline");
  vendor.lie = (answer) =>
    vendor.resigned(answer, (claims) => ({
      ...claims,
      key_hash: keyHash("AFP-OTHER"),
      verdict: { ...claims.verdict, valid: false, status: "revoked" },
    }));
  assert.equal((await client.validate()).cause, "offline");
  vendor.lie = null;
  assertLicensed(await client.validate(), "server");
});

test("a server whose keys the program does not know is not believed, whatever it publishes", async () => {
  const { vendor, key, start } = stage();
  const jwks = { keys: [stranger.jwk] };
  const client = start({ jwks });
  const state = await client.activate(key);
  assertNot(state, "untrusted_response");
  assert.match(state.message, /update the program/);
  // The keys are those of the construction, whoever changes the object afterwards.
  jwks.keys.push(vendor.signer.jwk);
  assertNot(await client.activate(key), "untrusted_response");
});

/** A number generator with a seed: the same mutations in every run. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The text with one to three bytes changed, cut, doubled or moved. */
function mutated(text, pick) {
  let bytes = [...Buffer.from(text)];
  for (let round = pick(3); round >= 0; round -= 1) {
    const at = pick(bytes.length);
    const length = 1 + pick(8);
    switch (pick(5)) {
      case 0:
        bytes[at] ^= 1 << pick(7);
        break;
      case 1:
        bytes[at] = 32 + pick(95);
        break;
      case 2:
        bytes.splice(at, length);
        break;
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + length));
        break;
      default:
        bytes = [...bytes.slice(0, at), ...bytes.slice(pick(bytes.length))];
    }
    if (bytes.length === 0) bytes = [32];
  }
  return Buffer.from(bytes).toString("latin1");
}

test("of 10,000 mutated answers none is believed for what was not signed", async () => {
  const { vendor, key, start } = await activated();
  const pick = random(20_260_604);
  let changed;
  let lease;
  vendor.lie = (answer) => {
    lease = JSON.parse(answer.body).result.lease;
    // The lease itself more often than the rest of the answer.
    const part = pick(4) === 0 ? answer.body : lease;
    changed = answer.body.replace(part, () => mutated(part, pick));
    return { ...answer, body: changed };
  };
  let believed = 0;
  const client = start({ storage: { ...openStorage(), get: () => null } });
  for (let round = 0; round < 10_000; round += 1) {
    const state = await client.validate(key);
    // What lies around the lease is nobody's word; where the lease is whole, it is the answer.
    if (state.ok) {
      assert.ok(changed.includes(`"${lease}"`), changed);
      assert.deepEqual(state.verdict.entitlements, claimsOf(lease).verdict.entitlements);
      believed += 1;
    }
  }
  assert.ok(believed < 2_500, `${believed} answers kept their lease whole`);
});

test("of 10,000 mutated leases that are stored none unlocks", async () => {
  const { storage, start } = await activated();
  const pick = random(42);
  const [name] = storage.texts.keys();
  const good = stored(storage);
  const client = start({ fetch: away });
  for (let round = 0; round < 10_000; round += 1) {
    const lease = mutated(good.lease, pick);
    if (lease === good.lease) continue;
    storage.texts.set(name, JSON.stringify({ ...good, lease }));
    const state = await client.check();
    assert.equal(state.ok, false, lease);
  }
});
