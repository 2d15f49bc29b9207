// Plain `curl`, as somebody types it into a shell.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { TOKEN, startServer } from "../server.mjs";
import { batchCalls, tellStory } from "../story.mjs";

const JSON_TYPE = ["-H", "Content-Type: application/json"];
const AUTHORIZATION = ["-H", `Authorization: Bearer ${TOKEN}`];

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

/** Runs it without this user's settings; `input` is what it reads from `@-`. */
async function curl(args, input = "") {
  const own = ["-q", "--silent", "--show-error", "--noproxy", "*", "--include"];
  const child = spawn("curl", [...own, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  child.stdin.end(input);
  const output = await text(child.stdout);
  const [code] = await exited;
  assert.equal(code, 0, `curl ${args.join(" ")}`);
  return read(output);
}

function read(output) {
  const end = output.indexOf("\r\n\r\n");
  const [statusLine, ...lines] = output.slice(0, end).split("\r\n");
  const headers = lines.map((line) => [
    line.slice(0, line.indexOf(":")).toLowerCase(),
    line.slice(line.indexOf(":") + 1).trim(),
  ]);
  const status = Number(statusLine.split(" ")[1]);
  return { status, headers: new Map(headers), body: output.slice(end + 4) };
}

const envelope = (method, params, id) => ({ jsonrpc: "2.0", id, method, params });

/** Posts a body to `/rpc` as JSON. */
const post = (body, ...args) =>
  curl([server.rpc, ...JSON_TYPE, ...args, "-d", JSON.stringify(body)]);

async function call(method, params, ...args) {
  const { status, body } = await post(envelope(method, params, 1), ...args);
  assert.equal(status, 200);
  const { result, error } = JSON.parse(body);
  if (error) throw error;
  return result;
}

test("the story goes by curl, and so does a batch", async () => {
  const key = await tellStory({
    admin: (method, params) => call(method, params, ...AUTHORIZATION),
    customer: call,
    slug: "by-curl",
  });
  const batch = batchCalls(key).map(({ method, params }, id) => envelope(method, params, id));
  const { status, body } = await post(batch);
  assert.equal(status, 200);
  const [valid, refused, unknown] = JSON.parse(body);
  assert.equal(valid.result.status, "valid");
  assert.equal(refused.error.data.field, "identifier");
  assert.equal(unknown.result.status, "invalid");
});

test("a notification gets 202 and nothing else", async () => {
  const silent = envelope("license.validate", { key: "nobody's" });
  for (const body of [silent, [silent, silent]]) {
    const reply = await post(body);
    assert.equal(reply.status, 202);
    assert.equal(reply.body, "");
  }
});

test("curl's own content type is refused with a line to paste, and that line works", async () => {
  const body = JSON.stringify(envelope("license.validate", { key: "nobody's" }, 1));
  const reply = await curl([server.rpc, "-d", body]);
  assert.equal(reply.status, 415);
  assert.match(reply.headers.get("content-type"), /^text\/plain/);
  assert.equal(reply.headers.get("access-control-allow-origin"), "*");

  const line = /^ *curl http:\/\/HOST:PORT(?<path>\S+) -H '(?<header>.*?)' \\\n *-d '(?<data>.*)'$/m;
  const { path, header, data } = line.exec(reply.body).groups;
  const pasted = await curl([server.url + path, "-H", header, "-d", data]);
  assert.equal(pasted.status, 200);
  assert.equal(JSON.parse(pasted.body).result.status, "invalid");
});

test("a body over the limit is 413 with the limit, and larger with a token", async () => {
  const body = JSON.stringify(envelope("license.validate", { key: "nobody's" }, 1));
  const large = body + " ".repeat(65 * 1024);
  const sent = [server.rpc, ...JSON_TYPE, "--data-binary", "@-"];
  const refused = await curl(sent, large);
  assert.equal(refused.status, 413);
  const { error } = JSON.parse(refused.body);
  assert.equal(error.code, -32007);
  assert.equal(error.data.limit, 64 * 1024);
  const taken = await curl([...sent, ...AUTHORIZATION], large);
  assert.equal(taken.status, 200);
});

test("a preflight is allowed for everybody, and never with cookies", async () => {
  const { status, headers, body } = await curl([
    server.rpc,
    ...["--request", "OPTIONS"],
    ...["-H", "Origin: https://shop.example"],
    ...["-H", "Access-Control-Request-Method: POST"],
    ...["-H", "Access-Control-Request-Headers: content-type,authorization"],
  ]);
  assert.equal(status, 204);
  assert.equal(body, "");
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.match(headers.get("access-control-allow-methods"), /POST/);
  assert.match(headers.get("access-control-allow-headers"), /Authorization/);
  assert.equal(headers.get("access-control-max-age"), "7200");
  assert.equal(headers.has("access-control-allow-credentials"), false);
});

test("without a token an admin call is answered with 401 inside a 200", async () => {
  const refused = call("admin.product.get", { product: "by-curl" });
  await assert.rejects(refused, { code: 401, data: { code: "unauthorized" } });
});

test("the README's line runs as it stands", async () => {
  const readme = await readFile(new URL("../../../README.md", import.meta.url), "utf8");
  const [, section] = readme.split("## Other people's clients\n");
  const [, line] = /^```sh\n(.*?)^```/ms.exec(section);
  const child = spawn("sh", ["-c", line.replace("http://127.0.0.1:8787/rpc", server.rpc)], {
    env: { ...process.env, token: TOKEN, NO_PROXY: "*" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { result } = JSON.parse(await text(child.stdout));
  assert.equal(result.status, "invalid");
});
