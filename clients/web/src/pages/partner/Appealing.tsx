import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Form } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import { OpenAppeal } from "../../documents/appeals.ts";
import { Area } from "../../kit/Area.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Deadline } from "./shown.tsx";
import type { Partner } from "./tasks.ts";

/** Appeal against a rejection or a suspension, with papers that were handed in, as long as the days run. */
export function Appealing({ of, again }: { of: Partner; again: () => void }) {
  const { t } = useLingui();
  const [reason, setReason] = useKept(`appeal:${of.id}`, "");
  const [chosen, choose] = useKept<readonly string[]>(`appeal-papers:${of.id}`, []);
  const appeal = useAct(async (key: string) => {
    await carryOut(OpenAppeal, "openAppeal", { reason, documentIds: chosen.length > 0 ? [...chosen] : null, key });
    setReason("");
    choose([]);
    again();
  });
  if (!of.appealUntil) return null;
  const papers = of.evidence.flatMap(({ documentId, title }) => (documentId ? [{ documentId, title }] : []));
  const wrong = appeal.refusal?.field === "reason" ? appeal.refusal.message : undefined;
  return (
    <section className="card">
      <h2>
        <Trans>Appeal</Trans>
      </h2>
      <p>
        <Trans>
          You may appeal once, until <Deadline at={of.appealUntil} />. Other people than who took the step decide.
        </Trans>
      </p>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void appeal.run();
        }}
      >
        <Area
          label={t`Why is the step wrong?`}
          name="appeal"
          value={reason}
          onChange={setReason}
          wrong={wrong}
          isRequired
        />
        {papers.map(({ documentId, title }) => (
          <Checkbox
            key={documentId}
            isSelected={chosen.includes(documentId)}
            onChange={(on) => choose(on ? [...chosen, documentId] : chosen.filter((each) => each !== documentId))}
          >
            {title}
          </Checkbox>
        ))}
        <Refused refusal={wrong ? null : appeal.refusal} />
        <div className="actions">
          <Button type="submit" isPending={appeal.pending}>
            <Trans>Send the appeal</Trans>
          </Button>
        </div>
      </Form>
    </section>
  );
}
