"""The contract partners serves, what its functions need, and what answers each refusal."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.api import Api, Call
from chassis.auth import Principal
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.catalog.v1.client import CatalogClient
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient
from yima.notifications.v1.client import NotificationsClient
from yima.ordering.v1.client import OrderingClient
from yima.partners.v1 import api_pb2 as pb
from yima.settlement.v1.client import SettlementClient

from partners.domain import appeals, freezes, screening
from partners.domain.applications import (
    AlreadyApplied,
    NameTaken,
    RegisterAway,
    RegistrationNotConfirmed,
    RegistrationTaken,
)
from partners.domain.bank_accounts import BankAccountChangeOpen, BankAccountChangeOver
from partners.domain.certificates import NothingToCosign, NothingToRevoke
from partners.domain.conformance import ConformanceNotPassed
from partners.domain.contracts import ContractSuperseded
from partners.domain.documents import TooManyDocuments
from partners.domain.keys import TooManyApiKeys
from partners.domain.offboarding import NotLeaving, SomethingLeft
from partners.domain.standing import (
    Actor,
    NotTheirStep,
    StepRefused,
    check_good_standing,
)
from partners.registers import InstitutionRegister
from partners.store import partners


@dataclass(frozen=True)
class Resources:
    """The city: its languages, currency, districts, categories and fees; and who is asked whether there is what a
    regulator freezes, and told at once what decisions must go by; and who knows its institutions."""

    city: City
    identity: IdentityClient
    catalog: CatalogClient
    consent: ConsentClient
    ordering: OrderingClient
    settlement: SettlementClient
    notifications: NotificationsClient  # how systems deal with what they are sent
    database: Database
    register: InstitutionRegister
    keys: SigningKeys  # that sign the certificate registry
    registration_recheck: timedelta = timedelta(days=1)  # after which a registration is checked again


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner does not stand well; whoever changes that waits for this request."""
    standing = await partners.standing(call.session, UUID(call.principal.partner_id))
    if standing is None:
        check_good_standing(None, None, call.now)
    else:
        check_good_standing(standing.status, standing.certified_until, call.now, standing.freezes)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["PartnersApi"],
    refusals={
        AlreadyApplied: 409,
        RegistrationTaken: 409,
        RegistrationNotConfirmed: 409,
        RegisterAway: 503,
        NameTaken: 409,
        StepRefused: 409,
        ContractSuperseded: 409,
        TooManyApiKeys: 409,
        TooManyDocuments: 409,
        NothingToCosign: 409,
        ConformanceNotPassed: 409,
        NothingToRevoke: 409,
        NotLeaving: 409,
        SomethingLeft: 409,
        appeals.NothingToAppeal: 409,
        appeals.AlreadyAppealed: 409,
        appeals.AppealOver: 409,
        appeals.AlreadySpoken: 409,
        BankAccountChangeOpen: 409,
        BankAccountChangeOver: 409,
        screening.ChecklistIncomplete: 400,
        screening.ChecklistChanged: 409,
        screening.OutcomeDiffers: 409,
        screening.EvidenceMissing: 409,
        screening.ReviewNeeded: 409,
        freezes.AlreadyFrozen: 409,
        freezes.AlreadyLifted: 409,
        freezes.TooManyFreezes: 409,
        freezes.PartnerFrozen: 409,
    },
    standing=in_good_standing,
)
ACTORS = {Role.ROLE_PARTNER: Actor.PARTNER, Role.ROLE_OPERATOR: Actor.OPERATOR, Role.ROLE_REGULATOR: Actor.REGULATOR}


def actor_of(principal: Principal) -> Actor:
    """In which role the caller takes a step of a partner's status."""
    actor = ACTORS.get(principal.role)
    if actor is None:
        raise NotTheirStep("a partner, an operator or a regulator takes it")
    return actor


def visible(principal: Principal, partner_id: str) -> UUID:
    """The partner's id, if the caller may know of it."""
    parsed = parse_id(partner_id, "partner_id")
    if not principal.supervises and principal.partner_id != str(parsed):
        raise NotFound("there is no such partner", "partner_id")
    return parsed


ROLES = {actor.value: role for role, actor in ACTORS.items()}


def check_district(district: str, city: City) -> None:
    """Refuse a district that the city does not have; empty stands for all."""
    if district and district not in city.districts:
        raise Invalid("district", f"there is no district {district!r} in this city")
