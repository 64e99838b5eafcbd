import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { useQuery } from "urql";
import { useAppearance } from "../../app/appearance.ts";
import { Asker, keepAsker, keptAsker } from "../../app/asker.tsx";
import { lazily } from "../../app/lazily.ts";
import type { RolePages } from "../../app/roles.ts";
import { Me } from "../../documents/identity.ts";
import { Shown } from "../../kit/Shown.tsx";
import { CarePage } from "./Care.tsx";
import { CodePage } from "./Code.tsx";
import { ConsentsPage } from "./Consents.tsx";
import { HomePage } from "./Home.tsx";
import { LooksPage } from "./Looks.tsx";
import { NextStepsPage } from "./NextSteps.tsx";
import { OrderPage } from "./Order.tsx";
import { OrdersPage } from "./Orders.tsx";
import { RecordPage } from "./Record.tsx";
import { RecordItemPage, VisitPage } from "./RecordItem.tsx";
import { ErrorReportsPage, MedicinesPage, ReportsPage, VaccinationsPage } from "./RecordParts.tsx";
import { TrendPage } from "./TrendOf.tsx";
import { WrongPage } from "./Wrong.tsx";

const AuthorizePage = lazily(() => import("./Authorize.tsx"), "AuthorizePage");
const EmergencyPage = lazily(() => import("./Emergency.tsx"), "EmergencyPage");
const family = () => import("./Family.tsx");
const AddDependantPage = lazily(family, "AddDependantPage");
const FamilyPage = lazily(family, "FamilyPage");
const ProposeGuardianshipPage = lazily(family, "ProposeGuardianshipPage");
const OfferingPage = lazily(() => import("./Offering.tsx"), "OfferingPage");
const orderMore = () => import("./OrderMore.tsx");
const ComplainPage = lazily(orderMore, "ComplainPage");
const ComplaintsPage = lazily(orderMore, "ComplaintsPage");
const MovePage = lazily(orderMore, "MovePage");
const ReviewPage = lazily(orderMore, "ReviewPage");
const ProgrammesPage = lazily(() => import("./ProgrammesPage.tsx"), "ProgrammesPage");
const PrivateOffersPage = lazily(() => import("./PrivateOffers.tsx"), "PrivateOffersPage");
const readings = () => import("./Readings.tsx");
const NewReadingPage = lazily(readings, "NewReadingPage");
const ReadingPage = lazily(readings, "ReadingPage");
const ReadingsPage = lazily(readings, "ReadingsPage");
const visitRules = () => import("./VisitRules.tsx");
const NewVisitRulePage = lazily(visitRules, "NewVisitRulePage");
const VisitRulesPage = lazily(visitRules, "VisitRulesPage");

const EASY = new Set(["/code", "/orders", "/settings"]); // fewer things, where somebody wants that

function useNavigation() {
  const { t } = useLingui();
  const { easy } = useAppearance();
  const ways = [
    ["/code", t`Health code`],
    ["/care", t`Care`],
    ["/orders", t`Orders`],
    ["/record", t`Record`],
    ["/settings", t`Settings`],
  ] as const;
  return easy ? ways.filter(([to]) => EASY.has(to)) : ways;
}

/** Who it is, and whom they look after: asked once, and kept for when there is no network. */
function Frame({ children }: { children: ReactNode }) {
  const [answer, again] = useQuery({ query: Me });
  const known = answer.data?.me?.resident;
  const resident = known ? { ...known, dependants: answer.data?.me?.dependants ?? [] } : keptAsker();
  useEffect(() => {
    if (known) keepAsker({ ...known, dependants: answer.data?.me?.dependants ?? [] });
  }, [known, answer.data]);
  if (resident) return <Asker value={resident}>{children}</Asker>;
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {() => null}
    </Shown>
  );
}

const resident: RolePages = {
  useNavigation,
  Frame,
  pages: [
    ["/", HomePage],
    ["/authorize", AuthorizePage],
    ["/code", CodePage],
    ["/care", CarePage],
    ["/care/:id", OfferingPage],
    ["/next", NextStepsPage],
    ["/orders", OrdersPage],
    ["/orders/:id", OrderPage],
    ["/orders/:id/complain", ComplainPage],
    ["/orders/:id/move/:booking", MovePage],
    ["/orders/:id/review/:line", ReviewPage],
    ["/private-offers", PrivateOffersPage],
    ["/complaints", ComplaintsPage],
    ["/consents", ConsentsPage],
    ["/record", RecordPage],
    ["/record/items/:id", RecordItemPage],
    ["/record/items/:id/wrong", WrongPage],
    ["/record/visits/:id", VisitPage],
    ["/record/trends", TrendPage],
    ["/record/medicines", MedicinesPage],
    ["/record/vaccinations", VaccinationsPage],
    ["/record/reports", ReportsPage],
    ["/record/errors", ErrorReportsPage],
    ["/record/programmes", ProgrammesPage],
    ["/record/emergency", EmergencyPage],
    ["/record/readings", ReadingsPage],
    ["/record/readings/new", NewReadingPage],
    ["/record/readings/:id", ReadingPage],
    ["/consents/rules", VisitRulesPage],
    ["/consents/rules/new", NewVisitRulePage],
    ["/looks", LooksPage],
    ["/family", FamilyPage],
    ["/family/add", AddDependantPage],
    ["/family/propose", ProposeGuardianshipPage],
  ],
};

export default resident;
