"""Scans of health codes: redeeming a token, and what the resident sees of who did."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import pages, telemetry
from chassis.api import Call
from chassis.auth import sign
from chassis.ids import parse_id
from chassis.outbox import Cause
from chassis.refusals import NotFound
from chassis.signing import SigningKeys
from chassis.wire import moment, timestamp
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.codes import whose_code
from identity.api.people import lives_in
from identity.api.served import Resources, api
from identity.commands.scans import Presentation, Redemption
from identity.domain import codes
from identity.domain.cities import CodeOfAnotherCity, Elsewhere
from identity.domain.codes import CodeClaims, CodeForged
from identity.domain.people import age
from identity.domain.scans import RECEIPT_LIFETIME, receipt_claims, scanning
from identity.store.scans import NamedScan
from identity.tables import ReplayRow, ScanRow

NEWEST_FIRST = pages.keyset(datetime, UUID)


@api.serves_once
async def redeem_health_code_token(request: pb.RedeemHealthCodeTokenRequest, call: Call[Resources]) -> pb.Scan:
    """The token says itself that it is honoured once, so that no idempotency key is needed for it."""
    scanned_at = moment(request.scanned_at) if request.HasField("scanned_at") else None
    redemption = await call.resources.redeeming.submit(
        Presentation(
            own_claims(request.text, call.resources),
            UUID(call.principal.subject_id),
            UUID(call.principal.partner_id),
            scanning(scanned_at, request.app, request.place),
            Cause(None, telemetry.traceparent()),
        )
    )
    message = scan_message(redemption.scan, call.resources.keys)
    message.person.CopyFrom(person_message(redemption, call.resources.pack.today(call.now)))
    return message


def own_claims(text: str, resources: Resources) -> CodeClaims:
    """What a code of this city says. One that says it is another city's is refused as that."""
    try:
        return codes.read(text, resources.codes, resources.city)
    except CodeForged:
        city, _ = codes.said_of(text)
        if city != resources.city:
            raise CodeOfAnotherCity(
                f"it says that it is of {city}: redeem it with `redeemForeignCode`", "text"
            ) from None
        raise


@api.serves
async def list_scans(request: pb.ListScansRequest, call: Call[Resources]) -> pb.ScanList:
    part = NEWEST_FIRST.part(request.page)
    scans, page = part.cut(
        await store.scans.scans_of_resident(call.session, whose_code(request.resident_id, call), part),
        lambda scan: (scan.row.scanned_at, scan.row.id),
    )
    return pb.ScanList(
        scans=[entry_message(scan) for scan in scans],
        page=page,
    )


@api.serves
async def get_scanned_resident(request: pb.GetScannedResidentRequest, call: Call[Resources]) -> pb.ScannedResident:
    """Of a scan that reaches us late nothing is said: whose code it was is not there any more."""
    scan = await call.session.get(ScanRow, parse_id(request.scan_id, "scan_id"))
    of_caller = scan is not None and str(scan.institution_id) == call.principal.partner_id
    if scan is None or not of_caller or scan.late or call.now - scan.scanned_at > RECEIPT_LIFETIME:
        raise NotFound("no scan of your institution within the quarter of an hour has this id", "scan_id")
    resident = await store.people.resident(call.session, scan.resident_id)
    assert resident is not None, "a foreign key"
    return pb.ScannedResident(
        resident_id=str(resident.id),
        birth_date=resident.birth_date.isoformat(),
        sex=f"SEX_{resident.sex.upper()}" if resident.sex else None,
        proven=await store.proofs.proof(call.session, resident.id) is not None,
        districts=lives_in(resident, call.resources.pack),
    )


@api.serves
async def list_code_alerts(request: pb.ListCodeAlertsRequest, call: Call[Resources]) -> pb.CodeAlerts:
    part = NEWEST_FIRST.part(request.page)
    replays, page = part.cut(
        await store.scans.replays_of_resident(call.session, whose_code(request.resident_id, call), part),
        lambda replay: (replay.row.first_at, replay.row.id),
    )
    return pb.CodeAlerts(
        alerts=[alert_message(replay) for replay in replays],
        page=page,
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
    """A scan of one of our practitioners, with its receipt."""
    assert scan.practitioner_id is not None and scan.institution_id is not None
    claims = receipt_claims(
        scan_id=scan.id,
        resident_id=scan.resident_id,
        practitioner_id=scan.practitioner_id,
        partner_id=scan.institution_id,
        scanned_at=scan.scanned_at,
        received_at=scan.received_at or scan.scanned_at,
        late=scan.late,
        printed=scan.printed_code_id is not None,
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
        **who_scanned(scan),
        scanned_at=timestamp(row.scanned_at),
        received_at=timestamp(row.received_at) if row.received_at else None,
        late=row.late,
        app=row.app,
        place=row.place,
        printed=row.printed_code_id is not None,
    )


def who_scanned(scan: NamedScan[ScanRow] | NamedScan[ReplayRow]) -> dict[str, Any]:
    """Practitioner and institution, ours or another city's, as fields of a message."""
    if scan.row.elsewhere is not None:
        there = Elsewhere.loads(scan.row.elsewhere)
        return {
            "practitioner_id": there.practitioner_id,
            "practitioner_name": there.practitioner_name,
            "practitioner_title": there.practitioner_title,
            "partner_id": there.institution_id,
            "partner_name": LocalizedText(text=there.institution_name),
            "city": there.city,
        }
    practitioner, institution = scan.practitioner, scan.institution
    assert practitioner is not None and institution is not None  # a constraint of both tables
    return {
        "practitioner_id": str(practitioner.id),
        "practitioner_name": practitioner.name,
        "practitioner_title": practitioner.title,
        "partner_id": str(institution.id),
        "partner_name": LocalizedText(text=institution.name),
    }


def alert_message(replay: NamedScan[ReplayRow]) -> pb.CodeAlert:
    row = replay.row
    return pb.CodeAlert(
        alert_id=str(row.id),
        scan_id=str(row.scan_id),
        resident_id=str(row.resident_id),
        **who_scanned(replay),
        presented_at=timestamp(row.first_at),
        rotated=row.rotated,
        app=row.app,
        place=row.place,
    )
