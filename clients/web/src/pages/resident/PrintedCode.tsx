import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { EndPrintedCode, PrintedCodeOf, PrintHealthCode } from "../../documents/identity.ts";
import { Act } from "../../kit/Act.tsx";
import { When } from "../../kit/formats.tsx";
import { QrCode } from "../../kit/QrCode.tsx";

const OF_PRINTED = { additionalTypenames: ["PrintedCode", "EndedPrintedCode"] };

/** A code on paper, for who has no phone: printed, shown this once, and taken back. */
export function PrintedCode({ residentId, name }: { residentId: string; name: string }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [{ data }, again] = useQuery({
    query: PrintedCodeOf,
    variables: { residentId },
    context: OF_PRINTED,
  });
  const inForce = data?.printedCode;
  async function print() {
    const printed = await carryOut(PrintHealthCode, "printHealthCode", { residentId });
    setText(printed.text ?? "");
    again({ requestPolicy: "network-only" });
  }
  async function end(key: string) {
    await carryOut(EndPrintedCode, "endPrintedCode", { residentId, key });
    setText("");
    again({ requestPolicy: "network-only" });
  }
  return (
    <section aria-labelledby="printed-code">
      <h2 id="printed-code">
        <Trans>On paper</Trans>
      </h2>
      <p>
        <Trans>
          For somebody without a phone. It is good for half a year, and only together with their identity card. It opens
          no record.
        </Trans>
      </p>
      {inForce && (
        <p>
          <Trans>
            A printed code is in force until <When at={inForce.expiresAt} style="day" />.
          </Trans>
        </p>
      )}
      {text && (
        <div className="code printed">
          <p className="big">{name}</p>
          <QrCode text={text} label={t`Printed code of ${name}`} />
          <p className="soft">
            <Trans>It is shown this once. Print this page now.</Trans>
          </p>
          <p className="actions">
            <Button className="react-aria-Button plain" onPress={() => window.print()}>
              <Trans>Print this page</Trans>
            </Button>
          </p>
        </div>
      )}
      <p className="actions">
        <Act
          text={t`Make a code to print`}
          act={print}
          warning={inForce ? <Trans>The code that was printed before is void then.</Trans> : undefined}
        />
        {inForce && (
          <Act
            text={t`Make the printed code void`}
            tone="danger"
            act={end}
            warning={<Trans>Whoever has the paper is not known by it any more.</Trans>}
          />
        )}
      </p>
    </section>
  );
}
