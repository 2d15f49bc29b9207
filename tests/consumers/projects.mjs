// Throwaway projects, each with the packed package in a `node_modules` of its own.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folder as installed } from "../npm/installed.mjs";
import { recorded } from "./recorded.mjs";

const execute = promisify(execFile);
const program = readFileSync(fileURLToPath(new URL("program.mjs", import.meta.url)), "utf8");

export const MAIN = 'import { answer } from "./program.mjs";\nconsole.log(answer());\n';
const PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A shop</title><link rel="icon" href="data:,">';

/** A page that runs one script. */
export const page = (script, type = "module") => `${PAGE}<script type="${type}" src="${script}" defer></script></html>\n`;

/** ECMAScript's modules in CommonJS's words, as far as the program uses them. */
export function asCommonJs(text) {
  return text
    .replace(/^import (\{[^}]*\}) from ("[^"]*");$/gm, "const $1 = require($2);")
    .replace(/^export (function|const) (\w+)/gm, "exports.$2 = $2; $1 $2")
    .replace(/^exports\.(\w+) = \1; const \1 =/gm, "exports.$1 =")
    .replaceAll('.mjs"', '.cjs"');
}

/**
 * Makes a project. `rename` takes each of its three modules' names and texts to what the project's
 * tools want; `files` are further ones, by their paths.
 */
export function project(name, { rename = (file, text) => [file, text], files = {}, typed = false } = {}) {
  const folder = join(installed, "projects", name.replace(/[^a-z0-9]+/gi, "-").toLowerCase());
  mkdirSync(folder, { recursive: true });
  const put = (file, text) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  put("package.json", '{ "private": true, "type": "module", "dependencies": { "counterfoil": "*" } }\n');
  // A copy: no tool may find a way back from a link to where the package was built.
  cpSync(join(installed, "node_modules/counterfoil"), join(folder, "node_modules/counterfoil"), { recursive: true });
  const modules = { "recorded.mjs": recorded({ typed }), "program.mjs": program, "main.mjs": MAIN };
  for (const [file, text] of Object.entries(modules)) put(...rename(file, text));
  for (const [file, text] of Object.entries(files)) put(file, text);
  return {
    folder,
    path: (file) => join(folder, file),
    /** Runs a program there and gives what it prints; a failure shows all that it said. */
    async run(command, args, env = {}) {
      const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 };
      try {
        return (await execute(command, args, options)).stdout;
      } catch ({ message, stdout, stderr }) {
        throw new Error(`${message}\n${stdout}${stderr}`);
      }
    },
  };
}
