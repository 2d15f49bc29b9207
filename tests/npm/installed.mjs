// The package as its users get it: packed by npm, then installed into a folder of its own.

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The repository. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

const built = join(root, "wasm/pkg");
if (!existsSync(built)) {
  throw new Error("The npm package is not built: run `cargo xtask npm` first.");
}

/** Where the package is installed. It goes when the test ends. */
export const folder = realpathSync(mkdtempSync(join(tmpdir(), "counterfoil-npm-")));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Runs a program there, and gives what it prints; a failure shows what it said. */
function execute(program, ...args) {
  try {
    return execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
  } catch ({ message, stdout, stderr }) {
    throw new Error(`${message}\n${stdout}${stderr}`);
  }
}

const [tarball] = JSON.parse(execute("npm", "pack", built, "--json"));
writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
execute(
  "npm",
  "install",
  "--offline",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  `./${tarball.filename}`,
);

/** The tarball. */
export const tarballPath = join(folder, tarball.filename);

/** The paths inside the tarball. */
export const packed = tarball.files.map((file) => file.path);

/** Writes a file of a program that uses the package. */
export function write(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs Node on such a file. */
export function run(path) {
  return execute(process.execPath, path);
}

/** Runs a tool that the package is built with, such as `tsc`. */
export function tool(name, ...args) {
  return execute(join(root, "wasm/node_modules/.bin", name), ...args);
}

/** The package's exports. */
export const counterfoil = await import(
  pathToFileURL(write("exports.mjs", 'export * from "counterfoil";\n')).href
);
