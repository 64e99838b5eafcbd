import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Link } from "wouter";
import { useAppearance } from "../../app/appearance.ts";
import { useAsker } from "../../app/asker.tsx";
import { useWords } from "../../app/words.ts";
import { Orders } from "../../documents/orders.ts";
import { AskedConsents } from "../../documents/trust.ts";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";

const EASY = new Set(["/code", "/orders", "/record", "/care"]); // fewer things, where somebody wants that

export function HomePage() {
  const { t } = useLingui();
  const resident = useAsker();
  const word = useWords();
  const [waiting] = useQuery({ query: Orders, variables: { first: 5, waitsFor: "RESIDENT" } });
  const [asked] = useQuery({ query: AskedConsents });
  const orders = waiting.data?.orders?.nodes ?? [];
  const requests = asked.data?.consentRequests?.nodes ?? [];
  const tiles = [
    ["/code", t`My health code`, t`Show it where you are treated`],
    ["/care", t`Find care`, t`Check-ups, programmes, devices and more`],
    ["/orders", t`My orders`, t`Where to go, what to bring, what it cost`],
    ["/record", t`My record`, t`Results, visits and medicines from every hospital`],
    ["/consents", t`Who may see what`, t`What you agreed to, and how to take it back`],
    ["/looks", t`Who looked`, t`Every look at your data, in plain words`],
    ["/family", t`My family`, t`For whom you act, and who acts for you`],
  ] as const;
  const { easy } = useAppearance();
  const shown = easy ? tiles.filter(([to]) => EASY.has(to)) : tiles;
  return (
    <Page title={t`Good day, ${resident.name}`}>
      {resident.provenAt === null && (
        <Notice tone="warn" title={t`You have not proved who you are`}>
          <p>
            <Link href="/settings/profile">
              <Trans>Prove it with your identity number</Trans>
            </Link>
          </p>
        </Notice>
      )}
      {requests.length > 0 && (
        <Notice tone="warn" title={t`Somebody asks to see your data`}>
          <p>
            <Link href="/consents">
              <Trans>Answer them</Trans>
            </Link>
          </p>
        </Notice>
      )}
      {orders.map((order) => {
        const step = order.nextSteps.find((each) => each.party === "RESIDENT");
        return (
          <Notice key={order.id} title={order.lines.map((line) => line.title).join(", ")}>
            <p>
              <Link href={`/orders/${order.id}`}>{step ? word("action", step.action) : t`Look at it`}</Link>
              {step?.until && (
                <>
                  {" · "}
                  <Trans>
                    until <When at={step.until} />
                  </Trans>
                </>
              )}
            </p>
          </Notice>
        );
      })}
      <ul className="tiles">
        {shown.map(([to, title, text]) => (
          <li key={to}>
            <Link href={to} className="card">
              <h2>{title}</h2>
              <span className="soft">{text}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
