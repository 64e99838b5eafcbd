"""What the beginning and the end of a guardianship mean for the consents that the guardian gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.outbox import Cause
from sqlalchemy.ext.asyncio import AsyncSession

from consent.commands import changes
from consent.domain.access_log import AccessAct
from consent.domain.consents import ConsentEnd
from consent.store import consents, guardianships, visits
from consent.store.guardianships import GuardianshipState

FIRST_VERSION = 1  # of a guardian and a dependant


async def begin_guardianships(session: AsyncSession, began: Sequence[GuardianshipState]) -> None:
    """Guardians act for these residents, who may have done so before and did not meanwhile. Of those who never did
    before nothing is known that this would undo."""
    again = [guardianship for guardianship in began if guardianship.version > FIRST_VERSION]
    await guardianships.lock_guardians_of(session, [guardianship.dependant_id for guardianship in again])
    await guardianships.note_guardianships(session, again)


async def end_guardianships(session: AsyncSession, ended: Mapping[GuardianshipState, Cause], now: datetime) -> None:
    """End the consents that guardians gave for residents they no longer act for, and their visit rules. What has
    expired is over anyway."""
    causes = {(guardianship.dependant_id, guardianship.guardian_id): cause for guardianship, cause in ended.items()}
    await guardianships.lock_guardians_of(session, [guardianship.dependant_id for guardianship in ended])
    await guardianships.note_guardianships(session, list(ended))
    artefacts = await consents.artefacts_given_by(session, list(causes))
    lasting = [artefact for artefact in artefacts if artefact.expires_at > now]
    for artefact in lasting:
        artefact.ended_at, artefact.ended_because = now, ConsentEnd.GUARDIANSHIP_ENDED
        cause = causes[artefact.resident_id, artefact.granted_by]
        changes.announce_end(session, artefact, cause)
    await changes.log_ended(session, lasting, now)
    rules = await visits.end_rules_of_guardians(session, list(causes), now)
    await changes.log_rules(session, rules, AccessAct.RULE_WITHDRAWN, now, None)
