import { type ComponentProps, useId } from "react";
import { FieldError, Input, Label, Text, TextField } from "react-aria-components";
import { saidAtField } from "./refusals.ts";

interface Props extends Omit<ComponentProps<typeof TextField>, "children" | "className"> {
  label: string;
  hint?: string;
  wrong?: string | undefined;
  /** What may be meant, while it is typed: the platform's own list, which every screen reader knows. */
  suggestions?: readonly string[];
}

/** A line of text to be filled in: its label, a hint, and what is wrong with it. */
export function Field({ label, hint, wrong, suggestions, ...rest }: Props) {
  const list = useId();
  return (
    <TextField {...rest} isInvalid={wrong !== undefined}>
      <Label>{label}</Label>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      {suggestions ? (
        <>
          <Input list={list} autoComplete="off" />
          <datalist id={list}>
            {suggestions.map((text) => (
              <option key={text} value={text} />
            ))}
          </datalist>
        </>
      ) : (
        <Input />
      )}
      <FieldError>{saidAtField(wrong)}</FieldError>
    </TextField>
  );
}
