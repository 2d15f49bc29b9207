// `counterfoil doctor`: whether a program could ask a server, and believe it.

import { createHash } from "node:crypto";
import { type KeySet, verifyLease } from "counterfoil";
import type { Transport } from "../client/transport.js";
import { connection } from "./connecting.js";
import { COULD_NOT_ASK, type Finding, type Given, NO, YES } from "./finding.js";
import { keys } from "./reading.js";

/** How far a clock may be off before leases seem not to hold yet, or it seems turned back. */
const CLOCK_SECONDS = 300;
const OK = 200;

interface Examined {
  name: string;
  result: "ok" | "warning" | "problem" | "could_not_ask";
  message: string;
}

export async function doctor(given: Given): Promise<Finding> {
  const transport = connection(given);
  const pinned = keys(given);
  if (pinned) verifyLease("", { jwks: pinned });
  const vendor = given.option("vendor");
  const path = vendor ? `/vendors/${encodeURIComponent(vendor)}/jwks.json` : "/.well-known/jwks.json";
  const health = await get(transport, "/healthz");
  const published = health ? await get(transport, path) : null;
  const examined = [reachable(health), ...(health ? [clock(health)] : [])];
  if (health) examined.push(signing(kids(published), pinned, path));
  const results = examined.map(({ result }) => result);
  const exit = results.includes("could_not_ask") ? COULD_NOT_ASK : results.includes("problem") ? NO : YES;
  return {
    exit,
    lines: examined.map(({ name, result, message }) => `${result.replaceAll("_", " ")}: ${name}: ${message}`),
    json: { ok: exit === YES, examined },
  };
}

/** A page of the server; null where there is none. */
async function get(transport: Transport, path: string) {
  const carried = await transport.carry({ method: "GET", path, headers: {}, body: null });
  return "ok" in carried || carried.reply.status !== OK ? null : carried.reply;
}

type Page = Awaited<ReturnType<typeof get>>;

function reachable(health: Page): Examined {
  const name = "connection";
  if (health) return { name, result: "ok", message: "the server answers." };
  return { name, result: "could_not_ask", message: "no license server answers at this address." };
}

function clock(health: NonNullable<Page>): Examined {
  const name = "clock";
  const there = Date.parse((health.headers as Record<string, string>)["date"] ?? "");
  if (Number.isNaN(there)) return { name, result: "warning", message: "the server does not tell the time." };
  const seconds = Math.round((Date.now() - there) / 1000);
  const off = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} the server's`;
  if (Math.abs(seconds) <= CLOCK_SECONDS) return { name, result: "ok", message: `it is ${off}.` };
  return { name, result: "problem", message: `it is ${off}: set the date and time right.` };
}

/** The names of the keys that a page publishes; null where it is no key set. */
function kids(page: Page): string[] | null {
  try {
    const set: KeySet = JSON.parse(new TextDecoder().decode(page?.body as Uint8Array));
    verifyLease("", { jwks: set });
    return names(set);
  } catch {
    return null;
  }
}

/** The names of the Ed25519 keys in a set: their thumbprints (RFC 7638), told or not. */
function names({ keys }: KeySet): string[] {
  const parts = keys as { crv?: unknown; kty?: unknown; x?: unknown }[];
  return parts
    .filter(({ crv, kty }) => kty === "OKP" && crv === "Ed25519")
    .map(({ crv, kty, x }) => createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url"));
}

function signing(published: string[] | null, pinned: KeySet | undefined, path: string): Examined {
  const name = "keys";
  if (!published) return { name, result: "problem", message: `the server publishes none at ${path}.` };
  const list = published.join(", ");
  if (!pinned) return { name, result: "ok", message: `the server signs with ${list}.` };
  const known = new Set(names(pinned));
  const missing = published.filter((kid) => !known.has(kid));
  if (missing.length === 0) return { name, result: "ok", message: `the file has all of the server's: ${list}.` };
  const message = `the file lacks ${missing.join(", ")}: pin the server's whole set in the next version.`;
  return { name, result: missing.length < published.length ? "warning" : "problem", message };
}
