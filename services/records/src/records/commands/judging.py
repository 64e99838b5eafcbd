"""What is asked of neighbours before lines of a batch are stored: may its sender add to these records, is it proven who
their residents are, and were they born by then?

Whoever sent a batch is gone when it is processed, and so is their token. Records vouches for them: it signs who they
were.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from uuid import UUID

from chassis.auth import sign
from chassis.signing import SigningKeys
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as consent_pb
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.api_pb2 import CheckBirthRequest, CheckResidentsRequest
from yima.identity.v1.client import IdentityClient

AT_ONCE_MAX = 500
VOUCHED_SECONDS = 120
USE = "collection"  # of the tokens that records signs


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


@dataclass(frozen=True, slots=True)
class PersonCheck:
    """What identity says of a resident."""

    proven: bool
    born: bool  # by the day that was asked about


@dataclass(frozen=True)
class Judges:
    """Who is asked. The answers come in the order of the questions."""

    may_add: Callable[[Sender, Sequence[Addition]], Awaitable[Sequence[str]]]  # why not; empty where it may
    check_people: Callable[[Sender, Sequence[tuple[UUID, date]]], Awaitable[Sequence[PersonCheck]]]


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

    return Judges(may_add, check_people)


def why_not(decision: consent_pb.Decision) -> str:
    """Why consent refuses, and where the resident reads it."""
    reason = consent_pb.Reason.Name(decision.reason).removeprefix("REASON_").lower().replace("_", " ")
    return f"{reason}; decision {decision.id} is in the resident's access log"
