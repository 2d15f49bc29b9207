// What every client must be able to tell: a license from its making to its freed place.

import assert from "node:assert/strict";

/**
 * Tells it through a client. `admin` and `customer` call a method, with the admin token and
 * without any: they give the result, or throw what the client makes of an error. Gives the key.
 */
export async function tellStory({ admin, customer, slug }) {
  const product = await admin("admin.product.create", { slug, name: "Acme Forms Pro" });
  assert.match(product.id, /^prd_/);
  const plan = await admin("admin.plan.create", {
    product: slug,
    slug: "single",
    name: "Single site",
    activationType: "domain",
    activationLimit: 1,
    term: { months: 12 },
  });
  assert.deepEqual(plan.term, { months: 12 });
  const { key } = await admin("admin.license.create", { product: slug, plan: "single" });

  const site = { key, product: slug, identifier: "https://www.Example.com/shop" };
  const { activation, created } = await customer("license.activate", site);
  assert.equal(created, true);
  assert.equal(activation.identifier, "example.com");
  const verdict = await customer("license.validate", { ...site, nonce: "n-1" });
  assert.equal(verdict.status, "valid");
  assert.equal(verdict.nonce, "n-1");

  await assertFull(() => customer("license.activate", { key, identifier: "other.example" }));

  const freed = await customer("license.deactivate", { key, activation: activation.id });
  assert.equal(freed.activationsUsed, 0);
  const gone = await customer("license.validate", { key, identifier: "example.com" });
  assert.equal(gone.status, "not_activated");

  await assertRefusals({ customer, key, slug });
  return key;
}

async function assertFull(activate) {
  await assert.rejects(activate, ({ code, message, data }) => {
    assert.equal(code, 409);
    assert.match(message, /\.$/, "a sentence for a person");
    assert.equal(data.code, "seat_limit_exceeded");
    assert.deepEqual([data.limit, data.used], [1, 1]);
    assert.equal(data.activations[0].identifier, "example.com");
    return true;
  });
}

async function assertRefusals({ customer, key, slug }) {
  await assert.rejects(customer("license.validate", { key, keyz: "typed wrong" }), (error) => {
    assert.equal(error.code, -32602);
    assert.equal(error.data.code, "invalid_params");
    assert.equal(error.data.field, "keyz");
    return true;
  });
  await assert.rejects(customer("license.nope", { key }), (error) => {
    assert.equal(error.code, -32601);
    return true;
  });
  await assert.rejects(customer("admin.product.get", { product: slug }), (error) => {
    assert.equal(error.code, 401);
    assert.equal(error.data.code, "unauthorized");
    return true;
  });
}

/** The calls of a batch that holds a success, an error and another success. */
export function batchCalls(key) {
  return [
    { method: "license.validate", params: { key } },
    { method: "license.activate", params: { key } },
    { method: "license.validate", params: { key: "nobody's" } },
  ];
}
