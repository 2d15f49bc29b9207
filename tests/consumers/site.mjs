// Pages in a real Chromium, under the strictest policy that lets the package run.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { launchBrowser, visit } from "../browser/harness/browser.mjs";

/** Without it there is no wasm. */
const DIRECTIVE = "'wasm-unsafe-eval'";

/** The policy of a page, with that directive or without. */
export const policy = ({ wasm = true } = {}) =>
  `default-src 'none'; img-src data:; connect-src 'self'; script-src 'self'${wasm ? ` ${DIRECTIVE}` : ""}`;

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Serves a folder to a body, under a policy. */
export async function serve(folder, body, options) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = join(folder, pathname === "/" ? "index.html" : pathname);
    const content = await readFile(path).catch(() => undefined);
    response.writeHead(content ? 200 : 404, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-security-policy": policy(options),
    });
    response.end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await body(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

let browser;

/** The one browser of all pages. */
export async function chromium() {
  browser ??= await launchBrowser();
  return browser;
}

export async function close() {
  await browser?.close();
}

/**
 * What the page's program prints, with a line's end as elsewhere. Fails when the page complained of
 * what was not `expected`.
 */
export async function printed(url, options = {}) {
  let text;
  const record = () => {
    const { log } = console;
    globalThis.counterfoilPrinted = new Promise((resolve, reject) => {
      // Also of scripts that do not load, whose events do not bubble.
      addEventListener("error", ({ message = "a script did not load" }) => reject(new Error(message)), true);
      console.log = (line) => {
        log(line);
        resolve(line);
      };
    });
  };
  await visit(
    await chromium(),
    url,
    async ({ page }) => {
      text = `${await page.evaluate(() => globalThis.counterfoilPrinted)}\n`;
    },
    { ...options, initScript: record },
  );
  return text;
}
