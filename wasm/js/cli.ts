#!/usr/bin/env node
// `npx counterfoil`: what the package knows, for people and for scripts.

import { parseArgs } from "node:util";
import { activate, validate } from "./cli/asking.js";
import { doctor } from "./cli/doctor.js";
import { inspectKey, verify } from "./cli/offline.js";
import { type Command, COULD_NOT_ASK, type Finding, type Given, Misuse, WRONG_USAGE } from "./cli/finding.js";
import { USAGE } from "./cli/usage.js";

const COMMANDS: Readonly<Record<string, Command>> = {
  inspect: { run: inspectKey, argument: "KEY", options: ["format"] },
  validate: {
    run: validate,
    argument: "KEY",
    options: ["server", "product", "identifier", "mode", "jwks", "timeout"],
  },
  activate: {
    run: activate,
    argument: "KEY",
    options: ["server", "product", "identifier", "name", "replace", "mode", "jwks", "timeout"],
  },
  verify: {
    run: verify,
    argument: "LEASE",
    options: ["jwks", "product", "identifier", "key", "mode", "nonce"],
  },
  doctor: { run: doctor, options: ["server", "vendor", "jwks", "timeout"] },
};

async function main(args: string[]): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(USAGE);
    return 0;
  }
  const asJson = rest.includes("--json");
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new Misuse(`There is no command "${name}".`);
    if (rest.includes("--help")) {
      process.stdout.write(USAGE);
      return 0;
    }
    const finding = await command.run(given(command, rest));
    process.stdout.write(asJson ? `${JSON.stringify(finding.json)}\n` : lines(finding));
    return finding.exit;
  } catch (error) {
    if (!isMisuse(error)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return WRONG_USAGE;
  }
}

/** What of the command line is this command's. Throws a `Misuse` for anything else. */
function given({ argument, options }: Command, args: string[]): Given {
  const named = options.map((option) => [option, { type: "string" as const }] as const);
  const known = { ...Object.fromEntries(named), json: { type: "boolean" as const } };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args, options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split(". ")[0]}.`);
  }
  const { positionals, values } = parsed;
  const wanted = argument ? 1 : 0;
  if (positionals.length < wanted) throw new Misuse(`${argument} is missing.`);
  const extra = positionals[wanted];
  if (extra !== undefined) throw new Misuse(`"${extra}" is one argument too many.`);
  return {
    argument: positionals[0] ?? "",
    option: (name) => values[name] as string | undefined,
    required(name) {
      const value = values[name];
      if (typeof value === "string" && value !== "") return value;
      throw new Misuse(`--${name} is missing.`);
    },
  };
}

/** A programmer's error of the package is one of whoever typed the command. */
function isMisuse(error: unknown): error is Error {
  const code = (error as { code?: unknown } | null)?.code;
  return error instanceof Misuse || code === "invalid_params";
}

function lines({ lines: text }: Finding): string {
  return text.map((line) => `${line}\n`).join("");
}

main(process.argv.slice(2)).then(
  (exit) => {
    process.exitCode = exit;
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? error}\n`);
    process.exitCode = COULD_NOT_ASK;
  },
);
