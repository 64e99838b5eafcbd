// How long partners take from their application to their first offering on sale, and who is stuck where.

import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useDays, useFunnelWords } from "../../app/Funnel.tsx";
import { CityFunnel } from "../../documents/funnel.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Lines } from "./AboutPartner.tsx";
import { KindAndDistrict, useKindAndDistrict } from "./KindAndDistrict.tsx";
import { useSupervisionWords } from "./words.ts";

type Data = NonNullable<ResultOf<typeof CityFunnel>["cityFunnel"]>;

export function FunnelPage() {
  const { t } = useLingui();
  const { kind, district } = useKindAndDistrict();
  const [answer, ask] = useQuery({ query: CityFunnel, variables: { kind, district } });
  return (
    <Page title={t`From application to first offering`} back={{ to: "/partners", text: t`Partners` }}>
      <KindAndDistrict districts={answer.data?.city?.districts} />
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {({ cityFunnel }) => cityFunnel && <Way of={cityFunnel} />}
      </Shown>
    </Page>
  );
}

function Way({ of }: { of: Data }) {
  const { t, i18n } = useLingui();
  const { stage, actor } = useFunnelWords();
  const { word: office } = useSupervisionWords();
  const days = useDays();
  const written = new Intl.NumberFormat(i18n.locale);
  return (
    <>
      <Facts
        of={[
          [t`Have something on sale`, written.format(of.live)],
          [t`Days until then, in the median`, days(of.medianDaysToLive)],
          [t`Not let through`, written.format(of.cameToNothing)],
        ]}
      />
      <h2>
        <Trans>The steps</Trans>
      </h2>
      <Lines
        label={t`The steps`}
        head={[t`Step`, t`Are past it`, t`It took them, in the median`, t`Are in it`, t`Since, in the median`, t`Stuck`]}
        rows={of.medians.map((each) => [
          each.stage,
          stage(each.stage),
          written.format(each.finished),
          days(each.medianDays),
          written.format(each.waiting),
          days(each.waitingMedianDays),
          each.stuck ? <span className="tag bad">{written.format(each.stuck)}</span> : written.format(0),
        ])}
      />
      <h2>
        <Trans>Under way</Trans>
      </h2>
      <p>
        <Trans>
          Stuck is who has been in a step for more than a week and for twice as long as it takes others.
        </Trans>
      </p>
      <Lines
        label={t`Under way`}
        head={[t`Partner`, t`Kind`, t`Step`, t`Since`, t`Who is to act`]}
        rows={of.underWay.map((each) => [
          each.partnerId,
          <Link href={`/partners/${each.partnerId}`} key="partner">{each.name}</Link>,
          office("partnerKind", each.kind),
          each.stage && stage(each.stage),
          <span className={each.stuck ? "tag bad" : ""} key="since">
            {days(each.steps.find((step) => step.stage === each.stage)?.days ?? null)}
          </span>,
          actor(each.waitsFor),
        ])}
      />
    </>
  );
}
