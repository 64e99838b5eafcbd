"""Scans of health codes: redeeming a token, and what the resident sees of who did."""

from datetime import date, datetime
from uuid import UUID

from chassis import pages, telemetry
from chassis.api import Call
from chassis.auth import sign
from chassis.outbox import Cause
from chassis.signing import SigningKeys
from chassis.wire import moment, timestamp
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.codes import whose_code
from identity.api.served import Resources, api
from identity.commands.scans import Presentation, Redemption
from identity.domain import codes
from identity.domain.people import age
from identity.domain.scans import receipt_claims, scanning
from identity.store.scans import NamedScan
from identity.tables import ReplayRow, ScanRow

NEWEST_FIRST = pages.keyset(datetime, UUID)


@api.serves_once
async def redeem_health_code_token(request: pb.RedeemHealthCodeTokenRequest, call: Call[Resources]) -> pb.Scan:
    """The token says itself that it is honoured once, so that no idempotency key is needed for it."""
    scanned_at = moment(request.scanned_at) if request.HasField("scanned_at") else None
    redemption = await call.resources.redeeming.submit(
        Presentation(
            codes.read(request.text, call.resources.codes, call.resources.city),
            UUID(call.principal.subject_id),
            UUID(call.principal.partner_id),
            scanning(scanned_at, request.app, request.place),
            Cause(None, telemetry.traceparent()),
        )
    )
    message = scan_message(redemption.scan, call.resources.keys)
    message.person.CopyFrom(person_message(redemption, call.resources.pack.today(call.now)))
    return message


@api.serves
async def list_scans(request: pb.ListScansRequest, call: Call[Resources]) -> pb.ScanList:
    limit = pages.size(request.page)
    scans = await store.scans.scans_of_resident(
        call.session, whose_code(request.resident_id, call), NEWEST_FIRST.after(request.page), limit
    )
    return pb.ScanList(
        scans=[entry_message(scan) for scan in scans[:limit]],
        page=NEWEST_FIRST.info([(scan.row.scanned_at, scan.row.id) for scan in scans], limit),
    )


@api.serves
async def list_code_alerts(request: pb.ListCodeAlertsRequest, call: Call[Resources]) -> pb.CodeAlerts:
    limit = pages.size(request.page)
    replays = await store.scans.replays_of_resident(
        call.session, whose_code(request.resident_id, call), NEWEST_FIRST.after(request.page), limit
    )
    return pb.CodeAlerts(
        alerts=[alert_message(replay) for replay in replays[:limit]],
        page=NEWEST_FIRST.info([(replay.row.first_at, replay.row.id) for replay in replays], limit),
    )


def person_message(redemption: Redemption, today: date) -> pb.ScannedPerson:
    """Whose code was scanned, by name and age."""
    return pb.ScannedPerson(
        name=redemption.resident.name,
        birth_date=redemption.resident.birth_date.isoformat(),
        age=age(redemption.resident.birth_date, today),
        guardian_names=redemption.guardian_names,
        proven=redemption.resident.proven,
    )


def scan_message(scan: ScanRow, keys: SigningKeys) -> pb.Scan:
    """The scan, with its receipt."""
    claims = receipt_claims(
        scan_id=scan.id,
        resident_id=scan.resident_id,
        practitioner_id=scan.practitioner_id,
        partner_id=scan.institution_id,
        scanned_at=scan.scanned_at,
        received_at=scan.received_at or scan.scanned_at,
        late=scan.late,
    )
    return pb.Scan(
        id=str(scan.id),
        resident_id=str(scan.resident_id),
        practitioner_id=str(scan.practitioner_id),
        partner_id=str(scan.institution_id),
        scanned_at=timestamp(scan.scanned_at),
        receipt=sign(keys.signing, claims),
        late=scan.late,
    )


def entry_message(scan: NamedScan[ScanRow]) -> pb.ScanEntry:
    row = scan.row
    return pb.ScanEntry(
        scan_id=str(row.id),
        resident_id=str(row.resident_id),
        practitioner_id=str(row.practitioner_id),
        practitioner_name=scan.practitioner.name,
        practitioner_title=scan.practitioner.title,
        partner_id=str(row.institution_id),
        partner_name=LocalizedText(text=scan.institution.name),
        scanned_at=timestamp(row.scanned_at),
        received_at=timestamp(row.received_at) if row.received_at else None,
        late=row.late,
        app=row.app,
        place=row.place,
    )


def alert_message(replay: NamedScan[ReplayRow]) -> pb.CodeAlert:
    row = replay.row
    return pb.CodeAlert(
        alert_id=str(row.id),
        scan_id=str(row.scan_id),
        resident_id=str(row.resident_id),
        practitioner_id=str(row.practitioner_id),
        practitioner_name=replay.practitioner.name,
        practitioner_title=replay.practitioner.title,
        partner_id=str(row.institution_id),
        partner_name=LocalizedText(text=replay.institution.name),
        presented_at=timestamp(row.first_at),
        rotated=row.rotated,
        app=row.app,
        place=row.place,
    )
