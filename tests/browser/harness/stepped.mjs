// A server whose clock these tests step.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { caller } from "./server.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const binary = process.env.COUNTERFOIL_STEPPED_BIN ?? join(root, "target/debug/counterfoil-stepped");

/** That of every server which the Rust tests start. */
const token = "tests-admin-token";

export async function startSteppedServer() {
  assert.ok(existsSync(binary), `${binary} is missing; run: cargo build --package counterfoil-tests --bin counterfoil-stepped`);
  const child = spawn(binary, [], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ready = /^counterfoil listening on (http:\/\/\S+)$/.exec((await lines.next()).value ?? "");
  assert.ok(ready, "the server ended without its ready line");
  return {
    url: ready[1],
    token,
    call: caller(ready[1], token),
    /** Sets the clock, and waits until it is so. */
    async setTime(time) {
      child.stdin.write(`${time}\n`);
      assert.equal((await lines.next()).value, time);
    },
    async stop() {
      child.stdin.end();
      const [code] = await exited;
      assert.equal(code, 0, "the server did not end in good order");
    },
  };
}
