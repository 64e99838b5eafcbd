// What a partner's staff come for: what waits, orders, offerings, money, people, keys and data.

import { useLingui } from "@lingui/react/macro";
import { lazily } from "../../app/lazily.ts";
import type { RolePages } from "../../app/roles.ts";
import { ApplyPage } from "./Apply.tsx";
import { BankAccountPage } from "./BankAccount.tsx";
import { CalendarsPage } from "./Calendars.tsx";
import { CloseDayPage, EndCalendarPage } from "./Closing.tsx";
import { ComplaintsPage } from "./Complaints.tsx";
import { DataPage, SourcePage } from "./Data.tsx";
import { EvidencePage } from "./Evidence.tsx";
import { HomePage } from "./Home.tsx";
import { KeysPage } from "./Keys.tsx";
import { MoneyPage } from "./Money.tsx";
import { OfferingsPage } from "./Offerings.tsx";
import { OnboardingPage } from "./Onboarding.tsx";
import { OrderPage } from "./Order.tsx";
import { OrdersPage } from "./Orders.tsx";
import { PrivateOffersPage } from "./PrivateOffers.tsx";
import { SitePage, SitesPage } from "./Sites.tsx";
import { StaffFrame } from "./frame.tsx";
import { StaffPage } from "./Staff.tsx";
import { StatementLinePage, StatementPage } from "./Statement.tsx";
import { TodayPage } from "./Today.tsx";
import { WebhookPage, WebhooksPage } from "./Webhooks.tsx";

// What reads and writes YAML is fetched where it is needed.
const NewOfferingPage = lazily(() => import("./NewOffering.tsx"), "NewOfferingPage");
const OfferingPage = lazily(() => import("./Offering.tsx"), "OfferingPage");

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/today", t`Today`],
    ["/orders", t`Orders`],
    ["/offerings", t`Offerings`],
    ["/money", t`Money`],
    ["/complaints", t`Complaints`],
    ["/staff", t`Staff`],
    ["/data", t`Data`],
    ["/keys", t`Keys`],
    ["/settings", t`Settings`],
  ] as const;
}

export default {
  useNavigation,
  Frame: StaffFrame,
  pages: [
    ["/", HomePage],
    ["/onboarding", OnboardingPage],
    ["/onboarding/apply", ApplyPage],
    ["/onboarding/evidence", EvidencePage],
    ["/today", TodayPage],
    ["/today/close", CloseDayPage],
    ["/today/calendars", CalendarsPage],
    ["/today/calendars/:code/end", EndCalendarPage],
    ["/orders", OrdersPage],
    ["/orders/:id", OrderPage],
    ["/offerings", OfferingsPage],
    ["/offerings/new", NewOfferingPage],
    ["/offerings/:id", OfferingPage],
    ["/offerings/:id/private", PrivateOffersPage],
    ["/sites", SitesPage],
    ["/sites/:code", SitePage],
    ["/complaints", ComplaintsPage],
    ["/money", MoneyPage],
    ["/money/account", BankAccountPage],
    ["/money/lines", StatementPage],
    ["/money/statements/:id", StatementPage],
    ["/money/statements/:id/:position", StatementLinePage],
    ["/staff", StaffPage],
    ["/data", DataPage],
    ["/data/sources/:id", SourcePage],
    ["/keys", KeysPage],
    ["/webhooks", WebhooksPage],
    ["/webhooks/:id", WebhookPage],
  ],
} satisfies RolePages;
