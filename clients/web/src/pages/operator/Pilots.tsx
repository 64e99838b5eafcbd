import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { dayIn, isDay, useCityZone } from "../../app/cityDays.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { EndPilot, Pilot as Document, Pilots, WidenPilot } from "../../documents/operator.ts";
import { Act } from "../../kit/Act.tsx";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { useDraft } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useRows } from "../../kit/useRows.ts";
import { Cases } from "../supervision/Desk.tsx";

type Offering = NonNullable<ResultOf<typeof Document>["offering"]>;
type District = NonNullable<ResultOf<typeof Document>["city"]>["districts"][number];
const REASON_LENGTH_MAX = 500;

/** What is tried out in some districts, or was: each is widened or ended on a page of its own. */
export function PilotsPage() {
  const { t } = useLingui();
  const pilots = useRows(Pilots, {}, (data) => data.partnerOfferings);
  return (
    <Page title={t`Pilots`} back={{ to: "/", text: t`What waits` }}>
      <p>
        <Trans>What is tried out in some districts before everybody may order it. Widen it, or end it.</Trans>
      </p>
      <Cases
        of={pilots}
        show={({ id, title, partner, pilot, status, publishedAt }) => ({
          id,
          heading: title,
          since: publishedAt,
          facts: [
            [t`From`, partner && <Link href={`/partners/${partner.id}`} key="partner">{partner.name}</Link>],
            [t`Tried out in`, pilot?.districts.join(", ")],
            [t`Tried out until`, pilot?.endsAt ? <When at={pilot.endsAt} key="until" /> : t`it is widened or ended`],
            [t`On sale`, status === "PUBLISHED" ? t`Yes` : t`No`],
          ],
          acts: (
            <Link href={`/pilots/${id}`} className="button">
              <Trans>Widen or end it</Trans>
            </Link>
          ),
        })}
      />
    </Page>
  );
}

/** One pilot: to more districts, to a later end, to everybody, or ended. */
export function PilotPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: Document, variables: { id } });
  const [done, setDone] = useState<"widened" | "everybody" | "ended" | null>(null);
  const again = (what: typeof done) => {
    setDone(what);
    ask({ requestPolicy: "network-only" });
  };
  return (
    <Page title={answer.data?.offering?.title ?? t`A pilot`} narrow back={{ to: "/pilots", text: t`Pilots` }}>
      {done === "widened" && <Notice tone="good" title={t`The pilot is wider`} />}
      {done === "everybody" && <Notice tone="good" title={t`Everybody whom it serves may order it`} />}
      {done === "ended" && <Notice tone="good" title={t`The pilot has ended. What was ordered stays ordered.`} />}
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) =>
          data.offering?.pilot ? (
            <Deciding
              key={JSON.stringify(data.offering.pilot)}
              of={data.offering}
              districts={data.city?.districts ?? []}
              again={again}
            />
          ) : (
            done === null && <Notice tone="warn" title={t`It is not tried out anywhere: it is for everybody, or not on sale`} />
          )
        }
      </Shown>
    </Page>
  );
}

interface DecidingProps {
  of: Offering;
  districts: readonly District[];
  again: (what: "widened" | "everybody" | "ended") => void;
}

function Deciding({ of, districts, again }: DecidingProps) {
  const { t } = useLingui();
  const zone = useCityZone();
  const { id, pilot, partner } = of;
  const [was, until] = [pilot?.districts ?? [], pilot?.endsAt ?? null];
  const over = until !== null && Date.parse(until) <= Date.now();
  const { fields, fill, clear } = useDraft(`pilot:${id}`, { more: [] as string[], lastDay: "", noEnd: false, reason: "" });
  const [looksOver, setLooksOver] = useState(false);
  const names = (codes: readonly string[]) =>
    codes.map((code) => districts.find((each) => each.code === code)?.name ?? code).join(", ");
  const wider = [...was, ...fields.more];
  const endsAt = fields.noEnd ? null : isDay(fields.lastDay) ? dayIn(zone, fields.lastDay)[1].toISOString() : until;

  const widen = useAct(async (key: string, to: readonly string[], at: string | null, reason: string) => {
    try {
      await carryOut(WidenPilot, "widenPilot", { id, districts: [...to], endsAt: at, reason, key });
    } catch (refused) {
      setLooksOver(false); // to be said otherwise
      throw refused;
    }
    clear();
    again("widened");
  });
  const { wrong, above } = refusalAt(widen.refusal, ["endsAt", "reason"]);
  const end = (at: string | null) => (at ? <When at={at} key="end" /> : t`until it is widened or ended`);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (looksOver) void widen.run(wider, endsAt, fields.reason.trim());
    else setLooksOver(true);
  }

  return (
    <>
      <Facts
        of={[
          [t`From`, partner && <Link href={`/partners/${partner.id}`} key="partner">{partner.name}</Link>],
          [t`On sale`, of.status === "PUBLISHED" ? t`Yes` : t`No`],
          [t`Tried out in`, names(was)],
          [t`Tried out until`, end(until)],
          [t`It serves`, of.districts.length > 0 ? names(of.districts) : t`the whole city`],
        ]}
      />
      <h2>
        <Trans>Widen it</Trans>
      </h2>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {looksOver ? (
          <>
            <Answers
              of={[
                [t`Tried out in`, names(wider)],
                [t`Tried out until`, end(endsAt)],
                [t`Why`, fields.reason],
              ]}
              onChange={() => setLooksOver(false)}
            />
            <p className="soft">
              <Trans>A pilot becomes no narrower and no shorter afterwards; it is ended.</Trans>
            </p>
          </>
        ) : (
          <>
            <fieldset className="field">
              <legend className="label">{t`In which districts, besides`}</legend>
              {candidates(districts, of.districts, was).map(({ code, name }) => (
                <Checkbox
                  key={code}
                  value={code}
                  isSelected={fields.more.includes(code)}
                  onChange={(on) => fill({ more: on ? [...fields.more, code] : fields.more.filter((each) => each !== code) })}
                >
                  {name}
                </Checkbox>
              ))}
            </fieldset>
            {until !== null && (
              <>
                <Field
                  label={over ? t`The last day, by the city's clock` : t`The last day, by the city's clock; empty: as now`}
                  type="date"
                  name="lastDay"
                  value={fields.lastDay}
                  onChange={(lastDay) => fill({ lastDay, noEnd: false })}
                  wrong={wrong("endsAt")}
                />
                <Checkbox isSelected={fields.noEnd} onChange={(noEnd) => fill({ noEnd, lastDay: "" })}>
                  {t`No last day: until it is widened or ended`}
                </Checkbox>
              </>
            )}
            <Area
              label={t`Why`}
              name="why"
              value={fields.reason}
              onChange={(reason) => fill({ reason })}
              wrong={wrong("reason")}
              maxLength={REASON_LENGTH_MAX}
              rows={2}
              isRequired
            />
          </>
        )}
        <div className="actions">
          <Button
            type="submit"
            isPending={widen.pending}
            isDisabled={fields.reason.trim() === "" || (fields.more.length === 0 && fields.lastDay === "" && !fields.noEnd)}
          >
            {looksOver ? t`Widen the pilot` : t`Look it over`}
          </Button>
        </div>
      </Form>
      <h2>
        <Trans>For everybody, or for nobody any more</Trans>
      </h2>
      <div className="actions">
        <Act
          text={t`Open it to everybody`}
          tone="plain"
          reason={t`Why`}
          warning={
            <p>
              <Trans>Whoever it serves may order it from then on. It is a pilot no more, and is not made one again.</Trans>
            </p>
          }
          act={async (key, reason) => {
            await carryOut(WidenPilot, "widenPilot", { id, districts: [], endsAt: null, reason, key });
            again("everybody");
          }}
        />
        {!over && (
          <Act
            text={t`End the pilot`}
            tone="danger"
            reason={t`Why`}
            warning={
              <p>
                <Trans>It goes off sale now. What was ordered stays ordered, and its provider is told.</Trans>
              </p>
            }
            act={async (key, reason) => {
              await carryOut(EndPilot, "endPilot", { id, reason, key });
              again("ended");
            }}
          />
        )}
      </div>
    </>
  );
}

/** The districts that a pilot may be widened to: served, and in none where it is tried out already. */
function candidates(districts: readonly District[], served: readonly string[], was: readonly string[]): readonly District[] {
  const parents = new Map(districts.map(({ code, parent }) => [code, parent]));
  const within = (code: string, some: readonly string[]): boolean => {
    for (let each: string | null | undefined = code; each; each = parents.get(each)) if (some.includes(each)) return true;
    return false;
  };
  return districts.filter(({ code }) => (served.length === 0 || within(code, served)) && !within(code, was));
}
