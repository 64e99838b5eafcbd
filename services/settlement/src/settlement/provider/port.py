"""What a payment provider does for us. Every request carries a key; the same key is carried out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from chassis import moments
from chassis.refusals import Invalid

from settlement.domain.next_steps import NextStep, StepKind


class Unreachable(Exception):
    """Nobody knows whether what was asked has been done. Look it up by its key before it is asked again."""


class NotDone(Unreachable):
    """What was asked has not been done, and may be asked again: the provider was not reached, or did not let us in."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider answered: its reference, or why it declined.

    `pending` means that it does not know yet: a webhook will say, or the call looked up again. `amount_minor` is what
    was promised, taken or given back as the provider has it; none where it does not say. `next_step` is what who pays
    has to do, while it is pending.
    """

    approved: bool
    reference: str = ""
    reason: str = ""
    amount_minor: int | None = None
    pending: bool = False
    next_step: NextStep | None = None


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that a provider offers for a currency: its code, its names by language, what it asks of who pays
    (none: nothing), and between which amounts, in minor units; 0 as the most is no bound."""

    code: str
    names: Mapping[str, str]
    kind: StepKind | None = None
    minimum_minor: int = 1
    maximum_minor: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved at the provider: what came in is positive.

    `key` is the call's, or a settlement's or fee's own. A capture may go by the call that authorised it.
    """

    place: int
    key: str
    kind: str
    amount_minor: int
    currency: str
    at: datetime


def movement_of(line: Mapping[str, Any]) -> Movement:
    """A line of the provider's report; KeyError, TypeError or ValueError when it is not understood."""
    at = moment_of(line["at"], "at")
    return Movement(
        whole(line["place"]),
        str(line["key"]),
        str(line["kind"]),
        whole(line["amount"]),
        str(line["currency"]),
        at,
    )


def whole(value: object) -> int:
    """A whole number, as JSON writes one: a text, a fraction or a truth is none."""
    if type(value) is not int:
        raise TypeError("a whole number is needed")
    return value


def truth(value: object) -> bool:
    """true or false, as JSON writes them: the text "false" would be true."""
    if not isinstance(value, bool):
        raise TypeError("true or false is needed")
    return value


def outcome_of(answer: Mapping[str, Any]) -> Outcome:
    """The outcome in a provider's own words; KeyError, TypeError or ValueError when they are not understood."""
    amount = answer.get("amount")
    return Outcome(
        approved=truth(answer["approved"]),
        reference=str(answer["reference"]),
        reason=str(answer["reason"]),
        amount_minor=None if amount is None else whole(amount),
        pending=truth(answer.get("pending", False)),
        next_step=None if answer.get("next_step") is None else step_of(answer["next_step"]),
    )


def step_of(step: Mapping[str, Any]) -> NextStep:
    """What is asked of who pays; KeyError, TypeError or ValueError when it is not understood."""
    target = step["target"]
    if not isinstance(target, str):
        raise TypeError("a text is needed")
    return NextStep(StepKind(step["kind"]), target, moment_of(step["expires_at"], "expires_at"))


def moment_of(value: object, field: str) -> datetime:
    try:
        return moments.parse(str(value), field)
    except Invalid as refused:
        raise ValueError(refused.detail) from None


def method_of(method: Mapping[str, Any]) -> PaymentMethod:
    """A method that is offered; KeyError, TypeError, AttributeError or ValueError when it is not understood."""
    kind = method.get("kind")
    return PaymentMethod(
        str(method["code"]),
        {str(language): str(name) for language, name in method["names"].items()},
        None if kind is None else StepKind(kind),
        whole(method["minimum"]),
        whole(method["maximum"]),
    )


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """A call that was made before: what is known of it to look it up by."""

    key: str
    step: str
    reference: str  # of the authorisation; none of a call that asks for one, or of a payout
    amount_minor: int
    currency: str
    since: datetime


class Provider(Protocol):
    """Amounts are minor units. Each method raises `NotDone` where nothing was done, and `Unreachable` where nobody
    knows; every other answer is definite."""

    report_lag: timedelta  # how long ago money has to have moved, to be in the report for sure

    def payable_step(self, currency: str) -> int:
        """Of how many minor units every amount must be a multiple."""

    async def look_up(self, request: ProviderRequest) -> Outcome | None:
        """What became of a call that was made before; none where the provider does not know it, so that it may be made
        again under the same key."""

    async def methods(self, currency: str) -> Sequence[PaymentMethod]:
        """How may be paid in this currency."""

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str, return_to: str = "") -> Outcome:
        """Promise the amount; the reference names the authorisation from then on. Who is sent to a page of the
        provider's comes back to `return_to`, whatever they did there."""

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        """Take all or a part of an authorised amount; the rest is released."""

    async def void(self, key: str, reference: str) -> Outcome:
        """Release an authorised amount."""

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        """Give a part of a captured amount back."""

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        """Send money to a bank account."""

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        """What moved after this place of the report, in its order."""
