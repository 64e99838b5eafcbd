// The audits of GraphQL over HTTP that npm's `graphql-http` has, against a server: a JSON line an audit.
//
//     node graphql_http.mjs FOLDER-OF-THE-PACKAGE URL

import { pathToFileURL } from "node:url";

const [folder, url] = process.argv.slice(2);
const { auditServer } = await import(pathToFileURL(`${folder}/lib/audits/server.mjs`).href);
for (const { id, name, status, reason } of await auditServer({ url, fetchFn: fetch }))
  console.log(JSON.stringify({ id, name, status, reason: reason ?? "" }));
