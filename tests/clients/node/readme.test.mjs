// The README's examples are run as they stand, but for the server's address.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Client, HTTPTransport, RequestManager } from "@open-rpc/client-js";
import { JSONRPCClient } from "json-rpc-2.0";
import { TOKEN, startServer } from "../server.mjs";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const [, section] = readme.split("## Other people's clients\n");
const examples = [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
const AsyncFunction = (async () => {}).constructor;

let server;

before(async () => {
  server = await startServer();
});

after(() => server?.stop());

/** Runs an example with what it takes for granted, and gives its verdict. */
function run(example, names) {
  const code = example.replace("http://127.0.0.1:8787/rpc", server.rpc);
  const known = { ...names, key: "nobody's", token: TOKEN };
  return new AsyncFunction(...Object.keys(known), `${code}\nreturn verdict;`)(
    ...Object.values(known),
  );
}

test("each example asks for a verdict and gets one", async () => {
  const [jsonRpc2, openRpcClient, ...others] = examples;
  assert.deepEqual(others, [], "there is no example that nothing runs");
  assert.equal((await run(jsonRpc2, { JSONRPCClient })).status, "invalid");
  const brought = { Client, HTTPTransport, RequestManager };
  assert.equal((await run(openRpcClient, brought)).status, "invalid");
});
