// What a client of each foreign dialect needs on a server, and what it is told there.

const DOMAIN = { activationType: "domain", activationLimit: 1 };

async function sell(server, product, plan) {
  await server.admin("admin.product.create", product);
  await server.admin("admin.plan.create", { product: product.slug, slug: "only", name: "Only", ...plan });
  const order = { product: product.slug, plan: "only" };
  return (await server.admin("admin.license.create", { ...order, customer: { email: "ada@example.com" } }))
    .key;
}

async function credential(server, kind, secret, more = {}) {
  const scopes = ["licenses:read", "licenses:write"];
  await server.admin("admin.token.create", { name: kind, kind, secret, scopes, ...more });
}

/**
 * For each dialect:
 * - `sell`: makes a product with one place and a license, and gives its key;
 * - `options`: the client's, less the server;
 * - `elsewhere`: another identifier;
 * - `full`, `left`, `suspended`: the status where another has the place, after the place was given
 *   back, and while the desk holds the license. Not every dialect tells one "no" from another;
 * - `plan`: what `has` answers to, where the dialect tells of plans.
 */
export const CLIENTS = {
  licensedock: {
    sell: (server) =>
      sell(server, { slug: "my-extension", name: "My Extension", externalId: "42", keyFormat: "hex-4x8" }, DOMAIN),
    options: { product: "42", identifier: "example.com", name: "Production" },
    elsewhere: "other.example",
    full: "seat_limit_exceeded",
    left: "not_activated",
    suspended: "suspended",
    plan: "Only",
  },
  codeheaven: {
    async sell(server) {
      await credential(server, "codeheaven-vendor-key", "ch_vendor_live_8f3c2a91d4e7b605");
      return sell(server, { slug: "acme-forms-pro", name: "Acme Forms Pro" }, DOMAIN);
    },
    options: {
      product: "acme-forms-pro",
      identifier: "example.com",
      credentials: { vendorKey: "ch_vendor_live_8f3c2a91d4e7b605" },
    },
    elsewhere: "other.example",
    full: "seat_limit_exceeded",
    left: "not_activated",
    // Its clients know no word for a license that may come back.
    suspended: "revoked",
    listsPlaces: true,
  },
  gumroad: {
    async sell(server) {
      await credential(server, "gumroad-access-token", "sellers-token");
      const product = { slug: "pencil", name: "Pencil", externalId: "32-nPAicqbLj8B_WswVlMw==" };
      return sell(server, { ...product, keyFormat: "hex-4x8" }, { activationType: "device", activationLimit: 0 });
    },
    options: { product: "32-nPAicqbLj8B_WswVlMw==", identifier: "laptop-1" },
    elsewhere: "laptop-2",
    // It has no places.
    full: "valid",
    left: "valid",
    suspended: "disabled",
  },
  packedge: {
    async sell(server) {
      const key = await sell(server, { slug: "my-plugin", name: "My Plugin" }, DOMAIN);
      await credential(server, "packedge-public-key", "pk_test", { product: "my-plugin" });
      return key;
    },
    options: {
      product: "my-plugin",
      identifier: "https://example.com",
      credentials: { public_key: "pk_test" },
    },
    elsewhere: "https://other.example",
    full: "seat_limit_exceeded",
    left: "not_activated",
    suspended: "suspended",
  },
  serialsense: {
    async sell(server) {
      const product = { slug: "boot", name: "Boot", keyFormat: "XXX-XXXX-XXXXX" };
      const key = await sell(server, product, { activationType: "device", activationLimit: 1 });
      await credential(server, "serialsense-apikey", "4f2a9c1b7d3e55.12345678", { product: "boot" });
      return key;
    },
    options: {
      product: "boot",
      identifier: "Linux box x86_64",
      credentials: { apikey: "4f2a9c1b7d3e55.12345678" },
    },
    elsewhere: "Linux laptop x86_64",
    // It has one "no" for everything.
    full: "invalid",
    left: "invalid",
    suspended: "invalid",
    hasAlias: true,
  },
};
