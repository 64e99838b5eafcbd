// Whose pages there are. Each role's are a chunk of their own, with texts of their own: nobody loads another role's.
// To add a role: a folder in src/pages with an index.tsx and locales, and a line here.

import type { ComponentType, ReactNode } from "react";
import { type Locale, type Texts, addTexts } from "./locale.ts";
import { keptRole } from "./session.ts";

export interface RolePages {
  /** What stands in the bar at the top: paths and texts, in the person's language. */
  useNavigation: () => readonly (readonly [path: string, text: string])[];
  /** The pages by their routes, as wouter writes them. The first that fits is shown. */
  pages: readonly (readonly [route: string, page: ComponentType])[];
  /** What stands around every page of the role: what all of them need to know. */
  Frame?: ComponentType<{ children: ReactNode }>;
}

interface Chunk {
  pages: () => Promise<{ default: RolePages }>;
  texts: Texts;
}

// What operators and regulators both see has texts of its own.
const supervising =
  (own: Texts): Texts =>
  async (locale) => {
    const [shared, { messages }] = await Promise.all([
      import(`../pages/supervision/locales/${locale}.po`),
      own(locale),
    ]);
    return { messages: { ...shared.messages, ...messages } };
  };

const residentTexts = (locale: Locale) => import(`../pages/resident/locales/${locale}.po`);

/** By the role of who signed in, as the gateway names it. */
export const ROLES: Readonly<Record<string, Chunk>> = {
  RESIDENT: { pages: () => import("../pages/resident/index.tsx"), texts: residentTexts },
  PRACTITIONER: {
    pages: () => import("../pages/practitioner/index.tsx"),
    texts: (locale) => import(`../pages/practitioner/locales/${locale}.po`),
  },
  PARTNER: {
    pages: () => import("../pages/partner/index.tsx"),
    texts: (locale) => import(`../pages/partner/locales/${locale}.po`),
  },
  OPERATOR: {
    pages: () => import("../pages/operator/index.tsx"),
    texts: supervising((locale) => import(`../pages/operator/locales/${locale}.po`)),
  },
  REGULATOR: {
    pages: () => import("../pages/regulator/index.tsx"),
    texts: supervising((locale) => import(`../pages/regulator/locales/${locale}.po`)),
  },
};

/** What is there for somebody who has not signed in. */
export const STRANGERS: Chunk = { pages: () => import("../pages/resident/strangers.tsx"), texts: residentTexts };

/** What everybody can set, and what they were told. Pages about one role alone are offered to that role alone. */
export const SETTINGS: Chunk = {
  pages: () => import("../pages/settings/index.tsx"),
  texts: (locale) => import(`../pages/settings/locales/${locale}.po`),
};

const loading = new Map<Chunk, Promise<RolePages>>();

/** The pages of a chunk, once they and their texts are here. The same promise each time, as React's `use` needs it. */
export function pagesOf(chunk: Chunk): Promise<RolePages> {
  const begun = loading.get(chunk);
  if (begun) return begun;
  const pages = Promise.all([chunk.pages(), addTexts(chunk.texts)]).then(([module]) => module.default);
  pages.catch(() => loading.delete(chunk)); // so that it can be tried again, with a network
  loading.set(chunk, pages);
  return pages;
}

/** Fetches the pages of who was signed in here last, while it is still asked whether they are: one way less to wait. */
export function fetchPagesOfKeptRole(locale: Locale): void {
  const chunk = ROLES[keptRole() ?? ""];
  if (chunk) Promise.all([chunk.pages(), chunk.texts(locale)]).catch(() => {}); // `pagesOf` asks again, and says so
}
