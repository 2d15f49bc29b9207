// From the start of a Node process to a first verdict: milliseconds above an empty script.

import { spawnSync } from "node:child_process";
import { median } from "./turns.mjs";

const TURNS = 21;
const first = `import { inspect, verifyLease } from ${JSON.stringify(new URL("../../../wasm/pkg/index.js", import.meta.url).href)};
const key = { kty: "OKP", crv: "Ed25519", x: "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w" };
if (inspect("nobody's").ok === undefined || verifyLease("", { jwks: { keys: [key] } }).code !== "malformed") process.exit(1);`;

function took(script) {
  const begun = performance.now();
  const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
  if (status !== 0) throw new Error("the script failed");
  return performance.now() - begun;
}

const above = [];
for (let turn = 0; turn < TURNS; turn += 1) {
  const empty = took("");
  above.push(took(first) - empty);
}
console.log(`import to first verdict: ${median(above).toFixed(1)} ms above an empty script`);
