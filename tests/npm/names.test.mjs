import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counterfoil, root } from "./installed.mjs";

const { judge } = counterfoil;

// The server's tests put the same names through the tables of the `idna` crate.
const names = JSON.parse(readFileSync(join(root, "tests/vectors/names.json"), "utf8"));
const seats = JSON.parse(readFileSync(join(root, "tests/vectors/seats.json"), "utf8"));
const licensed = readFileSync(
  join(root, "tests/vectors/verdict/an_activated_site_is_valid.json"),
  "utf8",
);

/** The license of that vector, with one place, taken by `identifier`. */
function snapshotWith(identifier, activationType = "domain") {
  const { snapshot } = JSON.parse(licensed);
  snapshot.license.terms.activationType = activationType;
  const [activation] = snapshot.activations;
  snapshot.activations = [{ ...activation, identifier }];
  snapshot.license.activationsUsed = 1;
  return snapshot;
}

for (const [text, ascii] of names) {
  test(`${JSON.stringify(text)} is to a browser what it is to the server`, () => {
    const ask = () =>
      judge(snapshotWith(ascii ?? "x"), { identifier: text }, "2026-06-05T08:02:00Z");
    if (ascii === null) {
      assert.throws(ask, { code: "invalid_identifier" });
    } else {
      assert.equal(ask().status, "valid");
    }
  });
}

for (const [text, folded] of seats) {
  test(`the seat ${JSON.stringify(text)} folds in a browser as on the server`, () => {
    const verdict = judge(
      snapshotWith(folded, "seat"),
      { identifier: text },
      "2026-06-05T08:02:00Z",
    );
    assert.equal(verdict.status, "valid");
    assert.equal(verdict.activation.identifier, folded);
  });
}
