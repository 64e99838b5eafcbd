"""Rules of records: which resources are taken in, and what kind of information each is. No I/O."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chassis.refusals import Forbidden, Invalid, Refusal

RESOURCES_MAX = 500
RESOURCES_A_DAY_MAX = 200_000  # of one institution
BYTES_A_DAY_MAX = 2 * 1024 * 1024 * 1024
# A revocation's answer waits longer than this (consent's RELEASE_SECONDS): nothing is released on a decision that was
# asked for before.
RELEASE_SECONDS = 0.4
RELEASE_ATTEMPTS = 3
RESOURCE_BYTES_MAX = 256 * 1024
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# FHIR's observation categories, as far as they are kinds of information residents are asked about.
CATEGORIES: Mapping[str, str] = {
    "vital-signs": "vital-signs",
    "laboratory": "laboratory",
    "imaging": "imaging",
    "activity": "activity",
    "exam": "encounters",
    "procedure": "encounters",
    "survey": "encounters",
    "therapy": "encounters",
    "social-history": "encounters",
}


class ResourceRefused(Invalid):
    """A resource is not valid FHIR R4, or not of a kind that is kept here. None was stored."""


class IngestRefused(Forbidden):
    """The caller may not add to this record. Nothing was stored."""


class QuotaReached(Refusal):
    """The institution has sent as much as it may in a day."""


class ConsentDenied(Forbidden):
    """No consent in force permits this."""


class RowsNotReleased(Refusal):
    """COMPUTE releases results of approved queries, never records."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a resource beside itself."""

    fhir_id: str
    resource_type: str
    information_type: str
    effective_at: datetime


def describe(resource: Mapping[str, Any], at: str) -> Kept:
    """What kind of information a valid resource is, and of when. Errors name the place, never a value."""
    fhir_id = resource.get("id")
    if not isinstance(fhir_id, str) or not FHIR_ID.fullmatch(fhir_id):
        raise ResourceRefused(f"{at}.id", "must be a FHIR id")
    kind = resource["resourceType"]
    if kind == "Encounter":
        return Kept(fhir_id, kind, "encounters", moment(period_start(resource), f"{at}.period.start"))
    return Kept(fhir_id, kind, information_type(resource, at), moment(effective(resource), f"{at}.effectiveDateTime"))


def information_type(observation: Mapping[str, Any], at: str) -> str:
    codes = [
        coding.get("code") for category in observation.get("category") or () for coding in category.get("coding") or ()
    ]
    for code in codes:
        if code in CATEGORIES:
            return CATEGORIES[code]
    raise ResourceRefused(f"{at}.category", f"must be one of {', '.join(sorted(CATEGORIES))}")


def effective(observation: Mapping[str, Any]) -> object:
    period = observation.get("effectivePeriod") or {}
    return (
        observation.get("effectiveDateTime")
        or observation.get("effectiveInstant")
        or period.get("start")
        or observation.get("issued")
    )


def period_start(encounter: Mapping[str, Any]) -> object:
    return (encounter.get("period") or {}).get("start")


def moment(value: object, field: str) -> datetime:
    """A FHIR date or dateTime as a moment; a date without a time is its beginning, in UTC."""
    if not isinstance(value, str):
        raise ResourceRefused(field, "is needed: a record without a time cannot be shown in order")
    padded = value + "-01-01"[len(value) - 4 :] if len(value) in (4, 7) else value
    try:
        found = datetime.fromisoformat(padded)
    except ValueError:
        raise ResourceRefused(field, "is not a FHIR dateTime") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check_count(resources: Sequence[str]) -> None:
    if not 1 <= len(resources) <= RESOURCES_MAX:
        raise Invalid("resources", f"must have 1 to {RESOURCES_MAX} resources")
    for place, resource in enumerate(resources):
        if len(resource) > RESOURCE_BYTES_MAX:
            raise ResourceRefused(f"resources[{place}]", f"at most {RESOURCE_BYTES_MAX} bytes")
