import { Trans } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { Button } from "react-aria-components";

interface Props {
  /** Where the list goes on after this page, as the gateway says. */
  info: { hasNextPage: boolean; endCursor: string | null } | undefined;
  /** What is listed after a cursor. */
  next: (after: string | null) => ReactNode;
}

/** What follows a page of a list: the next one, once it is asked for. */
export function NextPage({ info, next }: Props) {
  const [shown, setShown] = useState(false);
  if (!info?.hasNextPage) return null;
  if (shown) return next(info.endCursor);
  return (
    <p className="actions">
      <Button className="react-aria-Button quiet" onPress={() => setShown(true)}>
        <Trans>Show more</Trans>
      </Button>
    </p>
  );
}
