// What a program under Node, Bun or Deno has beside the rest: a disk, and a machine.

export { type FileStorage, fileStorage } from "./node/file_storage.js";
export { machineId, type NoMachineId } from "./node/machine_id.js";
