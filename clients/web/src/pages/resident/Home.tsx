import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { Button } from "react-aria-components";
import { Link } from "wouter";
import { choose, useAppearance } from "../../app/appearance.ts";
import { useAsker } from "../../app/asker.tsx";
import { useWords } from "../../app/words.ts";
import { Orders } from "../../documents/orders.ts";
import { AskedConsents } from "../../documents/trust.ts";
import { Finer } from "../../kit/Folded.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";

const EASY = new Set(["/code", "/orders", "/record", "/care", "/next"]); // fewer things, where somebody wants that
const OFFERED_FROM = 65; // years of age, from which the easy mode is offered once
const YEAR = 365.25 * 24 * 60 * 60 * 1_000;

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
    ["/next", t`Next steps`, t`What practitioners said is to be done next`],
    ["/record", t`My record`, t`Results, visits and medicines from every hospital`],
    ["/consents", t`Who may see what`, t`What you agreed to, and how to take it back`],
    ["/looks", t`Who looked`, t`Every look at your data, in plain words`],
    ["/family", t`My family`, t`For whom you act, and who acts for you`],
  ] as const;
  const { easy } = useAppearance();
  const shown = easy ? tiles.filter(([to]) => EASY.has(to)) : tiles;
  const others = tiles.filter((each) => !shown.includes(each));
  const offered = easy === null && Date.now() - Date.parse(resident.birthDate) >= OFFERED_FROM * YEAR;
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
      {offered && (
        <Notice title={t`Do you want it larger and simpler?`}>
          <p>
            <Trans>Letters and buttons get larger, and fewer things stand on a page. You change it back under Settings.</Trans>
          </p>
          <div className="actions">
            <Button onPress={() => choose({ easy: true })}>
              <Trans>Yes, make it so</Trans>
            </Button>
            <Button className="react-aria-Button quiet" onPress={() => choose({ easy: false })}>
              <Trans>No, leave it</Trans>
            </Button>
          </div>
        </Notice>
      )}
      <Tiles of={shown} />
      {others.length > 0 && (
        <Finer label={t`More`}>
          <Tiles of={others} />
        </Finer>
      )}
    </Page>
  );
}

function Tiles({ of }: { of: readonly (readonly [to: string, title: string, text: string])[] }) {
  return (
    <ul className="tiles">
      {of.map(([to, title, text]) => (
        <li key={to}>
          <Link href={to} className="card">
            <h2>{title}</h2>
            <span className="soft">{text}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
