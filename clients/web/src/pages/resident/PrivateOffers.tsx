import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { Link } from "wouter";
import { useAsker } from "../../app/asker.tsx";
import { carryOut } from "../../app/client.ts";
import { PRIVATE_OFFER_TONES, usePrivateOfferWords } from "../../app/privateOffers.ts";
import { PrivateOffers as Document, TakePrivateOffer } from "../../documents/privateOffers.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { Money, When } from "../../kit/formats.tsx";
import { Loading } from "../../kit/Loading.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useRows } from "../../kit/useRows.ts";

/** What is offered to somebody alone: they take it by its code, see what everybody else pays, and order. The code stands
 * behind the address's #, which no server is sent. */
export function PrivateOffersPage() {
  const { t } = useLingui();
  const word = usePrivateOfferWords();
  const offers = useRows(Document, { status: null, partnerId: null, offeringId: null }, (data) => data.privateOffers);
  return (
    <Page title={t`Offered to me alone`} narrow back={{ to: "/orders", text: t`My orders` }}>
      <Taking again={offers.again} />
      <Refused refusal={offers.refusal} />
      {offers.loading && <Loading />}
      <ul className="list">
        {offers.rows.map((offer) => (
          <li key={offer.id} className="card">
            <strong>{offer.title}</strong>{" "}
            <span className={`tag ${PRIVATE_OFFER_TONES[offer.status]}`}>{word.status(offer.status)}</span>
            <p>
              <Trans>
                <Money of={offer.price} /> for you; everybody else pays <Money of={offer.publishedPrice} />.
              </Trans>
            </p>
            <p className="soft">
              {offer.partner?.name} · {offer.end ? word.end(offer.end) : <Trans>until <When at={offer.until} /></Trans>}
            </p>
            {offer.status === "TAKEN" && (
              <Link href={`/care/${offer.offeringId}?offer=${offer.id}&whose=${offer.residentId ?? ""}`} className="button">
                <Trans>Look at it and order</Trans>
              </Link>
            )}
            {offer.orderId && (
              <Link href={`/orders/${offer.orderId}`}>
                <Trans>The order</Trans>
              </Link>
            )}
          </li>
        ))}
      </ul>
      {!offers.loading && offers.rows.length === 0 && (
        <p className="soft">
          <Trans>Nothing is offered to you alone.</Trans>
        </p>
      )}
      {offers.hasMore && (
        <p className="actions">
          <Button className="react-aria-Button quiet" isPending={offers.fetching} onPress={() => void offers.more()}>
            <Trans>More</Trans>
          </Button>
        </p>
      )}
    </Page>
  );
}

function Taking({ again }: { again: () => void }) {
  const { t } = useLingui();
  const asker = useAsker();
  const people = [asker, ...asker.dependants];
  const [code, setCode] = useState(() => window.location.hash.slice(1));
  const [whose, setWhose] = useState(asker.id);
  const take = useAct(async (key: string) => {
    await carryOut(TakePrivateOffer, "takePrivateOffer", { code: code.trim(), residentId: whose, key });
    setCode("");
    again();
  });
  const { wrong, above } = refusalAt(take.refusal, ["code"]);
  function submit(event: FormEvent) {
    event.preventDefault();
    void take.run();
  }
  return (
    <>
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Field
          label={t`Code`}
          hint={t`As you were given it. Whoever takes it first has it.`}
          name="code"
          value={code}
          onChange={setCode}
          wrong={wrong("code")}
          autoComplete="off"
        />
        {people.length > 1 && (
          <Choice
            label={t`For whom`}
            value={whose}
            options={people.map((person) => ({ value: person.id, text: person.name }))}
            onChange={setWhose}
          />
        )}
        <div className="actions">
          <Button type="submit" isPending={take.pending} isDisabled={code.trim() === ""}>
            <Trans>Take it</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
