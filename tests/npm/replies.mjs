// Replies as a server sends them, one for each call.

export const KEY = "CH-7K2P-9XQ4-LM83";

export const ACTIVATION = {
  id: "act_01JX3V4Q8ZB2M5N7P9R0S1T2W3",
  identifier: "example.com",
  name: null,
  status: "active",
  activatedAt: "2026-06-04T10:21:00Z",
  expiresAt: null,
};

export const VERDICT = {
  valid: true,
  status: "valid",
  message: "This license is valid.",
  remedy: null,
  mode: "live",
  product: "acme-forms-pro",
  plan: "developer",
  expiresAt: "2027-06-04T00:00:00Z",
  graceUntil: null,
  activationType: "domain",
  activationLimit: 3,
  activationsUsed: 1,
  activation: ACTIVATION,
  activations: [ACTIVATION],
  entitlements: ["pro"],
  checkedAt: "2026-06-05T08:02:00Z",
  nonce: null,
  lease: null,
};

const places = { activation: ACTIVATION, activationLimit: 3, activationsUsed: 1 };

/** What each call answers; `validate` answers the verdict itself. */
export const ANSWERS = {
  validate: { verdict: VERDICT },
  activate: { ...places, created: true, verdict: VERDICT },
  deactivate: { ...places, deactivated: true },
  use: { uses: 3, usesLimit: null },
};

/** The body of an answer. */
export function result(value) {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, result: value });
}

/** The body of an answer to this call. */
export function answer(call) {
  return result(call === "validate" ? VERDICT : ANSWERS[call]);
}

/** The body of an error. */
export function error(code, message, data) {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code, message, data } });
}
