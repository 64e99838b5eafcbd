import { useLingui } from "@lingui/react/macro";
import { type ComponentProps, type ReactNode, useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import { announced, send } from "../../app/upload.ts";
import { AnnounceAttachment } from "../../documents/partner.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

export const PDF = "application/pdf";
export const PICTURES: readonly string[] = ["image/jpeg", "image/png", "image/webp"];
const BYTES_MAX = 5 * 1024 * 1024;

interface Props {
  kinds: readonly string[];
  isDisabled?: boolean;
  /** What was sent, for whatever is to name it. */
  add: (mediaType: string, attachmentId: string) => void;
  children: ReactNode;
}

/** A button that chooses a picture or document, and sends it at once. */
export function AddFile({ kinds, isDisabled = false, add, children }: Props) {
  const { t } = useLingui();
  const [wrongFile, setWrongFile] = useState<string | null>(null);
  const sending = useAct(async (key: string, file: File) => {
    const { content, sha256 } = await announced(file);
    const link = await carryOut(AnnounceAttachment, "announceAttachment", {
      mediaType: file.type,
      size: file.size,
      sha256,
      key,
    });
    await send(link.path, content, file.type);
    add(file.type, link.attachmentId);
  });

  function choose(file: File | null) {
    setWrongFile(null);
    if (!file) return;
    if (!kinds.includes(file.type)) {
      setWrongFile(kinds.includes(PDF) ? t`Choose a JPEG, a PNG, a WebP or a PDF` : t`Choose a JPEG, a PNG or a WebP`);
    } else if (file.size > BYTES_MAX) setWrongFile(t`Choose a file of at most 5 MB`);
    else void sending.run(file);
  }

  return (
    <>
      <FileTrigger acceptedFileTypes={[...kinds]} onSelect={(files) => choose(files?.[0] ?? null)}>
        <Button className="react-aria-Button quiet" isPending={sending.pending} isDisabled={isDisabled}>
          {children}
        </Button>
      </FileTrigger>
      <span className="hint">{t`At most 5 MB. What a camera writes into a picture, such as where, is taken out`}</span>
      {wrongFile && <Notice tone="bad" title={wrongFile} />}
      <Refused refusal={sending.refusal} />
    </>
  );
}

interface WordsProps {
  number: number;
  fill: (language: "zh-CN" | "en") => Omit<ComponentProps<typeof Field>, "label">;
}

/** What a picture shows, for people who do not see it. */
export function PictureWords({ number, fill }: WordsProps) {
  const { t } = useLingui();
  return (
    <>
      <Field label={t`What picture ${number} shows, in Chinese`} isRequired {...fill("zh-CN")} />
      <Field label={t`What picture ${number} shows, in English`} isRequired {...fill("en")} />
    </>
  );
}
