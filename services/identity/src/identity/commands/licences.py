"""Checking practitioners' licences. The register is asked outside transactions: it may take long."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.outbox import publish
from chassis.questions import NotAnswered
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events
from identity.commands import access
from identity.domain.licences import LicenceState, retry_after, state_after
from identity.registers.port import CheckedLicence, LicenceRegister
from identity.store import licences
from identity.store.licences import DueLicence

log = logging.getLogger("identity.licences")
AT_ONCE_MAX = 8
LEASE = timedelta(minutes=2)


async def check_due(database: Database, register: LicenceRegister, recheck: timedelta) -> bool:
    """Ask the register about licences that are due, at most `AT_ONCE_MAX`; says whether there may be more."""
    async with database.transaction() as session:
        due = await licences.take_due(session, LEASE, AT_ONCE_MAX)
    await asyncio.gather(*(check(database, register, licence, recheck) for licence in due))
    return len(due) == AT_ONCE_MAX


async def check(database: Database, register: LicenceRegister, licence: DueLicence, recheck: timedelta) -> bool:
    """Ask about one licence and keep the answer. Where the register does not answer, all stays as it is, and it is
    asked again later; returns whether it answered."""
    try:
        answer = await register.check_licence(licence.name, licence.licence_number)
    except NotAnswered as error:
        log.warning("the register of licences did not answer: %s", error)
        answer = None
    async with database.transaction() as session:
        await keep(session, licence.practitioner_id, answer, recheck, database.now())
    return answer is not None


async def keep(
    session: AsyncSession, practitioner_id: UUID, answer: CheckedLicence | None, recheck: timedelta, now: datetime
) -> None:
    """Keep what the register answered. Whose licence is withdrawn is signed out everywhere at once."""
    row = await licences.check_for_update(session, practitioner_id)
    if answer is None:
        row.attempts += 1
        row.due_at = now + retry_after(row.attempts)
        return
    before = LicenceState(row.state)
    state = state_after(before, answer.confirmed)
    row.attempts, row.due_at = 0, now + recheck
    row.checked_at, row.reference = now, answer.reference
    if state == before:
        return
    row.state, row.changed_at, row.version = state, now, row.version + 1
    if state == LicenceState.CHECKED:
        publish(session, events.licence_checked(row), practitioner_id)
    elif state == LicenceState.WITHDRAWN:
        await access.end_sessions_of(session, practitioner_id)
        publish(session, events.licence_withdrawn(row), practitioner_id)
