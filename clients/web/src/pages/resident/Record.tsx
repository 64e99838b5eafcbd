import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Link } from "wouter";
import { useAddress } from "../../kit/useAddress.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Finer } from "../../kit/Folded.tsx";
import { Page } from "../../kit/Page.tsx";
import { Whose } from "../../kit/Whose.tsx";
import { type Asked, TimelineList } from "./TimelineList.tsx";

export const KINDS = [
  "VISIT",
  "CHECK_UP",
  "DIAGNOSIS",
  "RESULT",
  "REPORT",
  "IMAGING",
  "MEDICINE",
  "VACCINATION",
  "ALLERGY",
  "PROCEDURE",
  "CARE_PLAN",
  "DOCUMENT",
  "DEVICE",
] as const;
const DAY = 24 * 60 * 60 * 1_000;

const startOf = (day: string | undefined, later = 0): string | null => {
  const at = Date.parse(`${day ?? ""}T00:00`);
  return Number.isNaN(at) ? null : new Date(at + later).toISOString();
};

export function RecordPage() {
  const { t } = useLingui();
  const word = useWords();
  const { person } = useWhose();
  const [fields, change] = useAddress();
  const [institutions, setInstitutions] = useState<Readonly<Record<string, string>>>({});
  const { institution = "", since = "", until = "" } = fields;
  const kind = KINDS.find((each) => each === fields["kind"]);
  const asked: Asked = {
    kinds: kind ? [kind] : null,
    institutionIds: institution ? [institution] : null,
    since: startOf(since),
    until: startOf(until, DAY),
  };
  const parts = [
    ["/record/medicines", t`Medicines`],
    ["/record/vaccinations", t`Vaccinations`],
    ["/record/reports", t`Reports and images`],
    ["/record/readings", t`What I measured myself`],
    ["/record/programmes", t`Programmes`],
    ["/record/emergency", t`For an emergency`],
    ["/record/errors", t`What I said is wrong`],
  ] as const;
  return (
    <Page title={t`My record`} narrow>
      <Whose />
      <Finer label={t`Parts of the record`}>
        <nav aria-label={t`Parts of the record`}>
          <ul className="parts">
            {parts.map(([to, text]) => (
              <li key={to}>
                <Link href={to}>{text}</Link>
              </li>
            ))}
          </ul>
        </nav>
      </Finer>
      <h2>
        <Trans>Everything, the newest first</Trans>
      </h2>
      <Finer inUse={[kind, institution, since, until].filter(Boolean).length}>
        <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label={t`What to show`}>
          <Choice
            label={t`Kind`}
            value={kind ?? ""}
            options={[{ value: "", text: t`Any` }, ...KINDS.map((each) => ({ value: each, text: word("timeline", each) }))]}
            onChange={(value) => change({ kind: value })}
          />
          <Choice
            label={t`Hospital or clinic`}
            value={institution}
            options={[
              { value: "", text: t`Any` },
              ...Object.entries(institutions).map(([value, text]) => ({ value, text })),
            ]}
            onChange={(value) => change({ institution: value })}
          />
          <Field label={t`From`} type="date" value={since} onChange={(value) => change({ since: value })} />
          <Field label={t`Until`} type="date" value={until} onChange={(value) => change({ until: value })} />
        </form>
      </Finer>
      <TimelineList
        key={`${person.id} ${JSON.stringify(asked)}`}
        below
        residentId={person.id}
        asked={asked}
        empty={kind || institution || since || until ? t`Nothing is like this. Try another kind or period.` : t`Nothing is here yet.`}
        onInstitutions={(more) => setInstitutions((seen) => ({ ...seen, ...more }))}
      />
    </Page>
  );
}
