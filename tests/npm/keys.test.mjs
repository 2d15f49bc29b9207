import assert from "node:assert/strict";
import { test } from "node:test";
import { counterfoil } from "./installed.mjs";

const { inspect } = counterfoil;

// Made by the server; one for each length of prefix.
const KEYS = [
  "CF-0W25QM-REDZR9-WEZ4NA-6REZAT-YFJNHX",
  "AFP-8GW95S-DT0G9R-45YXH8-91DHSS-BDY852",
  "ASSE-T64EXN-8DRJSB-6028PK-QDB9GH-4EJ0NV",
];
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The group that a place in a key belongs to; 0 is the prefix. */
function groupAt(key, place) {
  return key.slice(0, place).split("-").length - 1;
}

function replaced(key, place, text) {
  return key.slice(0, place) + text + key.slice(place + text.length);
}

for (const key of KEYS) {
  test(`${key} is right, and so are the ways in which people type it`, () => {
    const right = { ok: true, normalized: key, format: "counterfoil", problem: null };
    for (const typed of [
      key,
      ` ${key}\n`,
      key.toLowerCase(),
      key.replaceAll("-", " "),
      key.replaceAll("-", "–"),
      key.replaceAll("0", "o").replaceAll("1", "l"),
    ]) {
      assert.deepEqual(inspect(typed), right, typed);
    }
  });

  test(`every single wrong character of ${key} is found in its group`, () => {
    for (const [place, right] of [...key].entries()) {
      if (right === "-") continue;
      for (const wrong of SYMBOLS.replace(right, "")) {
        const typed = replaced(key, place, wrong);
        const { ok, problem } = inspect(typed);
        assert.deepEqual(
          { ok, group: problem?.group },
          { ok: false, group: groupAt(key, place) },
          typed,
        );
      }
    }
  });

  test(`every character that no key has is found in its group of ${key}`, () => {
    for (const place of [...key].keys()) {
      if (key[place] === "-") continue;
      for (const wrong of "U*é🔑") {
        const { problem } = inspect(replaced(key, place, wrong), "counterfoil");
        assert.equal(problem.code, "invalid_character");
        assert.equal(problem.group, groupAt(key, place));
      }
    }
  });

  test(`every two neighbours of ${key} in the wrong order are found in their group`, () => {
    for (let place = 0; place + 1 < key.length; place += 1) {
      const [first, second] = key.slice(place, place + 2);
      if (first === second) continue;
      const typed = replaced(key, place, second + first);
      const { ok, problem } = inspect(typed);
      assert.equal(ok, false, typed);
      // A hyphen in the wrong place concerns both its neighbours.
      const groups = [groupAt(key, place), groupAt(key, place + 2)];
      assert.ok(groups.includes(problem.group), `${typed}: group ${problem.group}`);
    }
  });
}

test("a key of another shape is taken as it is", () => {
  for (const key of [
    "CH-7K2P-9XQ4-LM83",
    "XLS-334A-86AF0",
    "ABCD1234-EFGH5678-IJKL9012-MNOP3456",
  ]) {
    assert.deepEqual(inspect(key), { ok: true, normalized: key, format: null, problem: null });
  }
});

test("a product's own format is held to", () => {
  const format = String.raw`C\H-XXXX-XXXX-XXXX`;
  assert.equal(inspect("ch-7k2p-9xq4-wm83", format).normalized, "CH-7K2P-9XQ4-WM83");
  assert.equal(inspect("CH-7K2P-9X_4-WM83", format).problem.group, 3);
  assert.equal(inspect("A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5DX", "hex-4x8").problem.group, 4);
});

test("nothing typed is a problem with a sentence, not an error", () => {
  const { ok, problem } = inspect("  ");
  assert.equal(ok, false);
  assert.equal(problem.code, "empty");
  assert.match(problem.message, /^[A-Z].*\.$/);
});

test("a format that is none is a programmer's error with a code", () => {
  assert.throws(() => inspect("some-key", "XX"), { name: "Error", code: "invalid_params" });
});
