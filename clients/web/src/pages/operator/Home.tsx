import { useLingui } from "@lingui/react/macro";
import { type CombinedError, useQuery } from "urql";
import { AccountsWait } from "../../documents/decisions.ts";
import { MoneyWaits, OfficeMe, OnboardingWaits, QualityWaits, SupportWaits } from "../../documents/operator.ts";
import { Loading } from "../../kit/Loading.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { refusalOf } from "../../app/wire.ts";
import { joined, Piles, type Waiting, waiting } from "../supervision/Piles.tsx";
import { useSupervisionWords } from "../supervision/words.ts";

interface Answer {
  error?: CombinedError | undefined;
  fetching: boolean;
  data?: object | undefined;
}

/** What waits for a decision, by the duties of who signed in, the oldest first. */
export function HomePage() {
  const { t } = useLingui();
  const { word } = useSupervisionWords();
  const [me] = useQuery({ query: OfficeMe });
  const duties = me.data?.me?.duties ?? [];
  const has = (duty: string) => (duties as string[]).includes(duty);
  const [onboarding] = useQuery({ query: OnboardingWaits, pause: !has("ONBOARDING"), requestPolicy: "network-only" });
  const [support] = useQuery({ query: SupportWaits, pause: !has("SUPPORT"), requestPolicy: "network-only" });
  const [quality] = useQuery({ query: QualityWaits, pause: !has("QUALITY"), requestPolicy: "network-only" });
  const [money] = useQuery({ query: MoneyWaits, pause: !has("FINANCE"), requestPolicy: "network-only" });
  const [accounts] = useQuery({ query: AccountsWait, pause: !has("ACCOUNTS"), requestPolicy: "network-only" });
  const { data: o } = onboarding;
  const { data: s } = support;
  const { data: m } = money;
  const proposed = o?.trustList?.proposed;
  const isOpen = ({ status }: { status: string }) => status === "OPEN";
  const desks: [string, (Waiting | null)[], Answer][] = [
    [
      "ONBOARDING",
      [
        waiting("/partners?status=SCREENING", t`Applications to screen`, o?.screening, "appliedAt"),
        waiting("/partners?status=CERTIFYING", t`Partners to certify`, o?.certifying, "appliedAt"),
        waiting("/partners?status=CONTRACTING", t`Contracts to offer or be signed`, o?.contracting, "appliedAt"),
        waiting("/desk/appeals", t`Appeals to decide`, o?.appeals, "appealedAt"),
        waiting("/partners?grades=review", t`Partners whose data is below the floor`, o?.lowGrades, "gradedAt"),
        waiting("/desk/offerings", t`Offerings handed in`, o?.submitted, "submittedAt"),
        waiting("/desk/offerings", t`Offerings in review`, o?.inReview, "submittedAt"),
        waiting("/desk/site-pictures", t`Pictures of sites`, o?.sitePictures, "putAt"),
        waiting("/pilots", t`Pilots to widen or end`, o?.pilots, "publishedAt"),
        waiting("/desk/sources", t`Sources of data`, o?.sources, "registeredAt"),
        waiting("/desk/code-maps", t`Maps of codes`, o?.codeMaps, "submittedAt"),
        waiting("/desk/templates", t`Templates of queries`, o?.queryTemplates, "proposedAt"),
        waiting("/desk/projects", t`Research projects`, o?.projects, "proposedAt"),
        waiting("/desk/device-models", t`Models of devices`, o?.deviceModels, "proposedAt"),
        o === undefined ? null : {
          to: "/desk/trust-list",
          text: t`List of trusted cities`,
          many: proposed ? 1 : 0,
          more: false,
          since: proposed?.proposedAt ?? null,
        },
      ],
      onboarding,
    ],
    [
      "SUPPORT",
      [
        waiting("/desk/complaints", t`Complaints to decide`, s?.complaints, "openedAt", ({ status }: { status: string }) =>
          status !== "DECIDED",
        ),
        waiting("/desk/reviews", t`Texts of reviews`, s?.undecidedReviews, "reviewedAt"),
        waiting("/desk/guardianships", t`Guardianships`, s?.guardianshipProposals, "proposedAt"),
        waiting("/desk/alert-rules", t`Rules on readings`, s?.alertRules, "proposedAt"),
      ],
      support,
    ],
    [
      "QUALITY",
      [waiting("/desk/quality", t`Resources to judge`, quality.data?.qualityReviews, "drawnAt")],
      quality,
    ],
    [
      "FINANCE",
      [
        waiting("/money/breaks", t`Breaks of the reconciliation`, m?.breaks, "openedAt"),
        waiting("/money/cases", t`Money that did not move`, m?.moneyCases, "openedAt"),
        waiting("/money/approvals", t`Approvals by a second person`, m?.proposals, "proposedAt"),
        waiting("/money/adjustments", t`Adjustments of the books`, m?.adjustments, "proposedAt", ({ status }: { status: string }) =>
          status === "PROPOSED",
        ),
        waiting("/money/disputes", t`Disputes of payments`, m?.disputes, "openedAt", isOpen),
      ],
      money,
    ],
    [
      "ACCOUNTS",
      [waiting("/desk/accounts", t`Accounts to confirm`, joined(accounts.data?.operators, accounts.data?.regulators), "createdAt")],
      accounts,
    ],
  ];
  const coming = me.fetching || desks.some(([duty, , { data, error, fetching }]) => has(duty) && fetching && !data && !error);
  if (coming) {
    // all at once: what comes in between pushes what somebody is about to press
    return (
      <Page title={t`What waits`}>
        <Loading />
      </Page>
    );
  }
  return (
    <Page title={t`What waits`}>
      {me.error && <Refused refusal={refusalOf(me.error)} />}
      {desks
        .filter(([duty]) => has(duty))
        .map(([duty, piles, { error }]) => (
          <section key={duty}>
            <h2>{word("duty", duty)}</h2>
            {error && <Refused refusal={refusalOf(error)} />}
            <Piles of={piles} />
          </section>
        ))}
    </Page>
  );
}
