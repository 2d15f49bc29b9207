import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { folder, packed, root, run, write } from "./installed.mjs";

const installed = join(folder, "node_modules/counterfoil");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

const IMPORT = 'import { inspect } from "counterfoil";';
const REQUIRE = 'const { inspect } = require("counterfoil");';
const PRINT = 'console.log(inspect(" some-key ").normalized);';

test("the tarball holds what its users need and nothing else", () => {
  assert.deepEqual(packed.toSorted(), [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "calls.d.cts",
    "calls.d.ts",
    "client.d.cts",
    "client.d.ts",
    "client/mistake.d.cts",
    "client/mistake.d.ts",
    "client/state.d.cts",
    "client/state.d.ts",
    "client/transport.d.cts",
    "client/transport.d.ts",
    "counterfoil.wasm",
    "index.cjs",
    "index.d.cts",
    "index.d.ts",
    "index.js",
    "package.json",
    "types.d.cts",
    "types.d.ts",
    "wire.d.cts",
    "wire.d.ts",
  ]);
});

test("there is nothing to install beside it and nothing runs while it is installed", () => {
  for (const name of [
    "dependencies",
    "peerDependencies",
    "optionalDependencies",
    "devDependencies",
    "scripts",
  ]) {
    assert.equal(manifest[name], undefined, name);
  }
});

test("it can be imported", () => {
  assert.equal(run(write("import.mjs", `${IMPORT} ${PRINT}`)), "some-key\n");
});

test("it can be required", () => {
  assert.equal(run(write("require.cjs", `${REQUIRE} ${PRINT}`)), "some-key\n");
});

test("the wasm module can be had alone, for those who load it themselves", () => {
  const program = `
    const { readFileSync } = require("node:fs");
    const bytes = readFileSync(require.resolve("counterfoil/counterfoil.wasm"));
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes));
    console.log(exported.some((item) => item.name === "inspect"));`;
  assert.equal(run(write("wasm.cjs", program)), "true\n");
});

test("an import compiles nothing: that waits for the first call", () => {
  const program = `
    const { Module } = WebAssembly;
    let compiled = 0;
    WebAssembly.Module = class extends Module { constructor(bytes) { super(bytes); compiled += 1; } };
    const { inspect } = await import("counterfoil");
    const before = compiled;
    inspect("a"); inspect("b");
    console.log(before, compiled);`;
  assert.equal(run(write("lazy.mjs", program)), "0 1\n");
});

test("the wasm module tells nothing of the machine that built it", () => {
  const bytes = readFileSync(join(installed, "counterfoil.wasm"));
  for (const place of [root, homedir()].filter((place) => place.length > 1)) {
    assert.ok(!bytes.includes(place), place);
  }
});

test("no entry asks for its own address or waits at the top level", () => {
  for (const name of ["index.js", "index.cjs"]) {
    const text = readFileSync(join(installed, name), "utf8");
    // What is left is a script, and a script may do neither.
    const script = text.replace(/export\{[^}]*\};\s*$/, "");
    assert.doesNotThrow(() => new vm.Script(script), name);
  }
});

test("calls that break off for want of stack do no harm to later ones", () => {
  const program = `
    const { inspect } = require("counterfoil");
    function fall() {
      try { fall(); } catch { try { inspect("XLS-334A-86AF0"); } catch {} throw new Error("enough"); }
    }
    for (let round = 0; round < 5; round += 1) try { fall(); } catch {}
    console.log(inspect("XLS-334A-86AF0").ok);`;
  assert.equal(run(write("stack.cjs", program)), "true\n");
});

test("where a policy forbids wasm the error names the missing directive", () => {
  const module = { exports: {} };
  const context = vm.createContext(
    { module, exports: module.exports, TextEncoder, TextDecoder, atob },
    { codeGeneration: { wasm: false } },
  );
  vm.runInContext(readFileSync(join(installed, "index.cjs"), "utf8"), context);
  assert.throws(
    () => module.exports.inspect("some-key"),
    (error) => {
      assert.match(error.message, /'wasm-unsafe-eval'.*script-src/);
      assert.equal(error.cause.name, "CompileError");
      return true;
    },
  );
});
