// The client of a program that is licensed: one object for whatever server it asks.

import { ForeignClient } from "./client/foreign.js";
import { MANNERS } from "./client/manners.js";
import { type Mistake, notSupported, wrongOption } from "./client/mistake.js";
import type { State } from "./client/state.js";
import { type Fetch, Transport } from "./client/transport.js";
import type { Mode } from "./types.js";
import { buildRequest } from "./wire.js";

/** How long a server may take, where nothing is said. */
const TIMEOUT_MS = 10_000;

/** What a dialect's calls prove themselves by, beside the key. Never ship one that is a secret. */
export type ForeignCredentials =
  | {
      dialect: "codeheaven";
      /** The vendor's key. It opens every license of the vendor: for your own servers only. */
      credentials: { vendorKey: string };
    }
  | {
      dialect: "gumroad";
      /** The seller's token, for giving uses back: for your own servers only. */
      credentials?: { access_token?: string };
    }
  | { dialect: "licensedock"; credentials?: Record<string, never> }
  | {
      dialect: "packedge";
      /** The product's public key, which may be known. Without it the open edge is asked. */
      credentials?: { public_key?: string };
    }
  | {
      dialect: "serialsense";
      /** The application's key, which may be known. */
      credentials: { apikey: string };
    };

/** What a client is made of. */
export type ClientOptions = ForeignCredentials & {
  /**
   * The server's address, from which the dialect's own paths go on: `https://api.gumroad.com`, or
   * `https://licenses.example.com/gumroad`. It has to be https, unless it is this machine.
   */
  server: string;
  /** The product, as the dialect names it. */
  product: string;
  /** Where the program runs: a domain, a device, a user. */
  identifier: string;
  /** A label for the place, where the dialect has such a thing. */
  name?: string;
  /** With a foreign dialect the credential says which world is asked. */
  mode?: Mode;
  /** What carries the requests; the platform's own where nothing is given. */
  fetch?: Fetch;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long one request may take: 10,000 where nothing is said. */
  timeoutMs?: number;
  /** Of no account: a foreign dialect signs nothing. */
  jwks?: unknown;
  /** Of no account: with a foreign dialect nothing is stored. */
  storage?: unknown;
};

/**
 * Asks a license server for one program. No method throws or rejects for what can happen: a server
 * that is away is a state. Calls go one after the other, each asks once and none tries again.
 */
export interface Client {
  /**
   * Takes a place for a key, and keeps the key for as long as the program runs. `replace` is the id
   * or the identifier of an activation whose place is given back first.
   */
  activate(key: string, options?: { replace?: string }): Promise<State>;
  /** Asks about the key that is kept. */
  check(): Promise<State>;
  /** Asks about this key, or the one that is kept. */
  validate(key?: string): Promise<State>;
  /** Gives the place back, and forgets the key. */
  deactivate(): Promise<State>;
  /**
   * Whether the last answer was a "yes" with this entitlement. Foreign dialects have none: the
   * plan's name counts as one.
   */
  has(entitlement: string): boolean;
  /** Calls `listener` with every new state, until the function that it returns is called. */
  subscribe(listener: (state: State) => void): () => void;
  /**
   * What to keep instead of the key and to give to `validate` at the next start, where the system
   * has such a thing: Serial Sense's alias, which cannot activate.
   */
  readonly alias: string | null;
}

/**
 * Makes a client. Nothing is asked yet.
 *
 * Throws a `Mistake`, and only for a programmer's error: an option that is missing or wrong, an
 * unknown dialect.
 */
export function createClient(options: ClientOptions): Client {
  const { dialect, product, identifier, name, credentials = {} } = options;
  if (dialect === undefined || (dialect as string) === "counterfoil") {
    throw notSupported(
      'For the dialect "counterfoil" a client needs leases, which it cannot read yet: use ' +
        "buildRequest and parseResponse until it can, or name a foreign dialect.",
    );
  }
  const server = address(text("server", options.server));
  text("product", product);
  text("identifier", identifier);
  const { fetch = globalThis.fetch as Fetch, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  if (typeof fetch !== "function") throw wrongOption("fetch", "is missing here: give one");
  if (!(timeoutMs > 0)) throw wrongOption("timeoutMs", "must be a number above 0");
  return new ForeignClient({
    dialect,
    manners: Object.hasOwn(MANNERS, dialect) ? MANNERS[dialect] : unknown(dialect),
    transport: new Transport(server, fetch, now, timeoutMs),
    asker: { product, identifier, name, credentials },
  });
}

/** Throws what the module says of a dialect that there is not. */
function unknown(dialect: string): never {
  buildRequest(dialect as never, "validate" as never, {} as never);
  throw notSupported(`A client cannot speak the dialect "${dialect}": use buildRequest.`);
}

function text(option: string, value: unknown): string {
  if (value === undefined || value === null) throw wrongOption(option, "is missing");
  if (typeof value !== "string") throw wrongOption(option, "must be a text");
  if (value.trim() === "") throw wrongOption(option, "must not be empty");
  return value;
}

/** The base that paths are appended to. */
function address(text: string): string {
  const wrong = (problem: string): Mistake => wrongOption("server", problem);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong("must be an address such as https://licenses.example.com");
  }
  const isHere = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere)) {
    throw wrong("must be https: nothing else vouches for a foreign dialect's answers");
  }
  if (url.username || url.password || url.search || url.hash) {
    throw wrong("must have no user name, query or fragment");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
