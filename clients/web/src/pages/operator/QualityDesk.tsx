import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { JudgeResource, LookAtReview, ReviewsToJudge } from "../../documents/operator.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Desk } from "../supervision/Desk.tsx";

type Looked = Extract<ResultOf<typeof LookAtReview>["lookAtReview"], { __typename: "ReviewedResource" }>;

/** Resources that wait for a judgement: each is looked at first, without whose it is, and judged then. */
export function QualityDesk() {
  const { t } = useLingui();
  const rows = useRows(ReviewsToJudge, {}, (data) => data.qualityReviews);
  const [seen, setSeen] = useState<Readonly<Record<string, Looked>>>({});
  const look = (id: string) => async (key: string) => {
    const answer = await carryOut(LookAtReview, "lookAtReview", { id, key });
    setSeen((before) => ({ ...before, [id]: answer }));
  };
  const judge = (id: string, verdict: "SOUND" | "WRONG") => async (key: string, note: string) => {
    await carryOut(JudgeResource, "judgeResource", { id, verdict, note, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Resources to judge`}
      lead={t`Two people judge each, and neither knows what the other judged. You see no name; the resident's log says that somebody looked.`}
      of={rows}
      show={({ id, resourceType, month, reason, status, drawnAt, dueAt, overdue }) => {
        const looked = seen[id];
        return {
          id,
          heading: resourceType,
          since: drawnAt,
          facts: [
            [t`Month`, month],
            [t`Why`, reason === "SERIOUS" ? t`Rules find it seriously wrong` : t`Drawn from what came`],
            [t`Judged by`, status === "DISPUTED" ? t`Two, who differ: you decide` : t`Nobody has settled it`],
            [
              t`To be settled by`,
              <span key="due">
                <When at={dueAt} style="day" /> {overdue && <span className="tag bad">{t`overdue`}</span>}
              </span>,
            ],
          ],
          more: looked && (
            <>
              <h3>
                <Trans>What it says</Trans>
              </h3>
              <Facts of={looked.facts.map(({ path, value }) => [path, <bdi key={path}>{value}</bdi>] as const)} />
              {looked.findings.length > 0 && (
                <>
                  <h3>
                    <Trans>What rules say of it</Trans>
                  </h3>
                  <ul>
                    {looked.findings.map(({ rule, title, field }) => (
                      <li key={`${rule} ${field}`}>
                        {title || rule} <bdi className="mono">{field}</bdi>
                      </li>
                    ))}
                  </ul>
                </>
              )}
            </>
          ),
          acts: looked ? (
            <>
              <Act text={t`Nothing speaks against it`} tone="plain" act={judge(id, "SOUND")} />
              <Act text={t`It is wrong`} tone="danger" reason={t`What cannot be so`} act={judge(id, "WRONG")} />
            </>
          ) : (
            <Act text={t`Look at it`} tone="plain" act={look(id)} />
          ),
        };
      }}
    />
  );
}
