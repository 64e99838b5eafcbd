import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { Button, Checkbox } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { Price } from "../../app/Price.tsx";
import { useWords } from "../../app/words.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { Definitions, DraftOffering, ReviseOffering } from "../../documents/partner.ts";
import { Area } from "../../kit/Area.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Files } from "./Files.tsx";
import { type Manifest, type Mistake, type Path, pathOf, read } from "./manifest.ts";
import { usePartnerWords } from "./words.ts";

type Input = VariablesOf<typeof DraftOffering>["manifest"];
const KINDS = ["SINGLE_VISIT", "PACKAGE", "SUBSCRIPTION", "DEVICE_MONITORING", "DATA_SERVICE"] as const;
const DATA = [
  "vital-signs", "laboratory", "encounters", "medications", "imaging", "maternal", "child-health", "activity",
] as const;

interface Props {
  begin: string;
  /** What the draft is of that is kept while it is typed. */
  draft: string;
  /** Of which a revision is drafted; null drafts a new one. */
  offeringId: string | null;
  saved: (id: string) => void;
}

/** An offering as a form and as YAML side by side: one text, whichever is typed in; and as a resident will see it. */
export function Editor({ begin, draft, offeringId, saved }: Props) {
  const { t } = useLingui();
  const [text, setText, sent] = useKept(`offering:${draft}`, begin);
  const manifest = useMemo(
    () => read(text, { unknown: (name) => t`There is no field ${name}; see the form`, noMap: t`Names and values belong here` }),
    [text, t],
  );
  const save = useAct(async (key: string, input: Input) => {
    const offering =
      offeringId === null
        ? await carryOut(DraftOffering, "draftOffering", { manifest: input, key })
        : await carryOut(ReviseOffering, "reviseOffering", { id: offeringId, manifest: input, key });
    sent();
    saved(offering.id);
  });
  const field = save.refusal?.field;
  const wrong = field ? pathOf(field) : null;
  const mistakes: Mistake[] = [
    ...manifest.mistakes,
    ...(wrong && save.refusal ? [{ line: manifest.lineOf(wrong), message: save.refusal.message }] : []),
  ];
  const change = (path: Path, value: unknown) => setText(manifest.with(path, value));
  return (
    <>
      <div className="sides">
        <Fields
          manifest={manifest}
          change={change}
          wrong={wrong && save.refusal ? { path: wrong, message: save.refusal.message } : null}
        />
        <div>
          <Area label={t`As YAML`} name="yaml" value={text} onChange={setText} rows={24} fixed />
          {mistakes.length > 0 && (
            <Notice tone="bad" title={t`To be mended`}>
              <ol className="mistakes">
                {mistakes.map(({ line, message }) => (
                  <li key={`${line} ${message}`} data-line={line}>
                    <Trans>Line {line}</Trans>: {message}
                  </li>
                ))}
              </ol>
            </Notice>
          )}
        </div>
      </div>
      {!wrong && <Refused refusal={save.refusal} />}
      <div className="actions">
        <Button
          isPending={save.pending}
          isDisabled={manifest.mistakes.length > 0}
          onPress={() => void save.run(inputOf(manifest.value))}
        >
          {offeringId === null ? t`Keep it as a draft` : t`Keep it as the next revision`}
        </Button>
      </div>
      <Preview of={manifest.value} />
    </>
  );
}

/** As the gateway takes it: what the file says, with the defaults that the schema has. */
function inputOf(value: Record<string, unknown>): Input {
  return { districts: [], bookingRequired: false, contents: [], cancellation: [], ...value } as unknown as Input;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | null | undefined)?.[step], value);
}

const textAt = (value: unknown, path: Path): string => {
  const there = at(value, path);
  return typeof there === "string" || typeof there === "number" ? String(there) : "";
};

/** A step of a path as the text has it: a place in a list is a number. */
const step = (part: string) => (/^\d+$/.test(part) ? Number(part) : part);

interface FieldsProps {
  manifest: Manifest;
  change: (path: Path, value: unknown) => void;
  wrong: { path: Path; message: string } | null;
}

function Fields({ manifest: { value, mistakes }, change, wrong }: FieldsProps) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const [city] = useQuery({ query: Definitions });
  const isBroken = mistakes.length > 0; // the form says nothing of a text that is none
  const fill = (...path: string[]) => ({
    name: path.join("."),
    value: textAt(value, path),
    onChange: (next: string) => change(path.map(step), next),
    isDisabled: isBroken,
    wrong: wrong && path.every((part, index) => String(wrong.path[index]) === part) ? wrong.message : undefined,
  });
  const districts = (at(value, ["districts"]) as string[] | undefined) ?? [];
  const homes = (at(value, ["eligibility", "districts"]) as string[] | undefined) ?? [];
  const parts = (at(value, ["eligibility", "programmes"]) as string[] | undefined) ?? [];
  const isFor = (key: "districts" | "programmes", codes: string[], code: string, on: boolean) => {
    const rest = (at(value, ["eligibility"]) as object | undefined) ?? {};
    const next = on ? [...codes, code] : codes.filter((each) => each !== code);
    change(["eligibility"], { ...rest, [key]: next });
  };
  const asked = (at(value, ["consent", "informationTypes"]) as string[] | undefined) ?? [];
  const ask = (kind: string, on: boolean) => {
    const next = on ? [...asked, kind] : asked.filter((each) => each !== kind);
    if (next.length === 0) return change(["consent"], null);
    if (asked.length > 0) return change(["consent", "informationTypes"], next);
    change(["consent"], { informationTypes: next, purpose: "TREAT", accessMode: "VIEW", validDays: 90 });
  };
  return (
    <form onSubmit={(event) => event.preventDefault()}>
      <Choice
        label={t`Service of the city's catalogue`}
        value={textAt(value, ["definition"])}
        options={(city.data?.serviceDefinitions ?? []).map(({ code, title }) => ({ value: code, text: title }))}
        onChange={(next) => change(["definition"], next)}
      />
      <Field label={t`Your own name of it`} hint={t`Letters, digits and -`} {...fill("reference")} />
      <Choice
        label={t`Kind`}
        value={textAt(value, ["kind"])}
        options={KINDS.map((each) => ({ value: each, text: said("offeringKind", each) }))}
        onChange={(next) => change(["kind"], next)}
      />
      <Field label={t`Title in Chinese`} {...fill("title", "zh-CN")} />
      <Field label={t`Title in English`} {...fill("title", "en")} />
      <Area label={t`Description in Chinese`} rows={3} {...fill("description", "zh-CN")} />
      <Area label={t`Description in English`} rows={3} {...fill("description", "en")} />
      <Field label={t`Price`} hint={textAt(value, ["price", "currency"])} inputMode="decimal" {...fill("price", "amount")} />
      <Choice
        label={t`What the price is for`}
        value={["USAGE", "PERIOD"].find((each) => each === textAt(value, ["pricedPer"])) ?? ""}
        options={[
          { value: "", text: t`All of it` },
          { value: "USAGE", text: t`Each unit that is used` },
          { value: "PERIOD", text: t`Each period, a month or some days` },
        ]}
        onChange={(next) => change(["pricedPer"], next || null)}
      />
      {textAt(value, ["pricedPer"]) === "USAGE" && (
        <Field
          label={t`How many units one order may be for at most`}
          hint={t`1 to 10,000; what is one unit stands in the contents`}
          inputMode="numeric"
          {...fill("unitsMax")}
          onChange={(next) => change(["unitsMax"], /^\d+$/.test(next) ? Number(next) : next)}
        />
      )}
      {textAt(value, ["pricedPer"]) === "PERIOD" && (
        <>
          <Field
            label={t`How many periods may follow one another at most`}
            hint={t`2 to 60; each is paid by the resident`}
            inputMode="numeric"
            {...fill("periodsMax")}
            onChange={(next) => change(["periodsMax"], /^\d+$/.test(next) ? Number(next) : next)}
          />
          <Field
            label={t`Days of a period`}
            hint={t`7 to 366; left empty, a month by the calendar`}
            inputMode="numeric"
            {...fill("periodDays")}
            onChange={(next) => change(["periodDays"], /^\d+$/.test(next) ? Number(next) : next || null)}
          />
        </>
      )}
      <fieldset className="field">
        <legend className="label">{t`Districts`}</legend>
        {(city.data?.city?.districts ?? []).map(({ code, name }) => (
          <Checkbox
            key={code}
            isSelected={districts.includes(code)}
            isDisabled={isBroken}
            onChange={(on) => change(["districts"], on ? [...districts, code] : districts.filter((each) => each !== code))}
          >
            {name}
          </Checkbox>
        ))}
      </fieldset>
      <fieldset className="field">
        <legend className="label">{t`Only for people who live in`}</legend>
        {(city.data?.city?.districts ?? []).map(({ code, name }) => (
          <Checkbox
            key={code}
            isSelected={homes.includes(code)}
            isDisabled={isBroken}
            onChange={(on) => isFor("districts", homes, code, on)}
          >
            {name}
          </Checkbox>
        ))}
      </fieldset>
      {(city.data?.city?.programmes ?? []).length > 0 && (
        <fieldset className="field">
          <legend className="label">{t`Only for people who take part in`}</legend>
          {city.data?.city?.programmes.map(({ code, name }) => (
            <Checkbox
              key={code}
              isSelected={parts.includes(code)}
              isDisabled={isBroken}
              onChange={(on) => isFor("programmes", parts, code, on)}
            >
              {name}
            </Checkbox>
          ))}
        </fieldset>
      )}
      <Checkbox
        isSelected={at(value, ["bookingRequired"]) === true}
        isDisabled={isBroken}
        onChange={(on) => change(["bookingRequired"], on)}
      >
        <Trans>A time has to be booked</Trans>
      </Checkbox>
      <Files
        pictures={(at(value, ["pictures"]) as { attachmentId?: string }[] | undefined) ?? []}
        leaflets={(at(value, ["leaflets"]) as { attachmentId?: string }[] | undefined) ?? []}
        change={change}
        fill={fill}
        isBroken={isBroken}
      />
      <fieldset className="field">
        <legend className="label">{t`What it asks of the resident's data`}</legend>
        {DATA.map((kind) => (
          <Checkbox key={kind} isSelected={asked.includes(kind)} isDisabled={isBroken} onChange={(on) => ask(kind, on)}>
            {word("data", kind)}
          </Checkbox>
        ))}
      </fieldset>
    </form>
  );
}

/** As a resident will see it, in the language of the page. */
function Preview({ of }: { of: Record<string, unknown> }) {
  const { t, i18n } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const inLanguage = (name: string) => textAt(of, [name, i18n.locale]) || textAt(of, [name, "en"]) || textAt(of, [name, "zh-CN"]);
  const [amount, currency] = [textAt(of, ["price", "amount"]), textAt(of, ["price", "currency"])];
  const asked = (at(of, ["consent", "informationTypes"]) as string[] | undefined) ?? [];
  return (
    <section aria-label={t`As a resident sees it`}>
      <h2>
        <Trans>As a resident sees it</Trans>
      </h2>
      <div className="card">
        <h3>{inLanguage("title") || "…"}</h3>
        <p>{inLanguage("description")}</p>
        <Facts
          of={[
            [
              t`Price`,
              /^\d+(\.\d+)?$/.test(amount) && /^[A-Z]{3}$/.test(currency) ? (
                <Price of={{ price: { amount, currency }, pricedPer: textAt(of, ["pricedPer"]), periodDays: Number(at(of, ["periodDays"]) ?? 0) }} key="price" />
              ) : (
                "…"
              ),
            ],
            [t`Kind`, said("offeringKind", textAt(of, ["kind"]))],
            [t`Time`, at(of, ["bookingRequired"]) === true ? t`To be booked` : t`As agreed`],
            [
              t`What it asks of your data`,
              asked.length > 0
                ? `${asked.map((each) => word("data", each)).join(", ")} · ${word("purpose", textAt(of, ["consent", "purpose"]))} · ${word("mode", textAt(of, ["consent", "accessMode"]))}`
                : t`Nothing`,
            ],
          ]}
        />
      </div>
    </section>
  );
}
