// Leases checked per second: the package's verifyLease, which does all that there is to check, beside
// the mere signature by @noble/ed25519 and by Node's own OpenSSL.

import { verifyAsync } from "@noble/ed25519";
import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { verifyLease } from "../../../wasm/pkg/index.js";
import { rates, tell, whole } from "./turns.mjs";

const vector = new URL("../../vectors/lease/a_lease_is_trusted.json", import.meta.url);
const { lease, jwks, options, now } = JSON.parse(readFileSync(vector, "utf8"));
const [header, claims, signature] = lease.split(".");
const message = Buffer.from(`${header}.${claims}`);
const signed = Buffer.from(signature, "base64url");
const publicKey = createPublicKey({ key: jwks.keys[0], format: "jwk" });
const raw = Buffer.from(jwks.keys[0].x, "base64url");
const clock = () => Date.parse(now);

const good = (yes) => {
  if (!yes) throw new Error("a good lease was refused");
};
const { ours, noble, openssl } = await rates({
  ours: () => good(verifyLease(lease, { ...options, jwks, now: clock }).ok),
  noble: async () => good(await verifyAsync(signed, message, raw)),
  openssl: () => good(verify(null, message, publicKey, signed)),
});
tell("verifyLease : @noble/ed25519's verifyAsync", ours / noble, `${whole(ours)} : ${whole(noble)}`);
tell("verifyLease : node:crypto's verify", ours / openssl, `${whole(ours)} : ${whole(openssl)}`);
