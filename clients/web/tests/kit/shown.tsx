import { i18n } from "@lingui/core";
import { I18nProvider as Messages } from "@lingui/react";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { I18nProvider as Locale } from "react-aria-components";
import { Router } from "wouter";
import { type Locale as Language, speak } from "../../src/app/locale.ts";
import type { Refusal } from "../../src/app/wire.ts";

/** Shows something as the pages do, in a language; returns somebody who uses it. */
export async function shown(children: ReactNode, language: Language = "en") {
  await speak(language);
  const around = (inner: ReactNode) => (
    <Messages i18n={i18n}>
      <Locale locale={language}>
        <Router base="/app">{inner}</Router>
      </Locale>
    </Messages>
  );
  const { rerender } = render(around(children));
  return { user: userEvent.setup(), again: (next: ReactNode) => rerender(around(next)) };
}

export const refused = (about: Partial<Refusal>): Refusal => ({
  code: "invalid",
  message: "That cannot be. Write it otherwise",
  field: null,
  retryAfterSeconds: null,
  ...about,
});

/** Something that goes on until it is said to end. */
export function pending() {
  let end: (how?: Refusal) => void = () => undefined;
  const promise = new Promise<void>((done, fail) => {
    end = (how) => (how ? fail(how) : done());
  });
  return { promise, end };
}
