"""On what grounds a transaction sees what is known of residents. PostgreSQL lets it see that, and nothing else.

A transaction says once whom it is about and why (`docs/adr/0046`); policies of the tables go by it. A statement that
forgot whose record it wants shows no other's. Whoever says nothing is refused, rather than shown an empty record:
nobody is to read "no allergies" where a line of code is missing.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from uuid import UUID

from chassis.database import Database
from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

SAY = Statement(
    """
    SELECT set_config('yima.grounds', :grounds, true), set_config('yima.grounds_id', :grounds_id, true),
        set_config('yima.residents', :residents, true), set_config('yima.information_types', :information_types, true),
        set_config('yima.institution', :institution, true)
    """
)


class Grounds(StrEnum):
    """Why somebody sees what is known of a resident."""

    DECISION = "decision"  # of consent's: by a consent, an order, in an emergency, or since it is one's own record
    RESIDENT = "resident"  # a resident, or who acts for them, changes what is theirs to change
    INSTITUTION = "institution"  # an institution has to do with what it sent itself
    DEVICE = "device"  # what a device of theirs measures goes into their record
    WORK = "work"  # work behind, or a count, that goes through everybody's


async def decided(
    session: AsyncSession,
    decision_id: UUID | str,
    residents: Iterable[UUID],
    information_types: Iterable[str] | None = None,
) -> None:
    """See what consent, or a run of a query that it permitted, lets out of these residents: of these types alone, where
    they are named."""
    await say(session, Grounds.DECISION, decision_id, residents=residents, information_types=information_types)


async def own(session: AsyncSession, subject_id: UUID | str, residents: Iterable[UUID]) -> None:
    """See what is a caller's own, or of those for whom they act."""
    await say(session, Grounds.RESIDENT, subject_id, residents=residents)


async def of_institution(session: AsyncSession, institution_id: UUID, residents: Iterable[UUID] = ()) -> None:
    """See what an institution sent; and of these residents, into whose records it sends, what is in the way."""
    await say(session, Grounds.INSTITUTION, institution_id, residents=residents, institution=institution_id)


async def of_device(
    session: AsyncSession, device_id: UUID, resident_id: UUID, institution_id: UUID | None = None
) -> None:
    """See the record of whom a device is bound to."""
    await say(session, Grounds.DEVICE, device_id, residents=[resident_id], institution=institution_id)


async def work(session: AsyncSession, name: str) -> None:
    """See everybody's, for work that has this name."""
    await say(session, Grounds.WORK, name)


@asynccontextmanager
async def working(database: Database, name: str) -> AsyncGenerator[AsyncSession]:
    """A transaction of work that goes through everybody's."""
    async with database.transaction() as session:
        await work(session, name)
        yield session


async def say(
    session: AsyncSession,
    grounds: Grounds,
    grounds_id: UUID | str,
    *,
    residents: Iterable[UUID] = (),
    information_types: Iterable[str] | None = None,
    institution: UUID | None = None,
) -> None:
    """Until the transaction ends, or says something else."""
    await SAY.fetch(
        session,
        grounds=str(grounds),
        grounds_id=str(grounds_id),
        residents=listed([str(each) for each in residents]),
        information_types="" if information_types is None else listed(sorted(information_types)),
        institution=str(institution or ""),
    )


def listed(values: Sequence[str]) -> str:
    """An array, as PostgreSQL reads it; none of our values has to be quoted."""
    return "{" + ",".join(values) + "}"
