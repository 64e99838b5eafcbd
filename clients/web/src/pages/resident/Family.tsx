import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, CheckboxGroup, Form, Label } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useLocation } from "wouter";
import { useAsker } from "../../app/asker.tsx";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { renewPeople } from "../../app/renew.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  AddDependant,
  ConfirmGuardianship,
  DeclineGuardianship,
  EndGuardianship,
  GuardianshipProposals,
  Guardianships,
  ProposeGuardianship,
} from "../../documents/residentTrust.ts";
import { Act } from "../../kit/Act.tsx";
import { Answers } from "../../kit/Answers.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

type Guardianship = NonNullable<ResultOf<typeof Guardianships>["guardianships"]>["nodes"][number];
type Proposal = NonNullable<ResultOf<typeof GuardianshipProposals>["guardianshipProposals"]>["nodes"][number];
const ACTS = ["ORDERS", "CONSENTS", "RECORDS", "HEALTH_CODE"] as const;

/** For whom somebody acts, and who acts for them. */
export function FamilyPage() {
  const { t } = useLingui();
  const asker = useAsker();
  const [proposals, ask] = useQuery({ query: GuardianshipProposals });
  const [round, setRound] = useState(0);
  const again = () => {
    ask({ requestPolicy: "network-only" });
    setRound(round + 1);
  };
  return (
    <Page title={t`My family`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <Shown answer={proposals} again={again}>
        {(data) =>
          (data.guardianshipProposals?.nodes ?? []).map((proposal) => (
            <OneProposal key={proposal.id} of={proposal} again={again} />
          ))
        }
      </Shown>
      <People key={round} after={null} again={again} />
      <div className="actions">
        <Link href="/family/add" className="button">
          <Trans>Add a child or somebody without a telephone</Trans>
        </Link>
        <Link href="/family/propose" className="button quiet">
          <Trans>Act for somebody who is registered, or have them act for you</Trans>
        </Link>
      </div>
      <h2>
        <Trans>Your number in Yima</Trans>
      </h2>
      <p>
        <Trans>Somebody who is to act for you asks you for it.</Trans>
      </p>
      <p>
        <bdi>{asker.id}</bdi>
      </p>
    </Page>
  );
}

function People({ after, again }: { after: string | null; again: () => void }) {
  const [answer, ask] = useQuery({ query: Guardianships, variables: { after }, requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.guardianships ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>You act for yourself alone, and nobody acts for you.</Trans>
              </p>
            )}
            <ul className="list">
              {nodes.map((guardianship) => (
                <li key={guardianship.id} className="card">
                  <OneGuardianship of={guardianship} again={again} />
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <People after={next} again={again} />} />
          </>
        );
      }}
    </Shown>
  );
}

function OneGuardianship({ of, again }: { of: Guardianship; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const asker = useAsker();
  const mine = of.guardianId === asker.id;
  const ends = mine || (of.residentId === asker.id && !of.forMinor);
  return (
    <>
      <h2>{mine ? t`You act for ${of.residentName}` : t`${of.guardianName} acts for ${of.residentName}`}</h2>
      <Facts
        of={[
          [t`In`, of.acts.map((each) => word("act", each)).join(", ")],
          [t`Since`, <When at={of.since} style="day" key="since" />],
          [t`Until`, of.until ? <When at={of.until} style="day" key="until" /> : null],
        ]}
      />
      {ends && (
        <div className="actions">
          <Act
            text={t`End it`}
            tone="danger"
            reason={t`Why`}
            act={async (key, reason) => {
              const guardianId = mine ? null : of.guardianId;
              await carryOut(EndGuardianship, "endGuardianship", { residentId: of.residentId, guardianId, reason, key });
              await renewPeople();
              again();
            }}
          />
        </div>
      )}
    </>
  );
}

function OneProposal({ of, again }: { of: Proposal; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const guardian = of.guardianName ?? of.guardianId;
  const dependant = of.residentName ?? of.residentId;
  return (
    <Notice tone="warn" title={t`${guardian} is to act for ${dependant}`}>
      <Facts
        of={[
          [t`In`, of.acts.map((each) => word("act", each)).join(", ")],
          [t`Until`, of.until ? <When at={of.until} style="day" key="until" /> : null],
          [t`Answer until`, <When at={of.expiresAt} key="expires" />],
        ]}
      />
      {of.yoursToAnswer ? (
        <div className="actions">
          <Act
            text={t`I agree`}
            tone="plain"
            act={async (key) => {
              await carryOut(ConfirmGuardianship, "confirmGuardianship", { id: of.id, key });
              await renewPeople();
              again();
            }}
          />
          <Act
            text={t`No`}
            act={async (key) => {
              await carryOut(DeclineGuardianship, "declineGuardianship", { id: of.id, key });
              again();
            }}
          />
        </div>
      ) : (
        <p>
          <Trans>The other one has to agree.</Trans>
        </p>
      )}
    </Notice>
  );
}

export function AddDependantPage() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { fields, fill, clear } = useDraft("dependant", { name: "", birthDate: "" });
  const [number, setNumber] = useState(""); // what proves who somebody is is not kept, not even here
  const [checking, setChecking] = useState(false);
  const add = useAct(async (key: string) => {
    const { name, birthDate } = fields;
    await carryOut(AddDependant, "addDependant", { name: name.trim(), birthDate, identityNumber: number.trim(), key });
    clear();
    await renewPeople();
    go("/family");
  });
  const { field, wrong, above } = refusalAt(add.refusal, ["name", "birthDate", "identityNumber"]);
  const checks = checking && !field;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (checks) void add.run();
    else setChecking(true);
  }

  return (
    <Page
      title={checks ? t`Check what you entered` : t`Whom do you look after?`}
      narrow
      back={{ to: "/family", text: t`My family` }}
    >
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {checks ? (
          <Answers
            of={[
              [t`Name`, fields.name],
              [t`Day of birth`, fields.birthDate],
              [t`Identity number`, number ? t`It is checked, and not kept` : t`Later`],
            ]}
            onChange={() => setChecking(false)}
          />
        ) : (
          <>
            <Field
              label={t`Their name`}
              name="name"
              autoComplete="off"
              value={fields.name}
              onChange={(name) => fill({ name })}
              wrong={wrong("name")}
              isRequired
            />
            <Field
              label={t`Day they were born`}
              type="date"
              name="birthDate"
              autoComplete="off"
              value={fields.birthDate}
              onChange={(birthDate) => fill({ birthDate })}
              wrong={wrong("birthDate")}
              isRequired
            />
            <Field
              label={t`Their identity number`}
              hint={t`It proves who they are, and is not kept. You can leave it for later.`}
              name="identityNumber"
              autoComplete="off"
              value={number}
              onChange={setNumber}
              wrong={wrong("identityNumber")}
            />
          </>
        )}
        <div className="actions">
          <Button
            type="submit"
            isPending={add.pending}
            isDisabled={fields.name.trim() === "" || fields.birthDate === ""}
          >
            {checks ? t`Add them` : t`Go on`}
          </Button>
        </div>
      </Form>
    </Page>
  );
}

export function ProposeGuardianshipPage() {
  const { t } = useLingui();
  const word = useWords();
  const [, go] = useLocation();
  const { fields, fill, clear } = useDraft("guardianship", { role: "dependant", other: "", acts: [] as string[] });
  const propose = useAct(async (key: string) => {
    const other = fields.other.trim();
    await carryOut(ProposeGuardianship, "proposeGuardianship", {
      acts: fields.acts as (typeof ACTS)[number][],
      guardianId: fields.role === "dependant" ? other : null,
      residentId: fields.role === "guardian" ? other : null,
      until: null,
      key,
    });
    clear();
    go("/family");
  });
  const { wrong, above } = refusalAt(propose.refusal, ["guardianId", "residentId"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    void propose.run();
  }

  return (
    <Page title={t`Who acts for whom?`} narrow back={{ to: "/family", text: t`My family` }}>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Choice
          label={t`What do you want?`}
          value={fields.role}
          options={[
            { value: "dependant", text: t`Somebody is to act for me` },
            { value: "guardian", text: t`I am to act for somebody` },
          ]}
          onChange={(role) => fill({ role })}
        />
        <Field
          label={t`Their number in Yima`}
          hint={t`They find it on the page of their family, and have to agree.`}
          name="other"
          autoComplete="off"
          value={fields.other}
          onChange={(other) => fill({ other })}
          wrong={wrong("guardianId") ?? wrong("residentId")}
          isRequired
        />
        <CheckboxGroup value={fields.acts} onChange={(acts) => fill({ acts })}>
          <Label>{t`In what`}</Label>
          {ACTS.map((each) => (
            <Checkbox key={each} value={each}>
              {word("act", each)}
            </Checkbox>
          ))}
        </CheckboxGroup>
        <div className="actions">
          <Button
            type="submit"
            isPending={propose.pending}
            isDisabled={fields.acts.length === 0 || fields.other.trim() === ""}
          >
            <Trans>Ask them</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
