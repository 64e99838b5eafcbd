"""Versions of a resource: an older one never replaces a newer one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.refusals import Refusal


class ResourceStale(Refusal):
    code = "resource-stale"
    title = "A newer version of the resource is here already. None was stored."


@dataclass(frozen=True, slots=True)
class Version:
    """What orders the versions of a resource: what its source says, and its status."""

    status: str
    number: int | None
    updated_at: datetime | None

    def after(self, known: "Version") -> "Version":
        """This version, with the highest number and time that the source has given the resource so far."""
        numbers = [number for number in (self.number, known.number) if number is not None]
        times = [at for at in (self.updated_at, known.updated_at) if at is not None]
        return Version(self.status, max(numbers, default=None), max(times, default=None))


# How far a result has come, by its status. It does not go back: a correction has a status of its own.
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
    **{"draft": 0, "intended": 0, "preparation": 0, "partial": 1, "active": 1, "on-hold": 1, "appended": 3},
    **{"available": 2, "completed": 2, "current": 2, "not-done": 2, "stopped": 2, "revoked": 4, "superseded": 4},
}


def check_newer(sent: Version, known: Version, at: str) -> None:
    """Refuse a version of a resource that is older than the stored one, or cannot be shown to be newer: a late
    delivery, a retry, an old export. A source that once gave `meta.lastUpdated` or `meta.versionId` has to go on."""
    comparable = (sent.updated_at and known.updated_at) or (sent.number is not None and known.number is not None)
    if not comparable and (known.updated_at or known.number is not None):
        name = "lastUpdated" if known.updated_at else "versionId"
        raise ResourceStale(
            "the stored version has it; send it with the resource, which may be older otherwise", f"{at}.meta.{name}"
        )
    if sent.updated_at is not None and known.updated_at is not None:
        if sent.updated_at < known.updated_at:
            raise ResourceStale("this one is older than the stored version; leave it out", f"{at}.meta.lastUpdated")
        if sent.updated_at > known.updated_at:
            return
    if sent.number is not None and known.number is not None:
        if sent.number <= known.number:
            raise ResourceStale("this one is not newer than the stored version; leave it out", f"{at}.meta.versionId")
        return
    if known.updated_at is not None:
        raise ResourceStale("this one is not newer than the stored version; leave it out", f"{at}.meta.lastUpdated")
    if STAGE.get(sent.status, STAGE["final"]) < STAGE.get(known.status, 0):
        raise ResourceStale(
            f"{sent.status} cannot follow {known.status}; send a new result with an id of its own",
            f"{at}.status",
        )
