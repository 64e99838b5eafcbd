import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { trustedDocuments } from "./build/trusted-documents.ts";

// The kit's own tests: its components in a page without a browser, with the texts that people read.
export default defineConfig({
  plugins: [react(), lingui({ macroTransform: true }), trustedDocuments()],
  test: { environment: "jsdom", include: ["tests/kit/*.test.{ts,tsx}"], setupFiles: ["tests/kit/setup.ts"], isolate: false, testTimeout: 30_000 },
});
