// As for `workerd`; at Vercel's edge the bundler hears by `?module` that no bytes are wanted.

import module from "./counterfoil.wasm?module";

export function compile(): WebAssembly.Module {
  return module;
}
