// What wasm-bindgen makes of wasm/src, as index.ts uses it. The values are typed by index.ts:
// their shapes come from the Rust types and stand in types.d.ts.

declare module "glue/counterfoil.js" {
  export function initSync(options: { module: WebAssembly.Module }): unknown;
  /** Replaces the instance by a new one of the same module. */
  export function __wbg_reset_state(): void;
  export function inspect(text: string, format?: string): any;
  export function buildRequest(dialect: string, call: string, params: unknown): any;
  export function parseResponse(
    dialect: string,
    call: string,
    status: number,
    headers: unknown,
    body: Uint8Array,
  ): any;
  export function verifyLease(
    lease: string,
    jwks: string,
    known: boolean,
    expected: unknown,
    now: number,
  ): any;
  export function judge(snapshot: unknown, question: unknown, now: string): any;
}

declare module "glue/counterfoil.txt" {
  /** The module, as `xtask` packs its bytes into text. */
  const packed: string;
  export default packed;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

/** One of the files in `compiled`, by the entry that is built. */
declare module "compiled" {
  /** The module, for an instance. Throws a `WasmBlocked` where it may not be compiled. */
  export function compile(): WebAssembly.Module;
}
