import { i18n } from "@lingui/core";
import { I18nProvider as Messages, useLingui } from "@lingui/react";
import { StrictMode } from "react";
import { I18nProvider as Locale } from "react-aria-components";
import { createRoot } from "react-dom/client";
import { Provider } from "urql";
import { App } from "./app/App.tsx";
import { applyAppearance } from "./app/appearance.ts";
import { client } from "./app/client.ts";
import { preferredLocale, speak } from "./app/locale.ts";
import { fetchPagesOfKeptRole } from "./app/roles.ts";
import { refresh } from "./app/session.ts";
import "./kit/kit.css";

applyAppearance();
const locale = preferredLocale();
const spoken = speak(locale);
void refresh();
fetchPagesOfKeptRole(locale);
await spoken;
if ("serviceWorker" in navigator && import.meta.env.PROD) void navigator.serviceWorker.register("/app/sw.js");

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Messages i18n={i18n}>
        <LocalisedApp />
      </Messages>
    </StrictMode>,
  );
}

function LocalisedApp() {
  const { i18n: spoken } = useLingui();
  return (
    <Locale locale={spoken.locale}>
      <Provider value={client}>
        <App />
      </Provider>
    </Locale>
  );
}
