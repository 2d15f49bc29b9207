// "Why?": what the page says a check will be told is what the server tells when the day has come.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { canonical } from "../npm/parity.mjs";
import { launchBrowser } from "./harness/browser.mjs";
import { atDesk } from "./harness/desk_page.mjs";
import { shows } from "./harness/stage.mjs";
import { startSteppedServer } from "./harness/stepped.mjs";

const start = Date.parse("2026-06-05T08:02:00Z");
const day = 86_400_000;
const licensesCount = 200;
// One seed, so that a red test is red again.
const seed = 20_260_605;

let browser;
let server;

before(async () => {
  server = await startSteppedServer();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The generator known as mulberry 32. */
function random(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const draw = random(seed);
const below = (count) => Math.floor(draw() * count);
const oneOf = (things) => things[below(things.length)];
const moment = (ms) => new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace(/\.\d+Z$/, "Z");

const plans = [
  { slug: "domain", activationType: "domain", activationLimit: 2, term: { months: 12 }, entitlements: ["pro"] },
  { slug: "device", activationType: "device", activationLimit: 0, graceDays: 30 },
  { slug: "seat", activationType: "seat", activationLimit: 3, term: { days: 30 } },
  { slug: "instance", activationType: "instance", activationLimit: 1 },
  { slug: "floating", activationType: "device", activationLimit: 2, floating: { ttl: 86_400 } },
];

const names = {
  domain: (place) => `site-${place}.example`,
  device: (place) => `WS-${place}`,
  seat: (place) => `person${place}@client.example`,
  instance: (place) => `pod-${place}`,
};

const stops = [
  async () => {},
  async () => {},
  async () => {},
  ({ id }) => server.call("admin.license.suspend", { license: id }),
  ({ id }) => server.call("admin.license.disable", { license: id }),
  ({ id }) => server.call("admin.license.revoke", { license: id }),
  ({ id }) => server.call("admin.license.cancel", { license: id }),
  ({ subscription }) => server.call("billing.paymentFailed", { subscription }),
  ({ subscription }) => server.call("billing.paymentFailed", { subscription }),
  ({ order }) => server.call("billing.disputeOpened", { order }),
  async ({ id }) => {
    await server.call("admin.license.disable", { license: id });
    await server.call("admin.license.suspend", { license: id });
  },
];

/** A license that some of all this happened to, and a question about it. */
async function live(number) {
  const plan = oneOf(plans);
  const order = { order: `order-${number}`, subscription: `sub-${number}`, product: "p", plan: plan.slug, customer: { email: `c${number}@example.com` } };
  const [license] = (await server.call("billing.orderCompleted", order)).licenses;
  const name = names[plan.activationType];
  const taken = below(3);
  for (let place = 0; place < taken; place += 1) {
    await server.call("admin.activation.add", { license: license.id, identifier: name(place) });
  }
  if (below(3) > 0) {
    const expiresAt = below(5) === 0 ? null : moment(start + (below(900) - 100) * day + below(86_400) * 1_000);
    await server.call("admin.license.update", { license: license.id, expiresAt });
  }
  await oneOf(stops)(license);
  const now = await server.call("admin.license.get", { license: license.id });
  const { items } = await server.call("admin.activation.list", { license: license.id });
  const turns = [now.expiresAt, now.graceUntil, ...items.map(({ expiresAt }) => expiresAt)].filter((at) => at !== null);
  const turn = turns.length > 0 && below(2) === 0 ? Date.parse(oneOf(turns)) + oneOf([-1_000, 0, 1_000]) : start + below(1_000) * day + below(86_400) * 1_000;
  // The server's clock does not go back.
  const at = moment(Math.max(turn, start));
  const identifier = oneOf(["", name(0), name(1), name(7)]);
  return { id: license.id, key: now.key, at, identifier };
}

test("the page foresees what the server says, for 200 random licenses and dates", async () => {
  await server.call("admin.product.create", { slug: "p", name: "P" });
  for (const plan of plans) await server.call("admin.plan.create", { product: "p", name: plan.slug, ...plan });
  const questions = [];
  for (let number = 0; number < licensesCount; number += 1) questions.push(await live(number));
  await atDesk(browser, server, "licenses", async ({ page, desk }) => {
    for (const question of questions) {
      const query = new URLSearchParams({ why: "1", for: question.identifier, at: question.at });
      await desk.at(`/licenses/${question.id}?${query}`);
      // The answer to this very question: another license's may stand there for a moment.
      const foreseen = await page.waitForFunction(({ at, id }) => {
        const shown = document.querySelector(".why-json")?.textContent;
        return location.hash.includes(id) && shown && JSON.parse(shown).checkedAt === at ? shown : null;
      }, question);
      question.foreseen = JSON.parse(await foreseen.jsonValue());
    }
  });
  questions.sort((one, other) => (one.at < other.at ? -1 : 1));
  const said = new Map();
  for (const { key, at, identifier, foreseen, id } of questions) {
    await server.setTime(at);
    const verdict = await server.call("license.validate", { key, ...(identifier && { identifier }) });
    assert.equal(canonical(foreseen), canonical(verdict), `${id} at ${at} for “${identifier}”`);
    said.set(verdict.status, (said.get(verdict.status) ?? 0) + 1);
  }
  // Random as it is, the sample has to have something of everything.
  for (const status of ["valid", "not_activated", "expired", "suspended", "disabled", "revoked", "cancelled"]) {
    assert.ok(said.get(status) >= 3, `${status}: ${said.get(status)} of ${licensesCount}`);
  }
});

test("the words beside the verdict name what decided", async () => {
  await server.call("admin.product.create", { slug: "words", name: "Words" });
  const license = await server.call("admin.license.create", { product: "words", expiresAt: "2099-06-04T00:00:00Z" });
  const { id } = license;
  await server.call("license.activate", { key: license.key, identifier: "example.com" });
  await atDesk(browser, server, `licenses/${id}?why=1&for=example.com`, async ({ page, desk }) => {
    const said = page.locator(".why-said");
    const decided = page.locator(".look[data-result=decided]");
    await shows(said, "Valid");
    await shows(page.locator(".why-next"), "“expired” from 4 June 2099");
    assert.equal(await page.locator(".look[data-result=passed]").count(), 5);
    await desk.button("Its end").click();
    await shows(said, "Expired");
    await shows(decided, "It ended on 4 June 2099");
    await page.getByLabel("Who asks").fill("shop.example.org");
    await desk.button("Now").click();
    await shows(said, "Not activated");
    await shows(decided, "Every place is taken");
    await page.getByLabel("Who asks").fill("no domain!");
    await page.locator(".why-problem").waitFor();
    await page.getByLabel("Who asks").fill("");
    await shows(said, "Valid");
    // What happens meanwhile is taken in.
    await server.call("admin.license.disable", { license: id });
    await shows(said, "Disabled");
    await shows(decided, "disabled at the desk");
    await server.call("admin.license.revoke", { license: id });
    await shows(decided, "It was revoked");
    assert.equal(await page.locator(".look[data-result=open]").count(), 3);
  });
});
