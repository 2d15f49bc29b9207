// A shop's page that brings the package with it, under a policy as strict as can be.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const PACKAGE = new URL("../../../wasm/pkg/index.js", import.meta.url);
const page = `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">`;

/** Serves it; it may speak to `server` and to nobody else. */
export async function startShop(server) {
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; connect-src ${server}`;
  const http = createServer((request, response) => {
    if (request.url === "/counterfoil.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(PACKAGE));
    } else {
      const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy };
      response.writeHead(200, headers).end(page);
    }
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    async stop() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}
