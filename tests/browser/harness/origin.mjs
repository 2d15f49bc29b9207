// Somebody else's web site: a page of another origin, with no policy of its own.

import { once } from "node:events";
import { createServer } from "node:http";

const page = `<!doctype html><html lang="en"><title>A shop</title><link rel="icon" href="data:,">`;

export async function startOrigin() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
