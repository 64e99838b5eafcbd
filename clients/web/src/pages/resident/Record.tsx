import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useQuery } from "urql";
import { useAsker } from "../../app/asker.tsx";
import { useWords } from "../../app/words.ts";
import { MyRecord } from "../../documents/trust.ts";
import { Choice } from "../../kit/Choice.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";

const KINDS = [
  "vital-signs", "laboratory", "encounters", "imaging", "medications", "maternal", "child-health", "activity",
] as const;

export function RecordPage() {
  const { t } = useLingui();
  const word = useWords();
  const asker = useAsker();
  const people = [asker, ...asker.dependants];
  const [whose, setWhose] = useState(asker.id);
  const [kind, setKind] = useState("");
  return (
    <Page title={t`My record`}>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        {people.length > 1 && (
          <Choice
            label={t`Whose`}
            value={whose}
            options={people.map((person) => ({ value: person.id, text: person.name }))}
            onChange={setWhose}
          />
        )}
        <Choice
          label={t`Show`}
          value={kind}
          options={[{ value: "", text: t`Everything` }, ...KINDS.map((each) => ({ value: each, text: word("data", each) }))]}
          onChange={setKind}
        />
      </form>
      <Entries key={`${whose} ${kind}`} residentId={whose} kinds={kind ? [kind] : [...KINDS]} after={null} />
    </Page>
  );
}

function Entries({ residentId, kinds, after }: { residentId: string; kinds: string[]; after: string | null }) {
  const { t } = useLingui();
  const word = useWords();
  const [answer, again] = useQuery({ query: MyRecord, variables: { residentId, informationTypes: kinds, after } });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.records ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>Nothing is here yet.</Trans>
              </p>
            )}
            <ol className="list">
              {nodes.map((entry) => (
                <li key={entry.id} className="card">
                  <div className="row">
                    <h2>{entry.summary.title}</h2>
                    <When at={entry.effectiveAt} />
                  </div>
                  <div className="soft">
                    {entry.institution?.name} · {word("data", entry.informationType)}
                  </div>
                  {entry.summary.details && <p>{entry.summary.details}</p>}
                  {entry.summary.values.map((value) => (
                    <p key={value.name}>
                      {value.name}: <strong>{value.value}</strong> {value.unit}{" "}
                      {(value.low ?? value.high) && (
                        <span className="soft">
                          ({value.low ?? ""}–{value.high ?? ""})
                        </span>
                      )}{" "}
                      {value.outside && <span className="tag warn">{t`Outside the range`}</span>}
                    </p>
                  ))}
                </li>
              ))}
            </ol>
            <NextPage info={pageInfo} next={(after) => <Entries residentId={residentId} kinds={kinds} after={after} />} />
          </>
        );
      }}
    </Shown>
  );
}
