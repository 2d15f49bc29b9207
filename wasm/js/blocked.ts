// What is thrown where a platform does not let the module be compiled.

/** The first call's error where WebAssembly may not run. Its message says what to allow. */
export interface WasmBlocked extends Error {
  code: "wasm_blocked";
}

/** The error for a platform that gave this as its reason, or has no WebAssembly at all. */
export function blocked(cause?: unknown): WasmBlocked {
  const message = `The license check cannot run: ${remedy(cause === undefined)}`;
  return Object.assign(new Error(message, { cause }), { code: "wasm_blocked" as const });
}

function remedy(isAbsent: boolean): string {
  if (isEdge()) {
    return (
      "this runtime compiles no WebAssembly from bytes. Have the bundler resolve packages with " +
      'the condition "workerd" (at Vercel "edge-light"): that entry imports the module as a file.'
    );
  }
  if (isAbsent) return "there is no WebAssembly here. Lockdown Mode, for one, turns it off.";
  // Browsers word it in many ways, and some do not name the directive.
  return (
    "the Content-Security-Policy forbids WebAssembly. " +
    "Add 'wasm-unsafe-eval' to its script-src directive."
  );
}

/** Whether this is `workerd` or Vercel's edge, by what only they have. */
function isEdge(): boolean {
  return "WebSocketPair" in globalThis || "EdgeRuntime" in globalThis;
}
