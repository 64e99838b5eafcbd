import { Trans, useLingui } from "@lingui/react/macro";
import type { FormEvent } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { useLocation } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useDraft } from "../../kit/drafts.ts";
import { useWords } from "../../app/words.ts";
import { ApplyAsPartner, Definitions } from "../../documents/partner.ts";
import type { VariablesOf } from "../../documents/graphql.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useStaff } from "./frame.tsx";
import { ASPECTS } from "./tasks.ts";
import { usePartnerWords } from "./words.ts";

type Manifest = VariablesOf<typeof ApplyAsPartner>["manifest"];
type Kind = Manifest["kind"];
const KINDS: readonly Kind[] = [
  "HOSPITAL", "CLINIC", "COMMUNITY_HEALTH_CENTRE", "LABORATORY", "DEVICE_MAKER", "INSURER", "AI_COMPANY",
  "HEALTH_MANAGEMENT",
];
const EMPTY: Record<string, string> = { kind: "CLINIC", district: "" };

/** A partner's application. What was typed stays in this tab until it is handed in. */
export function ApplyPage() {
  const { t } = useLingui();
  const word = useWords();
  const said = usePartnerWords();
  const { institution } = useStaff();
  const [, go] = useLocation();
  const { fields: given, fill: keep, clear } = useDraft("application", EMPTY);
  const [city] = useQuery({ query: Definitions });
  const districts = city.data?.city?.districts ?? [];
  const of = (name: string) => (given[name] ?? "").trim();
  const district = of("district") || districts[0]?.code || "";

  const apply = useAct(async (key: string, manifest: Manifest) => {
    await carryOut(ApplyAsPartner, "applyAsPartner", { manifest, key });
    clear();
    go("/onboarding");
  });
  const wrongAt = apply.refusal?.field?.replace(/^manifest\./, "") ?? null;
  const shownAt = new Set<string>();
  const fill = (name: string) => {
    shownAt.add(name);
    return {
      name,
      value: given[name] ?? "",
      onChange: (value: string) => keep({ [name]: value }),
      wrong: wrongAt === name || wrongAt === name.replace("evidence.", "evidence[") ? apply.refusal?.message : undefined,
    };
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    void apply.run({
      name: { "zh-CN": of("name.zh-CN"), en: of("name.en") },
      kind: of("kind") as Kind,
      registrationNumber: of("registrationNumber"),
      districts: [district],
      contact: { name: of("contact.name"), email: of("contact.email"), telephone: of("contact.telephone") },
      bankAccount: {
        holder: of("bankAccount.holder"),
        number: of("bankAccount.number"),
        bankCode: of("bankAccount.bankCode"),
      },
      evidence: ASPECTS.flatMap((aspect) =>
        of(`${aspect}.title`)
          ? [
              {
                aspect,
                title: of(`${aspect}.title`),
                reference: of(`${aspect}.reference`),
                validUntil: of(`${aspect}.validUntil`),
              },
            ]
          : [],
      ),
    });
  }

  // A piece of evidence is refused by its place among those that were handed in.
  const [, place, part] = /^evidence(?:\[|\.)(\d+)\]?\.(\w+)$/.exec(wrongAt ?? "") ?? [];
  const sent = ASPECTS.filter((aspect) => of(`${aspect}.title`));
  const wrongEvidence = place === undefined ? null : `${sent[Number(place)]}.${part}`;
  const evidence = (name: string) => {
    const field = fill(name);
    return { ...field, wrong: wrongEvidence === name ? apply.refusal?.message : undefined };
  };

  const form = (
    <Form onSubmit={submit} validationBehavior="aria">
      <h2>
        <Trans>Who you are</Trans>
      </h2>
      <Field label={t`Name in Chinese`} isRequired {...fill("name.zh-CN")} />
      <Field label={t`Name in English`} isRequired {...fill("name.en")} />
      <Choice
        label={t`Kind`}
        value={of("kind")}
        options={KINDS.map((value) => ({ value, text: said("kind", value) }))}
        onChange={(kind) => keep({ kind })}
      />
      <Field label={t`Registration number`} hint={t`As the register of institutions has it`} isRequired {...fill("registrationNumber")} />
      <Choice
        label={t`District`}
        value={district}
        options={districts.map(({ code, name }) => ({ value: code, text: name }))}
        onChange={(next) => keep({ district: next })}
      />
      <h2>
        <Trans>Whom to write to</Trans>
      </h2>
      <Field label={t`Name`} autoComplete="name" isRequired {...fill("contact.name")} />
      <Field label={t`E-mail address`} type="email" autoComplete="email" isRequired {...fill("contact.email")} />
      <Field label={t`Telephone`} hint={t`With the country's code, such as +8653155500188`} autoComplete="tel" isRequired {...fill("contact.telephone")} />
      <h2>
        <Trans>Where money goes</Trans>
      </h2>
      <Field label={t`Holder of the account`} isRequired {...fill("bankAccount.holder")} />
      <Field label={t`Number of the account`} autoComplete="off" isRequired {...fill("bankAccount.number")} />
      <Field label={t`Code of the bank`} autoComplete="off" isRequired {...fill("bankAccount.bankCode")} />
      {ASPECTS.map((aspect) => (
        <fieldset key={aspect} className="field">
          <legend className="label">{t`Evidence: ${word("aspect", aspect)}`}</legend>
          <Field label={t`What it is`} {...evidence(`${aspect}.title`)} />
          <Field label={t`Its number or place`} {...evidence(`${aspect}.reference`)} />
          <Field label={t`Valid until`} type="date" {...evidence(`${aspect}.validUntil`)} />
        </fieldset>
      ))}
      <div className="actions">
        <Button type="submit" isPending={apply.pending}>
          <Trans>Hand it in</Trans>
        </Button>
      </div>
    </Form>
  );
  const named = wrongAt !== null && (shownAt.has(wrongAt) || wrongEvidence !== null);
  return (
    <Page title={t`Apply as a partner`} narrow back={{ to: "/onboarding", text: t`Your standing` }}>
      <p>
        <Trans>For {institution}. What you type stays in this tab until you hand it in.</Trans>
      </p>
      {form}
      <Refused refusal={named ? null : apply.refusal} />
    </Page>
  );
}
