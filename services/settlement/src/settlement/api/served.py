"""What all of settlement's API stands on: its contract, what its functions need, and whose things a caller sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.api import Api, Call
from chassis.auth import Principal
from chassis.ids import parse_id
from chassis.money import currency_of, from_message, to_minor
from chassis.refusals import Invalid, NotFound
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from yima.common.v1.types_pb2 import Money
from yima.settlement.v1 import api_pb2 as pb

from settlement.bank.bank_statement import NotOurAccount, StatementNeeded, StatementUneven
from settlement.bank.schemas import NotThatMessage
from settlement.commands import StatementContradicts
from settlement.commands.resources import Resources
from settlement.domain.books import PeriodNotOver, PeriodOutOfTurn, RateDiffers
from settlement.domain.cases import CaseOpen, CaseResolved, NothingToRetry
from settlement.domain.disputes import BankDecides, Decided, Disputed
from settlement.domain.invoices import NoDebt, PaidOtherwise, PaidTooMuch
from settlement.domain.payouts import NothingReturned
from settlement.domain.proposals import NeedsSecondPerson, ProposalDecided, SamePerson
from settlement.domain.reconciliation import (
    AdjustmentDecided,
    AdjustmentPending,
    BreakResolved,
    NotEven,
    NothingToAdjust,
)
from settlement.domain.refunds import BeyondFunds, NothingTaken
from settlement.domain.splits import PlanMalformed, RefundTooLarge
from settlement.domain.statements import DeadlinePassed, NotDisputed, PeriodClosed, StatementAnswered

CONFLICTS: Sequence[type[Exception]] = (
    AdjustmentDecided,
    AdjustmentPending,
    BankDecides,
    BeyondFunds,
    BreakResolved,
    CaseOpen,
    CaseResolved,
    DeadlinePassed,
    Decided,
    Disputed,
    NoDebt,
    NotDisputed,
    NotEven,
    NothingReturned,
    NothingTaken,
    NothingToAdjust,
    NothingToRetry,
    PaidOtherwise,
    PaidTooMuch,
    PeriodClosed,
    PeriodNotOver,
    PeriodOutOfTurn,
    ProposalDecided,
    RateDiffers,
    RefundTooLarge,
    StatementAnswered,
    StatementContradicts,
)
api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["SettlementApi"],
    refusals=dict.fromkeys(CONFLICTS, 409)
    | {
        NotThatMessage: 400,
        PlanMalformed: 400,
        NotOurAccount: 400,
        StatementNeeded: 400,
        StatementUneven: 400,
        NeedsSecondPerson: 403,
        SamePerson: 403,
    },
)


@dataclass(frozen=True, slots=True)
class People:
    """Who does something, and who approved it; nobody, where one person does it alone."""

    by: UUID
    approved_by: UUID | None = None


def unapproved(call: Call[Resources]) -> People:
    """The caller, with nobody's approval."""
    return People(UUID(call.principal.subject_id))


def own(principal: Principal, partner_id: str) -> UUID | None:
    """The partner a caller may ask about: its own, or for operator and regulator any, or None for all."""
    asked_for = parse_id(partner_id, "partner_id") if partner_id else None
    if principal.supervises:
        return asked_for
    own_id = UUID(principal.partner_id)
    if asked_for not in (None, own_id):
        raise NotFound("there is no such partner", "partner_id")
    return own_id


def counted(message: Money, field: str) -> tuple[int, str]:
    """An amount's minor units and its currency, which must be one."""
    currency_of(message.currency, f"{field}.currency")
    return to_minor(from_message(message, field)), message.currency


def known_name(kind: EnumTypeWrapper, number: int, field: str) -> str:
    """The last word of an enum's value in small letters: PAYOUT_RAIL_BANK is "bank"."""
    if number not in kind.values():
        raise Invalid(field, f"{number} is not a value of it")
    return kind.Name(number).rpartition("_")[2].lower()
