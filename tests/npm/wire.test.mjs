import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil } from "./installed.mjs";
import { ACTIVATION, ANSWERS, KEY, VERDICT, answer, error, result } from "./replies.mjs";

const { buildRequest, parseResponse } = counterfoil;

test("a request is all that an HTTP client has to know", () => {
  const { body, ...rest } = buildRequest("counterfoil", "validate", {
    key: KEY,
    product: "acme-forms-pro",
    identifier: "example.com",
  });
  assert.deepEqual(rest, {
    method: "POST",
    path: "/rpc",
    headers: { accept: "application/json", "content-type": "application/json" },
  });
  assert.deepEqual(JSON.parse(body), {
    jsonrpc: "2.0",
    id: 1,
    method: "license.validate",
    params: { key: KEY, product: "acme-forms-pro", identifier: "example.com" },
  });
});

test("a parameter that is null or undefined is left out", () => {
  const params = { key: KEY, product: null, identifier: undefined };
  assert.deepEqual(
    buildRequest("counterfoil", "validate", params),
    buildRequest("counterfoil", "validate", { key: KEY }),
  );
});

test("an unknown dialect or call is a programmer's error with a code", () => {
  assert.throws(() => buildRequest("esperanto", "validate", { key: KEY }), {
    code: "unknown_dialect",
  });
  assert.throws(() => buildRequest("counterfoil", "verify", { key: KEY }), {
    code: "unknown_call",
  });
  assert.throws(() => parseResponse("esperanto", "validate", { status: 200, body: "" }), {
    code: "unknown_dialect",
  });
  assert.throws(() => parseResponse("counterfoil", "verify", { status: 200, body: "" }), {
    code: "unknown_call",
  });
});

for (const [what, params, field] of [
  ["that is missing", {}, "key"],
  ["of the wrong type", { key: 7 }, "key"],
  ["that the call does not have", { key: KEY, licence: "x" }, "licence"],
]) {
  test(`a parameter ${what} is a programmer's error that names it`, () => {
    assert.throws(
      () => buildRequest("counterfoil", "validate", params),
      (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.code, "invalid_params");
        assert.equal(error.field, field);
        assert.match(error.message, new RegExp(`${field}.*${error.problem}`));
        return true;
      },
    );
  });
}

test("parameters that are no JSON are a programmer's error, and the next call works", () => {
  const loop = { key: KEY };
  loop.product = loop;
  let deep = {};
  for (let depth = 0; depth < 100_000; depth += 1) deep = { deep };
  for (const params of [
    undefined,
    null,
    7,
    "text",
    [KEY],
    { key: 7n },
    { key: () => KEY },
    loop,
    { key: deep },
  ]) {
    assert.throws(() => buildRequest("counterfoil", "validate", params), {
      name: "Error",
      code: "invalid_params",
    });
    assert.equal(buildRequest("counterfoil", "validate", { key: KEY }).path, "/rpc");
  }
});

test("a verdict is read as the server sent it, from text and from bytes", () => {
  const text = result(VERDICT);
  for (const body of [text, new TextEncoder().encode(text), Buffer.from(text)]) {
    assert.deepEqual(parseResponse("counterfoil", "validate", { status: 200, body }), {
      ok: true,
      verdict: VERDICT,
    });
  }
});

for (const [call, members] of Object.entries(ANSWERS)) {
  test(`an answer to ${call} has the members of that call`, () => {
    const outcome = parseResponse("counterfoil", call, { status: 200, body: answer(call) });
    assert.deepEqual(outcome, { ok: true, ...members });
  });
}

test("a refusal keeps its code, its sentence and who holds the places", () => {
  const message = "All 1 places of this license are in use.";
  const data = { code: "seat_limit_exceeded", limit: 1, used: 1, activations: [ACTIVATION] };
  const reply = { status: 200, body: error(409, message, data) };
  assert.deepEqual(parseResponse("counterfoil", "activate", reply), {
    ok: false,
    code: "seat_limit_exceeded",
    message,
    retryable: false,
    activations: [ACTIVATION],
  });
});

test("a server that is busy says when to come back, whatever form its headers come in", () => {
  const body = error(429, "Too many calls: try again in 7 s.", {
    code: "rate_limited",
    retryAfter: 7,
  });
  for (const headers of [
    undefined,
    { "retry-after": "7" },
    { "set-cookie": ["a=1", "b=2"] },
    new Headers({ "Retry-After": "7" }),
  ]) {
    const outcome = parseResponse("counterfoil", "validate", { status: 429, headers, body });
    assert.equal(outcome.code, "rate_limited");
    assert.equal(outcome.retryable, true);
    assert.equal(outcome.retryAfter, 7);
  }
});

const whole = answer("validate");
for (const [what, body] of [
  ["nothing", ""],
  ["a captive portal's page", "<!doctype html><title>Sign in to the hotel</title>"],
  ["half an answer", whole.slice(0, whole.length / 2)],
  ["JSON that is no JSON-RPC", '{"valid":true}'],
  ["a verdict without an envelope", JSON.stringify(VERDICT)],
  ["a verdict that contradicts itself", result({ ...VERDICT, status: "expired" })],
  ["a verdict with a member missing", result({ valid: true, status: "valid" })],
  ["an answer to another call", result({ uses: 1, usesLimit: null })],
  ["very deep JSON", "[".repeat(100_000)],
  ["bytes that are no text", Uint8Array.of(0xff, 0xfe, 0x00, 0x80)],
]) {
  test(`${what} is an outcome and no exception`, () => {
    for (const status of [200, 302, 404, 500]) {
      const outcome = parseResponse("counterfoil", "validate", { status, body });
      assert.equal(outcome.ok, false);
      assert.equal(outcome.code, "unrecognized_response");
      assert.equal(outcome.retryable, true);
    }
  });
}

test("an answer cut off or altered anywhere never reads as another yes", () => {
  const bytes = new TextEncoder().encode(whole);
  for (let place = 0; place < bytes.length; place += 1) {
    const outcomes = [
      parseResponse("counterfoil", "validate", { status: 200, body: bytes.slice(0, place) }),
      parseResponse("counterfoil", "validate", {
        status: 200,
        body: bytes.with(place, bytes[place] ^ 0x80),
      }),
    ];
    for (const outcome of outcomes)
      assert.equal(outcome.code, "unrecognized_response", `at ${place}`);
  }
});
