// The GraphQL documents of the pages, by name: their texts go to the gateway, which lets strangers run no others; a page
// sends only their hashes.

import { createHash } from "node:crypto";
import { print } from "@0no-co/graphql.web";
import { formatDocument } from "@urql/core";
import { type Plugin, runnerImport } from "vite";

const MODULE = "virtual:document-hashes";
const DOCUMENTS = new URL("../src/documents/index.ts", import.meta.url).pathname;

async function textsOfDocuments(): Promise<Record<string, string>> {
  const { module } = await runnerImport<Record<string, Parameters<typeof formatDocument>[0]>>(DOCUMENTS);
  const texts: Record<string, string> = {};
  for (const document of Object.values(module)) {
    const operation = document.definitions.find((definition) => definition.kind === "OperationDefinition");
    if (!operation?.name) continue; // a fragment stands in the operations that use it
    if (operation.name.value in texts) throw new Error(`two documents are named ${operation.name.value}: name one otherwise`);
    texts[operation.name.value] = print(formatDocument(document) as never);
  }
  return texts;
}

export function trustedDocuments(): Plugin {
  let texts: Record<string, string> = {};
  return {
    name: "yima:trusted-documents",
    async buildStart() {
      texts = await textsOfDocuments();
    },
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load(id) {
      if (id !== `\0${MODULE}`) return undefined;
      const hashes = Object.entries(texts).map(([name, text]) => [name, createHash("sha256").update(text).digest("hex")]);
      return `export default ${JSON.stringify(Object.fromEntries(hashes))}`;
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "documents.json", source: JSON.stringify(texts, null, 1) });
    },
  };
}
