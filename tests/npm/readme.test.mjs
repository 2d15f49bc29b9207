// The examples that npm shows are run as they stand, but for the server's address and the key.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, write } from "./installed.mjs";
import { startServer } from "./server.mjs";

const readme = readFileSync(join(folder, "node_modules/counterfoil/README.md"), "utf8");
const [typed, asked, ...others] = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(
  ([, code]) => code,
);

let server;
let key;

before(async () => {
  server = await startServer();
  await server.admin("admin.product.create", { slug: "acme-studio", name: "Acme Studio" });
  const plan = {
    slug: "team",
    name: "Team",
    activationType: "seat",
    activationLimit: 5,
    entitlements: ["export"],
  };
  await server.admin("admin.plan.create", { product: "acme-studio", ...plan });
  ({ key } = await server.admin("admin.license.create", { product: "acme-studio", plan: "team" }));
});

after(() => server?.stop());

/** Runs an example as a module of an application, and gives what it prints. */
async function printed(name, code) {
  const lines = [];
  const { log } = console;
  console.log = (...words) => lines.push(words);
  try {
    await import(write(name, code));
  } finally {
    console.log = log;
  }
  return lines;
}

test("the example of a mistyped key says what is wrong with it", async () => {
  const [[message]] = await printed("typed.mjs", typed);
  assert.match(message, /group 1/);
});

test("the example of a check says what the server says", async () => {
  const example = asked
    .replace("https://licenses.example.com", server.url)
    .replace("AS-3K9XQ7-00000-00000-00000-00000", key);
  const [[refusal]] = await printed("not_yet.mjs", example);
  assert.equal(refusal, "This license is not activated here yet.");
  const [[, entitlements]] = await printed(
    "anywhere.mjs",
    example.replace(/^ *identifier: .*\n/m, ""),
  );
  assert.deepEqual(entitlements, ["export"]);
});

test("the example of a check survives a server that is none", async () => {
  const example = asked.replace("https://licenses.example.com", `${server.url}/nowhere`);
  const [[code, , retryable]] = await printed("nowhere.mjs", example);
  assert.deepEqual([code, retryable], ["unrecognized_response", true]);
});

test("there is no example that nothing runs", () => {
  assert.deepEqual(others, []);
});
