// Whether keys can be looked at in this page.

import { inspect } from "counterfoil";

/** Hardened browsers switch WebAssembly off, iOS in its lockdown mode for one. */
export function canInspect(): boolean {
  try {
    inspect("");
    return true;
  } catch {
    return false;
  }
}
