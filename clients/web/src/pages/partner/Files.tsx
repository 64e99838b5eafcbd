import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button, FileTrigger } from "react-aria-components";
import { carryOut } from "../../app/client.ts";
import { announced, send } from "../../app/upload.ts";
import { AnnounceAttachment } from "../../documents/partner.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import type { Path } from "./manifest.ts";

const PDF = "application/pdf";
const KINDS_OF_FILE: readonly string[] = ["image/jpeg", "image/png", "image/webp", PDF];
const BYTES_MAX = 5 * 1024 * 1024;

interface Named {
  attachmentId?: string;
}

interface Filled {
  name: string;
  value: string;
  onChange: (next: string) => void;
  isDisabled: boolean;
  wrong: string | undefined;
}

interface Props {
  pictures: readonly Named[];
  leaflets: readonly Named[];
  change: (path: Path, value: unknown) => void;
  fill: (...path: string[]) => Filled;
  isBroken: boolean;
}

/** The pictures and documents of an offering: sent at once, and named by its text, each with words of its own. */
export function Files({ pictures, leaflets, change, fill, isBroken }: Props) {
  const { t } = useLingui();
  const [wrongFile, setWrongFile] = useState<string | null>(null);
  const add = useAct(async (key: string, file: File) => {
    const { content, sha256 } = await announced(file);
    const link = await carryOut(AnnounceAttachment, "announceAttachment", {
      mediaType: file.type,
      size: file.size,
      sha256,
      key,
    });
    await send(link.path, content, file.type);
    const words = { "zh-CN": "", en: "" };
    if (file.type === PDF) change(["leaflets"], [...leaflets, { attachmentId: link.attachmentId, title: words }]);
    else change(["pictures"], [...pictures, { attachmentId: link.attachmentId, alt: words }]);
  });

  function choose(file: File | null) {
    setWrongFile(null);
    if (!file) return;
    if (!KINDS_OF_FILE.includes(file.type)) setWrongFile(t`Choose a JPEG, a PNG, a WebP or a PDF`);
    else if (file.size > BYTES_MAX) setWrongFile(t`Choose a file of at most 5 MB`);
    else void add.run(file);
  }

  return (
    <fieldset className="field">
      <legend className="label">{t`Pictures and documents`}</legend>
      {pictures.map((each, index) => (
        <div key={each.attachmentId ?? index}>
          <Field label={t`What picture ${index + 1} shows, in Chinese`} isRequired {...fill("pictures", `${index}`, "alt", "zh-CN")} />
          <Field label={t`What picture ${index + 1} shows, in English`} isRequired {...fill("pictures", `${index}`, "alt", "en")} />
          <Remove text={t`Leave picture ${index + 1} out`} from={pictures} index={index} name="pictures" change={change} />
        </div>
      ))}
      {leaflets.map((each, index) => (
        <div key={each.attachmentId ?? index}>
          <Field label={t`Title of document ${index + 1} in Chinese`} isRequired {...fill("leaflets", `${index}`, "title", "zh-CN")} />
          <Field label={t`Title of document ${index + 1} in English`} isRequired {...fill("leaflets", `${index}`, "title", "en")} />
          <Remove text={t`Leave document ${index + 1} out`} from={leaflets} index={index} name="leaflets" change={change} />
        </div>
      ))}
      <FileTrigger acceptedFileTypes={[...KINDS_OF_FILE]} onSelect={(files) => choose(files?.[0] ?? null)}>
        <Button className="react-aria-Button quiet" isPending={add.pending} isDisabled={isBroken}>
          <Trans>Add a picture or a PDF</Trans>
        </Button>
      </FileTrigger>
      <span className="hint">{t`At most 5 MB. What a camera writes into a picture, such as where, is taken out`}</span>
      {wrongFile && <Notice tone="bad" title={wrongFile} />}
      <Refused refusal={add.refusal} />
    </fieldset>
  );
}

interface RemoveProps {
  text: string;
  from: readonly Named[];
  index: number;
  name: string;
  change: Props["change"];
}

function Remove({ text, from, index, name, change }: RemoveProps) {
  const left = from.filter((_each, at) => at !== index);
  return (
    <Button className="react-aria-Button quiet" onPress={() => change([name], left.length > 0 ? left : null)}>
      {text}
    </Button>
  );
}
