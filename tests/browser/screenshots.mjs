// Pictures of every state of the page, for people to look at: target/screenshots/*.png.

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launchBrowser, visit } from "./harness/browser.mjs";
import { checkPage, mistype } from "./harness/check_page.mjs";
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
const answered = /held|valid|expired|place|unknown|wrong-product|suspended|revoked|bad|could/;

await mkdir(folder, { recursive: true });
const server = await startServer();
const browser = await launchBrowser();
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
  await server.stop();
}
console.log(`screenshots are in ${folder}`);
