// The shop that the tests visit.

const planOf = {
  developer: { activationType: "domain", activationLimit: 3, entitlements: ["pro", "priority-support"] },
  agency: { activationType: "domain", activationLimit: 0, entitlements: ["pro", "white-label"] },
  personal: { activationType: "device", activationLimit: 1 },
};

/** Makes products, plans and licenses, and gives the keys by what is special about them. */
export async function seed(server) {
  for (const [slug, name] of [
    ["acme-forms-pro", "Acme Forms Pro"],
    ["acme-studio", "Acme Studio"],
  ]) {
    await server.call("admin.product.create", { slug, name });
  }
  for (const [slug, terms] of Object.entries(planOf)) {
    await server.call("admin.plan.create", { product: "acme-forms-pro", slug, name: slug, ...terms });
  }
  const license = async (params, ...identifiers) => {
    const { key } = await server.call("admin.license.create", { product: "acme-forms-pro", ...params });
    for (const identifier of identifiers) await server.call("license.activate", { key, identifier });
    return key;
  };
  return {
    /** Two of three places taken. */
    good: await license({ plan: "developer", expiresAt: "2099-06-04T00:00:00Z" }, "example.com", "staging.example.com"),
    /** The last place is taken. */
    full: await license({ plan: "personal" }, "laptop-4711"),
    unlimited: await license(
      { plan: "agency" },
      ...Array.from({ length: 9 }, (_, site) => `client-${site + 1}.example`),
    ),
    expired: await license({ plan: "developer", expiresAt: "2024-02-29T00:00:00Z" }),
    /** Made by another system: nothing in it can be checked without the server. */
    foreign: await license({ key: "CH-7K2P-9XQ4-LM83", plan: "developer", expiresAt: "2099-06-04T00:00:00Z" }),
    otherProduct: "acme-studio",
  };
}
