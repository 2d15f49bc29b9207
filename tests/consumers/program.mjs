// The program that every consumer runs: a little of all that the package does without a network.
// It stands in each project as it is; only how it imports is put as the project's tools want it.

import { buildRequest, inspect, judge, parseResponse } from "counterfoil";
import { KEYS, PARAMS, REPLY, VECTORS } from "./recorded.mjs";

export function answer() {
  return JSON.stringify({
    inspected: KEYS.map((key) => inspect(key)),
    request: buildRequest("counterfoil", "activate", PARAMS),
    outcome: parseResponse("counterfoil", "activate", REPLY),
    // `verifyLease` joins here, with a lease among the recorded things.
    verdicts: VECTORS.map(({ snapshot, question, now }) => judge(snapshot, question, now)),
  });
}
