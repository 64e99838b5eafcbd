import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useWords } from "../../app/words.ts";
import { Orders } from "../../documents/orders.ts";
import { Money, When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Status } from "../../kit/Status.tsx";

export function OrdersPage() {
  const { t } = useLingui();
  return (
    <Page title={t`My orders`}>
      <Some after={null} />
    </Page>
  );
}

function Some({ after }: { after: string | null }) {
  const word = useWords();
  const [answer, again] = useQuery({ query: Orders, variables: { first: 20, after } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.orders ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>You have ordered nothing yet.</Trans>{" "}
                <Link href="/care">
                  <Trans>Find care</Trans>
                </Link>
              </p>
            )}
            <ul className="list">
              {nodes.map((order) => {
                const step = order.nextSteps[0];
                const session = order.lines.flatMap((line) => line.bookings)[0];
                return (
                  <li key={order.id}>
                    <Link href={`/orders/${order.id}`} className="card">
                      <div className="row">
                        <h2>{order.lines.map((line) => line.title).join(", ")}</h2>
                        <Status of={order.status} />
                      </div>
                      <div className="row soft">
                        <span>{order.partner?.name}</span>
                        <Money of={order.total} />
                      </div>
                      {session && <When at={session.interval.start} />}
                      {step && (
                        <div>
                          {word("party", step.party)}: {word("action", step.action)}
                        </div>
                      )}
                    </Link>
                  </li>
                );
              })}
            </ul>
            <NextPage info={pageInfo} next={(after) => <Some after={after} />} />
          </>
        );
      }}
    </Shown>
  );
}
