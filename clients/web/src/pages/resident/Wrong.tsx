import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { useWhose } from "../../app/whose.ts";
import { readFragment } from "../../documents/graphql.ts";
import { ReportError, Timeline, TimelineItemParts } from "../../documents/residentRecord.ts";
import { Answers } from "../../kit/Answers.tsx";
import { Area } from "../../kit/Area.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

/** Say what is wrong in something of the record: written, looked over, sent. */
export function WrongPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const { person } = useWhose();
  const [, go] = useLocation();
  const [answer] = useQuery({ query: Timeline, variables: { residentId: person.id, recordId: id } });
  const node = answer.data?.timeline?.nodes[0];
  const item = node ? readFragment(TimelineItemParts, node.item) : null;
  const { fields, fill, clear } = useDraft(`wrong:${id}`, { description: "" });
  const [checking, setChecking] = useState(false);
  const report = useAct(async (key: string, description: string) => {
    await carryOut(ReportError, "reportError", { residentId: person.id, recordId: id, description, key });
    clear();
    go(`/record/items/${id}`);
  });
  const { wrong, above, field } = refusalAt(report.refusal, ["description"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (checking) void report.run(fields.description.trim());
    else setChecking(fields.description.trim() !== "");
  }

  return (
    <Page
      title={checking && !field ? t`Check what you wrote` : t`What is wrong?`}
      narrow
      back={{ to: `/record/items/${id}`, text: item?.title ?? t`Back` }}
    >
      <Shown answer={answer}>
        {() => (
          <>
            <Refused refusal={above} />
            <Form onSubmit={submit} validationBehavior="aria">
              {checking && !field ? (
                <>
                  <Answers
                    of={[
                      [t`About`, item?.title],
                      [t`To`, item?.institution?.name],
                      [t`What is wrong`, fields.description],
                    ]}
                    onChange={() => setChecking(false)}
                  />
                  <p className="soft">
                    <Trans>They read what you wrote, and correct it or say why it is right. Both stay in the record.</Trans>
                  </p>
                </>
              ) : (
                <Area
                  label={t`What is wrong, and how it was really`}
                  hint={t`For example: this was not me, the wrong arm, a medicine that I never took.`}
                  name="description"
                  value={fields.description}
                  onChange={(description) => {
                    setChecking(false);
                    fill({ description });
                  }}
                  wrong={wrong("description")}
                  maxLength={2_000}
                  isRequired
                />
              )}
              <div className="actions">
                <Button type="submit" isPending={report.pending}>
                  {checking && !field ? t`Send it` : t`Go on`}
                </Button>
                <Link href={`/record/items/${id}`} className="button quiet">
                  <Trans>Leave it</Trans>
                </Link>
              </div>
            </Form>
          </>
        )}
      </Shown>
    </Page>
  );
}
