// A vendor's store as it may look after a while: several products, every status, a history.

const day = 86_400_000;

/** A moment so many days from now, as the server writes it. */
export function inDays(days) {
  return new Date(Date.now() + days * day).toISOString().replace(/\.\d+Z$/, "Z");
}

const people = [
  ["ada@example.com", "Ada Example"],
  ["bo@nordlicht.example", "Bo Lindqvist"],
  ["cy@studio-kant.example", "Cy Kant"],
  ["dilan@harbour.example", "Dilan Aydin"],
  ["edda@example.org", null],
  ["farid@quarry.example", "Farid Rahimi"],
  ["gwen@long-name-of-a-company-that-makes-things.example", "Gwendolyn Featherstonehaugh-Cholmondeley"],
  ["hui@pixelmill.example", "Hui Chen"],
];

/** Sells `count` licenses to these people, and has some of them live through something. */
export async function furnish(server, count = 40) {
  await server.call("admin.product.create", { slug: "acme-forms-pro", name: "Acme Forms Pro" });
  await server.call("admin.product.create", { slug: "acme-gallery", name: "Acme Gallery", keyFormat: "hex-4x8", permalink: "gallery" });
  await server.call("admin.product.create", { slug: "acme-studio", name: "Acme Studio", externalId: "4711" });
  const plans = [
    { product: "acme-forms-pro", slug: "developer", name: "Developer", activationType: "domain", activationLimit: 3, term: { months: 12 }, entitlements: ["pro"], price: 9900, currency: "EUR" },
    { product: "acme-forms-pro", slug: "agency", name: "Agency", activationType: "domain", activationLimit: 0, entitlements: ["pro", "white-label"] },
    { product: "acme-gallery", slug: "single", name: "Single site", activationType: "domain", activationLimit: 1, term: { months: 12 }, price: 2900, currency: "EUR" },
    { product: "acme-studio", slug: "team", name: "Team", activationType: "seat", activationLimit: 5, entitlements: ["export", "share"] },
    { product: "acme-studio", slug: "floating", name: "Floating", activationType: "device", activationLimit: 2, floating: { ttl: 3600 } },
  ];
  for (const plan of plans) await server.call("admin.plan.create", plan);
  const licenses = [];
  for (let number = 0; number < count; number += 1) {
    const plan = plans[number % plans.length];
    const [email, name] = people[number % people.length];
    const license = await server.call("admin.license.create", {
      product: plan.product,
      plan: plan.slug,
      customer: { email, ...(name && { name }) },
      ...(number % 7 === 3 && { expiresAt: inDays(-number) }),
      ...(number % 7 === 5 && { expiresAt: inDays(number) }),
    });
    licenses.push(license);
    if (number % 7 === 3) continue;
    const places = plan.activationLimit === 0 ? 4 : Math.min(plan.activationLimit, 1 + (number % 3));
    for (let place = 0; place < places; place += 1) {
      const identifier = { domain: `site-${number}-${place}.example`, seat: `person${place}@client-${number}.example`, device: `WS-${number}-${place}` };
      await server.call("license.activate", { key: license.key, identifier: identifier[plan.activationType], ...(place === 0 && { name: "Front desk" }) });
    }
    for (let check = 0; check < number % 5; check += 1) await server.call("license.validate", { key: license.key });
    const doing = { 6: "suspend", 11: "disable", 16: "revoke", 21: "cancel", 26: "suspend" }[number];
    if (doing) await server.call(`admin.license.${doing}`, { license: license.id, reason: "Asked for by phone" });
  }
  await server.call("admin.token.create", { name: "CI", scopes: ["licenses:read", "licenses:write"] });
  await server.call("admin.token.create", { name: "Shop", scopes: ["billing:write"], expiresAt: inDays(300) });
  return licenses;
}

/** A license with a failed payment, its renewals and a long story. */
export async function story(server) {
  const order = { order: "ORD-1002", subscription: "SUB-1002", product: "acme-forms-pro", plan: "developer", customer: { email: "ivo@harbour.example", name: "Ivo Petrov" }, price: 9900, currency: "EUR" };
  const { licenses } = await server.call("billing.orderCompleted", order);
  const [license] = licenses;
  for (const identifier of ["harbour.example", "staging.harbour.example"]) {
    await server.call("license.activate", { key: license.key, identifier, name: identifier.startsWith("staging") ? "Staging" : "Shop" });
  }
  await server.call("license.validate", { key: license.key, identifier: "harbour.example" });
  await server.call("admin.license.suspend", { license: license.id, reason: "Chargeback rumour, asked the customer" });
  await server.call("admin.license.reinstate", { license: license.id, reason: "It was a mistake" });
  await server.call("billing.paymentFailed", { subscription: "SUB-1002", event: "evt-17" });
  return server.call("admin.license.get", { license: license.id });
}
