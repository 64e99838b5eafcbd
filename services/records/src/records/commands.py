"""What changes in records, one function a change. None commits."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.records.v1 import api_pb2 as pb

from records import domain, events, fhir, rules, store
from records.domain import QuotaReached, ResourceRefused, ResourceStale
from records.rules import Kept


@dataclass(frozen=True, slots=True)
class Sent:
    """A resource that may be kept, as it was sent."""

    kept: Kept
    content: str
    sha256: bytes

    @property
    def name(self) -> tuple[str, str]:
        """What its institution knows it by."""
        return self.kept.resource_type, self.kept.fhir_id


def check_resources(resources: Sequence[str], *, resident_id: UUID, zone: tzinfo, now: datetime) -> Sequence[Sent]:
    """The resources, if all of them may be kept of this resident."""
    domain.check_count(resources)
    found = []
    for place, content in enumerate(resources):
        at = f"resources[{place}]"
        kept = rules.check(fhir.parse(content, at), at, resident_id=resident_id, zone=zone, now=now)
        found.append(Sent(kept, content, hashlib.sha256(content.encode()).digest()))
    if len({one.name for one in found}) != len(found):
        raise ResourceRefused("resources", "a resource is there twice")
    return found


async def ingest_resources(
    session: AsyncSession,
    *,
    resident_id: UUID,
    institution_id: UUID,
    sent: Sequence[Sent],
    size: int,
    zone: tzinfo,
    now: datetime,
) -> pb.IngestReceipt:
    """Take in resources of one resident that were checked and permitted: all of them, or none. A version that is older
    than the one here refuses them all. `size` is in bytes."""
    if not await store.within_quota(session, institution_id, now.astimezone(zone).date(), len(sent), size):
        raise QuotaReached(
            f"at most {domain.RESOURCES_A_DAY_MAX} resources and {domain.BYTES_A_DAY_MAX} bytes a day; go on tomorrow"
        )
    known = await store.known(session, institution_id, [one.name for one in sent])
    rows = []
    for place, one in enumerate(sent):
        before = known.get(one.name)
        if before is not None:
            if before.resident_id != resident_id:
                raise ResourceRefused("resources", "one of the ids is another resident's")
            if before.sha256 == one.sha256:
                continue
            domain.check_newer(one.kept.version, before.version, f"resources[{place}]")
        version = one.kept.version.after(before.version) if before else one.kept.version
        rows.append(
            {
                "id": new_id(),
                "fhir_id": one.kept.fhir_id,
                "resource_type": one.kept.resource_type,
                "information_type": one.kept.information_type,
                "effective_at": one.kept.effective_at,
                "status": version.status,
                "source_version": version.number,
                "source_updated_at": version.updated_at,
                "content": one.content,
                "sha256": one.sha256.hex(),
                "known_version": before.revision if before else 0,
            }
        )
    stored = await store.put(session, resident_id, institution_id, rows, now) if rows else ()
    if len(stored) < len(rows):
        raise ResourceStale("another version came at the same time; send it again if it is the newer", "resources")
    for row in stored:
        publish(session, events.record_ingested(row, resident_id, institution_id), row.id)
    created = sum(row.version == 1 for row in stored)
    return pb.IngestReceipt(created=created, updated=len(stored) - created, unchanged=len(sent) - len(rows))
