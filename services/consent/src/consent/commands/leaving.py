"""A partner that leaves keeps no consent: what was given to it ends once its orders are finished."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from consent.commands import changes
from consent.domain.consents import ConsentEnd
from consent.store import consents, standings

ENDED_AT_ONCE_MAX = 500


async def note(session: AsyncSession, finished: Mapping[UUID, datetime]) -> None:
    """Have the consents ended that partners held when their orders were finished."""
    if finished:
        await standings.note_leaving(session, finished)


async def end_some(session: AsyncSession, now: datetime) -> bool:
    """End some consents of a partner that leaves; says whether there may be more to do."""
    leaver = await standings.leaving(session)
    if leaver is None or leaver.consents_end_at is None:
        return False
    artefacts = await consents.artefacts_given_to(
        session, leaver.partner_id, leaver.consents_end_at, now, ENDED_AT_ONCE_MAX
    )
    for artefact in artefacts:
        artefact.ended_at, artefact.ended_because = now, ConsentEnd.GRANTEE_LEFT
        changes.announce_end(session, artefact)
    await changes.log_ended(session, artefacts, now)
    if len(artefacts) < ENDED_AT_ONCE_MAX:
        leaver.consents_end_at = None
    return True
