import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import { run, tool, write } from "./installed.mjs";

const entry = write(
  "application.mjs",
  'import { inspect } from "counterfoil"; console.log(inspect(" some-key ").normalized);',
);

for (const [format, platform, file] of [
  ["esm", "node", "esm-node.mjs"],
  ["cjs", "node", "cjs-node.cjs"],
  ["esm", "browser", "esm-browser.mjs"],
  ["iife", "browser", "iife-browser.cjs"],
]) {
  test(`an application bundled as ${format} for ${platform} is one file that works`, () => {
    const path = write(file, "");
    tool(
      "esbuild",
      entry,
      "--bundle",
      "--minify",
      `--format=${format}`,
      `--platform=${platform}`,
      `--outfile=${path}`,
      "--log-level=warning",
    );
    assert.equal(run(path), "some-key\n");
  });
}

test("an application that uses none of it carries none of it", () => {
  const unused = write(
    "unused.mjs",
    'import { inspect } from "counterfoil"; console.log("nothing");',
  );
  const path = write("unused.bundle.mjs", "");
  tool("esbuild", unused, "--bundle", "--format=esm", `--outfile=${path}`, "--log-level=warning");
  assert.ok(statSync(path).size < 1_000);
});
