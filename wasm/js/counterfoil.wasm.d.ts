// The module's file, as platforms give it that import wasm by itself.

declare const module: WebAssembly.Module;
export default module;
