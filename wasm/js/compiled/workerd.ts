// The module as `workerd` wants it: a file that is imported, compiled when the worker is deployed.

import module from "./counterfoil.wasm";

export function compile(): WebAssembly.Module {
  return module;
}
