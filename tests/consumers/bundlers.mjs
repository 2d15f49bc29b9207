// What programs are bundled by, each asked as its manual says and with nothing told of wasm.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import nodeResolve from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { build, createServer } from "vite";
import webpack from "webpack";
import { root } from "../npm/installed.mjs";

const own = createRequire(join(root, "wasm/package.json"));
/** The one that the package itself is built with. */
export const esbuild = own("esbuild");

const version = (from, name) => from(`${name}/package.json`).version;
const ours = createRequire(import.meta.url);

/** Which of them were run. */
export const VERSIONS = {
  esbuild: esbuild.version,
  rollup: version(ours, "rollup"),
  typescript: version(own, "typescript"),
  vite: version(ours, "vite"),
  webpack: webpack.version,
};

/** Bundles a project's program into one file. */
export async function byEsbuild({ path }, outfile, options) {
  await esbuild.build({
    entryPoints: [path("main.mjs")],
    outfile: path(outfile),
    bundle: true,
    logLevel: "error",
    absWorkingDir: path("."),
    ...options,
  });
}

export async function byRollup({ path }, file, format) {
  const warnings = [];
  const onwarn = (warning) => warnings.push(warning.message);
  const bundle = await rollup({ input: path("main.mjs"), plugins: [nodeResolve()], onwarn });
  await bundle.write({ file: path(file), format });
  await bundle.close();
  if (warnings.length > 0) throw new Error(warnings.join("\n"));
}

export async function byWebpack({ path }, filename, options) {
  const compiler = webpack({
    mode: "production",
    context: path("."),
    entry: "./main.mjs",
    output: { path: path("dist"), filename },
    // They tell of the module's size.
    performance: false,
    ...options,
  });
  const stats = await new Promise((resolve, reject) => {
    compiler.run((error, stats) => compiler.close(() => (error ? reject(error) : resolve(stats))));
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString("errors-warnings"));
}

const quiet = { configFile: false, logLevel: "error", clearScreen: false };

/** Builds a project's page into its `dist`. */
export async function byVite({ path }) {
  await build({ ...quiet, root: path("."), build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1_000 } });
}

/** Serves a project's page as its developer sees it, to a body. */
export async function byViteServer({ path }, headers, body) {
  const server = await createServer({ ...quiet, root: path("."), server: { host: "127.0.0.1", port: 0, headers } });
  try {
    await server.listen();
    return await body(server.resolvedUrls.local[0]);
  } finally {
    await server.close();
  }
}

/** What Next.js does for `?module`: the file becomes a module that somebody else compiled. */
export const edgeModules = {
  name: "edge-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.wasm\?module$/ }, ({ path, importer }) => ({
      path: join(dirname(importer), path.replace("?module", "")),
      namespace: "edge-modules",
    }));
    onLoad({ filter: /.*/, namespace: "edge-modules" }, ({ path }) => ({
      contents: `import { readFileSync } from "node:fs";
        export default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
      resolveDir: dirname(path),
    }));
  },
};
