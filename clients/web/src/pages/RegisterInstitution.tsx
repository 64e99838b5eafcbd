import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { carryOut } from "../app/client.ts";
import { signIn } from "../app/session.ts";
import { ConfirmRegistration } from "../documents/identity.ts";
import { RegisterInstitution } from "../documents/joining.ts";
import { Field } from "../kit/Field.tsx";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";
import { Refused } from "../kit/Refused.tsx";
import { useAct } from "../kit/useAct.ts";

const EMPTY = { nameZh: "", nameEn: "", staffName: "", login: "", password: "" };
const FIELDS: Record<string, keyof typeof EMPTY> = {
  "name.zh-CN": "nameZh",
  "name.en": "nameEn",
  name: "nameZh",
  staffName: "staffName",
  login: "login",
  password: "password",
};

/** An institution and the first of its staff, who applies as a partner afterwards. */
export function RegisterInstitutionPage() {
  const { t } = useLingui();
  const [given, setGiven] = useState(EMPTY);
  const [registeredId, setRegisteredId] = useState<string | null>(null);
  const [code, setCode] = useState("");
  const register = useAct(async () => {
    const { nameZh, nameEn, ...staff } = given;
    const name = { "zh-CN": nameZh.trim(), en: nameEn.trim() };
    const institution = await carryOut(RegisterInstitution, "registerInstitution", { name, ...staff });
    if (institution.confirmUntil) setRegisteredId(institution.id);
    else await signIn(given.login, given.password, "");
  });
  const confirm = useAct(async () => {
    await carryOut(ConfirmRegistration, "confirmRegistration", { registeredId: registeredId ?? "", code });
    await signIn(given.login, given.password, "");
  });
  const wrong = FIELDS[register.refusal?.field ?? ""];
  const fill = (name: keyof typeof EMPTY) => ({
    name,
    value: given[name],
    onChange: (value: string) => setGiven({ ...given, [name]: value }),
    wrong: wrong === name ? register.refusal?.message : undefined,
  });
  const submit = (act: { run: () => Promise<void> }) => (event: FormEvent) => {
    event.preventDefault();
    void act.run();
  };

  if (registeredId !== null) {
    return (
      <Page title={t`Confirm that it is you`} narrow>
        <Notice tone="good">
          <p>
            <Trans>A code was sent to {given.login}.</Trans>
          </p>
        </Notice>
        <Refused refusal={confirm.refusal} />
        <Form onSubmit={submit(confirm)}>
          <Field label={t`Code`} name="code" inputMode="numeric" autoComplete="one-time-code" value={code} onChange={setCode} isRequired />
          <div className="actions">
            <Button type="submit" isPending={confirm.pending}>
              <Trans>Go on</Trans>
            </Button>
          </div>
        </Form>
      </Page>
    );
  }
  return (
    <Page title={t`Register an institution`} narrow back={{ to: "/sign-in", text: t`Sign in` }}>
      <p>
        <Trans>For hospitals, clinics, laboratories and others who want to offer services. You apply afterwards.</Trans>
      </p>
      <Refused refusal={wrong ? null : register.refusal} />
      <Form onSubmit={submit(register)} validationBehavior="aria">
        <Field label={t`Name of the institution in Chinese`} isRequired {...fill("nameZh")} />
        <Field label={t`Name of the institution in English`} isRequired {...fill("nameEn")} />
        <Field label={t`Your name`} autoComplete="name" isRequired {...fill("staffName")} />
        <Field label={t`E-mail address or telephone number`} autoComplete="username" isRequired {...fill("login")} />
        <Field label={t`Password`} hint={t`At least ten characters`} type="password" autoComplete="new-password" isRequired {...fill("password")} />
        <div className="actions">
          <Button type="submit" isPending={register.pending}>
            <Trans>Register</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
