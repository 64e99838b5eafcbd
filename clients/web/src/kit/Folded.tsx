import { Plural, Trans } from "@lingui/react/macro";
import { type ReactNode, useSyncExternalStore } from "react";
import { useAppearance } from "../app/appearance.ts";

const WIDE = "(min-width: 48rem)";

function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(WIDE);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

interface Props {
  /** How many of the filters within are in use. */
  inUse?: number;
  /** What opens it, where it is not filters that stand within. */
  label?: string;
  children: ReactNode;
}

/** Many filters: at a desk they all stand there; a phone has them folded, and says how many are in use. */
export function Folded(props: Props) {
  const { easy } = useAppearance();
  return useWide() && !easy ? props.children : <Fold {...props} />;
}

/** What only some need: it stands there, and is folded in the easy mode, where fewer things stand on a page. */
export function Finer(props: Props) {
  const { easy } = useAppearance();
  return easy ? <Fold {...props} /> : props.children;
}

function Fold({ inUse = 0, label, children }: Props) {
  return (
    <details className="folded">
      <summary>
        {label ?? <Trans>Narrow it</Trans>}
        {inUse > 0 && (
          <>
            {" · "}
            <Plural value={inUse} one="# in use" other="# in use" />
          </>
        )}
      </summary>
      {children}
    </details>
  );
}
