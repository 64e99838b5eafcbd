import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { useQuery } from "urql";
import { useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  CreateWebhook,
  EndWebhook,
  PauseWebhook,
  ReplayDeliveries,
  ResumeWebhook,
  RotateWebhookSecret,
  TestWebhook,
  WebhookDeliveries,
  WebhookEndpoints,
  WebhookTypes,
} from "../../documents/webhooks.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { Secret } from "./Secret.tsx";
import { usePartnerWords } from "./words.ts";

type Endpoint = NonNullable<ResultOf<typeof WebhookEndpoints>["webhookEndpoints"]>["nodes"][number];
type Delivery = NonNullable<ResultOf<typeof WebhookDeliveries>["webhookDeliveries"]>["nodes"][number];
const STATUSES = ["WAITING", "DELIVERED", "FAILED", "WITHHELD", "CANCELLED"] as const;
const HOURS = ["1", "24", "168"] as const;
const HOUR = 60 * 60_000;
const ROWS_WITH_A_LOG = 20;

/** Where the partner's systems hear of what happens. */
export function WebhooksPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const endpoints = useRows(WebhookEndpoints, {}, (data) => data.webhookEndpoints);
  const [secret, setSecret] = useState<{ label: string; text: string } | null>(null);
  const columns: Column<Endpoint>[] = [
    { key: "url", title: t`Address`, value: ({ url }) => url },
    { key: "types", title: t`Events`, value: ({ eventTypes }) => eventTypes.join(", ") || t`all` },
    {
      key: "state",
      title: t`State`,
      value: ({ status }) => said("endpoint", status),
      show: ({ status, disabledReason }) => (
        <>
          <span className={`tag ${status === "ACTIVE" ? "good" : "warn"}`}>{said("endpoint", status)}</span> {disabledReason}
        </>
      ),
    },
    { key: "waiting", title: t`Waiting`, numeric: true, value: ({ waiting }) => waiting },
    { key: "failures", title: t`Failed in a row`, numeric: true, value: ({ failures }) => failures },
  ];
  return (
    <Page title={t`Webhooks`} back={{ to: "/keys", text: t`API keys` }}>
      {secret && <Secret of={secret} done={() => setSecret(null)} />}
      <Table
        label={t`Webhooks`}
        of={endpoints}
        columns={columns}
        id={({ id }) => id}
        open={({ id }) => `/webhooks/${id}`}
        file="yima-webhooks"
        empty={t`Nothing is sent to your systems yet.`}
      />
      <Create
        made={(label, text) => {
          setSecret({ label, text });
          endpoints.again();
        }}
      />
    </Page>
  );
}

function Create({ made }: { made: (label: string, secret: string) => void }) {
  const { t } = useLingui();
  const [types] = useQuery({ query: WebhookTypes });
  const [url, setUrl] = useKept("webhook", "");
  const [chosen, setChosen] = useKept<readonly string[]>("webhook-events", []);
  const create = useAct(async (key: string, address: string, eventTypes: string[]) => {
    const endpoint = await carryOut(CreateWebhook, "createWebhookEndpoint", { url: address, eventTypes, key });
    setUrl("");
    setChosen([]);
    made(endpoint.url, endpoint.secret ?? "");
  });
  const wrong = create.refusal?.field === "url" ? create.refusal.message : undefined;
  function submit(event: FormEvent) {
    event.preventDefault();
    void create.run(url.trim(), [...chosen]);
  }
  return (
    <>
      <h2>
        <Trans>Send to an address</Trans>
      </h2>
      <Refused refusal={wrong ? null : create.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`Address`}
          hint={t`It begins with https:// and is reached from outside`}
          name="url"
          inputMode="url"
          autoComplete="off"
          value={url}
          onChange={setUrl}
          wrong={wrong}
          isRequired
        />
        <fieldset className="field">
          <legend className="label">{t`Only these events; none: all`}</legend>
          {(types.data?.webhookEventTypes ?? []).map(({ type, description }) => (
            <Checkbox
              key={type}
              isSelected={chosen.includes(type)}
              onChange={(on) => setChosen(on ? [...chosen, type] : chosen.filter((each) => each !== type))}
            >
              <span>
                <bdi>{type}</bdi> <span className="hint">{description}</span>
              </span>
            </Checkbox>
          ))}
        </fieldset>
        <div className="actions">
          <Button type="submit" isPending={create.pending} isDisabled={url.trim() === ""}>
            <Trans>Send there</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

/** An endpoint: what was sent to it, and how it answered; to be tried, paused, sent to again. */
export function WebhookPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const { id } = useParams<{ id: string }>();
  const [address] = useAddress();
  const [secret, setSecret] = useState<{ label: string; text: string } | null>(null);
  const [hours, setHours] = useState<string>("24");
  const [replayed, setReplayed] = useState<number | null>(null);
  const endpoints = useRows(WebhookEndpoints, {}, (data) => data.webhookEndpoints);
  const deliveries = useRows(
    WebhookDeliveries,
    { endpointId: id, status: STATUSES.find((each) => each === address["status"]) ?? null },
    (data) => data.webhookDeliveries,
    ROWS_WITH_A_LOG,
  );
  const endpoint = endpoints.rows.find((each) => each.id === id);
  const again = () => {
    endpoints.again();
    deliveries.again();
  };
  const columns: Column<Delivery>[] = [
    { key: "made", title: t`Made`, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => <When at={createdAt} /> },
    { key: "type", title: t`Event`, value: ({ eventType }) => eventType },
    {
      key: "state",
      title: t`State`,
      value: ({ status }) => said("delivery", status),
      show: ({ status, replay }) => (
        <>
          <span className={`tag ${status === "DELIVERED" ? "good" : status === "FAILED" ? "bad" : ""}`}>
            {said("delivery", status)}
          </span>{" "}
          {replay && t`sent again`}
        </>
      ),
    },
    { key: "attempts", title: t`Attempts`, numeric: true, value: ({ attempts }) => attempts },
    {
      key: "answer",
      title: t`Last answer`,
      value: ({ log }) => {
        const last = log.at(-1);
        return last ? [last.status, last.error, last.answer].filter(Boolean).join(" ") : "";
      },
    },
    {
      key: "replay",
      title: t`Change`,
      show: ({ eventId, status }) =>
        status !== "WAITING" && (
          <Act
            text={t`Send again`}
            act={async (key) => {
              const done = await carryOut(ReplayDeliveries, "replayDeliveries", { id, eventIds: [eventId], since: null, key });
              setReplayed(done.replayed);
              again();
            }}
          />
        ),
    },
  ];
  const change = (document: typeof PauseWebhook | typeof ResumeWebhook | typeof EndWebhook, field: string) => async (key: string) => {
    await carryOut(document as typeof PauseWebhook, field as "pauseWebhookEndpoint", { id, key });
    again();
  };
  return (
    <Page title={endpoint?.url ?? t`Webhook`} back={{ to: "/webhooks", text: t`Webhooks` }}>
      {secret && <Secret of={secret} done={() => setSecret(null)} />}
      {replayed !== null && <Notice tone="good" title={t`${replayed} events are sent again`} />}
      {!endpoint && !endpoints.loading && !endpoints.hasMore && <Notice tone="warn" title={t`There is no such webhook of yours`} />}
      {endpoint && (
        <>
          <Facts
            of={[
              [t`State`, said("endpoint", endpoint.status)],
              [t`Why`, endpoint.disabledReason],
              [t`Events`, endpoint.eventTypes.join(", ") || t`all`],
              [t`Waiting`, endpoint.waiting],
              [t`Made`, <When at={endpoint.createdAt} key="made" />],
            ]}
          />
          {endpoint.status !== "ENDED" && (
            <div className="actions">
              <Act
                text={t`Send a test`}
                tone="plain"
                act={async (key) => {
                  await carryOut(TestWebhook, "testWebhookEndpoint", { id, key });
                  again();
                }}
              />
              {endpoint.status === "ACTIVE" ? (
                <Act text={t`Pause it`} act={change(PauseWebhook, "pauseWebhookEndpoint")} />
              ) : (
                <Act text={t`Resume it`} act={change(ResumeWebhook, "resumeWebhookEndpoint")} />
              )}
              <Act
                text={t`Another secret`}
                warning={<p>{t`The one before signs beside it for a day.`}</p>}
                act={async (key) => {
                  const rotated = await carryOut(RotateWebhookSecret, "rotateWebhookSecret", { id, key });
                  if (rotated.secret) setSecret({ label: rotated.url, text: rotated.secret });
                  again();
                }}
              />
              <Act
                text={t`End it`}
                tone="danger"
                warning={<p>{t`What was not sent to it yet is not sent.`}</p>}
                act={change(EndWebhook, "endWebhookEndpoint")}
              />
            </div>
          )}
          <h2>
            <Trans>Send again what happened</Trans>
          </h2>
          <form className="filters" onSubmit={(event) => event.preventDefault()}>
            <Choice
              label={t`Of the last`}
              value={hours}
              options={HOURS.map((value) => ({ value, text: t`${value} hours` }))}
              onChange={setHours}
            />
            <div className="actions">
              <Act
                text={t`Send it again`}
                act={async (key) => {
                  const since = new Date(Date.now() - Number(hours) * HOUR).toISOString();
                  const done = await carryOut(ReplayDeliveries, "replayDeliveries", { id, eventIds: null, since, key });
                  setReplayed(done.replayed);
                  again();
                }}
              />
            </div>
          </form>
        </>
      )}
      <h2>
        <Trans>What was sent</Trans>
      </h2>
      <Table
        label={t`What was sent`}
        of={deliveries}
        columns={columns}
        filters={[{ key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: said("delivery", value) })) }]}
        id={({ id: delivery }) => delivery}
        file="yima-deliveries"
        empty={t`Nothing was sent yet.`}
      />
    </Page>
  );
}
