// The reference at `/docs/`: every method of the document, found, read, copied and run.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { test } from "node:test";
import { visit } from "./harness/browser.mjs";
import { calls } from "./harness/check_page.mjs";
import { reads, setStage, shows } from "./harness/stage.mjs";

const stage = setStage();

/** Opens the reference, at a method where one is named, and waits until it is there. */
function docs(body, { at = "", ...options } = {}) {
  const run = async (visited) => {
    await visited.page.locator("article").first().waitFor();
    const article = (name) => visited.page.locator(`article[data-method="${name}"]`);
    await body({ ...visited, article, search: visited.page.getByLabel("Search the methods") });
  };
  return visit(stage.browser, `${stage.server.url}/docs/${at}`, run, options);
}

const document = async () => (await fetch(`${stage.server.url}/openrpc.json`)).json();
const shownMethods = (page) => page.locator("article").evaluateAll((found) => found.map(({ dataset }) => dataset.method));

test("the page holds every method of the document and no other", () =>
  docs(async ({ page }) => {
    const { methods, components } = await document();
    const names = methods.map(({ name }) => name);
    assert.deepEqual((await shownMethods(page)).toSorted(), names.toSorted());
    for (const name of names) {
      assert.equal(await page.locator(`[id="${name}"]`).count(), 1, name);
      assert.equal(await page.getByRole("navigation").locator(`a[href="#${name}"]`).count(), 1, name);
    }
    for (const word of Object.keys(components.errors)) {
      assert.equal(await page.locator(`[id="error.${word}"]`).count(), 1, word);
    }
  }));

test("the address without its last slash leads to the page", async () => {
  const reply = await fetch(`${stage.server.url}/docs`, { redirect: "manual" });
  assert.deepEqual([reply.status, reply.headers.get("location")], [308, "/docs/"]);
});

test("a method shows all that the document says of it", () =>
  docs(async ({ article }) => {
    for (const { name, summary, params, errors } of (await document()).methods) {
      const shown = await article(name).innerText();
      assert.ok(shown.includes(summary.replaceAll("`", "")), name);
      const heads = await article(name).locator(".member-name code").allInnerTexts();
      for (const param of params) assert.ok(heads.includes(param.name), `${name} ${param.name}`);
      const linked = await article(name).locator(".error-word code").allInnerTexts();
      for (const word of linked) assert.ok(errors.some(({ $ref }) => $ref.endsWith(`/${word}`)), `${name} ${word}`);
    }
    await shows(article("license.use").locator(".member", { hasText: "amount" }), /whole number1 to 1,000,000default 1/);
    await shows(article("admin.license.create").locator(".scope"), "licenses:write");
  }));

test("the list narrows as one types, and an address still finds what is not in it", () =>
  docs(async ({ page, article, search }) => {
    await page.keyboard.press("/");
    await page.keyboard.type("deactiv");
    await shows(page.locator("#found"), /^\d+ of \d+ methods$/);
    assert.ok((await shownMethods(page)).includes("license.deactivate"));
    assert.ok(!(await shownMethods(page)).includes("admin.plan.get"));
    await search.fill("no such words");
    await page.getByText("No method has all of these words").waitFor();
    await page.evaluate(() => (location.hash = "admin.plan.get"));
    await article("admin.plan.get").waitFor();
    assert.equal(await search.inputValue(), "");
    await search.fill("plan");
    await search.press("Escape");
    await shows(page.locator("#found"), /^\d+ methods$/);
  }));

test("an address with a method leads to it", () =>
  docs(
    async ({ page }) => {
      await page.waitForFunction(() => {
        const { top } = document.getElementById("license.deactivate").getBoundingClientRect();
        return top > -5 && top < 40;
      });
      await page.locator('a[aria-current="location"]', { hasText: "license.deactivate" }).waitFor();
    },
    { at: "#license.deactivate" },
  ));

test("an answer is opened level by level", () =>
  docs(async ({ article }) => {
    const activate = article("license.activate");
    await activate.locator("summary", { hasText: "Activated" }).click();
    await activate.locator("summary", { hasText: "Verdict" }).click();
    await shows(activate.getByRole("row", { name: "checkedAt" }), "timestamp");
  }));

test("a call without a token is run as it stands, and as it was changed", () =>
  docs(async ({ requests, article }) => {
    const validate = article("license.validate");
    const request = validate.getByLabel("Request");
    const example = JSON.parse(await request.inputValue());
    const { examples } = (await document()).methods.find(({ name }) => name === "license.validate");
    const documented = Object.fromEntries(examples[0].params.map(({ name, value }) => [name, value]));
    assert.deepEqual(example, { jsonrpc: "2.0", id: 1, method: "license.validate", params: documented });
    await request.fill(JSON.stringify({ ...example, params: { key: stage.keys.expired } }));
    await validate.getByRole("button", { name: "Run" }).click();
    await shows(validate.getByRole("status"), /Answered in \d+ ms/);
    await shows(validate.locator(".sheet-answer"), '"status": "expired"');
    assert.deepEqual(calls(requests).map(({ params }) => params), [{ key: stage.keys.expired }]);
    await validate.getByRole("button", { name: "Show the recorded one" }).click();
    await reads(validate.getByRole("status"), "Answer");
    await request.fill("{");
    await validate.getByRole("button", { name: "Run" }).click({ force: true });
    await validate.getByText("The request is no JSON yet.").waitFor();
    assert.equal(calls(requests).length, 1);
  }));

test("a call that needs a token asks for it, once for the page, and keeps it nowhere", () =>
  docs(async ({ page, context, requests, article }) => {
    const get = article("admin.product.get");
    await get.getByRole("button", { name: "Run" }).click();
    const token = get.getByLabel("Token");
    assert.equal(await token.getAttribute("type"), "password");
    assert.equal(calls(requests).length, 0);
    await page.keyboard.type(stage.server.token);
    await page.keyboard.press("Enter");
    await shows(get.locator(".sheet-answer"), '"slug": "acme-forms-pro"');
    const plan = article("admin.plan.get");
    await plan.getByRole("button", { name: "Run" }).click();
    await shows(plan.locator(".sheet-answer"), '"activationType": "domain"');
    const [request] = requests.filter((sent) => sent.method() === "POST");
    assert.equal((await request.allHeaders()).authorization, `Bearer ${stage.server.token}`);
    const kept = await page.evaluate(async () =>
      JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, await indexedDB.databases()]),
    );
    assert.ok(!`${kept}${JSON.stringify(await context.cookies())}`.includes(stage.server.token));
  }));

test("a request, its curl line and its answer are copied", () =>
  docs(
    async ({ page, article }) => {
      const get = article("admin.license.get");
      const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
      await get.getByRole("button", { name: "Copy the request" }).click();
      await get.getByText("Copied").waitFor();
      assert.equal(JSON.parse(await clipboard()).method, "admin.license.get");
      await get.locator("summary", { hasText: "curl" }).click();
      await get.getByRole("button", { name: "Copy the curl line" }).click();
      await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("curl http"));
      assert.ok((await clipboard()).includes("Authorization: Bearer YOUR-TOKEN"));
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("a subscription shows what it pushes, and offers no call that would need a socket", () =>
  docs(async ({ article }) => {
    const events = article("admin.events");
    await shows(events.locator(".method-pushes"), "It pushes admin.event until admin.unsubscribeEvents is called.");
    await shows(events.getByLabel("What admin.events pushes"), '"type":');
    for (const name of ["admin.events", "admin.unsubscribeEvents"]) {
      assert.equal(await article(name).getByRole("button", { name: "Run" }).count(), 0, name);
    }
  }));

test("another example of a method is chosen", () =>
  docs(async ({ article }) => {
    const validate = article("license.validate");
    await validate.getByLabel("Example of").selectOption({ index: 1 });
    await shows(validate.locator(".sheet-answer"), '"valid": false');
  }));

test("a server that cannot be asked is told apart from a page without methods", async () => {
  const failing = async ({ page }) => {
    await page.route("**/openrpc.json", (route) => route.abort());
    await page.reload();
    await page.getByRole("alert").waitFor();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("article").first().waitFor();
  };
  await visit(stage.browser, `${stage.server.url}/docs/`, failing, { expected: /^Failed to load resource/ });
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no violation in ${colorScheme}`, () =>
    docs(
      async ({ page, article, search }) => {
        await article("license.activate").locator("summary", { hasText: "Activated" }).click();
        await article("license.activate").locator("summary", { hasText: "curl" }).click();
        await article("license.activate").getByRole("button", { name: "Run" }).click();
        await shows(article("license.activate").getByRole("status"), /Answered/);
        await article("admin.activation.add").getByRole("button", { name: "Run" }).click();
        // The other methods are made of the same parts, and axe takes a second for each.
        await search.fill("activat seat");
        const check = async (look) => {
          const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
          const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
          assert.deepEqual(found, [], look);
        };
        await check("some methods");
        await search.fill("no such words");
        await check("nothing");
      },
      { colorScheme, reducedMotion: "reduce" },
    ));
}

test("nothing is wider than a phone of 360 pixels", () =>
  docs(
    async ({ page, article }) => {
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(await width(), 360);
      await page.getByText("All methods").click();
      await article("license.activate").locator("summary", { hasText: "Activated" }).click();
      await article("license.activate").locator("summary", { hasText: "Verdict" }).click();
      await article("license.activate").locator("summary", { hasText: "curl" }).click();
      assert.equal(await width(), 360);
    },
    { viewport: { width: 360, height: 740 } },
  ));

test("what can be pressed is reached by Tab, and the focus is always seen", () =>
  docs(async ({ page, search }) => {
    await search.focus();
    await search.fill("license.deactivate");
    for (let step = 0; step < 14; step += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
        return document.activeElement !== document.body && (outlineStyle !== "none" || boxShadow !== "none");
      });
      assert.ok(seen, `no visible focus after ${step + 1} steps`);
    }
  }));
