// A mail server that takes everything and keeps it for the tests to read.

import { once } from "node:events";
import { createServer } from "node:net";

export async function startMailServer() {
  const messages = [];
  const waiting = [];
  const sockets = new Set();
  const take = (message) => {
    messages.push(message);
    for (const wake of waiting.splice(0)) wake();
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // Whoever goes without a word is no error here.
    socket.on("error", () => undefined);
    socket.setEncoding("utf8");
    socket.write("220 mail.example\r\n");
    let rest = "";
    let body = null;
    socket.on("data", (text) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop();
      for (const line of lines) {
        if (body !== null && line !== ".") {
          body.push(line.replace(/^\./, ""));
        } else if (body !== null) {
          take(body.join("\r\n"));
          body = null;
          socket.write("250 kept\r\n");
        } else if (/^data$/i.test(line)) {
          body = [];
          socket.write("354 go on\r\n");
        } else {
          socket.write(/^quit$/i.test(line) ? "221 bye\r\n" : "250 ok\r\n");
        }
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    messages,
    /** The first message from number `from` on that matches; waits for it. */
    async message(pattern, from = 0) {
      for (;;) {
        const found = messages.slice(from).find((message) => pattern.test(decoded(message)));
        if (found !== undefined) return decoded(found);
        await new Promise((resolve) => waiting.push(resolve));
      }
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Quoted-printable made plain, as far as links need it. */
function decoded(message) {
  const joined = message.replace(/=\r\n/g, "");
  return joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
}
