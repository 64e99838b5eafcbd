import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useWhose } from "../../app/whose.ts";
import { readFragment } from "../../documents/graphql.ts";
import { ErrorReportParts, ErrorReports } from "../../documents/residentRecord.ts";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Whose } from "../../kit/Whose.tsx";
import { ErrorReport } from "./RecordItem.tsx";
import { TimelineList } from "./TimelineList.tsx";

export function MedicinesPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`Medicines`} narrow back={{ to: "/record", text: t`My record` }}>
      <Whose />
      <h2>
        <Trans>Now</Trans>
      </h2>
      <TimelineList
        key={`now ${person.id}`}
        below
        residentId={person.id}
        asked={{ kinds: ["MEDICINE"], state: "CURRENT" }}
        empty={t`No hospital has written down a medicine that you take now.`}
      />
      <h2>
        <Trans>Before</Trans>
      </h2>
      <TimelineList
        key={`before ${person.id}`}
        below
        residentId={person.id}
        asked={{ kinds: ["MEDICINE"], state: "PAST" }}
        empty={t`Nothing is here yet.`}
      />
    </Page>
  );
}

export function VaccinationsPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`Vaccinations`} narrow back={{ to: "/record", text: t`My record` }}>
      <Whose />
      <TimelineList
        key={person.id}
        residentId={person.id}
        asked={{ kinds: ["VACCINATION"] }}
        empty={t`No vaccination is in this record yet.`}
      />
    </Page>
  );
}

export function ReportsPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`Reports and images`} narrow back={{ to: "/record", text: t`My record` }}>
      <Whose />
      <TimelineList
        key={person.id}
        residentId={person.id}
        asked={{ kinds: ["REPORT", "IMAGING"] }}
        empty={t`No report is in this record yet.`}
      />
    </Page>
  );
}

/** What a resident said is wrong, and what was answered. */
export function ErrorReportsPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`What I said is wrong`} narrow back={{ to: "/record", text: t`My record` }}>
      <Whose />
      <Reports key={person.id} residentId={person.id} after={null} />
    </Page>
  );
}

function Reports({ residentId, after }: { residentId: string; after: string | null }) {
  const [answer, ask] = useQuery({ query: ErrorReports, variables: { residentId, after } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={again}>
      {(data) => {
        const { nodes = [], pageInfo } = data.errorReports ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>You have said of nothing that it is wrong. Open it in the record to do so.</Trans>
              </p>
            )}
            <ul className="list">
              {nodes.map((node, index) => {
                const report = readFragment(ErrorReportParts, node);
                return (
                  <li key={index} className="card">
                    <ErrorReport of={report} again={again} />
                    <Link href={`/record/items/${report.recordId}`}>
                      <Trans>Show what it is about</Trans>
                    </Link>
                  </li>
                );
              })}
            </ul>
            <NextPage info={pageInfo} next={(next) => <Reports residentId={residentId} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}
