import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil, tool, write } from "./installed.mjs";
import { ACTIVATION, ANSWERS, KEY, answer, error } from "./replies.mjs";

const { buildRequest, inspect, parseResponse } = counterfoil;

// No DOM and no Node types: the declarations have to stand alone.
const STRICT = [
  "--noEmit",
  "--strict",
  "--exactOptionalPropertyTypes",
  "--target",
  "es2022",
  "--lib",
  "es2022",
  "--types",
  "",
  "--module",
  "nodenext",
];

function check(name, text) {
  tool("tsc", ...STRICT, write(name, text));
}

const USES = `
  const inspection = inspect("some-key");
  if (!inspection.ok && inspection.problem) inspection.problem.group?.toFixed();
  const { method, path, headers, body } = buildRequest("counterfoil", "activate", {
    key: "some-key", identifier: "example.com", replace: null });
  const outcome = parseResponse("counterfoil", "activate", { status: 200, headers, body: body ?? "" });
  if (outcome.ok) {
    const until: string | null = outcome.verdict.expiresAt;
    const id: string = outcome.activation.id;
    // @ts-expect-error: "activate" answers no uses.
    outcome.uses;
  } else {
    const again: boolean = outcome.retryable;
  }
  const { status } = judge(null, { product: "acme" }, "2026-06-05T08:02:00Z");
  if (status === "not_activated") {}
  // @ts-expect-error: no such status.
  if (status === "licensed") {}
  // @ts-expect-error: no such call.
  buildRequest("counterfoil", "verify", { key: "some-key" });
  // @ts-expect-error: "activate" needs an identifier.
  buildRequest("counterfoil", "activate", { key: "some-key" });
  // @ts-expect-error: no such parameter.
  buildRequest("counterfoil", "validate", { key: "some-key", licence: "x" });
`;

test("a module that imports the package type-checks", () => {
  check(
    "module.mts",
    `import { buildRequest, inspect, judge, parseResponse, type Verdict } from "counterfoil";\n${USES}`,
  );
});

test("a CommonJS module that requires the package type-checks", () => {
  check(
    "common.cts",
    `import counterfoil = require("counterfoil");
    const { buildRequest, inspect, judge, parseResponse } = counterfoil;
    let verdict: counterfoil.Verdict;\n${USES}`,
  );
});

test("a bundler's resolution finds the same types", () => {
  const path = write(
    "bundled.ts",
    `import { buildRequest, inspect, judge, parseResponse } from "counterfoil";\n${USES}`,
  );
  tool("tsc", ...STRICT, "--module", "esnext", "--moduleResolution", "bundler", path);
});

test("every parameter that the types offer is one that the call has", () => {
  const any = { key: KEY, product: "acme", mode: "test" };
  const calls = {
    validate: { ...any, identifier: "example.com", nonce: "n", lease: true },
    activate: {
      ...any,
      identifier: "example.com",
      name: "n",
      replace: ACTIVATION.id,
      nonce: "n",
      lease: true,
    },
    deactivate: { ...any, activation: ACTIVATION.id },
    use: { ...any, amount: 2, idempotencyKey: "k" },
    lease: { ...any, identifier: "example.com", ttl: 60, nonce: "n" },
    heartbeat: { ...any, activation: ACTIVATION.id },
  };
  for (const [call, params] of Object.entries(calls)) {
    const { body } = buildRequest("counterfoil", call, params);
    assert.deepEqual(JSON.parse(body).params, params);
  }
  check(
    "calls.mts",
    `import type { Calls } from "counterfoil";
    export const calls: Required<Calls> = ${JSON.stringify(calls)};`,
  );
});

// A literal may neither lack a member that its type has nor have one that its type lacks.
test("what the functions really give has the declared members, all of them and no others", () => {
  const literals = [];
  for (const typed of ["", KEY, "AFP-8GW95S-DT0G9R-45YXH8-91DHSS-BDY85U"]) {
    literals.push(["Inspection", inspect(typed)]);
  }
  literals.push(["Request", buildRequest("counterfoil", "validate", { key: KEY })]);
  for (const call of Object.keys(ANSWERS)) {
    const outcome = parseResponse("counterfoil", call, { status: 200, body: answer(call) });
    literals.push([`Answer<"${call}">`, outcome], ["Outcome", outcome]);
  }
  for (const data of [
    { code: "seat_limit_exceeded", activations: [ACTIVATION] },
    { code: "rate_limited", retryAfter: 7 },
  ]) {
    const body = error(409, "A sentence.", data);
    literals.push(["Failed", parseResponse("counterfoil", "activate", { status: 200, body })]);
  }
  const lines = literals.map(
    ([type, value], place) => `export const value${place}: ${type} = ${JSON.stringify(value)};`,
  );
  const types = "Answer, Failed, Inspection, Outcome, Request";
  check("values.mts", `import type { ${types} } from "counterfoil";\n${lines.join("\n")}`);
});
