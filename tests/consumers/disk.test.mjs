// `counterfoil/node` beyond Node: the same machine, the same disk.

import assert from "node:assert/strict";
import { test } from "node:test";
import { project } from "./projects.mjs";
import { absent, runtime } from "./runtimes.mjs";

const PROGRAM = `import { fileStorage, machineId } from "counterfoil/node";
const storage = fileStorage("acme");
const before = await storage.get("last");
await storage.set("last", process.argv[2]);
console.log(machineId(), before, await storage.get("last"));
`;

const made = project("disk", { files: { "disk.mjs": PROGRAM } });
const denoArgs = ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual"];
const denoMay = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

test("Node, Bun and Deno find one machine and each other's texts", { skip: absent("bun") || absent("deno") }, async () => {
  const env = { HOME: made.path("."), XDG_DATA_HOME: made.path("data"), DENO_DIR: made.path(".deno"), DENO_NO_UPDATE_CHECK: "1" };
  const [machine, ...first] = (await made.run(process.execPath, ["disk.mjs", "node"], env)).trim().split(" ");
  assert.deepEqual(first, ["null", "node"]);
  const bun = await made.run(runtime("bun"), ["run", "disk.mjs", "bun"], env);
  assert.equal(bun, `${machine} node bun\n`);
  const deno = await made.run(runtime("deno"), [...denoArgs, ...denoMay, "disk.mjs", "deno"], env);
  assert.equal(deno, `${machine} bun deno\n`);
});
