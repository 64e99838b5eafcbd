// What practitioners said is to be done next: seen, booked by one tap, or declined.

import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useFollowUpWords } from "../../app/followUps.ts";
import { useWhose } from "../../app/whose.ts";
import { DeclineFollowUp, NextSteps } from "../../documents/followUps.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Act } from "../../kit/Act.tsx";
import { When } from "../../kit/formats.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Rows, useRows } from "../../kit/useRows.ts";
import { Whose } from "../../kit/Whose.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Button } from "react-aria-components";

type Step = NonNullable<ResultOf<typeof NextSteps>["followUps"]>["nodes"][number];

export function NextStepsPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  const steps = useRows(NextSteps, { residentId: person.id, openOnly: false }, (data) => data.followUps, 20);
  return (
    <Page title={t`Next steps`} narrow back={{ to: "/", text: t`Home` }}>
      <Whose />
      <Refused refusal={steps.refusal} />
      {!steps.loading && !steps.refusal && steps.rows.length === 0 && (
        <p role="status">
          <Trans>Nothing is to be done next. What a practitioner notes for you is shown here.</Trans>
        </p>
      )}
      <ul className="list">
        {steps.rows.map((step) => (
          <StepCard key={step.id} step={step} steps={steps} />
        ))}
      </ul>
      {steps.hasMore && (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={steps.fetching} onPress={() => void steps.more()}>
            <Trans>Show more</Trans>
          </Button>
        </p>
      )}
    </Page>
  );
}

function StepCard({ step, steps }: { step: Step; steps: Rows<Step> }) {
  const { t } = useLingui();
  const said = useFollowUpWords();
  const { person } = useWhose();
  const title = step.offering?.title ?? said("action", step.action);
  return (
    <li className="card">
      <div className="row">
        <h2>{title}</h2>
        <span className={step.overdue ? "tag warn" : "tag"}>{step.overdue ? t`Overdue` : said("state", step.status)}</span>
      </div>
      <p>
        {said("reason", step.reason)} ·{" "}
        <Trans>
          by <When at={step.dueOn} style="day" />
        </Trans>
      </p>
      {step.note && <p>{step.note}</p>}
      <p className="soft">
        {step.institution?.name} · <When at={step.notedAt} style="day" />
      </p>
      {step.outcome && (
        <p>
          {said("outcome", step.outcome)}
          {step.closingNote && `: ${step.closingNote}`}
        </p>
      )}
      <div className="actions">
        {step.status === "DUE" && (
          <Link href={bookingOf(step, person.id)} className="button" aria-label={t`Book: ${title}`}>
            <Trans>Book</Trans>
          </Link>
        )}
        {step.status === "DUE" && (
          <Act
            text={t`I do not want it: ${title}`}
            warning={t`Who noted it sees that you declined. They can note it again when you meet.`}
            act={async (key) => {
              await carryOut(DeclineFollowUp, "declineFollowUp", { id: step.id, key });
              steps.again();
            }}
          />
        )}
        {step.orderId && (
          <Link href={`/orders/${step.orderId}`} className="button quiet">
            <Trans>See the order</Trans>
          </Link>
        )}
      </div>
    </li>
  );
}

/** Where it is booked: at the offering, or among those of the category. The order carries which step it is for. */
function bookingOf(step: Step, whose: string): string {
  const carried = new URLSearchParams({ step: step.id, whose });
  if (step.offering) return `/care/${step.offering.id}?${carried}`;
  if (step.category) carried.set("category", step.category);
  return `/care?${carried}`;
}
