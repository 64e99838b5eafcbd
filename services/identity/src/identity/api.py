"""Identity over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from chassis import texts
from chassis.api import Api, Call
from chassis.auth import role_named, sign
from chassis.database import Database
from chassis.ids import new_id, parse_id
from chassis.refusals import Forbidden, Unauthenticated
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import LocalizedText
from yima.identity.v1 import api_pb2 as pb

from identity import codes, commands, domain, store
from identity.domain import (
    ACCESS_LIFETIME,
    RECEIPT_LIFETIME,
    CodeExpired,
    CodeForged,
    CodeUsed,
    LicenceTaken,
    LoginTaken,
    SignInRefused,
    TooManyDependants,
)
from identity.tables import AccountRow, InstitutionRow, PractitionerRow, ResidentRow, ScanRow

HASHING_MAX = 2  # each takes a core
# argon2id as OWASP recommends it for password storage: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class Resources:
    """What identity's functions need: the key ring, the password hasher, the city."""

    database: Database
    keys: SigningKeys
    hasher: PasswordHasher
    hashing: asyncio.Semaphore
    city: str
    locales: list[str]

    async def hash(self, password: str) -> str:
        async with self.hashing:
            return await asyncio.to_thread(self.hasher.hash, domain.password(password))

    async def matches(self, password_hash: str, password: str) -> bool:
        async with self.hashing:
            try:
                return await asyncio.to_thread(self.hasher.verify, password_hash, password)
            except (VerificationError, InvalidHashError):
                return False


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["IdentityApi"],
    refusals={
        LoginTaken: 409,
        LicenceTaken: 409,
        SignInRefused: 401,
        CodeForged: 400,
        CodeExpired: 410,
        CodeUsed: 409,
        TooManyDependants: 409,
    },
)


@api.serves
async def register_resident(request: pb.RegisterResidentRequest, call: Call[Resources]) -> pb.Resident:
    password_hash = await call.resources.hash(request.password)
    resident = await commands.register_resident(
        call.session,
        login=request.login,
        password_hash=password_hash,
        name=request.name,
        birth_date=request.birth_date,
        now=call.now,
    )
    return resident_message(resident)


@api.serves
async def add_dependant(request: pb.AddDependantRequest, call: Call[Resources]) -> pb.Resident:
    guardian = UUID(call.principal.subject_id)
    dependant = await commands.add_dependant(
        call.session, guardian_id=guardian, name=request.name, birth_date=request.birth_date, now=call.now
    )
    return resident_message(dependant, guardian)


@api.serves
async def register_institution(request: pb.RegisterInstitutionRequest, call: Call[Resources]) -> pb.Institution:
    password_hash = await call.resources.hash(request.password)
    institution = await commands.register_institution(
        call.session,
        name=dict(request.name.text),
        locales=call.resources.locales,
        login=request.login,
        password_hash=password_hash,
        staff_name=request.staff_name,
        now=call.now,
    )
    return institution_message(institution)


@api.serves
async def register_practitioner(request: pb.RegisterPractitionerRequest, call: Call[Resources]) -> pb.Practitioner:
    password_hash = await call.resources.hash(request.password)
    practitioner = await commands.register_practitioner(
        call.session,
        institution_id=UUID(call.principal.partner_id),
        login=request.login,
        password_hash=password_hash,
        name=request.name,
        licence_number=request.licence_number,
        title=request.title,
        now=call.now,
    )
    return practitioner_message(practitioner)


@api.serves
async def sign_in(request: pb.SignInRequest, call: Call[Resources]) -> pb.AccessToken:
    account = await store.account(call.session, texts.login(request.login))
    # An unknown login costs as much as a wrong password, so that the answer's time does not tell which it was.
    known_hash = account.password_hash if account else UNKNOWN_HASH
    if not await call.resources.matches(known_hash, request.password) or account is None:
        raise SignInRefused("check both and try again")
    dependants = await store.dependants(call.session, account.subject_id)
    return access_token(
        call,
        role=role_named(f"ROLE_{account.role.upper()}"),
        subject_id=account.subject_id,
        partner_id=account.institution_id,
        births=await births(call, account, dependants),
    )


async def births(call: Call[Resources], account: AccountRow, dependants: Sequence[ResidentRow]) -> Mapping[str, str]:
    """When a resident and their dependants were born: whoever sells them a service by age need not ask."""
    if account.role != "resident":
        return {}
    own = await store.resident(call.session, account.subject_id)
    return {str(one.id): one.birth_date.isoformat() for one in (own, *dependants) if one is not None}


@api.serves
async def exchange_api_key(request: pb.ExchangeApiKeyRequest, call: Call[Resources]) -> pb.AccessToken:
    key = await store.api_key(call.session, hashlib.sha256(request.api_key.encode()).digest())
    if key is None or key.revoked_at is not None or key.expires_at <= call.now:
        raise SignInRefused("the API key is not known, has expired or was revoked", "api_key")
    return access_token(call, role=Role.ROLE_PARTNER, subject_id=key.id, partner_id=key.partner_id)


def access_token(
    call: Call[Resources],
    *,
    role: Role,
    subject_id: UUID,
    partner_id: UUID | None,
    births: Mapping[str, str] | None = None,
) -> pb.AccessToken:
    """A signed token; what it says is verified by every service with the published keys."""
    expires_at = call.now + ACCESS_LIFETIME
    claims = {
        "use": "access",
        "iss": call.resources.city,
        "sub": str(subject_id),
        "role": Role.Name(role),
        "iat": int(call.now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    if partner_id is not None:
        claims["pid"] = str(partner_id)
    if births:
        claims["born"] = births[str(subject_id)]
        claims["dep"] = {resident_id: born for resident_id, born in births.items() if resident_id != str(subject_id)}
    return pb.AccessToken(
        access_token=sign(call.resources.keys.signing, claims),
        expires_at=timestamp(expires_at),
        role=role,
        subject_id=str(subject_id),
        partner_id=str(partner_id or ""),
    )


@api.serves
async def get_me(request: pb.GetMeRequest, call: Call[Resources]) -> pb.Me:
    caller = call.principal
    me = pb.Me(subject_id=caller.subject_id, role=caller.role)
    subject_id = UUID(caller.subject_id)
    if (resident := await store.resident(call.session, subject_id)) is not None:
        me.resident.CopyFrom(resident_message(resident))
        dependants = await store.dependants(call.session, subject_id)
        me.dependants.extend(resident_message(dependant, subject_id) for dependant in dependants)
    elif (practitioner := await store.practitioner(call.session, subject_id)) is not None:
        me.practitioner.CopyFrom(practitioner_message(practitioner))
    if caller.partner_id and (found := await store.institution(call.session, UUID(caller.partner_id))) is not None:
        me.institution.CopyFrom(institution_message(found))
    return me


@api.serves
async def issue_health_code_token(request: pb.IssueHealthCodeTokenRequest, call: Call[Resources]) -> pb.HealthCodeToken:
    resident_id = request.resident_id or call.principal.subject_id
    if not call.principal.acts_for(resident_id):
        raise Forbidden("only the resident or a guardian can show this code", "resident_id")
    resident = await store.resident(call.session, parse_id(resident_id, "resident_id"))
    if resident is None:
        raise Unauthenticated("the token names a resident who is not registered here")
    keys = call.resources.keys
    text, claims = codes.issue(keys.cose_signing, keys.kid, call.resources.city, resident.health_code_id, call.now)
    return pb.HealthCodeToken(text=text, expires_at=timestamp(claims.expires_at))


@api.serves_without_transaction
async def redeem_health_code_token(request: pb.RedeemHealthCodeTokenRequest, call: Call[Resources]) -> pb.Scan:
    keys = call.resources.keys
    claims = codes.read(request.text, keys.cose_verifying, call.resources.city)
    async with call.resources.database.transaction() as session:
        scan = await commands.redeem_health_code(
            session,
            claims=claims,
            practitioner_id=UUID(call.principal.subject_id),
            institution_id=UUID(call.principal.partner_id),
            now=call.now,
        )
    if isinstance(scan, CodeUsed):
        raise scan  # only now: that a copy was shown has been committed and will be told
    return scan_message(scan, keys)


@api.serves_without_transaction
async def get_keys(request: pb.GetKeysRequest, call: Call[Resources]) -> pb.KeySet:
    return pb.KeySet(keys=[pb.Key(**key) for key in call.resources.keys.public()])


def resident_message(resident: ResidentRow, *guardians: UUID) -> pb.Resident:
    return pb.Resident(
        id=str(resident.id),
        name=resident.name,
        birth_date=resident.birth_date.isoformat(),
        health_code_id=str(resident.health_code_id),
        guardian_ids=[str(guardian) for guardian in guardians],
    )


def institution_message(institution: InstitutionRow) -> pb.Institution:
    return pb.Institution(id=str(institution.id), name=LocalizedText(text=institution.name))


def practitioner_message(practitioner: PractitionerRow) -> pb.Practitioner:
    return pb.Practitioner(
        id=str(practitioner.id),
        institution_id=str(practitioner.institution_id),
        name=practitioner.name,
        licence_number=practitioner.licence_number,
        title=practitioner.title,
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


# A hash of nobody's password, of the same cost as everybody's.
UNKNOWN_HASH = HASHER.hash("nobody")


async def ensure_account(resources: Resources, login: str, password: str, role: domain.Role, now: datetime) -> None:
    """The operator's or the regulator's account, made at start; a changed secret changes the password."""
    async with resources.database.transaction() as session:
        known = await store.account_for_update(session, login)
        if known is None:
            account = AccountRow(
                login=login,
                password_hash=await resources.hash(password),
                role=role,
                subject_id=new_id(),
                name=role.value,
                created_at=now,
            )
            with suppress(LoginTaken):  # by another process that starts at the same time
                await store.add_account(session, account)
        elif not await resources.matches(known.password_hash, password):
            known.password_hash = await resources.hash(password)
