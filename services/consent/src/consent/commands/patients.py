"""Patients of institutions, in residents' logs: asked about, matched, and no longer matched."""

from collections.abc import Sequence

from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb
from yima.records.v1 import events_pb2 as records_pb
from yima.records.v1.patients_pb2 import PATIENT_LINK_ENDING_WRONG

from consent.commands import access_log
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind

LEFT = "It was another person's: what came by it has left the record."

type PatientEvent = records_pb.PatientAsked | records_pb.PatientMatched | records_pb.PatientUnmatched


async def log_patients(session: AsyncSession, events: Sequence[PatientEvent]) -> None:
    """Write into residents' logs that they are taken for patients of an institution, or no longer."""
    await access_log.append(session, [entry_of(event) for event in events])


def entry_of(event: PatientEvent) -> pb.AccessLogEntry:
    note, count = "", 0
    if isinstance(event, records_pb.PatientAsked):
        act, at = AccessAct.PATIENT_ASKED, event.asked_at
    elif isinstance(event, records_pb.PatientMatched):
        act, at = AccessAct.PATIENT_MATCHED, event.matched_at
    else:
        act, at, count = AccessAct.PATIENT_UNMATCHED, event.ended_at, event.withdrawn
        note = LEFT if event.ending == PATIENT_LINK_ENDING_WRONG else ""
    return access_log.happened(
        AccessKind.INGEST,
        act,
        event.resident_id,
        moment(at),
        partner_id=event.institution_id,
        about_id=event.patient_link_id,
        count=count,
        note=note,
    )
