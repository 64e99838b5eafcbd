"""What an institution sends: checked, and stored as one."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.records.v1 import api_pb2 as pb

from records import events
from records.domain import fhir, ingests, resources
from records.domain.ingests import QUOTA, Quota, QuotaReached, ResourceRefused
from records.domain.lines import SentResource
from records.domain.resources import ResourceFacts
from records.domain.sensitivity import Sensitivity
from records.domain.versions import ResourceStale, check_newer
from records.store import ingests as store
from records.store.ingests import StoredVersion


def sent_resource(facts: ResourceFacts, content: str) -> SentResource:
    return SentResource(facts, content, hashlib.sha256(content.encode()).digest())


def check_resources(
    contents: Sequence[str], *, resident_id: UUID, zone: tzinfo, now: datetime
) -> Sequence[SentResource]:
    """The resources, if all of them may be stored for this resident."""
    ingests.check_count(contents)
    sent = []
    for index, content in enumerate(contents):
        at = f"resources[{index}]"
        facts = resources.check(fhir.parse(content, at), at, resident_id=resident_id, zone=zone, now=now)
        sent.append(sent_resource(facts, content))
    if len({resource.name for resource in sent}) != len(sent):
        raise ResourceRefused("resources", "a resource is there twice")
    return sent


async def ingest_resources(
    session: AsyncSession,
    *,
    resident_id: UUID,
    institution_id: UUID,
    sent: Sequence[SentResource],
    size: int,
    zone: tzinfo,
    apart: Sensitivity,
    now: datetime,
    quota: Quota = QUOTA,
) -> pb.IngestReceipt:
    """Store checked and permitted resources of one resident: all of them, or none. A version that is older than the
    stored one refuses them all. `size` is in bytes."""
    if not await store.within_quota(session, institution_id, now.astimezone(zone).date(), len(sent), size, quota):
        raise QuotaReached(f"at most {quota.resources} resources and {quota.bytes} bytes a day; go on tomorrow")
    stored_before = await store.stored_before(session, institution_id, [resource.name for resource in sent])
    rows = []
    for index, resource in enumerate(sent):
        facts, before = resource.facts, stored_before.get(resource.name)
        if before is not None:
            if before.resident_id != resident_id:
                raise ResourceRefused("resources", "one of the ids is another resident's")
            if before.sha256 == resource.sha256:
                continue
            check_newer(facts.version, before.version, f"resources[{index}]")
        rows.append(row_of(resource, before))
    stored = await store.put(session, resident_id, institution_id, rows, apart, now) if rows else ()
    if len(stored) < len(rows):
        raise ResourceStale("another version came at the same time; send it again if it is the newer", "resources")
    for row in stored:
        publish(session, events.record_ingested(row, resident_id, institution_id), row.id)
    created = sum(row.version == 1 for row in stored)
    return pb.IngestReceipt(created=created, updated=len(stored) - created, unchanged=len(sent) - len(rows))


def row_of(resource: SentResource, before: StoredVersion | None) -> dict[str, Any]:
    """What is stored of a resource that is new, or replaces the version before."""
    facts = resource.facts
    version = facts.version.after(before.version) if before else facts.version
    return {
        "id": new_id(),
        "fhir_id": facts.fhir_id,
        "resource_type": facts.resource_type,
        "information_type": facts.information_type,
        "effective_at": facts.effective_at,
        "status": version.status,
        "source_version": version.number,
        "source_updated_at": version.updated_at,
        "content": resource.content,
        "sha256": resource.sha256.hex(),
        "known_version": before.revision if before else 0,
    }
