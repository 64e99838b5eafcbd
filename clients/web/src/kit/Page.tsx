import { type MouseEvent, type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { ReadAloud } from "./ReadAloud.tsx";

interface Props {
  title: string;
  back?: { to: string; text: string };
  narrow?: boolean;
  children: ReactNode;
}

let anyYet = false; // a page that is loaded begins at its top, as every page does; one that is come to, at its title

/** The second tap of a double tap sends nothing: where the first one led to another step, that was not looked at. */
function sendsOnce(event: MouseEvent): void {
  const submits = event.target instanceof Element && event.target.closest("button[type=submit]");
  if (submits && event.detail > 1) event.preventDefault();
}

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
    <div id="page" className={narrow ? "narrow" : undefined} onClickCapture={sendsOnce}>
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
