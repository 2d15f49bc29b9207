// The declared parameters and answers of the foreign dialects against what the module takes and
// gives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil, tool, write } from "./installed.mjs";
import { DIALECTS, casesOf } from "./vectors.mjs";

const { buildRequest, parseResponse } = counterfoil;

/** No DOM and no Node types: the declarations have to stand alone. */
function check(name, text, lib = "es2022") {
  const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
  tool("tsc", ...strict, "--lib", lib, "--types", "", "--module", "nodenext", write(name, text));
}

/** Every call, with its parameters by the dialect's own names and by ours, as far as it has both. */
const PARAMS = {
  codeheaven: {
    validate: [{ vendorKey: "v", licenseKey: "k", domain: "example.com", product: "p" }, { vendorKey: "v", key: "k", identifier: "example.com", product: null }],
    activate: [{ vendorKey: "v", licenseKey: "k", domain: "example.com" }, { vendorKey: "v", key: "k", identifier: "example.com" }],
    deactivate: [{ vendorKey: "v", licenseKey: "k", domain: "example.com" }],
    updates: [{ vendorKey: "v", key: "k", domain: "example.com", product: "p", installedVersion: "2.4.1" }],
    download: [{ vendorKey: "v", key: "k", domain: "example.com", product: "p", version: "2.6.0" }],
  },
  gumroad: {
    verify: [{ license_key: "k", product_id: "p", increment_uses_count: false }, { key: "k", product: "p" }, { key: "k", product_permalink: "pencil" }],
    enable: [{ access_token: "t", license_key: "k", product_id: "p" }],
    disable: [{ access_token: "t", key: "k", product: "p" }],
    decrement_uses_count: [{ access_token: "t", key: "k", product_permalink: "pencil" }],
    rotate: [{ access_token: "t", key: "k", product: "p" }],
  },
  licensedock: {
    activate: [{ license_key: "k", product_id: 42, identifier: "example.com", name: "n" }, { key: "k", product: "42", identifier: "example.com" }],
    validate: [{ license_key: "k", identifier: "example.com" }, { key: "k", product: 42 }],
    deactivate: [{ key: "k", identifier: "example.com" }],
    updates: [{ product_id: 42 }, { product: "42" }],
    downloads: [{ license_key: "k", product_id: 42, identifier: "example.com" }],
  },
  packedge: {
    validate: [{ license_key: "k", public_key: "pk", domain: "example.com" }, { key: "k", product: "p", identifier: "example.com" }],
    activate: [{ key: "k", public_key: "pk", url: "https://example.com" }, { key: "k", site: "https://example.com", name: "n" }],
    deactivate: [{ key: "k", identifier: "example.com" }, { key: "k", public_key: "pk", activation: "act_1" }, { license_key: "k", public_key: "pk", activation_id: "act_1", domain: "example.com" }],
    check: [{ key: "k", public_key: "pk", identifier: "example.com" }],
  },
  serialsense: {
    activate: [{ apikey: "a", code: "k", mach: "m" }, { apikey: "a", key: "k", identifier: "m" }],
    auth: [{ apikey: "a", code: "AL", mach: "m" }, { apikey: "a", alias: "AL", identifier: "m" }],
    validate: [{ apikey: "a", key: "AL", identifier: "m" }],
    deactivate: [{ apikey: "a", alias: "AL", mach: "m" }],
    get_data: [{ apikey: "a", alias: "AL" }],
    inactivate: [{ sig: "s", code: "k", send: true }],
    create: [{ sig: "s", email: "ada@example.com", max: 2, data: "d", send: false }],
    get_license: [{ sig: "s", email: "ada@example.com" }],
    email_exists: [{ sig: "s", email: "ada@example.com" }],
    force_email_change: [{ sig: "s", key: "k", email: "ada@example.com" }],
    set_data: [{ sig: "s", code: "k", data: "d" }],
  },
};

test("every parameter that the types offer is one that the call has", () => {
  const lines = [];
  for (const dialect of DIALECTS) {
    for (const [call, samples] of Object.entries(PARAMS[dialect])) {
      for (const params of samples) {
        const { method, path } = buildRequest(dialect, call, params);
        assert.match(`${method} ${path}`, /^(GET|POST|PUT|DELETE) \//);
        const text = JSON.stringify(params);
        lines.push(`buildRequest("${dialect}", "${call}", ${text});`);
      }
    }
    lines.push(`export const ${dialect}: Record<keyof DialectCalls["${dialect}"], null> = `);
    lines.push(`{ ${Object.keys(PARAMS[dialect]).map((call) => `${call}: null`).join()} };`);
  }
  check("params.mts", `import { buildRequest, type DialectCalls } from "counterfoil";\n${lines.join("\n")}`);
});

test("every parameter and outcome of the vectors is one by the types", () => {
  const lines = [];
  for (const dialect of DIALECTS) {
    for (const { steps } of casesOf(dialect)) {
      for (const { client, response } of steps.filter(({ client }) => client)) {
        const { call, params } = client;
        const { status, headers = {}, body } = response;
        const outcome = parseResponse(dialect, call, { status, headers, body });
        const type = `AnswerIn<"${dialect}", "${call}"> | Failed`;
        lines.push(`export const v${lines.length}: ${type} = ${JSON.stringify(outcome)};`);
        if (params) {
          const text = JSON.stringify(params);
          lines.push(`export const v${lines.length}: DialectCalls["${dialect}"]["${call}"] = ${text};`);
        }
      }
    }
  }
  const names = "AnswerIn, DialectCalls, Failed";
  check("vectors.mts", `import type { ${names} } from "counterfoil";\n${lines.join("\n")}`);
});

test("the types know what a call, a dialect and a client do not have", () => {
  check(
    "wrong.mts",
    `import { buildRequest, createClient, parseResponse, type ForeignState } from "counterfoil";
    const outcome = parseResponse("licensedock", "validate", { status: 200, body: "" });
    if (outcome.ok) outcome.verdict?.status; else outcome.retryable;
    // @ts-expect-error: no such dialect.
    buildRequest("esperanto", "validate", { key: "k" });
    // @ts-expect-error: no such call.
    buildRequest("licensedock", "verify", { key: "k" });
    // @ts-expect-error: a call needs its key.
    buildRequest("licensedock", "validate", { product: 42 });
    // @ts-expect-error: one name for one thing.
    buildRequest("licensedock", "validate", { key: "k", license_key: "k" });
    // @ts-expect-error: no such parameter.
    buildRequest("licensedock", "validate", { key: "k", licence: "x" });

    const base = { server: "https://licenses.example.com", product: "42", identifier: "x" };
    const client = createClient({ ...base, dialect: "licensedock", now: () => 0, jwks: {}, storage: {} });
    const state: ForeignState = await client.check();
    if (state.ok) state.verdict.plan;
    else if (state.status === "unreachable") state.retryAfterMs?.toFixed();
    else state.remedy?.code;
    // @ts-expect-error: "could not ask" has no verdict.
    if (state.status === "unreachable") state.verdict;
    // @ts-expect-error: this dialect needs a credential.
    createClient({ ...base, dialect: "serialsense" });
    // @ts-expect-error: that is another dialect's credential.
    createClient({ ...base, dialect: "packedge", credentials: { apikey: "x" } });
    // @ts-expect-error: our own answers count because they are signed.
    createClient({ ...base, dialect: "counterfoil" });
    export {};`,
  );
});

test("a browser's fetch is one", () => {
  const options = `{ server: "https://licenses.example.com", product: "42", identifier: "x",
    dialect: "licensedock", fetch }`;
  const text = `import { createClient } from "counterfoil"; createClient(${options});`;
  check("fetch.mts", text, "es2022,dom,dom.iterable");
});
