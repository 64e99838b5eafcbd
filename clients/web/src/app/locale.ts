import { i18n } from "@lingui/core";

export const LOCALES = { "zh-CN": "中文", en: "English", ar: "العربية" } as const;
export type Locale = keyof typeof LOCALES;

const KEPT = "yima-locale";
const RIGHT_TO_LEFT = new Set<Locale>(["ar"]);

const catalogs: Record<Locale, () => Promise<{ messages: import("@lingui/core").Messages }>> = {
  "zh-CN": () => import("../locales/zh-CN.po"),
  en: () => import("../locales/en.po"),
  ar: () => import("../locales/ar.po"),
};

const isLocale = (name: string): name is Locale => name in LOCALES;

/** The language that somebody chose here, else the first of their browser's that there is, else English. */
export function preferredLocale(): Locale {
  const kept = localStorage.getItem(KEPT);
  if (kept && isLocale(kept)) return kept;
  const languages = Object.keys(LOCALES) as Locale[];
  for (const wanted of navigator.languages) {
    const same = languages.find((each) => each.split("-")[0] === wanted.split("-")[0]);
    if (same) return same;
  }
  return "en";
}

export async function speak(locale: Locale, chosen = false): Promise<void> {
  const { messages } = await catalogs[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(locale) ? "rtl" : "ltr";
  if (chosen) localStorage.setItem(KEPT, locale);
}
