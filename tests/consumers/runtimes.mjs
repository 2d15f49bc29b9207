// JavaScript's runtimes, as npm brings them for this platform.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PLATFORM = `${process.platform}-${process.arch}`;

/** Each runtime's file in `node_modules`, by platform: what `package.json` lists. */
const FILES = {
  node24: {
    "linux-x64": "node-24-linux-x64/bin/node",
    "linux-arm64": "node-24-linux-arm64/bin/node",
    "darwin-arm64": "node-24-darwin-arm64/bin/node",
  },
  node26: {
    "linux-x64": "node-26-linux-x64/bin/node",
    "linux-arm64": "node-26-linux-arm64/bin/node",
    "darwin-arm64": "node-26-darwin-arm64/bin/node",
  },
  bun: {
    "linux-x64": "@oven/bun-linux-x64-baseline/bin/bun",
    "linux-arm64": "@oven/bun-linux-aarch64/bin/bun",
    "darwin-arm64": "@oven/bun-darwin-aarch64/bin/bun",
  },
  deno: {
    "linux-x64": "@deno/linux-x64-glibc/deno",
    "linux-arm64": "@deno/linux-arm64-glibc/deno",
    "darwin-arm64": "@deno/darwin-arm64/deno",
  },
  workerd: {
    "linux-x64": "@cloudflare/workerd-linux-64/bin/workerd",
    "linux-arm64": "@cloudflare/workerd-linux-arm64/bin/workerd",
    "darwin-arm64": "@cloudflare/workerd-darwin-arm64/bin/workerd",
  },
};

/** Why a runtime cannot be had here; false when it can. */
export const absent = (name) =>
  FILES[name][PLATFORM] === undefined && `there is no ${name} for ${PLATFORM} in package.json`;

/** The runtime's program. */
export function runtime(name) {
  const path = fileURLToPath(new URL(`node_modules/${FILES[name][PLATFORM]}`, import.meta.url));
  // npm goes on without an optional package that it could not bring.
  assert.ok(existsSync(path), `${path} is missing; run: npm ci --ignore-scripts in tests/consumers`);
  return path;
}
