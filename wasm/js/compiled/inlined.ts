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
 * symbol at its place in the list; the last two symbols are each the first half of one for more.
 */
function unpack(text: string): Uint8Array<ArrayBuffer> {
  const places = new Uint8Array(128);
  let symbols = 0;
  for (let code = 32; code < 127; code += 1) {
    // What means something to JavaScript or HTML is no symbol.
    if (!"\"'`\\$<".includes(String.fromCharCode(code))) places[code] = symbols++;
  }
  const values = new Uint8Array(256);
  for (let place = 0; place < 256; place += 1) {
    values[place] = Number.parseInt(text.slice(2 * place, 2 * place + 2), 16);
  }
  const alone = symbols - 2;
  const place = (index: number): number => places[text.charCodeAt(index)] as number;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let index = 512; index < text.length; index += 1) {
    let rank = place(index);
    if (rank >= alone) rank = alone + (rank - alone) * symbols + place((index += 1));
    bytes[length++] = values[rank] as number;
  }
  return bytes.subarray(0, length);
}
