import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { signIn } from "../../app/session.ts";
import { carryOut } from "../../app/client.ts";
import { ConfirmRegistration, Register } from "../../documents/identity.ts";
import { Field } from "../../kit/Field.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";

const ASKED = ["name", "birthDate", "identityNumber", "login", "password"] as const;
type Asked = (typeof ASKED)[number];

export function RegisterPage() {
  const { t } = useLingui();
  const [given, setGiven] = useState<Record<Asked, string>>({
    name: "",
    birthDate: "",
    identityNumber: "",
    login: "",
    password: "",
  });
  const [registeredId, setRegisteredId] = useState<string | null>(null);
  const [code, setCode] = useState("");

  const register = useAct(async () => {
    const resident = await carryOut(Register, "registerResident", given);
    if (resident.confirmUntil) setRegisteredId(resident.id);
    else await signIn(given.login, given.password, "");
  });
  const confirm = useAct(async () => {
    await carryOut(ConfirmRegistration, "confirmRegistration", { registeredId: registeredId ?? "", code });
    await signIn(given.login, given.password, "");
  });

  const fill = (name: Asked) => ({
    name,
    value: given[name],
    onChange: (value: string) => setGiven({ ...given, [name]: value }),
    wrong: register.refusal?.field === name ? register.refusal.message : undefined,
  });
  const elsewhere = register.refusal && !ASKED.includes(register.refusal.field as Asked) ? register.refusal : null;

  if (registeredId !== null) {
    return (
      <Page title={t`Confirm that it is you`} narrow>
        <Notice tone="good">
          <p>
            <Trans>A code was sent to {given.login}.</Trans>
          </p>
        </Notice>
        <Refused refusal={confirm.refusal} />
        <Form
          onSubmit={(event) => {
            event.preventDefault();
            void confirm.run();
          }}
        >
          <Field
            label={t`Code`}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={setCode}
            isRequired
          />
          <div className="actions">
            <Button type="submit" isPending={confirm.pending}>
              <Trans>Go on</Trans>
            </Button>
          </div>
        </Form>
      </Page>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void register.run();
  }

  return (
    <Page title={t`Register`} narrow back={{ to: "/sign-in", text: t`Sign in` }}>
      <Refused refusal={elsewhere} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`Your name`} autoComplete="name" isRequired {...fill("name")} />
        <Field
          label={t`Day you were born`}
          hint={t`Year, month and day, such as 1957-04-12`}
          autoComplete="bday"
          isRequired
          {...fill("birthDate")}
        />
        <Field
          label={t`Identity number`}
          hint={t`It proves who you are, and is not kept. Without it you can look around, and order nothing that asks for your data.`}
          autoComplete="off"
          {...fill("identityNumber")}
        />
        <Field label={t`E-mail address or telephone number`} autoComplete="username" isRequired {...fill("login")} />
        <Field
          label={t`Password`}
          hint={t`At least ten characters`}
          type="password"
          autoComplete="new-password"
          isRequired
          {...fill("password")}
        />
        <div className="actions">
          <Button type="submit" isPending={register.pending}>
            <Trans>Register</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
