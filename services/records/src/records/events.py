"""What records publishes: that something was stored, never what. It hears nothing."""

from uuid import UUID

from yima.records.v1.events_pb2 import RecordIngested

from records.store import StoredRecord


def record_ingested(record: StoredRecord, resident_id: UUID, institution_id: UUID) -> RecordIngested:
    return RecordIngested(
        record_id=str(record.id),
        resident_id=str(resident_id),
        institution_id=str(institution_id),
        information_type=record.information_type,
        content_sha256=record.content_sha256,
        version=record.version,
    )
