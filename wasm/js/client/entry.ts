// The one entry that a client has in its storage.

import type { Mode } from "../types.js";
import type { ClientStorage } from "./storage.js";

/** What is known of the license from one start to the next. */
export interface Stored {
  key: string;
  /** The last good lease; null since a signed "no". */
  lease: string | null;
  /** Milliseconds since 1970: the latest time that was seen, or the server's after it was asked. */
  latest: number;
  /** Milliseconds since 1970: when a renewal failed first, if none succeeded since. */
  failedSince?: number;
}

/** Reads and writes the entry. A storage that fails is as good as none: then memory has to do. */
export class Entry {
  readonly #storage: ClientStorage;
  readonly #name: string;
  #memory: Stored | null = null;
  /** Whether the storage refused what memory holds. */
  #isBehind = false;

  constructor(storage: ClientStorage, name: string) {
    this.#storage = storage;
    this.#name = name;
  }

  /** The entry; null where there is none, or none that can be read. */
  async read(): Promise<Stored | null> {
    if (this.#isBehind) return this.#memory;
    try {
      this.#memory = parsed(await this.#storage.get(this.#name));
    } catch {
      // What memory holds is the last that was seen of it.
    }
    return this.#memory;
  }

  /** Replaces the entry; null deletes it. */
  async write(stored: Stored | null): Promise<void> {
    this.#memory = stored;
    try {
      if (stored) await this.#storage.set(this.#name, JSON.stringify(stored));
      else await this.#storage.delete(this.#name);
      this.#isBehind = false;
    } catch {
      this.#isBehind = true;
    }
  }
}

function parsed(text: unknown): Stored | null {
  if (typeof text !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { key, lease, latest, failedSince } = value as Record<string, unknown>;
  if (typeof key !== "string" || key === "" || typeof latest !== "number") return null;
  if (lease !== null && typeof lease !== "string") return null;
  return { key, lease, latest, ...(typeof failedSince === "number" && { failedSince }) };
}

/**
 * The entry's name: another one for every product, place and mode. It has letters, digits, `.`, `_`
 * and `-` only, which is all that some storages take.
 */
export function entryName(product: string, identifier: string, mode: Mode): string {
  return ["counterfoil", product, identifier, mode].map(plain).join(".");
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9-]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
}
