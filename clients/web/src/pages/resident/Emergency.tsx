import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { useWhose } from "../../app/whose.ts";
import { refusalOf } from "../../app/wire.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { EmergencySliceOf, PutEmergencySlice, WithdrawEmergencySlice } from "../../documents/residentTrust.ts";
import { Act } from "../../kit/Act.tsx";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Loading } from "../../kit/Loading.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Whose } from "../../kit/Whose.tsx";

type Slice = NonNullable<ResultOf<typeof EmergencySliceOf>["emergencySlice"]>;
const NONE = "no-emergency-slice";
const GROUPS = ["A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"];
const FIELDS = ["bloodGroup", "allergies", "contactName", "contactTelephone"] as const;

/** What a stranger has to know who treats somebody in an emergency. */
export function EmergencyPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  const [answer, ask] = useQuery({ query: EmergencySliceOf, variables: { residentId: person.id } });
  const [writes, setWrites] = useState(false);
  const again = () => ask({ requestPolicy: "network-only" });
  const refusal = answer.error ? refusalOf(answer.error) : null;
  const slice = refusal ? null : (answer.data?.emergencySlice ?? null);
  const known = slice !== null || refusal?.code === NONE;
  useEffect(() => setWrites(false), [person.id]);
  if (writes) {
    return (
      <Writing
        residentId={person.id}
        slice={slice}
        done={() => {
          setWrites(false);
          again();
        }}
      />
    );
  }
  return (
    <Page title={t`For an emergency`} narrow back={{ to: "/record", text: t`My record` }}>
      <p>
        <Trans>
          A doctor who treats you in an emergency can see this, even if you cannot speak. You are told at once whenever
          somebody looks.
        </Trans>
      </p>
      <Whose />
      {!known && refusal && <Refused refusal={refusal} />}
      {!known && !refusal && <Loading />}
      {known && slice === null && <Notice title={t`Nothing is kept for an emergency`} />}
      {slice && <Kept slice={slice} />}
      {known && (
        <div className="actions">
          <Button onPress={() => setWrites(true)}>{slice ? t`Change it` : t`Write it down`}</Button>
          {slice && (
            <Act
              text={t`Take it away`}
              tone="danger"
              warning={
                <p>
                  <Trans>Then nobody who treats you in an emergency knows it.</Trans>
                </p>
              }
              act={async (key) => {
                await carryOut(WithdrawEmergencySlice, "withdrawEmergencySlice", { residentId: person.id, key });
                again();
              }}
            />
          )}
        </div>
      )}
    </Page>
  );
}

function Kept({ slice }: { slice: Slice }) {
  const { t } = useLingui();
  return (
    <Facts
      of={[
        [t`Blood group`, slice.bloodGroup],
        [t`Allergies`, slice.allergies.join(", ")],
        [t`Whom to call`, slice.contactName],
        [t`Telephone`, slice.contactTelephone ? <bdi key="telephone">{slice.contactTelephone}</bdi> : null],
        [t`Written`, <When at={slice.givenAt} key="given" />],
      ]}
    />
  );
}

function Writing({ residentId, slice, done }: { residentId: string; slice: Slice | null; done: () => void }) {
  const { t } = useLingui();
  const { fields, fill, clear } = useDraft(`emergency:${residentId}`, {
    bloodGroup: slice?.bloodGroup ?? "",
    allergies: slice?.allergies.join("\n") ?? "",
    contactName: slice?.contactName ?? "",
    contactTelephone: slice?.contactTelephone ?? "",
  });
  const [checking, setChecking] = useState(false);
  const allergies = fields.allergies
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const put = useAct(async (key: string) => {
    const { bloodGroup, contactName, contactTelephone } = fields;
    await carryOut(PutEmergencySlice, "putEmergencySlice", {
      residentId,
      bloodGroup,
      allergies,
      contactName: contactName.trim(),
      contactTelephone: contactTelephone.replace(/[\s-]/g, ""),
      key,
    });
    clear();
    done();
  });
  const refusal = put.refusal?.field?.startsWith("allergies") ? { ...put.refusal, field: "allergies" } : put.refusal;
  const { field, wrong, above } = refusalAt(refusal, FIELDS);
  useEffect(() => {
    if (field) setChecking(false);
  }, [put.refusal, field]);
  const of = (name: (typeof FIELDS)[number]) => ({
    name,
    value: fields[name],
    onChange: (value: string) => fill({ [name]: value }),
    wrong: wrong(name),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (checking) void put.run();
    else setChecking(true);
  }

  return (
    <Page
      title={checking ? t`Check what you wrote` : t`What should they know?`}
      narrow
      back={{ to: "/record", text: t`My record` }}
    >
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {checking ? (
          <Answers
            of={[
              [t`Blood group`, fields.bloodGroup || t`Not known`],
              [t`Allergies`, allergies.join(", ") || t`None`],
              [t`Whom to call`, fields.contactName || t`Nobody`],
              [t`Telephone`, fields.contactTelephone],
            ]}
            onChange={() => setChecking(false)}
          />
        ) : (
          <>
            <Choice
              label={t`Blood group`}
              value={fields.bloodGroup}
              options={[{ value: "", text: t`Not known` }, ...GROUPS.map((value) => ({ value, text: value }))]}
              onChange={(bloodGroup) => fill({ bloodGroup })}
            />
            <Area label={t`Allergies, each on a line`} hint={t`For example: penicillin`} {...of("allergies")} />
            <Field label={t`Whom to call`} autoComplete="off" {...of("contactName")} />
            <Field
              label={t`Their telephone number`}
              hint={t`With the country, such as +86 138 0000 0000`}
              type="tel"
              autoComplete="off"
              {...of("contactTelephone")}
            />
          </>
        )}
        <div className="actions">
          <Button type="submit" isPending={put.pending}>
            {checking ? t`Keep it for an emergency` : t`Go on`}
          </Button>
          <Button className="react-aria-Button quiet" onPress={done}>
            <Trans>Leave it</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
