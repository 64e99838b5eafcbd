// An offering's manifest: a text of YAML, as the command and partners' own files have it. The form changes that text,
// with the comments in it; a mistake is shown at its line.

import { type Document, isMap, isSeq, LineCounter, parseDocument, type Range, stringify, type YAMLMap, type YAMLSeq } from "yaml";

type Step = string | number;
export type Path = readonly Step[];

export interface Mistake {
  line: number;
  message: string;
}

export interface Manifest {
  /** The offering itself; what stands below `spec`, where a file has one. */
  value: Record<string, unknown>;
  mistakes: readonly Mistake[];
  /** Where something stands in the text: its line, or that of what should have it. */
  lineOf: (path: Path) => number;
  /** The text with something else there; null takes it away. */
  with: (path: Path, value: unknown) => string;
}

const KNOWN: readonly string[] = [
  "definition", "reference", "kind", "title", "description", "price", "pricedPer", "unitsMax", "periodDays", "periodsMax", "districts", "consent", "bookingRequired", "contents",
  "validDays", "unused", "cancellation", "eligibility", "pilot", "sites", "pictures", "leaflets",
];

export function read(text: string, words: { unknown: (name: string) => string; noMap: string }): Manifest {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const root: Path = isMap(document.contents) && document.contents.has("spec") ? ["spec"] : [];
  const whole: unknown = document.errors.length > 0 ? {} : document.toJS();
  const spec = root.length > 0 ? (whole as { spec?: unknown }).spec : whole;
  const value = typeof spec === "object" && spec !== null && !Array.isArray(spec) ? (spec as Record<string, unknown>) : {};
  const lineOf = (path: Path) => lineAt(document, counter, [...root, ...path]);
  const mistakes: Mistake[] = document.errors.map((error) => ({
    line: counter.linePos(error.pos[0]).line,
    message: error.message,
  }));
  if (document.errors.length === 0 && value !== spec) mistakes.push({ line: 1, message: words.noMap });
  for (const name of Object.keys(value)) {
    if (!KNOWN.includes(name)) mistakes.push({ line: lineOf([name]), message: words.unknown(name) });
  }
  return {
    value,
    mistakes,
    lineOf,
    with: (path, next) => {
      if (next === null || next === "") document.deleteIn([...root, ...path]);
      else document.setIn([...root, ...path], next);
      return document.toString();
    },
  };
}

/** The line of what is at a path, or of the last of its steps that is there. */
function lineAt(document: Document, counter: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let start = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = (node as YAMLMap).items.find((item) => String((item.key as { value?: unknown } | null)?.value) === step);
      if (!pair) break;
      start = (pair.key as { range?: Range } | null)?.range?.[0] ?? start;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = (node as YAMLSeq).items[Number(step)];
      if (!item) break;
      start = (item as { range?: Range }).range?.[0] ?? start;
      node = item;
    } else break;
  }
  return counter.linePos(start).line;
}

/** A field as a refusal names it, such as `manifest.contents[0].title`, as a path. */
export function pathOf(field: string): Path {
  return field
    .replace(/^manifest\./, "")
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : camel(step)));
}

const camel = (name: string) => name.replace(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

/** A manifest's text of an offering as it is. */
export const textOf = (spec: object): string => stringify({ apiVersion: "yima/v1", kind: "Offering", spec });
