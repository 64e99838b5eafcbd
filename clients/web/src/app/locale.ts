import { type Messages, i18n } from "@lingui/core";

export const LOCALES = { "zh-CN": "中文", en: "English", ar: "العربية" } as const;
export type Locale = keyof typeof LOCALES;
export type Texts = (locale: Locale) => Promise<{ messages: Messages }>;

const KEPT = "yima-locale";
const RIGHT_TO_LEFT = new Set<Locale>(["ar"]);

// The texts that are in use: the shell's, and those of the role that signed in.
const inUse = new Set<Texts>([(locale) => import(`../locales/${locale}.po`)]);

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

async function load(texts: Texts, locale: Locale): Promise<void> {
  i18n.load(locale, (await texts(locale)).messages);
}

export async function speak(locale: Locale, chosen = false): Promise<void> {
  await Promise.all([...inUse].map((texts) => load(texts, locale)));
  i18n.activate(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(locale) ? "rtl" : "ltr";
  if (chosen) localStorage.setItem(KEPT, locale);
}

/** Load more texts in the language that is spoken, and from now on with every language. */
export async function addTexts(texts: Texts): Promise<void> {
  inUse.add(texts);
  await load(texts, i18n.locale as Locale);
}
