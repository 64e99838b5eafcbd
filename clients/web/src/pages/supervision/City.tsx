import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { CityPack } from "../../documents/operator.ts";
import { useWords } from "../../app/words.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Money } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Lines } from "./AboutPartner.tsx";
import { useSupervisionWords } from "./words.ts";

/** What makes this city this city: the pack that every process reads. It is changed as a file, not here. */
export function CityPage() {
  const { t, i18n } = useLingui();
  const word = useWords();
  const { word: office } = useSupervisionWords();
  const [answer, ask] = useQuery({ query: CityPack });
  const percent = new Intl.NumberFormat(i18n.locale, { style: "percent", maximumFractionDigits: 2 });
  return (
    <Page title={t`The city`}>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ city, serviceDefinitions }) =>
          city && (
            <>
              <Facts
                of={[
                  [t`City`, `${city.title} (${city.name})`],
                  [t`Currency`, city.currency],
                  [t`Languages`, city.locales.join(", ")],
                  [t`Clock`, city.timeZone],
                  [t`Definitions of services`, serviceDefinitions?.length],
                ]}
              />
              <h2>
                <Trans>Tariffs</Trans>
              </h2>
              <Lines
                label={t`Tariffs`}
                head={[t`Kind`, t`Commission, at most`, t`At most, as an amount`]}
                rows={city.tariffs.map((tariff) => [
                  tariff.kind,
                  office("partnerKind", tariff.kind),
                  percent.format(tariff.commissionBasisPointsMax / 10_000),
                  <Money of={tariff.commissionAmountMax} key="amount" />,
                ])}
              />
              <h2>
                <Trans>Districts</Trans>
              </h2>
              <Lines
                label={t`Districts`}
                head={[t`Code`, t`Name`, t`Within`]}
                rows={city.districts.map(({ code, name, parent }) => [code, code, name, parent])}
              />
              <h2>
                <Trans>Kinds of care</Trans>
              </h2>
              <Lines
                label={t`Kinds of care`}
                head={[t`Code`, t`Name`, t`Within`]}
                rows={city.categories.map(({ code, name, parent }) => [code, code, name, parent])}
              />
              <h2>
                <Trans>Populations</Trans>
              </h2>
              <Lines
                label={t`Populations`}
                head={[t`Population`, t`Name`]}
                rows={city.populations.map(({ population, name }) => [population, word("population", population), name])}
              />
            </>
          )
        }
      </Shown>
    </Page>
  );
}
