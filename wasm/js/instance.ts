import { compile } from "compiled";
import { __wbg_reset_state as reset, initSync } from "glue/counterfoil.js";

let started = false;

/**
 * Calls into the module, and makes its instance at the first call. So an import costs nothing and
 * cannot fail, and as nothing is awaited the package works in every kind of bundle.
 */
export function inside<T>(call: () => T): T {
  if (!started) {
    initSync({ module: compile() });
    started = true;
  }
  try {
    return call();
  } catch (error) {
    // What breaks off inside the module, such as a stack that ran out, leaves its memory half
    // changed. The next call gets a new instance.
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) reset();
    throw error;
  }
}
