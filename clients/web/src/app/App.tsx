import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, Redirect, Route, Router, Switch, useLocation } from "wouter";
import { useQuery } from "urql";
import { Me } from "../documents/identity.ts";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";
import { CarePage } from "../pages/Care.tsx";
import { CodePage } from "../pages/Code.tsx";
import { ConsentsPage } from "../pages/Consents.tsx";
import { HomePage } from "../pages/Home.tsx";
import { LooksPage } from "../pages/Looks.tsx";
import { OfferingPage } from "../pages/Offering.tsx";
import { OrderPage } from "../pages/Order.tsx";
import { OrdersPage } from "../pages/Orders.tsx";
import { RecordPage } from "../pages/Record.tsx";
import { RegisterPage } from "../pages/Register.tsx";
import { Settings, SettingsPage } from "../pages/Settings.tsx";
import { SignInPage } from "../pages/SignIn.tsx";
import { Asker, keepAsker, keptAsker } from "./asker.tsx";
import { useSession } from "./session.ts";

export function App() {
  return (
    <Router base="/app">
      <Shell />
    </Router>
  );
}

function Shell() {
  const [, go] = useLocation();
  const { status } = useSession();
  return (
    <RouterProvider navigate={go}>
      <a className="skip" href="#main">
        <Trans>Skip to the page</Trans>
      </a>
      <header className="bar">
        <div>
          <Link href="/" className="brand">
            Yima 一码
          </Link>
          {status === "somebody" && <Ways />}
        </div>
      </header>
      <main id="main">
        {status === "unknown" ? (
          <p role="status">
            <Trans>Loading …</Trans>
          </p>
        ) : status === "somebody" ? (
          <SignedIn />
        ) : (
          <Strangers />
        )}
      </main>
    </RouterProvider>
  );
}

function Ways() {
  const { t } = useLingui();
  const [here] = useLocation();
  const ways = [
    ["/code", t`Health code`],
    ["/care", t`Care`],
    ["/orders", t`Orders`],
    ["/record", t`Record`],
    ["/settings", t`Settings`],
  ] as const;
  return (
    <nav aria-label={t`Main`}>
      <ul>
        {ways.map(([to, text]) => (
          <li key={to}>
            <Link href={to} aria-current={here.startsWith(to) ? "page" : undefined}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Strangers() {
  const [here] = useLocation();
  return (
    <Switch>
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/care" component={CarePage} />
      <Route path="/care/:id" component={OfferingPage} />
      <Route>
        <Redirect to={`/sign-in?next=${encodeURIComponent(here)}`} />
      </Route>
    </Switch>
  );
}

function SignedIn() {
  const { role } = useSession();
  const [answer] = useQuery({ query: Me });
  const [here, go] = useLocation();
  useEffect(() => {
    if (here === "/sign-in" || here === "/register") {
      const next = new URLSearchParams(window.location.search).get("next") ?? "/";
      go(next.startsWith("/") && !next.startsWith("//") ? next : "/", { replace: true });
    }
  }, [here, go]);
  const known = answer.data?.me?.resident;
  const resident = known ? { ...known, dependants: answer.data?.me?.dependants ?? [] } : keptAsker();
  useEffect(() => {
    if (known) keepAsker({ ...known, dependants: answer.data?.me?.dependants ?? [] });
  }, [known, answer.data]);
  if (role !== "RESIDENT") return <NotYet />;
  if (!resident) {
    return (
      <p role="status">
        <Trans>Loading …</Trans>
      </p>
    );
  }
  return (
    <Asker value={resident}>
      <Switch>
        <Route path="/" component={HomePage} />
        <Route path="/code" component={CodePage} />
        <Route path="/care" component={CarePage} />
        <Route path="/care/:id" component={OfferingPage} />
        <Route path="/orders" component={OrdersPage} />
        <Route path="/orders/:id" component={OrderPage} />
        <Route path="/consents" component={ConsentsPage} />
        <Route path="/record" component={RecordPage} />
        <Route path="/looks" component={LooksPage} />
        <Route path="/settings" component={SettingsPage} />
        <Route component={NothingHere} />
      </Switch>
    </Asker>
  );
}

function NotYet() {
  const { t } = useLingui();
  return (
    <Page title={t`These pages are for residents`} narrow>
      <Notice tone="warn">
        <p>
          <Trans>
            Practitioners, partners, operators and regulators work with the yima command and the API so far.
          </Trans>
        </p>
      </Notice>
      <Settings />
    </Page>
  );
}

function NothingHere() {
  const { t } = useLingui();
  return (
    <Page title={t`There is no such page`} narrow>
      <p>
        <Link href="/">
          <Trans>Go to the first page</Trans>
        </Link>
      </p>
    </Page>
  );
}
