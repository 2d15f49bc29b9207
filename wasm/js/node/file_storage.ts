// Texts kept in files, for a client's `storage`.

import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { wrongOption } from "../client/mistake.js";
import { dataFolder } from "./data_folder.js";

/** Texts by their keys. Calls of one storage happen in the order in which they were made. */
export interface FileStorage {
  /** The text under a key, or null. */
  get(key: string): Promise<string | null>;
  /** Keeps a text under a key. It is there whole, or what was there before still is. */
  set(key: string, value: string): Promise<void>;
  /** Forgets a key; one that is not kept is no error. */
  delete(key: string): Promise<void>;
}

const NAME_LENGTH_MAX = 64;
/** Longer file names meet the limits of some file systems. */
const FILE_LENGTH_MAX = 120;

/**
 * A storage in the user's data folder (`$XDG_DATA_HOME` or `~/.local/share`, on macOS
 * `~/Library/Application Support`, on Windows `%APPDATA%`) under `counterfoil/<name>`. `name` is
 * that of your program: 1 to 64 of `a-z`, `A-Z`, `0-9`, `.`, `_` and `-`, the first of them a letter
 * or digit and the last no dot. Only the user may read the files.
 *
 * Throws a `Mistake` for another name. The methods reject with the system's error when the disk
 * refuses.
 */
export function fileStorage(name: string): FileStorage {
  const folder = join(dataFolder(), checked(name));
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    // Whether the call before succeeded is its own caller's business.
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    get: (key) => next(() => read(join(folder, file(key)))),
    set: (key, value) => next(() => write(folder, file(key), value)),
    delete: (key) => next(() => rm(join(folder, file(key)), { force: true })),
  };
}

/** A name that is one folder's, on every platform. */
function checked(name: unknown): string {
  if (typeof name !== "string") throw wrongOption("name", "must be a text");
  const isPlain = /^[a-z0-9]([a-z0-9._-]*[a-z0-9_-])?$/i.test(name);
  // What Windows keeps for devices, whatever ending follows.
  const isDevice = /^(aux|con|nul|prn|(com|lpt)[0-9])(\.|$)/i.test(name);
  if (isPlain && !isDevice && name.length <= NAME_LENGTH_MAX) return name;
  throw wrongOption("name", `must be a plain name of 1 to ${NAME_LENGTH_MAX} letters and digits`);
}

/**
 * The file of a key. Different keys have different files even where case does not count, and no
 * key leaves the folder.
 */
function file(key: string): string {
  const escaped = Array.from(new TextEncoder().encode(key), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  }).join("");
  if (escaped.length <= FILE_LENGTH_MAX) return `_${escaped}`;
  return `=${createHash("sha256").update(key).digest("hex")}`;
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Writes beside the file and renames, so that nobody ever reads half of it. */
async function write(folder: string, file: string, value: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A key's own file has no dot in its name.
  const draft = join(folder, `${file}.${randomUUID()}`);
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(value, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, join(folder, file));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
