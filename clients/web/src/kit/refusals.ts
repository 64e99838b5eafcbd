import type { Refusal } from "../app/wire.ts";

/** Where a refusal belongs: at one of these fields, or above them all. */
export function refusalAt(refusal: Refusal | null, fields: readonly string[]) {
  const field = refusal?.field ?? null;
  const belongs = field !== null && fields.includes(field);
  return {
    field: belongs ? field : null,
    wrong: (name: string): string | undefined => (belongs && field === name ? refusal?.message : undefined),
    above: belongs ? null : refusal,
  };
}

const NAME_FIRST = /^[a-z][\w.[\]]*: /; // of a field, as the gateway writes it

/** What is wrong, said at its field: the name before it is for whoever sees no form. */
export function saidAtField(wrong: string | undefined): string | undefined {
  const said = wrong?.replace(NAME_FIRST, "");
  return said && said.charAt(0).toUpperCase() + said.slice(1);
}
