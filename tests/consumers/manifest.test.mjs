// What other people's checkers say of the package.

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { publint } from "publint";
import { folder, tarballPath } from "../npm/installed.mjs";
import { project } from "./projects.mjs";

test("publint finds nothing, not even a suggestion", async () => {
  const { messages } = await publint({ pkgDir: `${folder}/node_modules/counterfoil`, pack: false, strict: true });
  assert.deepEqual(messages, []);
});

test("the types are right for every entry and every way to resolve it", async () => {
  const attw = fileURLToPath(new URL("node_modules/@arethetypeswrong/cli/dist/index.js", import.meta.url));
  const said = await project("attw").run(process.execPath, [attw, tarballPath, "--format", "json"]);
  const { analysis, problems } = JSON.parse(said);
  assert.deepEqual(problems, {});
  const entries = Object.keys(analysis.entrypoints).sort();
  assert.deepEqual(entries, [".", "./counterfoil.wasm", "./node", "./package.json", "./react"]);
});
