// What a page of another origin can do: call /rpc, read every reply, import the package.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { visit } from "./harness/browser.mjs";
import { mistype } from "./harness/check_page.mjs";
import { startOrigin } from "./harness/origin.mjs";
import { setStage } from "./harness/stage.mjs";

const stage = setStage();
let shop;
before(async () => {
  shop = await startOrigin();
});
after(() => shop.stop());

/** Runs `inPage` on the shop's page, given the server's address and `input`. */
function fromTheShop(inPage, input, check, options) {
  const run = async ({ page }) => check(await page.evaluate(inPage, { server: stage.server.url, ...input }));
  return visit(stage.browser, shop.url, run, options);
}

/** A POST to /rpc with what a script can read of the reply. */
async function post({ server, body, contentType }) {
  const response = await fetch(`${server}/rpc`, { method: "POST", headers: { "content-type": contentType }, body });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get("retry-after") };
}

const json = "application/json";
const call = (method, params) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
const refused = { expected: /^Failed to load resource: the server responded with a status of 41[35]/ };

test("verdicts are read across origins", () =>
  fromTheShop(
    post,
    { contentType: json, body: call("license.validate", { key: stage.keys.good, identifier: "example.com" }) },
    ({ status, text }) => {
      assert.equal(status, 200);
      const { result } = JSON.parse(text);
      assert.equal(result.status, "valid");
      assert.equal(result.activation.identifier, "example.com");
    },
  ));

test("a JSON-RPC error is read across origins", () =>
  fromTheShop(
    post,
    { contentType: json, body: call("license.activate", { key: stage.keys.full, identifier: "desktop-0815" }) },
    ({ status, text }) => {
      assert.equal(status, 200);
      const { error } = JSON.parse(text);
      assert.deepEqual([error.code, error.data.code], [409, "seat_limit_exceeded"]);
    },
  ));

test("a body that is too large is refused legibly across origins", () =>
  fromTheShop(
    post,
    { contentType: json, body: call("license.validate", { key: "k".repeat(65 * 1024) }) },
    ({ status, text }) => {
      assert.equal(status, 413);
      assert.equal(JSON.parse(text).error.code, -32007);
    },
    refused,
  ));

test("a wrong content type is refused across origins with the right call", () =>
  fromTheShop(
    post,
    { contentType: "text/plain", body: call("license.validate", { key: stage.keys.good }) },
    ({ status, text }) => {
      assert.equal(status, 415);
      assert.match(text, /application\/json/);
    },
    refused,
  ));

test("the preflight is answered with all that the call needs", async () => {
  const response = await fetch(`${stage.server.url}/rpc`, {
    method: "OPTIONS",
    headers: {
      origin: shop.url,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  const list = (name) => response.headers.get(name)?.toLowerCase().split(/\s*,\s*/u).sort();
  assert.equal(response.status, 204);
  assert.deepEqual(list("access-control-allow-origin"), ["*"]);
  assert.deepEqual(list("access-control-allow-methods"), ["get", "post"]);
  assert.deepEqual(list("access-control-allow-headers"), ["authorization", "content-type"]);
  assert.deepEqual(list("access-control-expose-headers"), ["retry-after"]);
  assert.deepEqual(list("access-control-max-age"), ["7200"]);
  assert.equal(response.headers.has("access-control-allow-credentials"), false);
});

test("the package is imported from the server without a bundler, and inspects a key", () =>
  fromTheShop(
    async ({ server, right, wrong }) => {
      const { inspect } = await import(`${server}/pkg/index.js`);
      return [inspect(right), inspect(wrong)];
    },
    { right: stage.keys.good, wrong: mistype(stage.keys.good, 3) },
    ([right, wrong]) => {
      assert.deepEqual([right.ok, right.normalized], [true, stage.keys.good]);
      assert.deepEqual([wrong.ok, wrong.problem.code, wrong.problem.group], [false, "wrong_check_symbol", 3]);
    },
  ));

test("the package builds the call and reads the reply across origins", () =>
  fromTheShop(
    async ({ server, key }) => {
      const { buildRequest, parseResponse } = await import(`${server}/pkg/index.js`);
      const { method, path, headers, body } = buildRequest("counterfoil", "validate", { key });
      const response = await fetch(server + path, { method, headers, body });
      const { status, headers: given } = response;
      return parseResponse("counterfoil", "validate", { status, headers: given, body: await response.text() });
    },
    { key: stage.keys.expired },
    (outcome) => assert.deepEqual([outcome.ok, outcome.verdict.status], [true, "expired"]),
  ));
