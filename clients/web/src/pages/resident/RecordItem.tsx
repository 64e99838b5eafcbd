import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import { readFragment, type ResultOf } from "../../documents/graphql.ts";
import { ErrorReportParts, Timeline, TimelineItemParts, WithdrawDeviceReading, WithdrawErrorReport } from "../../documents/residentRecord.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Numeral, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Between } from "../../kit/Trend.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Whose } from "../../kit/Whose.tsx";
import { Belonging, type Item, TimelineList, Whence } from "./TimelineList.tsx";
import { TrendOf } from "./TrendOf.tsx";

const PICTURES_MAX = 2; // of a result; who wants to see more of a panel opens them

/** One thing of a record. */
export function RecordItemPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const { person } = useWhose();
  const [answer, ask] = useQuery({ query: Timeline, variables: { residentId: person.id, recordId: id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const node = answer.data?.timeline?.nodes[0];
  const item = node ? readFragment(TimelineItemParts, node.item) : null;
  return (
    <Page title={item?.title ?? t`My record`} narrow back={{ to: "/record", text: t`My record` }}>
      <Shown answer={answer} again={again}>
        {() =>
          node && item ? (
            <>
              <About item={item} residentId={person.id} />
              <Results item={item} residentId={person.id} />
              {node.items.length > 0 && (
                <h2>
                  <Trans>What belongs to it</Trans>
                </h2>
              )}
              <Belonging to={item} items={node.items} more={node.moreItems} />
              <Wrong item={item} again={again} />
            </>
          ) : (
            <>
              <Notice tone="warn" title={t`There is no such thing in this record`} />
              <Whose />
            </>
          )
        }
      </Shown>
    </Page>
  );
}

function About({ item, residentId }: { item: Item; residentId: string }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const word = useWords();
  return (
    <>
      <Facts
        of={[
          [t`Kind`, word("timeline", item.kind)],
          [t`When`, <When at={item.effectiveAt} key="when" />],
          [t`From`, <Whence of={item} key="from" />],
          [t`Now`, item.state ? word("state", item.state) : null],
          [t`Says`, item.details],
          [
            t`Part of`,
            item.visitId ? (
              <Link href={`/record/items/${item.visitId}`} key="visit">
                <Trans>The visit</Trans>
              </Link>
            ) : null,
          ],
        ]}
      />
      {item.byDevice && (
        <div className="actions">
          <Act
            text={t`It was not me, or it is wrong`}
            reason={t`What was wrong? Nobody but you and who treats you reads it.`}
            warning={
              <p>
                <Trans>It leaves your record and its pictures. Measure again, if you want to.</Trans>
              </p>
            }
            act={async (key, reason) => {
              await carryOut(WithdrawDeviceReading, "withdrawDeviceReading", { residentId, recordId: item.id, reason, key });
              go("/record");
            }}
          />
        </div>
      )}
      {item.selfReported && (
        <p className="actions">
          <Link href={`/record/readings/${item.id}`} className="button quiet">
            <Trans>Correct or withdraw it</Trans>
          </Link>
        </p>
      )}
    </>
  );
}

function Results({ item, residentId }: { item: Item; residentId: string }) {
  const { t } = useLingui();
  const word = useWords();
  return (
    <>
      {item.values.map((value, index) => (
        <section key={index} aria-label={value.name}>
          <h2>{value.name}</h2>
          <p className="big">
            <Numeral of={value.value} /> {value.unit}
          </p>
          <Facts
            of={[
              [t`Usual`, value.low || value.high ? <Between low={value.low} high={value.high} key="range" /> : null],
              [
                t`Whose range`,
                value.rangeSource === "SENT" ? t`It came with the result` : value.rangeSource === "CITY" ? t`The city's` : null,
              ],
              [t`It is`, value.interpretation ? word("interpretation", value.interpretation) : null],
              [
                t`Who says so`,
                value.interpretation ? (value.judgedBySender ? t`Whoever measured it` : t`It follows from the range`) : null,
              ],
            ]}
          />
          {value.code && item.values.length <= PICTURES_MAX && (
            <TrendOf residentId={residentId} code={value.code} system={value.system} />
          )}
          {value.code && (
            <p>
              <Link href={`/record/trends?${new URLSearchParams({ code: value.code, system: value.system ?? "" })}`}>
                <Trans>All that was measured of it</Trans>
              </Link>
            </p>
          )}
        </section>
      ))}
      {item.values.some((value) => value.interpretation && value.interpretation !== "NORMAL") && (
        <Notice>
          <p>
            <Trans>A value outside of what is usual is often no sickness. Ask whoever treats you what it means for you.</Trans>
          </p>
        </Notice>
      )}
    </>
  );
}

function Wrong({ item, again }: { item: Item; again: () => void }) {
  if (item.selfReported) return null;
  const report = item.errorReport ? readFragment(ErrorReportParts, item.errorReport) : null;
  return (
    <>
      {report && (
        <>
          <h2>
            <Trans>What was said to be wrong</Trans>
          </h2>
          <ErrorReport of={report} again={again} />
        </>
      )}
      {report?.status !== "OPEN" && (
        <p className="actions">
          <Link href={`/record/items/${item.id}/wrong`} className="button quiet">
            <Trans>Something in it is wrong</Trans>
          </Link>
        </p>
      )}
    </>
  );
}

/** What a resident said is wrong, and what the institution answered. */
export function ErrorReport({ of, again }: { of: ResultOf<typeof ErrorReportParts>; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const withdraw = useAct(async (key: string) => {
    await carryOut(WithdrawErrorReport, "withdrawErrorReport", { id: of.id, key });
    again();
  });
  return (
    <>
      <Facts
        of={[
          [t`You wrote`, of.description],
          [t`When`, <When at={of.reportedAt} key="when" />],
          [t`To`, of.institution?.name],
          [t`Now`, word("errorReport", of.status)],
          [t`They answer by`, of.status === "OPEN" ? <When at={of.answerBy} style="day" key="by" /> : null],
          [t`Their answer`, of.answer],
        ]}
      />
      <Refused refusal={withdraw.refusal} />
      {of.status === "OPEN" && (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={withdraw.pending} onPress={() => void withdraw.run()}>
            <Trans>Take it back</Trans>
          </Button>
        </p>
      )}
    </>
  );
}

/** All that belongs to one visit. */
export function VisitPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const { person } = useWhose();
  return (
    <Page title={t`What belongs to the visit`} narrow back={{ to: `/record/items/${id}`, text: t`The visit` }}>
      <TimelineList residentId={person.id} asked={{ visitId: id }} empty={t`Nothing belongs to it.`} />
    </Page>
  );
}
