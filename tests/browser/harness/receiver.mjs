// A vendor's own program, to which webhooks are sent.

import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

/** Starts one on loopback. It answers 204 until a test says what else. */
export async function startReceiver() {
  const arrivals = new EventEmitter();
  const receiver = { status: 204, body: "" };
  const server = createServer(async (request, reply) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reply.writeHead(receiver.status).end(receiver.body);
    arrivals.emit("message", { headers: request.headers, body: Buffer.concat(chunks).toString() });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${server.address().port}/hook`,
    /** The next message. */
    next: async () => (await once(arrivals, "message"))[0],
    stop() {
      server.closeAllConnections();
      server.close();
    },
  });
}

/** A store whose webhooks stand in every way, the first of them with deliveries. */
export async function webhooks(server, receiver) {
  const make = (params) => server.call("admin.webhook.create", params);
  const crm = await make({ url: receiver.url, events: ["license.*", "payment.failed"], description: "CRM" });
  await make({ url: "https://a-long-name-of-a-host-that-makes-things.example/hooks/counterfoil?of=licenses", product: "acme-studio" });
  const off = await make({ url: `${receiver.url}/off`, description: "Old shop" });
  await server.call("admin.webhook.update", { webhook: off.id, enabled: false });
  await server.call("admin.webhook.update", { webhook: crm.id, rotateSecret: true });
  const sent = async (answer) => {
    Object.assign(receiver, answer);
    const coming = receiver.next();
    const delivery = await server.call("admin.webhook.test", { webhook: crm.id });
    await coming;
    return delivery;
  };
  await sent({ status: 204, body: "" });
  const failing = await sent({ status: 500, body: `<h1>Sorry</h1>${"x".repeat(2_000)}` });
  return { crm, failing };
}
