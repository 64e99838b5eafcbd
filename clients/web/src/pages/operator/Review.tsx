import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWords } from "../../app/words.ts";
import { ScreeningChecklist, SupervisedPartner } from "../../documents/decisions.ts";
import { ReviewPartner } from "../../documents/operator.ts";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { DataGrades, type Partner, Reviews } from "../supervision/AboutPartner.tsx";
import { PartnerStatus } from "../supervision/Partners.tsx";
import { useSupervisionWords } from "../supervision/words.ts";
import { ASPECTS, type Rubric, RubricForm } from "./RubricForm.tsx";

/** A partner that was let through is looked at again, in all areas or some. Nothing that is in force ends by it. */
export function ReviewPage() {
  const { t } = useLingui();
  const { id } = useParams<{ id: string }>();
  const [answer, ask] = useQuery({ query: SupervisedPartner, variables: { id } });
  const again = () => ask({ requestPolicy: "network-only" });
  const partner = answer.data?.partner;
  return (
    <Page
      title={partner ? t`Review: ${partner.name}` : t`Review a partner`}
      back={{ to: `/partners/${id}`, text: partner?.name ?? t`Partner` }}
    >
      <Shown answer={answer} again={again}>
        {(data) =>
          data.partner ? (
            <>
              <Known of={data.partner} />
              <Reviewing of={data.partner} again={again} />
            </>
          ) : (
            <Notice tone="warn" title={t`There is no such partner`} />
          )
        }
      </Shown>
    </Page>
  );
}

/** What a review goes by: what it may do, what lapses, how its data is, and what was found before. */
function Known({ of }: { of: Partner }) {
  const { t } = useLingui();
  const word = useWords();
  const { word: office } = useSupervisionWords();
  const frozen = of.freezes.filter(({ liftedAt }) => !liftedAt);
  return (
    <>
      <Facts
        of={[
          [t`State`, <PartnerStatus of={of.status} key="status" />],
          [t`Kind`, office("partnerKind", of.kind)],
          [t`May now`, of.capabilities.map((each) => office("capability", each)).join(", ") || t`nothing`],
          [t`Papers that are missing`, of.missingEvidence.join(", ")],
          [t`Frozen under`, frozen.map(({ caseNumber }) => caseNumber).join(", ")],
          ...of.certificates.map(
            ({ id, aspect, expiresAt }) =>
              [
                t`Certificate: ${word("aspect", aspect)}`,
                <span key={id}>
                  <Trans>
                    good until <When at={expiresAt} style="day" />
                  </Trans>
                </span>,
              ] as const,
          ),
        ]}
      />
      <DataGrades of={of.dataGrades} />
      <Reviews of={of.reviews} />
    </>
  );
}

function Reviewing({ of, again }: { of: Partner; again: () => void }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: ScreeningChecklist, variables: { kind: of.kind } });
  const [passed, setPassed] = useState<boolean | null>(null);
  if (passed !== null) {
    return (
      <Notice tone={passed ? "good" : "warn"} title={passed ? t`The review is kept: it passes` : t`The review is kept: it does not pass`}>
        <p>
          <Trans>The partner reads it. Nothing that is in force ended by it: certify it again, or suspend it.</Trans>
        </p>
      </Notice>
    );
  }
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {({ checklist }) =>
        checklist && (
          <Areas
            of={of}
            rubric={checklist}
            done={(outcome) => {
              setPassed(outcome);
              again();
            }}
          />
        )
      }
    </Shown>
  );
}

interface AreasProps {
  of: Partner;
  rubric: Rubric;
  done: (passed: boolean) => void;
}

function Areas({ of, rubric, done }: AreasProps) {
  const { t } = useLingui();
  const word = useWords();
  const [unchosen, leaveOut, sent] = useKept<readonly string[]>(`review-areas:${of.id}`, []);
  const areas = ASPECTS.filter((aspect) => !unchosen.includes(aspect));
  const asked = { ...rubric, items: rubric.items.filter(({ area }) => !unchosen.includes(area)) };
  return (
    <section>
      <h2>
        <Trans>Review it by the rubric {rubric.edition}</Trans>
      </h2>
      <fieldset className="field">
        <legend className="label">{t`Areas that are reviewed`}</legend>
        {ASPECTS.map((aspect) => (
          <Checkbox
            key={aspect}
            isSelected={!unchosen.includes(aspect)}
            isDisabled={areas.length === 1 && areas[0] === aspect}
            onChange={(on) => leaveOut(on ? unchosen.filter((each) => each !== aspect) : [...unchosen, aspect])}
          >
            {word("aspect", aspect)}
          </Checkbox>
        ))}
      </fieldset>
      <RubricForm
        name={`review:${of.id}`}
        of={of}
        rubric={asked}
        decide={async (key, { passed, reasons, answers }) => {
          await carryOut(ReviewPartner, "reviewPartner", {
            partnerId: of.id,
            passed,
            reasons,
            answers,
            areas: areas.length === ASPECTS.length ? null : areas,
            checklistVersion: rubric.version,
            key,
          });
          sent();
          done(passed);
        }}
      />
    </section>
  );
}
