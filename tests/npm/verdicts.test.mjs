import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { counterfoil, root, tool, write } from "./installed.mjs";
import { canonical, digest, tell } from "./parity.mjs";

const { judge } = counterfoil;

const folder = join(root, "tests/vectors/verdict");
const vectors = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));

test("there are public vectors to hold to", () => {
  assert.ok(vectors.length > 0);
});

for (const { name, snapshot, question, now, verdict } of vectors) {
  test(`vector: ${name}`, () => {
    const judged = judge(snapshot, question, now);
    assert.deepEqual(judged, verdict);
    assert.equal(canonical(judged), canonical(verdict));
  });
}

test("the digest of all verdicts is that of the recorded ones", () => {
  const judged = digest(vectors.map(({ snapshot, question, now }) => judge(snapshot, question, now)));
  assert.equal(judged, digest(vectors.map(({ verdict }) => verdict)));
  tell("node", judged);
});

test("every vector's verdict is one by the types, member for member", () => {
  const verdicts = vectors.map(({ snapshot, question, now }) => judge(snapshot, question, now));
  const text = `import type { Verdict } from "counterfoil";
    export const verdicts: Verdict[] = ${JSON.stringify(verdicts)};`;
  tool(
    "tsc",
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--types",
    "",
    write("verdicts.mts", text),
  );
});

test("a snapshot, question or time that is none is a programmer's error with a code", () => {
  for (const [snapshot, question, now] of [
    [{}, {}, "2026-06-05T08:02:00Z"],
    [null, 7, "2026-06-05T08:02:00Z"],
    [null, {}, "yesterday"],
  ]) {
    assert.throws(() => judge(snapshot, question, now), { name: "Error", code: "invalid_params" });
  }
});
