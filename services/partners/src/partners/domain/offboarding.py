"""A partner leaves in order: sale stops, orders finish, money settles, data is erased, certificates end."""

from collections.abc import Mapping, Sequence
from enum import IntEnum

from chassis.refusals import Refusal

from partners.domain.standing import Actor, NotTheirStep


class OffboardingStep(IntEnum):
    """The steps, in their order; the contract's numbers."""

    SALE_STOPPED = 1
    ORDERS_FINISHED = 2
    MONEY_SETTLED = 3
    DATA_ERASED = 4
    CERTIFICATES_ENDED = 5


# Who takes each step. Those of the partner are taken once their service says that nothing is left.
TAKERS: Mapping[OffboardingStep, Actor] = {
    step: Actor.OPERATOR if step is OffboardingStep.CERTIFICATES_ENDED else Actor.PARTNER for step in OffboardingStep
}


class NotLeaving(Refusal):
    code = "not-leaving"
    title = "The partner is not leaving: it has not begun to, stopped, or has left."


class SomethingLeft(Refusal):
    code = "something-left"
    title = "Something is left to do before the partner leaves."


def next_step(taken: int) -> OffboardingStep:
    """The step after those that were taken."""
    return OffboardingStep(taken + 1)


def check_taker(step: OffboardingStep, actor: Actor) -> None:
    if TAKERS[step] is not actor:
        who = "the city's operator" if TAKERS[step] is Actor.OPERATOR else "the partner"
        raise NotTheirStep(f"the next step is {step.name}, which {who} takes")


def check_nothing_left(left: Sequence[str]) -> None:
    """Refuse a step while something is left. `left`: sentences that say what, and what to do."""
    if left:
        raise SomethingLeft("; ".join(left))
