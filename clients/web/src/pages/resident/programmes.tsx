import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { SetProgramme, TakesPart } from "../../documents/care.ts";
import { useAct } from "../../kit/useAct.ts";

/** Which programmes somebody takes part in, and how they say that they join or leave one. */
export function useTakingPart(whose: string, changed: () => void = () => undefined) {
  const [answer, again] = useQuery({ query: TakesPart, variables: { residentId: whose } });
  const act = useAct(async (key: string, programme: string, joins: boolean) => {
    await carryOut(SetProgramme, "setProgramme", { programme, joins, residentId: whose, key });
    again({ requestPolicy: "network-only" });
    changed();
  });
  const ask = () => again({ requestPolicy: "network-only" });
  return { theirs: answer.data?.programmes?.programmes, act, answer, ask };
}

/** What somebody agrees to who takes part, before they say so. */
export function WhatItLets() {
  return (
    <p>
      <Trans>Who takes part lets the programme's rules look at what their devices measure, and can leave it at any time.</Trans>
    </p>
  );
}

interface Props {
  code: string;
  name: string;
  theirs: readonly string[];
  act: Pick<ReturnType<typeof useTakingPart>["act"], "run" | "pending">;
}

export function JoinOrLeave({ code, name, theirs, act }: Props) {
  const { t } = useLingui();
  const joins = !theirs.includes(code);
  return (
    <Button className="react-aria-Button quiet" isPending={act.pending} onPress={() => void act.run(code, joins)}>
      {joins ? t`Take part: ${name}` : t`Leave: ${name}`}
    </Button>
  );
}
