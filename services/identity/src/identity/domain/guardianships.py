"""Guardianships between people who are registered: who may act for whom, for what, until when, and who says so.

Whoever gains from a guardianship does not approve it alone: one person proposes it and another confirms it, or an
operator decides by documents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from chassis import moments, texts
from chassis.refusals import Invalid, Refusal
from city_pack.pack import City

from identity.domain.people import OfAge, is_minor

PROPOSAL_LIFE = timedelta(days=14)
PROPOSALS_MAX = 10  # of one person, that are open
EVIDENCE_MAX = 5  # documents of one proposal
EVIDENCE_TERM_MAX = timedelta(days=5 * 366)  # then an operator looks at it again
GUARDIANS_MAX = 4  # of one dependant
REFERENCE_LENGTH_MAX = 80


class Act(StrEnum):
    """What a guardian may do. The values are those of the contract's `GuardianAct`, in lower case."""

    ORDERS = "orders"
    CONSENTS = "consents"
    RECORDS = "records"
    HEALTH_CODE = "health_code"


ALL_ACTS: Sequence[Act] = tuple(Act)


class Ward(StrEnum):
    """What a dependant is. Who acts for a minor does so until they come of age."""

    MINOR = "minor"
    ADULT = "adult"


class Basis(StrEnum):
    """On what a guardianship rests. The values are those of the contract's `GuardianshipBasis`, in lower case."""

    REGISTRATION = "registration"
    AGREEMENT = "agreement"
    EVIDENCE = "evidence"


class ProposalStatus(StrEnum):
    """Where a proposal stands. The values are those of the contract's, in lower case."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    EXPIRED = "expired"  # by the clock, never stored


MOVES: Mapping[ProposalStatus, frozenset[ProposalStatus]] = MappingProxyType(
    {
        ProposalStatus.OPEN: frozenset(
            {ProposalStatus.CONFIRMED, ProposalStatus.DECLINED, ProposalStatus.WITHDRAWN, ProposalStatus.REFUSED}
        ),
    }
)


class EvidenceKind(StrEnum):
    """What a document is. The values are those of the contract's `GuardianshipEvidenceKind`, in lower case."""

    BIRTH_CERTIFICATE = "birth_certificate"
    HOUSEHOLD_REGISTER = "household_register"
    COURT_DECISION = "court_decision"
    NOTARISED_AGREEMENT = "notarised_agreement"
    APPOINTMENT = "appointment"


class GuardianMinor(Refusal):
    code = "guardian-minor"
    title = "A guardian has to be of age."


class MinorDecides(Refusal):
    code = "minor-decides"
    title = "A minor neither proposes, confirms nor ends a guardianship."


class PersonNotProven(Refusal):
    code = "person-not-proven"
    title = "It has to be proven who the people of a guardianship are."


class GuardianInCare(Refusal):
    code = "guardian-in-care"
    title = "Documents show that somebody acts for this person, so that they act for nobody."


class GuardianshipExists(Refusal):
    code = "guardianship-exists"
    title = "This person acts for the other already."


class GuardianshipProposed(Refusal):
    code = "guardianship-proposed"
    title = "This guardianship is proposed already, and waits for an answer."


class TooManyProposals(Refusal):
    code = "too-many-guardianship-proposals"
    title = "A person may have only so many proposals that wait for an answer."


class TooManyGuardians(Refusal):
    code = "too-many-guardians"
    title = "A dependant may have only so many guardians."


class EvidenceNeeded(Refusal):
    code = "guardianship-evidence-needed"
    title = "Nobody can confirm this guardianship, so documents have to show it."


class TermNeeded(Refusal):
    code = "guardianship-term-needed"
    title = "A guardianship of an adult by documents is for a time."


class TermTooLong(Refusal):
    code = "guardianship-term-too-long"
    title = "A guardianship by documents is for at most five years at once."


class ActsNotYours(Refusal):
    code = "guardian-acts-not-yours"
    title = "A guardian lets another do only what they may do themselves."


class OwnProposal(Refusal):
    code = "own-guardianship-proposal"
    title = "Another person confirms a guardianship than who proposed it."


class ProposalClosed(Refusal):
    code = "guardianship-proposal-closed"
    title = "The proposal was answered before."


class ProposalExpired(Refusal):
    code = "guardianship-proposal-expired"
    title = "The proposal was not answered in time."


class OperatorDecides(Refusal):
    code = "guardianship-decided-by-operator"
    title = "An operator decides this proposal by its documents."


class PersonConfirms(Refusal):
    code = "guardianship-confirmed-by-person"
    title = "This proposal has no documents: the person who is asked confirms it."


class EndedByOperatorOnly(Refusal):
    code = "guardianship-by-evidence"
    title = "Documents show this guardianship, so that an operator ends it."


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document that an operator compares with the paper."""

    kind: EvidenceKind
    reference: str
    issued_by: str
    issued_on: date


def parse_acts(names: Sequence[str]) -> Sequence[Act]:
    """What a guardian is to be allowed, each once."""
    if not names:
        raise Invalid("acts", f"name what the guardian may do: {', '.join(act.upper() for act in Act)}")
    known = {act.value: act for act in Act}
    for index, name in enumerate(names):
        if name not in known:
            raise Invalid(f"acts[{index}]", f"must be one of {', '.join(act.upper() for act in Act)}")
    return sorted({known[name] for name in names}, key=ALL_ACTS.index)


def parse_evidence(index: int, kind: str, reference: str, issued_by: str, issued_on: str, today: date) -> Evidence:
    """A document as it is to be looked at."""
    at = f"evidence[{index}]"
    if kind not in set(EvidenceKind):
        raise Invalid(f"{at}.kind", f"must be one of {', '.join(each.upper() for each in EvidenceKind)}")
    issued = moments.parse_day(issued_on, f"{at}.issued_on")
    if issued > today:
        raise Invalid(f"{at}.issued_on", "must not lie in the future")
    return Evidence(
        EvidenceKind(kind),
        texts.line(reference, f"{at}.reference", REFERENCE_LENGTH_MAX),
        texts.name(issued_by, f"{at}.issued_by"),
        issued,
    )


def check_term(until: datetime | None, ward: Ward, *, by_evidence: bool, now: datetime) -> None:
    """Refuse a term that is over, or that a guardianship by documents may not have."""
    if until is not None and until <= now:
        raise Invalid("until", "must lie in the future")
    if not by_evidence:
        return
    if until is None:
        if ward == Ward.ADULT:
            raise TermNeeded("say until when; an operator may decide it again then", "until")
    elif until > now + EVIDENCE_TERM_MAX:
        raise TermTooLong("propose it again when it is over", "until")


def ward_of(birth_date: date, city: City, now: datetime) -> Ward:
    return Ward.MINOR if is_minor(birth_date, city, now) else Ward.ADULT


def check_ward(ward: Ward, birth_date: date, city: City, now: datetime) -> None:
    """Refuse to begin a minor's guardianship once they are of age."""
    if ward == Ward.MINOR and not is_minor(birth_date, city, now):
        raise OfAge("propose it again: they confirm it themselves now", "resident_id")


def check_guardian_age(birth_date: date, city: City, now: datetime) -> None:
    if is_minor(birth_date, city, now):
        raise GuardianMinor("name somebody who is of age", "guardian_id")


def check_decider_age(birth_date: date, city: City, now: datetime) -> None:
    """Refuse a minor who proposes, confirms or ends a guardianship."""
    if is_minor(birth_date, city, now):
        raise MinorDecides("a guardian, or an operator by documents, does")


def check_acts(acts: Collection[str], own: Collection[str] | None) -> None:
    """Refuse a guardian of a minor to give another more than they have; `own` is None for who gives of their own."""
    if own is not None and not set(acts) <= set(own):
        raise ActsNotYours("leave out what you may not do yourself", "acts")


def close(current: ProposalStatus, target: ProposalStatus) -> ProposalStatus:
    """Return `target` if a proposal may go there."""
    if target not in MOVES.get(current, frozenset()):
        raise ProposalClosed(f"it is {current}", "guardianship_proposal_id")
    return target


def askees(
    *, ward: Ward, guardian_id: UUID, dependant_id: UUID, proposed_by: UUID, guardians: Collection[UUID]
) -> frozenset[UUID]:
    """Who may confirm a proposal: an adult dependant or their guardian-to-be, whoever of them did not propose it. For a
    minor a guardian they have, or the guardian-to-be where such a guardian proposed it."""
    if ward == Ward.ADULT:
        return frozenset({guardian_id, dependant_id} - {proposed_by})
    if proposed_by == guardian_id:
        return frozenset(guardians) - {proposed_by}
    return frozenset({guardian_id})


def acting_until(ward: Ward, until: datetime | None, birth_date: date, city: City) -> datetime | None:
    """When a guardianship ends by itself; None where it does not."""
    if ward == Ward.ADULT:
        return until
    of_age = city.of_age_at(birth_date)
    return of_age if until is None else min(until, of_age)
