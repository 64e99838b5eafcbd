import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "wouter";
import { ReadAloud } from "./ReadAloud.tsx";

interface Props {
  title: string;
  back?: { to: string; text: string };
  narrow?: boolean;
  children: ReactNode;
}

let anyYet = false; // a page that is loaded begins at its top, as every page does; one that is come to, at its title

/** One thing a page: its title, which is read out when the page is come to, and the way back. */
export function Page({ title, back, narrow = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Yima`;
    if (anyYet) heading.current?.focus();
    anyYet = true;
    window.scrollTo(0, 0);
  }, [title]);
  return (
    <div id="page" className={narrow ? "narrow" : undefined}>
      {back && (
        <Link href={back.to} className="back">
          <span aria-hidden="true">{document.documentElement.dir === "rtl" ? "→ " : "← "}</span>
          {back.text}
        </Link>
      )}
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      <ReadAloud />
      {children}
    </div>
  );
}
