import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import type { CombinedError } from "urql";
import { refusalOf } from "../app/wire.ts";
import { Loading } from "./Loading.tsx";
import { Refused } from "./Refused.tsx";

interface Props<Data> {
  answer: { data?: Data | undefined; error?: CombinedError | undefined; fetching: boolean };
  again?: () => void;
  children: (data: Data) => ReactNode;
}

/** What was asked for: while it loads, once it is here, and where it was refused. What is here stays when a network is
 * lost. */
export function Shown<Data>({ answer, again, children }: Props<Data>) {
  const { data, error, fetching } = answer;
  return (
    <>
      {error && (
        <>
          <Refused refusal={refusalOf(error)} />
          {again && (
            <p>
              <Button className="react-aria-Button quiet" onPress={again}>
                <Trans>Try again</Trans>
              </Button>
            </p>
          )}
        </>
      )}
      {data !== undefined && data !== null
        ? children(data)
        : fetching && <Loading />}
    </>
  );
}
