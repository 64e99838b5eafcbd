import { Link } from "wouter";

const KIND = /^[a-z]{3}_/;
const SHOWN = 8; // characters that tell one thing from another: ids of one moment begin alike

/** The id of something, short; the whole of it is read out and copied. A kind that has a page leads there. */
export function Id({ of, to }: { of: string; to?: string }) {
  const kind = KIND.exec(of)?.[0] ?? "";
  const short = of.length > kind.length + SHOWN ? `${kind}…${of.slice(-SHOWN)}` : of;
  const shown = (
    <bdi className="mono" title={of}>
      {short}
    </bdi>
  );
  return to ? <Link href={to}>{shown}</Link> : shown;
}
