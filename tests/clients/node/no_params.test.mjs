// `@open-rpc/client-js` sends `"params": []` with a call that was given none.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, HTTPTransport, RequestManager } from "@open-rpc/client-js";
import { startServer } from "../server.mjs";

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

test("an empty list of parameters reads as none", async () => {
  const client = new Client(new RequestManager([new HTTPTransport(server.rpc)]));
  await assert.rejects(client.request({ method: "license.validate" }), ({ code, data }) => {
    assert.equal(code, -32602);
    assert.deepEqual([data.field, data.problem], ["key", "is missing"]);
    return true;
  });
});
