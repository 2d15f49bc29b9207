// The clients in PHP: each call is a process of its own, as a page view is to a web server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const RUN = fileURLToPath(new URL("run.php", import.meta.url));
const SETTINGS = ["-d", "display_errors=stderr", "-d", "error_reporting=-1"];

/** A client by the name of its class: `await call("validate", key)` gives what its method does. */
export function clientOf(name, settings) {
  return async (method, ...args) => {
    const call = [name, JSON.stringify(settings), method, JSON.stringify(args)];
    const child = spawn("php", [...SETTINGS, RUN, ...call], {
      // A proxy of this machine's would stand between the two.
      env: { ...process.env, NO_PROXY: "*" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const output = await text(child.stdout);
    const [code] = await exited;
    assert.equal(code, 0, `php run.php ${name} ${method} ${JSON.stringify(args)}`);
    return JSON.parse(output);
  };
}
