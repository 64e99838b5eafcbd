import { useLingui } from "@lingui/react/macro";
import { useEffect } from "react";
import { useQuery } from "urql";
import { Link, useLocation } from "wouter";
import { UnreadMessages } from "../documents/messages.ts";
import { OF_MESSAGES } from "./unread.ts";

const EVERY_MS = 60_000;
const SHOWN_MOST = 99;

/** How many messages are unread, and the way to them. It is asked again by the minute while somebody looks. */
export function Bell() {
  const { t, i18n } = useLingui();
  const [here] = useLocation();
  const [answer, ask] = useQuery({ query: UnreadMessages, context: OF_MESSAGES });
  useEffect(() => {
    const again = () => {
      if (document.visibilityState === "visible") ask({ requestPolicy: "network-only" });
    };
    const timer = setInterval(again, EVERY_MS);
    document.addEventListener("visibilitychange", again);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", again);
    };
  }, [ask]);
  const unread = answer.data?.unreadMessages ?? 0;
  const number = new Intl.NumberFormat(i18n.locale);
  const shown = unread > SHOWN_MOST ? `${number.format(SHOWN_MOST)}+` : number.format(unread);
  return (
    <Link
      href="/messages"
      className="bell"
      aria-label={unread > 0 ? t`Messages, unread: ${shown}` : t`Messages`}
      aria-current={here === "/messages" ? "page" : undefined}
    >
      <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
        <path
          d="M12 3a6 6 0 0 0-6 6v4l-2 4h16l-2-4V9a6 6 0 0 0-6-6ZM10 19a2 2 0 0 0 4 0"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinejoin="round"
        />
      </svg>
      {unread > 0 && <span className="count">{shown}</span>}
    </Link>
  );
}
