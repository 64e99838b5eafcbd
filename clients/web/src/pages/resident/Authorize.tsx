import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent } from "react";
import { Button, Checkbox, CheckboxGroup, Form, Label } from "react-aria-components";
import { useQuery } from "urql";
import { useSearch } from "wouter";
import { carryOut } from "../../app/client.ts";
import { useWhose } from "../../app/whose.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { AppRequest, AuthorizeApp } from "../../documents/residentApps.ts";
import { Choice } from "../../kit/Choice.tsx";
import { useKept } from "../../kit/drafts.ts";
import { Facts } from "../../kit/Facts.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { Whose } from "../../kit/Whose.tsx";

type Review = NonNullable<ResultOf<typeof AppRequest>["appRequest"]>;
const DAYS = ["1", "30", "90", "365"] as const;

/** An app has sent the resident here to ask whether it may see their record (SMART App Launch). */
export function AuthorizePage() {
  const { t } = useLingui();
  const given = new URLSearchParams(useSearch());
  const of = (name: string) => given.get(name) ?? "";
  const request = {
    clientId: of("client_id"),
    redirectUri: of("redirect_uri"),
    responseType: of("response_type"),
    scope: of("scope"),
    codeChallenge: of("code_challenge"),
    codeChallengeMethod: of("code_challenge_method"),
    aud: of("aud"),
  };
  const [answer, ask] = useQuery({ query: AppRequest, variables: { request } });
  return (
    <Page title={t`An app asks to see your record`} narrow>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) => data.appRequest && <Answer request={request} review={data.appRequest} state={given.get("state")} />}
      </Shown>
    </Page>
  );
}

/** Goes back to the app; only ever to where the city knows it to be. */
function goBack(redirectUri: string, said: Record<string, string>, state: string | null) {
  const address = new URL(redirectUri);
  for (const [name, value] of Object.entries(said)) address.searchParams.append(name, value);
  if (state !== null) address.searchParams.append("state", state);
  window.location.assign(address.href);
}

interface Asked {
  request: { clientId: string; redirectUri: string; responseType: string; scope: string; codeChallenge: string; codeChallengeMethod: string; aud: string };
  review: Review;
  state: string | null;
}

function Answer({ request, review, state }: Asked) {
  const { t } = useLingui();
  const word = useWords();
  const { person } = useWhose();
  const [scopes, setScopes, sentScopes] = useKept(`app-scopes:${request.clientId}`, () => review.scopes.map((each) => each.scope));
  const [days, setDays, sentDays] = useKept(`app-days:${request.clientId}`, "90");
  const act = useAct(async (key) => {
    const variables = { request, scopes, days: Number(days), residentId: person.id, key };
    const answered = await carryOut(AuthorizeApp, "authorizeApp", variables);
    leave(answered.redirectUri, { code: answered.code });
  });
  function leave(redirectUri: string, said: Record<string, string>) {
    sentScopes();
    sentDays();
    goBack(redirectUri, said, state);
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    void act.run();
  }
  const kind = (scope: string) => scope.slice("patient/".length, scope.lastIndexOf("."));
  const kinds: Record<string, string> = {
    "*": t`Everything in the record`,
    AllergyIntolerance: t`Allergies`,
    CarePlan: t`Plans`,
    Condition: t`Diagnoses`,
    Device: t`Devices`,
    DiagnosticReport: t`Reports`,
    DocumentReference: t`Documents`,
    Encounter: t`Visits`,
    ImagingStudy: t`Images`,
    Immunization: t`Vaccinations`,
    MedicationRequest: t`Prescriptions`,
    MedicationStatement: t`Medicines`,
    Observation: t`Measurements and results`,
    Patient: t`That there is a record, without your name`,
    Procedure: t`Procedures`,
    QuestionnaireResponse: t`Answers to questionnaires`,
  };
  return (
    <>
      <Facts
        of={[
          [t`App`, review.name],
          [t`Of`, review.partnerName],
          [t`Goes back to`, new URL(review.redirectUri).host],
        ]}
      />
      <Refused refusal={act.refusal} />
      <Whose />
      <Form onSubmit={submit}>
        <CheckboxGroup value={scopes} onChange={setScopes}>
          <Label>
            <Trans>It may look at</Trans>
          </Label>
          {review.scopes.map((each) => (
            <Checkbox key={each.scope} value={each.scope}>
              <span>
                {kinds[kind(each.scope)] ?? kind(each.scope)}
                {each.informationTypes.length > 0 && (
                  <small> ({each.informationTypes.map((type) => word("data", type)).join(", ")})</small>
                )}
              </span>
            </Checkbox>
          ))}
        </CheckboxGroup>
        {review.goesOn ? (
          <Choice
            label={t`For how long, also while you are away`}
            value={days}
            options={DAYS.map((each) => ({ value: each, text: each === "1" ? t`One day` : t`${each} days` }))}
            onChange={setDays}
          />
        ) : (
          <p>
            <Trans>It may look for an hour.</Trans>
          </p>
        )}
        <p>
          <Trans>
            It keeps no copy by this, and changes nothing. What you named as sensitive stays hidden. You see each time it
            looked, and take it back whenever you want, under “Who may see what”.
          </Trans>
        </p>
        <div className="actions">
          <Button type="submit" isPending={act.pending} isDisabled={scopes.length === 0}>
            <Trans>Allow</Trans>
          </Button>
          <Button
            className="quiet"
            onPress={() => leave(review.redirectUri, { error: "access_denied" })}
            isDisabled={act.pending}
          >
            <Trans>Do not allow</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
