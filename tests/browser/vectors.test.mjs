// The public verdict vectors, judged in the browser, under the policy of the server's own pages.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { canonical, digest, tell } from "../npm/parity.mjs";
import { setStage } from "./harness/stage.mjs";

const stage = setStage();
const folder = new URL("../vectors/verdict/", import.meta.url);

test("Chromium judges every public vector as the server does, byte for byte", async () => {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  const cases = await Promise.all(files.map(async (file) => JSON.parse(await readFile(new URL(file, folder), "utf8"))));
  assert.ok(cases.length > 0, "there are no vectors");
  await stage.check(async ({ page }) => {
    const verdicts = await page.evaluate(async (asked) => {
      const { judge } = await import("/pkg/index.js");
      return asked.map(({ snapshot, question, now }) => judge(snapshot, question, now));
    }, cases);
    cases.forEach(({ name, verdict }, place) => assert.equal(canonical(verdicts[place]), canonical(verdict), name));
    tell("chromium", digest(verdicts));
  });
});
