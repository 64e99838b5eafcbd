// Of which kind of partner, and of which district, figures of the city are shown: kept in the address.

import { useLingui } from "@lingui/react/macro";
import { Choice } from "../../kit/Choice.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { useSupervisionWords } from "./words.ts";

const KINDS = [
  "HOSPITAL", "CLINIC", "COMMUNITY_HEALTH_CENTRE", "LABORATORY", "DEVICE_MAKER", "INSURER", "AI_COMPANY",
  "HEALTH_MANAGEMENT",
] as const;

/** What the address says; null: all of them. */
export function useKindAndDistrict() {
  const [address] = useAddress();
  return { kind: KINDS.find((each) => each === address["kind"]) ?? null, district: address["district"] || null };
}

export function KindAndDistrict({ districts = [] }: { districts?: readonly { code: string; name: string }[] | undefined }) {
  const { t } = useLingui();
  const [, change] = useAddress();
  const { word } = useSupervisionWords();
  const { kind, district } = useKindAndDistrict();
  return (
    <form className="filters" onSubmit={(event) => event.preventDefault()}>
      <Choice
        label={t`Kind`}
        value={kind ?? ""}
        options={[
          { value: "", text: t`All kinds` },
          ...KINDS.map((value) => ({ value, text: word("partnerKind", value) })),
        ]}
        onChange={(value) => change({ kind: value })}
      />
      <Choice
        label={t`District`}
        value={district ?? ""}
        options={[
          { value: "", text: t`All districts` },
          ...districts.map(({ code, name }) => ({ value: code, text: name })),
        ]}
        onChange={(value) => change({ district: value })}
      />
    </form>
  );
}
