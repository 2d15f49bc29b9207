// The commands that ask a server about a license.

import { type LeaseOptions, type Verdict, buildRequest, parseResponse, verifyLease } from "counterfoil";
import { randomNonce } from "../client/nonce.js";
import { connection } from "./connecting.js";
import { COULD_NOT_ASK, type Finding, type Given, NO } from "./finding.js";
import { keys, mode, typed } from "./reading.js";
import { judged } from "./telling.js";

/** The refusals that say something about the license. All others say that nobody could be asked. */
const ABOUT_THE_LICENSE =
  /^(license_\w+|product_mismatch|activation_not_found|seat_limit_exceeded|invalid_identifier)$/;

export function validate(given: Given): Promise<Finding> {
  return ask(given, "validate", { identifier: given.option("identifier") });
}

export function activate(given: Given): Promise<Finding> {
  const identifier = given.required("identifier");
  const [name, replace] = [given.option("name"), given.option("replace")];
  return ask(given, "activate", { identifier, name, replace });
}

async function ask(
  given: Given,
  call: "validate" | "activate",
  params: { identifier?: string | undefined; name?: string | undefined; replace?: string | undefined },
): Promise<Finding> {
  const jwks = keys(given);
  const license = { key: typed(given), product: given.required("product"), mode: mode(given) };
  const nonce = randomNonce();
  const asked = { ...license, ...params, ...(jwks && { lease: true, nonce }) };
  // `activate` has its identifier: its command requires one.
  const request = buildRequest("counterfoil", call, asked as typeof asked & { identifier: string });
  const carried = await connection(given).carry(request);
  if ("ok" in carried) return silent("unreachable", carried.message);
  const outcome = parseResponse("counterfoil", call, carried.reply);
  if (!outcome.ok) {
    const { code, message, activations = [] } = outcome;
    if (!ABOUT_THE_LICENSE.test(code)) return silent(code, message);
    const places = activations.map(({ id, identifier }) => `  ${identifier} (${id})`);
    return { exit: NO, lines: [`${code}: ${message}`, ...places], json: outcome };
  }
  if (!jwks) return judged(outcome.verdict, { json: { signed: false } });
  return believe(outcome.verdict, { ...license, identifier: params.identifier, jwks, nonce });
}

/** Takes what is signed of a verdict, and nothing else. */
function believe({ lease }: Verdict, expected: LeaseOptions): Finding {
  const check = verifyLease(lease ?? "", expected);
  if (check.verdict) {
    return judged(check.verdict, { lines: ["  signed by the vendor"], json: { signed: true } });
  }
  const code = check.ok ? "malformed" : check.code;
  return silent("untrusted_response", `The answer counts for nothing: its lease is ${code}.`);
}

function silent(code: string, message: string): Finding {
  return { exit: COULD_NOT_ASK, lines: [`${code}: ${message}`], json: { ok: false, code, message } };
}
