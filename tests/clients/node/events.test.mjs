// What happens at the desk, as it happens, through other people's clients.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, before, test } from "node:test";
import { Client, EventEmitterTransport, RequestManager } from "@open-rpc/client-js";
import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from "json-rpc-2.0";
import WebSocket from "ws";
import { TOKEN, startServer } from "../server.mjs";

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

async function openSocket() {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const socket = new WebSocket(server.socket, { headers });
  await once(socket, "open");
  return socket;
}

async function closed(socket) {
  socket.close();
  await once(socket, "close");
}

/** Events as they come: a subscription's first may be here before its number is. */
class Inbox extends EventEmitter {
  #arrived = [];

  put(params) {
    this.#arrived.push(params);
    this.emit("put");
  }

  async of(subscription, type) {
    for (;;) {
      const found = this.#arrived.find(
        (event) => event.subscription === subscription && event.result.type === type,
      );
      if (found) return found.result;
      await once(this, "put");
    }
  }
}

async function assertHears(call, inbox, slug) {
  await call("admin.product.create", { slug, name: "Acme Forms Pro" });
  const subscription = await call("admin.events", {});
  await call("admin.license.create", { product: slug });
  const event = await inbox.of(subscription, "license.created");
  assert.match(event.id, /^evt_/);
  assert.equal(await call("admin.unsubscribeEvents", { subscription }), true);
}

test("json-rpc-2.0 hears of a license as it is made", async () => {
  const socket = await openSocket();
  const inbox = new Inbox();
  const both = new JSONRPCServerAndClient(
    new JSONRPCServer(),
    new JSONRPCClient((call) => socket.send(JSON.stringify(call))),
  );
  both.addMethod("admin.event", (params) => inbox.put(params));
  socket.on("message", (text) => both.receiveAndSend(JSON.parse(text)));
  await assertHears((method, params) => both.request(method, params), inbox, "json-rpc-2");
  await closed(socket);
});

test("@open-rpc/client-js hears of a license as it is made", async () => {
  const socket = await openSocket();
  const inbox = new Inbox();
  const wire = new EventEmitter();
  wire.on("call", (call) => socket.send(JSON.stringify(call)));
  socket.on("message", (text) => wire.emit("reply", text.toString()));
  const client = new Client(
    new RequestManager([new EventEmitterTransport(wire, "call", "reply")]),
  );
  client.onNotification(({ method, params }) => {
    if (method === "admin.event") inbox.put(params);
  });
  const call = (method, params) => client.request({ method, params }, 0);
  await assertHears(call, inbox, "open-rpc");
  client.close();
  await closed(socket);
});
