import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { useWhose } from "../../app/whose.ts";
import { CityProgrammes } from "../../documents/care.ts";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Whose } from "../../kit/Whose.tsx";
import { JoinOrLeave, useTakingPart, WhatItLets } from "./programmes.tsx";

/** All programmes of the city, and which of them somebody takes part in. */
export function ProgrammesPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`Programmes`} narrow back={{ to: "/record", text: t`My record` }}>
      <Whose />
      <WhatItLets />
      <Programmes key={person.id} whose={person.id} />
    </Page>
  );
}

function Programmes({ whose }: { whose: string }) {
  const { t } = useLingui();
  const [city] = useQuery({ query: CityProgrammes });
  const { theirs, act, answer, ask } = useTakingPart(whose);
  const programmes = city.data?.city?.programmes ?? [];
  return (
    <Shown answer={answer} again={ask}>
      {() => (
        <>
          <Refused refusal={act.refusal} />
          {city.data && programmes.length === 0 && (
            <p className="soft">
              <Trans>The city has no programme.</Trans>
            </p>
          )}
          <ul className="list">
            {theirs && programmes.map(({ code, name }) => (
              <li key={code} className="card">
                <div className="row">
                  <h2>{name}</h2>
                  <span className={theirs.includes(code) ? "tag good" : "tag"}>
                    {theirs.includes(code) ? t`Takes part` : t`Does not take part`}
                  </span>
                </div>
                <div className="actions">
                  <JoinOrLeave code={code} name={name} theirs={theirs} act={act} />
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Shown>
  );
}
