import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useEffect } from "react";
import { useQuery } from "urql";
import { Asker, keepAsker, keptAsker } from "../../app/asker.tsx";
import type { RolePages } from "../../app/roles.ts";
import { Me } from "../../documents/identity.ts";
import { Shown } from "../../kit/Shown.tsx";
import { CarePage } from "./Care.tsx";
import { CodePage } from "./Code.tsx";
import { ConsentsPage } from "./Consents.tsx";
import { HomePage } from "./Home.tsx";
import { LooksPage } from "./Looks.tsx";
import { OfferingPage } from "./Offering.tsx";
import { OrderPage } from "./Order.tsx";
import { OrdersPage } from "./Orders.tsx";
import { RecordPage } from "./Record.tsx";
import { ResidentSettingsPage } from "./ResidentSettings.tsx";

function useNavigation() {
  const { t } = useLingui();
  return [
    ["/code", t`Health code`],
    ["/care", t`Care`],
    ["/orders", t`Orders`],
    ["/record", t`Record`],
    ["/settings", t`Settings`],
  ] as const;
}

/** Who it is, and whom they look after: asked once, and kept for when there is no network. */
function Frame({ children }: { children: ReactNode }) {
  const [answer, again] = useQuery({ query: Me });
  const known = answer.data?.me?.resident;
  const resident = known ? { ...known, dependants: answer.data?.me?.dependants ?? [] } : keptAsker();
  useEffect(() => {
    if (known) keepAsker({ ...known, dependants: answer.data?.me?.dependants ?? [] });
  }, [known, answer.data]);
  if (resident) return <Asker value={resident}>{children}</Asker>;
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {() => null}
    </Shown>
  );
}

const resident: RolePages = {
  useNavigation,
  Frame,
  pages: [
    ["/", HomePage],
    ["/code", CodePage],
    ["/care", CarePage],
    ["/care/:id", OfferingPage],
    ["/orders", OrdersPage],
    ["/orders/:id", OrderPage],
    ["/consents", ConsentsPage],
    ["/record", RecordPage],
    ["/looks", LooksPage],
    ["/settings", ResidentSettingsPage],
  ],
};

export default resident;
