import { useLingui } from "@lingui/react/macro";
import { carryOut } from "../../app/client.ts";
import { AccountsToConfirm, ConfirmAccount } from "../../documents/decisions.ts";
import { Act } from "../../kit/Act.tsx";
import { together } from "../../kit/asRows.ts";
import { When } from "../../kit/formats.tsx";
import { useRows } from "../../kit/useRows.ts";
import { Desk } from "./Desk.tsx";
import { useSupervisionWords } from "./words.ts";

/** Who was invited to work for the city, and is confirmed by another than their inviter: operators and regulators alike. */
export function AccountsDesk() {
  const { t } = useLingui();
  const { word: office } = useSupervisionWords();
  const rows = together(
    useRows(AccountsToConfirm, { role: "OPERATOR" }, (data) => data.accounts),
    useRows(AccountsToConfirm, { role: "REGULATOR" }, (data) => data.accounts),
  );
  const confirm = (id: string) => async (key: string) => {
    await carryOut(ConfirmAccount, "confirmAccount", { id, key });
    rows.again();
  };
  return (
    <Desk
      title={t`Accounts to confirm`}
      lead={t`Whoever invited somebody does not confirm them. Look at the person, not at the screen.`}
      of={rows}
      show={(account) => ({
        id: account.id,
        heading: account.name,
        since: account.createdAt,
        facts: [
          [t`Works as`, account.role === "REGULATOR" ? t`Regulator` : t`Operator`],
          [t`Signs in as`, account.login],
          [t`Duties`, account.duties.map((each) => office("duty", each)).join(", ")],
          [t`Proved who they are`, account.provenAt ? <When at={account.provenAt} key="proven" /> : t`No`],
        ],
        acts: <Act text={t`Confirm`} tone="plain" act={confirm(account.id)} />,
      })}
    />
  );
}
