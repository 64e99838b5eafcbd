"""Appeals: of a partner, and those that wait for a decision."""

from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from city_pack.pack import City
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import ROLES, Resources, actor_of, api
from partners.commands import appeals
from partners.domain.appeals import AppealStatus, appeal_until, may_appeal
from partners.domain.standing import Actor, PartnerStatus
from partners.store import appeals as store
from partners.store.appeals import Appeal
from partners.store.partners import PartnerAggregate


def appeal_message(appeal: Appeal, *, supervises: bool) -> pb.Appeal:
    """An appeal. A partner reads what was decided once it is, and roles in place of persons."""
    row = appeal.row
    open_to_partner = row.status != AppealStatus.WAITING
    return pb.Appeal(
        id=str(row.id),
        partner_id=str(row.partner_id),
        against=f"PARTNER_STATUS_{row.against.upper()}",
        decided_as=ROLES[row.decided_as],
        step_reason=appeal.step.reason,
        reason=row.reason,
        document_ids=[str(document_id) for document_id in row.document_ids],
        appealed_at=timestamp(row.appealed_at),
        appealed_by=str(row.appealed_by) if supervises else "",
        status=f"APPEAL_STATUS_{row.status.upper()}",
        ended_at=timestamp(row.ended_at),
        voices=[
            pb.AppealVoice(
                granted=voice.granted,
                reason=voice.reason,
                spoken_as=ROLES[voice.spoken_as],
                spoken_by=str(voice.spoken_by) if supervises else "",
                spoken_at=timestamp(voice.spoken_at),
            )
            for voice in appeal.voices
            if supervises or open_to_partner
        ],
    )


def until_when(partner: PartnerAggregate, city: City, now: datetime) -> datetime | None:
    """Until when a partner may appeal against its newest step; None where it may not."""
    if not partner.steps or any(appeal.row.step_id == partner.steps[-1].id for appeal in partner.appeals):
        return None
    latest = partner.steps[-1]
    until = appeal_until(latest.taken_at, city.rubric.appeal_days)
    status = PartnerStatus(partner.row.status)
    return until if may_appeal(status, latest.became, Actor(latest.taken_as), until, now) else None


@api.serves
async def open_appeal(request: pb.OpenAppealRequest, call: Call[Resources]) -> pb.Appeal:
    appeal = await appeals.open_appeal(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        reason=request.reason,
        document_ids=request.document_ids,
        days=call.resources.city.rubric.appeal_days,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return appeal_message(appeal, supervises=False)


@api.serves
async def decide_appeal(request: pb.DecideAppealRequest, call: Call[Resources]) -> pb.Appeal:
    appeal = await appeals.decide(
        call.session,
        appeal_id=parse_id(request.appeal_id, "appeal_id"),
        granted=request.granted,
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return appeal_message(appeal, supervises=True)


@api.serves
async def list_appeals(request: pb.ListAppealsRequest, call: Call[Resources]) -> pb.AppealPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await store.page(call.session, waiting=request.waiting, part=part), lambda appeal: pages.at_id(appeal.row)
    )
    return pb.AppealPage(
        appeals=[appeal_message(appeal, supervises=True) for appeal in rows],
        page=page,
    )
