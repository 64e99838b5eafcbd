"""Freezes: imposing and lifting them, and what is frozen."""

from typing import cast
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import Kind, parse_id
from chassis.problems import Problem
from chassis.refusals import Invalid, NotFound, Unavailable
from yima.catalog.v1.api_pb2 import GetOfferingsRequest
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import LearnStandingRequest
from yima.identity.v1.api_pb2 import FindSubjectRequest, LearnFreezesRequest
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import freeze_message
from partners.api.served import Resources, api
from partners.api.standing import reach
from partners.commands import freezes as commands
from partners.domain.capabilities import Capability
from partners.domain.freezes import FROZEN_MAX, FreezeTarget, parse_case_number
from partners.store import freezes as store

NOT_FOUND = 404
KINDS = {
    FreezeTarget.PARTNER: Kind.PARTNER,
    FreezeTarget.OFFERING: Kind.OFFERING,
    FreezeTarget.PRACTITIONER: Kind.PRACTITIONER,
    FreezeTarget.ACCOUNT: Kind.ACCOUNT,
}


def token_of(call: Call[Resources]) -> str:
    return call.authorization.removeprefix("Bearer ")


async def reach_decisions(freeze: pb.Freeze, call: Call[Resources]) -> None:
    """Answer once nobody goes by what was so before: whoever reads, orders, is paid, scans or signs in after the answer
    is refused."""
    try:
        if freeze.target == pb.FREEZE_TARGET_PARTNER:
            await reach(freeze.target_id, call)
        elif freeze.target != pb.FREEZE_TARGET_OFFERING:
            await reach_people(freeze, call)
    except (Unavailable, Problem) as error:
        raise Unavailable("the freeze stands, and not everybody goes by it yet; ask again with the same key") from error


async def reach_people(freeze: pb.Freeze, call: Call[Resources]) -> None:
    await call.resources.identity.learn_freezes(LearnFreezesRequest(), token_of(call))
    if freeze.target == pb.FREEZE_TARGET_PRACTITIONER:
        request = LearnStandingRequest(practitioner_id=freeze.target_id)
        await call.resources.consent.learn_standing(request, token_of(call))


def target_of(number: int, field: str) -> FreezeTarget:
    if number == pb.FREEZE_TARGET_UNSPECIFIED or number not in pb.FreezeTarget.values():
        raise Invalid(field, f"must be one of {', '.join(target.name for target in FreezeTarget)}")
    return FreezeTarget(pb.FreezeTarget.Name(cast(pb.FreezeTarget, number)).removeprefix("FREEZE_TARGET_").lower())


def capability_of(number: int, index: int) -> Capability:
    if number == pb.CAPABILITY_UNSPECIFIED or number not in pb.Capability.values():
        raise Invalid(f"capabilities[{index}]", "must be one of PUBLISH, SELL, READ_DATA, BE_PAID")
    return Capability(pb.Capability.Name(cast(pb.Capability, number)).removeprefix("CAPABILITY_").lower())


def frozen_of(request: pb.ImposeFreezeRequest) -> tuple[FreezeTarget, UUID]:
    """What the request would freeze."""
    target = target_of(request.target, "target")
    return target, parse_id(request.target_id, "target_id", KINDS[target])


async def owner_of(request: pb.ImposeFreezeRequest, call: Call[Resources]) -> UUID | None:
    """Whose it is, where it is a partner's; what there is not is refused."""
    target, target_id = frozen_of(request)
    if target == FreezeTarget.PARTNER:
        return target_id
    if target == FreezeTarget.OFFERING:
        answer = await call.resources.catalog.get_offerings(GetOfferingsRequest(offering_ids=[str(target_id)]))
        if not answer.offerings:
            raise NotFound("there is no such offering that is or was on sale", "target_id")
        return UUID(answer.offerings[0].partner_id)
    try:
        subject = await call.resources.identity.find_subject(
            FindSubjectRequest(account_id=str(target_id)), token_of(call)
        )
    except Problem as problem:
        if problem.status == NOT_FOUND:
            raise NotFound(f"there is no such {target}", "target_id") from None
        raise
    if target == FreezeTarget.PRACTITIONER and subject.role != Role.ROLE_PRACTITIONER:
        raise NotFound("there is no such practitioner; freeze the account of somebody else", "target_id")
    return UUID(subject.institution_id) if subject.institution_id else None


@api.serves_and_finishes(reach_decisions, prepare=owner_of)
async def impose_freeze(request: pb.ImposeFreezeRequest, call: Call[Resources]) -> pb.Freeze:
    target, target_id = frozen_of(request)
    row = await commands.impose(
        call.session,
        target=target,
        target_id=target_id,
        partner_id=call.prepared,
        case_number=request.case_number,
        capabilities=[capability_of(number, index) for index, number in enumerate(request.capabilities)],
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return freeze_message(row, supervises=True)


@api.serves_and_finishes(reach_decisions)
async def lift_freeze(request: pb.LiftFreezeRequest, call: Call[Resources]) -> pb.Freeze:
    row = await commands.lift(
        call.session,
        freeze_id=parse_id(request.freeze_id, "freeze_id"),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return freeze_message(row, supervises=True)


@api.serves
async def list_freezes(request: pb.ListFreezesRequest, call: Call[Resources]) -> pb.FreezePage:
    part = pages.by_id(request.page)
    supervises = call.principal.supervises
    narrowed = store.Filter(
        partner_id=None if supervises else UUID(call.principal.partner_id),
        target_id=any_target(request.target_id),
        case_number=parse_case_number(request.case_number, "case_number") if request.case_number else "",
        in_force=request.in_force,
    )
    rows, page = part.cut(await store.page(call.session, narrowed, part), pages.at_id)
    return pb.FreezePage(
        freezes=[freeze_message(row, supervises=supervises) for row in rows],
        page=page,
    )


def any_target(text: str) -> UUID | None:
    """The id of whatever can be frozen, in any of its forms."""
    if not text:
        return None
    for kind in KINDS.values():
        if text.startswith(f"{kind}_"):
            return parse_id(text, "target_id", kind)
    return parse_id(text, "target_id")


@api.serves
async def list_frozen(request: pb.ListFrozenRequest, call: Call[Resources]) -> pb.Frozen:
    rows = await store.in_force(
        call.session,
        target_of(request.target, "target") if request.target else None,
        parse_id(request.target_id, "target_id") if request.target_id else None,
        FROZEN_MAX,
    )
    return pb.Frozen(
        things=[
            pb.FrozenThing(
                freeze_id=str(row.id), target=f"FREEZE_TARGET_{row.target.upper()}", target_id=str(row.target_id)
            )
            for row in rows
        ]
    )
