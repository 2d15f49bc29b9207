// The module as text inside the JavaScript: one file, wherever code may be compiled.

import base64 from "glue/counterfoil.wasm";
import { blocked } from "../blocked.js";

/** Compiles it. Throws a `WasmBlocked` where the platform forbids that. */
export function compile(): WebAssembly.Module {
  // Some browsers have it turned off altogether.
  if (typeof WebAssembly === "undefined") throw blocked();
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    // The bytes are good, so it is a policy that refuses them.
    throw blocked(cause);
  }
}
