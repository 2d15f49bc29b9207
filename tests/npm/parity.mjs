// The digest of all verdicts that one end gave. Every end tells its own: they are the same.

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** JSON with the members sorted by name and no white space: equal values are equal bytes. */
export function canonical(value) {
  return JSON.stringify(value, (_, inner) =>
    inner?.constructor === Object
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** The SHA-256 of verdicts in canonical form, in the order of their files, each with a line feed. */
export function digest(verdicts) {
  const hash = createHash("sha256");
  for (const verdict of verdicts) hash.update(`${canonical(verdict)}\n`);
  return hash.digest("hex");
}

/** Prints an end's digest, and leaves it in the folder that `COUNTERFOIL_PARITY` names. */
export function tell(end, digest) {
  console.log(`verdicts, ${end}: SHA-256 ${digest}`);
  const folder = process.env.COUNTERFOIL_PARITY;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, end), digest);
}
