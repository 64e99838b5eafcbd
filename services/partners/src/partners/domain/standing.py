"""Where a partner stands: its status, who takes which step of it, and what it may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from chassis.refusals import Forbidden, Refusal

from partners.domain.capabilities import Capability
from partners.domain.certificates import (
    CertificateTerms,
    certified_until,
)
from partners.domain.freezes import FreezeTerms, check_not_frozen, frozen


class PartnerStatus(StrEnum):
    """Where a partner stands between applying and leaving."""

    SCREENING = "screening"
    CERTIFYING = "certifying"
    CONTRACTING = "contracting"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    OFFBOARDING = "offboarding"
    LEFT = "left"
    REJECTED = "rejected"


class Actor(StrEnum):
    """In which role somebody takes a step."""

    PARTNER = "partner"
    OPERATOR = "operator"
    REGULATOR = "regulator"


APPLICANTS = frozenset({Actor.PARTNER})
OPERATORS = frozenset({Actor.OPERATOR})
SUPERVISORS = frozenset({Actor.OPERATOR, Actor.REGULATOR})
STAYING = frozenset({Actor.PARTNER, Actor.OPERATOR})
# Every step there is, and who may take it; a trigger in the database has the same table. Of a suspension it also counts
# who made it: `may_lift`.
NEXT: Mapping[PartnerStatus, Mapping[PartnerStatus, frozenset[Actor]]] = {
    PartnerStatus.SCREENING: {PartnerStatus.CERTIFYING: OPERATORS, PartnerStatus.REJECTED: OPERATORS},
    # By applying again; or by who decides an appeal, which the database asks for.
    PartnerStatus.REJECTED: {PartnerStatus.SCREENING: frozenset(Actor)},
    # By whoever gives the last certificate that was missing, or co-signs it.
    PartnerStatus.CERTIFYING: {PartnerStatus.CONTRACTING: SUPERVISORS},
    PartnerStatus.CONTRACTING: {PartnerStatus.ACTIVE: APPLICANTS},
    PartnerStatus.ACTIVE: {PartnerStatus.SUSPENDED: SUPERVISORS, PartnerStatus.OFFBOARDING: APPLICANTS},
    PartnerStatus.SUSPENDED: {PartnerStatus.ACTIVE: SUPERVISORS},
    PartnerStatus.OFFBOARDING: {PartnerStatus.ACTIVE: STAYING, PartnerStatus.LEFT: OPERATORS},
    PartnerStatus.LEFT: {PartnerStatus.SCREENING: APPLICANTS},
}
# Who passed screening and has not left.
TAKING_PART = frozenset(
    {
        PartnerStatus.CERTIFYING,
        PartnerStatus.CONTRACTING,
        PartnerStatus.ACTIVE,
        PartnerStatus.SUSPENDED,
        PartnerStatus.OFFBOARDING,
    }
)
# What a status allows, and what is left of it when a certificate has lapsed: open orders finish, payouts continue.
ALLOWED: Mapping[PartnerStatus, frozenset[Capability]] = {
    PartnerStatus.ACTIVE: frozenset(Capability),
    PartnerStatus.SUSPENDED: frozenset({Capability.FULFIL}),
    PartnerStatus.OFFBOARDING: frozenset({Capability.FULFIL, Capability.READ_DATA, Capability.BE_PAID}),
}
LEFT_WHEN_FINISHED = frozenset({Capability.BE_PAID})  # of a partner that leaves, once its orders are finished
LEFT_WHEN_LAPSED = frozenset({Capability.FULFIL, Capability.BE_PAID})
# What somebody who is not active does next.
NEXT_STEPS: Mapping[PartnerStatus, str] = {
    PartnerStatus.SCREENING: "wait for the operator's decision",
    PartnerStatus.CERTIFYING: "wait for the operator's certificates",
    PartnerStatus.CONTRACTING: "sign the contract that is on offer",
    PartnerStatus.SUSPENDED: "answer whoever suspended it, or appeal, and wait to be reinstated",
    PartnerStatus.OFFBOARDING: "take the next step of leaving, or stop to leave",
    PartnerStatus.LEFT: "it has left; apply again, to come back",
    PartnerStatus.REJECTED: "apply again, with what was missing, or appeal",
}


class StepRefused(Refusal):
    code = "step-refused"
    title = "The partner's status does not allow this step."


class NotTheirStep(Forbidden):
    code = "not-their-step"
    title = "The caller's role does not take this step."


class SuspendedByRegulator(Forbidden):
    code = "suspended-by-regulator"
    title = "A regulator suspended the partner; only a regulator lifts that."


def advance(current: PartnerStatus, target: PartnerStatus, actor: Actor) -> PartnerStatus:
    """Return `target` if this actor may take a partner there from `current`."""
    actors = NEXT.get(current, {}).get(target)
    if actors is None:
        raise StepRefused(f"a partner that is {current} cannot become {target}")
    if actor not in actors:
        raise NotTheirStep(f"from {current} to {target} a partner is taken by: {', '.join(sorted(actors))}")
    return target


def may_suspend(current: PartnerStatus, suspended_as: Actor | None, actor: Actor) -> None:
    """Refuse a suspension that cannot be made. A regulator may take over an operator's, so that it is not lifted."""
    if current == PartnerStatus.SUSPENDED and actor == Actor.REGULATOR and suspended_as != Actor.REGULATOR:
        return
    advance(current, PartnerStatus.SUSPENDED, actor)


def may_lift(current: PartnerStatus, suspended_as: Actor | None, actor: Actor) -> None:
    """Refuse to lift a suspension that this actor may not lift; one of unknown origin counts as a regulator's."""
    if current != PartnerStatus.SUSPENDED:
        raise StepRefused(f"a partner that is {current} is not suspended")
    advance(current, PartnerStatus.ACTIVE, actor)
    if suspended_as != Actor.OPERATOR and actor != Actor.REGULATOR:
        raise SuspendedByRegulator("ask the regulator to reinstate the partner")


def check_good_standing(
    status: PartnerStatus | None,
    certified_until: datetime | None,
    now: datetime,
    freezes: Sequence[FreezeTerms] = (),
) -> None:
    """Refuse what only a partner in good standing does, saying what leads there. Asked before every act of a partner
    whose route does not say otherwise (`Route.standing`)."""
    if status is None:
        raise StepRefused("apply first, and wait until the operator has let you through")
    if status != PartnerStatus.ACTIVE:
        raise StepRefused(f"this is for active partners, and this one is {status}: {NEXT_STEPS[status]}")
    if certified_until is None or certified_until <= now:
        raise StepRefused("a certificate has lapsed: hand in new evidence, and ask the operator to renew it")
    check_not_frozen(freezes)


def capabilities(
    status: PartnerStatus,
    certificates: Sequence[CertificateTerms],
    now: datetime,
    freezes: Sequence[FreezeTerms] = (),
    *,
    finished: bool = False,
) -> list[Capability]:
    """What a partner may do now, the freezes in force considered: the one index that says so. `finished`: it leaves,
    and its orders are finished."""
    allowed = ALLOWED.get(status, frozenset())
    if finished:
        allowed = allowed & LEFT_WHEN_FINISHED
    until = certified_until(certificates)
    if until is None or now >= until:
        allowed = allowed & LEFT_WHEN_LAPSED
    return sorted(allowed - frozen(freezes))
