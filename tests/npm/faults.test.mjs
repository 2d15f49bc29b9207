// What can happen to a client's question on its way, and what a programmer can get wrong.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { answering, breakingOff, closedPort, hanging, startFaulty, trickling } from "./faulty.mjs";
import { counterfoil, run, write } from "./installed.mjs";

const { createClient } = counterfoil;

const OPTIONS = {
  dialect: "licensedock",
  server: "https://licenses.example.com/licensedock",
  product: "42",
  identifier: "example.com",
};
const KEY = "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6";
const TERMS = {
  license_key: KEY,
  product: "My Extension",
  plan: "Developer",
  activation_type: "domain",
  activation_limit: 5,
  activations_used: 2,
  expires_at: "2027-03-20T03:21:26Z",
};
const YES = { data: { valid: true, status: "active", ...TERMS, identifier_activated: true } };
const VERDICT = {
  valid: true,
  status: "valid",
  message: "This license is valid.",
  remedy: null,
  product: "My Extension",
  plan: "Developer",
  expiresAt: "2027-03-20T03:21:26Z",
  activationType: "domain",
  activationLimit: 5,
  activationsUsed: 2,
  activation: null,
  activations: [],
};
const LICENSED = { ok: true, status: "valid", source: "server", verdict: VERDICT };
const NO_CONNECTION = {
  ok: false,
  status: "unreachable",
  message: "The license server could not be reached: check the connection and try again.",
};
const TOO_LATE = {
  ok: false,
  status: "unreachable",
  message: "The license server did not answer in time: try again later.",
};
const NOBODY = {
  ok: false,
  status: "unreachable",
  message: "The answer did not come from a license server: try again later.",
};
const JSON_TYPE = { "content-type": "application/json" };
const HTML_TYPE = { "content-type": "text/html" };

/** The body of LicenseDock's refusals. */
function refusal(code, message) {
  return JSON.stringify({ error: { code, message } });
}

/** A `fetch` that gives these answers, one after the other, and notes what it was asked. */
function scripted(...answers) {
  const asked = [];
  async function fetch(url, init) {
    asked.push({ url, ...init });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    const [status, body, headers = {}] = answer;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
  }
  return { fetch, asked };
}

const started = [];
after(() => Promise.all(started.map((server) => server.stop())));

for (const [what, respond, state, more] of [
  ["a server's fault", answering(500, JSON_TYPE, refusal("INTERNAL_ERROR", "Out of order.")),
    { ok: false, status: "unreachable", message: "Out of order." }],
  ["a gateway's page with when to come back", answering(503, { ...HTML_TYPE, "retry-after": "120" }, "<h1>Soon</h1>"),
    { ...NOBODY, retryAfterMs: 120_000 }],
  ["a server that is asked too often", answering(429, { ...JSON_TYPE, "retry-after": "7" }, refusal("RATE_LIMITED", "Too many requests")),
    { ok: false, status: "unreachable", retryAfterMs: 7_000, message: "Too many requests" }],
  ["a server that names the date to come back", answering(429, { ...JSON_TYPE, "retry-after": "Thu, 04 Jun 2026 10:21:30 GMT" }, refusal("RATE_LIMITED", "Later")),
    { ok: false, status: "unreachable", retryAfterMs: 30_000, message: "Later" }],
  ["a fault with the body of a yes", answering(500, JSON_TYPE, JSON.stringify(YES)), NOBODY],
  ["a captive portal's page", answering(200, HTML_TYPE, "<!doctype html><title>Sign in to the hotel</title>"), NOBODY],
  ["a captive portal's redirect", answering(302, { location: "http://127.0.0.1:1/sign-in" }, ""), NOBODY],
  ["nothing at all", answering(200, {}, ""), NOBODY],
  ["half of a yes", answering(200, JSON_TYPE, JSON.stringify(YES).slice(0, -9)), NOBODY],
  ["a yes that contradicts itself", answering(200, JSON_TYPE, JSON.stringify(YES).replace('"active"', '"revoked"')), NOBODY],
  ["an answer that breaks off", breakingOff, NO_CONNECTION],
  ["a server that never answers", hanging, TOO_LATE, { timeoutMs: 50 }],
  ["an answer that never ends", trickling, TOO_LATE, { timeoutMs: 50 }],
  ["a refusal that is not about the license", answering(400, JSON_TYPE, refusal("INVALID_REQUEST", "Malformed")),
    { ok: false, status: "unreachable", message: "Malformed" }],
  ["a refusal for a reason that nobody knows", answering(403, JSON_TYPE, refusal("BAD_WEATHER", "Not today")),
    { ok: false, status: "unreachable", message: "Not today" }],
]) {
  test(`${what} is "could not ask", asked once and thrown by nobody`, async () => {
    const faulty = await startFaulty(respond);
    started.push(faulty);
    const now = () => Date.UTC(2026, 5, 4, 10, 21, 0);
    const client = createClient({ ...OPTIONS, server: faulty.url, now, ...more });
    assert.deepEqual(await client.validate(KEY), state);
    assert.equal(faulty.asked(), 1);
    assert.deepEqual(await client.activate(KEY), state);
    assert.equal(faulty.asked(), 2);
    assert.deepEqual(await client.deactivate(), state);
    assert.equal(client.has("Developer"), false);
  });
}

test("a port where nobody listens is \"could not ask\"", async () => {
  const client = createClient({ ...OPTIONS, server: await closedPort() });
  assert.deepEqual(await client.activate(KEY), NO_CONNECTION);
});

test("a fetch that heeds no signal and one that throws are \"could not ask\"", async () => {
  const deaf = createClient({ ...OPTIONS, fetch: () => new Promise(() => {}), timeoutMs: 20 });
  assert.deepEqual(await deaf.validate(KEY), TOO_LATE);
  const broken = createClient({
    ...OPTIONS,
    fetch: () => {
      throw new TypeError("no network here");
    },
  });
  assert.deepEqual(await broken.validate(KEY), NO_CONNECTION);
});

for (const [code, status] of [
  ["LICENSE_NOT_FOUND", "invalid"],
  ["LICENSE_INVALID", "invalid"],
  ["PRODUCT_MISMATCH", "invalid"],
  ["LICENSE_EXPIRED", "expired"],
  ["LICENSE_INACTIVE", "suspended"],
  ["ACTIVATION_LIMIT_REACHED", "seat_limit_exceeded"],
]) {
  test(`${code} is the "no" ${status}`, async () => {
    const { fetch } = scripted([403, refusal(code, "Refused.")]);
    const { remedy, ...state } = await createClient({ ...OPTIONS, fetch }).activate(KEY);
    assert.deepEqual(state, { ok: false, status, message: "Refused." });
    assert.match(remedy.text, /^[A-Z].*\.$/);
  });
}

test("a question that reached nobody takes no right away", async () => {
  const { fetch } = scripted([200, YES], new TypeError("away"), [200, YES]);
  const client = createClient({ ...OPTIONS, fetch });
  const told = [];
  client.subscribe(({ status }) => told.push(status));
  assert.deepEqual(await client.validate(KEY), LICENSED);
  assert.deepEqual(await client.check(), NO_CONNECTION);
  assert.equal(client.has("Developer"), true);
  assert.deepEqual(await client.check(), LICENSED);
  assert.deepEqual(told, ["valid", "unreachable", "valid"]);
});

test("those who ask at the same time share one question", async () => {
  const { fetch, asked } = scripted([200, YES]);
  const client = createClient({ ...OPTIONS, fetch });
  await client.validate(KEY);
  const states = await Promise.all(Array.from({ length: 10 }, () => client.check()));
  assert.equal(asked.length, 2);
  for (const state of states) assert.deepEqual(state, LICENSED);
});

test("calls go one after the other, so an old answer never comes after a newer one", async () => {
  const order = [];
  const { fetch } = scripted([200, YES]);
  const client = createClient({
    ...OPTIONS,
    async fetch(url, init) {
      order.push("asked");
      const reply = await fetch(url, init);
      order.push("answered");
      return reply;
    },
  });
  await Promise.all([client.validate(KEY), client.validate("ANOTHER"), client.check()]);
  assert.deepEqual(order, Array(3).fill(["asked", "answered"]).flat());
});

test("nothing is asked without a key, whatever was typed for one", async () => {
  const { fetch, asked } = scripted([200, YES]);
  const client = createClient({ ...OPTIONS, fetch });
  for (const typed of ["", " \n", null]) {
    assert.equal((await client.activate(typed)).status, "no_key");
    assert.equal((await client.validate(typed)).status, "no_key");
  }
  assert.equal((await client.check()).status, "no_key");
  assert.equal((await client.deactivate()).status, "no_key");
  assert.deepEqual(asked, []);
});

test("a key that no request can hold is a key that is not valid", async () => {
  const { fetch, asked } = scripted([200, YES]);
  const state = await createClient({ ...OPTIONS, fetch }).activate("half a pair: \ud83d");
  assert.deepEqual([state.ok, state.status], [false, "invalid"]);
  assert.deepEqual(asked, []);
});

test("the request goes to the server's own path, without a redirect followed", async () => {
  const { fetch, asked } = scripted([200, YES]);
  for (const server of ["https://licenses.example.com", "https://licenses.example.com/licensedock//"]) {
    await createClient({ ...OPTIONS, server, fetch }).validate(KEY);
  }
  const path = "/api/index.php/v1/licensedock/licenses/validate";
  assert.deepEqual(
    asked.map(({ url }) => url),
    [`https://licenses.example.com${path}`, `https://licenses.example.com/licensedock${path}`],
  );
  for (const { redirect, method, signal } of asked) {
    assert.deepEqual([redirect, method, signal instanceof AbortSignal], ["manual", "POST", true]);
  }
});

test("nothing is stored and no keys are asked for", async () => {
  const storage = new Proxy({}, { get: () => assert.fail("the storage was touched") });
  const { fetch } = scripted([200, YES]);
  const client = createClient({ ...OPTIONS, storage, fetch });
  assert.deepEqual(await client.validate(KEY), LICENSED);
});

test("a listener that throws harms neither the client nor the other listeners", () => {
  // In a process of its own: what is thrown comes up where nobody catches it.
  const program = `
    import { createClient } from "counterfoil";
    process.once("uncaughtException", ({ message }) => console.log(message));
    const fetch = async () => new Response(${JSON.stringify(JSON.stringify(YES))});
    const client = createClient({ ...${JSON.stringify(OPTIONS)}, fetch });
    client.subscribe(() => { throw new Error("a listener's own affair"); });
    client.subscribe(({ status }) => console.log("told", status));
    const { status } = await client.validate("${KEY}");
    console.log("answered", status);`;
  const lines = run(write("listener.mjs", program)).trim().split("\n");
  assert.deepEqual(lines.toSorted(), ["a listener's own affair", "answered valid", "told valid"]);
});

for (const [what, options, code, field] of [
  ["an unknown dialect", { dialect: "esperanto" }, "unknown_dialect"],
  ["a dialect that every object inherits", { dialect: "toString" }, "unknown_dialect"],
  ["no server", { server: undefined }, "invalid_params", "server"],
  ["a server that is no address", { server: "licenses.example.com" }, "invalid_params", "server"],
  ["a server without TLS", { server: "http://licenses.example.com" }, "invalid_params", "server"],
  ["a server with a query", { server: "https://licenses.example.com/?a=b" }, "invalid_params", "server"],
  ["no product", { product: undefined }, "invalid_params", "product"],
  ["a product that the dialect cannot name", { product: "my-extension" }, "invalid_params", "product"],
  ["no identifier", { identifier: " " }, "invalid_params", "identifier"],
  ["a credential that the dialect does not have", { credentials: { apikey: "x" } }, "invalid_params", "apikey"],
  ["a time limit that is none", { timeoutMs: 0 }, "invalid_params", "timeoutMs"],
  ["a fetch that is none", { fetch: null }, "invalid_params", "fetch"],
]) {
  test(`${what} is a programmer's error with a code`, () => {
    assert.throws(
      () => createClient({ ...OPTIONS, ...options }),
      (error) => {
        assert.ok(error instanceof Error);
        assert.deepEqual([error.code, error.field], [code, field]);
        assert.match(error.message, /^[A-Z].*\.$/);
        return true;
      },
    );
  });
}

for (const server of ["http://localhost:8787", "http://127.0.0.1", "http://[::1]:1", "http://shop.localhost"]) {
  test(`${server} is this machine, which needs no TLS`, () => {
    createClient({ ...OPTIONS, server });
  });
}
