// The program that every consumer runs: a little of all that the package does without a network.
// It stands in each project as it is; only how it imports is put as the project's tools want it.

import { buildRequest, inspect, judge, parseResponse, verifyLease } from "counterfoil";
import { KEYS, LEASES, PARAMS, REPLY, VECTORS } from "./recorded.mjs";

export function answer() {
  return JSON.stringify({
    inspected: KEYS.map((key) => inspect(key)),
    request: buildRequest("counterfoil", "activate", PARAMS),
    outcome: parseResponse("counterfoil", "activate", REPLY),
    leases: LEASES.map(({ lease, jwks, options, now }) =>
      verifyLease(lease, { ...options, jwks, now: () => Date.parse(now) }),
    ),
    verdicts: VECTORS.map(({ snapshot, question, now }) => judge(snapshot, question, now)),
  });
}
