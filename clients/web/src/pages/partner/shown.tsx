// What several pages of the console show alike.

import { useLingui } from "@lingui/react/macro";
import { When } from "../../kit/formats.tsx";

const SOON = 24 * 60 * 60_000;

/** A resident, whom a partner knows by an id of its own alone: the end of it, which tells people apart. */
export function Pseudonym({ of }: { of: string }) {
  return <bdi className="soft">…{of.slice(-8)}</bdi>;
}

/** Until when something is to be done: said apart where that is within a day, or over. */
export function Deadline({ at }: { at: string | null | undefined }) {
  const { t } = useLingui();
  if (!at) return null;
  const left = Date.parse(at) - Date.now();
  return (
    <>
      <When at={at} />
      {left < SOON && <> <span className={`tag ${left < 0 ? "bad" : "warn"}`}>{left < 0 ? t`Over` : t`Soon`}</span></>}
    </>
  );
}
