"""Appealing against a rejection or a suspension, and deciding it: other people than who took the step do."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import events_pb2 as events_pb

from partners import events
from partners.commands.standing import Taker, announce, lift, step
from partners.domain.appeals import (
    DOCUMENTS_MAX,
    UNDONE,
    AppealOver,
    AppealStatus,
    NothingToAppeal,
    appeal_until,
    check_may_speak,
    may_appeal,
    outcome,
)
from partners.domain.standing import Actor, PartnerStatus
from partners.store import appeals, documents, partners
from partners.store.appeals import Appeal
from partners.tables import AppealRow, AppealVoiceRow, PartnerRow


async def open_appeal(
    session: AsyncSession,
    *,
    partner_id: UUID,
    reason: str,
    document_ids: Sequence[str],
    days: int,
    by: UUID,
    now: datetime,
) -> Appeal:
    """Appeal against the newest step of a partner, within so many days of it."""
    partner = await partners.load_for_update(session, partner_id)
    because = texts.prose(reason, "reason")
    latest = await appeals.newest_step(session, partner_id)
    if latest is None or not may_appeal(
        PartnerStatus(partner.status), latest.became, Actor(latest.taken_as), appeal_until(latest.taken_at, days), now
    ):
        raise NothingToAppeal(f"an appeal is against a rejection or a suspension, within {days} days of it")
    row = AppealRow(
        id=new_id(),
        partner_id=partner_id,
        step_id=latest.id,
        against=latest.became,
        decided_as=latest.taken_as,
        decided_by=latest.taken_by,
        reason=because,
        document_ids=await named(session, partner_id, document_ids, now),
        appealed_by=by,
        appealed_at=now,
    )
    await appeals.add(session, row)
    publish(session, events.partner_appealed(row), partner_id)
    return Appeal(row, latest)


async def named(session: AsyncSession, partner_id: UUID, values: Sequence[str], now: datetime) -> list[UUID]:
    """Documents that an appeal names: they stay. Refuses one that the partner has not handed in."""
    if len(values) > DOCUMENTS_MAX or len(set(values)) != len(values):
        raise Invalid("document_ids", f"must be at most {DOCUMENTS_MAX}, none twice")
    ids = [parse_id(value, f"document_ids[{index}]") for index, value in enumerate(values)]
    sent = await documents.name_documents(session, partner_id, ids, now) if ids else set()
    for index, document_id in enumerate(ids):
        if document_id not in sent:
            raise Invalid(f"document_ids[{index}]", "is not of a document you have uploaded")
    return ids


async def decide(
    session: AsyncSession, *, appeal_id: UUID, granted: bool, reason: str, by: UUID, actor: Actor, now: datetime
) -> Appeal:
    """Give a voice. The one that makes enough alike ends the appeal, and undoes the step where they grant it."""
    partner = await partners.load_for_update(session, await appeals.partner_of(session, appeal_id))
    appeal = await appeals.load_for_update(session, appeal_id)
    row, voices = appeal.row, appeal.voices
    if row.status != AppealStatus.WAITING:
        raise AppealOver("look at what became of it", "appeal_id")
    check_may_speak(Actor(row.decided_as), row.decided_by, {voice.spoken_by for voice in voices}, actor, by)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    voice = AppealVoiceRow(
        appeal_id=appeal_id,
        number=len(voices) + 1,
        decided_by=row.decided_by,
        spoken_by=by,
        spoken_as=actor,
        spoken_at=now,
        granted=granted,
        reason=because,
    )
    session.add(voice)
    await session.flush()
    ended = outcome(Actor(row.decided_as), [*(each.granted for each in voices), granted])
    if ended is not AppealStatus.WAITING:
        row.status, row.ended_at = ended, now
        await session.flush()  # the database asks for an appeal that was granted before it undoes a rejection
        if ended is AppealStatus.GRANTED:
            await undo(session, partner, PartnerStatus(row.against), Taker(actor, by, now), because)
        standing = events.standing(await partners.load(session, partner.id), now)
        publish(session, events.appeal_decided(row, standing), partner.id)
    return Appeal(row, appeal.step, [*voices, voice])


async def undo(session: AsyncSession, partner: PartnerRow, against: PartnerStatus, taker: Taker, because: str) -> None:
    """Take a partner back to where it was before the step."""
    if against is PartnerStatus.SUSPENDED:
        await lift(session, partner, taker, because)
        await announce(session, partner.id, taker.at, events_pb.PartnerReinstated)
    else:
        step(session, partner, UNDONE[against], taker, because)
        await session.flush()
