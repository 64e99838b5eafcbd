"""Looks of operators and regulators at residents, so far as it takes to log each once a minute."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pruning import PRUNE_MAX, piece, prune
from chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncSession

type Look = tuple[UUID, UUID, int, datetime]
"""Who looked, at whom, at what of them (an `AccessAct`), and in which minute."""

# Of two who note the same look at once the second waits for the first, and notes nothing.
NOTE = Statement(
    """
    INSERT INTO look (subject_id, resident_id, act, minute)
    SELECT * FROM unnest(
        CAST(:subjects AS uuid[]), CAST(:residents AS uuid[]), CAST(:acts AS integer[]),
        CAST(:minutes AS timestamptz[])
    ) AS given ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING RETURNING subject_id, resident_id, act, minute
    """
)
FORGET = piece("look", "minute < :before")


async def note_looks(session: AsyncSession, looks: Collection[Look]) -> Sequence[Look]:
    """Note looks; returns those that are the first of their minute."""
    subjects, residents, acts, minutes = zip(*looks, strict=True) if looks else ((), (), (), ())
    rows = await NOTE.fetch(
        session, subjects=list(subjects), residents=list(residents), acts=list(acts), minutes=list(minutes)
    )
    return [(row["subject_id"], row["resident_id"], row["act"], row["minute"]) for row in rows]


async def forget_looks(session: AsyncSession, before: datetime, most: int = PRUNE_MAX) -> bool:
    """Forget that looks were noted in minutes before this. True where there may be more."""
    return await prune(session, FORGET, most, before=before)
