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
