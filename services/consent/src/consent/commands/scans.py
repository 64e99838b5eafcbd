"""Scans of residents' codes: proof that a resident was present, and an entry of their log."""

from collections.abc import Sequence

from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1.cities_pb2 import ScannedElsewhere
from yima.identity.v1.events_pb2 import (
    HealthCodeRedeemed,
    HealthCodeRedeemedElsewhere,
    HealthCodeReplayed,
)

from consent.commands import access_log
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind
from consent.store import scans
from consent.tables import ScanRow

LATE = "The scan was sent in later: it proves a service, and opens nothing."
VOID = "Codes that were issued before are void."


async def note_scans(session: AsyncSession, rows: Sequence[ScanRow]) -> None:
    await scans.note_scans(session, rows)


async def log_scans(session: AsyncSession, redeemed: Sequence[HealthCodeRedeemed]) -> None:
    """Write into residents' logs who scanned their codes, and where."""
    await access_log.append(session, [scanned(event) for event in redeemed])


def scanned(event: HealthCodeRedeemed) -> pb.AccessLogEntry:
    return access_log.happened(
        AccessKind.SCAN,
        AccessAct.CODE_SCANNED,
        event.resident_id,
        moment(event.scanned_at),
        subject_id=event.practitioner_id,
        role=Role.ROLE_PRACTITIONER,
        partner_id=event.partner_id,
        about_id=event.scan_id,
        place=event.place,
        app=event.app,
        note=LATE if event.late else "",
    )


async def log_scans_elsewhere(session: AsyncSession, redeemed: Sequence[HealthCodeRedeemedElsewhere]) -> None:
    """Write into residents' logs who scanned their codes in other cities. It opens nothing: they are not here."""
    await access_log.append(session, [scanned_elsewhere(event) for event in redeemed])


def scanned_elsewhere(event: HealthCodeRedeemedElsewhere) -> pb.AccessLogEntry:
    return access_log.happened(
        AccessKind.SCAN,
        AccessAct.CODE_SCANNED_ELSEWHERE,
        event.resident_id,
        moment(event.scanned_at),
        role=Role.ROLE_PRACTITIONER,
        about_id=event.scan_id,
        place=event.place,
        app=event.app,
        note=who(event.elsewhere),
    )


def who(elsewhere: ScannedElsewhere) -> str:
    """Who scanned a code in another city, as that city says it: they have no id here."""
    names = elsewhere.institution_name.text
    institution = " / ".join(names[locale] for locale in sorted(names))
    return f"{elsewhere.city}: {elsewhere.practitioner_name}, {elsewhere.practitioner_title}; {institution}"


async def log_copies(session: AsyncSession, replayed: Sequence[HealthCodeReplayed]) -> None:
    """Write into residents' logs who was shown a copy of their codes, and where."""
    await access_log.append(session, [shown_again(event) for event in replayed])


def shown_again(event: HealthCodeReplayed) -> pb.AccessLogEntry:
    if event.HasField("elsewhere"):
        return access_log.happened(
            AccessKind.SCAN,
            AccessAct.CODE_REPLAYED_ELSEWHERE,
            event.resident_id,
            moment(event.presented_at),
            role=Role.ROLE_PRACTITIONER,
            about_id=event.scan_id,
            place=event.place,
            app=event.app,
            note=who(event.elsewhere),
        )
    return access_log.happened(
        AccessKind.SCAN,
        AccessAct.CODE_REPLAYED,
        event.resident_id,
        moment(event.presented_at),
        subject_id=event.practitioner_id,
        role=Role.ROLE_PRACTITIONER,
        partner_id=event.partner_id,
        about_id=event.scan_id,
        place=event.place,
        app=event.app,
        note=VOID if event.rotated else "",
    )
