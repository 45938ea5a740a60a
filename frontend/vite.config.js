import { defineConfig } from "vite";

// Hashed names and a manifest: the pages look up what a name became. Nothing is inlined (the policy of the pages
// forbids it), and no address of the site stands in the files, so that it works under any path.
// The desk has a copy of its own of what follows a case: nothing of the desk makes a reporter's page ask once more.
const ownCopy = {
  name: "own-copy",
  enforce: "pre",
  async resolveId(source, importer) {
    if (source !== "../follow" || !importer?.includes("/src/desk/")) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found && `${found.id}?desk`;
  },
};

export default defineConfig({
  plugins: [ownCopy],
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
      input: [
        ...["site", "api", "receipt", "staff", "desk"].map((name) => `css/${name}.css`),
        ...["site", "report", "case", "reports", "desk", "figures"].map((name) => `src/${name}.ts`),
      ],
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
});
