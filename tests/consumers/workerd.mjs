// Cloudflare's runtime, without anything around it and without a network.

import { writeFileSync } from "node:fs";
import { runtime } from "./runtimes.mjs";

/** The worker of a program that prints: it runs when it is asked to, not when it is loaded. */
export const worker = (main) => ({
  rename: (file, text) =>
    file === "main.mjs"
      ? [file, main.replace(/^(console.*)$/m, "export default { test() { $1 } };")]
      : [file, text],
});

/** Runs a project's bundled worker and gives what it prints. */
export function inWorkerd(made, modules = []) {
  const embedded = modules.map((name) => `(name = "${name}", wasm = embed "worker/${name}")`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);
const worker :Workerd.Worker = (
  modules = [${['(name = "main.js", esModule = embed "worker/main.js")', ...embedded].join(", ")}],
  compatibilityDate = "2026-01-01",
);
`;
  writeFileSync(made.path("workerd.capnp"), config);
  return made.run(runtime("workerd"), ["test", "workerd.capnp"]);
}
