// Pictures of every page and state, for people to look at: `node screenshots.mjs [FOLDER [NAMES]]`.
// NAMES is a pattern: only pictures whose name matches it are taken.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { checkPage, mistype } from "./harness/check_page.mjs";
import { checkoutLooks } from "./harness/checkout_looks.mjs";
import { startCheckoutShop } from "./harness/checkout_page.mjs";
import { atDesk, openDesk } from "./harness/desk_page.mjs";
import { arrive, deskScreens, deskSettings } from "./harness/desk_screens.mjs";
import { portalPage, startShop } from "./harness/portal_page.mjs";
import { startReceiver } from "./harness/receiver.mjs";
import { seed } from "./harness/seed.mjs";
import { startServer } from "./harness/server.mjs";
import { openTestShop, testProviderSettings } from "./harness/test_provider.mjs";
import { answerWith, status } from "./harness/verdicts.mjs";

const folder = resolve(process.argv[2] ?? fileURLToPath(new URL("../../target/screenshots/", import.meta.url)));
const wanted = new RegExp(process.argv[3] ?? "");
const reducedMotion = "reduce";
const looks = {
  light: { colorScheme: "light", viewport: { width: 1280, height: 860 }, reducedMotion },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 860 }, reducedMotion },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, reducedMotion },
};
const expected = /Failed to load resource/;

const states = {
  "empty": async () => {},
  "typing": ({ check, keys }) => check.key.fill(keys.good.slice(0, 16)),
  "typed-right": ({ check, keys }) => check.key.fill(keys.good),
  "typed-wrong": ({ check, keys }) => check.key.fill(mistype(keys.good, 3)),
  "typed-foreign": ({ check, keys }) => check.key.fill(keys.foreign),
  "held-back": ({ check, keys }) => check.ask(mistype(keys.good, 3)),
  "valid": ({ check, keys }) => check.ask(keys.good, { identifier: "example.com" }),
  "valid-unlimited": ({ check, keys }) => check.ask(keys.unlimited),
  "expired": ({ check, keys }) => check.ask(keys.expired),
  "place-free": ({ check, keys }) => check.ask(keys.good, { identifier: "shop.example.org" }),
  "places-taken": ({ check, keys }) => check.ask(keys.full, { identifier: "desktop-0815" }),
  "freeing": async ({ check, page, keys }) => {
    await check.ask(keys.full, { identifier: "desktop-0815" });
    await page.getByRole("button", { name: "Free laptop-4711" }).click();
  },
  "unknown": ({ check }) => check.ask("XLS-334A-86AF0"),
  "wrong-product": ({ check, keys }) => check.ask(keys.good, { product: keys.otherProduct }),
  "suspended": async ({ check, page, keys }) => {
    await answerWith(page, status("suspended"));
    await check.ask(keys.good);
  },
  "revoked": async ({ check, page, keys }) => {
    await answerWith(page, status("revoked"));
    await check.ask(keys.good);
  },
  "bad-identifier": ({ check, keys }) => check.ask(keys.good, { identifier: "https://" }),
  "could-not-ask": async ({ check, page, keys }) => {
    await page.route("**/rpc", (route) => route.abort());
    await check.ask(keys.good);
  },
};
const signedIn = async ({ portal }) => {
  await portal.signIn.click();
  await portal.licenses.first().waitFor();
};
const portalStates = {
  "ask": async ({ page, portal, at }) => {
    await page.goto(at);
    await portal.email.waitFor();
  },
  "could-not-ask": async ({ page, portal, at }) => {
    await page.goto(at);
    await page.route("**/rpc", (route) => route.abort());
    await portal.email.fill("ann@example.com");
    await portal.mailLink.click();
    await portal.note.waitFor();
  },
  "inbox": async ({ page, portal, at }) => {
    await page.goto(at);
    await portal.email.fill("nobody@example.com");
    await portal.mailLink.click();
    await page.getByText("Look into your inbox").waitFor();
  },
  "link": ({ portal }) => portal.signIn.waitFor(),
  "stale": async ({ page, portal }) => {
    await page.goto(`${page.url()}0`);
    await page.reload();
    await portal.signIn.click();
    await portal.note.waitFor();
  },
  "licenses": signedIn,
  "questions": async (visited) => {
    await signedIn(visited);
    await visited.portal.button(/^Get a new key for/).first().click();
    await visited.portal.button(/^Name it/).first().click();
    await visited.portal.button(/^Remove /).first().click();
  },
};
const answered = /held|freeing|valid|expired|place|unknown|wrong-product|suspended|revoked|bad|could/;

let taken = 0;
const fileOf = (name, look) => join(folder, `${name.replaceAll(" ", "-")}-${look}.png`);

/** Those of a group of pictures that were asked for. */
function asked(group, all, look) {
  return Object.entries(all).filter(([name]) => wanted.test(`${group}-${name}-${look}`.replaceAll(" ", "-")));
}

async function picture(page, name, look, fullPage = true) {
  await page.screenshot({ path: fileOf(name, look), fullPage, animations: "disabled" });
  taken += 1;
}

async function takeCheck(look) {
  for (const [state, reach] of asked("check", states, look)) {
    const take = async ({ page }) => {
      const check = checkPage(page);
      await reach({ check, page, keys });
      if (answered.test(state)) await check.title.waitFor();
      await picture(page, `check-${state}`, look);
    };
    await visit(browser, server.url, take, { ...looks[look], expected });
  }
}

async function takePortal(look) {
  for (const [state, reach] of asked("portal", portalStates, look)) {
    // Somebody new for each: of many links for one address only the first few are mailed.
    const { email } = await shop.sell({ expiresAt: "2024-02-29T00:00:00Z" });
    await shop.sell({ email, expiresAt: "2099-06-04T00:00:00Z" }, "example.com", "staging.example.com");
    const take = async ({ page }) => {
      await reach({ page, portal: portalPage(page), at: `${shop.server.url}/portal/` });
      await picture(page, `portal-${state}`, look);
    };
    await visit(browser, await shop.link(email), take, { ...looks[look], expected });
  }
}

async function takeCheckout(look) {
  for (const [name, reach] of asked("checkout", checkoutLooks, look)) {
    const take = async ({ page }) => {
      await reach({ page, shop: store });
      await picture(page, `checkout-${name}`, look);
    };
    await visit(browser, `${store.server.url}/checkout/`, take, { ...looks[look], expected });
  }
}

async function takeDocs(look) {
  for (const [name, at] of asked("docs", { first: "", method: "#license.activate", errors: "#errors" }, look)) {
    const take = async ({ page }) => {
      await page.locator("article").first().waitFor();
      await picture(page, `docs-${name}`, look, false);
    };
    await visit(browser, `${server.url}/docs/${at}`, take, looks[look]);
  }
}

async function takeDesk(look) {
  const screens = asked("desk", deskStates, look);
  const take = async (visited) => {
    for (const [name, screen] of screens) {
      await arrive(desk, visited, screen);
      // What lies over a page stands in the window, not on the page.
      const isOver = await visited.page.locator("dialog[open], .menu-list, .toast").count();
      await picture(visited.page, `desk-${name}`, look, isOver === 0);
    }
  };
  if (screens.length > 0) await atDesk(browser, desk, "overview", take, looks[look]);
  for (const [name] of asked("desk", { "the way in": null }, look)) {
    const wayIn = async ({ page, desk: nobody }) => {
      await nobody.token.waitFor();
      await picture(page, `desk-${name}`, look);
    };
    await openDesk(browser, desk, wayIn, looks[look]);
  }
}

async function takeTestProvider(look) {
  for (const [name, path] of asked("testpay", { "session": await testShop.session("studio"), "overview": testShop.url }, look)) {
    const take = async ({ page }) => picture(page, `testpay-${name}`, look);
    await visit(browser, path, take, looks[look]);
  }
}

await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
const server = await startServer();
const desk = await startServer(deskSettings);
const receiver = await startReceiver();
const shop = await startShop();
const testing = await startServer(testProviderSettings);
const testShop = await openTestShop(testing);
const store = await startCheckoutShop();
const keys = await seed(server);
const deskStates = await deskScreens(desk, receiver);
try {
  for (const look of Object.keys(looks)) {
    for (const take of [takeCheck, takePortal, takeCheckout, takeDocs, takeDesk, takeTestProvider]) await take(look);
  }
} finally {
  await browser.close();
  for (const running of [testing, store, shop, desk, server, receiver]) await running.stop();
}
console.log(`${taken} pictures are in ${folder}`);
