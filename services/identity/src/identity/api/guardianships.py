"""Who acts for whom: proposals, guardianships, and what is shown of them to whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from chassis import pages, texts
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from yima.common.v1.route_pb2 import GuardianAct, Role
from yima.identity.v1 import api_pb2 as pb
from yima.identity.v1 import guardianships_pb2 as guardianships_pb

from identity import store
from identity.api.served import Resources, api
from identity.commands import guardianships as commands
from identity.domain.guardianships import (
    EVIDENCE_MAX,
    Basis,
    Evidence,
    ProposalStatus,
    Ward,
    acting_until,
    askees,
    parse_acts,
    parse_evidence,
)
from identity.store.guardianships import Acting, NamedGuardianship, NamedProposal
from identity.tables import GuardianshipProposalRow


def act_names(numbers: Iterable[int]) -> list[str]:
    """Acts by the names that identity stores. One that the contract does not know is refused by its name."""
    return [
        GuardianAct.Name(cast(GuardianAct, number)).removeprefix("GUARDIAN_ACT_").lower()
        if number in GuardianAct.values()
        else "unknown"
        for number in numbers
    ]


def act_messages(acts: Iterable[str]) -> list[GuardianAct]:
    return [cast(GuardianAct, GuardianAct.Value(f"GUARDIAN_ACT_{act.upper()}")) for act in acts]


def documents(evidence: Sequence[guardianships_pb.GuardianshipEvidence], call: Call[Resources]) -> Sequence[Evidence]:
    """The documents that a proposal names."""
    if len(evidence) > EVIDENCE_MAX:
        raise Invalid("evidence", f"at most {EVIDENCE_MAX} documents")
    kinds = guardianships_pb.GuardianshipEvidenceKind
    today = call.resources.pack.today(call.now)
    return [
        parse_evidence(
            index,
            kinds.Name(document.kind).removeprefix("GUARDIANSHIP_EVIDENCE_KIND_").lower()
            if document.kind in kinds.values()
            else "unknown",
            document.reference,
            document.issued_by,
            document.issued_on,
            today,
        )
        for index, document in enumerate(evidence)
    ]


@api.serves
async def propose_guardianship(
    request: guardianships_pb.ProposeGuardianshipRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipProposal:
    caller_id = call.principal.subject_id
    proposal = await commands.propose(
        call.session,
        by=UUID(caller_id),
        guardian_id=parse_id(request.guardian_id or caller_id, "guardian_id"),
        dependant_id=parse_id(request.resident_id or caller_id, "resident_id"),
        acts=parse_acts(act_names(request.acts)),
        until=moment(request.until) if request.HasField("until") else None,
        evidence=documents(request.evidence, call),
        city=call.resources.pack,
        now=call.now,
    )
    return await shown(call, proposal)


@api.serves
async def confirm_guardianship(
    request: guardianships_pb.ConfirmGuardianshipRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipProposal:
    proposal = await commands.confirm(
        call.session,
        proposal_id=parse_id(request.guardianship_proposal_id, "guardianship_proposal_id"),
        by=UUID(call.principal.subject_id),
        city=call.resources.pack,
        now=call.now,
    )
    return await shown(call, proposal)


@api.serves
async def decline_guardianship(
    request: guardianships_pb.DeclineGuardianshipRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipProposal:
    proposal = await commands.decline(
        call.session,
        proposal_id=parse_id(request.guardianship_proposal_id, "guardianship_proposal_id"),
        by=UUID(call.principal.subject_id),
        reason=request.reason,
        city=call.resources.pack,
        now=call.now,
    )
    return await shown(call, proposal)


@api.serves
async def decide_guardianship(
    request: guardianships_pb.DecideGuardianshipRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipProposal:
    proposal = await commands.decide(
        call.session,
        proposal_id=parse_id(request.guardianship_proposal_id, "guardianship_proposal_id"),
        by=UUID(call.principal.subject_id),
        approved=request.approved,
        reason=request.reason,
        city=call.resources.pack,
        now=call.now,
    )
    return await shown(call, proposal)


@api.serves
async def list_guardianship_proposals(
    request: guardianships_pb.ListGuardianshipProposalsRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipProposalPage:
    part = pages.by_id(request.page)
    statuses = guardianships_pb.GuardianshipProposalStatus
    if request.status not in statuses.values():
        raise Invalid("status", "is none that the contract has")
    name = statuses.Name(request.status).removeprefix("GUARDIANSHIP_PROPOSAL_STATUS_").lower()
    rows, page = part.cut(
        await store.guardianships.proposals(
            call.session,
            of=None if call.principal.supervises else UUID(call.principal.subject_id),
            minors=await minors_of(call),
            status=ProposalStatus(name) if request.status else None,
            part=part,
            now=call.now,
        ),
        lambda each: (each.row.id,),
    )
    guardians = await guardians_now(call, [each.row for each in rows])
    return guardianships_pb.GuardianshipProposalPage(
        proposals=[proposal_message(call, each, guardians[each.row.dependant_id]) for each in rows],
        page=page,
    )


@api.serves
async def list_guardianships(
    request: guardianships_pb.ListGuardianshipsRequest, call: Call[Resources]
) -> guardianships_pb.GuardianshipPage:
    part = pages.by_id(request.page)
    of = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if call.principal.supervises:
        if not request.resident_id:
            raise Invalid("resident_id", "name whose guardianships to list")
    elif str(of) != call.principal.subject_id:
        raise NotFound("list your own", "resident_id")
    rows, page = part.cut(
        await store.guardianships.guardianships(
            call.session,
            of=of,
            minors=[] if call.principal.supervises else await minors_of(call),
            ended_too=request.ended_too,
            part=part,
        ),
        lambda each: (each.row.id,),
    )
    bases = await store.guardianships.basis_of(call.session, [each.row for each in rows])
    return guardianships_pb.GuardianshipPage(
        guardianships=[entry_message(call, each, bases[each.row.id]) for each in rows],
        page=page,
    )


@api.serves
async def end_guardianship(request: pb.EndGuardianshipRequest, call: Call[Resources]) -> pb.Guardianship:
    caller_id = UUID(call.principal.subject_id)
    is_operator = call.principal.role == Role.ROLE_OPERATOR
    dependant_id = parse_id(request.resident_id, "resident_id")
    guardian_id = parse_id(request.guardian_id, "guardian_id") if request.guardian_id or is_operator else caller_id
    if not is_operator and caller_id not in (guardian_id, dependant_id):
        raise NotFound("there is no such guardianship", "guardian_id")
    guardianship = await commands.end(
        call.session,
        guardian_id=guardian_id,
        dependant_id=dependant_id,
        by=caller_id,
        reason=texts.reason(request.reason) if request.reason.strip() else "",
        now=call.now,
    )
    return pb.Guardianship(
        guardian_id=str(guardianship.guardian_id),
        resident_id=str(guardianship.dependant_id),
        ended_at=timestamp(guardianship.ended_at),
    )


async def acted_for(call: Call[Resources]) -> Sequence[Acting]:
    """For whom the caller acts now."""
    born_after = call.resources.pack.adults_born_until(call.now)
    return await store.guardianships.acted_for(call.session, UUID(call.principal.subject_id), born_after, call.now)


async def minors_of(call: Call[Resources]) -> Collection[UUID]:
    """The minors for whom the caller acts now."""
    return [each.dependant.id for each in await acted_for(call) if each.guardianship.ward == Ward.MINOR]


async def shown(call: Call[Resources], proposal: GuardianshipProposalRow) -> guardianships_pb.GuardianshipProposal:
    guardian = await store.people.resident(call.session, proposal.guardian_id)
    dependant = await store.people.resident(call.session, proposal.dependant_id)
    assert guardian is not None and dependant is not None, "residents of a proposal stay"
    guardians = await guardians_now(call, [proposal])
    return proposal_message(call, NamedProposal(proposal, guardian, dependant), guardians[proposal.dependant_id])


async def guardians_now(
    call: Call[Resources], proposals: Sequence[GuardianshipProposalRow]
) -> Mapping[UUID, Collection[UUID]]:
    """Who acts now for each of the people whom proposals are about."""
    born_after = call.resources.pack.adults_born_until(call.now)
    dependants = {proposal.dependant_id for proposal in proposals}
    return await store.guardianships.guardians_of(call.session, dependants, born_after, call.now)


def proposal_message(
    call: Call[Resources], named: NamedProposal, guardians: Collection[UUID]
) -> guardianships_pb.GuardianshipProposal:
    """A proposal, with as much of the other person as the caller may know: whoever proposed learns nothing of the other
    by it before they have confirmed."""
    row, caller_id = named.row, call.principal.subject_id
    status = status_of(row, call.now)
    by_operator = call.principal.supervises
    asked = askees(
        ward=Ward(row.ward),
        guardian_id=row.guardian_id,
        dependant_id=row.dependant_id,
        proposed_by=row.proposed_by,
        guardians=guardians,
    )
    answers = call.principal.role == Role.ROLE_OPERATOR if row.evidence else UUID(caller_id) in asked
    all_known = by_operator or status == ProposalStatus.CONFIRMED or UUID(caller_id) in asked
    knows_guardian = all_known or caller_id == str(row.guardian_id) or row.proposed_by == row.guardian_id
    knows_dependant = all_known or caller_id == str(row.dependant_id) or UUID(caller_id) in guardians
    statuses, kinds = guardianships_pb.GuardianshipProposalStatus, guardianships_pb.GuardianshipEvidenceKind
    return guardianships_pb.GuardianshipProposal(
        id=str(row.id),
        guardian_id=str(row.guardian_id),
        guardian_name=named.guardian.name if knows_guardian else "",
        guardian_birth_date=named.guardian.birth_date.isoformat() if by_operator else "",
        resident_id=str(row.dependant_id),
        resident_name=named.dependant.name if knows_dependant else "",
        resident_birth_date=named.dependant.birth_date.isoformat() if by_operator else "",
        acts=act_messages(row.acts),
        until=timestamp(row.until),
        proposed_by_id=str(row.proposed_by),
        evidence=[
            guardianships_pb.GuardianshipEvidence(
                kind=cast(
                    guardianships_pb.GuardianshipEvidenceKind,
                    kinds.Value(f"GUARDIANSHIP_EVIDENCE_KIND_{document['kind'].upper()}"),
                ),
                reference=document["reference"],
                issued_by=document["issued_by"],
                issued_on=document["issued_on"],
            )
            for document in row.evidence
        ],
        proposed_at=timestamp(row.proposed_at),
        expires_at=timestamp(row.expires_at),
        status=cast(
            guardianships_pb.GuardianshipProposalStatus,
            statuses.Value(f"GUARDIANSHIP_PROPOSAL_STATUS_{status.upper()}"),
        ),
        closed_at=timestamp(row.closed_at),
        reason=row.reason,
        for_minor=row.ward == Ward.MINOR,
        yours_to_answer=answers and status == ProposalStatus.OPEN,
    )


def status_of(row: GuardianshipProposalRow, now: datetime) -> ProposalStatus:
    status = ProposalStatus(row.status)
    return ProposalStatus.EXPIRED if status == ProposalStatus.OPEN and row.expires_at <= now else status


def entry_message(call: Call[Resources], named: NamedGuardianship, basis: Basis) -> guardianships_pb.GuardianshipEntry:
    row, ward = named.row, Ward(named.row.ward)
    bases = guardianships_pb.GuardianshipBasis
    return guardianships_pb.GuardianshipEntry(
        id=str(row.id),
        guardian_id=str(row.guardian_id),
        guardian_name=named.guardian_name,
        resident_id=str(row.dependant_id),
        resident_name=named.dependant_name,
        acts=act_messages(row.acts),
        since=timestamp(row.since),
        until=timestamp(acting_until(ward, row.until, named.birth_date, call.resources.pack)),
        ended_at=timestamp(row.ended_at),
        basis=cast(guardianships_pb.GuardianshipBasis, bases.Value(f"GUARDIANSHIP_BASIS_{basis.upper()}")),
        for_minor=ward == Ward.MINOR,
    )
