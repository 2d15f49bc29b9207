// What a programmer can get wrong about a client of our own dialect: it shows at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil, tool, write } from "./installed.mjs";
import { makeSigner } from "./signer.mjs";

const { createClient } = counterfoil;
const { jwk } = makeSigner();

const OPTIONS = {
  server: "https://licenses.example.com",
  product: "acme-forms-pro",
  identifier: "example.com",
  jwks: { keys: [jwk] },
};

for (const [what, options, field] of [
  ["no server", { server: undefined }, "server"],
  ["a server that is no address", { server: "licenses.example.com" }, "server"],
  ["a server to which the key would travel in the clear", { server: "http://licenses.example.com" }, "server"],
  ["a server with a query", { server: "https://licenses.example.com/?a=b" }, "server"],
  ["no product", { product: undefined }, "product"],
  ["an empty product", { product: " " }, "product"],
  ["no identifier", { identifier: null }, "identifier"],
  ["an identifier that is no text", { identifier: 7 }, "identifier"],
  ["a name that is no text", { name: 7 }, "name"],
  ["a mode that there is not", { mode: "staging" }, "mode"],
  ["no keys", { jwks: undefined }, "jwks"],
  ["keys that are none", { jwks: "https://licenses.example.com/.well-known/jwks.json" }, "jwks"],
  ["a set without a key", { jwks: { keys: [] } }, "jwks"],
  ["a set with an RSA key only", { jwks: { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB" }] } }, "jwks"],
  ["a key that is cut short", { jwks: { keys: [{ ...jwk, x: jwk.x.slice(4) }] } }, "jwks"],
  ["a private key", { jwks: { keys: [{ ...jwk, d: jwk.x }] } }, "jwks"],
  ["a key under another's name", { jwks: { keys: [{ ...jwk, kid: makeSigner().kid }] } }, "jwks"],
  ["a storage that cannot delete", { storage: { get() {}, set() {} } }, "storage"],
  ["a storage that is none", { storage: null }, "storage"],
  ["a time limit that is none", { timeoutMs: 0 }, "timeoutMs"],
  ["a fetch that is none", { fetch: null }, "fetch"],
  ["a clock that is none", { now: 1_780_000_000_000 }, "now"],
]) {
  test(`${what} is a programmer's error that names the option`, () => {
    assert.throws(
      () => createClient({ ...OPTIONS, ...options }),
      (error) => {
        assert.ok(error instanceof Error);
        assert.deepEqual([error.code, error.field], ["invalid_params", field], error.message);
        assert.match(error.message, /^[A-Z].*\.$/);
        return true;
      },
    );
  });
}

for (const more of [{}, { dialect: "counterfoil" }, { server: "http://127.0.0.1:8787" }, { credentials: {} }]) {
  test(`${JSON.stringify(more)} makes a client`, () => {
    createClient({ ...OPTIONS, ...more });
  });
}

test("a place to hand over that is no text is a programmer's error too", async () => {
  const client = createClient({ ...OPTIONS, fetch: () => assert.fail("nothing is asked") });
  await assert.rejects(client.activate("AFP-KEY", { replace: 7 }), { code: "invalid_params", field: "replace" });
  assert.equal((await client.check()).status, "no_key");
});

test("the types know the states, and what each has", () => {
  const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
  const program = `
    import { createClient, memoryStorage, type Client, type ClientOptions, type ClientStorage, type Mistake, type State } from "counterfoil";
    const options: ClientOptions = ${JSON.stringify(OPTIONS)};
    const client: Client = createClient({ ...options, storage: memoryStorage(), mode: "test", now: () => 0 });
    const map = new Map<string, string>();
    const storage: ClientStorage = { get: async (key) => map.get(key), set: async (key, value) => { map.set(key, value); }, delete: (key) => map.delete(key) };
    createClient({ ...options, storage });
    createClient({ ...options, storage: map });
    const state: State = await client.activate("key", { replace: "act_1" });
    if (state.ok) {
      const entitlements: string[] = state.verdict.entitlements;
      if (state.status === "valid") { const source: "server" | "lease" = state.source; }
      else { const until: string = state.until; const cause: "offline" | "past_due" = state.cause; }
    } else switch (state.status) {
      case "unreachable": state.retryAfterMs?.toFixed(); break;
      case "seat_limit_exceeded": state.activations?.map(({ id, identifier }) => id + identifier); break;
      case "no_key": case "lease_expired": case "clock_rolled_back": case "untrusted_response":
      case "invalid": case "revoked": case "cancelled": case "disabled": case "suspended": case "expired":
      case "not_activated": state.remedy?.code; break;
      default: const never: never = state;
    }
    const stop: () => void = client.subscribe((state) => { if (state.ok) state.verdict.entitlements; });
    // @ts-expect-error: "could not ask" has no verdict.
    if (state.status === "unreachable") state.verdict;
    // @ts-expect-error: keys are pinned.
    createClient({ server: "", product: "", identifier: "" });
    // @ts-expect-error: a storage can forget.
    createClient({ ...options, storage: { get: () => null, set: () => {} } });
    // @ts-expect-error: our own dialect has no credential.
    createClient({ ...options, credentials: { apikey: "x" } });
    export {};`;
  tool("tsc", ...strict, "--lib", "es2022", "--types", "", "--module", "nodenext", write("client.mts", program));
});
