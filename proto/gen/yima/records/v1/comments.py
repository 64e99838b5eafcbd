"""Generated from the contract; do not edit."""

COMMENTS = {
    'IngestResourcesRequest': 'Resources to ingest; at most 500, each a FHIR R4 Observation or Encounter in JSON, whose subject is the resident.',
    'IngestReceipt': 'What was ingested. A resource sent again is recognised by its institution and FHIR id.',
    'ReadRecordsRequest': 'What is wanted, and why.',
    'ReadRecordsRequest.also_statuses': 'What is held back unless it is named here: registered, preliminary, cancelled, entered-in-error, unknown.',
    'RecordPage': 'Records, newest first, and the decision that released them.',
    'Record': 'One FHIR resource of a resident.',
    'RecordIngested': 'A resource was stored. What it says stays in the service.',
}
