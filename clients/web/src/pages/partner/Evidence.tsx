import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useRef, useState } from "react";
import { Button, FileTrigger, Form } from "react-aria-components";
import { useQuery } from "urql";
import { carryOut } from "../../app/client.ts";
import { announced, send } from "../../app/upload.ts";
import { useDraft, useKept } from "../../kit/drafts.ts";
import { useWords } from "../../app/words.ts";
import { AddEvidence, PartnerChecklist, PartnerPage, RequestUpload } from "../../documents/partner.ts";
import { Choice } from "../../kit/Choice.tsx";
import { Field } from "../../kit/Field.tsx";
import { When } from "../../kit/formats.tsx";
import { Notice } from "../../kit/Notice.tsx";
import { Page } from "../../kit/Page.tsx";
import { Refused } from "../../kit/Refused.tsx";
import { Shown } from "../../kit/Shown.tsx";
import { useAct } from "../../kit/useAct.ts";
import { useStaff } from "./frame.tsx";
import { ASPECTS, type Partner } from "./tasks.ts";

type Aspect = (typeof ASPECTS)[number];
const KINDS_OF_FILE = ["application/pdf", "image/jpeg", "image/png"] as const;
const BYTES_MAX = 10 * 1024 * 1024;
const EMPTY = { title: "", reference: "", validUntil: "" };

/** What is handed in, by aspect, what of the checklist it is for, and more of it. */
export function EvidencePage() {
  const { t } = useLingui();
  const { institutionId } = useStaff();
  const [answer, ask] = useQuery({ query: PartnerPage, variables: { id: institutionId } });
  const again = () => ask({ requestPolicy: "network-only" });
  return (
    <Page title={t`Hand in evidence`} back={{ to: "/onboarding", text: t`Your standing` }}>
      <Shown answer={answer} again={again}>
        {({ partner }) =>
          partner ? (
            <>
              {partner.missingEvidence.length > 0 && (
                <Notice tone="warn" title={t`Missing: ${partner.missingEvidence.join(", ")}`} />
              )}
              {partner.evidence.some(({ status }) => status === "TO_RENEW") && (
                <Notice tone="warn" title={t`Some of it ends soon`}>
                  <Trans>Hand in what takes its place, of the same aspect and kind. The old one counts until its last day.</Trans>
                </Notice>
              )}
              <HandedIn partner={partner} />
              <More partner={partner} again={again} />
            </>
          ) : (
            <Notice tone="warn" title={t`Apply first`} />
          )
        }
      </Shown>
    </Page>
  );
}

function HandedIn({ partner }: { partner: Partner }) {
  const { t } = useLingui();
  const word = useWords();
  return (
    <>
      {ASPECTS.map((aspect) => (
        <section key={aspect}>
          <h2>{word("aspect", aspect)}</h2>
          <ul>
            {partner.evidence
              .filter((each) => each.aspect === aspect)
              .map((each) => (
                <li key={`${each.title} ${each.reference}`}>
                  {each.title} ({each.reference}) ·{" "}
                  <Trans>
                    until <When at={`${each.validUntil}T00:00:00`} style="day" />
                  </Trans>{" "}
                  {each.status === "TO_RENEW" && <span className="tag warn">{t`To be renewed`}</span>}{" "}
                  {each.status === "PAST" && <span className="tag bad">{t`Past`}</span>}{" "}
                  {each.status === "RENEWED" && <span className="tag good">{t`Renewed`}</span>}{" "}
                  {each.documentId && <span className="tag">{t`with a file`}</span>}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function More({ partner, again }: { partner: Partner; again: () => void }) {
  const { t } = useLingui();
  const word = useWords();
  const [checklist] = useQuery({ query: PartnerChecklist, variables: { kind: partner.kind } });
  const [aspect, setAspect] = useKept<Aspect>("evidence-aspect", "LAW");
  const [kind, setKind] = useKept("evidence-kind", "");
  const { fields: given, fill: keep, clear } = useDraft("evidence", EMPTY);
  const [file, setFile] = useState<File | null>(null);
  const [wrongFile, setWrongFile] = useState<string | null>(null);
  const [done, setDone] = useState(false);

  const sent = useRef<{ file: File; id: string } | null>(null); // once, however often the rest is tried
  const add = useAct(async (key: string, what: typeof EMPTY, of: Aspect, ofKind: string) => {
    if (file && sent.current?.file !== file) sent.current = { file, id: await uploaded(file) };
    const documentId = file && sent.current ? sent.current.id : null;
    await carryOut(AddEvidence, "addEvidence", {
      evidence: [{ aspect: of, ...what, reference: what.reference || (file?.name ?? ""), documentId, kind: ofKind || null }],
      key,
    });
    clear();
    setAspect("LAW");
    setKind("");
    setFile(null);
    setDone(true);
    again();
  });
  const wrong = add.refusal?.field?.split(".").at(-1);
  const fill = (name: keyof typeof EMPTY) => ({
    name,
    value: given[name],
    onChange: (value: string) => {
      keep({ [name]: value });
      setDone(false);
    },
    wrong: wrong === name ? add.refusal?.message : undefined,
  });

  function choose(chosen: File | null) {
    setWrongFile(null);
    if (!chosen) return;
    if (!KINDS_OF_FILE.includes(chosen.type as (typeof KINDS_OF_FILE)[number])) {
      setWrongFile(t`Choose a PDF, a JPEG or a PNG`);
    } else if (chosen.size > BYTES_MAX) {
      setWrongFile(t`Choose a file of at most 10 MB`);
    } else {
      setFile(chosen);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void add.run(given, aspect, kind);
  }

  return (
    <>
      <h2>
        <Trans>Hand in more</Trans>
      </h2>
      {done && <Notice tone="good" title={t`It is handed in`} />}
      <Refused refusal={wrong && wrong in EMPTY ? null : add.refusal} />
      <Form onSubmit={submit} validationBehavior="aria">
        <Choice
          label={t`Aspect`}
          value={aspect}
          options={ASPECTS.map((value) => ({ value, text: word("aspect", value) }))}
          onChange={(value) => setAspect(value as Aspect)}
        />
        <Choice
          label={t`Kind of document`}
          value={kind}
          options={[
            { value: "", text: t`Another` },
            ...(checklist.data?.checklist?.documents ?? []).map(({ code, name }) => ({ value: code, text: name })),
          ]}
          onChange={setKind}
        />
        <Field label={t`What it is`} isRequired {...fill("title")} />
        <Field label={t`Its number or place`} {...fill("reference")} />
        <Field label={t`Valid until`} type="date" isRequired {...fill("validUntil")} />
        <div className="field">
          <FileTrigger acceptedFileTypes={[...KINDS_OF_FILE]} onSelect={(files) => choose(files?.[0] ?? null)}>
            <Button className="react-aria-Button quiet">{file ? file.name : t`Choose a file`}</Button>
          </FileTrigger>
          <span className="hint">{t`A PDF, a JPEG or a PNG of at most 10 MB`}</span>
          {wrongFile && <Notice tone="bad" title={wrongFile} />}
        </div>
        <div className="actions">
          <Button type="submit" isPending={add.pending} isDisabled={!given.title.trim() || !given.validUntil}>
            <Trans>Hand it in</Trans>
          </Button>
        </div>
      </Form>
    </>
  );
}

/** Sends a document to where the gateway says, once; returns its id. */
async function uploaded(file: File): Promise<string> {
  const { content, sha256 } = await announced(file);
  const { documentId, path } = await carryOut(RequestUpload, "requestUpload", {
    mediaType: file.type,
    size: file.size,
    sha256,
    key: crypto.randomUUID(),
  });
  await send(path, content, file.type);
  return documentId;
}
