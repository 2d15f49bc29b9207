// Where a client keeps what it has to know at the next start.

/** Texts by their keys, kept by whoever runs the program. Any method may be asynchronous. */
export interface ClientStorage {
  /** The text under a key; null or undefined where there is none. */
  get(key: string): Awaitable<string | null | undefined>;
  set(key: string, value: string): Awaitable<unknown>;
  delete(key: string): Awaitable<unknown>;
}

type Awaitable<T> = T | PromiseLike<T>;

/** A storage that lasts as long as the program runs. */
export function memoryStorage(): ClientStorage {
  const texts = new Map<string, string>();
  return {
    get: (key) => texts.get(key),
    set: (key, value) => void texts.set(key, value),
    delete: (key) => void texts.delete(key),
  };
}

/** The browser's `localStorage` where there is one, else memory. */
export function usualStorage(): ClientStorage {
  const texts = localTexts();
  if (!texts) return memoryStorage();
  return {
    get: (key) => texts.getItem(key),
    set: (key, value) => texts.setItem(key, value),
    delete: (key) => texts.removeItem(key),
  };
}

function localTexts(): Storage | undefined {
  // Node has a `localStorage` too, which warns whoever looks at it.
  if (!("document" in globalThis) && !("Deno" in globalThis)) return undefined;
  try {
    return globalThis.localStorage;
  } catch {
    // A page that may keep nothing is not even let look.
    return undefined;
  }
}
