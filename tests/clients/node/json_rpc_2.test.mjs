// The npm package `json-rpc-2.0`, which leaves the sending to its user: by fetch, and by a socket.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { JSONRPCClient, createJSONRPCNotification, createJSONRPCRequest } from "json-rpc-2.0";
import WebSocket from "ws";
import { TOKEN, startServer } from "../server.mjs";
import { batchCalls, tellStory } from "../story.mjs";

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

const authorization = (token) => (token ? { authorization: `Bearer ${token}` } : {});

/** As the package's own page shows it. `heard` is told the status of every reply. */
function overHttp(token, heard = () => {}) {
  const client = new JSONRPCClient(async (call) => {
    const reply = await fetch(server.rpc, {
      method: "POST",
      headers: { "content-type": "application/json", ...authorization(token) },
      body: JSON.stringify(call),
    });
    if (reply.status === 200) client.receive(await reply.json());
    else if (call.id !== undefined) throw new Error(reply.statusText);
    heard(reply.status);
  });
  return client;
}

async function overSocket(token) {
  const socket = new WebSocket(server.socket, { headers: authorization(token) });
  await once(socket, "open");
  const client = new JSONRPCClient((call) => socket.send(JSON.stringify(call)));
  socket.on("message", (text) => client.receive(JSON.parse(text)));
  return Object.assign(client, {
    async close() {
      socket.close();
      await once(socket, "close");
    },
  });
}

async function assertBatch(client, key) {
  const calls = batchCalls(key).map(({ method, params }, index) =>
    createJSONRPCRequest(`call ${index}`, method, params),
  );
  const silent = createJSONRPCNotification("license.validate", { key });
  const [valid, refused, unknown] = await client.requestAdvanced([...calls, silent]);
  assert.equal(valid.result.status, "valid");
  assert.equal(refused.error.code, -32602);
  assert.equal(refused.error.data.field, "identifier");
  assert.equal(unknown.result.status, "invalid");
  assert.deepEqual([valid.id, refused.id, unknown.id], ["call 0", "call 1", "call 2"]);
}

test("the story goes over HTTP", async () => {
  const [admin, customer] = [overHttp(TOKEN), overHttp()];
  const key = await tellStory({
    admin: (method, params) => admin.request(method, params),
    customer: (method, params) => customer.request(method, params),
    slug: "by-fetch",
  });
  await assertBatch(customer, key);
});

test("the story goes over a WebSocket", async () => {
  const [admin, customer] = [await overSocket(TOKEN), await overSocket()];
  const key = await tellStory({
    admin: (method, params) => admin.request(method, params),
    customer: (method, params) => customer.request(method, params),
    slug: "by-socket",
  });
  await assertBatch(customer, key);
  await Promise.all([admin.close(), customer.close()]);
});

test("a notification over HTTP is taken and not done", async () => {
  const product = { slug: "noticed", name: "Noticed" };
  const status = await new Promise((heard) => {
    overHttp(TOKEN, heard).notify("admin.product.create", product);
  });
  assert.equal(status, 202);
  const asked = overHttp(TOKEN).request("admin.product.get", { product: "noticed" });
  await assert.rejects(asked, { code: 404 });
});

test("a notification over a WebSocket is taken and not done, and the socket goes on", async () => {
  const admin = await overSocket(TOKEN);
  admin.notify("admin.product.create", { slug: "noticed", name: "Noticed" });
  await assert.rejects(admin.request("admin.product.get", { product: "noticed" }), { code: 404 });
  await admin.close();
});

test("many calls at once on one socket each get their own answer", async () => {
  const client = await overSocket();
  const nonces = Array.from({ length: 100 }, (_, index) => `nonce ${index}`);
  const verdicts = await Promise.all(
    nonces.map((nonce) => client.request("license.validate", { key: "nobody's", nonce })),
  );
  assert.deepEqual(
    verdicts.map((verdict) => verdict.nonce),
    nonces,
  );
  await client.close();
});

test("a body over the limit is an error of the client, and no call that hangs", async () => {
  const call = overHttp().request("license.validate", { key: "x".repeat(65 * 1024) });
  await assert.rejects(call, /Payload Too Large/);
});
