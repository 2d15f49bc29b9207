// The OpenRPC document against the official meta-schema, and its examples against its own schemas.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const require = createRequire(import.meta.url);
const binary = process.env.COUNTERFOIL_BIN ?? fileURLToPath(new URL("../../target/debug/counterfoil", import.meta.url));
const openrpc = JSON.parse(execFileSync(binary, ["openrpc"], { encoding: "utf8" }));

// Not strict: schemas may have keywords of their own, as `x-meanings`.
const options = { strict: false, allErrors: true, validateFormats: true };

function ajv() {
  const made = new Ajv(options);
  addFormats(made);
  // Either version of address; schemars names it so.
  return made.addFormat("ip", true);
}

const JSON_SCHEMA = "https://meta.json-schema.tools/";

/** One of the meta-schemas, as the draft it is, with one spelling of the other's id. */
function metaSchema(name) {
  const module = require(name);
  const { $schema, ...schema } = module.default ?? module;
  return JSON.parse(JSON.stringify(schema).replaceAll(`"${JSON_SCHEMA.slice(0, -1)}"`, `"${JSON_SCHEMA}"`));
}

test("the document is valid OpenRPC", () => {
  const validator = ajv()
    .addSchema(metaSchema("@json-schema-tools/meta-schema"))
    .compile(metaSchema("@open-rpc/meta-schema"));
  assert.ok(validator(openrpc), JSON.stringify(validator.errors?.slice(0, 3), null, 2));
  assert.equal(validator({ ...openrpc, methods: [{ name: "no params" }] }), false);
});

test("every schema is a schema of draft 7", () => {
  const schemas = [
    ...Object.entries(openrpc.components.schemas),
    ...openrpc.methods.flatMap(({ name, params }) => params.map((param) => [`${name} ${param.name}`, param.schema])),
  ];
  const draft = ajv();
  for (const [name, schema] of schemas) {
    assert.ok(draft.validateSchema(schema), `${name}: ${draft.errorsText()}`);
  }
});

/** Validates a value as a schema of the document says, whose records hold what they list and no more. */
function check(schema, value, what) {
  const closed = close({ components: openrpc.components, ...schema });
  const validate = ajv().compile({ ...closed, $id: "counterfoil:document" });
  assert.ok(validate(value), `${what}: ${JSON.stringify(validate.errors, null, 2)}`);
}

/** Answers may grow, so the document leaves them open; but none may hold what it does not list. */
function close(schema) {
  if (Array.isArray(schema)) return schema.map(close);
  if (schema === null || typeof schema !== "object") return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([name, inner]) => [name, close(inner)]));
  const isRecord = closed.type === "object" && typeof closed.properties === "object";
  return isRecord ? { additionalProperties: false, ...closed } : closed;
}

for (const method of openrpc.methods) {
  for (const { name, params, result } of method.examples ?? []) {
    test(`${method.name}: the example “${name}” is what the schemas say`, () => {
      const given = new Map(params.map((param) => [param.name, param.value]));
      for (const param of method.params) {
        if (given.has(param.name)) check(param.schema, given.get(param.name), param.name);
        else assert.ok(!param.required, `${param.name} is required`);
        given.delete(param.name);
      }
      assert.deepEqual([...given.keys()], []);
      check(method.result.schema, result.value, "result");
    });
  }
}

for (const { name, "x-subscription": subscription } of openrpc.methods) {
  if (subscription === undefined) continue;
  test(`${name}: what it pushes is what the schema says`, () => {
    assert.notEqual(subscription.examples.length, 0);
    for (const pushed of subscription.examples) check(subscription.schema, pushed, subscription.notification);
    const unsubscribe = openrpc.methods.find((method) => method.name === subscription.unsubscribe);
    assert.deepEqual(unsubscribe.params.map((param) => param.name), ["subscription"]);
  });
}
