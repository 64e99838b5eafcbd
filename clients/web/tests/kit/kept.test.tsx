import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { readdirSync, readFileSync } from "node:fs";
import { Suspense } from "react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Route, Switch } from "wouter";
import { Asker } from "../../src/app/asker.tsx";
import { addTexts, speak } from "../../src/app/locale.ts";
import { ROLES, SETTINGS } from "../../src/app/roles.ts";
import { Asking, gatewayOf, isQuiet, type MadeUp } from "./made-up.tsx";
import { shown } from "./shown.tsx";

interface Form {
  /** Where its source is, in `src/pages`. */
  file: string;
  role: "RESIDENT" | "PRACTITIONER" | "PARTNER" | "OPERATOR" | "REGULATOR";
  path: string;
  /** What has to be otherwise than made up for it to stand there. */
  otherwise?: MadeUp;
  /** Buttons that bring it there. */
  first?: readonly string[];
  /** Ticks that are left as they come. */
  leave?: true;
  /** Ticks that somebody gives each time: they answer for it. */
  each?: true;
  /** The buttons that send it, one after the other. */
  send: readonly string[];
}

const PARTNER = { "Me.duties": ["OWNER"], "Account.duties": ["OWNER"] };
const FORMS: readonly Form[] = [
  { file: "partner/Keys.tsx", role: "PARTNER", path: "/keys", send: ["Make it"] },
  { file: "partner/Webhooks.tsx", role: "PARTNER", path: "/webhooks", send: ["Send there"] },
  { file: "partner/Staff.tsx", role: "PARTNER", path: "/staff", send: ["Invite them"] },
  { file: "partner/Staff.tsx", role: "PARTNER", path: "/staff", send: ["Register them"] },
  {
    file: "partner/Calendar.tsx", role: "PARTNER", path: "/offerings/a%20id", send: ["Add them"],
    otherwise: { "Offering.id": "a id", "Offering.status": "PUBLISHED" },
  },
  {
    file: "partner/PrivateOffers.tsx", role: "PARTNER", path: "/offerings/a%20id/private", send: ["Make a private offer"],
    otherwise: { "Offering.id": "a id" },
  },
  { file: "partner/Calendars.tsx", role: "PARTNER", path: "/today/calendars", send: ["Put it"] },
  {
    file: "partner/Closing.tsx", role: "PARTNER", path: "/today/close", send: ["Show what it takes back", "Close the day"],
    otherwise: { "Site.closed": false },
  },
  {
    file: "partner/Sites.tsx", role: "PARTNER", path: "/sites/a%20code", send: ["Keep these pictures"],
    otherwise: { "Site.id": "a id", "Site.code": "a code" },
  },
  { file: "partner/Editor.tsx", role: "PARTNER", path: "/offerings/new", send: [] },
  { file: "partner/Apply.tsx", role: "PARTNER", path: "/onboarding/apply", send: ["Hand it in"], otherwise: { "Partner.status": "REGISTERED" } },
  { file: "partner/Evidence.tsx", role: "PARTNER", path: "/onboarding/evidence", send: ["Hand it in"] },
  { file: "partner/Appealing.tsx", role: "PARTNER", path: "/onboarding", send: ["Send the appeal"] },
  { file: "partner/BankAccount.tsx", role: "PARTNER", path: "/money/account", send: ["Propose it"], otherwise: { "BankAccountChange.status": "STOPPED" } },
  { file: "operator/RubricForm.tsx", role: "OPERATOR", path: "/partners/p", send: ["Decide so"], leave: true, otherwise: { "Partner.status": "SCREENING" } },
  { file: "operator/RubricForm.tsx", role: "OPERATOR", path: "/partners/p/review", send: ["Decide so"], leave: true },
  { file: "operator/Partner.tsx", role: "OPERATOR", path: "/partners/p", send: ["Issue them"], leave: true, otherwise: { "Partner.status": "CERTIFYING" } },
  { file: "operator/Pilots.tsx", role: "OPERATOR", path: "/pilots/p", send: ["Look it over", "Widen the pilot"] },
  { file: "regulator/Partner.tsx", role: "REGULATOR", path: "/partners/p", send: ["Freeze it now"] },
  { file: "practitioner/Watch.tsx", role: "PRACTITIONER", path: "/visits/r/watch", send: ["Watch"] },
  { file: "practitioner/Emergency.tsx", role: "PRACTITIONER", path: "/visits/r/emergency", send: ["Open the record"], each: true },
  { file: "practitioner/Write.tsx", role: "PRACTITIONER", path: "/visits/r/write?kind=note", send: ["Write it"] },
  { file: "practitioner/FollowUps.tsx", role: "PRACTITIONER", path: "/visits/r/next", send: ["Note it"] },
  { file: "practitioner/Ask.tsx", role: "PRACTITIONER", path: "/visits/r/ask", send: ["Ask them"] },
  { file: "settings/Notifications.tsx", role: "RESIDENT", path: "/settings/notifications", send: ["Keep these hours"] },
  { file: "settings/Profile.tsx", role: "RESIDENT", path: "/settings/profile", first: ["Something in it is wrong"], send: ["Correct it"] },
  { file: "settings/Profile.tsx", role: "RESIDENT", path: "/settings/profile", send: ["Send a code there"] },
  { file: "resident/VisitRules.tsx", role: "RESIDENT", path: "/consents/rules/new", send: ["Go on", "Set the rule"] },
  { file: "resident/Family.tsx", role: "RESIDENT", path: "/family/add", send: ["Go on", "Add them"] },
  { file: "resident/Family.tsx", role: "RESIDENT", path: "/family/propose", send: ["Ask them"] },
  { file: "resident/Authorize.tsx", role: "RESIDENT", path: "/authorize?client_id=c", send: ["Allow"], leave: true, otherwise: { "AppReview.redirectUri": "https://diary.example.org/back" } },
  { file: "resident/Emergency.tsx", role: "RESIDENT", path: "/record/emergency", send: ["Go on", "Keep it for an emergency"], first: ["Change it"] },
  { file: "resident/OrderMore.tsx", role: "RESIDENT", path: "/orders/o/complain", send: ["Go on", "Send the complaint"] },
  { file: "resident/OrderMore.tsx", role: "RESIDENT", path: "/orders/o/review/l", send: ["Send it"], otherwise: { "OrderLine.id": "l" } },
  { file: "resident/OrderMore.tsx", role: "RESIDENT", path: "/orders/o/move/b", send: ["Move it"], otherwise: { "Booking.id": "b", "Booking.slotId": "another" } },
  { file: "resident/Readings.tsx", role: "RESIDENT", path: "/record/readings/new", send: [] },
  { file: "resident/Wrong.tsx", role: "RESIDENT", path: "/record/items/i/wrong", send: ["Go on", "Send it"], otherwise: { "TimelineItem.errorReport": null } },
  { file: "resident/Offering.tsx", role: "RESIDENT", path: "/care/o", send: [], each: true, otherwise: { "Offering.id": "o" } },
];

/** Forms that keep nothing on purpose, and why. */
const OTHERS: Readonly<Record<string, string>> = {
  "SignIn.tsx": "who signs in types a password",
  "Join.tsx": "nobody is signed in: it is nobody's",
  "RegisterInstitution.tsx": "nobody is signed in",
  "resident/Register.tsx": "nobody is signed in",
  "settings/Security.tsx": "passwords and codes",
  "settings/Settings.tsx": "each choice holds at once",
  "practitioner/DeskOrder.tsx": "a code that was told at the desk is good once, and for ten minutes",
  "practitioner/Offer.tsx": "a scan is good once, and for a quarter of an hour",
  "resident/PrivateOffers.tsx": "a private offer's code is good once, and stands in its link",
  "practitioner/Scan.tsx": "a health code is good once; where one is, is kept on the device",
  "supervision/Search.tsx": "what is searched for stands in the address",
};

afterEach(() => vi.unstubAllGlobals());

async function opened(form: Form): Promise<ReturnType<typeof shown>> {
  const chunk = ROLES[form.role]!;
  const [{ default: role }, { default: settings }] = await Promise.all([chunk.pages(), SETTINGS.pages()]);
  await speak("en");
  await addTexts(chunk.texts);
  const Frame = role.Frame ?? (({ children }) => children);
  const resident = { id: "res_1", name: "Lin Wanqiu", birthDate: "1960-05-05", provenAt: null, dependants: [] };
  const result = await shown(
    <Asking>
      <Asker value={resident}>
        <Suspense fallback="…">
          <Frame>
            <Switch>
              {[...role.pages, ...settings.pages].map(([route, page]) => (
                <Route key={route} path={route} component={page} />
              ))}
            </Switch>
          </Frame>
        </Suspense>
      </Asker>
    </Asking>,
  );
  for (const name of form.first ?? []) {
    const button = screen.queryByRole("button", { name }) ?? (sessionStorage.length > 0 ? null : await screen.findByRole("button", { name }));
    if (button) await result.user.click(button);
  }
  return result;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
const SECRET = ["password", "file", "search", "hidden"];

function controls(): Control[] {
  return [...document.querySelectorAll<Control>("form:not(.filters) input, form:not(.filters) textarea, form:not(.filters) select")].filter(
    (each) => !each.hidden && !SECRET.includes(each.type) && each.autocomplete !== "one-time-code" && each.name !== "identityNumber" && !each.closest("[aria-hidden=true]"),
  );
}

function fill(control: Control): void {
  if (control instanceof HTMLSelectElement) {
    fireEvent.change(control, { target: { value: control.options[control.options.length - 1]?.value } });
  } else if (control.type === "checkbox" || control.type === "radio") {
    fireEvent.click(control);
  } else {
    const values: Record<string, string> = { date: "2031-05-05", time: "20:15" };
    fireEvent.change(control, { target: { value: values[control.type] ?? `${control.value || "1"}2` } });
  }
}

const said = (control: Control) => (control.type === "checkbox" || control.type === "radio" ? String((control as HTMLInputElement).checked) : control.value);
const state = () => controls().map((each, index) => `${each.name.startsWith("react-aria") ? index : each.name || index}=${said(each)}`);

const A_LOOK = 60; // milliseconds, in which what was answered is drawn

async function settled(): Promise<void> {
  await waitFor(() => expect(isQuiet()).toBe(true), { timeout: 10_000 });
  await act(() => new Promise((done) => setTimeout(done, A_LOOK)));
}

describe.each(FORMS)("the form of $file at $path", (form) => {
  test(`keeps what was typed (${form.send.at(-1) ?? "and is sent otherwise"}), and is sent once`, async () => {
    const carriedOut = gatewayOf({ ...PARTNER, ...form.otherwise });
    window.history.replaceState(null, "", `/app${form.path}`);
    await opened(form);
    await waitFor(() => expect(controls().length, document.body.textContent ?? "").toBeGreaterThan(0), { timeout: 5_000 });
    await settled();
    for (const control of controls()) if (control.isConnected && !(form.leave && control.type === "checkbox")) fill(control);
    await settled();
    for (const control of controls()) if (!control.value && control.isConnected) fill(control); // what came with a choice
    await settled();
    const typed = state();
    cleanup();
    const { user } = await opened(form);
    await waitFor(() => expect(controls().length).toBeGreaterThan(0), { timeout: 5_000 });
    await settled();
    if (form.each) for (const control of controls()) if (control.type === "checkbox") fill(control);
    expect(state()).toEqual(typed);

    if (form.send.length === 0) return;
    for (const secret of document.querySelectorAll<HTMLInputElement>("form input[type=password]")) {
      fireEvent.change(secret, { target: { value: "a password of some length" } });
    }
    for (const name of form.send) await user.dblClick(await screen.findByRole("button", { name }));
    await settled();
    expect(carriedOut).toHaveLength(1);
  });
});

test("every form is one of these, or says why it keeps nothing", () => {
  const folder = `${import.meta.dirname}/../../src/pages`;
  const files = readdirSync(folder, { recursive: true, encoding: "utf-8" }).filter((name) => name.endsWith(".tsx"));
  const withForms = files.filter((name) => /<(Form|form)\b(?![^>]*className="filters")/.test(readFileSync(`${folder}/${name}`, "utf-8")));
  const known = new Set([...FORMS.map(({ file }) => file), ...Object.keys(OTHERS)]);
  expect(withForms.filter((name) => !known.has(name))).toEqual([]);
  expect([...known].filter((name) => !files.includes(name))).toEqual([]);
});
