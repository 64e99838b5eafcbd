import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Checkbox, Form } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  InviteStaff,
  RegisterPractitioner,
  ReinstateStaff,
  RevokeInvitation,
  StaffAccounts,
  StaffInvitations,
  StaffPractitioners,
  SuspendStaff,
} from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { useDraft, useKept } from "../../kit/drafts.ts";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { usePartnerWords } from "./words.ts";

type Account = NonNullable<ResultOf<typeof StaffAccounts>["accounts"]>["nodes"][number];
type Invitation = NonNullable<ResultOf<typeof StaffInvitations>["invitations"]>["nodes"][number];
type Practitioner = NonNullable<ResultOf<typeof StaffPractitioners>["practitioners"]>["nodes"][number];
type Duty = Account["duties"][number];
const DUTIES: readonly Duty[] = ["DESK", "FINANCE", "DEVELOPER", "OWNER"];
const STATUSES = ["ACTIVE", "SUSPENDED", "LEFT"] as const;
const PRACTITIONER = { name: "", title: "", licenceNumber: "", login: "" };

/** Who works in the console and for what, who is invited, and who treats. */
export function StaffPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const [address] = useAddress();
  const accounts = useRows(
    StaffAccounts,
    { status: STATUSES.find((each) => each === address["status"]) ?? null },
    (data) => data.accounts,
  );
  const columns: Column<Account>[] = [
    { key: "name", title: t`Name`, value: ({ name }) => name },
    { key: "login", title: t`Signs in with`, value: ({ login }) => login },
    { key: "duties", title: t`Duties`, value: ({ duties }) => duties.map((each) => said("duty", each)).join("; ") },
    { key: "state", title: t`State`, value: ({ status }) => said("account", status) },
    { key: "since", title: t`Since`, value: ({ createdAt }) => createdAt, show: ({ createdAt }) => <When at={createdAt} style="day" /> },
    {
      key: "acts",
      title: t`Change`,
      show: ({ id, name, status }) =>
        status === "ACTIVE" ? (
          <Act
            text={t`Suspend ${name}`}
            tone="danger"
            reason={t`Why`}
            act={async (key, reason) => {
              await carryOut(SuspendStaff, "suspendAccount", { id, reason, key });
              accounts.again();
            }}
          />
        ) : (
          status === "SUSPENDED" && (
            <Act
              text={t`Reinstate ${name}`}
              reason={t`Why`}
              act={async (key, reason) => {
                await carryOut(ReinstateStaff, "reinstateAccount", { id, reason, key });
                accounts.again();
              }}
            />
          )
        ),
    },
  ];
  return (
    <Page title={t`Staff`}>
      <Table
        label={t`Staff`}
        of={accounts}
        columns={columns}
        filters={[{ key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: said("account", value) })) }]}
        id={({ id }) => id}
        file="yima-staff"
        empty={t`Nobody is here.`}
      />
      <Invitations />
      <Practitioners />
    </Page>
  );
}

function Invitations() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const invitations = useRows(StaffInvitations, {}, (data) => data.invitations);
  const [note, setNote] = useKept("invitation", "");
  const [duties, setDuties] = useKept<readonly Duty[]>("invitation-duties", ["DESK"]);
  const [link, setLink] = useState<string | null>(null);
  const invite = useAct(async (key: string, whom: string, what: Duty[]) => {
    const { token } = await carryOut(InviteStaff, "inviteAccount", { note: whom, duties: what, key });
    setNote("");
    setDuties(["DESK"]);
    setLink(token ? `${window.location.origin}/app/join#${token}` : null);
    invitations.again();
  });
  const wrong = invite.refusal?.field === "note" ? invite.refusal.message : undefined;
  const state = ({ acceptedAt, revokedAt, expiresAt }: Invitation) =>
    acceptedAt ? t`Accepted` : revokedAt ? t`Taken back` : Date.parse(expiresAt) < Date.now() ? t`Over` : t`Open`;
  const columns: Column<Invitation>[] = [
    { key: "whom", title: t`Whom`, value: (each) => each.note },
    { key: "what", title: t`Duties`, value: (each) => each.duties.map((duty) => said("duty", duty)).join("; ") },
    { key: "invited", title: t`Invited`, value: ({ invitedAt }) => invitedAt, show: ({ invitedAt }) => <When at={invitedAt} /> },
    { key: "invitation", title: t`State`, value: state },
    {
      key: "end",
      title: t`Change`,
      show: (each) =>
        state(each) === t`Open` && (
          <Act
            text={t`Take back: ${each.note}`}
            act={async (key) => {
              await carryOut(RevokeInvitation, "revokeInvitation", { id: each.id, key });
              invitations.again();
            }}
          />
        ),
    },
  ];
  function submit(event: FormEvent) {
    event.preventDefault();
    void invite.run(note.trim(), [...duties]);
  }
  return (
    <>
      <h2>
        <Trans>Invitations</Trans>
      </h2>
      {link && (
        <Notice tone="warn" title={t`Send this link to them alone: you see it now, and never again`}>
          <p>
            <code dir="ltr">{link}</code>
          </p>
        </Notice>
      )}
      <Table label={t`Invitations`} of={invitations} columns={columns} id={({ id }) => id} file="yima-invitations" empty={t`Nobody is invited.`} />
      <Refused refusal={wrong ? null : invite.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`Whom you invite`} name="note" value={note} onChange={setNote} wrong={wrong} isRequired />
        <fieldset className="field">
          <legend className="label">{t`Duties`}</legend>
          {DUTIES.map((duty) => (
            <Checkbox
              key={duty}
              isSelected={duties.includes(duty)}
              onChange={(on) => setDuties(on ? [...duties, duty] : duties.filter((each) => each !== duty))}
            >
              {said("duty", duty)}
            </Checkbox>
          ))}
        </fieldset>
        <div className="actions">
          <Button type="submit" isPending={invite.pending} isDisabled={note.trim() === "" || duties.length === 0}>
            <Trans>Invite them</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

function Practitioners() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const practitioners = useRows(StaffPractitioners, {}, (data) => data.practitioners);
  const { fields, fill: keep, clear } = useDraft("practitioner", PRACTITIONER);
  const [password, setPassword] = useState(""); // not kept, not even here
  const given = { ...fields, password };
  const [done, setDone] = useState(false);
  const register = useAct(async (key: string, who: typeof given) => {
    await carryOut(RegisterPractitioner, "registerPractitioner", { ...who, key });
    clear();
    setPassword("");
    setDone(true);
    practitioners.again();
  });
  const fill = (name: keyof typeof given) => ({
    name: `practitioner-${name}`,
    value: given[name],
    onChange: (value: string) => {
      if (name === "password") setPassword(value);
      else keep({ [name]: value });
      setDone(false);
    },
    wrong: register.refusal?.field === name ? register.refusal.message : undefined,
  });
  const elsewhere = register.refusal && (register.refusal.field ?? "") in given ? null : register.refusal;
  const columns: Column<Practitioner>[] = [
    { key: "practitioner", title: t`Name`, value: ({ name }) => name },
    { key: "title", title: t`Title`, value: ({ title }) => title },
    { key: "licence", title: t`Licence`, value: ({ licenceNumber }) => licenceNumber },
    { key: "checked", title: t`State of the licence`, value: ({ licenceState }) => said("licence", licenceState) },
  ];
  return (
    <>
      <h2>
        <Trans>Practitioners</Trans>
      </h2>
      {done && <Notice tone="good" title={t`They can sign in. Their licence is being checked`} />}
      <Table label={t`Practitioners`} of={practitioners} columns={columns} id={({ id }) => id} file="yima-practitioners" empty={t`Nobody treats here yet.`} />
      <Refused refusal={elsewhere} />
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          void register.run(given);
        }}
        validationBehavior="aria"
      >
        <Field label={t`Name of the practitioner`} isRequired {...fill("name")} />
        <Field label={t`Title`} isRequired {...fill("title")} />
        <Field label={t`Number of the licence`} isRequired {...fill("licenceNumber")} />
        <Field label={t`What they sign in with`} isRequired autoComplete="off" {...fill("login")} />
        <Field label={t`Their first password`} type="password" isRequired autoComplete="new-password" {...fill("password")} />
        <div className="actions">
          <Button type="submit" isPending={register.pending}>
            <Trans>Register them</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
