// Somebody else's web site: a page of another origin, with no policy of its own unless it is given one.

import { once } from "node:events";
import { createServer } from "node:http";

const page = `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">`;

export async function startOrigin() {
  const origin = { policy: null };
  const server = createServer((_request, response) => {
    const { policy } = origin;
    const headers = { "content-type": "text/html; charset=utf-8", ...(policy && { "content-security-policy": policy }) };
    response.writeHead(200, headers).end(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(origin, {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
