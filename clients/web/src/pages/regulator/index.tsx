import { useLingui } from "@lingui/react/macro";
import type { RolePages } from "../../app/roles.ts";
import { ChainPage } from "../supervision/ChainPage.tsx";
import { CityPage } from "../supervision/City.tsx";
import { FunnelPage } from "../supervision/Funnel.tsx";
import { IndicatorsPage } from "../supervision/Indicators.tsx";
import { MoneyDeskPage, MoneyPage } from "../supervision/Money.tsx";
import { PartnersPage } from "../supervision/Partners.tsx";
import { PrivateOffersPage } from "../supervision/PrivateOffers.tsx";
import { SearchPage } from "../supervision/Search.tsx";
import { SourcesPage } from "../supervision/Sources.tsx";
import { ApprovalsPage } from "./approvals.tsx";
import { ErasuresPage } from "./Erasures.tsx";
import { FreezesPage } from "./Freezes.tsx";
import { HomePage } from "./Home.tsx";
import { LogPage } from "./Log.tsx";
import { PartnerPage } from "./Partner.tsx";
import { QualityPage } from "./Quality.tsx";

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/search", t`Search`],
    ["/partners", t`Partners`],
    ["/freezes", t`Freezes`],
    ["/log", t`Access log`],
    ["/quality", t`Quality`],
    ["/money", t`Money`],
    ["/indicators", t`Indicators`],
    ["/funnel", t`Way to sale`],
    ["/settings", t`Settings`],
  ] as const;
}

const regulator: RolePages = {
  useNavigation,
  pages: [
    ["/", HomePage],
    ["/search", SearchPage],
    ["/chain/:id", ChainPage],
    ["/partners", PartnersPage],
    ["/partners/:id", PartnerPage],
    ["/partners/:id/private", PrivateOffersPage],
    ["/approvals/:desk", ApprovalsPage],
    ["/freezes", FreezesPage],
    ["/log", LogPage],
    ["/quality", QualityPage],
    ["/sources", SourcesPage],
    ["/erasures", ErasuresPage],
    ["/money", MoneyPage],
    ["/money/:desk", MoneyDeskPage],
    ["/city", CityPage],
    ["/indicators", IndicatorsPage],
    ["/funnel", FunnelPage],
  ],
};

export default regulator;
