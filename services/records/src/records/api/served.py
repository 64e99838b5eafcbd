"""The contract records serves, what its functions need, and what answers each refusal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.api import Api, Call
from chassis.database import Database
from chassis.ids import parse_id
from chassis.refusals import Forbidden
from chassis.signing import SigningKeys
from city_pack.pack import City
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.api_pb2 import CheckProvenRequest
from yima.identity.v1.client import IdentityClient
from yima.ordering.v1.client import OrderingClient
from yima.partners.v1.client import PartnersClient
from yima.records.v1 import api_pb2 as pb

from records.commands.compute import Counters
from records.commands.judging import ComparePeople, Judges
from records.domain.alert_rules import (
    AlertRuleMoveRefused,
    NoConsentForRule,
    NoSuchProgramme,
    OwnAlertRule,
    TooManyAlertRules,
)
from records.domain.batches import BatchCut, BatchDiffers, BatchNotMissing, BatchTooFarAhead
from records.domain.compute import (
    ProjectDoesNotFit,
    RunBudgetUsed,
    RunNotOver,
    TemplateKnown,
    TemplateNotApproved,
    TemplateStandsElsewhere,
    TemplateTakesThreePeople,
)
from records.domain.device_models import (
    DeviceModelDecided,
    DeviceModelKnown,
    NoDeviceMaker,
    OwnDeviceModel,
    TooManyDeviceModels,
)
from records.domain.devices import (
    DeviceBound,
    DeviceEnded,
    DeviceKeyKnown,
    DeviceModelNotApproved,
    DeviceMoveRefused,
    DeviceNotRecognised,
    OrderNotServed,
    TooManyDevices,
)
from records.domain.emergency import NoEmergencySlice
from records.domain.error_reports import (
    ErrorReportClosed,
    ErrorReportOpen,
    NobodyToAnswer,
    NotCorrected,
    TooManyErrorReports,
)
from records.domain.follow_ups import FollowUpMoveRefused, NoConsentForFollowUp, TooManyFollowUps
from records.domain.ingests import IngestRefused, QuotaReached, ResourceRefused
from records.domain.interactions import ConcurrentWrite, ConditionAmbiguous, DeletionRefused, VersionConflict
from records.domain.origin import FormatNotOffered, InteractionNotSupported
from records.domain.own_readings import ReadingChanged, ReadingImplausible, ReadingWithdrawn, TooManyReadings
from records.domain.patients import LinkMoveRefused, NothingToAskBy, ReusedByOthers, TooManyQuestions
from records.domain.quality_reports import MonthNotOver
from records.domain.queries import ParameterInvalid, QueryInvalid
from records.domain.readings import (
    ReadingDiffers,
    ReadingImpossible,
    ReadingOutOfTime,
    ReadingQuotaReached,
    ReadingRefused,
)
from records.domain.releases import ConsentDenied, LicenceNotChecked, NotProven, RowsNotReleased
from records.domain.reviews import ReviewClosed, ReviewJudged, ReviewNotLooked, TooManyLooks
from records.domain.rule_packs import RuleBook
from records.domain.sensitivity import Sensitivity
from records.domain.sources import OwnSource, SourceKnown, SourceMoveRefused, SourceStopped, TooManySources
from records.domain.terminology import (
    CodeFileRefused,
    CodeMapDecided,
    CodesDiffer,
    MayNotHandInCodes,
    OwnCodeMap,
    TooManyCodeFiles,
)
from records.domain.versions import ResourceStale

PROVEN_MAX = 100_000  # residents that are remembered as proven


@dataclass(frozen=True)
class Resources:
    """What records' functions need: its database, who decides, who knows births, and the city's calendar."""

    database: Database
    consent: ConsentClient
    identity: IdentityClient
    city: City
    apart: Sensitivity  # what no consent covers unless it names it
    partners: PartnersClient
    ordering: OrderingClient
    keys: SigningKeys  # of what is given to read in an emergency, and of who sent a batch
    judges: Judges  # who is asked before lines of a batch are stored
    rule_book: RuleBook  # what stored data is examined by
    compare_people: ComparePeople  # who is asked what rules have to know of residents
    counters: Counters  # who is asked before a run of a query
    proven: set[str] = field(default_factory=set)  # residents of whom identity has said that they are


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["RecordsApi"],
    refusals={
        ResourceRefused: 400,
        ResourceStale: 409,
        ConsentDenied: 403,
        NotProven: 409,
        LicenceNotChecked: 403,
        IngestRefused: 403,
        RowsNotReleased: 409,
        QuotaReached: 429,
        NoEmergencySlice: 404,
        CodeFileRefused: 400,
        MayNotHandInCodes: 403,
        CodesDiffer: 409,
        TooManyCodeFiles: 429,
        OwnCodeMap: 403,
        CodeMapDecided: 409,
        ErrorReportOpen: 409,
        ErrorReportClosed: 409,
        NotCorrected: 409,
        NobodyToAnswer: 409,
        ReadingImplausible: 400,
        ReadingWithdrawn: 409,
        ReadingChanged: 409,
        TooManyReadings: 429,
        TooManyErrorReports: 429,
        VersionConflict: 412,
        ConditionAmbiguous: 412,
        ConcurrentWrite: 409,
        DeletionRefused: 405,
        InteractionNotSupported: 405,
        FormatNotOffered: 406,
        SourceKnown: 409,
        SourceMoveRefused: 409,
        SourceStopped: 403,
        OwnSource: 403,
        TooManySources: 409,
        LinkMoveRefused: 409,
        NothingToAskBy: 409,
        ReusedByOthers: 403,
        TooManyQuestions: 429,
        BatchCut: 400,
        BatchDiffers: 409,
        BatchNotMissing: 409,
        BatchTooFarAhead: 409,
        MonthNotOver: 409,
        ReviewClosed: 409,
        ReviewJudged: 409,
        ReviewNotLooked: 409,
        TooManyLooks: 429,
        QueryInvalid: 400,
        ParameterInvalid: 400,
        TemplateKnown: 409,
        TemplateStandsElsewhere: 409,
        TemplateTakesThreePeople: 403,
        TemplateNotApproved: 409,
        ProjectDoesNotFit: 409,
        RunBudgetUsed: 409,
        RunNotOver: 409,
        NoDeviceMaker: 403,
        DeviceModelKnown: 409,
        TooManyDeviceModels: 409,
        DeviceModelDecided: 409,
        OwnDeviceModel: 403,
        DeviceNotRecognised: 401,
        DeviceEnded: 403,
        DeviceBound: 409,
        DeviceKeyKnown: 409,
        DeviceModelNotApproved: 409,
        DeviceMoveRefused: 409,
        TooManyDevices: 409,
        OrderNotServed: 403,
        ReadingRefused: 400,
        ReadingImpossible: 400,
        ReadingOutOfTime: 400,
        ReadingDiffers: 409,
        ReadingQuotaReached: 429,
        OwnAlertRule: 403,
        AlertRuleMoveRefused: 409,
        TooManyAlertRules: 409,
        NoSuchProgramme: 409,
        NoConsentForRule: 403,
        NoConsentForFollowUp: 403,
        FollowUpMoveRefused: 409,
        TooManyFollowUps: 409,
    },
)


def token_of(call: Call[Resources]) -> str:
    """The caller's own token, to ask other services with."""
    return call.authorization.partition(" ")[2]


def acted_for(resident_id: str, call: Call[Resources], what: str) -> UUID:
    """The resident this is about: the caller, or somebody for whom they act. `what` nobody else does."""
    whose = parse_id(resident_id, "resident_id")
    if not call.principal.acts_for(str(whose)):
        raise Forbidden(f"only the resident, or who acts for them, {what}", "resident_id")
    return whose


def theirs(call: Call[Resources]) -> Sequence[UUID]:
    """The residents whom a caller acts for: themselves, and their dependants on this route."""
    caller = call.principal
    return [UUID(each) for each in (caller.subject_id, *caller.dependants) if caller.acts_for(each)]


def check_licence(call: Call[Resources]) -> None:
    """Refuse a practitioner whose licence is not checked, as their token says: it ends where a licence is withdrawn."""
    caller = call.principal
    if caller.role == Role.ROLE_PRACTITIONER and caller.subject_id not in caller.proven:
        raise LicenceNotChecked("ask your institution to have it checked, then sign in again")


async def is_proven(resident_id: str, call: Call[Resources]) -> bool:
    """Is it proven who a resident is? Of the caller and their dependants the token says it; of others identity is
    asked, until it says yes, which is for ever."""
    if call.principal.role == Role.ROLE_RESIDENT:
        return resident_id in call.principal.proven
    if resident_id not in call.resources.proven:
        answer = await call.resources.identity.check_proven(CheckProvenRequest(resident_id=resident_id), token_of(call))
        if not answer.proven:
            return False
        call.resources.proven.add(resident_id)
        if len(call.resources.proven) > PROVEN_MAX:
            call.resources.proven.pop()
    return True
