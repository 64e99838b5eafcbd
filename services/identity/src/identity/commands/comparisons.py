"""What records' rules ask about residents: yes, no, or nothing at all. A no that could tell a guess is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.database import Database
from chassis.refusals import Busy, TooManyTries

from identity import store
from identity.commands.passwords import count_try
from identity.domain.access import OF_BIRTH
from identity.domain.comparisons import same_birth_date, same_name
from identity.hashing import Lane, Passwords
from identity.tables import ResidentRow


@dataclass(frozen=True, slots=True)
class Person:
    """How an institution calls a patient; what it does not say is empty."""

    name: str
    birth_date: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about a resident."""

    resident_id: UUID
    age_days: Sequence[date]
    birth_days: Sequence[date]
    people: Sequence[Person]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is so, in the order of the question's lists; None: it is not said."""

    born_by_age_days: Sequence[bool | None]
    born_by_birth_days: Sequence[bool | None]
    same_people: Sequence[bool | None]


async def compare(
    database: Database, passwords: Passwords, questions: Sequence[Question], *, institution_id: UUID, address: str
) -> Sequence[Comparison]:
    """What is so of each of these residents. Of one who is not proven to be, and where an institution was told no too
    often, nothing is said."""
    ids = [question.resident_id for question in questions]
    async with database.transaction() as session:
        residents = {resident.id: resident for resident in await store.people.residents(session, ids)}
        proven = await store.proofs.proven_at(session, ids)
    comparisons = []
    for question in questions:
        resident = residents.get(question.resident_id)
        if resident is None or question.resident_id not in proven:
            comparisons.append(nothing(question))
            continue
        said = comparison(question, resident)
        if False in (*said.born_by_birth_days, *said.same_people):
            try:
                about = f"{institution_id} {resident.id}"
                await count_try(database, passwords, OF_BIRTH, about, address=address, lane=Lane.STRANGER)
            except (TooManyTries, Busy):
                said = Comparison(
                    said.born_by_age_days, [None] * len(question.birth_days), [None] * len(question.people)
                )
        comparisons.append(said)
    return comparisons


def comparison(question: Question, resident: ResidentRow) -> Comparison:
    return Comparison(
        [resident.birth_date <= day for day in question.age_days],
        [resident.birth_date <= day for day in question.birth_days],
        [is_same(person, resident) for person in question.people],
    )


def is_same(person: Person, resident: ResidentRow) -> bool:
    named = not person.name or same_name(person.name, resident.name)
    return named and (not person.birth_date or same_birth_date(person.birth_date, resident.birth_date))


def nothing(question: Question) -> Comparison:
    return Comparison([None] * len(question.age_days), [None] * len(question.birth_days), [None] * len(question.people))
