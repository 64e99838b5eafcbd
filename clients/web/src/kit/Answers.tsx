import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";

interface Props {
  of: readonly (readonly [name: string, value: ReactNode])[];
  onChange: () => void;
}

/** What somebody answered, to be looked over before it is sent. */
export function Answers({ of, onChange }: Props) {
  const { t } = useLingui();
  return (
    <dl className="answers">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
            <dd>
              <Button className="react-aria-Button link" onPress={onChange} aria-label={t`Change: ${name}`}>
                {t`Change`}
              </Button>
            </dd>
          </div>
        ))}
    </dl>
  );
}
