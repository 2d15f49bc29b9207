// The npm package `@open-rpc/client-js`, with the transports that it brings.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, before, test } from "node:test";
import {
  Client,
  EventEmitterTransport,
  HTTPTransport,
  RequestManager,
  WebSocketTransport,
} from "@open-rpc/client-js";
import WebSocket from "ws";
import { TOKEN, startServer } from "../server.mjs";
import { batchCalls, tellStory } from "../story.mjs";

// Its own five seconds are too few for a busy machine, and keep the process from ending.
const NO_TIME_LIMIT = 0;
const TOKEN_HEADER = { authorization: `Bearer ${TOKEN}` };

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

const clientOf = (transport) => new Client(new RequestManager([transport]));
const caller = (client) => (method, params) => client.request({ method, params }, NO_TIME_LIMIT);

/** With the token in the request that opens the socket: `WebSocketTransport` takes an address only. */
async function socketWithToken() {
  const socket = new WebSocket(server.socket, { headers: TOKEN_HEADER });
  await once(socket, "open");
  const wire = new EventEmitter();
  wire.on("call", (call) => socket.send(JSON.stringify(call)));
  socket.on("message", (text) => wire.emit("reply", text.toString()));
  const client = clientOf(new EventEmitterTransport(wire, "call", "reply"));
  return { client, close: () => closed(client, socket) };
}

async function closed(client, socket) {
  client.close();
  if (socket.readyState === WebSocket.OPEN) socket.close();
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, "close");
}

/** By the manager: `Client.request` waits first, and so always comes after `stopBatch`. */
async function assertBatch({ requestManager }, key) {
  await requestManager.connectPromise;
  requestManager.startBatch();
  const calls = batchCalls(key).map((call) => requestManager.request(call));
  requestManager.stopBatch();
  const [valid, refused, unknown] = await Promise.allSettled(calls);
  assert.equal(valid.value.status, "valid");
  assert.equal(refused.reason.code, -32602);
  assert.equal(refused.reason.data.field, "identifier");
  assert.equal(unknown.value.status, "invalid");
}

test("the story goes over HTTP", async () => {
  const bodies = [];
  const fetcher = (url, options) => {
    bodies.push(JSON.parse(options.body));
    return fetch(url, options);
  };
  const admin = clientOf(new HTTPTransport(server.rpc, { headers: TOKEN_HEADER }));
  const customer = clientOf(new HTTPTransport(server.rpc, { fetcher }));
  const key = await tellStory({
    admin: caller(admin),
    customer: caller(customer),
    slug: "by-fetch",
  });
  await assertBatch(customer, key);
  assert.equal(bodies.at(-1).length, 3, "they went as one batch");
});

test("the story goes over a WebSocket", async () => {
  const admin = await socketWithToken();
  const transport = new WebSocketTransport(server.socket);
  const customer = clientOf(transport);
  const key = await tellStory({
    admin: caller(admin.client),
    customer: caller(customer),
    slug: "by-socket",
  });
  await assertBatch(customer, key);
  await Promise.all([admin.close(), closed(customer, transport.connection)]);
});

test("a notification over HTTP is taken and not done", async () => {
  const admin = clientOf(new HTTPTransport(server.rpc, { headers: TOKEN_HEADER }));
  const params = { slug: "noticed", name: "Noticed" };
  await admin.notify({ method: "admin.product.create", params });
  const asked = caller(admin)("admin.product.get", { product: "noticed" });
  await assert.rejects(asked, { code: 404 });
});

test("a notification over a WebSocket is taken and not done, and the socket goes on", async () => {
  const { client, close } = await socketWithToken();
  const params = { slug: "noticed", name: "Noticed" };
  await client.notify({ method: "admin.product.create", params });
  const asked = caller(client)("admin.product.get", { product: "noticed" });
  await assert.rejects(asked, { code: 404 });
  await close();
});

test("parameters by position are refused with a hint at names", async () => {
  const client = clientOf(new HTTPTransport(server.rpc));
  await assert.rejects(caller(client)("license.validate", ["a key"]), ({ code, data }) => {
    assert.equal(code, -32602);
    assert.match(data.problem, /by its name/);
    return true;
  });
});

test("a body over the limit reads as its error", async () => {
  const client = clientOf(new HTTPTransport(server.rpc));
  // With nobody listening, the client tells any error without an id as "Bad response format".
  client.onError(() => {});
  const call = caller(client)("license.validate", { key: "x".repeat(65 * 1024) });
  await assert.rejects(call, { code: -32007 });
});

test("a message over the limit is told to whoever listens for errors", async () => {
  const transport = new WebSocketTransport(server.socket);
  const client = clientOf(transport);
  const told = new Promise((resolve) => client.onError(resolve));
  // Nobody can tell which call was too large, so the client never answers this one.
  const key = "x".repeat(65 * 1024);
  client.request({ method: "license.validate", params: { key } }, NO_TIME_LIMIT);
  assert.equal((await told).code, -32007);
  await closed(client, transport.connection);
});
