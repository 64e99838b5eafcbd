import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useMemo, useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import { receiptIsGood, scanOf } from "../../app/scans.ts";
import { useWords } from "../../app/words.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import {
  FulfilOrder,
  OrdersToServe,
  PatientEmergencySlice,
  PatientFlags,
  PatientRecord,
  ProveService,
  VisitPage as Document,
} from "../../documents/practitioner.ts";
import { Act } from "../../kit/Act.tsx";
import { Choice } from "../../kit/Choice.tsx";
import { Countdown, useNow } from "../../kit/Countdown.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Status } from "../../kit/Status.tsx";
import { useAddress } from "../../kit/useAddress.ts";
import { FollowUpsOf } from "./FollowUps.tsx";
import { Pseudonym } from "./Today.tsx";
import { usePractitionerWords } from "./words.ts";

type Access = ResultOf<typeof Document>;
type Consent = NonNullable<Access["consents"]>["nodes"][number];
const LOOK_AGAIN = 3_000; // while somebody is to answer
const A_DAY = 24 * 60 * 60_000;
const RESOURCE_TYPES = [
  "Observation", "Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance", "Immunization",
  "Encounter", "DiagnosticReport", "ImagingStudy", "Procedure", "CarePlan", "DocumentReference",
] as const;

export function VisitPage() {
  const { t } = useLingui();
  const { residentId } = useParams<{ residentId: string }>();
  const scan = scanOf(residentId);
  const now = useNow();
  const [answer, ask] = useQuery({ query: Document, variables: { residentId } });
  const again = () => ask({ requestPolicy: "network-only" });
  const { visits, consentOffers, consents } = answer.data ?? {};
  const inForce = useMemo(() => (consents?.nodes ?? []).filter((consent) => consent.status === "GRANTED"), [consents]);
  const open = inForce.filter((consent) => Date.parse(consent.expiresAt) > now);
  const visit = visits?.nodes.find((each) => scan === null || each.scanId === scan.id);
  const offer = consentOffers?.nodes[0];
  const waits = visit?.status === "REQUESTED" || offer?.status === "REQUESTED" || (scan !== null && !scan.late && !visit);
  const fresh = receiptIsGood(scan, now);

  useEffect(() => {
    if (!waits) return undefined;
    const looking = setInterval(() => ask({ requestPolicy: "network-only" }), LOOK_AGAIN);
    return () => clearInterval(looking);
  }, [waits, ask]);

  const person = scan?.person;
  const at = `/visits/${residentId}`;
  return (
    <Page title={person?.name ?? t`A visit`} back={{ to: "/", text: t`Today` }}>
      {person ? (
        <Facts
          of={[
            [t`Born`, <bdi key="born">{t`${person.birthDate} (${person.age} years)`}</bdi>],
            [t`Guardians`, person.guardianNames.join(", ")],
            [t`Identity`, person.proven ? t`Proved` : t`Not proved`],
          ]}
        />
      ) : (
        <p>
          <Pseudonym of={residentId} /> · <Trans>Scan their code to see who it is.</Trans>
        </p>
      )}
      {scan && !fresh && (
        <Notice tone="warn" title={t`The scan is old`}>
          <p>
            <Trans>Scan the code again to write into the record or to prove a service.</Trans>
          </p>
        </Notice>
      )}
      <div className="actions">
        <Link href={`${at}/write`} className="button">
          <Trans>Write a result or a note</Trans>
        </Link>
        <Link href={`${at}/ask`} className="button quiet">
          <Trans>Ask for more of their record</Trans>
        </Link>
        <Link href={`${at}/order`} className="button quiet">
          <Trans>Order for them</Trans>
        </Link>
        <Link href={`${at}/offer`} className="button quiet">
          <Trans>Offer it to them for less</Trans>
        </Link>
        <Link href={`${at}/watch`} className="button quiet">
          <Trans>Watch what their devices measure</Trans>
        </Link>
      </div>
      <Shown answer={answer} again={again}>
        {(data) => (
          <>
            <Waiting of={data} scanId={scan?.id ?? null} />
            <Services residentId={residentId} receipt={fresh ? scan.receipt : null} />
            <h2>
              <Trans>Their record</Trans>
            </h2>
            {open.length > 0 ? (
              <Opened residentId={residentId} consents={open} now={now} again={again} />
            ) : (
              <Closed residentId={residentId} ended={inForce.length > 0} />
            )}
          </>
        )}
      </Shown>
    </Page>
  );
}

/** What the resident has been asked, and has said. */
function Waiting({ of, scanId }: { of: Access; scanId: string | null }) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePractitionerWords();
  const visit = of.visits?.nodes.find((each) => scanId === null || each.scanId === scanId);
  const asked = [
    ...(visit ? [{ ...visit, what: t`This visit` }] : []),
    ...(of.consentOffers?.nodes.slice(0, 1) ?? []).map((offer) => ({ ...offer, what: t`What you asked` })),
  ];
  return (
    <>
      {scanId !== null && !visit && (
        <p role="status" className="soft">
          <Trans>The resident is being asked …</Trans>
        </p>
      )}
      {asked
        .filter(({ status }) => status !== "GRANTED" && status !== "EXPIRED" && status !== "ENDED")
        .map(({ id, what, status, until, template }) => (
          <Notice key={id} tone={status === "REQUESTED" ? "plain" : "warn"} title={`${what}: ${said("visit", status)}`}>
            <p>{template.informationTypes.map((each) => word("data", each)).join(", ")}</p>
            {status === "REQUESTED" && until && (
              <p>
                <Trans>
                  They answer on their telephone until <When at={until} />. This page shows it at once.
                </Trans>
              </p>
            )}
          </Notice>
        ))}
    </>
  );
}

/** What there is to read without a consent, and what can be done for one. */
function Closed({ residentId, ended }: { residentId: string; ended: boolean }) {
  const { t } = useLingui();
  const at = `/visits/${residentId}`;
  return (
    <>
      <Notice title={ended ? t`Your look at the record is over` : t`You may not read their record`}>
        <p>
          <Trans>
            Nothing of it is shown before they agree. Scan their code, ask them, or, where a life is in danger, break
            the glass.
          </Trans>
        </p>
      </Notice>
      <p className="actions">
        <Link href={`${at}/ask`} className="button quiet">
          <Trans>Ask them</Trans>
        </Link>
        <Link href={`${at}/emergency`} className="button quiet">
          <Trans>Break the glass</Trans>
        </Link>
      </p>
    </>
  );
}

function Opened({ residentId, consents, now, again }: {
  residentId: string;
  consents: readonly Consent[];
  now: number;
  again: () => void;
}) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePractitionerWords();
  const [address, change] = useAddress();
  // the consent that is looked through: the one of the address, else that which opens most
  const widest = consents.toSorted((one, other) => other.informationTypes.length - one.informationTypes.length)[0];
  const consent = consents.find(({ id }) => id === address["by"]) ?? widest;
  const over = consent ? Date.parse(consent.expiresAt) <= now : true;
  useEffect(() => {
    if (over) again();
  }, [over, again]);
  if (!consent) return null;
  return (
    <>
      <Notice tone="good" title={t`Open to you by ${said("origin", consent.origin)}`}>
        <p>
          {Date.parse(consent.expiresAt) - now < A_DAY ? (
            <Trans>
              Closes in <Countdown until={consent.expiresAt} now={now} />
            </Trans>
          ) : (
            <Trans>
              Until <When at={consent.expiresAt} />
            </Trans>
          )}
        </p>
        <p>{consent.informationTypes.map((each) => word("data", each)).join(", ")}</p>
      </Notice>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        {consents.length > 1 && (
          <Choice
            label={t`By`}
            value={consent.id}
            options={consents.map(({ id, origin, purpose }) => ({
              value: id,
              text: `${said("origin", origin)} · ${word("purpose", purpose)}`,
            }))}
            onChange={(by) => change({ by })}
          />
        )}
        <Choice
          label={t`Show`}
          value={address["show"] ?? ""}
          options={[
            { value: "", text: t`Everything` },
            ...consent.informationTypes.map((each) => ({ value: each, text: word("data", each) })),
          ]}
          onChange={(show) => change({ show })}
        />
        <Choice
          label={t`Kind`}
          value={address["kind"] ?? ""}
          options={[{ value: "", text: t`Any` }, ...RESOURCE_TYPES.map((each) => ({ value: each, text: said("resource", each) }))]}
          onChange={(kind) => change({ kind })}
        />
      </form>
      {consent.origin === "EMERGENCY" && <Slice residentId={residentId} />}
      <Flags residentId={residentId} />
      {consent.informationTypes.includes("encounters") && <FollowUpsOf residentId={residentId} />}
      <History
        key={`${consent.id} ${address["show"]} ${address["kind"]}`}
        residentId={residentId}
        kinds={address["show"] ? [address["show"]] : [...consent.informationTypes]}
        purpose={consent.purpose}
        resourceTypes={address["kind"] ? [address["kind"]] : null}
        after={null}
      />
    </>
  );
}

interface HistoryProps {
  residentId: string;
  kinds: string[];
  purpose: string;
  resourceTypes: string[] | null;
  after: string | null;
}

function History({ residentId, kinds, purpose, resourceTypes, after }: HistoryProps) {
  const { t } = useLingui();
  const word = useWords();
  const said = usePractitionerWords();
  const [answer, again] = useQuery({
    query: PatientRecord,
    variables: { residentId, informationTypes: kinds, purpose, resourceTypes, after },
    requestPolicy: "network-only", // what may be read is asked for every time
  });
  return (
    <Shown answer={answer} again={() => again({ requestPolicy: "network-only" })}>
      {(data) => {
        const { nodes = [], pageInfo } = data.records ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>Nothing is here yet.</Trans>
              </p>
            )}
            <ol className="list">
              {nodes.map((entry) => (
                <li key={entry.id} className="card">
                  <div className="row">
                    <h3>{entry.summary.title}</h3>
                    <When at={entry.effectiveAt} />
                  </div>
                  <div className="soft">
                    {[entry.institution?.name, said("author", entry.author), word("data", entry.informationType)]
                      .filter(Boolean)
                      .join(" · ")}
                  </div>
                  {entry.summary.details && <p>{entry.summary.details}</p>}
                  {entry.summary.values.map((value) => (
                    <p key={value.name}>
                      {value.name}: <strong>{value.value}</strong> {value.unit}{" "}
                      {(value.low ?? value.high) && (
                        <span className="soft">
                          ({value.low ?? ""}–{value.high ?? ""})
                        </span>
                      )}{" "}
                      {value.outside && <span className="tag warn">{t`Outside the range`}</span>}
                    </p>
                  ))}
                </li>
              ))}
            </ol>
            <NextPage
              info={pageInfo}
              next={(next) => (
                <History residentId={residentId} kinds={kinds} purpose={purpose} resourceTypes={resourceTypes} after={next} />
              )}
            />
          </>
        );
      }}
    </Shown>
  );
}

/** What the resident gave to be read in an emergency. */
function Slice({ residentId }: { residentId: string }) {
  const { t } = useLingui();
  const [answer] = useQuery({ query: PatientEmergencySlice, variables: { residentId } });
  const slice = answer.data?.emergencySlice;
  if (!slice) return null;
  return (
    <section aria-label={t`For an emergency`}>
      <Facts
        of={[
          [t`Blood group`, slice.bloodGroup],
          [t`Allergies`, slice.allergies.join(", ")],
          [t`Whom to call`, [slice.contactName, slice.contactTelephone].filter(Boolean).join(", ")],
          [t`As they said on`, <When at={slice.givenAt} style="day" key="given" />],
        ]}
      />
    </section>
  );
}

/** Readings that broke a rule, and are not back yet. */
function Flags({ residentId }: { residentId: string }) {
  const said = usePractitionerWords();
  const [answer] = useQuery({ query: PatientFlags, variables: { residentId } });
  return (
    <>
      {(answer.data?.readingFlags?.nodes ?? []).map((flag) => (
        <Notice key={flag.id} tone="warn" title={`${said("severity", flag.severity)}: ${flag.title}`}>
          <p>
            <When at={flag.measuredAt} />
          </p>
        </Notice>
      ))}
    </>
  );
}

/** What the resident has ordered here, and is to be given. */
function Services({ residentId, receipt }: { residentId: string; receipt: string | null }) {
  const { t } = useLingui();
  const word = useWords();
  const [answer, ask] = useQuery({ query: OrdersToServe, variables: { residentId } });
  const again = () => ask({ requestPolicy: "network-only" });
  const orders = answer.data?.orders?.nodes ?? [];
  const [proven, setProven] = useState<string | null>(null);
  if (orders.length === 0 && proven === null) return null;
  return (
    <>
      <h2>
        <Trans>What they ordered</Trans>
      </h2>
      {proven !== null && <Notice tone="good" title={t`The service is proved: ${proven}`} />}
      <ul className="list">
        {orders.map((order) => {
          const steps = new Set(order.nextSteps.filter(({ party }) => party === "PARTNER").map(({ action }) => action));
          return (
            <li key={order.id} className="card">
              <div className="row">
                <h3>{order.lines.map(({ title }) => title).join(", ")}</h3>
                <Status of={order.status} />
              </div>
              <p>{order.nextSteps.map(({ action }) => word("action", action)).join(" · ")}</p>
              {steps.has("SERVE") && receipt === null && (
                <p className="soft">
                  <Trans>Scan their code to prove what you gave them.</Trans>
                </p>
              )}
              <div className="actions">
                {steps.has("SERVE") &&
                  receipt !== null &&
                  order.lines.flatMap((line) => {
                    const open = line.entitlements.filter(({ granted, used, givenUp }) => used + givenUp < granted);
                    const given = open.length > 0 ? open : line.proven ? [] : [null];
                    return given.map((item) => (
                      <Act
                        key={`${line.id} ${item?.code}`}
                        tone="plain"
                        text={t`Prove: ${item?.title ?? line.title}`}
                        act={async (key) => {
                          await carryOut(ProveService, "proveService", {
                            orderId: order.id ?? "",
                            receipt,
                            lineId: line.id,
                            item: item?.code ?? null,
                            key,
                          });
                          setProven(item?.title ?? line.title);
                          again();
                        }}
                      />
                    ));
                  })}
                {steps.has("DECLARE_FULFILLED") && (
                  <Act
                    text={t`Declare it done`}
                    act={async (key) => {
                      await carryOut(FulfilOrder, "fulfilOrder", { orderId: order.id ?? "", key });
                      again();
                    }}
                  />
                )}
              </div>
            </li>
          );
        })}
      </ul>
      <p className="actions">
        <Button className="react-aria-Button link" onPress={again}>
          <Trans>Look again</Trans>
        </Button>
      </p>
    </>
  );
}
