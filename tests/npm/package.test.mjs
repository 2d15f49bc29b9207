import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import vm from "node:vm";
import { folder, packed, root, run, write } from "./installed.mjs";

const installed = join(folder, "node_modules/counterfoil");
const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

const IMPORT = 'import { inspect } from "counterfoil";';
const REQUIRE = 'const { inspect } = require("counterfoil");';
const PRINT = 'console.log(inspect(" some-key ").normalized);';

const isDeclaration = (file) => /\.d\.c?ts$/.test(file);

test("the tarball holds what its users need and nothing else", () => {
  const files = packed.filter((file) => !isDeclaration(file));
  assert.deepEqual(files.toSorted(), [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "cli.js",
    "counterfoil.wasm",
    "edge-light.js",
    "index.cjs",
    "index.js",
    "node.cjs",
    "node.js",
    "package.json",
    "react.cjs",
    "react.js",
    "workerd.js",
  ]);
});

test("every declaration is there for both kinds of module, and names none that is not", () => {
  const declarations = packed.filter(isDeclaration);
  for (const entry of ["index", "node", "react"]) assert.ok(declarations.includes(`${entry}.d.ts`), entry);
  for (const file of declarations) {
    const [, stem, ending] = /^(.*)\.d\.(c?)ts$/.exec(file);
    assert.ok(declarations.includes(`${stem}.d.${ending ? "" : "c"}ts`), file);
    const text = readFileSync(join(installed, file), "utf8");
    for (const [, named] of text.matchAll(/from "(\.[^"]*)"/g)) {
      const path = join(dirname(file), named);
      assert.ok(path.endsWith(`.${ending}js`), `${file} names ${named}`);
      assert.ok(declarations.includes(path.replace(/js$/, "ts").replace(/\.(c?ts)$/, ".d.$1")), path);
    }
  }
});

test("whatever the manifest names is in the tarball", () => {
  const leaves = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(leaves));
  const named = [manifest.main, manifest.types, ...leaves(manifest.exports), ...leaves(manifest.bin ?? {})];
  for (const file of named) assert.ok(packed.includes(file.replace(/^\.\//, "")), file);
});

test("only the entries for everybody carry the module, each of them once", () => {
  // A packed module begins with the list of all byte values, in hex.
  const carriers = packed.filter((file) => {
    if (!/\.c?js$/.test(file)) return false;
    const pieces = readFileSync(join(installed, file), "utf8").split(/[0-9a-f]{512}/);
    assert.ok(pieces.length <= 2, file);
    return pieces.length === 2;
  });
  assert.deepEqual(carriers.toSorted(), ["index.cjs", "index.js"]);
});

test("there are no source maps, and nothing asks for one", () => {
  for (const file of packed.filter((file) => /\.c?js$/.test(file))) {
    assert.doesNotMatch(readFileSync(join(installed, file), "utf8"), /sourceMappingURL/, file);
  }
});

test("there is nothing to install beside it and nothing runs while it is installed", () => {
  // React is there where the program has it.
  assert.deepEqual(manifest.peerDependencies, { react: ">=18" });
  assert.deepEqual(manifest.peerDependenciesMeta, { react: { optional: true } });
  for (const name of [
    "dependencies",
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

/** The package in a world of its own, which may not compile wasm from bytes. */
function forbidden(globals = {}) {
  const module = { exports: {} };
  const context = vm.createContext(
    { module, exports: module.exports, TextEncoder, TextDecoder, atob, ...globals },
    { codeGeneration: { wasm: false } },
  );
  vm.runInContext(readFileSync(join(installed, "index.cjs"), "utf8"), context);
  return { context, inspect: module.exports.inspect };
}

test("where a policy forbids wasm the error names the missing directive", () => {
  const { inspect } = forbidden();
  assert.throws(
    () => inspect("some-key"),
    (error) => {
      assert.equal(error.code, "wasm_blocked");
      assert.match(error.message, /'wasm-unsafe-eval'.*script-src/);
      assert.equal(error.cause.name, "CompileError");
      return true;
    },
  );
});

for (const [runtime, globals] of [
  ["workerd", { WebSocketPair: class {} }],
  ["Vercel's edge", { EdgeRuntime: "edge-runtime" }],
]) {
  test(`where ${runtime} got the wrong entry the error names the condition`, () => {
    const { inspect } = forbidden(globals);
    assert.throws(() => inspect("some-key"), { code: "wasm_blocked", message: /"workerd".*"edge-light"/ });
  });
}

test("where there is no wasm at all the error says so", () => {
  const { context, inspect } = forbidden();
  vm.runInContext("delete globalThis.WebAssembly", context);
  assert.throws(() => inspect("some-key"), { code: "wasm_blocked", message: /there is no WebAssembly/ });
});
