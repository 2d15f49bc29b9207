// The hook, rendered by React: on a server, and in a page.

import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Window } from "happy-dom";
import { folder, root, run, tool, write } from "./installed.mjs";
import { DAY, START, activated, away } from "./stage.mjs";

const installed = join(root, "tests/npm/node_modules");
// The program's own React, which the package finds beside itself.
for (const name of ["react", "react-dom", "scheduler"]) {
  symlinkSync(join(installed, name), join(folder, "node_modules", name));
}

const window = new Window();
Object.assign(globalThis, { window, document: window.document, IS_REACT_ACT_ENVIRONMENT: true });
// Node has one from version 21 on.
if (!("navigator" in globalThis)) globalThis.navigator = window.navigator;
after(() => window.happyDOM.close());

const load = (name, text) => import(pathToFileURL(write(name, text)).href);
const { useLicense } = await load("hook.mjs", 'export * from "counterfoil/react";');
const react = createRequire(join(folder, "hook.mjs"));
const { StrictMode, act, createElement } = react("react");
const { createRoot } = react("react-dom/client");
const { renderToString } = react("react-dom/server");

function Plan({ client }) {
  const state = useLicense(client);
  return state === null ? "checking" : state.source ?? state.cause ?? state.status;
}

/** Shows elements in a page. */
async function shown(...elements) {
  const place = window.document.createElement("div");
  const page = createRoot(place);
  await act(async () => page.render(createElement(StrictMode, null, ...elements)));
  return { text: () => place.textContent, close: () => act(async () => page.unmount()) };
}

test("a server shows that nothing is known yet, and asks nobody", async () => {
  const { vendor, start } = await activated();
  const client = start({ storage: { get: () => assert.fail("nothing is read"), set() {}, delete() {} } });
  assert.equal(renderToString(createElement(Plan, { client })), "checking");
  assert.equal(vendor.asked.length, 0);
});

test("a page shows how the license stands, and what becomes of it", async () => {
  const { clock, vendor, key, start } = await activated();
  const client = start();
  const page = await shown(createElement(Plan, { client }));
  assert.equal(page.text(), "lease");
  await act(() => client.validate());
  assert.equal(page.text(), "server");
  vendor.change(key, { status: "revoked" });
  await act(() => client.validate());
  assert.equal(page.text(), "revoked");
  vendor.change(key, { status: "valid" });
  vendor.lie = away;
  await act(() => client.check());
  assert.equal(page.text(), "unreachable");
  vendor.lie = null;
  clock.now = START + DAY;
  await act(() => client.check());
  assert.equal(page.text(), "server");
  await page.close();
  // Nobody is there to be told any more.
  await client.deactivate();
});

test("however many components show a client, it checks once", async () => {
  const { vendor, storage, start } = await activated();
  storage.texts.clear();
  let reads = 0;
  const counting = { ...storage, get: () => void (reads += 1) };
  const client = start({ storage: counting });
  const plan = (key) => createElement(Plan, { client, key });
  const page = await shown(plan("1"), plan("2"), plan("3"));
  assert.equal(page.text(), "no_key".repeat(3));
  await page.close();
  const again = await shown(plan("1"));
  assert.equal(again.text(), "no_key");
  await again.close();
  assert.deepEqual([reads, vendor.asked.length], [1, 0]);
});

test("each client is shown for itself", async () => {
  const { key, start } = await activated();
  const [one, other] = [start(), start({ identifier: "other.example" })];
  const page = await shown(
    createElement(Plan, { client: one, key: "one" }),
    createElement(Plan, { client: other, key: "other" }),
  );
  assert.equal(page.text(), "leaseno_key");
  await act(() => other.activate(key));
  assert.equal(page.text(), "leaseseat_limit_exceeded");
  await page.close();
});

test("the README's example shows what a license unlocks, or why it does not", async () => {
  const { start, key } = await activated();
  const readme = readFileSync(join(folder, "node_modules/counterfoil/README.md"), "utf8");
  const [[, example], ...others] = [...readme.matchAll(/^```jsx\n(.*?)^```/gms)];
  assert.deepEqual(others, []);
  globalThis.license = start({ identifier: "other.example" });
  write("license.js", "export const license = globalThis.license;");
  const bundle = write("example.mjs", "");
  const input = write("example.jsx", example);
  const options = ["--bundle", "--packages=external", "--jsx=automatic", "--format=esm"];
  tool("esbuild", input, ...options, `--outfile=${bundle}`, "--log-level=warning");
  const { Unlocked } = await import(pathToFileURL(bundle).href);
  const page = await shown(createElement(Unlocked, null, "the app"));
  assert.equal(page.text(), "There is no license key yet.");
  const [{ id }] = (await globalThis.license.activate(key)).activations;
  await act(() => globalThis.license.activate(key, { replace: id }));
  assert.equal(page.text(), "the app");
  await page.close();
});

test("the hook can be required too, and knows its types", () => {
  assert.equal(run(write("hook.cjs", 'console.log(typeof require("counterfoil/react").useLicense);')), "function\n");
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022", "--types", ""];
  const program = `
    import { createClient, type Client, type ForeignState, type State } from "counterfoil";
    import { useLicense } from "counterfoil/react";
    declare const client: Client;
    const state: State | null = useLicense(client);
    if (state?.ok) state.verdict.entitlements.includes("pro");
    const old = createClient({ dialect: "licensedock", server: "", product: "42", identifier: "x" });
    const other: ForeignState | null = useLicense(old);
    // @ts-expect-error: a hook of one client.
    useLicense();`;
  tool("tsc", ...strict, "--module", "nodenext", write("hook.mts", program));
});
