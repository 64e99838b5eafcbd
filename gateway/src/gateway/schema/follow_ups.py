"""Follow-ups and referrals: what is to be done next for a resident, as a practitioner said."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.records.v1 import follow_ups_pb2 as pb
from yima.records.v1.enums import FollowUpAction, FollowUpOutcome, FollowUpReason, FollowUpStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.catalog import Offering, offering_now
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.partners import PartnerProfile, profile

Which = Annotated[ID, strawberry.argument(description="The follow-up.")]


@shows(pb.FollowUp)
class FollowUp:
    id: ID
    resident_id: ID
    practitioner_id: ID
    institution: PartnerProfile | None = profile("institution_id", "Of which institution the practitioner is.")
    action: FollowUpAction
    reason: FollowUpReason
    due_on: str
    category: str | None = field(description="A referral: in which of the city's categories to book it.")
    offering_id: ID | None = field(description="A referral: which offering to book.")
    offering: Offering | None = offering_now("offering_id", "Null where it names none, or it is no longer on sale.")
    note: str | None
    status: FollowUpStatus
    overdue: bool
    order_id: ID | None = field(description="By which order the resident booked it; for the resident alone.")
    noted_at: DateTime
    closed_at: DateTime | None
    outcome: FollowUpOutcome | None = field(description="What was done in the end. Null where nothing is yet.")
    closing_note: str | None


@strawberry.type
class Query:
    @strawberry.field(
        description="What is to be done next: for a resident of their own, for a practitioner of a resident's as far "
        "as a consent covers it. Newest first. Every call is logged."
    )
    @asks("records.ListFollowUps")
    async def follow_ups(
        self,
        info: Info,
        resident_id: Annotated[ID | None, strawberry.argument(description="Whose; for residents, their own.")] = None,
        open_only: Annotated[bool, strawberry.argument(description="Only those that are due or booked.")] = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.FollowUp]:
        context = info.context
        request = pb.ListFollowUpsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            open_only=open_only,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.records.list_follow_ups(request, context.token)
        return connection(answer.follow_ups, answer.page)

    @strawberry.field(
        description="A practitioner's own open follow-ups of those who still let them look, the longest overdue first. "
        "Every look is logged with whom it is about."
    )
    @asks("records.ListDueFollowUps", "consent.DecideEach")
    async def due_follow_ups(
        self,
        info: Info,
        due_until: Annotated[
            str | None, strawberry.argument(description="Only those due until this day, such as `2026-12-24`.")
        ] = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.FollowUp]:
        context = info.context
        request = pb.ListDueFollowUpsRequest(due_until=due_until or "", page=page_request(first, after, last, before))
        answer = await context.clients.records.list_due_follow_ups(request, context.token)
        return connection(answer.follow_ups, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Note what is to be done next for a resident, within a consent of theirs, as a practitioner. It "
        "refers them to another where it names a category or an offering. They are told that there is something."
    )
    @refusable
    @asks("records.NoteFollowUp")
    async def note_follow_up(
        self,
        info: Info,
        resident_id: ID,
        action: Annotated[FollowUpAction, strawberry.argument(description="What is to be done.")],
        reason: Annotated[FollowUpReason, strawberry.argument(description="Why.")],
        due_on: Annotated[str, strawberry.argument(description="By which day, such as `2026-12-24`.")],
        idempotency_key: str,
        category: Annotated[str | None, strawberry.argument(description="One of the city's categories.")] = None,
        offering_id: Annotated[ID | None, strawberry.argument(description="Or a partner's offering.")] = None,
        note: Annotated[str | None, strawberry.argument(description="For the resident, in plain words.")] = None,
    ) -> pb.FollowUp:
        context = info.context
        request = pb.NoteFollowUpRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            action=action,
            reason=reason,
            due_on=due_on,
            category=category or "",
            offering_id=parse_global_id(Kind.OFFERING, offering_id, "offeringId") if offering_id else "",
            note=note or "",
        )
        return await context.clients.records.note_follow_up(request, context.token, idempotency_key)

    @strawberry.mutation(description="Say what was done, as the practitioner who noted it, within a consent.")
    @refusable
    @asks("records.CloseFollowUp")
    async def close_follow_up(
        self,
        info: Info,
        follow_up_id: Which,
        resident_id: ID,
        outcome: Annotated[FollowUpOutcome, strawberry.argument(description="What was done; not `SERVED`.")],
        note: Annotated[str | None, strawberry.argument(description="For the resident, in plain words.")] = None,
        idempotency_key: str | None = None,
    ) -> pb.FollowUp:
        context = info.context
        request = pb.CloseFollowUpRequest(
            follow_up_id=parse_global_id(Kind.FOLLOW_UP, follow_up_id, "followUpId"),
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId"),
            outcome=outcome,
            note=note or "",
        )
        return await context.clients.records.close_follow_up(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Say that one does not want it, or somebody for whom one acts. What is booked is cancelled first."
    )
    @refusable
    @asks("records.DeclineFollowUp")
    async def decline_follow_up(
        self, info: Info, follow_up_id: Which, idempotency_key: str | None = None
    ) -> pb.FollowUp:
        context = info.context
        request = pb.DeclineFollowUpRequest(follow_up_id=parse_global_id(Kind.FOLLOW_UP, follow_up_id, "followUpId"))
        return await context.clients.records.decline_follow_up(request, context.token, idempotency_key or "")
