import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { Prove } from "../../documents/identity.ts";
import { ConfirmContact, CorrectResident, Profile, RequestContactCode, SetHomeDistrict } from "../../documents/settings.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useDraft, useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";

type Me = NonNullable<ResultOf<typeof Profile>["me"]>;
type Resident = NonNullable<Me["resident"]>;
type Districts = NonNullable<ResultOf<typeof Profile>["city"]>["districts"];

export function ProfilePage() {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: Profile });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Page title={t`My name, and how I am reached`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <Shown answer={answer} again={again}>
        {({ me, city }) => (
          <>
            {me?.resident && <Name key={`${me.resident.name} ${me.resident.birthDate}`} of={me.resident} again={again} />}
            {me?.resident?.provenAt === null && <Proving again={again} />}
            {me?.resident && <Home of={me.resident} districts={city?.districts ?? []} again={again} />}
            <Contacts of={me?.contacts ?? []} again={again} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Name({ of, again }: { of: Resident; again: () => void }) {
  const { t } = useLingui();
  const { fields, fill, clear } = useDraft("profile", { name: of.name, birthDate: of.birthDate });
  const { name, birthDate } = fields;
  const [changes, setChanges] = useState(name !== of.name || birthDate !== of.birthDate);
  const [number, setNumber] = useState("");
  const correct = useAct(async (key: string) => {
    await carryOut(CorrectResident, "correctResident", { name: name.trim(), birthDate, identityNumber: number.trim(), key });
    clear();
    setChanges(false);
    again();
  });
  const { wrong, above } = refusalAt(correct.refusal, ["name", "birthDate", "identityNumber"]);

  function leave() {
    clear();
    setChanges(false);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void correct.run();
  }

  if (!changes) {
    return (
      <>
        <Facts
          of={[
            [t`Name`, of.name],
            [t`Day of birth`, <When at={`${of.birthDate}T12:00`} style="day" key="born" />],
            [t`Proven`, of.provenAt ? <When at={of.provenAt} style="day" key="proven" /> : t`Not yet`],
          ]}
        />
        <p className="actions">
          <Button className="react-aria-Button quiet" onPress={() => setChanges(true)}>
            <Trans>Something in it is wrong</Trans>
          </Button>
        </p>
      </>
    );
  }
  return (
    <Form onSubmit={submit} validationBehavior="aria">
      <Refused refusal={above} />
      <Field
        label={t`Your name`}
        name="name"
        autoComplete="name"
        value={name}
        onChange={(next) => fill({ name: next })}
        wrong={wrong("name")}
        isRequired
      />
      <Field
        label={t`Day you were born`}
        type="date"
        name="birthDate"
        autoComplete="bday"
        value={birthDate}
        onChange={(next) => fill({ birthDate: next })}
        wrong={wrong("birthDate")}
        isRequired
      />
      <Field
        label={t`Identity number`}
        hint={t`It is checked with the register of residents, and not kept.`}
        name="identityNumber"
        autoComplete="off"
        value={number}
        onChange={setNumber}
        wrong={wrong("identityNumber")}
        isRequired={of.provenAt !== null}
      />
      <div className="actions">
        <Button type="submit" isPending={correct.pending}>
          <Trans>Correct it</Trans>
        </Button>
        <Button className="react-aria-Button quiet" onPress={leave}>
          <Trans>Leave it</Trans>
        </Button>
      </div>
    </Form>
  );
}

function Proving({ again }: { again: () => void }) {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const prove = useAct(async (key: string) => {
    await carryOut(Prove, "proveResident", { identityNumber: number.trim(), key });
    again();
  });
  const { wrong, above } = refusalAt(prove.refusal, ["identityNumber"]);

  function submit(event: FormEvent) {
    event.preventDefault();
    void prove.run();
  }

  return (
    <section>
      <h2>
        <Trans>Prove who you are</Trans>
      </h2>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`Identity number`}
          hint={t`It is checked with the register of residents, and not kept.`}
          name="identityNumber"
          autoComplete="off"
          value={number}
          onChange={setNumber}
          wrong={wrong("identityNumber")}
          isRequired
        />
        <div className="actions">
          <Button type="submit" isPending={prove.pending}>
            <Trans>Prove it</Trans>
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** In which district they live; the register's word stays as it is. */
function Home({ of, districts, again }: { of: Resident; districts: Districts; again: () => void }) {
  const { t } = useLingui();
  const [district, setDistrict] = useState(of.district ?? "");
  const say = useAct(async (key: string) => {
    await carryOut(SetHomeDistrict, "setHomeDistrict", { district, key });
    again();
  });
  const named = districts.find(({ code }) => code === of.district)?.name ?? of.district;
  return (
    <section>
      <h2>
        <Trans>Where you live</Trans>
      </h2>
      {of.district && (
        <Facts
          of={[
            [t`District`, named],
            [t`Said by`, of.districtSource === "REGISTER" ? t`The register of residents` : t`You`],
            [t`Since`, of.districtSaidAt && <When at={of.districtSaidAt} style="day" key="said" />],
          ]}
        />
      )}
      {of.districtSource !== "REGISTER" && (
        <form onSubmit={(event) => event.preventDefault()}>
          <p className="soft">
            <Trans>Some services are for people of some districts only. No partner is told. You can say it once in thirty days.</Trans>
          </p>
          <Choice
            label={t`District you live in`}
            value={district}
            options={[
              ...(district ? [] : [{ value: "", text: t`Choose one` }]),
              ...districts.map(({ code, name, parent }) => ({ value: code, text: parent ? `– ${name}` : name })),
            ]}
            onChange={setDistrict}
          />
          <Refused refusal={say.refusal} />
          <div className="actions">
            <Button isPending={say.pending} isDisabled={district === "" || district === of.district} onPress={() => void say.run()}>
              <Trans>I live there</Trans>
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

function Contacts({ of, again }: { of: Me["contacts"]; again: () => void }) {
  const { t } = useLingui();
  const [address, setAddress] = useKept("contact-address", "");
  const [sentId, setSentId] = useState<string | null>(null);
  const [code, setCode] = useState("");
  const send = useAct(async () => {
    setSentId((await carryOut(RequestContactCode, "requestContactCode", { address: address.trim() })).id);
  });
  const confirm = useAct(async () => {
    await carryOut(ConfirmContact, "confirmContact", { codeId: sentId ?? "", code: code.trim() });
    setSentId(null);
    setAddress("");
    setCode("");
    again();
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void (sentId === null ? send.run() : confirm.run());
  }

  return (
    <section>
      <h2>
        <Trans>How you are reached</Trans>
      </h2>
      <ul className="list">
        {of.map((contact) => (
          <li key={contact.address} className="card">
            <bdi>{contact.address}</bdi>{" "}
            <span className="soft">
              <Trans>
                confirmed <When at={contact.confirmedAt} style="day" />
              </Trans>
            </span>
          </li>
        ))}
        {of.length === 0 && (
          <li className="soft">
            <Trans>No address is confirmed yet: nothing can be sent to you.</Trans>
          </li>
        )}
      </ul>
      <Form onSubmit={submit} validationBehavior="aria">
        {sentId === null ? (
          <Field
            label={t`Another e-mail address or telephone number`}
            name="address"
            autoComplete="email"
            value={address}
            onChange={setAddress}
            wrong={send.refusal?.message}
            isRequired
          />
        ) : (
          <>
            <Notice tone="good" title={t`A code was sent to ${address}`} />
            <Field
              label={t`Code`}
              name="contactCode"
              inputMode="numeric"
              autoComplete="one-time-code"
              value={code}
              onChange={setCode}
              wrong={confirm.refusal?.message}
              isRequired
            />
          </>
        )}
        <div className="actions">
          <Button
            type="submit"
            isPending={send.pending || confirm.pending}
            isDisabled={(sentId === null ? address : code).trim() === ""}
          >
            {sentId === null ? t`Send a code there` : t`Confirm it`}
          </Button>
        </div>
      </Form>
    </section>
  );
}
