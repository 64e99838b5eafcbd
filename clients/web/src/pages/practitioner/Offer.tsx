import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { Scanned } from "../../app/scans.ts";
import { DeskOfferings } from "../../documents/practitioner.ts";
import { MakePrivateOffer } from "../../documents/privateOffers.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { ByScan } from "./ByScan.tsx";

const EMPTY = { offeringId: "", price: "", untilDay: "" };

/** One of the institution's offerings, to who stands there and nobody else, at a lower price: by the scan of their code. */
export function OfferPage() {
  const { t } = useLingui();
  const why = (
    <Trans>
      You offer to who stands there: within a quarter of an hour of a scan, and once by each.{" "}
      <Link href="/scan">Scan a code.</Link>
    </Trans>
  );
  return (
    <ByScan title={t`Offer it to them for less`} why={why}>
      {(scan, partnerId) => <Offering scan={scan} partnerId={partnerId} />}
    </ByScan>
  );
}

function Offering({ scan, partnerId }: { scan: Scanned; partnerId: string }) {
  const { t } = useLingui();
  const [answer, ask] = useQuery({ query: DeskOfferings, variables: { partnerId } });
  const [fields, setFields] = useState(EMPTY);
  const fill = (some: Partial<typeof EMPTY>) => setFields({ ...fields, ...some });
  const [made, setMade] = useState(false);
  const make = useAct(async (key: string, offeringId: string, amount: string, currency: string, untilDay: string) => {
    const input = { offeringId, price: { amount, currency }, untilDay, scanReceipt: scan.receipt };
    await carryOut(MakePrivateOffer, "makePrivateOffer", { input, key });
    setMade(true);
  });
  const { wrong, above } = refusalAt(make.refusal && { ...make.refusal, field: fieldOf(make.refusal.field) }, ["price", "untilDay"]);

  if (made) {
    return (
      <>
        <Notice tone="good" title={t`It is theirs`}>
          <p>
            <Trans>They were told, and order it themselves. Nobody else sees it.</Trans>
          </p>
        </Notice>
        <p className="actions">
          <Link href={`/visits/${scan.residentId}`} className="button">
            <Trans>Back to the visit</Trans>
          </Link>
        </p>
      </>
    );
  }
  return (
    <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
      {(data) => {
        const offerings = (data.offerings?.edges ?? []).map(({ node }) => node);
        const chosen = offerings.find(({ id }) => id === fields.offeringId);
        const submit = (event: FormEvent) => {
          event.preventDefault();
          if (chosen) void make.run(chosen.id, fields.price.trim(), chosen.price.currency, fields.untilDay);
        };
        return (
          <Form onSubmit={submit} validationBehavior="aria">
            <Refused refusal={above} />
            <Choice
              label={t`What`}
              value={fields.offeringId}
              options={[{ value: "", text: t`Choose one` }, ...offerings.map(({ id, title }) => ({ value: id, text: title }))]}
              onChange={(offeringId) => fill({ offeringId })}
            />
            {chosen && (
              <p className="soft">
                <Trans>
                  Everybody pays <Money of={chosen.price} />.
                </Trans>
              </p>
            )}
            <Field
              label={t`What they pay`}
              hint={t`Below the published price, such as 80.00`}
              name="price"
              inputMode="decimal"
              autoComplete="off"
              value={fields.price}
              onChange={(price) => fill({ price })}
              wrong={wrong("price")}
              isRequired
            />
            <Field
              label={t`The last day`}
              type="date"
              name="untilDay"
              value={fields.untilDay}
              onChange={(untilDay) => fill({ untilDay })}
              wrong={wrong("untilDay")}
              isRequired
            />
            <div className="actions">
              <Button
                type="submit"
                isPending={make.pending}
                isDisabled={!chosen || fields.price.trim() === "" || fields.untilDay === ""}
              >
                <Trans>Offer it to them</Trans>
              </Button>
            </div>
          </Form>
        );
      }}
    </Shown>
  );
}

/** The gateway's name of a field, as this form's. */
function fieldOf(field: string | null): string | null {
  if (field === null) return null;
  const name = field.replace(/^input\./, "");
  return name.startsWith("price") ? "price" : name;
}
