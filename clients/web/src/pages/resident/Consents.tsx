import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "react-aria-components";
import { useClient, useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { AskedConsents, Consents, DenyConsent, GrantConsent, RevokeConsent } from "../../documents/trust.ts";
import { Export, EXPORTED_MOST } from "../../kit/Export.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { Finer } from "../../kit/Folded.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { everyRow } from "../../kit/useRows.ts";
import { Whose } from "../../kit/Whose.tsx";

type Asked = NonNullable<ResultOf<typeof AskedConsents>["consentRequests"]>["nodes"][number];
type Given = NonNullable<ResultOf<typeof Consents>["consents"]>["nodes"][number];
const OF_CONSENTS = { additionalTypenames: ["ConsentArtefact"] }; // a first one changes a list that has none, too

const ROWS_OF_A_PAGE = 100; // of a file

export function ConsentsPage() {
  const { t } = useLingui();
  const [asked, askAgain] = useQuery({ query: AskedConsents });
  const again = () => askAgain({ requestPolicy: "network-only" });
  const { person } = useWhose();
  return (
    <Page title={t`Who may see what`} narrow>
      <Whose />
      <p>
        <Link href="/consents/rules">
          <Trans>Rules for visits</Trans>
        </Link>
        {" · "}
        <Link href="/looks">
          <Trans>Who looked</Trans>
        </Link>
      </p>
      <h2>
        <Trans>Asked of you</Trans>
      </h2>
      <Shown answer={asked} again={again}>
        {(data) => (
          <ul className="list">
            {(data.consentRequests?.nodes ?? []).map((request) => (
              <Request key={request.id} of={request} again={again} />
            ))}
            {data.consentRequests?.nodes.length === 0 && (
              <li className="soft">
                <Trans>Nobody asks you for anything.</Trans>
              </li>
            )}
          </ul>
        )}
      </Shown>
      <h2>
        <Trans>What you agreed to</Trans>
      </h2>
      <AgreedTo key={person.id} residentId={person.id} after={null} />
      <Finer label={t`As a file`}>
        <ConsentsAsFile residentId={person.id} />
      </Finer>
    </Page>
  );
}

/** Everything somebody ever agreed to, and what became of it. */
function ConsentsAsFile({ residentId }: { residentId: string }) {
  const { t } = useLingui();
  const word = useWords();
  const client = useClient();
  return (
    <Export
      file="yima-consents"
      rows={() => everyRow(client, Consents, { residentId, first: ROWS_OF_A_PAGE }, (data) => data.consents, EXPORTED_MOST)}
      columns={[
        { key: "grantedAt", title: t`Agreed`, value: ({ grantedAt }) => grantedAt },
        { key: "who", title: t`Who`, value: ({ grantee }) => grantee?.name },
        { key: "which", title: t`Which`, value: ({ informationTypes }) => informationTypes.map((each) => word("data", each)).join(", ") },
        { key: "purpose", title: t`What for`, value: ({ purpose }) => word("purpose", purpose) },
        { key: "mode", title: t`How`, value: ({ accessMode }) => word("mode", accessMode) },
        { key: "until", title: t`Until`, value: ({ expiresAt }) => expiresAt },
        { key: "status", title: t`Where it stands`, value: ({ status }) => word("consent", status) },
        { key: "used", title: t`Used`, value: ({ usedInAll }) => usedInAll },
        { key: "id", title: t`Number`, value: ({ id }) => id },
      ]}
    />
  );
}

function AgreedTo({ residentId, after }: { residentId: string; after: string | null }) {
  const [answer, ask] = useQuery({ query: Consents, variables: { residentId, after }, context: OF_CONSENTS });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={again}>
      {(data) => {
        const { nodes = [], pageInfo } = data.consents ?? {};
        return (
          <>
            <ul className="list">
              {nodes.map((consent) => (
                <Consent key={consent.id} of={consent} again={again} />
              ))}
              {nodes.length === 0 && after === null && (
                <li className="soft">
                  <Trans>You have agreed to nothing yet.</Trans>
                </li>
              )}
            </ul>
            <NextPage info={pageInfo} next={(after) => <AgreedTo residentId={residentId} after={after} />} />
          </>
        );
      }}
    </Shown>
  );
}

function Request({ of, again }: { of: Asked; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const { template } = of;
  const grant = useAct(async (key: string) => {
    await carryOut(GrantConsent, "grantConsent", { id: of.id, key });
    again();
  });
  const deny = useAct(async (key: string) => {
    await carryOut(DenyConsent, "denyConsent", { id: of.id, key });
    again();
  });
  return (
    <li className="card">
      <h3>{of.grantee?.name}</h3>
      <Facts
        of={[
          [t`Which`, template.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`What for`, word("purpose", template.purpose)],
          [t`How`, template.accessMode ? word("mode", template.accessMode) : null],
          [t`Answer until`, of.until ? <When at={of.until} key="until" /> : null],
        ]}
      />
      <Refused refusal={grant.refusal ?? deny.refusal} />
      <div className="actions">
        <Button isPending={grant.pending} onPress={() => void grant.run()}>
          <Trans>Yes, they may</Trans>
        </Button>
        <Button className="react-aria-Button quiet" isPending={deny.pending} onPress={() => void deny.run()}>
          <Trans>No</Trans>
        </Button>
      </div>
    </li>
  );
}

function Consent({ of, again }: { of: Given; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const revoke = useAct(async (key: string) => {
    await carryOut(RevokeConsent, "revokeConsent", { id: of.id, reason: t`I changed my mind`, key });
    again();
  });
  const inForce = of.status === "GRANTED";
  return (
    <li className="card">
      <div className="row">
        <h3>{of.grantee?.name}</h3>
        <span className={`tag ${inForce ? "good" : ""}`}>{word("consent", of.status)}</span>
      </div>
      <Facts
        of={[
          [t`Which`, of.informationTypes.map((each) => word("data", each)).join(", ")],
          [t`What for`, word("purpose", of.purpose)],
          [t`How`, word("mode", of.accessMode)],
          [t`Agreed`, <When at={of.grantedAt} key="granted" />],
          [t`Until`, inForce ? <When at={of.expiresAt} key="expires" /> : null],
          [t`Used`, t`${of.usedInAll} times`],
        ]}
      />
      <Refused refusal={revoke.refusal} />
      {inForce && (
        <p className="actions">
          <Button className="react-aria-Button danger" isPending={revoke.pending} onPress={() => void revoke.run()}>
            <Trans>Take it back</Trans>
          </Button>
        </p>
      )}
    </li>
  );
}
