// What the program is given, from the repository's own records.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../npm/installed.mjs";

const json = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));

const vectors = (folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => json(`${folder}/${file}`));

/** The public verdict vectors, in the order of their files. */
export const VECTORS = vectors("tests/vectors/verdict");

/** The public lease vectors. */
export const LEASES = vectors("tests/vectors/lease");

const { params, result } = json("core/src/wire/native/examples.json").find(
  ({ method, result }) => method === "license.activate" && result.verdict.valid,
);

/** What a server once was asked, and answered. */
const PARAMS = params;
export const ANSWER = result;

const GOOD_KEY = "AFP-8GW95S-DT0G9R-45YXH8-91DHSS-BDY852";
/** A good one; two symbols swapped; a good one as people type; no key; none of ours. */
const KEYS = [GOOD_KEY, GOOD_KEY.replace("DT0", "TD0"), ` ${GOOD_KEY.toLowerCase()} `, "", "n\u00f6 key"];

const REPLY = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ jsonrpc: "2.0", id: 1, result: ANSWER }),
};

const types = `
import type { AskedQuestion, Calls, LeaseOptions } from "counterfoil";
type Lease = { lease: string; options: Omit<LeaseOptions, "jwks">; now: string } & Pick<LeaseOptions, "jwks">;
type Case = { snapshot: object | null; question: AskedQuestion; now: string };`;

/** The same as a module; as TypeScript says what the literals are. */
export function recorded({ typed = false } = {}) {
  const cases = VECTORS.map(({ snapshot, question, now }) => ({ snapshot, question, now }));
  const constant = (name, type, value) =>
    `export const ${name}${typed && type ? `: ${type}` : ""} = ${JSON.stringify(value)};`;
  return [
    typed ? types : "",
    constant("KEYS", "", KEYS),
    constant("PARAMS", 'Calls["activate"]', PARAMS),
    constant("REPLY", "", REPLY),
    constant("LEASES", "Lease[]", LEASES.map(({ lease, jwks, options, now }) => ({ lease, jwks, options, now }))),
    constant("VECTORS", "Case[]", cases),
    "",
  ].join("\n");
}
