// The packed package in everything that people run it in. Every consumer runs the same program and
// prints the same bytes.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { tool } from "../npm/installed.mjs";
import { canonical, digest, tell } from "../npm/parity.mjs";
import { byEsbuild, byRollup, byVite, byViteServer, byWebpack, edgeModules, VERSIONS } from "./bundlers.mjs";
import { asCommonJs, MAIN, page, project } from "./projects.mjs";
import { ANSWER, LEASES, VECTORS } from "./recorded.mjs";
import { absent, runtime } from "./runtimes.mjs";
import { chromium, close, policy, printed, serve } from "./site.mjs";
import { inWorkerd, worker } from "./workerd.mjs";

after(close);

const commonJs = { rename: (file, text) => [file.replace(".mjs", ".cjs"), asCommonJs(text)] };
const html = (script, type) => ({ files: { "index.html": page(script, type) } });

/** Runs a project's file in Node, by its own version where none is named. */
const node = (made, file, program = process.execPath) => made.run(program, [file]);

/** Prints what a page of the project prints. */
const shown = ({ path }, folder = ".") => serve(path(folder), printed);

/** Compiles a TypeScript project and runs what comes out. */
async function compiled(name, options, ending, main) {
  const made = project(name, {
    typed: true,
    rename: (file, text) => [
      file.replace(".mjs", `.${ending}`),
      // With `require`, TypeScript writes it where the source has an import.
      text.replaceAll('.mjs"', main.endsWith(".cjs") ? '.cjs"' : '.mjs"'),
    ],
    files: {
      "tsconfig.json": JSON.stringify({
        compilerOptions: { strict: true, target: "es2022", lib: ["es2022", "dom"], types: [], rootDir: ".", outDir: "out", ...options },
        include: ["*.mts", "*.cts"],
      }),
    },
  });
  tool("tsc", "--project", made.folder);
  return node(made, main);
}

const CONSUMERS = [
  {
    name: "Node, import",
    version: process.versions.node,
    run: () => node(project("node import"), "main.mjs"),
  },
  {
    name: "Node, require",
    version: process.versions.node,
    run: () => node(project("node require", commonJs), "main.cjs"),
  },
  ...["node24", "node26"].flatMap((name) => [
    {
      name: `${name.replace("node", "Node ")}, import`,
      skip: absent(name),
      version: () => project(`${name} version`).run(runtime(name), ["--print", "process.versions.node"]),
      run: () => node(project(`${name} import`), "main.mjs", runtime(name)),
    },
    {
      name: `${name.replace("node", "Node ")}, require`,
      skip: absent(name),
      version: () => project(`${name} version`).run(runtime(name), ["--print", "process.versions.node"]),
      run: () => node(project(`${name} require`, commonJs), "main.cjs", runtime(name)),
    },
  ]),
  {
    name: "Bun",
    skip: absent("bun"),
    version: () => project("bun version").run(runtime("bun"), ["--version"]),
    run: () => project("bun").run(runtime("bun"), ["run", "main.mjs"], { DO_NOT_TRACK: "1" }),
  },
  {
    name: "Deno",
    skip: absent("deno"),
    version: () => project("deno version").run(runtime("deno"), ["eval", "console.log(Deno.version.deno)"]),
    run: () => {
      const made = project("deno");
      const args = ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual", "main.mjs"];
      return made.run(runtime("deno"), args, { DENO_DIR: made.path(".deno"), DENO_NO_UPDATE_CHECK: "1" });
    },
  },
  {
    name: "workerd",
    skip: absent("workerd"),
    version: () => project("workerd version").run(runtime("workerd"), ["--version"]),
    run: async () => {
      const made = project("workerd", worker(MAIN));
      await byEsbuild(made, "worker/main.js", { format: "esm", conditions: ["workerd"], loader: { ".wasm": "copy" }, assetNames: "[name]" });
      return inWorkerd(made, ["counterfoil.wasm"]);
    },
  },
  {
    name: "the edge-light entry, with what Next.js does for `?module` done by hand",
    version: VERSIONS.esbuild,
    run: async () => {
      const made = project("edge light");
      await byEsbuild(made, "edge.mjs", { format: "esm", platform: "neutral", external: ["node:*"], conditions: ["edge-light"], plugins: [edgeModules] });
      return node(made, "edge.mjs");
    },
  },
  {
    name: "Vite dev, in Chromium",
    version: VERSIONS.vite,
    run: () => byViteServer(project("vite dev", html("main.mjs")), { "content-security-policy": policy() }, printed),
  },
  {
    name: "Vite build, in Chromium",
    version: VERSIONS.vite,
    run: async () => {
      const made = project("vite build", html("main.mjs"));
      await byVite(made);
      return shown(made, "dist");
    },
  },
  {
    name: "webpack, in Chromium",
    version: VERSIONS.webpack,
    run: async () => {
      const made = project("webpack web", html("dist/bundle.js", "text/javascript"));
      await byWebpack(made, "bundle.js", { target: "web" });
      return shown(made);
    },
  },
  {
    name: "webpack, in Node",
    version: VERSIONS.webpack,
    run: async () => {
      const made = project("webpack node");
      await byWebpack(made, "bundle.cjs", { target: "node" });
      return node(made, "dist/bundle.cjs");
    },
  },
  {
    name: "esbuild to ESM, in Chromium",
    version: VERSIONS.esbuild,
    run: async () => {
      const made = project("esbuild esm", html("bundle.js"));
      await byEsbuild(made, "bundle.js", { format: "esm", platform: "browser" });
      return shown(made);
    },
  },
  {
    name: "esbuild to CJS, in Node",
    version: VERSIONS.esbuild,
    run: async () => {
      const made = project("esbuild cjs");
      await byEsbuild(made, "bundle.cjs", { format: "cjs", platform: "node" });
      return node(made, "bundle.cjs");
    },
  },
  {
    name: "Rollup to ESM, in Chromium",
    version: VERSIONS.rollup,
    run: async () => {
      const made = project("rollup esm", html("bundle.js"));
      await byRollup(made, "bundle.js", "es");
      return shown(made);
    },
  },
  {
    name: "Rollup to CJS, in Node",
    version: VERSIONS.rollup,
    run: async () => {
      const made = project("rollup cjs");
      await byRollup(made, "bundle.cjs", "cjs");
      return node(made, "bundle.cjs");
    },
  },
  {
    name: "TypeScript `nodenext`, an ES module",
    version: VERSIONS.typescript,
    run: () => compiled("tsc nodenext esm", { module: "nodenext" }, "mts", "out/main.mjs"),
  },
  {
    name: "TypeScript `nodenext`, CommonJS",
    version: VERSIONS.typescript,
    run: () => compiled("tsc nodenext cjs", { module: "nodenext" }, "cts", "out/main.cjs"),
  },
  {
    name: "TypeScript `bundler`",
    version: VERSIONS.typescript,
    run: () => compiled("tsc bundler", { module: "esnext", moduleResolution: "bundler" }, "mts", "out/main.mjs"),
  },
  {
    name: "`<script type=module>` in Chromium, no tools",
    version: async () => (await chromium()).version(),
    run: () => {
      const rename = (file, text) => [file, text.replace('"counterfoil"', '"./node_modules/counterfoil/index.js"')];
      return shown(project("plain script", { rename, ...html("main.mjs") }));
    },
  },
];

/** What each has printed. */
const printedBy = new Map();
const table = [];
let first;

test("the program knows a good key from a bad one and reads what a server recorded", async () => {
  first = await CONSUMERS[0].run();
  const { inspected, request, outcome, leases, verdicts } = JSON.parse(first);
  assert.deepEqual(inspected.map(({ ok }) => ok), [true, false, true, false, false]);
  assert.equal(JSON.parse(request.body).method, "license.activate");
  assert.deepEqual(outcome, { ok: true, ...ANSWER });
  assert.deepEqual(leases, LEASES.map(({ check }) => check));
  assert.deepEqual(verdicts, VECTORS.map(({ verdict }) => verdict));
});

for (const { name, version, run, skip = false } of CONSUMERS) {
  test(`the same bytes come from: ${name}`, { skip }, async () => {
    const text = await run();
    printedBy.set(name, text);
    assert.ok(first !== undefined && text === first, `printed ${text.slice(0, 2_000)}`);
    table.push([name, typeof version === "function" ? await version() : version]);
  });
}

test("workerd judges every public vector as the server does, byte for byte", { skip: absent("workerd") }, () => {
  const { verdicts } = JSON.parse(printedBy.get("workerd"));
  VECTORS.forEach(({ name, verdict }, place) => assert.equal(canonical(verdicts[place]), canonical(verdict), name));
  tell("workerd", digest(verdicts));
});

test("the table of what was run", (context) => {
  assert.equal(table.length, CONSUMERS.filter(({ skip = false }) => !skip).length);
  const hash = createHash("sha256").update(first).digest("hex");
  context.diagnostic(`every consumer printed the bytes with SHA-256 ${hash}`);
  for (const [name, version] of table) context.diagnostic(`| ${name} | ${version.trim()} |`);
});
