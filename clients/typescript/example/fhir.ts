// What a hospital's system does at the city's FHIR R4 origin, with fhir-kit-client.
//
//     node dist-example/fhir.js ORIGIN TOKEN PATIENT     e.g. http://127.0.0.1:8700/fhir, an access token, res-01…
//
// Prints a JSON line a step.

import { Client, type FhirResource } from "fhir-kit-client";

interface Bundle {
  link: { relation: string; url: string }[];
  entry?: { resource: FhirResource & { id: string; resourceType: string } }[];
}

const [baseUrl = "", bearerToken = "", patient = ""] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken });

function tell(step: string, facts: unknown): void {
  console.log(JSON.stringify({ step, facts }));
}

function resources(bundle: FhirResource): { id: string; resourceType: string }[] {
  return ((bundle as FhirResource & Bundle).entry ?? []).map((entry) => entry.resource);
}

const statement = (await client.capabilityStatement()) as unknown as { fhirVersion: string };
tell("asks what the origin can do", { fhirVersion: statement.fhirVersion });

const searchParams = { patient, _sort: "-date", _count: "3" };
let page: FhirResource | undefined = await client.search({ resourceType: "Observation", searchParams });
const found: { id: string; resourceType: string }[] = [];
while (page !== undefined) {
  found.push(...resources(page));
  page = await client.nextPage({ bundle: page as FhirResource & Bundle });
}
tell("finds page after page", { found: found.length, different: new Set(found.map((each) => each.id)).size });

const id = found[0]?.id ?? "";
const read = await client.read({ resourceType: "Observation", id });
const version = await client.vread({ resourceType: "Observation", id, version: "1" });
tell("reads one, and a version of it", { alike: JSON.stringify(read) === JSON.stringify(version) });

const history = await client.resourceHistory({ resourceType: "Observation", id });
tell("reads its history", { versions: resources(history).length });

const everything = await client.operation({ name: "everything", resourceType: "Patient", id: patient, method: "GET" });
tell("reads everything", { kinds: [...new Set(resources(everything).map((each) => each.resourceType))] });

try {
  await client.read({ resourceType: "Observation", id: "nothing-of-this-id" });
  throw new Error("it was there");
} catch (error) {
  const { response } = error as { response: { status: number; data: { resourceType: string } } };
  tell("is refused what is not there", { status: response.status, with: response.data.resourceType });
}
