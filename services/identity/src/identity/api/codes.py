"""Health codes and scans, and the keys that verify what identity signs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.api import Call
from chassis.auth import sign
from chassis.ids import parse_id
from chassis.refusals import Forbidden, Unauthenticated
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from city_pack.pack import City
from yima.identity.v1 import api_pb2 as pb

from identity import codes, store
from identity.api.served import Resources, api
from identity.commands import scans
from identity.domain import RECEIPT_LIFETIME, CodeUsed, age
from identity.tables import ResidentRow, ScanRow


@api.serves_once
async def issue_health_code_token(request: pb.IssueHealthCodeTokenRequest, call: Call[Resources]) -> pb.HealthCodeToken:
    """Nothing is written, so that an idempotency key has nothing to keep from happening twice: each call gets a fresh
    code, never one that was shown before."""
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise Forbidden(
            "only the resident or a guardian can show this code; sign in again after adding a dependant", "resident_id"
        )
    async with call.resources.database.transaction() as session:
        resident = await store.resident(session, parse_id(resident_id, "resident_id"))
    if resident is None:
        raise Unauthenticated("the token names a resident who is not registered here")
    text, claims = codes.issue(call.resources.codes, call.resources.city, resident.health_code_id, call.now)
    return pb.HealthCodeToken(text=text, expires_at=timestamp(claims.expires_at))


@api.serves_once
async def redeem_health_code_token(request: pb.RedeemHealthCodeTokenRequest, call: Call[Resources]) -> pb.Scan:
    claims = codes.read(request.text, call.resources.codes, call.resources.city)
    async with call.resources.database.transaction() as session:
        scan = await scans.redeem_health_code(
            session,
            claims=claims,
            practitioner_id=UUID(call.principal.subject_id),
            institution_id=UUID(call.principal.partner_id),
            now=call.now,
        )
        resident = None if isinstance(scan, CodeUsed) else await store.resident(session, scan.resident_id)
        guardians = await store.guardian_names(session, resident.id) if resident is not None else []
    if isinstance(scan, CodeUsed):
        raise scan  # only now: that a copy was shown has been committed and will be told
    message = scan_message(scan, call.resources.keys)
    if resident is not None:
        message.person.CopyFrom(person(resident, guardians, call.resources.pack, call.now))
    return message


@api.serves_without_transaction
async def get_keys(request: pb.GetKeysRequest, call: Call[Resources]) -> pb.KeySet:
    return pb.KeySet(keys=[pb.Key(**key) for key in call.resources.keys.public()])


def person(resident: ResidentRow, guardians: Sequence[str], city: City, now: datetime) -> pb.ScannedPerson:
    """Whose code was scanned. Nobody acts for who is of age, whatever was kept of their guardians."""
    return pb.ScannedPerson(
        name=resident.name,
        birth_date=resident.birth_date.isoformat(),
        age=age(resident.birth_date, now.astimezone(city.zone).date()),
        guardian_names=guardians if now < city.of_age_at(resident.birth_date) else [],
    )


def scan_message(scan: ScanRow, keys: SigningKeys) -> pb.Scan:
    """The scan, with a receipt that other services can verify without asking us."""
    issued = scan.scanned_at
    receipt = sign(
        keys.signing,
        {
            "use": "scan",
            "scan_id": str(scan.id),
            "resident_id": str(scan.resident_id),
            "practitioner_id": str(scan.practitioner_id),
            "partner_id": str(scan.institution_id),
            "scanned_at": issued.isoformat(),  # to the microsecond: an order accepted within the same second is later
            "iat": int(issued.timestamp()),
            "exp": int((issued + RECEIPT_LIFETIME).timestamp()),
        },
    )
    return pb.Scan(
        id=str(scan.id),
        resident_id=str(scan.resident_id),
        practitioner_id=str(scan.practitioner_id),
        partner_id=str(scan.institution_id),
        scanned_at=timestamp(issued),
        receipt=receipt,
    )
