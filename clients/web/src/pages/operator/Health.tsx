import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { useQuery } from "urql";
import type { ResultOf } from "../../documents/graphql.ts";
import { SystemHealth } from "../../documents/operator.ts";
import { asRows } from "../../kit/asRows.ts";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Table } from "../../kit/Table.tsx";

type Service = NonNullable<ResultOf<typeof SystemHealth>["systemHealth"]>[number];
const LOOK_AGAIN = 10_000;

function waiting(service: Service): number {
  return service.durables.reduce((sum, durable) => sum + durable.events, service.outboxUnsent);
}

/** How each service is, by its own measures. One that does not answer is shown as away, with no numbers. */
export function HealthPage() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: SystemHealth, requestPolicy: "network-only" });
  useEffect(() => {
    const looking = setInterval(() => ask({ requestPolicy: "network-only" }), LOOK_AGAIN);
    return () => clearInterval(looking);
  }, [ask]);
  const state = (service: Service) => {
    if (service.away) return t`Away`;
    if (!service.ready) return t`Not ready: ${service.why}`;
    return service.failing.length > 0 ? t`Fails at: ${service.failing.join(", ")}` : t`Ready`;
  };
  const known = (service: Service, value: number) => (service.away ? null : value);
  return (
    <Page title={t`Health of the system`}>
      <p className="soft">
        <Trans>
          What one process of each service says of itself. Requests are those of the last five minutes; what was put
          aside is counted since the process began.
        </Trans>
      </p>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) => (
          <Table
            label={t`Services`}
            of={asRows(data.systemHealth ?? [])}
            id={({ name }) => name}
            file="health"
            empty={t`There are none.`}
            columns={[
              { key: "name", title: t`Service`, value: ({ name }) => name },
              { key: "state", title: t`State`, value: state },
              { key: "waiting", title: t`Events that wait`, value: (of) => known(of, waiting(of)), numeric: true },
              {
                key: "oldest",
                title: t`Oldest, in seconds`,
                value: (of) => known(of, Math.round(of.oldestSeconds)),
                numeric: true,
              },
              { key: "buried", title: t`Put aside`, value: (of) => known(of, of.buried), numeric: true },
              { key: "requests", title: t`Requests`, value: (of) => known(of, of.requests), numeric: true },
              {
                key: "p99",
                title: t`99 of 100 within, in ms`,
                value: (of) => known(of, Math.round(of.p99Seconds * 1_000)),
                numeric: true,
              },
            ]}
          />
        )}
      </Shown>
    </Page>
  );
}
