// Servers that fail in one way each, on ports of their own.

import { createServer } from "node:http";

/** A server that answers so; `asked` counts the requests. */
export async function startFaulty(respond) {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    request.resume();
    respond(response, request);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    asked: () => asked,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address where nobody listens. */
export async function closedPort() {
  const server = await startFaulty(() => {});
  await server.stop();
  return server.url;
}

/** Answers with these. */
export function answering(status, headers, body) {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Begins an answer and breaks off. */
export function breakingOff(response) {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write('{"data":{"valid":tr', () => response.destroy());
}

/** Never answers. */
export function hanging() {}

/** Begins an answer and never ends it. */
export function trickling(response) {
  response.writeHead(200, { "content-type": "application/json" });
  response.write('{"data":');
}
