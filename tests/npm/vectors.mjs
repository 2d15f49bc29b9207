// The public vectors of the old systems' dialects, each in a folder with a world of its own.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./installed.mjs";

const folder = join(root, "tests/vectors");
const WORLD = "world.json";

/** The dialects that have vectors. */
export const DIALECTS = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(folder, entry.name)).includes(WORLD))
  .map(({ name }) => name)
  .sort();

/** The cases of a dialect, with the samples put in for what a server makes up. */
export function casesOf(dialect) {
  const files = readdirSync(join(folder, dialect)).filter((file) => file.endsWith(".json"));
  return files
    .filter((file) => file !== WORLD)
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, dialect, file), "utf8");
      const { samples = {} } = JSON.parse(text);
      const put = (filled, [name, sample]) => {
        const escaped = JSON.stringify(sample).slice(1, -1);
        return filled.replaceAll(`{{${name}}}`, escaped);
      };
      return { file, ...JSON.parse(Object.entries(samples).reduce(put, text)) };
    });
}
