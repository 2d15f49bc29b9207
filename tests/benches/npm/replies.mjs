// Replies read per second, text in and a whole object out: the package's parseResponse beside
// JSON.parse and a schema of zod's, which checks as much and decides nothing.

import { readFileSync } from "node:fs";
import * as z from "zod";
import { parseResponse } from "../../../wasm/pkg/index.js";
import { rates, tell, whole } from "./turns.mjs";

const examples = new URL("../../../core/src/wire/native/examples.json", import.meta.url);
const { result } = JSON.parse(readFileSync(examples, "utf8")).find(
  ({ method, result }) => method === "license.activate" && result.verdict.valid,
);
const body = JSON.stringify({ jsonrpc: "2.0", id: 1, result: result.verdict });

const time = z.iso.datetime();
const activation = z.object({
  id: z.string(),
  identifier: z.string(),
  name: z.string().nullable(),
  status: z.enum(["active", "deactivated"]),
  activatedAt: time,
  expiresAt: time.nullable(),
});
const verdict = z.object({
  valid: z.boolean(),
  status: z.enum(["valid", "invalid", "revoked", "cancelled", "disabled", "suspended", "expired", "not_activated"]),
  message: z.string(),
  remedy: z.object({ code: z.string(), text: z.string() }).nullable(),
  mode: z.enum(["live", "test"]).nullable(),
  product: z.string().nullable(),
  plan: z.string().nullable(),
  expiresAt: time.nullable(),
  graceUntil: time.nullable(),
  activationType: z.enum(["domain", "device", "seat", "instance"]).nullable(),
  activationLimit: z.int().nullable(),
  activationsUsed: z.int().nullable(),
  activation: activation.nullable(),
  activations: z.array(activation),
  entitlements: z.array(z.string()),
  checkedAt: time,
  nonce: z.string().nullable(),
  lease: z.string().nullable(),
});
const reply = z.object({ jsonrpc: z.literal("2.0"), id: z.literal(1), result: verdict });

const good = (yes) => {
  if (!yes) throw new Error("a good reply was refused");
};
const { ours, zod } = await rates({
  ours: () => good(parseResponse("counterfoil", "validate", { status: 200, body }).ok),
  zod: () => good(reply.safeParse(JSON.parse(body)).success),
});
tell("parseResponse : JSON.parse + zod", ours / zod, `${whole(ours)} : ${whole(zod)}`);
