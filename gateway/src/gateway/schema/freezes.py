"""Freezes: what a regulator takes away from a partner, an offering, a practitioner or an account."""

import strawberry
from chassis.refusals import Invalid
from strawberry import ID
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.enums import Capability, FreezeTarget

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, kind_of, parse_global_id, shown
from gateway.policy import asks
from gateway.reading import field, reads, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request

TARGETS = {
    Kind.PARTNER: FreezeTarget.PARTNER,
    Kind.OFFERING: FreezeTarget.OFFERING,
    Kind.PRACTITIONER: FreezeTarget.PRACTITIONER,
    Kind.ACCOUNT: FreezeTarget.ACCOUNT,
}
KINDS = {int(target.value): kind for kind, target in TARGETS.items()}


@shows(pb.Freeze)
class Freeze:
    id: ID = field(kind=Kind.FREEZE)
    case_number: str
    target: FreezeTarget
    target_id: ID = reads(
        pb.Freeze, lambda freeze, _: shown(KINDS[freeze.target], freeze.target_id), "What is frozen: its own id."
    )
    partner_id: ID | None
    capabilities: list[Capability]
    reason: str
    imposed_at: DateTime
    imposed_by: str | None = field(description="Whose account: for operator and regulator.")
    lifted_at: DateTime | None
    lifted_by: str | None = field(description="Whose account: for operator and regulator.")
    lift_reason: str | None


def target_of(client_id: str) -> tuple[Kind, FreezeTarget]:
    """What an id is of, as far as it can be frozen."""
    kind = kind_of(client_id, "targetId")
    if kind not in TARGETS:
        raise Invalid("targetId", "must be the id of a partner, an offering, a practitioner or an account")
    return kind, TARGETS[kind]


@strawberry.type
class Query:
    @strawberry.field(
        description="Freezes, newest first, those that were lifted too: a partner sees its own and its people's."
    )
    @asks("partners.ListFreezes")
    async def freezes(
        self,
        info: Info,
        target_id: ID | None = None,
        case_number: str | None = None,
        in_force: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Freeze]:
        context = info.context
        request = pb.ListFreezesRequest(
            target_id=parse_global_id(target_of(target_id)[0], target_id, "targetId") if target_id else "",
            case_number=case_number or "",
            in_force=in_force,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.partners.list_freezes(request, context.token)
        return connection(answer.freezes, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Freeze a partner, an offering, a practitioner or an account under a case number, as a regulator."
        " Once it is answered, nothing frozen is read any more."
    )
    @refusable
    @asks("partners.ImposeFreeze")
    async def impose_freeze(
        self,
        info: Info,
        target_id: ID,
        case_number: str,
        reason: str,
        capabilities: list[Capability] | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Freeze:
        context = info.context
        kind, target = target_of(target_id)
        request = pb.ImposeFreezeRequest(
            target=target,
            target_id=parse_global_id(kind, target_id, "targetId"),
            case_number=case_number,
            capabilities=capabilities,
            reason=reason,
        )
        return await context.clients.partners.impose_freeze(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Lift a freeze, as a regulator.")
    @refusable
    @asks("partners.LiftFreeze")
    async def lift_freeze(
        self, info: Info, freeze_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Freeze:
        context = info.context
        request = pb.LiftFreezeRequest(freeze_id=parse_global_id(Kind.FREEZE, freeze_id, "freezeId"), reason=reason)
        return await context.clients.partners.lift_freeze(request, context.token, idempotency_key or "")
