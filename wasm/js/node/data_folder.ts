// Where a platform wants programs to keep what is theirs.

import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The folder of this package among the user's data; it need not exist yet. */
export function dataFolder(): string {
  return join(usersData(), "counterfoil");
}

function usersData(): string {
  if (process.platform === "win32") {
    return named("APPDATA") ?? join(homedir(), "AppData", "Roaming");
  }
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support");
  return named("XDG_DATA_HOME") ?? join(homedir(), ".local", "share");
}

/** A folder that the environment names. One that is not absolute does not count. */
function named(variable: string): string | undefined {
  const folder = process.env[variable];
  return folder !== undefined && isAbsolute(folder) ? folder : undefined;
}
