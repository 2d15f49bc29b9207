// The npm package `standardwebhooks`, the specification's own, as a vendor's receiver has it. It
// verifies `v1`; `v1a` is verified by Node's own Ed25519.

import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { deskOf } from "../desk.mjs";
import { startServer } from "../server.mjs";

/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410). */
const DER_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

let server;
let desk;
let receiver;
let url;
const arrivals = new EventEmitter();

before(async () => {
  receiver = createServer(async (request, reply) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reply.writeHead(204).end();
    arrivals.emit("message", { headers: request.headers, body: Buffer.concat(chunks).toString() });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${receiver.address().port}/hook`;
  server = await startServer({ COUNTERFOIL_ALLOW_PRIVATE_TARGETS: "true" });
  desk = deskOf(server);
  await desk.admin("admin.product.create", { slug: "p", name: "Acme Forms Pro" });
});

after(async () => {
  await server?.stop();
  receiver?.close();
});

/** Makes a webhook, has something happen, and gives both with the message that came of it. */
async function told(more = {}) {
  const hook = await desk.admin("admin.webhook.create", { url, ...more });
  const coming = once(arrivals, "message");
  const license = await desk.admin("admin.license.create", { product: "p" });
  const [message] = await coming;
  return { hook, license, message };
}

async function forget(hook) {
  await desk.admin("admin.webhook.delete", { webhook: hook.id });
}

function isSignedBy(publicKey, { headers, body }) {
  const bytes = Buffer.from(publicKey.replace(/^whpk_/, ""), "base64");
  const key = createPublicKey({ key: Buffer.concat([DER_PREFIX, bytes]), format: "der", type: "spki" });
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return headers["webhook-signature"]
    .split(" ")
    .filter((signature) => signature.startsWith("v1a,"))
    .some((signature) => verify(null, signed, key, Buffer.from(signature.slice(4), "base64")));
}

test("what happens is verified by its secret, and by nothing else", async () => {
  const { hook, license, message } = await told();
  const { headers, body } = message;
  const event = new Webhook(hook.secret).verify(body, headers);
  assert.equal(event.type, "license.created");
  assert.equal(event.data.license.id, license.id);
  assert.equal(headers["webhook-id"], event.data.id);
  const other = await desk.admin("admin.webhook.create", { url, events: ["lease.issued"] });
  const refused = [
    () => new Webhook(other.secret).verify(body, headers),
    () => new Webhook(hook.secret).verify(body.replace("active", "Active"), headers),
    () => new Webhook(hook.secret).verify(body, { ...headers, "webhook-id": "evt_other" }),
    () => new Webhook(hook.secret).verify(body, { ...headers, "webhook-timestamp": "1780646520" }),
  ];
  for (const verifying of refused) assert.throws(verifying, WebhookVerificationError);
  await forget(hook);
  await forget(other);
});

test("it is verified by its public key, which is no secret", async () => {
  const { hook, message } = await told();
  const { items } = await desk.admin("admin.webhook.list", {});
  const [{ publicKey }] = items.filter(({ id }) => id === hook.id);
  assert.equal(publicKey, hook.publicKey);
  assert.ok(isSignedBy(publicKey, message));
  assert.ok(!isSignedBy(publicKey, { ...message, body: `${message.body} ` }));
  await forget(hook);
});

test("while a secret is replaced, receivers with either go on", async () => {
  const { hook } = await told();
  const rotation = { webhook: hook.id, rotateSecret: true };
  const rotated = await desk.admin("admin.webhook.update", rotation);
  const coming = once(arrivals, "message");
  await desk.admin("admin.license.create", { product: "p" });
  const [message] = await coming;
  for (const { secret, publicKey } of [hook, rotated]) {
    assert.equal(new Webhook(secret).verify(message.body, message.headers).type, "license.created");
    assert.ok(isSignedBy(publicKey, message));
  }
  await forget(hook);
});

test("a secret that a receiver has already is taken over", async () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const { hook, message } = await told({ secret });
  assert.equal(hook.secret, secret);
  assert.equal(new Webhook(secret).verify(message.body, message.headers).type, "license.created");
  await forget(hook);
});
