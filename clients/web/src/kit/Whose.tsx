import { useLingui } from "@lingui/react/macro";
import { useWhose } from "../app/whose.ts";
import { Choice } from "./Choice.tsx";

/** About whom the page is; nothing, for somebody who acts for themselves alone. */
export function Whose() {
  const { t } = useLingui();
  const { person, people, choose } = useWhose();
  if (people.length < 2) return null;
  return (
    <Choice
      label={t`Whose`}
      value={person.id}
      options={people.map((each) => ({ value: each.id, text: each.name }))}
      onChange={choose}
    />
  );
}
