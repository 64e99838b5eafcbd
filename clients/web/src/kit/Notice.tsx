import type { ReactNode } from "react";

interface Props {
  tone?: "plain" | "good" | "warn" | "bad";
  title?: string;
  children?: ReactNode;
}

/** What somebody has to know before they go on. What is wrong is read out at once. */
export function Notice({ tone = "plain", title, children }: Props) {
  return (
    <div className={`notice ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {title && (
        <p>
          <strong>{title}</strong>
        </p>
      )}
      {children}
    </div>
  );
}
