"""Patient numbers over HTTP: what waits for them, whose they are, and how that ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Forbidden
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.records.v1 import patients_pb2 as pb

from records.api.batches import sender_of
from records.api.served import Resources, acted_for, api
from records.api.sources import certified_scope, own_partner
from records.commands import patients as commands
from records.domain.patients import (
    LinkEnding,
    LinkStatus,
    Match,
    PatientNumberStatus,
    check_ending,
    check_status,
    why_unmatched,
)
from records.store import patients as store
from records.store.patients import Waiting
from records.tables import PatientLinkRow, PatientNumberRow, WaitingLineRow

LEFT_OUT_SHOWN_MAX = 20
LINKS_SHOWN_MAX = 20


@api.serves
async def list_patient_numbers(request: pb.ListPatientNumbersRequest, call: Call[Resources]) -> pb.PatientNumberPage:
    part = pages.by_id(request.page)
    institution_id = own_partner(call) if call.principal.role == Role.ROLE_PARTNER else None
    if request.partner_id:
        asked = parse_id(request.partner_id, "partner_id")
        if institution_id not in (None, asked):
            raise Forbidden("a partner sees its own patient numbers", "partner_id")
        institution_id = asked
    rows, page = part.cut(
        await store.page(
            call.session,
            institution_id=institution_id,
            status=check_status(request.status),
            value=request.value,
            part=part,
            now=call.now,
        ),
        pages.at_id,
    )
    return pb.PatientNumberPage(numbers=await number_messages(rows, call), page=page)


async def number_messages(rows: Sequence[PatientNumberRow], call: Call[Resources]) -> Sequence[pb.PatientNumber]:
    ids = [row.id for row in rows]
    waiting = await store.waiting(call.session, ids)
    refused = await store.refused_lines(call.session, [each for each in ids if waiting[each].refused])
    trail: dict[UUID, list[PatientLinkRow]] = {}
    for link in await store.links(call.session, ids):
        trail.setdefault(link.patient_id, []).append(link)
    return [
        number_message(row, trail.get(row.id, []), waiting[row.id], refused.get(row.id, []), call.now) for row in rows
    ]


def number_message(
    row: PatientNumberRow,
    trail: Sequence[PatientLinkRow],
    waiting: Waiting,
    refused: Sequence[WaitingLineRow],
    now: datetime,
) -> pb.PatientNumber:
    status = status_of(row, trail, now)
    shown = [as_seen_by_institution(link, now) for link in trail[:LINKS_SHOWN_MAX]]
    return pb.PatientNumber(
        id=str(row.id),
        partner_id=str(row.institution_id),
        system=row.system,
        value=row.value,
        status=int(status),  # type: ignore[arg-type] # the contract's number
        waiting=waiting.lines,
        waiting_since=timestamp(waiting.since),
        first_seen_at=timestamp(row.first_seen_at),
        has_scan=row.scan_id is not None or row.told_resident_id is not None,
        has_identity_number=row.seal is not None,
        has_name=bool(row.name),
        reason=why_unmatched(status, commands.evidence_of(row)),
        links=[link_message(link, row.value, shown_status) for link, shown_status in shown],
        refused=waiting.refused,
        left_out=[
            pb.LeftOutLine(
                source_id=str(line.source_id or ""),
                number=line.number or 0,
                position=line.position or 0,
                code=line.code,
                field=line.field,
                detail=line.detail,
            )
            for line in refused[:LEFT_OUT_SHOWN_MAX]
        ],
    )


def status_of(row: PatientNumberRow, trail: Sequence[PatientLinkRow], now: datetime) -> PatientNumberStatus:
    """Where a number is, as its institution may know it: one who said no has not answered yet."""
    if row.differs:
        return PatientNumberStatus.DIFFERS
    if row.link_id is not None:
        return PatientNumberStatus.MATCHED
    asked = any(as_seen_by_institution(link, now)[1] == LinkStatus.ASKED for link in trail)
    return PatientNumberStatus.ASKED if asked else PatientNumberStatus.UNMATCHED


def as_seen_by_institution(link: PatientLinkRow, now: datetime) -> tuple[PatientLinkRow, LinkStatus]:
    """A link and its status: that somebody was asked and said no is not told from that nobody was."""
    status = LinkStatus(link.status)
    if status in (LinkStatus.ASKED, LinkStatus.DECLINED):
        status = LinkStatus.ASKED if link.until is not None and now < link.until else LinkStatus.LAPSED
    return link, status


def link_message(link: PatientLinkRow, value: str, status: LinkStatus) -> pb.PatientLink:
    return pb.PatientLink(
        id=str(link.id),
        partner_id=str(link.institution_id),
        value=value,
        status=f"PATIENT_LINK_STATUS_{status}",
        basis=f"PATIENT_MATCH_BASIS_{link.basis}",
        asked_at=timestamp(link.asked_at),
        until=timestamp(link.until),
        matched_at=timestamp(link.matched_at),
        ended_at=timestamp(link.ended_at),
        ending=f"PATIENT_LINK_ENDING_{link.ending}" if link.ending else None,
        reason=link.reason,
        checked=link.checked,
        withdrawn=link.withdrawn,
    )


async def find_candidate(request: pb.AskPatientRequest, call: Call[Resources]) -> Match:
    """Whom name and birth date mean; asked of identity before anything is locked."""
    await certified_scope(own_partner(call), call)
    patient_id = parse_id(request.patient_number_id, "patient_number_id")
    return await commands.candidate(call.resources.database, call.resources.judges, patient_id, sender_of(call))


@api.serves_after(find_candidate)
async def ask_patient(request: pb.AskPatientRequest, call: Call[Resources]) -> pb.PatientNumber:
    row = await commands.ask_patient(
        call.session,
        patient_id=parse_id(request.patient_number_id, "patient_number_id"),
        match=call.prepared,
        checked=request.checked,
        by=sender_of(call),
        now=call.now,
    )
    return (await number_messages([row], call))[0]


@api.serves
async def list_patient_links(request: pb.ListPatientLinksRequest, call: Call[Resources]) -> pb.PatientLinkPage:
    part = pages.by_id(request.page)
    resident_id = acted_for(request.resident_id or call.principal.subject_id, call, "sees whose patient they are")
    rows, page = part.cut(await store.links_of(call.session, [resident_id], part), lambda row: pages.at_id(row[0]))
    return pb.PatientLinkPage(
        links=[link_message(link, value, as_seen_by_resident(link, call.now)) for link, value in rows],
        page=page,
    )


def as_seen_by_resident(link: PatientLinkRow, now: datetime) -> LinkStatus:
    status = LinkStatus(link.status)
    over = status == LinkStatus.ASKED and link.until is not None and now >= link.until
    return LinkStatus.LAPSED if over else status


@api.serves
async def answer_patient_link(request: pb.AnswerPatientLinkRequest, call: Call[Resources]) -> pb.PatientLink:
    link, row = await commands.answer_link(
        call.session,
        link_id=parse_id(request.patient_link_id, "patient_link_id"),
        accepted=request.accepted,
        by=call.principal,
        now=call.now,
    )
    return link_message(link, row.value, LinkStatus(link.status))


ENDINGS: Mapping[int, LinkEnding] = {
    pb.PATIENT_LINK_ENDING_WRONG: LinkEnding.WRONG,
    pb.PATIENT_LINK_ENDING_REUSED: LinkEnding.REUSED,
}


@api.serves
async def end_patient_link(request: pb.EndPatientLinkRequest, call: Call[Resources]) -> pb.PatientLink:
    link, row = await commands.end_link(
        call.session,
        link_id=parse_id(request.patient_link_id, "patient_link_id"),
        ending=check_ending(ENDINGS.get(request.ending)),
        reason=request.reason,
        by=call.principal,
        now=call.now,
    )
    return link_message(link, row.value, LinkStatus(link.status))
