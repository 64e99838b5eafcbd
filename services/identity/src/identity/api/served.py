"""The contract identity serves, what its functions need, and what answers each refusal."""

from dataclasses import dataclass

from chassis.api import Api, Call
from chassis.database import Database
from chassis.problems import Problem
from chassis.refusals import TooManyTries
from chassis.sessions import Ended
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.identity.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import CAPABILITY_PUBLISH, GetPartnerRequest
from yima.partners.v1.client import PartnersClient

from identity import domain, store
from identity.codes import CodeKeys
from identity.domain import Patience
from identity.passwords import Lane, Passwords

NOT_FOUND = 404


@dataclass(frozen=True)
class Resources:
    """What identity's functions need: the key ring, the queue for hashing, the city, who knows API keys, and how often
    one address may register."""

    database: Database
    keys: SigningKeys
    codes: CodeKeys
    passwords: Passwords
    ended: Ended
    partners: PartnersClient
    city: str
    pack: City
    locales: list[str]
    registrations: Patience


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose institution is not a partner in good standing, as partners has it now."""
    asked = GetPartnerRequest(partner_id=call.principal.partner_id)
    try:
        partner = await call.resources.partners.get_partner(asked, call.authorization.removeprefix("Bearer "))
    except Problem as problem:
        if problem.status == NOT_FOUND:
            raise domain.PartnerNotActive("apply first, and wait until the operator has let you through") from None
        raise
    if CAPABILITY_PUBLISH not in partner.capabilities:
        raise domain.PartnerNotActive("this is for active partners whose certificates are in force")


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["IdentityApi"],
    refusals={
        domain.LoginTaken: 409,
        domain.LicenceTaken: 409,
        domain.SignInRefused: 401,
        domain.PasswordWrong: 403,
        domain.CodeForged: 400,
        domain.ClocksDiffer: 409,
        domain.CodeExpired: 410,
        domain.CodeUsed: 409,
        domain.TooManyDependants: 409,
        domain.OfAge: 409,
        domain.PartnerNotActive: 409,
    },
    standing_of_neighbour=in_good_standing,
)


async def count_try(call: Call[Resources], patience: Patience, about: str, lane: Lane) -> None:
    """Count a try of something, in a transaction of its own. Raises `TooManyTries`."""
    async with call.resources.passwords.counting(call.address, lane), call.resources.database.transaction() as session:
        wait = await store.count_try(session, patience, domain.hashed(about))
    if wait:
        raise TooManyTries(f"wait {wait} seconds before the next try", wait)
