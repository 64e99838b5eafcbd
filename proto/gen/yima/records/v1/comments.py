"""Generated from the contract; do not edit."""

COMMENTS = {
    'IngestResourcesRequest': 'Resources to ingest; at most 500, each a FHIR R4 Observation or Encounter in JSON, whose subject is the resident.',
    'IngestResourcesRequest.resources': 'Each one FHIR R4 resource as JSON.',
    'IngestReceipt': 'What was ingested. A resource sent again is recognised by its institution and FHIR id.',
    'IngestReceipt.created': 'How many are new.',
    'IngestReceipt.updated': 'How many had changed.',
    'IngestReceipt.unchanged': 'How many were known as they are.',
    'ReadRecordsRequest': 'What is wanted, and why.',
    'ReadRecordsRequest.also_statuses': 'Held back unless named: `registered`, `preliminary`, `cancelled`, `entered-in-error`, `unknown`.',
    'RecordPage': 'Records, newest first, and the decision that released them.',
    'Record': 'One FHIR resource of a resident.',
    'Record.resource_type': 'E.g. `Observation`.',
    'Record.information_type': 'What kind of information consent knows it as.',
    'Record.effective_at': 'The time it is about.',
    'RecordIngested': 'A resource was stored. What it says stays in the service.',
}
