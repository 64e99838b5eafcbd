import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, Suspense, use, useEffect } from "react";
import { RouterProvider } from "react-aria-components";
import { Link, Redirect, Route, Router, Switch, useLocation, useSearch } from "wouter";
import { Loading } from "../kit/Loading.tsx";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";
import { SignInPage } from "../pages/SignIn.tsx";
import { Bell } from "./Bell.tsx";
import { Broken } from "./Broken.tsx";
import { lazily } from "./lazily.ts";
import { ROLES, type RolePages, SETTINGS, STRANGERS, pagesOf } from "./roles.ts";
import { useSession } from "./session.ts";

const JoinPage = lazily(() => import("../pages/Join.tsx"), "JoinPage");
const RegisterInstitutionPage = lazily(() => import("../pages/RegisterInstitution.tsx"), "RegisterInstitutionPage");

export function App() {
  return (
    <Router base="/app">
      <Shell />
    </Router>
  );
}

function Shell() {
  const [, go] = useLocation();
  const { status, role } = useSession();
  return (
    <RouterProvider navigate={go}>
      <a className="skip" href="#main">
        <Trans>Skip to the page</Trans>
      </a>
      <Suspense
        fallback={
          <Around navigation={[]}>
            <Loading />
          </Around>
        }
      >
        {status === "unknown" ? (
          <Around navigation={[]}>
            <Loading />
          </Around>
        ) : status === "somebody" ? (
          <SignedIn role={role ?? ""} />
        ) : (
          <Strangers />
        )}
      </Suspense>
    </RouterProvider>
  );
}

/** The bar at the top, and the page below it. */
function Around({ navigation, children }: { navigation: ReturnType<RolePages["useNavigation"]>; children: ReactNode }) {
  const { t } = useLingui();
  const [here] = useLocation();
  return (
    <>
      <header className="bar">
        <div>
          <Link href="/" className="brand">
            Yima 一码
          </Link>
          {navigation.length > 0 && <Bell />}
          {navigation.length > 0 && (
            <nav aria-label={t`Main`}>
              <ul>
                {navigation.map(([to, text]) => (
                  <li key={to}>
                    <Link href={to} aria-current={here.startsWith(to) ? "page" : undefined}>
                      {text}
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
          )}
        </div>
      </header>
      <main id="main">
        <Broken key={here}>{children}</Broken>
      </main>
    </>
  );
}

function Strangers() {
  const [here] = useLocation();
  return (
    <Around navigation={[]}>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/sign-in" component={SignInPage} />
          <Route path="/register-institution" component={RegisterInstitutionPage} />
          <Route path="/join" component={JoinPage} />
          <Route>
            <StrangersPages here={here} />
          </Route>
        </Switch>
      </Suspense>
    </Around>
  );
}

function StrangersPages({ here }: { here: string }) {
  const { pages } = use(pagesOf(STRANGERS));
  const search = useSearch();
  const next = search ? `${here}?${search}` : here;
  return (
    <Switch>
      {pages.map(([route, page]) => (
        <Route key={route} path={route} component={page} />
      ))}
      <Route>
        <Redirect to={`/sign-in?next=${encodeURIComponent(next)}`} />
      </Route>
    </Switch>
  );
}

function SignedIn({ role }: { role: string }) {
  const [here, go] = useLocation();
  useEffect(() => {
    if (["/sign-in", "/register", "/register-institution", "/join"].includes(here)) {
      const next = new URLSearchParams(window.location.search).get("next") ?? "/";
      go(next.startsWith("/") && !next.startsWith("//") ? next : "/", { replace: true });
    }
  }, [here, go]);
  const chunk = ROLES[role];
  return chunk ? <OfRole chunk={chunk} /> : <NotYet />;
}

function OfRole({ chunk }: { chunk: Parameters<typeof pagesOf>[0] }) {
  const { useNavigation, pages, Frame = Plain } = use(pagesOf(chunk));
  return (
    <Around navigation={useNavigation()}>
      <Suspense fallback={<Loading />}>
        <Frame>
          <Switch>
            {pages.map(([route, page]) => (
              <Route key={route} path={route} component={page} />
            ))}
            <Route path="/messages" component={SettingsPages} />
            <Route path="/settings/*?" component={SettingsPages} />
            <Route component={NothingHere} />
          </Switch>
        </Frame>
      </Suspense>
    </Around>
  );
}

function SettingsPages() {
  const { pages } = use(pagesOf(SETTINGS));
  return (
    <Switch>
      {pages.map(([route, page]) => (
        <Route key={route} path={route} component={page} />
      ))}
      <Route component={NothingHere} />
    </Switch>
  );
}

const Plain = ({ children }: { children: ReactNode }) => children;

function NotYet() {
  const { t } = useLingui();
  return (
    <Around navigation={[]}>
      <Switch>
        <Route path="/settings/*?" component={SettingsPages} />
        <Route>
          <Page title={t`There are no pages for you yet`} narrow>
            <Notice tone="warn">
              <p>
                <Trans>Work with the yima command and the API so far.</Trans>
              </p>
            </Notice>
            <p>
              <Link href="/settings">
                <Trans>Settings</Trans>
              </Link>
            </p>
          </Page>
        </Route>
      </Switch>
    </Around>
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
