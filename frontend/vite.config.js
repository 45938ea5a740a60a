import { defineConfig } from "vite";

// Hashed names and a manifest: the pages look up what a name became. Nothing is inlined (the policy of the pages
// forbids it), and no address of the site stands in the files, so that it works under any path.
export default defineConfig({
  base: "./",
  publicDir: false,
  build: {
    outDir: "../src/gigdesk/web/static/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: false,
    target: ["es2022", "chrome100", "firefox100", "safari15.4"],
    rollupOptions: {
      input: ["css/site.css", "css/api.css", "css/receipt.css", "src/site.ts", "src/report.ts", "src/case.ts"],
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
