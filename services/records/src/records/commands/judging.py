"""What is asked of neighbours before lines of a batch are stored: whose patients are they of, may its sender add to
these records, is it proven who their residents are, and were they born by then?

Whoever sent a batch is gone when it is processed, and so is their token. Records vouches for them: it signs who they
were.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from uuid import UUID

from chassis.auth import sign
from chassis.ids import parse_id
from chassis.signing import SigningKeys
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.consent.v1.client import ConsentClient
from yima.identity.v1 import api_pb2 as identity_pb
from yima.identity.v1.api_pb2 import (
    CheckBirthRequest,
    CheckResidentsRequest,
    MatchPatientsRequest,
    PatientEvidence,
    PatientMatch,
    PatientMatchBasis,
    SealIdentityNumbersRequest,
)
from yima.identity.v1.client import IdentityClient

from records.domain.examinations import NamedPerson
from records.domain.patients import Basis, Evidence, Match

AT_ONCE_MAX = 500
PEOPLE_MAX = 20  # ways in which a resident is called in resources that are examined together
VOUCHED_SECONDS = 120
USE = "collection"  # of the tokens that records signs about who sent a batch
EXAMINATION = "examination"  # of those with which it asks what its rules have to know


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a batch."""

    subject_id: UUID
    role: Role
    partner_id: UUID


@dataclass(frozen=True, slots=True)
class Addition:
    """What a batch would add to a resident's record."""

    resident_id: UUID
    information_types: Sequence[str]
    count: int
    link_id: UUID | None = None  # by which the resident is a patient of the sender's institution


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What identity says of a resident."""

    proven: bool
    born: bool  # by the day that was asked about


@dataclass(slots=True)
class PersonQuestion:
    """What rules have to know of a resident: were they born by these days, and are these names and birth dates theirs?
    Days that tell an age are coarse; a day that something is said to be of could be a guess, and is counted."""

    resident_id: UUID
    age_days: set[date] = field(default_factory=set)
    birth_days: set[date] = field(default_factory=set)
    people: set[NamedPerson] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """What identity says: by day, were they born by then; and which of the people that were named they are not. What it
    does not say is left out."""

    born_by: Mapping[date, bool]
    others: frozenset[NamedPerson] = frozenset()


type ComparePeople = Callable[[UUID, Sequence[PersonQuestion]], Awaitable[Sequence[PersonAnswer]]]
"""Asks identity about residents of whom an institution sent something; the answers come in the questions' order."""


@dataclass(frozen=True)
class Judges:
    """Who is asked. The answers come in the order of the questions."""

    may_add: Callable[[Sender, Sequence[Addition]], Awaitable[Sequence[str]]]  # why not; empty where it may
    check_people: Callable[[Sender, Sequence[tuple[UUID, date]]], Awaitable[Sequence[PersonCheck]]]
    seal: Callable[[Sender, Sequence[str]], Awaitable[Sequence[bytes]]]  # identity numbers; empty for what is none
    match: Callable[[Sender, Sequence[Evidence]], Awaitable[Sequence[Match]]]


def neighbours(consent: ConsentClient, identity: IdentityClient, keys: SigningKeys, now: Callable[[], float]) -> Judges:
    """Consent and identity, asked in the name of a batch's sender."""

    def vouch(sender: Sender) -> str:
        claims = {
            "use": USE,
            "sub": str(sender.subject_id),
            "role": Role.Name(sender.role),
            "pid": str(sender.partner_id),
            "exp": now() + VOUCHED_SECONDS,
        }
        return sign(keys.signing, claims)

    async def may_add(sender: Sender, additions: Sequence[Addition]) -> Sequence[str]:
        answers: list[str] = []
        for some in batched(additions, AT_ONCE_MAX, strict=False):
            questions = [
                consent_pb.DecideIngestRequest(
                    resident_id=str(addition.resident_id),
                    information_types=addition.information_types,
                    count=addition.count,
                    patient_link_id=str(addition.link_id or ""),
                )
                for addition in some
            ]
            request = consent_pb.DecideIngestsRequest(sender=vouch(sender), questions=questions)
            decided = await consent.decide_ingests(request)
            answers += ["" if decision.permitted else why_not(decision) for decision in decided.decisions]
        return answers

    async def check_people(sender: Sender, people: Sequence[tuple[UUID, date]]) -> Sequence[PersonCheck]:
        checks: list[PersonCheck] = []
        for some in batched(people, AT_ONCE_MAX, strict=False):
            residents = [CheckBirthRequest(resident_id=str(person), day=day.isoformat()) for person, day in some]
            answer = await identity.check_residents(CheckResidentsRequest(sender=vouch(sender), residents=residents))
            checks += [PersonCheck(check.proven, check.born) for check in answer.residents]
        return checks

    async def seal(sender: Sender, numbers: Sequence[str]) -> Sequence[bytes]:
        seals: list[bytes] = []
        for some in batched(numbers, AT_ONCE_MAX, strict=False):
            request = SealIdentityNumbersRequest(sender=vouch(sender), identity_numbers=some)
            seals += (await identity.seal_identity_numbers(request)).seals
        return seals

    async def match(sender: Sender, patients: Sequence[Evidence]) -> Sequence[Match]:
        matches: list[Match] = []
        for some in batched(patients, AT_ONCE_MAX, strict=False):
            request = MatchPatientsRequest(sender=vouch(sender), patients=[evidence_message(each) for each in some])
            matches += [match_of(each) for each in (await identity.match_patients(request)).matches]
        return matches

    return Judges(may_add, check_people, seal, match)


def evidence_message(evidence: Evidence) -> PatientEvidence:
    return PatientEvidence(
        seal=evidence.seal or b"",
        scan_id=str(evidence.scan_id or ""),
        resident_id=str(evidence.resident_id or ""),
        name=evidence.name,
        birth_date=evidence.birth_date.isoformat() if evidence.birth_date else "",
    )


def match_of(message: PatientMatch) -> Match:
    basis = PatientMatchBasis.Name(message.basis).removeprefix("PATIENT_MATCH_BASIS_")
    return Match(
        parse_id(message.resident_id, "resident_id") if message.resident_id else None,
        Basis(basis) if message.resident_id else None,
        message.differs,
    )


def comparing(identity: IdentityClient, keys: SigningKeys, now: Callable[[], float]) -> ComparePeople:
    """Identity, asked what rules have to know. Records signs that it is records who asks, and of whose data."""

    async def compare(institution_id: UUID, questions: Sequence[PersonQuestion]) -> Sequence[PersonAnswer]:
        answers: list[PersonAnswer] = []
        claims = {"use": EXAMINATION, "pid": str(institution_id), "exp": now() + VOUCHED_SECONDS}
        for some in batched(questions, AT_ONCE_MAX, strict=False):
            ordered = [
                (question, sorted(question.age_days), sorted(question.birth_days), sorted_people(question.people))
                for question in some
            ]
            request = identity_pb.CompareResidentsRequest(
                sender=sign(keys.signing, claims),
                questions=[
                    identity_pb.ResidentQuestion(
                        resident_id=str(question.resident_id),
                        age_days=[day.isoformat() for day in ages],
                        birth_days=[day.isoformat() for day in births],
                        people=[
                            identity_pb.PersonAsSent(name=person.name, birth_date=person.birth_date)
                            for person in people
                        ],
                    )
                    for question, ages, births, people in ordered
                ],
            )
            compared = (await identity.compare_residents(request)).comparisons
            for (_, ages, births, people), answer in zip(ordered, compared, strict=True):
                born = zip([*ages, *births], [*answer.born_by_age_days, *answer.born_by_birth_days], strict=True)
                same = zip(people, answer.same_people, strict=True)
                answers.append(
                    PersonAnswer(
                        {day: said == identity_pb.AGREEMENT_YES for day, said in born if said},
                        frozenset(person for person, said in same if said == identity_pb.AGREEMENT_NO),
                    )
                )
        return answers

    return compare


def sorted_people(people: Iterable[NamedPerson]) -> list[NamedPerson]:
    """At most as many as may be asked about, always in the same order."""
    return sorted(people, key=lambda person: (person.name, person.birth_date))[:PEOPLE_MAX]


def why_not(decision: consent_pb.Decision) -> str:
    """Why consent refuses, and where the resident reads it."""
    reason = consent_pb.Reason.Name(decision.reason).removeprefix("REASON_").lower().replace("_", " ")
    return f"{reason}; decision {decision.id} is in the resident's access log"
