// The module as text inside the JavaScript: one file, wherever code may be compiled.

import packed from "glue/counterfoil.txt";
import { blocked } from "../blocked.js";

/** Compiles it. Throws a `WasmBlocked` where the platform forbids that. */
export function compile(): WebAssembly.Module {
  // Some browsers have it turned off altogether.
  if (typeof WebAssembly === "undefined") throw blocked();
  const bytes = unpack(packed);
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    // The bytes are good, so it is a policy that refuses them.
    throw blocked(cause);
  }
}

/**
 * What the build packed: a list of all byte values in hex, then the bytes. A byte is written as the
 * symbol at its place in the list. The last two symbols stand for nothing alone: another one follows.
 */
function unpack(text: string): Uint8Array<ArrayBuffer> {
  const symbols: number[] = [];
  for (let code = 32; code < 127; code += 1) {
    // What means something to JavaScript or HTML is no symbol.
    if (!"\"'`\\$<".includes(String.fromCharCode(code))) symbols.push(code);
  }
  const alone = symbols.length - 2;
  const first = symbols[alone] as number;
  // By a symbol's code; where it is the second of two, with that of the first one added.
  const values = new Uint8Array(3 * 128);
  for (let place = 0; place < 256; place += 1) {
    const over = place - alone;
    const [symbol, added] =
      over < 0 ? [place, 0] : [over % symbols.length, over < symbols.length ? 128 : 256];
    const value = Number.parseInt(text.slice(2 * place, 2 * place + 2), 16);
    values[(symbols[symbol] as number) + added] = value;
  }
  // Nothing is compiled yet when this runs, so it is written for an interpreter.
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let index = 2 * 256; index < bytes.length; index += 1) {
    let code = bytes[index] as number;
    if (code >= first) code = (bytes[(index += 1)] as number) + (code === first ? 128 : 256);
    bytes[length++] = values[code] as number;
  }
  return bytes.subarray(0, length);
}
