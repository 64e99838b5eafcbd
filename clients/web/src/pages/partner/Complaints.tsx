import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useClient } from "urql";
import { carryOut } from "../../app/client.ts";
import { refusalOf } from "../../app/wire.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { AnswerComplaint, PartnerComplaints, PartnerDisputeEvidence, PartnerDisputes } from "../../documents/partner.ts";
import { Act } from "../../kit/Act.tsx";
import { save } from "../../kit/csv.ts";
import { Money, When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useRows } from "../../kit/useRows.ts";
import { Deadline, Pseudonym } from "./shown.tsx";
import { useMay } from "./frame.tsx";
import { usePartnerWords } from "./words.ts";

type Complaint = NonNullable<ResultOf<typeof PartnerComplaints>["complaints"]>["nodes"][number];
type Dispute = NonNullable<ResultOf<typeof PartnerDisputes>["disputes"]>["nodes"][number];
const STATUSES = ["OPEN", "ANSWERED", "DECIDED"] as const;
const DISPUTE_STATUSES = ["OPEN", "WON", "LOST"] as const;

export function ComplaintsPage() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const atDesk = useMay("DESK");
  const [address] = useAddress();
  const [answered, setAnswered] = useState(false);
  const complaints = useRows(
    PartnerComplaints,
    { status: STATUSES.find((each) => each === address["status"]) ?? null },
    (data) => data.complaints,
  );
  const columns: Column<Complaint>[] = [
    { key: "opened", title: t`Made`, value: ({ openedAt }) => openedAt, show: ({ openedAt }) => <When at={openedAt} /> },
    { key: "who", title: t`Who`, value: ({ residentId }) => residentId, show: ({ residentId }) => <Pseudonym of={residentId} /> },
    { key: "text", title: t`What they say`, value: ({ text }) => text },
    {
      key: "status",
      title: t`State`,
      value: ({ status }) => said("complaint", status),
      show: ({ status, escalated }) => (
        <>
          {said("complaint", status)} {escalated && <span className="tag bad">{t`With the operator`}</span>}
        </>
      ),
    },
    {
      key: "until",
      title: t`Answer until`,
      value: ({ answerBy, status }) => (status === "OPEN" ? answerBy : null),
      show: ({ answerBy, status }) => status === "OPEN" && <Deadline at={answerBy} />,
    },
    {
      key: "answer",
      title: t`Answer`,
      value: ({ answer, decision }) => [answer, decision].filter(Boolean).join(" · "),
      show: ({ id, status, answer, decision }) =>
        status === "OPEN" && atDesk ? (
          <Act
            text={t`Answer`}
            reason={t`Your answer. The resident reads it.`}
            act={async (key, text) => {
              await carryOut(AnswerComplaint, "answerComplaint", { id, answer: text, key });
              setAnswered(true);
              complaints.again();
            }}
          />
        ) : (
          [answer, decision].filter(Boolean).join(" · ")
        ),
    },
  ];
  return (
    <Page title={t`Complaints and disputes`}>
      {answered && <Notice tone="good" title={t`The resident reads your answer now`} />}
      <Table
        label={t`Complaints`}
        of={complaints}
        columns={columns}
        filters={[
          { key: "status", label: t`State`, options: STATUSES.map((value) => ({ value, text: said("complaint", value) })) },
        ]}
        id={({ id }) => id}
        file="yima-complaints"
        open={({ orderId }) => `/orders/${orderId}`}
        empty={t`Nobody complains.`}
      />
      {useMay("FINANCE") && <Disputes />}
    </Page>
  );
}

/** Money that a resident or their bank wants back. */
function Disputes() {
  const { t } = useLingui();
  const said = usePartnerWords();
  const client = useClient();
  const disputes = useRows(PartnerDisputes, {}, (data) => data.disputes);
  const columns: Column<Dispute>[] = [
    { key: "disputed", title: t`Made`, value: ({ openedAt }) => openedAt, show: ({ openedAt }) => <When at={openedAt} /> },
    { key: "amount", title: t`Amount`, numeric: true, value: ({ amount }) => amount.amount, show: ({ amount }) => <Money of={amount} /> },
    { key: "reason", title: t`Why`, value: ({ reason }) => reason },
    { key: "by", title: t`By`, value: ({ byBank }) => (byBank ? t`Their bank` : t`The operator`) },
    { key: "state", title: t`State`, value: ({ status }) => said("dispute", status) },
    {
      key: "evidence",
      title: t`Evidence`,
      show: ({ id }) => (
        <Act
          text={t`Save the evidence`}
          act={async () => {
            const answer = await client.query(PartnerDisputeEvidence, { id }, { requestPolicy: "network-only" }).toPromise();
            const evidence = answer.data?.disputeEvidence;
            if (!evidence) throw refusalOf(answer.error);
            save(`dispute-${id}.json`, evidence.content, "application/json");
          }}
        />
      ),
    },
  ];
  return (
    <>
      <h2>
        <Trans>Disputes</Trans>
      </h2>
      <Table
        label={t`Disputes`}
        of={disputes}
        columns={columns}
        filters={[
          {
            key: "dispute",
            label: t`State of disputes`,
            options: DISPUTE_STATUSES.map((value) => ({ value, text: said("dispute", value) })),
            test: ({ status }, value) => status === value,
          },
        ]}
        id={({ id }) => id}
        file="yima-disputes"
        empty={t`Nothing is disputed.`}
      />
    </>
  );
}
