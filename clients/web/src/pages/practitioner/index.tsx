// What a practitioner comes for: whoever they treat today, the scan of a code, and the visit it opens.

import { useLingui } from "@lingui/react/macro";
import type { RolePages } from "../../app/roles.ts";
import { AskPage } from "./Ask.tsx";
import { DeskOrderPage } from "./DeskOrder.tsx";
import { EmergencyPage } from "./Emergency.tsx";
import { FollowUpsPage, NoteFollowUpPage } from "./FollowUps.tsx";
import { OfferPage } from "./Offer.tsx";
import { ScanPage } from "./Scan.tsx";
import { TodayPage } from "./Today.tsx";
import { VisitPage } from "./Visit.tsx";
import { VisitsPage } from "./Visits.tsx";
import { WatchedPage, WatchPage } from "./Watch.tsx";
import { WritePage } from "./Write.tsx";

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/scan", t`Scan`],
    ["/visits", t`Visits`],
    ["/follow-ups", t`Follow-ups`],
    ["/watched", t`Whom you watch`],
    ["/settings", t`Settings`],
  ] as const;
}

export default {
  useNavigation,
  pages: [
    ["/", TodayPage],
    ["/scan", ScanPage],
    ["/visits", VisitsPage],
    ["/visits/:residentId", VisitPage],
    ["/visits/:residentId/write", WritePage],
    ["/visits/:residentId/ask", AskPage],
    ["/visits/:residentId/order", DeskOrderPage],
    ["/visits/:residentId/offer", OfferPage],
    ["/visits/:residentId/watch", WatchPage],
    ["/visits/:residentId/emergency", EmergencyPage],
    ["/visits/:residentId/next", NoteFollowUpPage],
    ["/follow-ups", FollowUpsPage],
    ["/watched", WatchedPage],
  ],
} satisfies RolePages;
