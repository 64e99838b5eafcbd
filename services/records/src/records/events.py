"""What records tells: that something was stored, never what. It hears nothing."""

from uuid import UUID

from yima.records.v1.events_pb2 import RecordIngested

from records.store import Stored

SUBSCRIPTIONS = ()


def record_ingested(stored: Stored, resident_id: UUID, institution_id: UUID) -> RecordIngested:
    return RecordIngested(
        record_id=str(stored.id),
        resident_id=str(resident_id),
        institution_id=str(institution_id),
        information_type=stored.information_type,
        content_sha256=stored.content_sha256,
        version=stored.version,
    )
