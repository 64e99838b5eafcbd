"""Checking partners' registrations again. The register is asked outside transactions: it may take long."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.questions import NotAnswered
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as events_pb

from partners.commands.standing import announce
from partners.domain.certificates import certified_until
from partners.domain.registrations import retry_after
from partners.registers import CheckedRegistration, InstitutionRegister
from partners.store import partners, registrations
from partners.store.registrations import DueRegistration

log = logging.getLogger("partners.registrations")
AT_ONCE_MAX = 8
LEASE = timedelta(minutes=2)


async def check_due(database: Database, register: InstitutionRegister, locale: str, recheck: timedelta) -> bool:
    """Ask the register about registrations that are due, at most `AT_ONCE_MAX`; says whether there may be more. It goes
    by the name in this language."""
    async with database.transaction() as session:
        due = await registrations.take_due(session, LEASE, AT_ONCE_MAX)
    await asyncio.gather(*(check(database, register, registration, locale, recheck) for registration in due))
    return len(due) == AT_ONCE_MAX


async def check(
    database: Database, register: InstitutionRegister, due: DueRegistration, locale: str, recheck: timedelta
) -> None:
    name = pb.PartnerManifest.FromString(due.manifest).name.text[locale]
    answer = None
    try:
        answer = await register.check_registration(name, due.number)
    except NotAnswered as error:
        log.warning("the register of institutions did not answer: %s", error)
    async with database.transaction() as session:
        await keep(session, due.partner_id, answer, recheck, database.now())


async def keep(
    session: AsyncSession, partner_id: UUID, answer: CheckedRegistration | None, recheck: timedelta, now: datetime
) -> None:
    """Keep what the register answered. Whoever was struck off has lapsed at once, and everybody hears of it; no answer
    takes nothing."""
    partner = await partners.load_for_update(session, partner_id)
    if answer is None:
        partner.registration_attempts += 1
        partner.registration_due_at = now + retry_after(partner.registration_attempts)
        return
    partner.registration_attempts, partner.registration_due_at = 0, now + recheck
    if answer.confirmed == (partner.struck_off_at is None):
        return
    had = partner.certified_until
    partner.struck_off_at = None if answer.confirmed else now
    await session.flush()
    partner.certified_until = certified_until((await partners.load(session, partner_id)).certificate_terms)
    partner.lapse_announced = not answer.confirmed
    partner.version += 1
    if answer.confirmed:
        log.info("the registration of partner %s is confirmed again", partner_id)
        await announce(session, partner_id, now, events_pb.PartnerCertified)
    else:
        log.warning("partner %s was struck off its register, certified until %s", partner_id, had)
        await announce(session, partner_id, now, events_pb.CertificateLapsed)
