import { useLingui } from "@lingui/react/macro";
import type { RolePages } from "../../app/roles.ts";
import { ChainPage } from "../supervision/ChainPage.tsx";
import { PartnersPage } from "../supervision/Partners.tsx";
import { PrivateOffersPage } from "../supervision/PrivateOffers.tsx";
import { SearchPage } from "../supervision/Search.tsx";
import { SourcesPage } from "../supervision/Sources.tsx";
import { CityPage } from "../supervision/City.tsx";
import { DeskPage } from "./desks.tsx";
import { HealthPage } from "./Health.tsx";
import { HomePage } from "./Home.tsx";
import { FunnelPage } from "../supervision/Funnel.tsx";
import { IndicatorsPage } from "../supervision/Indicators.tsx";
import { MoneyDeskPage, MoneyPage } from "../supervision/Money.tsx";
import { PartnerPage } from "./Partner.tsx";
import { PilotPage, PilotsPage } from "./Pilots.tsx";
import { ReviewPage } from "./Review.tsx";

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/search", t`Search`],
    ["/partners", t`Partners`],
    ["/sources", t`Sources`],
    ["/money", t`Money`],
    ["/city", t`City`],
    ["/health", t`Health`],
    ["/indicators", t`Indicators`],
    ["/funnel", t`Way to sale`],
    ["/settings", t`Settings`],
  ] as const;
}

const operator: RolePages = {
  useNavigation,
  pages: [
    ["/", HomePage],
    ["/search", SearchPage],
    ["/chain/:id", ChainPage],
    ["/partners", PartnersPage],
    ["/partners/:id", PartnerPage],
    ["/partners/:id/private", PrivateOffersPage],
    ["/partners/:id/review", ReviewPage],
    ["/desk/:desk", DeskPage],
    ["/pilots", PilotsPage],
    ["/pilots/:id", PilotPage],
    ["/sources", SourcesPage],
    ["/money", MoneyPage],
    ["/money/:desk", MoneyDeskPage],
    ["/city", CityPage],
    ["/indicators", IndicatorsPage],
    ["/funnel", FunnelPage],
    ["/health", HealthPage],
  ],
};

export default operator;
