import type { ComponentProps } from "react";
import { FieldError, Label, Text, TextArea, TextField } from "react-aria-components";
import { saidAtField } from "./refusals.ts";

interface Props extends Omit<ComponentProps<typeof TextField>, "children" | "className"> {
  label: string;
  hint?: string;
  wrong?: string | undefined;
  rows?: number;
  /** Every letter as wide as every other: for what is written by line and column. */
  fixed?: boolean;
}

/** Lines of text to be filled in. */
export function Area({ label, hint, wrong, rows = 4, fixed = false, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={wrong !== undefined}>
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <TextArea rows={rows} className={fixed ? "react-aria-TextArea fixed" : "react-aria-TextArea"} dir={fixed ? "ltr" : "auto"} />
      <FieldError>{saidAtField(wrong)}</FieldError>
    </TextField>
  );
}
