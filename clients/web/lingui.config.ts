import { readdirSync } from "node:fs";
import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

const roles = readdirSync(new URL("src/pages", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => `src/pages/${entry.name}`);

// Each role's texts are a catalogue of their own, which only that role's people load.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "zh-CN", "ar"],
  catalogs: [
    { path: "<rootDir>/src/locales/{locale}", include: ["src"], exclude: roles.map((role) => `${role}/**`) },
    ...roles.map((role) => ({ path: `<rootDir>/${role}/locales/{locale}`, include: [role] })),
  ],
  format: formatter({ lineNumbers: false, printPlaceholdersInComments: false }),
});
