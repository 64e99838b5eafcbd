import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { canPush, keepSubscription, keptSubscription, subscribe, unsubscribe } from "../../app/push.ts";
import { useSession } from "../../app/session.ts";
import type { ResultOf, VariablesOf } from "../../documents/graphql.ts";
import {
  EndPushSubscription,
  NotificationPreferences,
  RegisterPushSubscription,
  SetNotificationPreferences,
} from "../../documents/messages.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Switch } from "../../kit/Switch.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useKinds } from "./kinds.ts";

type Preferences = NonNullable<ResultOf<typeof NotificationPreferences>["notificationPreferences"]>;
type Preference = Preferences["choices"][number];
type Change = Omit<VariablesOf<typeof SetNotificationPreferences>, "key">;
type Keep = (change: Change, key: string) => Promise<void>;

const CHANNELS = ["EMAIL", "SMS", "PUSH"] as const;
const NIGHT = { from: "22:00", until: "07:00" }; // what is offered to who has no quiet hours

/** By which channels somebody is told of what, and when not. */
export function NotificationsPage() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: NotificationPreferences });
  const [changed, setChanged] = useState<Preferences | null>(null); // as the last change was answered
  const keep: Keep = async (change, key) => {
    setChanged(await carryOut(SetNotificationPreferences, "setNotificationPreferences", { ...change, key }));
  };
  const again = () => {
    setChanged(null);
    ask({ requestPolicy: "network-only" });
  };
  return (
    <Page title={t`What I am told, and how`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <Shown answer={answer} again={again}>
        {(data) => {
          const of = changed ?? data.notificationPreferences;
          return (
            of && (
              <>
                <Reached />
                <Kinds of={of} keep={keep} />
                <QuietHours key={`${of.quietFrom} ${of.quietUntil}`} of={of} keep={keep} />
                {of.locales.length > 1 && <Language of={of} keep={keep} />}
                {of.pushPublicKey && <Browsers of={of} cityKey={of.pushPublicKey} again={again} />}
              </>
            )
          );
        }}
      </Shown>
    </Page>
  );
}

function Reached() {
  const { role } = useSession();
  return (
    <p>
      <Trans>Every message is in your inbox. It says no more than it must, wherever else it is sent.</Trans>
      {role === "RESIDENT" && (
        <>
          {" "}
          <Link href="/settings/profile">
            <Trans>Your e-mail addresses and telephone number</Trans>
          </Link>
        </>
      )}
    </p>
  );
}

function Kinds({ of, keep }: { of: Preferences; keep: Keep }) {
  const { t } = useLingui();
  const channels = CHANNELS.filter((each) => each !== "PUSH" || of.pushPublicKey);
  const heads = { EMAIL: t`E-mail`, SMS: t`Text message`, PUSH: t`Browser` };
  const kinds = [...new Set(of.choices.map((each) => each.kind))];
  if (kinds.length === 0) {
    return (
      <p role="status">
        <Trans>Nothing is sent to people in your role.</Trans>
      </p>
    );
  }
  return (
    <div className="table" role="region" aria-label={t`What is sent by which way`} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">
              <Trans>What happened</Trans>
            </th>
            {channels.map((channel) => (
              <th key={channel} scope="col" className="way">
                {heads[channel]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kinds.map((kind) => (
            <Kind
              key={kind}
              choices={channels.map((channel) =>
                of.choices.find((each) => each.kind === kind && each.channel === channel),
              )}
              heads={heads}
              keep={keep}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface KindProps {
  choices: readonly (Preference | undefined)[];
  heads: Record<Preference["channel"], string>;
  keep: Keep;
}

function Kind({ choices, heads, keep }: KindProps) {
  const word = useKinds();
  const [wanted, setWanted] = useState<Preference | null>(null); // shown while it is being kept
  const act = useAct(async (key: string, choice: Preference) => {
    setWanted(choice);
    try {
      await keep({ choices: [{ kind: choice.kind, channel: choice.channel, on: choice.on }] }, key);
    } finally {
      setWanted(null);
    }
  });
  const name = word(choices.find((each) => each)?.kind ?? "");
  return (
    <>
      <tr>
        <th scope="row" className="kind">
          {name}
        </th>
        {choices.map((choice, index) => (
          <td key={choice?.channel ?? index} className="way">
            {choice?.fixed ? (
              <span className="soft">
                <Trans>Always</Trans>
              </span>
            ) : (
              choice && (
                <Switch
                  label={`${name}: ${heads[choice.channel]}`}
                  on={wanted?.channel === choice.channel ? wanted.on : choice.on}
                  onChange={(on) => void act.run({ ...choice, on })}
                />
              )
            )}
          </td>
        ))}
      </tr>
      {act.refusal && (
        <tr>
          <td colSpan={choices.length + 1}>
            <Refused refusal={act.refusal} />
          </td>
        </tr>
      )}
    </>
  );
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function QuietHours({ of, keep }: { of: Preferences; keep: Keep }) {
  const { t } = useLingui();
  const had = of.quietFrom !== of.quietUntil;
  const [hours, setHours, sent] = useKept("quiet-hours", {
    quiet: had,
    from: had ? timeOf(of.quietFrom) : NIGHT.from,
    until: had ? timeOf(of.quietUntil) : NIGHT.until,
  });
  const { quiet, from, until } = hours;
  const act = useAct(async (key: string) => {
    const quietHours = quiet
      ? { quietFrom: minutesOf(from), quietUntil: minutesOf(until) }
      : { quietFrom: 0, quietUntil: 0 };
    await keep({ quietHours }, key);
    sent();
  });
  const same = quiet && from === until;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!same) void act.run();
  }

  return (
    <section>
      <h2>
        <Trans>Quiet hours</Trans>
      </h2>
      <p>
        <Trans>In them nothing is sent that can wait until they are over.</Trans>
      </p>
      <Refused refusal={act.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Checkbox isSelected={quiet} onChange={(on) => setHours({ ...hours, quiet: on })}>
          <Trans>Have quiet hours</Trans>
        </Checkbox>
        {quiet && (
          <>
            <Field
              label={t`Quiet from`}
              hint={t`By the city's clock`}
              type="time"
              name="quietFrom"
              value={from}
              onChange={(time) => setHours({ ...hours, from: time })}
              isRequired
            />
            <Field
              label={t`Quiet until`}
              type="time"
              name="quietUntil"
              value={until}
              onChange={(time) => setHours({ ...hours, until: time })}
              wrong={same ? t`Must be another time than the first` : undefined}
              isRequired
            />
          </>
        )}
        <div className="actions">
          <Button type="submit" isPending={act.pending} isDisabled={quiet && (from === "" || until === "")}>
            {quiet ? <Trans>Keep these hours</Trans> : <Trans>Have none</Trans>}
          </Button>
        </div>
      </Form>
      <p role="status" className="soft">
        {had ? (
          <Trans>
            It is quiet from <bdi>{timeOf(of.quietFrom)}</bdi> until <bdi>{timeOf(of.quietUntil)}</bdi>.
          </Trans>
        ) : (
          <Trans>You have no quiet hours.</Trans>
        )}
      </p>
    </section>
  );
}

function Language({ of, keep }: { of: Preferences; keep: Keep }) {
  const { t } = useLingui();
  const act = useAct(async (key: string, locale: string) => keep({ locale }, key));
  const named = (locale: string) => new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
  return (
    <section>
      <h2>
        <Trans>Language</Trans>
      </h2>
      <Refused refusal={act.refusal} />
      <Choice
        label={t`Language of what is sent to me`}
        value={of.locale}
        options={of.locales.map((locale) => ({ value: locale, text: named(locale) }))}
        onChange={(locale) => void act.run(locale)}
      />
    </section>
  );
}

/** The browsers that show messages, and whether this one does. */
function Browsers({ of, cityKey, again }: { of: Preferences; cityKey: string; again: () => void }) {
  const { t } = useLingui();
  const [failed, setFailed] = useState(false);
  const mine = keptSubscription();
  const here = of.pushSubscriptions.some((each) => each.id === mine);
  return (
    <section>
      <h2>
        <Trans>Browsers that show messages</Trans>
      </h2>
      {of.pushSubscriptions.length > 0 && (
        <ul className="list">
          {of.pushSubscriptions.map((each) => (
            <li key={each.id} className="card">
              <div className="row">
                <bdi>{each.service}</bdi>
                {each.id === mine && <span className="tag good">{t`This browser`}</span>}
              </div>
              <span className="soft">
                <Trans>
                  since <When at={each.createdAt} style="day" />
                </Trans>
              </span>
              <div className="actions">
                <Act
                  text={t`Show nothing there any more`}
                  act={async (key) => {
                    await carryOut(EndPushSubscription, "endPushSubscription", { id: each.id, key });
                    if (each.id === mine) await unsubscribe();
                    again();
                  }}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
      {failed && (
        <Notice tone="warn" title={t`This browser shows no messages`}>
          <p>
            <Trans>You did not permit it, or it has no connection to its maker's push service.</Trans>
          </p>
        </Notice>
      )}
      {!here && canPush() && (
        <div className="actions">
          <Act
            text={t`Show messages in this browser`}
            act={async (key) => {
              setFailed(false);
              const keys = await subscribe(cityKey);
              if (!keys) return setFailed(true);
              const { endpoint, publicKey, auth } = keys;
              const fields = { endpoint, publicKey, auth, key };
              keepSubscription((await carryOut(RegisterPushSubscription, "registerPushSubscription", fields)).id);
              again();
            }}
          />
        </div>
      )}
      {!here && !canPush() && (
        <p className="soft">
          <Trans>This browser cannot show messages. On some telephones it can once Yima is on the home screen.</Trans>
        </p>
      )}
    </section>
  );
}
