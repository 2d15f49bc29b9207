// Where the platform refuses the module, the error says what to do.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { byEsbuild } from "./bundlers.mjs";
import { page, project } from "./projects.mjs";
import { absent } from "./runtimes.mjs";
import { close, printed, serve } from "./site.mjs";
import { inWorkerd, worker } from "./workerd.mjs";

after(close);

const TRY = `import { answer } from "./program.mjs";
function tried() { try { return answer(); } catch (error) { return error.code + ": " + error.message; } }
console.log(tried());
`;

/** A project whose program prints the error. */
const trying = (name, options = {}) => {
  const inner = options.rename ?? ((file, text) => [file, text]);
  return project(name, { ...options, rename: (file, text) => inner(file, file === "main.mjs" ? TRY : text) });
};

test("a page whose policy lacks the directive hears which one", async () => {
  const made = trying("refusing page", { files: { "index.html": page("bundle.js") } });
  await byEsbuild(made, "bundle.js", { format: "esm", platform: "browser" });
  const text = await serve(made.folder, (url) => printed(url, { expected: /^content security policy: script-src wasm-eval$/ }), { wasm: false });
  assert.match(text, /^wasm_blocked: .*Content-Security-Policy.*'wasm-unsafe-eval'.*script-src/);
});

test("a worker that was bundled without its condition hears which one", { skip: absent("workerd") }, async () => {
  const made = trying("refusing worker", worker(TRY));
  await byEsbuild(made, "worker/main.js", { format: "esm", platform: "neutral" });
  assert.match(await inWorkerd(made), /^wasm_blocked: .*condition "workerd"/);
});
