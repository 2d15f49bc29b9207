// A real server with a store of its own, on a port of its own.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const binary = process.env.COUNTERFOIL_BIN ?? join(root, "target/debug/counterfoil");
// A debug build on a busy machine takes a second or two.
const startMsMax = 30_000;

/** Starts one; `env` adds settings. */
export async function startServer(env = {}) {
  for (const [path, remedy] of [
    [binary, "cargo build --package counterfoil-server"],
    // A debug build of the server reads the pages from here; without them it shows a notice.
    [join(root, "www/dist/index.html"), "cargo xtask test, or npm run build in www"],
  ]) {
    assert.ok(existsSync(path), `${path} is missing; run: ${remedy}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "counterfoil-browser-"));
  const token = randomBytes(24).toString("base64url");
  const settings = {
    ...process.env,
    COUNTERFOIL_LISTEN: "127.0.0.1:0",
    COUNTERFOIL_STORE: `redb:${join(folder, "k.redb")}`,
    COUNTERFOIL_ADMIN_TOKEN: token,
    COUNTERFOIL_LOG: "warn",
    ...env,
  };
  const child = spawn(binary, [], {
    cwd: folder,
    env: settings,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const slow = setTimeout(() => child.kill("SIGKILL"), startMsMax);
  const url = await readyAddress(child);
  clearTimeout(slow);

  return {
    url,
    /** The admin token. */
    token,
    /** What a further command of the same server is run with. */
    binary,
    env: settings,
    call: caller(url, token),
    async stop() {
      child.kill("SIGTERM");
      const [code] = await exited;
      assert.equal(code, 0, "the server did not end in good order");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function readyAddress(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^counterfoil listening on (http:\/\/\S+)$/.exec(line);
    if (ready) {
      // Whatever else it prints must not fill the pipe and block it.
      child.stdout.resume();
      return ready[1];
    }
  }
  return assert.fail("the server ended without its ready line");
}

/** One JSON-RPC call; an error is thrown, for a seed that fails must not be mistaken for a test. */
export function caller(url, token) {
  return async (method, params) => {
    const headers = { "content-type": "application/json" };
    // The customer's calls carry the key alone, as shipped software makes them.
    if (/^(?:admin|billing)\./.test(method)) headers.authorization = `Bearer ${token}`;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const response = await fetch(`${url}/rpc`, { method: "POST", headers, body });
    const { result, error } = await response.json();
    assert.equal(error, undefined, `${method}: ${JSON.stringify(error)}`);
    return result;
  };
}
