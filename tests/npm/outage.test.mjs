// The outage drill: a customer who activated, and a server that fails in every way there is.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answering, breakingOff, hanging, trickling } from "./faulty.mjs";
import { counterfoil } from "./installed.mjs";
import { DAY, HERE, HOUR, MINUTE, assertGrace, assertLicensed, assertNot, checkedAndRenewed, openStorage } from "./stage.mjs";
import { PRODUCT, startVendor } from "./vendor.mjs";

const JSON_TYPE = { "content-type": "application/json" };
const HTML_TYPE = { "content-type": "text/html" };
const SIGN_IN = "<!doctype html><title>Sign in to the hotel</title><form>Room number</form>";

/** A yes as it would be, if anybody had signed it. */
const UNSIGNED = {
  valid: true, status: "valid", message: "This license is valid.", remedy: null, mode: "live",
  product: PRODUCT, plan: "developer", expiresAt: null, graceUntil: null, activationType: "domain",
  activationLimit: 1, activationsUsed: 1, activation: null, activations: [], entitlements: ["pro"],
  checkedAt: "2026-06-05T08:02:00Z", nonce: null, lease: null,
};
const PLACE = { id: "act_01JX3V4Q8ZB2M5N7P9R0S1T2W3", identifier: HERE, name: null, status: "active", activatedAt: "2026-06-04T10:21:00Z", expiresAt: null };
const reply = (more) => JSON.stringify({ jsonrpc: "2.0", id: 1, ...more });
const yes = reply({ result: UNSIGNED });
const error = (code, word, more) => reply({ error: { code, message: "Later.", data: { code: word, ...more } } });

/** Answers whatever is asked with a verdict that nobody signed. */
function lying(verdict) {
  const taken = { activation: PLACE, created: true, activationLimit: 1, activationsUsed: 1, verdict };
  return (_, { method }) => ({
    status: 200,
    body: reply({ result: method === "license.activate" ? taken : verdict }),
  });
}

/** What each fault answers, and what a program is told that has no lease to live by. */
const FAULTS = [
  ["answers 500", answering(500, JSON_TYPE, error(-32603, "internal")), "unreachable"],
  ["answers 503 in its own words", answering(503, { ...JSON_TYPE, "retry-after": "7" }, error(503, "unavailable", { retryAfter: 9 })), "unreachable", 7_000],
  ["has too many questions", answering(429, JSON_TYPE, error(429, "rate_limited", { retryAfter: 7 })), "unreachable", 7_000],
  ["answers 500 with a yes", answering(500, JSON_TYPE, yes), "unreachable"],
  ["answers 403 for an unsigned no", answering(403, JSON_TYPE, error(403, "license_revoked")), "revoked"],
  ["times out", hanging, "unreachable"],
  ["begins an answer and never ends it", trickling, "unreachable"],
  ["breaks off", breakingOff, "unreachable"],
  ["is a hotel's sign-in page", answering(200, HTML_TYPE, SIGN_IN), "unreachable"],
  ["sends to a sign-in page", answering(302, { location: "http://127.0.0.1:1/sign-in" }, ""), "unreachable"],
  ["says nothing", answering(200, {}, ""), "unreachable"],
  ["says something else", answering(200, JSON_TYPE, '{"status":"ok"}'), "unreachable"],
  ["lies without a signature", { lie: lying(UNSIGNED) }, "untrusted_response"],
  ["lies that it is revoked", { lie: lying({ ...UNSIGNED, valid: false, status: "revoked" }) }, "untrusted_response"],
  ["disappears", null, "unreachable"],
];

const started = [];
after(() => Promise.all(started.map((vendor) => vendor.stop())));

for (const [what, fault, without, retryAfterMs] of FAULTS) {
  test(`a customer who activated stays unlocked while the server ${what}, until the lease ends`, async () => {
    const clock = { now: Date.now(), ahead: 0 };
    const vendor = await startVendor(() => clock.now);
    if (fault) started.push(vendor);
    const options = {
      server: vendor.url,
      product: PRODUCT,
      identifier: HERE,
      jwks: vendor.jwks,
      storage: openStorage(),
      now: () => clock.now,
      timeoutMs: fault === hanging || fault === trickling ? 25 : 10_000,
    };
    const start = (more) => counterfoil.createClient({ ...options, ...more });
    const key = vendor.sell();
    const activated = await counterfoil.createClient({ ...options, timeoutMs: 10_000 }).activate(key);
    assertLicensed(activated, "server");
    const until = Math.floor(clock.now / 1000) * 1000 + 7 * DAY;

    if (fault) Object.assign(vendor, typeof fault === "function" ? { fault } : fault);
    else await vendor.stop();

    // Nobody notices for days.
    for (const later of [0, HOUR, DAY, 2 * DAY]) {
      clock.now = until - 7 * DAY + later;
      const client = start();
      assertLicensed(await client.check(), "lease");
      assert.equal(client.has("pro"), true);
    }
    // A mistyped other key changes nothing about that.
    const other = await start().activate("AFP-MISTYPED");
    assertNot(other, without);
    if (without === "unreachable") assert.equal(other.retryAfterMs, retryAfterMs);
    assertLicensed(await start().check(), "lease");

    // Near its end it says so.
    clock.now = until - 3 * DAY;
    const [answered, failed] = await checkedAndRenewed(start());
    assertLicensed(answered, "lease");
    assertGrace(failed, "offline", until);
    clock.now = until - MINUTE;
    const client = start();
    assertGrace(await client.check(), "offline", until);
    assertGrace(await client.validate(), "offline", until);
    assert.equal(client.has("pro"), true);

    // And then it is over, whatever the server says.
    clock.now = until;
    assert.equal(client.has("pro"), false);
    assertNot(await start().check(), without === "revoked" ? "revoked" : "lease_expired");
    assertNot(await start({ storage: openStorage() }).validate(key), without);

    // A server that is back ends the drill.
    if (!fault) return;
    Object.assign(vendor, { fault: null, lie: null });
    assertLicensed(await start({ timeoutMs: 10_000 }).check(), "server");
  });
}
