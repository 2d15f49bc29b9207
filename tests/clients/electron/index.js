// `electron-store`, which two of the clients keep a license in, asks Electron where an app's data
// stands, and nothing else. This answers that, so that the clients run under plain Node: their HTTP
// is all their own.

"use strict";

const paths = new Map();

exports.app = {
  /** As Electron has it: the folder with that name, once it is set. */
  getPath(name) {
    const path = paths.get(name);
    if (path === undefined) throw new Error(`No test set the path "${name}".`);
    return path;
  },

  /** As Electron has it. */
  setPath(name, path) {
    paths.set(name, path);
  },
};
