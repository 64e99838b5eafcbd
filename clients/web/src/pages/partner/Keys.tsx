import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { ApiKeys, CreateApiKey, RevokeApiKey, RotateApiKey } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { asRows } from "../../kit/asRows.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Secret } from "./Secret.tsx";
import { usePartnerWords } from "./words.ts";

type Key = NonNullable<ResultOf<typeof ApiKeys>["apiKeys"]>[number];
type Scope = Key["scopes"][number];
const SCOPES: readonly Scope[] = ["OFFERINGS", "ORDERS", "RECORDS", "MONEY", "DOCUMENTS", "STANDING", "WEBHOOKS"];
const DAYS = ["30", "90", "365"] as const;
const DAY = 24 * 60 * 60_000;
const STATES = ["good", "over"] as const;

const isOver = (key: Key) => Boolean(key.revokedAt) || Date.parse(key.expiresAt) < Date.now();

export function KeysPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [answer, ask] = useQuery({ query: ApiKeys, requestPolicy: "cache-and-network" });
  const again = () => ask({ requestPolicy: "network-only" });
  const [secret, setSecret] = useState<{ label: string; text: string } | null>(null);
  const states = { good: t`Good`, over: t`Over` };
  const columns: Column<Key>[] = [
    { key: "label", title: t`Key`, value: ({ label }) => label },
    { key: "scopes", title: t`May`, value: ({ scopes }) => scopes.map((each) => said("scope", each)).join(", ") },
    { key: "made", title: t`Made`, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => <When at={createdAt} style="day" /> },
    {
      key: "used",
      title: t`Last used`,
      value: ({ lastUsedAt }) => lastUsedAt,
      show: ({ lastUsedAt }) => (lastUsedAt ? <When at={lastUsedAt} /> : t`never`),
    },
    {
      key: "until",
      title: t`Until`,
      value: ({ revokedAt, expiresAt }) => revokedAt ?? expiresAt,
      show: (key) => (isOver(key) ? <span className="tag bad">{states.over}</span> : <When at={key.expiresAt} style="day" />),
    },
    {
      key: "acts",
      title: t`Change`,
      show: (key) =>
        !isOver(key) && (
          <div className="row">
            {!key.keySet && (
              <Act
                text={t`Rotate ${key.label}`}
                warning={<p>{t`There is a new secret; the old one is good for a day more.`}</p>}
                act={async (idempotencyKey) => {
                  const made = await carryOut(RotateApiKey, "rotateApiKey", { id: key.id, key: idempotencyKey });
                  if (made.secret) setSecret({ label: made.label, text: made.secret });
                  again();
                }}
              />
            )}
            <Act
              text={t`End ${key.label}`}
              tone="danger"
              warning={<p>{t`Whatever uses it stops at once.`}</p>}
              act={async (idempotencyKey) => {
                await carryOut(RevokeApiKey, "revokeApiKey", { id: key.id, key: idempotencyKey });
                again();
              }}
            />
          </div>
        ),
    },
  ];
  return (
    <Page title={t`API keys`}>
      <p>
        <Link href="/webhooks">
          <Trans>Webhooks: have what happens sent to your systems</Trans>
        </Link>
      </p>
      {secret && <Secret of={secret} done={() => setSecret(null)} />}
      <Table
        label={t`API keys`}
        of={asRows(answer.data?.apiKeys ?? [], answer.fetching && !answer.data)}
        columns={columns}
        filters={[
          {
            key: "state",
            label: t`State`,
            options: STATES.map((value) => ({ value, text: states[value] })),
            test: (key, value) => isOver(key) === (value === "over"),
          },
        ]}
        id={({ id }) => id}
        file="yima-keys"
        empty={t`There is no key.`}
      />
      <Create
        made={(label, text) => {
          setSecret({ label, text });
          again();
        }}
      />
    </Page>
  );
}

function Create({ made }: { made: (label: string, secret: string) => void }) {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [label, setLabel] = useKept("key", "");
  const [scopes, setScopes] = useKept<readonly Scope[]>("key-scopes", []);
  const [days, setDays] = useKept("key-days", "90");
  const create = useAct(async (key: string, name: string, may: Scope[], long: string) => {
    const expiresAt = new Date(Date.now() + Number(long) * DAY).toISOString();
    const created = await carryOut(CreateApiKey, "createApiKey", { label: name, scopes: may, expiresAt, key });
    setLabel("");
    setScopes([]);
    setDays("90");
    made(created.label, created.secret ?? "");
  });
  const wrong = create.refusal?.field === "label" ? create.refusal.message : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    void create.run(label.trim(), [...scopes], days);
  }
  return (
    <>
      <h2>
        <Trans>Make a key</Trans>
      </h2>
      <Refused refusal={wrong ? null : create.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`What it is for`} name="label" value={label} onChange={setLabel} wrong={wrong} isRequired />
        <fieldset className="field">
          <legend className="label">{t`What it may do`}</legend>
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              isSelected={scopes.includes(scope)}
              onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((each) => each !== scope))}
            >
              {said("scope", scope)}
            </Checkbox>
          ))}
        </fieldset>
        <Choice
          label={t`How long`}
          value={days}
          options={DAYS.map((value) => ({ value, text: t`${value} days` }))}
          onChange={setDays}
        />
        <div className="actions">
          <Button type="submit" isPending={create.pending} isDisabled={label.trim() === "" || scopes.length === 0}>
            <Trans>Make it</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
