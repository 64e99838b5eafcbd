import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { OF_MESSAGES } from "../../app/unread.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Inbox, MarkMessagesRead } from "../../documents/messages.ts";
import { Act } from "../../kit/Act.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useAddress } from "../../kit/useAddress.ts";

type Message = NonNullable<ResultOf<typeof Inbox>["messages"]>["nodes"][number];

/** What somebody was told, the newest first. */
export function MessagesPage() {
  const { t } = useLingui();
  const [fields, change] = useAddress();
  const unread = fields["unread"] === "yes";
  return (
    <Page title={t`Messages`} narrow>
      <form className="filters" onSubmit={(event) => event.preventDefault()} aria-label={t`What to show`}>
        <Checkbox isSelected={unread} onChange={(only) => change({ unread: only ? "yes" : "" })}>
          <Trans>Only what is unread</Trans>
        </Checkbox>
      </form>
      <Some key={String(unread)} unread={unread} after={null} />
      <p>
        <Link href="/settings/notifications">
          <Trans>Choose what you are told, and how</Trans>
        </Link>
      </p>
    </Page>
  );
}

function Some({ unread, after }: { unread: boolean; after: string | null }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: Inbox, variables: { unread, after }, context: OF_MESSAGES });
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.messages ?? {};
        const newest = after === null ? nodes[0] : undefined;
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">{unread ? <Trans>Nothing is unread.</Trans> : <Trans>You have been told nothing yet.</Trans>}</p>
            )}
            {newest && nodes.some((each) => each.readAt === null) && (
              <p className="actions">
                <Act
                  text={t`I have read them all`}
                  act={async (key) => {
                    await carryOut(MarkMessagesRead, "markMessagesRead", { until: newest.id, key });
                  }}
                />
              </p>
            )}
            <ul className="list">
              {nodes.map((message) => (
                <li key={message.id}>
                  <OneMessage of={message} />
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <Some unread={unread} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}

/** A message, which leads to the page that says more: who goes there has read it. */
function OneMessage({ of }: { of: Message }) {
  const { t } = useLingui();
  const read = useAct(async (key: string) => {
    await carryOut(MarkMessagesRead, "markMessagesRead", { ids: [of.id], key });
  });
  const unread = of.readAt === null;
  return (
    <Link href={of.path} className={unread ? "card unread" : "card"} onClick={() => void (unread && read.run())}>
      <div className="row">
        <h2>{of.title}</h2>
        {unread && <span className="tag warn">{t`Unread`}</span>}
      </div>
      <p>{of.text}</p>
      <span className="soft">
        <When at={of.createdAt} />
      </span>
    </Link>
  );
}
