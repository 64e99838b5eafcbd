import type { ComponentProps } from "react";
import { FieldError, Input, Label, Text, TextField } from "react-aria-components";

interface Props extends Omit<ComponentProps<typeof TextField>, "children" | "className"> {
  label: string;
  hint?: string;
  wrong?: string | undefined;
}

/** A line of text to be filled in: its label, a hint, and what is wrong with it. */
export function Field({ label, hint, wrong, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={wrong !== undefined}>
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <Input />
      <FieldError>{wrong}</FieldError>
    </TextField>
  );
}
