import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button, Form } from "react-aria-components";
import { useQuery } from "urql";
import { Link, useParams } from "wouter";
import { carryOut } from "../../app/client.ts";
import type { ResultOf } from "../../documents/graphql.ts";
import { PutSitePictures, SitesWithPictures } from "../../documents/partner.ts";
import { asRows } from "../../kit/asRows.ts";
import { useKept } from "../../kit/drafts.ts";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { refusalAt } from "../../kit/refusals.ts";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { type Column, Table } from "../../kit/Table.tsx";
import { useAct } from "../../kit/useAct.ts";
import { AddFile, PICTURES, PictureWords } from "./AddFile.tsx";
import { useStaff } from "./frame.tsx";

const PICTURES_MAX = 8; // of one site

type Answer = ResultOf<typeof SitesWithPictures>;
type Site = NonNullable<Answer["sites"]>[number];
type Review = NonNullable<Answer["siteReviews"]>["nodes"][number];
type Picture = { attachmentId: string; alt: { "zh-CN": string; en: string } };

const reviewOf = (answer: Answer, site: Site): Review | undefined =>
  answer.siteReviews?.nodes.find((each) => each.site.id === site.id);

/** Where a partner serves, and how the pictures of each place stand. */
export function SitesPage() {
  const { t } = useLingui();
  const { institutionId: partnerId } = useStaff();
  const [answer] = useQuery({ query: SitesWithPictures, variables: { partnerId }, requestPolicy: "network-only" });
  const stateOf = (site: Site) => {
    const review = answer.data && reviewOf(answer.data, site);
    if (review) return review.refusal ? t`Refused` : t`Waiting for the operator`;
    return site.pictures.length > 0 ? t`Shown` : t`None`;
  };
  const columns: Column<Site>[] = [
    { key: "name", title: t`Name`, value: ({ name }) => name, show: ({ code, name }) => <Link href={`/sites/${code}`}>{name}</Link> },
    { key: "address", title: t`Address`, value: ({ address }) => address },
    { key: "pictures", title: t`Pictures`, value: stateOf },
  ];
  return (
    <Page title={t`Sites`} back={{ to: "/offerings", text: t`Offerings` }}>
      <Table
        label={t`Sites`}
        of={asRows((answer.data?.sites ?? []).filter(({ closed }) => !closed), answer.fetching && !answer.data)}
        columns={columns}
        id={({ id }) => id}
        file="yima-sites"
        empty={t`There is no site yet. Put one with the command or by the interface.`}
      />
    </Page>
  );
}

/** The pictures of one site: put together, each with words of its own. */
export function SitePage() {
  const { t } = useLingui();
  const { code } = useParams<{ code: string }>();
  const { institutionId: partnerId } = useStaff();
  const [answer, ask] = useQuery({ query: SitesWithPictures, variables: { partnerId }, requestPolicy: "network-only" });
  const site = answer.data?.sites?.find((each) => each.code === code);
  return (
    <Page title={site?.name ?? t`Site`} narrow back={{ to: "/sites", text: t`Sites` }}>
      <Shown answer={answer} again={() => ask({ requestPolicy: "network-only" })}>
        {(data) =>
          site ? (
            <Pictures
              key={site.id}
              site={site}
              review={reviewOf(data, site)}
              again={() => ask({ requestPolicy: "network-only" })}
            />
          ) : (
            <Notice tone="warn" title={t`You have no site of this name`} />
          )
        }
      </Shown>
    </Page>
  );
}

interface PicturesProps {
  site: Site;
  review: Review | undefined;
  again: () => void;
}

function Pictures({ site, review, again }: PicturesProps) {
  const { t } = useLingui();
  const there = (review ?? site).pictures;
  const [kept, keep] = useKept<readonly Picture[] | null>(`site-pictures:${site.code}`, null);
  const pictures = kept ?? there.map(({ attachmentId, altZh, altEn }) => ({ attachmentId, alt: { "zh-CN": altZh, en: altEn } }));
  const [done, setDone] = useState(false);
  const put = useAct(async (key: string) => {
    await carryOut(PutSitePictures, "putSitePictures", { code: site.code, pictures: [...pictures], key });
    keep(null);
    setDone(true);
    again();
  });
  const fields = pictures.flatMap((_each, index) => [`pictures[${index}].alt`]);
  const { wrong, above } = refusalAt(put.refusal, fields);
  const change = (next: readonly Picture[]) => {
    setDone(false);
    keep(next);
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    void put.run();
  }
  return (
    <>
      <p>{site.address}</p>
      {review?.refusal && !done && (
        <Notice tone="warn" title={t`The operator refused what is not shown yet`}>
          <p>{review.refusal}</p>
        </Notice>
      )}
      {review && !review.refusal && <Notice title={t`An operator looks at what is new before others see it`} />}
      {done && <Notice tone="good" title={t`The pictures are kept`} />}
      <Refused refusal={above} />
      <Form onSubmit={submit} validationBehavior="aria">
        {pictures.map(({ attachmentId, alt }, index) => (
          <fieldset key={attachmentId} className="field">
            <legend className="label">{t`Picture ${index + 1}`}</legend>
            <PictureWords
              number={index + 1}
              fill={(language) => ({
                name: `picture-${index + 1}-${language}`,
                value: alt[language],
                onChange: (next) =>
                  change(pictures.map((each, at) => (at === index ? { ...each, alt: { ...alt, [language]: next } } : each))),
                wrong: wrong(`pictures[${index}].alt`),
              })}
            />
            <Button
              className="react-aria-Button quiet"
              onPress={() => change(pictures.filter((_each, at) => at !== index))}
            >{t`Leave picture ${index + 1} out`}</Button>
          </fieldset>
        ))}
        {pictures.length < PICTURES_MAX && (
          <AddFile
            kinds={PICTURES}
            add={(_mediaType, attachmentId) => change([...pictures, { attachmentId, alt: { "zh-CN": "", en: "" } }])}
          >
            <Trans>Add a picture</Trans>
          </AddFile>
        )}
        <div className="actions">
          <Button type="submit" isPending={put.pending} isDisabled={kept === null}>
            <Trans>Keep these pictures</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}
