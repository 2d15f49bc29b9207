// The commands that ask nobody.

import { inspect, verifyLease } from "counterfoil";
import { type Finding, type Given, Misuse, NO, YES } from "./finding.js";
import { keys, lease, mode, typed } from "./reading.js";
import { judged } from "./telling.js";

/** What is wrong with a lease, for a person. */
const PROBLEMS: Readonly<Record<string, string>> = {
  malformed: "This is no lease.",
  unknown_key_id: "It is signed with a key that is not among these.",
  bad_signature: "It is not signed by the key that it names, so anybody may have written it.",
  wrong_mode: "It is of the other mode.",
  wrong_product: "It is for another product.",
  wrong_identifier: "It is for another place.",
  wrong_key: "It is of another license key.",
  wrong_nonce: "It is the answer to another question.",
  not_yet_valid: "It does not hold yet: is the clock right?",
  expired: "It has ended.",
};

export function inspectKey(given: Given): Finding {
  const inspection = inspect(typed(given), given.option("format"));
  const { ok, normalized, format, problem } = inspection;
  const kind = format === null ? "no format that has check symbols" : `format ${format}`;
  const line = problem ? problem.message : `${normalized} looks right (${kind}).`;
  return { exit: ok ? YES : NO, lines: [line], json: inspection };
}

export function verify(given: Given): Finding {
  const jwks = keys(given);
  if (!jwks) throw new Misuse("--jwks is missing.");
  const [product, identifier, key, nonce] = ["product", "identifier", "key", "nonce"].map((name) =>
    given.option(name),
  );
  const options = { jwks, product, identifier, key, nonce, mode: mode(given) };
  const check = verifyLease(lease(given), options);
  if (!check.ok) {
    if (check.verdict) return { ...judged(check.verdict), json: check };
    const line = `${check.code}: ${PROBLEMS[check.code] ?? "It unlocks nothing."}`;
    return { exit: NO, lines: [line], json: check };
  }
  const line = `  signed ${check.issuedAt}, holds until ${check.expiresAt}`;
  return { ...judged(check.verdict, { lines: [line] }), json: check };
}
