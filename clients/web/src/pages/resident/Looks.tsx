import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { WhoLooked } from "../../documents/trust.ts";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";

export function LooksPage() {
  const { t } = useLingui();
  return (
    <Page title={t`Who looked`} narrow>
      <p>
        <Trans>Everybody who asked for your data is here, and whether they got it. Nobody can remove a line.</Trans>
      </p>
      <Looks after={null} />
    </Page>
  );
}

function Looks({ after }: { after: string | null }) {
  const { t } = useLingui();
  const [answer, again] = useQuery({ query: WhoLooked, variables: { after } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.accessLog ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>Nobody has looked yet.</Trans>
              </p>
            )}
            <ol className="list">
              {nodes.map((look) => (
                <li key={look.position} className="card">
                  <div className="row">
                    <strong>{look.institution?.name ?? look.partner?.name ?? t`The platform`}</strong>
                    <When at={look.lastAt} />
                  </div>
                  <p>{look.sentence}</p>
                  {!look.permitted && <span className="tag bad">{t`Refused`}</span>}
                </li>
              ))}
            </ol>
            <NextPage info={pageInfo} next={(after) => <Looks after={after} />} />
          </>
        );
      }}
    </Shown>
  );
}
