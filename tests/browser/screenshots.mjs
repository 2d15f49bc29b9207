// Pictures of every state of the pages, for people to look at: target/screenshots/*.png.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { checkPage, mistype } from "./harness/check_page.mjs";
import { portalPage, startShop } from "./harness/portal_page.mjs";
import { seed } from "./harness/seed.mjs";
import { startServer } from "./harness/server.mjs";
import { answerWith, status } from "./harness/verdicts.mjs";

const folder = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));
const looks = {
  light: { colorScheme: "light", viewport: { width: 1100, height: 860 } },
  dark: { colorScheme: "dark", viewport: { width: 1100, height: 860 } },
  phone: { colorScheme: "light", viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
};

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
const answered = /held|valid|expired|place|unknown|wrong-product|suspended|revoked|bad|could/;

await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await launchBrowser();
const shop = await startShop();
try {
  const keys = await seed(server);
  for (const [look, options] of Object.entries(looks)) {
    for (const [state, reach] of Object.entries(states)) {
      const take = async ({ page }) => {
        const check = checkPage(page);
        await reach({ check, page, keys });
        if (answered.test(state)) await check.title.waitFor();
        await page.screenshot({ path: `${folder}${state}-${look}.png`, fullPage: true, animations: "disabled" });
      };
      await visit(browser, server.url, take, { ...options, expected: /Failed to load resource/ });
    }
    for (const [state, reach] of Object.entries(portalStates)) {
      // Somebody new for each: of many links for one address only the first few are mailed.
      const { email } = await shop.sell({ expiresAt: "2024-02-29T00:00:00Z" });
      await shop.sell({ email, expiresAt: "2099-06-04T00:00:00Z" }, "example.com", "staging.example.com");
      const take = async ({ page }) => {
        await reach({ page, portal: portalPage(page), at: `${shop.server.url}/portal/` });
        await page.screenshot({ path: `${folder}portal-${state}-${look}.png`, fullPage: true, animations: "disabled" });
      };
      await visit(browser, await shop.link(email), take, { ...options, expected: /Failed to load resource/ });
    }
    for (const at of ["", "#license.activate", "#errors"]) {
      const take = async ({ page }) => {
        await page.locator("article").first().waitFor();
        await page.screenshot({ path: `${folder}docs${at.slice(1) && "-"}${at.slice(1)}-${look}.png` });
      };
      await visit(browser, `${server.url}/docs/${at}`, take, options);
    }
  }
} finally {
  await browser.close();
  await shop.stop();
  await server.stop();
}
console.log(`screenshots are in ${folder}`);
