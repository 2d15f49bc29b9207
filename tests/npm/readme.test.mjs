// The examples that npm shows are run as they stand, but for the server's address and the key.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, root, write } from "./installed.mjs";
import { startServer } from "./server.mjs";
import { makeSigner } from "./signer.mjs";
import { startVendor } from "./vendor.mjs";

const readme = readFileSync(join(folder, "node_modules/counterfoil/README.md"), "utf8");
const [typed, kept, asked, old, foreign, disk, ...others] = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(
  ([, code]) => code,
);

const OLD_KEY = "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6";

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
  const imported = { slug: "my-extension", name: "My Extension", externalId: "42" };
  await server.admin("admin.product.create", imported);
  await server.admin("admin.plan.create", {
    product: "my-extension",
    slug: "developer",
    name: "Developer",
    activationType: "domain",
    activationLimit: 1,
  });
  const license = { product: "my-extension", plan: "developer", key: OLD_KEY };
  await server.admin("admin.license.create", license);
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

test("the example of a client unlocks, and says what else is the matter", async (t) => {
  const vendor = await startVendor(Date.now, "acme-studio");
  t.after(() => vendor.stop());
  const team = vendor.sell({ activationType: "seat", entitlements: ["export"] });
  write("license-keys.json", JSON.stringify(vendor.jwks));
  const example = kept
    .replace("https://licenses.example.com", vendor.url)
    .replace("AS-3K9XQ7-00000-00000-00000-00000", team);
  assert.deepEqual(await printed("client.mjs", example), [["unlocked:", ["export"]]]);
  const full = example.replace("ada@example.com", "grace@example.com");
  const [[status, , remedy]] = await printed("client_full.mjs", full);
  assert.equal(status, "seat_limit_exceeded");
  assert.match(remedy, /Free a place/);
  write("license-keys.json", JSON.stringify({ keys: [makeSigner().jwk] }));
  // Node keeps a JSON module for as long as it runs.
  const strangers = example.replace("./license-keys.json", "./license-keys.json?other");
  assert.equal((await printed("client_stranger.mjs", strangers))[0][0], "untrusted_response");
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

test("the example of another service's calls works at a Counterfoil server", async () => {
  const example = old.replace("https://shop.example.com", `${server.url}/licensedock`);
  assert.deepEqual(await printed("old.mjs", example), [["valid", "Developer"]]);
});

test("the example of another service's client says where the program stands", async () => {
  const example = foreign.replace("https://licenses.example.com", server.url);
  assert.deepEqual(await printed("foreign.mjs", example), [["unlocked:", "Developer"]]);
  const full = example.replace("example.com", "other.example");
  const [[status, message, remedy]] = await printed("full.mjs", full);
  assert.equal(status, "seat_limit_exceeded");
  assert.match(`${message} ${remedy}`, /limit reached.* place/);
  const away = await printed("away.mjs", example.replace("/licensedock", "/nowhere"));
  assert.deepEqual(away[0].slice(0, 1), ["could not ask:"]);
});

test("the example of a disk keeps a text, and the machine has a name", async () => {
  const before = process.env.XDG_DATA_HOME;
  process.env.XDG_DATA_HOME = join(folder, "data");
  try {
    assert.deepEqual(await printed("disk.mjs", disk), [["yes", 64]]);
  } finally {
    if (before === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = before;
  }
});

test("the repository's own example activates at a server, and is told that it may run", async () => {
  const [example] = readFileSync(join(root, "README.md"), "utf8").match(/(?<=^```js\n)import \{ createClient.*?(?=^```)/ms);
  await server.admin("admin.product.create", { slug: "acme-forms-pro", name: "Acme Forms Pro" });
  const plan = { slug: "developer", name: "Developer", activationType: "domain", activationLimit: 3 };
  await server.admin("admin.plan.create", { product: "acme-forms-pro", ...plan, entitlements: ["pro"] });
  const [sold] = example.match(/(?<=activate\(")[^"]+/);
  const license = { product: "acme-forms-pro", plan: "developer", key: sold };
  await server.admin("admin.license.create", license);
  const jwks = await (await fetch(`${server.url}/.well-known/jwks.json`)).text();
  const code = example
    .replace("http://127.0.0.1:8787", server.url)
    // What it says of an expression is what it is.
    .replace(/^(inspect\(.*);\n\/\/ (".*")$/m, "console.log($1 === $2);");
  const lines = await printed("repository.mjs", `const jwks = ${jwks};\n${code}`);
  assert.deepEqual(lines, [[true], [["pro"]]]);
});

test("there is no example that nothing runs", () => {
  assert.deepEqual(others, []);
});
