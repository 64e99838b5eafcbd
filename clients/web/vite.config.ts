import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { trustedDocuments } from "./build/trusted-documents.ts";

export default defineConfig({
  base: "/app/",
  plugins: [
    react(),
    lingui({ macroTransform: true }),
    trustedDocuments(),
    VitePWA({
      registerType: "autoUpdate",
      injectRegister: false, // a script in the page would need a policy that permits scripts in pages
      manifest: {
        name: "Yima 一码",
        short_name: "Yima",
        description: "Your health code, your care and your record",
        display: "standalone",
        start_url: "/app/",
        scope: "/app/",
        theme_color: "#0b5f57",
        background_color: "#f6f7f5",
        icons: [{ src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
      workbox: {
        globPatterns: ["**/*.{css,html,svg,woff2}", "assets/{index,common,resident,settings}-*.js"], // what works without a network
        navigateFallback: "/app/index.html",
        importScripts: ["push.js"],
      },
    }),
  ],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // A role's chunks have its name, so that no phone keeps those of another.
        chunkFileNames: ({ facadeModuleId, moduleIds }) => {
          if (facadeModuleId?.includes("/node_modules/")) return "assets/library-[name]-[hash].js"; // loaded where it is needed
          const role = /\/src\/pages\/([a-z]+)\//.exec(facadeModuleId ?? moduleIds.at(-1) ?? "")?.[1] ?? "common";
          return `assets/${role}-[name]-[hash].js`;
        },
      },
    },
  },
  server: { proxy: { "/graphql": process.env.YIMA_URL ?? "http://127.0.0.1:8000" } },
});
