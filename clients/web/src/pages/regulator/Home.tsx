import { useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { refusalOf } from "../../app/wire.ts";
import { AccountsWait } from "../../documents/decisions.ts";
import { RegulatorWaits } from "../../documents/regulator.ts";
import { Loading } from "../../kit/Loading.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { joined, Piles, waiting } from "../supervision/Piles.tsx";

/** What waits for the regulator, the oldest first. */
export function HomePage() {
  const { t } = useLingui();
  const [{ data, error, fetching }] = useQuery({ query: RegulatorWaits, requestPolicy: "network-only" });
  const [accounts] = useQuery({ query: AccountsWait, requestPolicy: "network-only" }); // who may confirm none gets none
  const proposed = data?.trustList?.proposed;
  const toSign = ({ proposedCertificates }: { proposedCertificates: readonly unknown[] }) =>
    proposedCertificates.length > 0;
  return (
    <Page title={t`What waits`}>
      {error && <Refused refusal={refusalOf(error)} />}
      {fetching && !data && <Loading />}
      <Piles
        of={[
          waiting("/approvals/certificates", t`Certificates to co-sign`, data?.certifying, "appliedAt", toSign),
          waiting("/approvals/appeals", t`Appeals to decide`, data?.appeals, "appealedAt"),
          waiting("/approvals/legal-bases", t`Legal bases to sign`, data?.legalBases, "enteredAt"),
          waiting("/approvals/projects", t`Research projects`, data?.projects, "endorsedAt"),
          waiting("/approvals/templates", t`Templates of queries`, data?.queryTemplates, "endorsedAt"),
          waiting("/approvals/emergencies", t`Emergencies that nobody reviewed in time`, data?.emergencies, "openedAt"),
          waiting(
            "/approvals/complaints",
            t`Complaints that went further`,
            data?.complaints,
            "openedAt",
            ({ status }: { status: string }) => status !== "DECIDED",
          ),
          waiting(
            "/approvals/accounts",
            t`Accounts to confirm`,
            joined(accounts.data?.operators, accounts.data?.regulators),
            "createdAt",
          ),
          waiting("/erasures", t`Erasures that are overdue`, data?.erasures, "dueAt"),
          waiting("/freezes", t`Freezes in force`, data?.freezes, "imposedAt"),
          data === undefined
            ? null
            : {
                to: "/approvals/trust-list",
                text: t`List of trusted cities`,
                many: proposed ? 1 : 0,
                more: false,
                since: proposed?.proposedAt ?? null,
              },
        ]}
      />
    </Page>
  );
}
