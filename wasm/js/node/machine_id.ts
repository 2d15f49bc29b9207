// Which machine this is.

import { execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "./data_folder.js";

/** The error where nothing tells the machine from others, and nothing can be kept either. */
export interface NoMachineId extends Error {
  code: "no_machine_id";
}

/** So that the hash is worth nothing to whoever hashes the same name for another purpose. */
const PREFIX = "counterfoil machine id\n";

let known: string | undefined;

/**
 * A name for this machine: 64 hex digits, the same for every program and user, from which nobody
 * learns the machine's own id. It comes from `/etc/machine-id`, on macOS the hardware's UUID, on
 * Windows the registry.
 *
 * Where there is none, as in many containers, a random one is made and kept in the user's data
 * folder: it holds as long as that folder does. Throws a `NoMachineId` where that cannot be
 * written; then bring an identifier of your own.
 */
export function machineId(): string {
  known ??= createHash("sha256").update(PREFIX + (given() ?? kept())).digest("hex");
  return known;
}

/** What the system calls the machine, if it does. */
function given(): string | undefined {
  switch (process.platform) {
    case "darwin":
      return uuid(
        said("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"),
        /"IOPlatformUUID" = "([^"]+)"/,
      );
    case "win32":
      return uuid(
        said(
          `${process.env["SystemRoot"] ?? "C:\\Windows"}\\System32\\reg.exe`,
          "query",
          "HKLM\\SOFTWARE\\Microsoft\\Cryptography",
          "/v",
          "MachineGuid",
          // A program of 32 bits would be shown another part of the registry.
          "/reg:64",
        ),
        /MachineGuid\s+REG_SZ\s+(\S+)/,
      );
    default:
      return (
        uuid(content("/etc/machine-id"), /^(.*)$/m) ??
        uuid(content("/var/lib/dbus/machine-id"), /^(.*)$/m) ??
        uuid(content("/etc/hostid"), /^(.*)$/m)
      );
  }
}

/** The id in what a system says, if it is one: images may hold an empty one, or nought. */
function uuid(text: string | undefined, pattern: RegExp): string | undefined {
  const digits = pattern.exec(text ?? "")?.[1]?.trim().toLowerCase().replaceAll("-", "");
  return digits !== undefined && /^[0-9a-f]{32}$/.test(digits) && !/^0+$/.test(digits)
    ? digits
    : undefined;
}

function content(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function said(program: string, ...words: string[]): string | undefined {
  try {
    const quietly = ["ignore", "pipe", "ignore"] as const;
    return execFileSync(program, words, { encoding: "utf8", stdio: [...quietly], timeout: 5_000 });
  } catch {
    return undefined;
  }
}

/** A random id that was made here before, or is made now. */
function kept(): string {
  const folder = dataFolder();
  // No storage has a name that begins like that.
  const path = join(folder, "_machine-id");
  const before = uuid(content(path), /^(.*)$/m);
  if (before !== undefined) return before;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const draft = `${path}.${randomUUID()}`;
    writeFileSync(draft, `${randomUUID()}\n`, { flag: "wx", mode: 0o600 });
    settle(draft, path);
    // Whichever program came first: all of them go by what lies there.
    const now = uuid(content(path), /^(.*)$/m);
    if (now !== undefined) return now;
    throw new Error(`${path} holds no id`);
  } catch (cause) {
    const message =
      "Nothing tells this machine from others, and no id can be kept in " +
      `${folder}. Make that folder writable, or choose an identifier of your own.`;
    throw Object.assign(new Error(message, { cause }), {
      code: "no_machine_id",
    } satisfies Pick<NoMachineId, "code">);
  }
}

/** Puts a draft in its place, unless another program has put one there that is good. */
function settle(draft: string, path: string): void {
  try {
    linkSync(draft, path);
    rmSync(draft);
  } catch {
    if (uuid(content(path), /^(.*)$/m) === undefined) renameSync(draft, path);
    else rmSync(draft);
  }
}
