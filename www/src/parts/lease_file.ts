// A lease as a file: what stands in for the server where no network is.

import { save } from "./save.ts";

/** Saves a lease under the product's slug and, where there is one, whom or what it is for. */
export function saveLease(lease: string, slug: string, of?: string) {
  // Without anything that a file's name cannot have on some system.
  const name = (of ? `${slug}-${of}` : slug).replace(/[^\w.@-]+/gu, "_").slice(0, 100);
  save(`${name}.license`, `${lease}\n`);
}
