"""What the FHIR origin can do, as it says itself: the CapabilityStatement, from the kinds and parameters there are."""

from collections.abc import Mapping, Sequence
from typing import Any

from records.domain.kinds import KINDS
from records.domain.search import includes_of, parameters_of

FHIR_VERSION = "4.0.1"
READING: Sequence[str] = ("read", "vread", "history-instance", "search-type")
# What can be done with a kind beside reading it, and with the origin as a whole.
WRITING: Sequence[str] = ("create", "update", "patch")
AT_ONCE: Sequence[str] = ("transaction", "batch")
WRITING_SAYS: Mapping[str, object] = {
    "updateCreate": True,
    "conditionalCreate": True,
    "conditionalUpdate": True,
    "conditionalDelete": "not-supported",
}
PEOPLE: Mapping[str, Sequence[str]] = {
    "Organization": ("read",),
    "Patient": ("read", "search-type"),
    "Practitioner": ("read",),
}


TERMINOLOGY: Mapping[str, Sequence[str]] = {
    "CodeSystem": ("lookup", "validate-code"),
    "ConceptMap": ("translate",),
    "ValueSet": ("expand", "validate-code"),
}


def capability_statement(base: str, city: str, since: str) -> Mapping[str, Any]:
    """The CapabilityStatement of the origin at `base`. `since` is a FHIR dateTime."""
    rest: dict[str, Any] = {
        "mode": "server",
        "security": {
            "extension": [oauth_uris(base)],
            "cors": True,
            "service": [
                {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                            "code": "SMART-on-FHIR",
                        }
                    ]
                }
            ],
            "description": "Send `Authorization: Bearer <access token>`. Consent decides on every interaction.",
        },
        "resource": sorted(
            [*map(resource, KINDS), *map(person, PEOPLE), *map(terminology, TERMINOLOGY)],
            key=lambda each: str(each["type"]),
        ),
    }
    rest["operation"] = [{"name": "import", "definition": "urn:yima:operation:import"}]
    if AT_ONCE:
        rest["interaction"] = coded(AT_ONCE)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": since,
        "kind": "instance",
        "software": {"name": "Yima"},
        "implementation": {"description": f"The records of {city}", "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": ["json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [rest],
    }


def oauth_uris(base: str) -> Mapping[str, Any]:
    """Where apps send residents, and where they get tokens, for clients that ask here rather than in
    `.well-known/smart-configuration` (SMART App Launch 1)."""
    city = base.removesuffix("/fhir")
    return {
        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
        "extension": [
            {"url": "authorize", "valueUri": f"{city}/app/authorize"},
            {"url": "token", "valueUri": f"{city}/oauth/token"},
        ],
    }


def coded(interactions: Sequence[str]) -> list[Mapping[str, str]]:
    return [{"code": each} for each in interactions]


def resource(kind: str) -> Mapping[str, Any]:
    """What can be done with resources of a kind."""
    return {
        "type": kind,
        "interaction": coded([*READING, *WRITING]),
        "versioning": "versioned",
        "readHistory": True,
        "conditionalRead": "not-match",
        **WRITING_SAYS,
        "searchInclude": includes_of(kind),
        "searchParam": [
            {"name": name, "type": str(parameter.kind)}
            | ({"documentation": parameter.documentation} if parameter.documentation else {})
            for name, parameter in sorted(parameters_of(kind).items())
        ],
    }


def person(kind: str) -> Mapping[str, Any]:
    """What can be done with residents and institutions."""
    says: dict[str, Any] = {"type": kind, "interaction": coded(PEOPLE[kind])}
    if kind == "Patient":
        says["searchParam"] = [{"name": "_id", "type": "token"}]
        says["operation"] = [
            {"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"},
            {"name": "export", "definition": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export"},
        ]
    return says


def terminology(kind: str) -> Mapping[str, Any]:
    """What can be asked of tables of codes and maps, by operations alone."""
    definition = f"http://hl7.org/fhir/OperationDefinition/{kind}"
    return {
        "type": kind,
        "operation": [{"name": each, "definition": f"{definition}-{each}"} for each in TERMINOLOGY[kind]],
    }
