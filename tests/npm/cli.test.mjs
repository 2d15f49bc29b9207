// The command line, as somebody runs it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { answering, closedPort, hanging } from "./faulty.mjs";
import { folder, write } from "./installed.mjs";
import { makeSigner } from "./signer.mjs";
import { HERE } from "./stage.mjs";
import { PRODUCT, startVendor } from "./vendor.mjs";

const COMMAND = join(folder, "node_modules/.bin/counterfoil");

let vendor;
let key;
let jwks;
before(async () => {
  vendor = await startVendor();
  key = vendor.sell();
  jwks = write("jwks.json", JSON.stringify(vendor.jwks));
});
after(() => vendor?.stop());

/** Runs it: the exit code and what it printed. */
async function counterfoil(args, input = "") {
  const child = spawn(COMMAND, args);
  child.stdin.end(input);
  const closed = new Promise((resolve) => child.once("close", resolve));
  const [printed, said, exit] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { exit, printed, said };
}

/** The same with `--json`. */
async function json(args, input) {
  const { exit, printed, said } = await counterfoil([...args, "--json"], input);
  assert.equal(said, "");
  return { exit, ...JSON.parse(printed) };
}

const asking = (more = []) => ["--server", vendor.url, "--product", PRODUCT, ...more];
const here = ["--identifier", HERE];

test("it has a help, and a command line that is none ends with 2 and a sentence", async () => {
  const help = await counterfoil(["--help"]);
  assert.deepEqual([help.exit, help.said], [0, ""]);
  assert.match(help.printed, /^Usage: counterfoil COMMAND/);
  for (const [args, sentence] of [
    [["frobnicate"], 'There is no command "frobnicate".'],
    [["toString"], 'There is no command "toString".'],
    [["inspect"], "KEY is missing."],
    [["inspect", "a", "b"], '"b" is one argument too many.'],
    [["inspect", "a", "--server", "x"], "Unknown option '--server'."],
    [["inspect", "a", "--format", "X"], "The key format "],
    [["validate", "a", "--server", "https://x.example"], "--product is missing."],
    [["validate", "a", "--product", "p"], "--server is missing."],
    [["validate", "a", "--product", "p", "--server", "http://x.example"], "The option server must be https"],
    [["validate", "a", "--product", "p", "--server", "https://x.example", "--mode", "m"], "--mode must be live or test."],
    [["validate", "a", "--product", "p", "--server", "https://x.example", "--jwks", "no-such-file"], "--jwks must be a file"],
    [["validate", "a", "--product", "p", "--server", "https://x.example", "--timeout", "soon"], "--timeout must be"],
    [["activate", "a", "--product", "p", "--server", "https://x.example"], "--identifier is missing."],
    [["verify", "a.b.c"], "--jwks is missing."],
    [["verify", "no-such-file", "--jwks", jwks], "LEASE is no lease, and no file with one"],
    [["verify", "a", "--jwks", COMMAND], "--jwks must be a file with a key set"],
    [["doctor"], "--server is missing."],
  ]) {
    const { exit, printed, said } = await counterfoil(args);
    assert.deepEqual([exit, printed], [2, ""], args.join(" "));
    assert.ok(said.startsWith(sentence), `${args.join(" ")}: ${said}`);
  }
});

test("inspect says what is wrong with a key", async () => {
  const good = "AFP-8GW95S-DT0G9R-45YXH8-91DHSS-BDY852";
  const looks = await json(["inspect", good.toLowerCase()]);
  assert.deepEqual([looks.exit, looks.ok, looks.normalized], [0, true, good]);
  const typo = await counterfoil(["inspect", "AFP-8GW95S-DT0G9R"]);
  assert.equal(typo.exit, 1);
  assert.match(typo.printed, /group/);
  const piped = await json(["inspect", "-", "--format", "hex-4x8"], "a1b2c3d4-e5f6a7b8-c9d0e1f2-a3b4c5d6\n");
  assert.deepEqual([piped.exit, piped.normalized], [0, "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6"]);
});

test("activate and validate say how a license stands, signed where keys are given", async () => {
  const before = await json(["validate", key, ...asking(here)]);
  assert.deepEqual([before.exit, before.status, before.signed], [1, "not_activated", false]);
  const signed = await json(["validate", key, ...asking([...here, "--jwks", jwks])]);
  assert.deepEqual([signed.exit, signed.status, signed.signed], [1, "not_activated", true]);

  const taken = await counterfoil(["activate", key, ...asking([...here, "--name", "Production", "--jwks", jwks])]);
  assert.equal(taken.exit, 0);
  assert.match(taken.printed, /^valid: This license is valid\.\n {2}product: acme-forms-pro\n/);
  assert.match(taken.printed, /signed by the vendor\n$/);
  const valid = await json(["validate", "-", ...asking(here)], `${key}\n`);
  assert.deepEqual([valid.exit, valid.ok, valid.verdict.activation.name], [0, true, "Production"]);

  const full = await json(["activate", key, ...asking(["--identifier", "other.example"])]);
  assert.deepEqual([full.exit, full.ok, full.activations.length], [1, false, 1]);
  const replaced = ["--identifier", "other.example", "--replace", full.activations[0].id];
  assert.equal((await json(["activate", key, ...asking(replaced)])).exit, 0);
  const unknown = await json(["validate", "AFP-MISTYPED", ...asking(["--jwks", jwks])]);
  assert.deepEqual([unknown.exit, unknown.status, unknown.signed], [1, "invalid", true]);
});

test("what says nothing about a license is neither yes nor no", async () => {
  for (const [fault, code, ...more] of [
    [hanging, "unreachable", "--timeout", "50"],
    [answering(500, {}, "out of order"), "unrecognized_response"],
    [answering(200, { "content-type": "text/html" }, "<h1>Sign in</h1>"), "unrecognized_response"],
  ]) {
    vendor.fault = fault;
    const state = await json(["validate", key, ...asking(more)]);
    assert.deepEqual([state.exit, state.ok, state.code], [3, false, code]);
  }
  vendor.fault = null;
  vendor.lie = (answer) => vendor.resigned(answer, (claims) => ({ ...claims, nonce: "another" }));
  const lie = await json(["validate", key, ...asking(["--jwks", jwks])]);
  assert.deepEqual([lie.exit, lie.ok, lie.code], [3, false, "untrusted_response"]);
  vendor.lie = null;
  const url = await closedPort();
  const away = await counterfoil(["validate", key, "--server", url, "--product", PRODUCT]);
  assert.deepEqual([away.exit, away.said], [3, ""]);
  assert.match(away.printed, /^unreachable: /);
});

test("verify checks a lease, and a file with one", async () => {
  const mine = vendor.sell();
  const activate = { jsonrpc: "2.0", id: 1, method: "license.activate" };
  const params = { key: mine, product: PRODUCT, identifier: HERE, lease: true };
  const { body } = await vendor.answer(JSON.stringify({ ...activate, params }));
  const { lease } = JSON.parse(body).result.verdict;
  const file = write("license.lease", `${lease}\n`);
  const expected = ["--product", PRODUCT, "--identifier", HERE, "--key", mine];
  for (const given of [lease, file]) {
    const verified = await json(["verify", given, "--jwks", jwks, ...expected]);
    assert.deepEqual([verified.exit, verified.ok, verified.verdict.status], [0, true, "valid"]);
  }
  assert.match((await counterfoil(["verify", file, "--jwks", jwks])).printed, /holds until 20/);
  const strangers = write("strangers.json", JSON.stringify({ keys: [makeSigner().jwk] }));
  for (const [args, code] of [
    [["--jwks", strangers], "unknown_key_id"],
    [["--jwks", jwks, "--key", key], "wrong_key"],
    [["--jwks", jwks, "--product", "acme-studio"], "wrong_product"],
    [["--jwks", jwks, "--identifier", "other.example"], "wrong_identifier"],
    [["--jwks", jwks, "--nonce", "n"], "wrong_nonce"],
    [["--jwks", jwks, "--mode", "test"], "wrong_mode"],
  ]) {
    const { exit, printed } = await counterfoil(["verify", file, ...args]);
    assert.deepEqual([exit, printed.split(":")[0]], [1, code]);
  }
});

test("doctor finds what keeps a program from asking, and from believing", async () => {
  const published = vendor.jwks;
  const page = (set, date = new Date()) => (response, request) => {
    const headers = { "content-type": "application/json", date: date.toUTCString() };
    const isHealth = request.url === "/healthz";
    const isKeys = request.url === "/.well-known/jwks.json" || request.url === "/vendors/ven_1/jwks.json";
    response.writeHead(isHealth || isKeys ? 200 : 404, headers);
    response.end(isHealth ? "{}" : JSON.stringify(isKeys ? set : {}));
  };
  const [current, next] = published.keys;
  const { kid: _, ...nameless } = current;
  const files = Object.fromEntries(
    Object.entries({ both: [next, current], nameless: [nameless, next], one: [current], other: [makeSigner().jwk] })
      .map(([name, keys]) => [name, write(`${name}.json`, JSON.stringify({ keys }))]),
  );
  const hours = (count) => new Date(Date.now() + count * 3_600_000);
  for (const [what, fault, args, exit, results] of [
    ["all well", page(published), [], 0, ["ok", "ok", "ok"]],
    ["both keys pinned", page(published), ["--jwks", files.both], 0, ["ok", "ok", "ok"]],
    ["keys without names", page(published), ["--jwks", files.nameless], 0, ["ok", "ok", "ok"]],
    ["another vendor's keys", page(published), ["--vendor", "ven_1"], 0, ["ok", "ok", "ok"]],
    ["no such vendor", page(published), ["--vendor", "ven_2"], 1, ["ok", "ok", "problem"]],
    ["the next key not pinned", page(published), ["--jwks", files.one], 0, ["ok", "ok", "warning"]],
    ["no key pinned", page(published), ["--jwks", files.other], 1, ["ok", "ok", "problem"]],
    ["no keys there", page({ keys: [] }), [], 1, ["ok", "ok", "problem"]],
    ["a clock behind", page(published, hours(2)), [], 1, ["ok", "problem", "ok"]],
    ["a clock ahead", page(published, hours(-2)), [], 1, ["ok", "problem", "ok"]],
    ["a fault", answering(500, {}, ""), [], 3, ["could_not_ask"]],
  ]) {
    vendor.fault = fault;
    const found = await json(["doctor", "--server", vendor.url, ...args]);
    assert.deepEqual(found.examined.map(({ result }) => result), results, what);
    assert.deepEqual([found.exit, found.ok], [exit, exit === 0], what);
  }
  const spoken = await counterfoil(["doctor", "--server", await closedPort()]);
  assert.deepEqual([spoken.exit, spoken.printed.split(":")[0]], [3, "could not ask"]);
  vendor.fault = null;
});

test("the command carries no wasm module of its own", () => {
  for (const name of ["cli.js", "react.js", "react.cjs"]) {
    const source = readFileSync(join(folder, "node_modules/counterfoil", name), "utf8");
    assert.ok(source.length < 16_000, name);
    assert.doesNotMatch(source, /AGFzbQ/);
  }
});
