import { useLingui } from "@lingui/react/macro";
import type { RolePages } from "../../app/roles.ts";
import { ChainPage } from "../supervision/ChainPage.tsx";
import { PartnersPage } from "../supervision/Partners.tsx";
import { SearchPage } from "../supervision/Search.tsx";
import { CityPage } from "../supervision/City.tsx";
import { DeskPage } from "./desks.tsx";
import { HealthPage } from "./Health.tsx";
import { HomePage } from "./Home.tsx";
import { MoneyDeskPage, MoneyPage } from "../supervision/Money.tsx";
import { PartnerPage } from "./Partner.tsx";

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/search", t`Search`],
    ["/partners", t`Partners`],
    ["/money", t`Money`],
    ["/city", t`City`],
    ["/health", t`Health`],
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
    ["/desk/:desk", DeskPage],
    ["/money", MoneyPage],
    ["/money/:desk", MoneyDeskPage],
    ["/city", CityPage],
    ["/health", HealthPage],
  ],
};

export default operator;
