// The client of a program that is licensed: one object for whatever server it asks.

import { Entry, entryName } from "./client/entry.js";
import { ForeignClient } from "./client/foreign.js";
import { Inquiry } from "./client/inquiry.js";
import type { Owner } from "./client/leases.js";
import { MANNERS } from "./client/manners.js";
import { notSupported, wrongOption } from "./client/mistake.js";
import { randomNonce } from "./client/nonce.js";
import { address, text } from "./client/options.js";
import { SignedClient } from "./client/signed.js";
import type { State } from "./client/state.js";
import { type ClientStorage, usualStorage } from "./client/storage.js";
import { StoredLicense } from "./client/stored_license.js";
import { type Fetch, Transport } from "./client/transport.js";
import { type KeySet, verifyLease } from "./lease.js";
import type { ForeignVerdict, Mode, Verdict } from "./types.js";
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

/** What every client is made of. */
interface AnyOptions {
  /** Where the program runs: a domain, a device, a user. */
  identifier: string;
  /** A label for the place, where the dialect has such a thing. */
  name?: string | undefined;
  /** What carries the requests; the platform's own where nothing is given. */
  fetch?: Fetch | undefined;
  /** Milliseconds since 1970; `Date.now` where nothing is given. */
  now?: (() => number) | undefined;
  /** How long one request may take: 10,000 where nothing is said. */
  timeoutMs?: number | undefined;
}

/** What a client of a Counterfoil server is made of. */
export interface ClientOptions extends AnyOptions {
  dialect?: "counterfoil" | undefined;
  /**
   * The server's address. It has to be https, unless it is this machine: an answer counts because it
   * is signed, but the key travels with the question.
   */
  server: string;
  /** The product's slug. */
  product: string;
  /** Which world is asked: `live` where nothing is said. */
  mode?: Mode | undefined;
  /** The vendor's public keys, pinned when the program was built. They are never fetched. */
  jwks: KeySet;
  /**
   * Where the key and the lease are kept. Where nothing is given: the browser's `localStorage`, or
   * memory, which the next start knows nothing of.
   */
  storage?: ClientStorage | undefined;
  /** Of no account: the key is the credential. */
  credentials?: Record<string, never> | undefined;
}

/** What a client of a foreign dialect is made of. */
export type ForeignClientOptions = ForeignCredentials &
  AnyOptions & {
    /**
     * The server's address, from which the dialect's own paths go on: `https://api.gumroad.com`, or
     * `https://licenses.example.com/gumroad`. It has to be https, unless it is this machine.
     */
    server: string;
    /** The product, as the dialect names it. */
    product: string;
    /** With a foreign dialect the credential says which world is asked. */
    mode?: Mode | undefined;
    /** Of no account: a foreign dialect signs nothing. */
    jwks?: unknown;
    /** Of no account: with a foreign dialect nothing is stored. */
    storage?: unknown;
  };

/**
 * Asks a license server for one program. No method throws or rejects for what can happen: a server
 * that is away is a state.
 *
 * A client of a Counterfoil server unlocks by what is signed, and stores it: the key, the lease and
 * the latest time that was seen. Without a connection the lease holds until it ends. Only a signed
 * "no" takes it away, and only one to the same key.
 *
 * A client of a foreign dialect has the answer of the moment and stores nothing.
 */
export interface Client<V extends ForeignVerdict = Verdict> {
  /**
   * Takes a place for a key and keeps the key, in place of the one before it. `replace` is the id of
   * an activation whose place is handed over; with a foreign dialect its id or identifier, and its
   * place is given back first.
   *
   * A "no" to another key leaves a good license as it was, and so does one that is not signed: it is
   * handed back and told to nobody else.
   */
  activate(key: string, options?: { replace?: string }): Promise<State<V>>;
  /**
   * How the license stands. The stored lease answers at once, without asking anybody; near the half
   * of its life it is renewed meanwhile, and `subscribe` hears what came of it. Nothing happens
   * between checks: there is no timer. Where no lease holds, the server is asked.
   *
   * With a foreign dialect: asks about the key that is kept.
   */
  check(): Promise<State<V>>;
  /**
   * Asks, whatever is stored: about this key, or the one that is kept. Another key's answer changes
   * nothing here; where none is kept, a "yes" keeps it. When nobody can be asked while the lease
   * holds, the state is the lease's.
   */
  validate(key?: string): Promise<State<V>>;
  /** Gives the place back, and forgets the key. When nobody can be asked, nothing is forgotten. */
  deactivate(): Promise<State<V>>;
  /**
   * Whether the license was last found good with this entitlement, and by the clock here still is.
   * No network: false until the first `check`. Foreign dialects have no entitlements: the plan's
   * name counts as one.
   */
  has(entitlement: string): boolean;
  /** Calls `listener` with every new state, until the function that it returns is called. */
  subscribe(listener: (state: State<V>) => void): () => void;
  /**
   * What to keep instead of the key and to give to `validate` at the next start, where the system
   * has such a thing: Serial Sense's alias, which cannot activate.
   */
  readonly alias: string | null;
}

/**
 * Makes a client. Nothing is asked yet.
 *
 * Throws a `Mistake`, and only for a programmer's error: an option that is missing or wrong, a
 * `jwks` that is no key set, an unknown dialect.
 */
export function createClient(options: ClientOptions): Client;
export function createClient(options: ForeignClientOptions): Client<ForeignVerdict>;
export function createClient(
  options: ClientOptions | ForeignClientOptions,
): Client | Client<ForeignVerdict> {
  return isOwn(options) ? signedClient(options) : foreignClient(options);
}

function isOwn(options: ClientOptions | ForeignClientOptions): options is ClientOptions {
  return options.dialect === undefined || options.dialect === "counterfoil";
}

function signedClient(options: ClientOptions): Client {
  const { name, now = Date.now, storage = usualStorage() } = options;
  const transport = carrier(options, "the license key would travel for everybody to read");
  const owner = ownerOf(options);
  if (typeof now !== "function") throw wrongOption("now", "must be a function");
  for (const method of ["get", "set", "delete"] as const) {
    if (typeof storage?.[method] !== "function") {
      throw wrongOption("storage", `must have the method ${method}`);
    }
  }
  const inquiry = new Inquiry(transport, owner);
  // What the options get wrong is wrong in every request, so it shows here and not later.
  inquiry.request({ call: "activate", key: "key", name }, randomNonce());
  const entry = new Entry(storage, entryName(owner.product, owner.identifier, owner.mode));
  const license = new StoredLicense(entry, owner, now);
  return new SignedClient({ inquiry, license, owner, name, now });
}

function ownerOf({ product, identifier, jwks, mode = "live" }: ClientOptions): Owner {
  const owner = { product: text("product", product), identifier: text("identifier", identifier) };
  if (jwks === undefined || jwks === null) throw wrongOption("jwks", "is missing");
  try {
    verifyLease("", { jwks });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    // Whatever else is thrown, as where no wasm may run, is not of this option.
    if (code !== "invalid_params") throw error;
    throw wrongOption("jwks", message.replace(/^`jwks` |\.$/g, ""));
  }
  // Nobody changes the keys of a client that exists.
  return { ...owner, mode, jwks: JSON.parse(JSON.stringify(jwks)) };
}

function foreignClient(options: ForeignClientOptions): Client<ForeignVerdict> {
  const { dialect, product, identifier, name, credentials = {} } = options;
  const transport = carrier(options, "nothing else vouches for a foreign dialect's answers");
  text("product", product);
  text("identifier", identifier);
  return new ForeignClient({
    dialect,
    manners: Object.hasOwn(MANNERS, dialect) ? MANNERS[dialect] : unknown(dialect),
    transport,
    asker: { product, identifier, name, credentials },
  });
}

/** `reason`: why the server's address has to be https. */
function carrier(options: AnyOptions & { server: string }, reason: string): Transport {
  const server = address(options.server, reason);
  const { fetch = globalThis.fetch as Fetch, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  if (typeof fetch !== "function") throw wrongOption("fetch", "is missing here: give one");
  if (!(timeoutMs > 0)) throw wrongOption("timeoutMs", "must be a number above 0");
  return new Transport(server, fetch, now, timeoutMs);
}

/** Throws what the module says of a dialect that there is not. */
function unknown(dialect: string): never {
  buildRequest(dialect as never, "validate" as never, {} as never);
  throw notSupported(`A client cannot speak the dialect "${dialect}": use buildRequest.`);
}
