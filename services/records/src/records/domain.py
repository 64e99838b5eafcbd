"""Rules of records: which resources are taken in, and what kind of information each is. No I/O.

What a single resource is held to is in `rules.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from chassis.refusals import Forbidden, Invalid, Refusal

RESOURCES_MAX = 500
RESOURCES_A_DAY_MAX = 200_000  # of one institution
BYTES_A_DAY_MAX = 2 * 1024 * 1024 * 1024
# A revocation's answer waits longer than this (consent's RELEASE_SECONDS): nothing is released on a decision that was
# asked for before.
RELEASE_SECONDS = 0.4
RELEASE_ATTEMPTS = 3
BIRTH_SLACK = timedelta(days=1)
RESOURCE_BYTES_MAX = 256 * 1024
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
    code = "resource-refused"
    title = "A resource is not valid FHIR R4, or not of a kind that is kept here. None was stored."


class IngestRefused(Forbidden):
    code = "ingest-refused"
    title = "The caller may not add to this record. Nothing was stored."


class QuotaReached(Refusal):
    code = "quota-reached"
    title = "The institution has sent as much as it may in a day."


class ResourceStale(Refusal):
    code = "resource-stale"
    title = "A newer version of the resource is here already. None was stored."


class ConsentDenied(Forbidden):
    code = "consent-denied"
    title = "No consent in force permits this."


class RowsNotReleased(Refusal):
    code = "rows-not-released"
    title = "COMPUTE releases results of approved queries, never records."


def check_count(resources: Sequence[str]) -> None:
    if not 1 <= len(resources) <= RESOURCES_MAX:
        raise Invalid("resources", f"must have 1 to {RESOURCES_MAX} resources")
    for place, resource in enumerate(resources):
        if len(resource) > RESOURCE_BYTES_MAX:
            raise ResourceRefused(f"resources[{place}]", f"at most {RESOURCE_BYTES_MAX} bytes")


@dataclass(frozen=True, slots=True)
class Version:
    """What tells an older version of a resource from a newer: what its source says, and its status."""

    status: str
    number: int | None
    updated_at: datetime | None

    def after(self, known: "Version") -> "Version":
        """This version, with the highest number and time that were said of the resource so far."""
        numbers = [number for number in (self.number, known.number) if number is not None]
        times = [at for at in (self.updated_at, known.updated_at) if at is not None]
        return Version(self.status, max(numbers, default=None), max(times, default=None))


# What a status says of how far a result has come. A result does not go back: who corrects it says so.
STAGE: Mapping[str, int] = {
    **{
        "registered": 0,
        "preliminary": 1,
        "final": 2,
        "amended": 3,
        "corrected": 3,
        "cancelled": 4,
        "entered-in-error": 5,
    },
    **{"planned": 0, "arrived": 1, "triaged": 1, "in-progress": 1, "onleave": 1, "finished": 2},
}
# What is left out unless it is asked for: what was not measured, is not certain yet, or was never so.
HELD_BACK = frozenset({"registered", "preliminary", "cancelled", "entered-in-error", "unknown"})


def latest_birth(until: datetime, zone: tzinfo) -> date:
    """The last day on which somebody can have been born of whom something is that is of no later than `until`. Who was
    born abroad may be a day off by the city's days."""
    return until.astimezone(zone).date() + BIRTH_SLACK


def check_newer(sent: Version, known: Version, at: str) -> None:
    """Refuse a version of a resource that is older than the one here, or cannot be told to be newer: a late delivery, a
    retry, an old export. Who once said a resource's `meta.lastUpdated` or `meta.versionId` goes on saying it."""
    comparable = (sent.updated_at and known.updated_at) or (sent.number is not None and known.number is not None)
    if not comparable and (known.updated_at or known.number is not None):
        said = "lastUpdated" if known.updated_at else "versionId"
        raise ResourceStale("is needed: the version that is here has one, and this may be older", f"{at}.meta.{said}")
    if sent.updated_at is not None and known.updated_at is not None:
        if sent.updated_at < known.updated_at:
            raise ResourceStale("is older than the version that is here", f"{at}.meta.lastUpdated")
        if sent.updated_at > known.updated_at:
            return
    if sent.number is not None and known.number is not None:
        if sent.number <= known.number:
            raise ResourceStale("is not after the version that is here", f"{at}.meta.versionId")
        return
    if known.updated_at is not None:
        raise ResourceStale("is not after the version that is here", f"{at}.meta.lastUpdated")
    if STAGE.get(sent.status, STAGE["final"]) < STAGE.get(known.status, 0):
        raise ResourceStale(
            f"does not follow {known.status}; a resource that is issued anew has an id of its own",
            f"{at}.status",
        )


def check_statuses(statuses: Sequence[str]) -> None:
    """Refuse a status that is not held back, or not one at all."""
    for place, status in enumerate(statuses):
        if status not in HELD_BACK:
            raise Invalid(f"also_statuses[{place}]", f"must be one of {', '.join(sorted(HELD_BACK))}")
