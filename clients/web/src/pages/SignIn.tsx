import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { Link } from "wouter";
import { signIn } from "../app/session.ts";
import { Field } from "../kit/Field.tsx";
import { Page } from "../kit/Page.tsx";
import { Refused } from "../kit/Refused.tsx";
import { useAct } from "../kit/useAct.ts";

const SECOND_FACTOR = "second-factor-needed";

export function SignInPage() {
  const { t } = useLingui();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const act = useAct(async () => {
    await signIn(login.trim(), password, code.trim());
  });
  const asksForCode = act.refusal?.code === SECOND_FACTOR || code !== "";

  function submit(event: FormEvent) {
    event.preventDefault();
    void act.run();
  }

  return (
    <Page title={t`Sign in`} narrow>
      {act.refusal?.code !== SECOND_FACTOR && <Refused refusal={act.refusal} />}
      <Form onSubmit={submit}>
        <Field
          label={t`E-mail address or telephone number`}
          name="login"
          autoComplete="username"
          value={login}
          onChange={setLogin}
          isRequired
        />
        <Field
          label={t`Password`}
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          isRequired
        />
        {asksForCode && (
          <Field
            label={t`Code of your authenticator`}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={setCode}
            autoFocus
          />
        )}
        <div className="actions">
          <Button type="submit" isPending={act.pending}>
            <Trans>Sign in</Trans>
          </Button>
        </div>
      </Form>
      <p>
        <Link href="/register">
          <Trans>New here? Register</Trans>
        </Link>
      </p>
      <p>
        <Link href="/register-institution">
          <Trans>Register an institution that offers services</Trans>
        </Link>
      </p>
      <p>
        <Link href="/care">
          <Trans>Look at what there is, without an account</Trans>
        </Link>
      </p>
    </Page>
  );
}
