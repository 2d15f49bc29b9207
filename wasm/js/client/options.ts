// What a programmer gives a client, judged at once.

import { type Mistake, wrongOption } from "./mistake.js";

/** A text that has to be there. Throws a `Mistake` where it is not. */
export function text(option: string, value: unknown): string {
  if (value === undefined || value === null) throw wrongOption(option, "is missing");
  if (typeof value !== "string") throw wrongOption(option, "must be a text");
  if (value.trim() === "") throw wrongOption(option, "must not be empty");
  return value;
}

/**
 * The base that paths are appended to. It has to be https, unless it is this machine: `reason` says
 * why. Throws a `Mistake` for another.
 */
export function address(server: unknown, reason: string): string {
  const wrong = (problem: string): Mistake => wrongOption("server", problem);
  const given = text("server", server);
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw wrong("must be an address such as https://licenses.example.com");
  }
  const isHere = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere)) {
    throw wrong(`must be https: ${reason}`);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw wrong("must have no user name, query or fragment");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
