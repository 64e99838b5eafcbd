"""Guardianships between people who are registered: proposed, confirmed, decided by documents, ended."""

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.common.v1.enums import GuardianAct
from yima.identity.v1 import guardianships_pb2 as pb
from yima.identity.v1.enums import GuardianshipBasis, GuardianshipEvidenceKind, GuardianshipProposalStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


@shows(pb.GuardianshipEvidence)
class GuardianshipEvidence:
    kind: GuardianshipEvidenceKind
    reference: str
    issued_by: str
    issued_on: str


@shows(pb.GuardianshipProposal)
class GuardianshipProposal:
    id: ID
    guardian_id: ID
    guardian_name: str | None = field(description="Null where it is not for the caller to know.")
    guardian_birth_date: str | None
    resident_id: ID
    resident_name: str | None = field(description="Null where it is not for the caller to know.")
    resident_birth_date: str | None
    acts: list[GuardianAct]
    until: DateTime | None
    proposed_by_id: ID
    evidence: list[pb.GuardianshipEvidence]
    proposed_at: DateTime
    expires_at: DateTime
    status: GuardianshipProposalStatus
    closed_at: DateTime | None
    reason: str
    for_minor: bool
    yours_to_answer: bool


@shows(pb.GuardianshipEntry)
class GuardianshipEntry:
    id: ID = field(kind=Kind.GUARDIANSHIP)
    guardian_id: ID
    guardian_name: str
    resident_id: ID
    resident_name: str
    acts: list[GuardianAct]
    since: DateTime
    until: DateTime | None
    ended_at: DateTime | None
    basis: GuardianshipBasis
    for_minor: bool


@strawberry.input(description="A document that an operator compares with the paper. No copy of it is kept.")
class GuardianshipEvidenceInput:
    kind: GuardianshipEvidenceKind = strawberry.field(description="What it is.")
    reference: str = strawberry.field(description="Its number.")
    issued_by: str = strawberry.field(description="Who issued it.")
    issued_on: str = strawberry.field(description="When, an ISO 8601 date.")


@strawberry.type
class Query:
    @strawberry.field(
        description="Who acts for the caller, and for whom the caller acts, newest first; of the resident who is named "
        "for operator and regulator."
    )
    @asks("identity.ListGuardianships")
    async def guardianships(
        self,
        info: Info,
        resident_id: ID | None = None,
        ended_too: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.GuardianshipEntry]:
        context = info.context
        request = pb.ListGuardianshipsRequest(
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            ended_too=ended_too,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.identity.list_guardianships(request, context.token)
        return connection(answer.guardianships, answer.page)

    @strawberry.field(
        description="Proposals that the caller is part of or asked about, newest first; for operator and regulator "
        "those with documents."
    )
    @asks("identity.ListGuardianshipProposals")
    async def guardianship_proposals(
        self,
        info: Info,
        status: GuardianshipProposalStatus | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.GuardianshipProposal]:
        context = info.context
        request = pb.ListGuardianshipProposalsRequest(status=status, page=page_request(first, after, last, before))
        answer = await context.clients.identity.list_guardianship_proposals(request, context.token)
        return connection(answer.proposals, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose that somebody who is registered acts for another: as the guardian, as the dependant, or "
        "as a guardian of the minor it is about. The other one confirms it; where nobody can, name documents."
    )
    @refusable
    @asks("identity.ProposeGuardianship")
    async def propose_guardianship(
        self,
        info: Info,
        acts: list[GuardianAct],
        guardian_id: ID | None = None,
        resident_id: ID | None = None,
        until: DateTime | None = None,
        evidence: list[GuardianshipEvidenceInput] | None = None,
        idempotency_key: str | None = None,
    ) -> pb.GuardianshipProposal:
        context = info.context
        request = pb.ProposeGuardianshipRequest(
            guardian_id=parse_global_id(Kind.RESIDENT, guardian_id, "guardianId") if guardian_id else "",
            resident_id=parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else "",
            acts=acts,
            until=timestamp(until),
            evidence=[
                pb.GuardianshipEvidence(
                    kind=document.kind,
                    reference=document.reference,
                    issued_by=document.issued_by,
                    issued_on=document.issued_on,
                )
                for document in evidence or ()
            ],
        )
        return await context.clients.identity.propose_guardianship(request, context.token, idempotency_key or "")

    @strawberry.mutation(
        description="Confirm what another person proposed: the guardian acts from their next token on."
    )
    @refusable
    @asks("identity.ConfirmGuardianship")
    async def confirm_guardianship(
        self, info: Info, proposal_id: ID, idempotency_key: str | None = None
    ) -> pb.GuardianshipProposal:
        context = info.context
        request = pb.ConfirmGuardianshipRequest(guardianship_proposal_id=proposal_of(proposal_id))
        return await context.clients.identity.confirm_guardianship(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Decline what another person proposed, or take back what the caller did.")
    @refusable
    @asks("identity.DeclineGuardianship")
    async def decline_guardianship(
        self, info: Info, proposal_id: ID, reason: str = "", idempotency_key: str | None = None
    ) -> pb.GuardianshipProposal:
        context = info.context
        request = pb.DeclineGuardianshipRequest(guardianship_proposal_id=proposal_of(proposal_id), reason=reason)
        return await context.clients.identity.decline_guardianship(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="As an operator, decide a proposal by its documents.")
    @refusable
    @asks("identity.DecideGuardianship")
    async def decide_guardianship(
        self, info: Info, proposal_id: ID, approved: bool, reason: str, idempotency_key: str | None = None
    ) -> pb.GuardianshipProposal:
        context = info.context
        request = pb.DecideGuardianshipRequest(
            guardianship_proposal_id=proposal_of(proposal_id), approved=approved, reason=reason
        )
        return await context.clients.identity.decide_guardianship(request, context.token, idempotency_key or "")


def proposal_of(proposal_id: ID) -> str:
    """The service's id of a proposal."""
    return parse_global_id(Kind.GUARDIANSHIP_PROPOSAL, proposal_id, "proposalId")
