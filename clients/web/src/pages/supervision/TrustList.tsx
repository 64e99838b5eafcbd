import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { DecideTrustList, TrustListProposed } from "../../documents/decisions.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";

export function TrustListDesk() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: TrustListProposed });
  const again = () => ask({ requestPolicy: "network-only" });
  const decide = (sequence: number, approved: boolean) => async (key: string, reason: string) => {
    await carryOut(DecideTrustList, "decideTrustList", { sequence, approved, reason, key });
    again();
  };
  return (
    <Page title={t`List of trusted cities`} back={{ to: "/", text: t`What waits` }}>
      <Shown answer={answer} again={again}>
        {({ trustList }) => {
          const proposed = trustList?.proposed;
          return (
            <>
              <h2>
                <Trans>Proposed</Trans>
              </h2>
              {proposed ? (
                <section className="card">
                  <Facts
                    of={[
                      [t`Number`, proposed.sequence],
                      [t`Cities`, proposed.cities.join(", ")],
                      [t`Proposed`, <When at={proposed.proposedAt} key="proposed" />],
                      [t`Good until`, proposed.expiresAt ? <When at={proposed.expiresAt} key="until" /> : null],
                    ]}
                  />
                  <div className="actions">
                    <Act text={t`Approve`} tone="plain" act={decide(proposed.sequence, true)} />
                    <Act
                      text={t`Refuse`}
                      tone="danger"
                      reason={t`What is wrong`}
                      act={decide(proposed.sequence, false)}
                    />
                  </div>
                </section>
              ) : (
                <p>
                  <Trans>Nothing waits here.</Trans>
                </p>
              )}
              <h2>
                <Trans>In force</Trans>
              </h2>
              <Facts
                of={[
                  [t`Number`, trustList?.sequence],
                  [t`Cities`, trustList?.cities.map(({ name }) => name).join(", ") || t`none`],
                  [t`Good until`, trustList?.expiresAt ? <When at={trustList.expiresAt} key="until" /> : null],
                ]}
              />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}
