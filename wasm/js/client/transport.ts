// Carries one request and waits a while. Whatever goes wrong on the way is "could not ask".

import type { Request } from "../types.js";
import type { Reply } from "../wire.js";
import { type Unreachable, unreachable } from "./state.js";

/** What a `fetch` gives back, as far as the client looks at it. */
export interface Fetched {
  readonly status: number;
  readonly headers: { forEach(each: (value: string, name: string) => void): void };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** How the client calls `fetch`. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** A redirect is somebody else's answer, and a key is nothing to send after it. */
  redirect: "manual";
  /** An `AbortSignal`. Not every program that reads these types has a type for it. */
  signal: any;
}

/** What carries requests: the `fetch` of the platform, or one like it. */
export type Fetch = (url: string, init: FetchInit) => Promise<Fetched>;

/** What came back, with when to ask again. */
export interface Carried {
  reply: Required<Reply>;
  retryAfterMs: number | null;
}

export class Transport {
  readonly #server: string;
  readonly #fetch: Fetch;
  readonly #now: () => number;
  readonly #timeoutMs: number;

  constructor(server: string, fetch: Fetch, now: () => number, timeoutMs: number) {
    this.#server = server;
    this.#fetch = fetch;
    this.#now = now;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends a request, once. */
  async carry(request: Request): Promise<Carried | Unreachable> {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A `fetch` that does not heed the signal must not hold the program up either.
    const late = new Promise<Unreachable>((resolve) => {
      timer = setTimeout(() => {
        resolve(unreachable("The license server did not answer in time: try again later."));
        abort.abort();
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([this.#send(request, abort.signal), late]);
    } catch {
      return unreachable(
        "The license server could not be reached: check the connection and try again.",
      );
    } finally {
      clearTimeout(timer);
    }
  }

  async #send({ method, path, headers, body }: Request, signal: unknown): Promise<Carried> {
    const fetched = await this.#fetch.call(undefined, this.#server + path, {
      method,
      headers,
      ...(body && { body }),
      redirect: "manual",
      signal,
    });
    const received: Record<string, string> = {};
    fetched.headers.forEach((value, name) => {
      received[name.toLowerCase()] = value;
    });
    return {
      reply: {
        status: fetched.status,
        headers: received,
        body: new Uint8Array(await fetched.arrayBuffer()),
      },
      retryAfterMs: this.#wait(received["retry-after"]),
    };
  }

  /** Milliseconds of a `Retry-After`, which has seconds or a date. */
  #wait(text: string | undefined): number | null {
    if (text === undefined) return null;
    if (/^\d+$/.test(text)) return Number(text) * 1000;
    const at = Date.parse(text);
    return Number.isNaN(at) ? null : Math.max(0, at - this.#now());
  }
}
