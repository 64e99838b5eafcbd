import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { carryOut } from "../app/client.ts";
import { signIn } from "../app/session.ts";
import { AcceptInvitation } from "../documents/joining.ts";
import { Field } from "../kit/Field.tsx";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";
import { Refused } from "../kit/Refused.tsx";
import { useAct } from "../kit/useAct.ts";

const EMPTY = { name: "", login: "", password: "" };

/** Somebody who was invited makes their account. The invitation stands behind the address's #, which no server is sent. */
export function JoinPage() {
  const { t } = useLingui();
  const [token] = useState(() => window.location.hash.slice(1));
  const [given, setGiven] = useState(EMPTY);
  const join = useAct(async () => {
    await carryOut(AcceptInvitation, "acceptInvitation", { token, number: "", ...given });
    await signIn(given.login, given.password, "");
  });
  const fill = (name: keyof typeof EMPTY) => ({
    name,
    value: given[name],
    onChange: (value: string) => setGiven({ ...given, [name]: value }),
    wrong: join.refusal?.field === name ? join.refusal.message : undefined,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    void join.run();
  }
  return (
    <Page title={t`You are invited`} narrow back={{ to: "/sign-in", text: t`Sign in` }}>
      {token === "" && <Notice tone="bad" title={t`This link has no invitation. Ask for another one`} />}
      <Refused refusal={join.refusal && (join.refusal.field ?? "") in EMPTY ? null : join.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field label={t`Your name`} autoComplete="name" isRequired {...fill("name")} />
        <Field label={t`E-mail address or telephone number`} autoComplete="username" isRequired {...fill("login")} />
        <Field label={t`Password`} hint={t`At least ten characters`} type="password" autoComplete="new-password" isRequired {...fill("password")} />
        <div className="actions">
          <Button type="submit" isPending={join.pending} isDisabled={token === ""}>
            <Trans>Make my account</Trans>
          </Button>
        </div>
      </Form>
    </Page>
  );
}
