import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { Field } from "../../kit/Field.tsx";
import { AddFile, PDF, PICTURES, PictureWords } from "./AddFile.tsx";
import type { Path } from "./manifest.ts";

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
  const add = (mediaType: string, attachmentId: string) => {
    const words = { "zh-CN": "", en: "" };
    if (mediaType === PDF) change(["leaflets"], [...leaflets, { attachmentId, title: words }]);
    else change(["pictures"], [...pictures, { attachmentId, alt: words }]);
  };
  return (
    <fieldset className="field">
      <legend className="label">{t`Pictures and documents`}</legend>
      {pictures.map((each, index) => (
        <div key={each.attachmentId ?? index}>
          <PictureWords number={index + 1} fill={(language) => fill("pictures", `${index}`, "alt", language)} />
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
      <AddFile kinds={[...PICTURES, PDF]} isDisabled={isBroken} add={add}>
        <Trans>Add a picture or a PDF</Trans>
      </AddFile>
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
