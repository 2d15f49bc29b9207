// A real server on a port of its own, with a store that goes when it stops.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./installed.mjs";

const BINARY = process.env.COUNTERFOIL_BIN ?? join(root, "target/debug/counterfoil");
const TOKEN = "admin-token-of-the-npm-tests";
const READY = "counterfoil listening on ";

/** Starts one; `admin` calls a method with the admin token and gives its result. */
export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), "counterfoil-server-"));
  const child = spawn(BINARY, {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      COUNTERFOIL_LISTEN: "127.0.0.1:0",
      COUNTERFOIL_STORE: `redb:${join(folder, "counterfoil.redb")}`,
      COUNTERFOIL_ADMIN_TOKEN: TOKEN,
    },
  });
  const exit = once(child, "exit");
  const url = await listening(child);

  async function admin(method, params) {
    const reply = await fetch(`${url}/rpc`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = await reply.json();
    if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  }

  async function stop() {
    child.kill("SIGTERM");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  }

  return { url, admin, stop };
}

async function listening(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith(READY)) return line.slice(READY.length);
  }
  throw new Error(`${BINARY} ended before it was ready.`);
}
