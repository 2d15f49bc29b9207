// `counterfoil/node`: the disk and the machine, as programs meet them on every platform.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { folder, tool, write } from "./installed.mjs";

const execute = promisify(execFile);

/** Runs a program with a home of its own. */
async function runAt(home, program, env = {}) {
  const path = write(`node_${createHash("sha256").update(program).digest("hex").slice(0, 12)}.mjs`, program);
  const { stdout } = await execute(process.execPath, [path], {
    env: { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: join(home, "data"), ...env },
  });
  return stdout;
}

const newHome = () => mkdtempSync(join(folder, "home-"));

// --- storage

const STORAGE = 'import { fileStorage } from "counterfoil/node";\nconst storage = fileStorage("acme-optimizer");\n';

test("a storage gives back what was set, in this run and in the next", async () => {
  const home = newHome();
  const first = await runAt(home, `${STORAGE}
    console.log(await storage.get("lease"));
    await storage.set("lease", "one");
    await storage.set("lease", "zwei \\u2603\\n");
    console.log(JSON.stringify(await storage.get("lease")));`);
  assert.equal(first, `null\n${JSON.stringify("zwei ☃\n")}\n`);
  const second = await runAt(home, `${STORAGE}
    console.log(JSON.stringify(await storage.get("lease")));
    await storage.delete("lease");
    await storage.delete("lease");
    console.log(await storage.get("lease"));`);
  assert.equal(second, `${JSON.stringify("zwei ☃\n")}\nnull\n`);
});

test("only the user may read what is stored, and no draft stays behind", async () => {
  const home = newHome();
  await runAt(home, `${STORAGE} await storage.set("lease", "x");`);
  const place = join(home, "data/counterfoil/acme-optimizer");
  const files = readdirSync(place);
  assert.equal(files.length, 1);
  assert.equal(statSync(join(place, files[0])).mode & 0o777, 0o600);
  assert.equal(statSync(place).mode & 0o777, 0o700);
});

test("calls that are made at once happen in their order", async () => {
  const printed = await runAt(newHome(), `${STORAGE}
    const sets = Array.from({ length: 40 }, (_, round) => storage.set("k", "x".repeat(100_000 - 2_000 * round) + round));
    const seen = storage.get("k");
    storage.delete("k");
    const gone = storage.get("k");
    await Promise.all(sets);
    console.log((await seen).replaceAll("x", ""), await gone);`);
  assert.equal(printed, "39 null\n");
});

test("who reads while others write gets a whole text, whichever process writes", async () => {
  const home = newHome();
  const writer = (letter) => runAt(home, `${STORAGE}
    for (let round = 0; round < 30; round += 1) await storage.set("k", "${letter}".repeat(200_000));`);
  const reader = runAt(home, `${STORAGE}
    for (let round = 0; round < 100; round += 1) {
      const text = await storage.get("k");
      if (text !== null && !/^(a{200000}|b{200000})$/.test(text)) console.log("torn", text.length);
    }`);
  await Promise.all([writer("a"), writer("b")]);
  assert.equal(await reader, "");
});

test("different keys have different files, and none leaves the folder", async () => {
  const home = newHome();
  const keys = ["a", "A", "../a", "a/b", "a\\b", "..", ".", "", "%61", "con", "ä", "k".repeat(500), "K".repeat(500), "k".repeat(501)];
  const printed = await runAt(home, `${STORAGE}
    const keys = ${JSON.stringify(keys)};
    for (const key of keys) await storage.set(key, "value of " + key);
    const values = [];
    for (const key of keys) values.push(await storage.get(key));
    console.log(JSON.stringify(values));`);
  assert.deepEqual(JSON.parse(printed), keys.map((key) => `value of ${key}`));
  const files = readdirSync(join(home, "data/counterfoil/acme-optimizer"));
  // Even where a file system does not tell cases apart.
  assert.equal(new Set(files.map((file) => file.toLowerCase())).size, keys.length);
  assert.deepEqual(readdirSync(join(home, "data/counterfoil")), ["acme-optimizer"]);
});

test("a name that is no plain name is a programmer's error", async () => {
  const bad = ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "end.", "a b", "ä", "x".repeat(65), "con", "NUL.txt", "com1", null, undefined, 7];
  const good = ["a", "Acme_Optimizer-2.1", "x".repeat(64), "console", "9"];
  const printed = await runAt(newHome(), `
    import { fileStorage } from "counterfoil/node";
    const tried = (name) => { try { fileStorage(name); return "ok"; } catch (error) { return error.code + " " + error.field; } };
    console.log(JSON.stringify([${JSON.stringify(bad)}.map(tried), ${JSON.stringify(good)}.map(tried)]));`);
  assert.deepEqual(JSON.parse(printed), [bad.map(() => "invalid_params name"), good.map(() => "ok")]);
});

test("a disk that refuses rejects, and what was stored is still there", async (context) => {
  if (process.getuid?.() === 0) {
    // To root no folder is closed: a file stands where the folder would be.
    const home = newHome();
    mkdirSync(join(home, "data/counterfoil"), { recursive: true });
    writeFileSync(join(home, "data/counterfoil/acme-optimizer"), "");
    const printed = await runAt(home, `${STORAGE}
      const said = (error) => error.code;
      console.log(await storage.set("k", "v").catch(said), await storage.get("k").catch(said));`);
    assert.equal(printed, "EEXIST ENOTDIR\n");
    context.diagnostic("as root");
    return;
  }
  const home = newHome();
  await runAt(home, `${STORAGE} await storage.set("k", "kept");`);
  chmodSync(join(home, "data/counterfoil/acme-optimizer"), 0o500);
  const printed = await runAt(home, `${STORAGE}
    console.log(await storage.set("k", "lost").catch((error) => error.code), await storage.get("k"));`);
  assert.equal(printed, "EACCES kept\n");
});

/** Runs a program that takes itself to be on another platform, with these answers from it. */
function elsewhere(platform, { files = {}, programs = {} } = {}) {
  return `
    import fs from "node:fs";
    import child from "node:child_process";
    import { syncBuiltinESMExports } from "node:module";
    const files = ${JSON.stringify(files)}, programs = ${JSON.stringify(programs)};
    const { readFileSync } = fs;
    Object.defineProperty(process, "platform", { value: ${JSON.stringify(platform)} });
    fs.readFileSync = (path, ...rest) => {
      if (files[path] !== undefined) return files[path];
      if (String(path).startsWith("/etc/") || String(path).startsWith("/var/")) throw new Error("ENOENT");
      return readFileSync(path, ...rest);
    };
    child.execFileSync = (program, words) => {
      const said = programs[[program, ...words].join(" ")];
      if (said === undefined) throw new Error("ENOENT: " + [program, ...words].join(" "));
      return said;
    };
    syncBuiltinESMExports();
    const { fileStorage, machineId } = await import("counterfoil/node");\n`;
}

for (const [platform, env, place] of [
  ["linux", { XDG_DATA_HOME: "relative" }, ".local/share"],
  ["linux", { XDG_DATA_HOME: "" }, ".local/share"],
  ["darwin", {}, "Library/Application Support"],
  ["win32", { APPDATA: "" }, "AppData/Roaming"],
]) {
  test(`on ${platform} with ${JSON.stringify(env)} things are kept in ${place}`, async () => {
    const home = newHome();
    await runAt(home, `${elsewhere(platform)} await fileStorage("acme").set("k", "v");`, env);
    assert.ok(existsSync(join(home, place, "counterfoil/acme/_k")));
  });
}

// --- machine

const RAW = "0123456789abcdef0123456789abcdef";
const hashed = (raw) => createHash("sha256").update(`counterfoil machine id\n${raw}`).digest("hex");
const UUID = "01234567-89AB-CDEF-0123-456789ABCDEF";
const IOREG = "/usr/sbin/ioreg -rd1 -c IOPlatformExpertDevice";
const REG = "C:\\Windows\\System32\\reg.exe query HKLM\\SOFTWARE\\Microsoft\\Cryptography /v MachineGuid /reg:64";

for (const [name, platform, answers] of [
  ["Linux", "linux", { files: { "/etc/machine-id": `${RAW}\n` } }],
  ["an older Linux", "linux", { files: { "/etc/machine-id": "", "/var/lib/dbus/machine-id": `${RAW}\n` } }],
  ["FreeBSD", "freebsd", { files: { "/etc/hostid": `${UUID}\n` } }],
  ["macOS", "darwin", { programs: { [IOREG]: `{\n  "IOPlatformSerialNumber" = "C02"\n  "IOPlatformUUID" = "${UUID}"\n}` } }],
  ["Windows", "win32", { programs: { [REG]: `\r\nHKEY_LOCAL_MACHINE\\...\r\n    MachineGuid    REG_SZ    ${UUID.toLowerCase()}\r\n` } }],
]) {
  test(`a machine with ${name} is known by a hash of what the system calls it`, async () => {
    const home = newHome();
    const printed = await runAt(home, `${elsewhere(platform, answers)} console.log(machineId(), await machineId());`);
    assert.equal(printed, `${hashed(RAW)} ${hashed(RAW)}\n`);
    assert.deepEqual(readdirSync(home), [], "nothing had to be kept");
  });
}

for (const [name, text] of [
  ["no id", undefined],
  ["an empty id", ""],
  ["an id that is to come", "uninitialized\n"],
  ["nought for an id", `${"0".repeat(32)}\n`],
]) {
  test(`a machine with ${name} is known by one that is made and kept`, async () => {
    const home = newHome();
    const files = text === undefined ? {} : { "/etc/machine-id": text };
    const program = `${elsewhere("linux", { files })} console.log(machineId());`;
    const ids = new Set(await Promise.all(Array.from({ length: 4 }, () => runAt(home, program))));
    assert.equal(ids.size, 1, "programs that start at once agree");
    assert.match([...ids][0], /^[0-9a-f]{64}\n$/);
    assert.equal(await runAt(home, program), [...ids][0]);
    assert.notEqual(await runAt(newHome(), program), [...ids][0]);
    const kept = join(home, "data/counterfoil/_machine-id");
    assert.equal(statSync(kept).mode & 0o777, 0o600);
    assert.ok(![...ids][0].includes(readFileSync(kept, "utf8").trim().replaceAll("-", "")));
    assert.equal(readdirSync(join(home, "data/counterfoil")).length, 1, "no draft stays behind");
  });
}

test("a kept id that was spoilt is made anew", async () => {
  const home = newHome();
  mkdirSync(join(home, "data/counterfoil"), { recursive: true });
  writeFileSync(join(home, "data/counterfoil/_machine-id"), "");
  const program = `${elsewhere("linux")} console.log(machineId());`;
  assert.equal(await runAt(home, program), await runAt(home, program));
});

test("where nothing can be kept the error says what to do", async () => {
  const home = newHome();
  writeFileSync(join(home, "data"), "a file where the folder would be");
  const printed = await runAt(home, `${elsewhere("linux")}
    try { machineId(); } catch (error) { console.log(error.code, error.message); }`);
  assert.match(printed, /^no_machine_id .*identifier of your own/);
});

test("on this very machine it is the same in every program", async () => {
  const program = 'import { machineId } from "counterfoil/node"; console.log(machineId());';
  const required = 'import { createRequire } from "node:module"; console.log(createRequire(import.meta.url)("counterfoil/node").machineId());';
  const home = newHome();
  assert.equal(await runAt(home, program), await runAt(home, required));
});

test("the types stand without those of Node", () => {
  const uses = `
    const id: string = machineId();
    const storage: FileStorage = fileStorage("acme");
    storage.get(id).then((text: string | null) => storage.set(id, text ?? ""));
    // @ts-expect-error: a storage has a name.
    fileStorage();`;
  const strict = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022", "--types", "", "--module", "nodenext"];
  tool("tsc", ...strict, write("node_module.mts", `import { type FileStorage, fileStorage, machineId } from "counterfoil/node";${uses}`));
  tool("tsc", ...strict, write("node_common.cts", `import node = require("counterfoil/node");
    const { fileStorage, machineId } = node; type FileStorage = node.FileStorage;${uses}`));
});
