// A real server on a port of its own, with a store that goes when it stops.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BINARY =
  process.env.COUNTERFOIL_BIN ??
  fileURLToPath(new URL("../../target/debug/counterfoil", import.meta.url));
const READY = "counterfoil listening on ";

export const TOKEN = "admin-token-of-the-clients-tests";

/** Starts one with further settings. `rpc` and `socket` are the addresses that a client is given. */
export async function startServer(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), "counterfoil-clients-"));
  const child = spawn(BINARY, {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      COUNTERFOIL_LISTEN: "127.0.0.1:0",
      COUNTERFOIL_STORE: `redb:${join(folder, "k.redb")}`,
      COUNTERFOIL_ADMIN_TOKEN: TOKEN,
      COUNTERFOIL_LOG: "warn",
      ...settings,
    },
  });
  const exited = once(child, "exit");
  const url = await listening(child);

  async function stop() {
    child.kill("SIGTERM");
    const [code] = await exited;
    await rm(folder, { recursive: true, force: true });
    assert.equal(code, 0, "the server did not end in good order");
  }

  return { url, rpc: `${url}/rpc`, socket: `${url.replace("http:", "ws:")}/rpc`, stop };
}

async function listening(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(READY)) {
      // Whatever else it prints must not fill the pipe and block it.
      child.stdout.resume();
      return line.slice(READY.length);
    }
  }
  throw new Error(`${BINARY} ended before it was ready.`);
}
