import { __wbg_reset_state as reset, initSync } from "glue/counterfoil.js";
import base64 from "glue/counterfoil.wasm";

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

function compile(): WebAssembly.Module {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    // The bytes are good, so it is the page's policy that refuses them. Browsers word it in many
    // ways, and some do not name the directive.
    throw new Error(
      "The license check cannot run: the Content-Security-Policy forbids WebAssembly. " +
        "Add 'wasm-unsafe-eval' to its script-src directive.",
      { cause },
    );
  }
}
