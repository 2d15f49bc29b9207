import { defineConfig } from "vite";

// A server to talk to while `npm run dev` serves the pages.
const server = "http://127.0.0.1:8787";

export default defineConfig({
  build: {
    // One HTML entry per page: `/` here, `admin/index.html` for `/admin/`, and so on.
    rolldownOptions: {
      input: {
        admin: "admin/index.html",
        check: "index.html",
        checkout: "checkout/index.html",
        docs: "docs/index.html",
        portal: "portal/index.html",
        overlay: "src/overlay/overlay.ts",
      },
      // Sellers' pages import the overlay, by its name and for what it exports.
      preserveEntrySignatures: "exports-only",
      output: { entryFileNames: ({ name }) => (name === "overlay" ? "checkout/overlay.js" : "assets/[name]-[hash].js") },
    },
    // The oldest browsers with everything the pages use without a polyfill.
    target: ["chrome123", "edge123", "firefox128", "safari17.5"],
    // Its polyfill is for browsers older than these.
    modulePreload: { polyfill: false },
    // The content security policy has no `data:` but for images.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/rpc": server, "/openrpc.json": server } },
});
