import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { useWhose } from "../../app/whose.ts";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { AnswerDevice, Devices, EndDevice } from "../../documents/settings.ts";
import { Act } from "../../kit/Act.tsx";
import { Facts } from "../../kit/Facts.tsx";
import { When } from "../../kit/formats.tsx";
import { NextPage } from "../../kit/NextPage.tsx";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Whose } from "../../kit/Whose.tsx";

type Device = NonNullable<ResultOf<typeof Devices>["devices"]>["nodes"][number];

export function DevicesPage() {
  const { t } = useLingui();
  const { person } = useWhose();
  return (
    <Page title={t`My devices`} narrow back={{ to: "/settings", text: t`Settings` }}>
      <p>
        <Trans>What they measure is in your record. A device of somebody else's ends here.</Trans>
      </p>
      <Whose />
      <SomeDevices key={person.id} residentId={person.id} after={null} />
    </Page>
  );
}

function SomeDevices({ residentId, after }: { residentId: string; after: string | null }) {
  const [answer, ask] = useQuery({ query: Devices, variables: { residentId, after } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Shown answer={answer} again={again}>
      {(data) => {
        const { nodes = [], pageInfo } = data.devices ?? {};
        return (
          <>
            {nodes.length === 0 && after === null && (
              <p role="status">
                <Trans>No device measures for you.</Trans>
              </p>
            )}
            <ul className="list">
              {nodes.map((device) => (
                <li key={device.id} className="card">
                  <OneDevice of={device} again={again} />
                </li>
              ))}
            </ul>
            <NextPage info={pageInfo} next={(next) => <SomeDevices residentId={residentId} after={next} />} />
          </>
        );
      }}
    </Shown>
  );
}

function OneDevice({ of, again }: { of: Device; again: () => void }) {
  const { t } = useLingui();
  const status = { PROPOSED: t`Waits for your answer`, BOUND: t`Measures`, DECLINED: t`You said no`, ENDED: t`Ended` };
  const answer = (agreed: boolean) => async (key: string) => {
    await carryOut(AnswerDevice, "answerDevice", { id: of.id, agreed, key });
    again();
  };
  const end = (reason: "RETURNED" | "LOST" | "NOT_THEIRS") => async (key: string) => {
    await carryOut(EndDevice, "endDevice", { id: of.id, reason, key });
    again();
  };
  return (
    <>
      <div className="row">
        <h2>
          {of.model.maker} {of.model.name}
        </h2>
        <span className="tag">{status[of.status]}</span>
      </div>
      <Facts
        of={[
          [t`Number`, <bdi key="serial">{of.serial}</bdi>],
          [t`From`, of.institution?.name],
          [t`Since`, of.boundAt ? <When at={of.boundAt} style="day" key="bound" /> : null],
          [t`Measured last`, of.lastReceivedAt ? <When at={of.lastReceivedAt} key="last" /> : null],
        ]}
      />
      <div className="actions">
        {of.status === "PROPOSED" && (
          <>
            <Act text={t`It may measure for me`} tone="plain" act={answer(true)} />
            <Act text={t`No`} act={answer(false)} />
          </>
        )}
        {of.status === "BOUND" && (
          <>
            <Act text={t`I gave it back`} act={end("RETURNED")} />
            <Act text={t`I lost it`} tone="danger" act={end("LOST")} />
            <Act text={t`It is not mine`} tone="danger" act={end("NOT_THEIRS")} />
          </>
        )}
      </div>
    </>
  );
}
