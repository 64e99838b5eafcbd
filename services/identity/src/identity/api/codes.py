"""Health codes and scans, and the keys that verify what identity signs."""

from datetime import date
from uuid import UUID

from chassis.api import Call
from chassis.auth import sign
from chassis.ids import parse_id
from chassis.refusals import Forbidden, Unauthenticated
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from yima.identity.v1 import api_pb2 as pb

from identity import store
from identity.api.served import Resources, api
from identity.commands.codes import Redemption, redeem_health_code
from identity.domain import codes
from identity.domain.codes import CodeUsed, receipt_claims
from identity.domain.people import age
from identity.tables import ScanRow


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
        resident = await store.people.resident(session, parse_id(resident_id, "resident_id"))
    if resident is None:
        raise Unauthenticated("the token names a resident who is not registered here")
    text, claims = codes.issue(call.resources.codes, call.resources.city, resident.health_code_id, call.now)
    return pb.HealthCodeToken(text=text, expires_at=timestamp(claims.expires_at))


@api.serves_once
async def redeem_health_code_token(request: pb.RedeemHealthCodeTokenRequest, call: Call[Resources]) -> pb.Scan:
    claims = codes.read(request.text, call.resources.codes, call.resources.city)
    async with call.resources.database.transaction() as session:
        redemption = await redeem_health_code(
            session,
            claims=claims,
            practitioner_id=UUID(call.principal.subject_id),
            institution_id=UUID(call.principal.partner_id),
            city=call.resources.pack,
            now=call.now,
        )
    if isinstance(redemption, CodeUsed):
        raise redemption  # only now, when it is committed that a copy was shown
    message = scan_message(redemption.scan, call.resources.keys)
    message.person.CopyFrom(person_message(redemption, call.resources.pack.today(call.now)))
    return message


@api.serves_without_transaction
async def get_keys(request: pb.GetKeysRequest, call: Call[Resources]) -> pb.KeySet:
    return pb.KeySet(keys=[pb.Key(**key) for key in call.resources.keys.public()])


def person_message(redemption: Redemption, today: date) -> pb.ScannedPerson:
    """Whose code was scanned, by name and age."""
    return pb.ScannedPerson(
        name=redemption.resident.name,
        birth_date=redemption.resident.birth_date.isoformat(),
        age=age(redemption.resident.birth_date, today),
        guardian_names=redemption.guardian_names,
    )


def scan_message(scan: ScanRow, keys: SigningKeys) -> pb.Scan:
    """The scan, with its receipt."""
    claims = receipt_claims(
        scan_id=scan.id,
        resident_id=scan.resident_id,
        practitioner_id=scan.practitioner_id,
        partner_id=scan.institution_id,
        scanned_at=scan.scanned_at,
    )
    return pb.Scan(
        id=str(scan.id),
        resident_id=str(scan.resident_id),
        practitioner_id=str(scan.practitioner_id),
        partner_id=str(scan.institution_id),
        scanned_at=timestamp(scan.scanned_at),
        receipt=sign(keys.signing, claims),
    )
