// The package and a real server, with nothing between them but Node's own fetch.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { counterfoil } from "./installed.mjs";
import { startServer } from "./server.mjs";

const { buildRequest, inspect, parseResponse } = counterfoil;

const HERE = { identifier: "example.com" };

let server;
let key;

before(async () => {
  server = await startServer();
  await server.admin("admin.product.create", { slug: "acme-forms-pro", name: "Acme Forms Pro" });
  const plan = {
    slug: "single",
    name: "Single site",
    activationType: "domain",
    activationLimit: 1,
    usesLimit: 3,
  };
  await server.admin("admin.plan.create", { product: "acme-forms-pro", ...plan });
  ({ key } = await server.admin("admin.license.create", {
    product: "acme-forms-pro",
    plan: "single",
  }));
});

after(() => server?.stop());

async function ask(call, params) {
  const { path, ...request } = buildRequest("counterfoil", call, {
    key,
    product: "acme-forms-pro",
    ...params,
  });
  const reply = await fetch(server.url + path, request);
  return parseResponse("counterfoil", call, {
    status: reply.status,
    headers: reply.headers,
    body: new Uint8Array(await reply.arrayBuffer()),
  });
}

test("a license goes its way: activated, valid, full, given back", async () => {
  const before = await ask("validate", HERE);
  assert.equal(before.verdict.status, "not_activated");
  assert.equal(before.verdict.remedy.code, "activate");

  const { activation, created, verdict } = await ask("activate", HERE);
  assert.equal(created, true);
  assert.equal(verdict.valid, true);

  const valid = await ask("validate", { identifier: "https://www.Example.com/shop", nonce: "n-1" });
  assert.equal(valid.ok, true);
  assert.equal(valid.verdict.valid, true);
  assert.equal(valid.verdict.nonce, "n-1");
  assert.deepEqual(valid.verdict.activation, activation);

  const full = await ask("activate", { identifier: "other.example" });
  assert.equal(full.ok, false);
  assert.equal(full.code, "seat_limit_exceeded");
  assert.deepEqual(full.activations, [activation]);

  const moved = await ask("activate", { identifier: "other.example", replace: activation.id });
  assert.equal(moved.activationsUsed, 1);

  const freed = await ask("deactivate", { activation: moved.activation.id });
  assert.equal(freed.deactivated, true);
  assert.equal(freed.activationsUsed, 0);
});

test("uses are counted up to their limit", async () => {
  assert.deepEqual(await ask("use", { amount: 3 }), { ok: true, uses: 3, usesLimit: 3 });
  const more = await ask("use", {});
  assert.equal(more.code, "uses_limit_exceeded");
  assert.equal(more.retryable, false);
});

test("a key that nobody has is a verdict, and no error", async () => {
  const { ok, verdict } = await ask("validate", { key: "AFP-NO-SUCH-KEY" });
  assert.equal(ok, true);
  assert.equal(verdict.status, "invalid");
  assert.equal(verdict.remedy.code, "enter_key");
});

test("keys as the server makes them look right, and with one character changed do not", async () => {
  const made = await server.admin("admin.license.create", {
    product: "acme-forms-pro",
    plan: "single",
    quantity: 100,
  });
  for (const license of made.items) {
    assert.deepEqual(inspect(license.key), {
      ok: true,
      normalized: license.key,
      format: "counterfoil",
      problem: null,
    });
    const mistyped = license.key.replace(/.$/, (last) => (last === "7" ? "8" : "7"));
    assert.equal(inspect(mistyped).problem.group, 5);
  }
});

test("another path's answer on the same server is no license server's answer", async () => {
  const reply = await fetch(`${server.url}/no-such-page`);
  const outcome = parseResponse("counterfoil", "validate", {
    status: reply.status,
    body: await reply.text(),
  });
  assert.equal(outcome.code, "unrecognized_response");
});
