import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { signIn, signOut } from "../../app/session.ts";
import {
  AddPasskey,
  BeginPasskey,
  BeginSecondFactor,
  ChangePassword,
  EndSession,
  EndSecondFactor,
  FinishPasskey,
  Passkeys,
  RemovePasskey,
  Sessions,
  SignOutEverywhere,
} from "../../documents/settings.ts";
import { Act } from "../../kit/Act.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { QrCode } from "../../kit/QrCode.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

export function SecurityPage() {
  const { t } = useLingui();
  return (
    <Page title={t`Password, passkeys and sessions`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <SignedIn />
      <Passkeying />
      <Authenticator />
      <Password />
    </Page>
  );
}

function SignedIn() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: Sessions, requestPolicy: "network-only" });
  const again = () => ask({ requestPolicy: "network-only" });
  const factors: Record<string, string> = { pwd: t`Password`, otp: t`Authenticator`, webauthn: t`Passkey` };
  return (
    <section>
      <h2>
        <Trans>Where you are signed in</Trans>
      </h2>
      <Shown answer={answer} again={again}>
        {(data) => (
          <ul className="list">
            {(data.sessions ?? []).map((session) => (
              <li key={session.id} className="card">
                <Facts
                  of={[
                    [t`Began`, <When at={session.beganAt} key="began" />],
                    [t`By`, session.factors.map((each) => factors[each] ?? each).join(", ")],
                    [t`Until`, <When at={session.lastsUntil} style="day" key="until" />],
                  ]}
                />
                {session.current ? (
                  <span className="tag good">{t`This one`}</span>
                ) : (
                  <div className="actions">
                    <Act
                      text={t`End this one`}
                      act={async (key) => {
                        await carryOut(EndSession, "endSession", { id: session.id, key });
                        again();
                      }}
                    />
                  </div>
                )}
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <Act
        text={t`Sign out everywhere`}
        tone="danger"
        warning={
          <p>
            <Trans>Every device is signed out, this one too.</Trans>
          </p>
        }
        act={async () => {
          await carryOut(SignOutEverywhere, "signOutEverywhere", {});
          await signOut();
        }}
      />
    </section>
  );
}

function Password() {
  const { t } = useLingui();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const change = useAct(async (key: string) => {
    await carryOut(ChangePassword, "changePassword", { currentPassword: current, newPassword: next, key });
    setCurrent("");
    setNext("");
    setDone(true);
  });
  const { wrong, above } = refusalAt(change.refusal, ["currentPassword", "newPassword"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    setDone(false);
    void change.run();
  }

  return (
    <section>
      <h2>
        <Trans>Change the password</Trans>
      </h2>
      {done && <Notice tone="good" title={t`The password is changed, and all other devices are signed out`} />}
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`The password now`}
          name="currentPassword"
          type="password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          wrong={wrong("currentPassword")}
          isRequired
        />
        <Field
          label={t`The new password`}
          hint={t`At least ten characters`}
          name="newPassword"
          type="password"
          autoComplete="new-password"
          value={next}
          onChange={setNext}
          wrong={wrong("newPassword")}
          isRequired
        />
        <div className="actions">
          <Button type="submit" isPending={change.pending} isDisabled={current === "" || next === ""}>
            <Trans>Change it</Trans>
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** Who somebody is, where they have to show it by their password. */
function Credentials({ text, send }: { text: string; send: (login: string, password: string) => Promise<void> }) {
  const { t } = useLingui();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const act = useAct(async () => send(login.trim(), password));

  function submit(event: FormEvent) {
    event.preventDefault();
    void act.run();
  }

  return (
    <Form onSubmit={submit} validationBehavior="aria">
      <Refused refusal={act.refusal} />
      <Field
        label={t`E-mail address or telephone number`}
        autoComplete="username"
        value={login}
        onChange={setLogin}
        isRequired
      />
      <Field
        label={t`Password`}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        isRequired
      />
      <div className="actions">
        <Button type="submit" isPending={act.pending} isDisabled={login.trim() === "" || password === ""}>
          {text}
        </Button>
      </div>
    </Form>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useLingui();
  if (codes.length === 0) return null;
  return (
    <Notice tone="warn" title={t`Write these codes down now: they are shown once`}>
      <p>
        <Trans>Each signs you in once, if you lose what you sign in with.</Trans>
      </p>
      <ul>
        {codes.map((code) => (
          <li key={code}>
            <bdi>{code}</bdi>
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Passkeying() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: Passkeys });
  const again = () => ask({ requestPolicy: "network-only" });
  const [name, setName] = useKept("passkey", "");
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [first, setFirst] = useState(false); // the password is asked for: nothing else shows yet who it is

  async function finish({ id, options }: { id: string; options: string }) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      JSON.parse(options) as PublicKeyCredentialCreationOptionsJSON,
    );
    const credential = await navigator.credentials.create({ publicKey }).catch(() => null);
    if (!(credential instanceof PublicKeyCredential)) return; // whoever was asked did not want to
    const { recoveryCodes } = await carryOut(FinishPasskey, "finishPasskey", {
      ceremonyId: id,
      name: name.trim() || t`This device`,
      credential: JSON.stringify(credential.toJSON()),
    });
    setCodes(recoveryCodes);
    setName("");
    setFirst(false);
    again();
  }

  const add = useAct(async () => {
    if ((answer.data?.passkeys ?? []).length === 0) {
      setFirst(true);
      return;
    }
    await finish(await carryOut(AddPasskey, "addPasskey", {}));
  });
  if (!("PublicKeyCredential" in window)) return null;
  return (
    <section>
      <h2>
        <Trans>Passkeys</Trans>
      </h2>
      <p>
        <Trans>A passkey signs you in by your finger, your face or a number, and nobody can be talked into giving it away.</Trans>
      </p>
      <RecoveryCodes codes={codes} />
      <Shown answer={answer} again={again}>
        {(data) => (
          <ul className="list">
            {(data.passkeys ?? []).map((passkey) => (
              <li key={passkey.id} className="card">
                <h3>{passkey.name}</h3>
                <Facts
                  of={[
                    [t`Since`, <When at={passkey.createdAt} style="day" key="since" />],
                    [t`Used last`, passkey.lastUsedAt ? <When at={passkey.lastUsedAt} key="used" /> : t`Never`],
                  ]}
                />
                <div className="actions">
                  <Act
                    text={t`Remove it`}
                    tone="danger"
                    warning={
                      <p>
                        <Trans>It signs you in no longer.</Trans>
                      </p>
                    }
                    act={async (key) => {
                      await carryOut(RemovePasskey, "removePasskey", { id: passkey.id, key });
                      again();
                    }}
                  />
                </div>
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <Refused refusal={add.refusal} />
      {first ? (
        <Credentials
          text={t`Add a passkey`}
          send={async (login, password) => finish(await carryOut(BeginPasskey, "beginPasskey", { login, password }))}
        />
      ) : (
        <form onSubmit={(event) => event.preventDefault()}>
          <Field label={t`What to call it`} name="passkeyName" autoComplete="off" value={name} onChange={setName} />
          <div className="actions">
            <Button className="react-aria-Button quiet" isPending={add.pending} onPress={() => void add.run()}>
              <Trans>Add a passkey</Trans>
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

/** An authenticator's codes as a second factor: shown as a code to scan, and confirmed by one of its codes. */
function Authenticator() {
  const { t } = useLingui();
  const [begun, setBegun] = useState<{ login: string; password: string; secret: string; uri: string } | null>(null);
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [asks, setAsks] = useState(false);
  const [ending, setEnding] = useState("");
  const confirm = useAct(async () => {
    if (!begun) return;
    setCodes(await signIn(begun.login, begun.password, code.trim()));
    setBegun(null);
    setAsks(false);
    setCode("");
  });
  const end = useAct(async () => {
    await carryOut(EndSecondFactor, "endSecondFactor", { code: ending.trim() });
    setEnding("");
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void confirm.run();
  }

  return (
    <section>
      <h2>
        <Trans>Codes of an authenticator</Trans>
      </h2>
      <p>
        <Trans>With one, your password alone signs nobody in.</Trans>
      </p>
      <RecoveryCodes codes={codes} />
      {!asks && (
        <p className="actions">
          <Button className="react-aria-Button quiet" onPress={() => setAsks(true)}>
            <Trans>Set up an authenticator</Trans>
          </Button>
        </p>
      )}
      {asks && !begun && (
        <Credentials
          text={t`Go on`}
          send={async (login, password) => {
            const factor = await carryOut(BeginSecondFactor, "beginSecondFactor", { login, password });
            setBegun({ login, password, secret: factor.secret, uri: factor.uri });
          }}
        />
      )}
      {begun && (
        <Form onSubmit={submit} validationBehavior="aria">
          <p>
            <Trans>Scan this with your authenticator, or type what stands below it. Then type the code that it shows.</Trans>
          </p>
          <div className="code">
            <QrCode text={begun.uri} label={t`Code for your authenticator`} />
            <bdi>{begun.secret}</bdi>
          </div>
          <Field
            label={t`Code of your authenticator`}
            name="authenticatorCode"
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={setCode}
            wrong={confirm.refusal?.message}
            isRequired
          />
          <div className="actions">
            <Button type="submit" isPending={confirm.pending} isDisabled={code.trim() === ""}>
              <Trans>Confirm it</Trans>
            </Button>
          </div>
        </Form>
      )}
      <details>
        <summary>
          <Trans>Sign in without it again</Trans>
        </summary>
        <Field
          label={t`One more code of it, or a recovery code`}
          name="endingCode"
          autoComplete="one-time-code"
          value={ending}
          onChange={setEnding}
          wrong={end.refusal?.message}
        />
        <p className="actions">
          <Button
            className="react-aria-Button danger"
            isPending={end.pending}
            isDisabled={ending.trim() === ""}
            onPress={() => void end.run()}
          >
            <Trans>End it</Trans>
          </Button>
        </p>
      </details>
    </section>
  );
}
