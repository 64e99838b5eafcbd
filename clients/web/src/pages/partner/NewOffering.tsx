import { useLingui } from "@lingui/react/macro";
import { useQuery } from "urql";
import { useLocation } from "wouter";
import { Definitions } from "../../documents/partner.ts";
import { Page } from "../../kit/Page.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { Editor } from "./Editor.tsx";

export function NewOfferingPage() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [city, again] = useQuery({ query: Definitions });
  return (
    <Page title={t`Make an offering`} back={{ to: "/offerings", text: t`Offerings` }}>
      <Shown answer={city} again={() => again({ requestPolicy: "network-only" })}>
        {(data) => (
          <Editor
            begin={template(
              data.serviceDefinitions?.[0]?.code ?? "",
              data.city?.currency ?? "CNY",
              data.city?.districts[0]?.code ?? "",
            )}
            draft="new"
            offeringId={null}
            saved={(id) => go(`/offerings/${id}`)}
          />
        )}
      </Shown>
    </Page>
  );
}

const template = (definition: string, currency: string, district: string) => `apiVersion: yima/v1
kind: Offering
spec:
  definition: ${definition} # of the city's catalogue
  reference: "" # your own name of it: letters, digits and -
  kind: SINGLE_VISIT
  title:
    zh-CN: ""
    en: ""
  description:
    zh-CN: ""
    en: ""
  price: {amount: "", currency: ${currency}}
  districts: [${district}]
  bookingRequired: false
`;
