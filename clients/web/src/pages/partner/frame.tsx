import { createContext, type ReactNode, useContext } from "react";
import { useQuery } from "urql";
import { PartnerMe } from "../../documents/partner.ts";
import { Shown } from "../../kit/Shown.tsx";

export interface Staff {
  institutionId: string;
  institution: string;
  duties: readonly string[];
}

const Context = createContext<Staff | null>(null);

/** Whose staff signed in, and what for: asked once for all pages of the console. */
export function StaffFrame({ children }: { children: ReactNode }) {
  const [answer, again] = useQuery({ query: PartnerMe });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {({ me }) =>
        me?.institution ? (
          <Context value={{ institutionId: me.institution.id, institution: me.institution.name, duties: me.duties }}>
            {children}
          </Context>
        ) : null
      }
    </Shown>
  );
}

export function useStaff(): Staff {
  const staff = useContext(Context);
  if (!staff) throw new Error("this page is for a partner's staff");
  return staff;
}

/** Whether somebody with one of these duties signed in; an owner has them all. */
export function useMay(...duties: string[]): boolean {
  const mine = useStaff().duties;
  return mine.includes("OWNER") || duties.some((duty) => mine.includes(duty));
}
