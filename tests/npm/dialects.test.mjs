// Every public vector of the old systems' dialects, through both of the package's functions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil } from "./installed.mjs";
import { DIALECTS, casesOf } from "./vectors.mjs";

const { buildRequest, parseResponse } = counterfoil;

test("there are public vectors to hold to", () => {
  const all = ["codeheaven", "gumroad", "licensedock", "packedge", "serialsense"];
  assert.deepEqual(DIALECTS, all);
  for (const dialect of DIALECTS) assert.ok(casesOf(dialect).length > 0, dialect);
});

for (const dialect of DIALECTS) {
  for (const { file, name, steps } of casesOf(dialect)) {
    const exchanges = steps.filter(({ client }) => client);
    if (exchanges.length === 0) continue;
    test(`${dialect}/${file}: ${name}`, () => {
      for (const { response, client } of exchanges) {
        const { call, outcome, params, builds } = client;
        const { status, headers, body } = response;
        const parsed = parseResponse(dialect, call, { status, headers, body });
        assert.deepEqual(parsed, outcome, `${call}: what is read`);
        if (!builds) continue;
        const expected = { headers: {}, ...builds, body: builds.body || null };
        assert.deepEqual(buildRequest(dialect, call, params), expected, `${call}: what is sent`);
      }
    });
  }

  const calls = new Set(
    casesOf(dialect).flatMap(({ steps }) => steps.flatMap(({ client }) => client?.call ?? [])),
  );
  const bodies = casesOf(dialect).flatMap(({ steps }) =>
    steps.flatMap(({ response }) => response ?? []),
  );

  test(`${dialect}: whatever the bytes are there is an outcome and no exception`, () => {
    const random = generator(0x5eed);
    for (const call of calls) {
      for (let round = 0; round < 300; round += 1) {
        const reply = strange(bodies[random(bodies.length)], random);
        const outcome = parseResponse(dialect, call, reply);
        whole(outcome, `${call} ${JSON.stringify(reply)}`);
      }
    }
  });

  test(`${dialect}: a page, nothing, and half an answer are nobody's answer`, () => {
    const page = "<!doctype html><title>Sign in to the hotel</title>";
    for (const call of calls) {
      for (const body of [page, "", "{", "[]", "null", Uint8Array.of(0xff, 0xfe, 0x00)]) {
        const outcome = parseResponse(dialect, call, { status: 200, body });
        assert.equal(outcome.code, "unrecognized_response", `${call} ${body}`);
        assert.equal(outcome.retryable, true);
      }
    }
  });

  test(`${dialect}: a wrong parameter is a programmer's error that names it`, () => {
    for (const call of calls) {
      assert.throws(() => buildRequest(dialect, call, { surely_no_parameter: "x" }), {
        name: "Error",
        code: "invalid_params",
      });
    }
    assert.throws(() => buildRequest(dialect, "surely_no_call", {}), { code: "unknown_call" });
    const reply = { status: 200, body: "" };
    assert.throws(() => parseResponse(dialect, "surely_no_call", reply), { code: "unknown_call" });
  });
}

/** Whole numbers below a bound, the same ones each time. */
function generator(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** A reply of the vectors with bytes changed, cut or put in, or bytes that never were one. */
function strange({ status, headers, body }, random) {
  const bytes = new TextEncoder().encode(body);
  const place = random(bytes.length + 1);
  const anyStatus = [status, 200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503, 0, 999];
  const bodies = [
    () => bytes.slice(0, place),
    () => bytes.map((byte, at) => (at === place ? random(256) : byte)),
    () => Uint8Array.of(...bytes.slice(0, place), random(256), ...bytes.slice(place)),
    () => Uint8Array.from({ length: random(64) }, () => random(256)),
    // Another call's answer, or the right one with another status.
    () => bytes,
    () => new TextEncoder().encode(body.replace(/true|false|null|\d+|"[^"]*"/, "[9e999]")),
    () => new TextEncoder().encode(body.replaceAll(/"[^"]*"(?!:)/g, "-1")),
  ];
  return {
    status: anyStatus[random(anyStatus.length)],
    headers: random(2) ? headers : { "retry-after": "later", allow: "" },
    body: bodies[random(bodies.length)](),
  };
}

/** Holds an outcome to its shape: a "yes" and a "no" that cannot be taken for each other. */
function whole(outcome, about) {
  if (outcome.ok) {
    const { verdict } = outcome;
    if (verdict) assert.equal(verdict.valid, verdict.status === "valid", about);
    return;
  }
  assert.equal(outcome.ok, false, about);
  assert.match(outcome.code, /./, about);
  assert.equal(typeof outcome.message, "string", about);
  assert.equal(typeof outcome.retryable, "boolean", about);
}
