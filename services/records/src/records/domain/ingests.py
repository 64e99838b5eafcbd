"""Ingests: how much an institution may send, and who may add to a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from chassis.refusals import Forbidden, Invalid, Refusal

RESOURCES_MAX = 500
RESOURCE_BYTES_MAX = 256 * 1024
BIRTH_SLACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """What an institution may send on one day."""

    resources: int
    bytes: int


QUOTA = Quota(200_000, 2 * 1024 * 1024 * 1024)


class ResourceRefused(Invalid):
    code = "resource-refused"
    title = "A resource is not valid FHIR R4, or not of a kind that is kept here. None was stored."


class IngestRefused(Forbidden):
    code = "ingest-refused"
    title = "The caller may not add to this record. Nothing was stored."


class QuotaReached(Refusal):
    code = "quota-reached"
    title = "The institution has sent as much as it may in a day."


def check_count(resources: Sequence[str]) -> None:
    if not 1 <= len(resources) <= RESOURCES_MAX:
        raise Invalid("resources", f"must have 1 to {RESOURCES_MAX} resources")
    for index, resource in enumerate(resources):
        if len(resource) > RESOURCE_BYTES_MAX:
            raise ResourceRefused(f"resources[{index}]", f"at most {RESOURCE_BYTES_MAX} bytes")


def latest_birth(until: datetime, zone: tzinfo) -> date:
    """The last day on which somebody can have been born who has a resource of `until` or before. A birth abroad may be
    a day off by the city's days."""
    return until.astimezone(zone).date() + BIRTH_SLACK
