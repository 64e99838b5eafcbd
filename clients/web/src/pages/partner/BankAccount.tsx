import { Trans, useLingui } from "@lingui/react/macro";
import type { FormEvent } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import {
  BankAccounts,
  ConfirmBankAccount,
  ProposeBankAccount,
  StopBankAccountChange,
} from "../../documents/partner.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Act } from "../../kit/Act.tsx";
import { asRows } from "../../kit/asRows.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Shown } from "../../kit/Shown.tsx";
import { Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useMay, useStaff } from "./frame.tsx";
import { usePartnerWords } from "./words.ts";

type Change = NonNullable<ResultOf<typeof BankAccounts>["bankAccountChanges"]>["nodes"][number];
const OPEN = new Set(["PROPOSED", "CONFIRMED"]);
const EMPTY = { holder: "", number: "", bankCode: "" };

/** Where payouts go. It is changed by two people, after a wait in which anybody of the partner, or an operator, stops it. */
export function BankAccountPage() {
  const { t } = useLingui();
  const { institutionId } = useStaff();
  const may = useMay("FINANCE");
  const [answer, ask] = useQuery({ query: BankAccounts, variables: { id: institutionId } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Page title={t`Where your payouts go`} back={{ to: "/money", text: t`Money` }}>
      <Shown answer={answer} again={again}>
        {({ partner, bankAccountChanges }) => {
          const changes = bankAccountChanges?.nodes ?? [];
          const open = changes.find(({ status }) => OPEN.has(status));
          return (
            <>
              {partner?.bankAccount && <Account of={partner.bankAccount} />}
              {open ? <Open change={open} again={again} /> : may && <Propose again={again} />}
              <h2>
                <Trans>Changes so far</Trans>
              </h2>
              <Changes of={changes} />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

function Account({ of }: { of: Change["account"] }) {
  const { t } = useLingui();
  return (
    <Facts
      of={[
        [t`Holder of the account`, of.holder],
        [t`Number of the account`, <bdi key="number">{of.number}</bdi>],
        [t`Code of the bank`, <bdi key="code">{of.bankCode}</bdi>],
      ]}
    />
  );
}

function Open({ change, again }: { change: Change; again: () => void }) {
  const { t } = useLingui();
  const may = useMay("FINANCE");
  const { effectiveAt } = change;
  return (
    <Notice
      tone="warn"
      title={change.status === "PROPOSED" ? t`A colleague has to confirm the new account` : t`The new account waits to be in force`}
    >
      <Account of={change.account} />
      {effectiveAt ? (
        <p>
          <Trans>
            Payouts go to it from <When at={effectiveAt} />. Until then they go to the old one.
          </Trans>
        </p>
      ) : (
        <p>
          <Trans>
            Somebody else than who proposed it confirms it: only if they heard of it from that person themselves.
          </Trans>
        </p>
      )}
      {may && (
        <div className="actions">
          {change.status === "PROPOSED" && (
            <Act
              text={t`Confirm the account`}
              tone="plain"
              act={async (key) => {
                await carryOut(ConfirmBankAccount, "confirmBankAccount", { id: change.id, key });
                again();
              }}
            />
          )}
          <Act
            text={t`Stop the change`}
            tone="danger"
            reason={t`Why?`}
            act={async (key, reason) => {
              await carryOut(StopBankAccountChange, "stopBankAccountChange", { id: change.id, reason, key });
              again();
            }}
          />
        </div>
      )}
    </Notice>
  );
}

function Propose({ again }: { again: () => void }) {
  const { t } = useLingui();
  const { fields, fill, clear } = useDraft("bank-account", EMPTY);
  const propose = useAct(async (key: string, account: typeof EMPTY) => {
    await carryOut(ProposeBankAccount, "proposeBankAccount", { account, key });
    clear();
    again();
  });
  const { wrong, above } = refusalAt(
    propose.refusal && { ...propose.refusal, field: propose.refusal.field?.replace(/^account\./, "") ?? null },
    Object.keys(EMPTY),
  );

  function submit(event: FormEvent) {
    event.preventDefault();
    const { holder, number, bankCode } = fields;
    const bare = (text: string) => text.replace(/\s/g, ""); // as people write them, in groups
    void propose.run({ holder: holder.trim(), number: bare(number), bankCode: bare(bankCode) });
  }

  const field = (name: keyof typeof EMPTY) => ({
    name,
    value: fields[name],
    onChange: (value: string) => fill({ [name]: value }),
    wrong: wrong(name),
    autoComplete: "off",
    isRequired: true,
  });
  return (
    <>
      <h2>
        <Trans>Propose another account</Trans>
      </h2>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`Holder of the account`} {...field("holder")} />
        <Field label={t`Number of the account`} {...field("number")} />
        <Field label={t`Code of the bank`} {...field("bankCode")} />
        <p className="hint">
          <Trans>Somebody else of you confirms it. After a wait payouts go to it, and until then to the old one.</Trans>
        </p>
        <div className="actions">
          <Button type="submit" isPending={propose.pending}>
            <Trans>Propose it</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

function Changes({ of }: { of: readonly Change[] }) {
  const { t } = useLingui();
  const said = usePartnerWords();
  return (
    <Table
      label={t`Changes so far`}
      of={asRows(of)}
      columns={[
        { key: "proposed", title: t`Proposed`, value: ({ proposedAt }) => proposedAt, show: ({ proposedAt }) => <When at={proposedAt} /> },
        { key: "number", title: t`Number of the account`, value: ({ account }) => account.number, show: ({ account }) => <bdi>{account.number}</bdi> },
        { key: "state", title: t`State`, value: ({ status }) => said("accountChange", status) },
        { key: "since", title: t`In force since`, value: ({ inForceAt }) => inForceAt, show: ({ inForceAt }) => inForceAt && <When at={inForceAt} /> },
        { key: "stopped", title: t`Why it was stopped`, value: ({ stopReason }) => stopReason },
      ]}
      id={({ id }) => id}
      file="yima-bank-accounts"
      empty={t`It was never changed.`}
    />
  );
}
