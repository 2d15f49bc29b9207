// The connection that commands ask through.

import { address } from "../client/options.js";
import { Transport } from "../client/transport.js";
import { type Given, Misuse } from "./finding.js";

/** How long one request may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** What carries requests to `--server`. Throws for an address that cannot be one. */
export function connection(given: Given): Transport {
  const server = address(given.required("server"), "what is asked would travel for everybody to read");
  const timeout = given.option("timeout");
  const timeoutMs = timeout === undefined ? TIMEOUT_MS : Number(timeout);
  if (!(timeoutMs > 0)) throw new Misuse("--timeout must be a number of milliseconds above 0.");
  return new Transport(server, fetch, Date.now, timeoutMs);
}
