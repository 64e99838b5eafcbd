"""The contract consent serves, what its functions need, what answers each refusal, and for whom a caller answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.api import Api, Call
from chassis.auth import Verifier
from chassis.batching import Batcher
from chassis.database import Database
from chassis.looks import Look
from chassis.notes import VerifierKey
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from consent.commands.agreements import Agreement, AgreementOutcome
from consent.commands.changes import log_looks
from consent.commands.decisions import Question
from consent.commands.standings import learn
from consent.commands.tree import TreeSigner
from consent.domain.access_log import AccessAct, UnknownWitness
from consent.domain.consents import AlreadyAnswered, AlreadyEnded, AlreadyRevoked, TooManyAgreements
from consent.domain.decisions import MayNotUseData
from consent.domain.documents import OfferOver, ResidentNotServed, TooManyOffers
from consent.domain.emergencies import EmergencyOpen, EmergencyReviewedBefore, TooManyEmergencies
from consent.domain.erasures import AlreadyAttested, ConsentInForce, NothingToErase
from consent.domain.legal_bases import LegalBasisOver
from consent.domain.projects import AlreadyJoined, NotByThePersonBefore, ProjectNotOpen, ProjectStandsElsewhere
from consent.domain.scans import LateScan
from consent.domain.visits import TooManyVisitRules, VisitOver, VisitRuleEnded
from consent.store import guardianships


@dataclass(frozen=True)
class Resources:
    """What consent's functions need: its signing keys, the batchers that decide and take residents' words, who knows
    where partners stand."""

    keys: SigningKeys
    deciding: Batcher[Question, pb.Decision]
    agreeing: Batcher[Agreement, AgreementOutcome]
    partners: PartnersClient
    receipts: Verifier  # of identity's scans
    identity: IdentityClient
    city: City
    database: Database
    senders: Verifier  # of records' word on who sent a batch
    witnesses: Sequence[VerifierKey] = ()  # who may sign beneath the access log's checkpoints

    @property
    def signer(self) -> TreeSigner:
        """In whose name the access log's tree is signed: the city's."""
        return TreeSigner(f"yima/{self.city.name}/access-log", self.keys)


async def may_use_data(call: Call[Resources]) -> None:
    """Refuse a caller whose institution may not use residents' data, as partners has it now."""
    partner_id = UUID(call.principal.partner_id)
    if not await learn(call.resources.database, call.resources.partners, partner_id):
        raise MayNotUseData("this is for partners whose certificates allow it, and whom nobody has suspended or frozen")


OF_EMERGENCIES = frozenset({"ListEmergencies", "ReviewEmergency"})


async def log_look(look: Look, call: Call[Resources]) -> None:
    """Log who looked at emergencies. Other methods log it themselves, where nobody is named in the answer, too."""
    if look.method in OF_EMERGENCIES:
        await log_looks(call.session, look.by, AccessAct.EMERGENCIES_SEEN, look.people, look.at)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["ConsentApi"],
    looks=log_look,
    standing_of_neighbour=may_use_data,
    refusals={
        MayNotUseData: 409,
        AlreadyAnswered: 409,
        AlreadyRevoked: 409,
        AlreadyEnded: 409,
        TooManyAgreements: 429,
        AlreadyAttested: 409,
        ConsentInForce: 409,
        NothingToErase: 409,
        VisitOver: 409,
        TooManyVisitRules: 429,
        VisitRuleEnded: 409,
        TooManyEmergencies: 429,
        LegalBasisOver: 409,
        ProjectStandsElsewhere: 409,
        ProjectNotOpen: 409,
        AlreadyJoined: 409,
        NotByThePersonBefore: 403,
        EmergencyOpen: 409,
        EmergencyReviewedBefore: 409,
        LateScan: 409,
        OfferOver: 409,
        ResidentNotServed: 403,
        TooManyOffers: 429,
        UnknownWitness: 403,
    },
)


async def visible_residents(call: Call[Resources]) -> list[UUID]:
    """The caller and their dependants. A dependant whose guardianship has ended is left out, even while the caller's
    token still names them."""
    caller = UUID(call.principal.subject_id)
    dependants = [UUID(dependant_id) for dependant_id in call.principal.dependants]
    if dependants:
        over = await guardianships.acts_no_longer(call.session, [(dependant, caller) for dependant in dependants])
        dependants = [dependant for dependant in dependants if (dependant, caller) not in over]
    return [caller, *dependants]
