"""What changes in records, one function a change. None commits."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.ids import new_id
from chassis.outbox import publish
from sqlalchemy.ext.asyncio import AsyncSession
from yima.records.v1 import api_pb2 as pb

from records import domain, events, fhir, store
from records.domain import QuotaReached, ResourceRefused


def check_resources(resources: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of resources, if all of them may be kept."""
    domain.check_count(resources)
    rows = []
    for place, text in enumerate(resources):
        at = f"resources[{place}]"
        resource = fhir.parse(text, at)
        kept = domain.describe(resource, at)
        canonical = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
        rows.append(
            {
                "id": new_id(),
                "fhir_id": kept.fhir_id,
                "resource_type": kept.resource_type,
                "information_type": kept.information_type,
                "effective_at": kept.effective_at,
                "resource": resource,
                "sha256": hashlib.sha256(canonical).hexdigest(),
            }
        )
    sent = [(str(row["resource_type"]), str(row["fhir_id"])) for row in rows]
    if len(set(sent)) != len(sent):
        raise ResourceRefused("resources", "a resource is there twice")
    return rows


async def ingest_resources(
    session: AsyncSession,
    *,
    resident_id: UUID,
    institution_id: UUID,
    rows: Sequence[dict[str, Any]],
    size: int,
    now: datetime,
) -> pb.IngestReceipt:
    """Take in resources of one resident that were checked and permitted: all of them, or none. `size` is in bytes."""
    if not await store.within_quota(session, institution_id, now.date(), len(rows), size):
        raise QuotaReached(
            f"at most {domain.RESOURCES_A_DAY_MAX} resources and {domain.BYTES_A_DAY_MAX} bytes a day; go on tomorrow"
        )
    sent = [(str(row["resource_type"]), str(row["fhir_id"])) for row in rows]
    if await store.another_residents(session, resident_id, institution_id, sent):
        raise ResourceRefused("resources", "one of the ids is another resident's")
    stored = await store.put(session, resident_id, institution_id, rows, now)
    for one in stored:
        publish(session, events.record_ingested(one, resident_id, institution_id), one.id)
    created = sum(one.version == 1 for one in stored)
    return pb.IngestReceipt(created=created, updated=len(stored) - created, unchanged=len(rows) - len(stored))
