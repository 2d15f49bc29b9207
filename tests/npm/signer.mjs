// Leases as a server signs them, by Node's own Ed25519.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** A key pair with the JWK of its public half; `lease` signs claims under a header like ours. */
export function makeSigner() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { crv, kty, x } = publicKey.export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ crv, kty, x })).digest("base64url");
  const signature = (text) => sign(null, Buffer.from(text), privateKey).toString("base64url");
  return {
    kid,
    jwk: { kty, crv, x, kid, alg: "EdDSA", use: "sig" },
    lease: (claims, header = {}, signed = signature) =>
      compact({ alg: "EdDSA", typ: "license+jwt", kid, ...header }, claims, signed),
  };
}

/** A compact JWS; `signed` makes the signature of its first two parts. */
export function compact(header, claims, signed) {
  const text = [header, claims].map(encoded).join(".");
  return `${text}.${signed(text)}`;
}

/** The claims of a lease. */
export function claimsOf(lease) {
  return JSON.parse(Buffer.from(lease.split(".")[1], "base64url").toString());
}

/** What a lease says of the key that it is about. */
export function keyHash(key) {
  return createHash("sha256").update(key).digest("base64url");
}

function encoded(value) {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
