// The vendor's desk: what a test sets up there and looks at, by JSON-RPC.

import assert from "node:assert/strict";
import { TOKEN } from "./server.mjs";

/** Calls a server's methods: with the admin token, or as software that has none. */
export function deskOf(server) {
  const call = async (method, params, headers) => {
    const reply = await fetch(server.rpc, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    assert.equal(reply.status, 200);
    const { result, error } = await reply.json();
    if (error) throw Object.assign(new Error(`${method}: ${error.message}`), error);
    return result;
  };
  const admin = (method, params) => call(method, params, { authorization: `Bearer ${TOKEN}` });

  return {
    admin,
    software: (method, params) => call(method, params),
    license: (license) => admin("admin.license.get", { license }),
    verdict: (key, identifier) => call("license.validate", { key, identifier }),
    /** Imports an old service's credential. */
    credential: (kind, secret, rest = {}) =>
      admin("admin.token.create", {
        name: kind,
        kind,
        secret,
        scopes: ["licenses:read", "licenses:write"],
        ...rest,
      }),
  };
}
