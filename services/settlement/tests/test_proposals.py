"""What is proposed is held to what its own route holds it to, and leaves nothing until another person approves it."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from chassis.api import Call
from chassis.auth import Principal
from chassis.pages import beginning
from chassis.refusals import Refusal
from google.protobuf.message import Message
from settlement import commands, handlers
from settlement.api import Resources, proposals
from settlement.api.served import People
from settlement.domain.payout_terms import Terms
from settlement.domain.proposals import NOTHING_ALONE, Bounds, SamePerson
from settlement.store import proposals as store
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Role
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import ComplaintDecided
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books

from services.settlement.tests.harness import Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
NOBODY = "5c9d1e0a-7f3b-4c52-9a68-0d2f4b6e8a17"  # ids of cases are the same in every process
CENT = Money(currency="CNY", minor=1)


def terms(**wrong: Any) -> pb.SetPayoutTermsRequest:
    return pb.SetPayoutTermsRequest(partner_id=NOBODY, terms=pb.PayoutTerms(**wrong))


# Of every kind of act, what its route would not do.
UNFIT: Sequence[Message] = (
    pb.RefundOrderRequest(order_id=NOBODY, reason="x"),
    pb.RefundOrderRequest(order_id="x", reason="x"),
    pb.RefundOrderRequest(order_id=NOBODY, reason="x", amount=Money(currency="XXXX", minor=1)),
    pb.OpenDisputeRequest(order_id=NOBODY, reason="x"),
    pb.OpenDisputeRequest(order_id=NOBODY, reason=" "),
    pb.DecideDisputeRequest(dispute_id=NOBODY, for_partner=True),
    terms(hold_days=-5),
    terms(hold_days=366),
    terms(reserve_basis_points=10_001),
    terms(reserve_days=-1),
    terms(minimum_minor=-1),
    terms(schedule=99),
    terms(rail=99),
    terms(risk_tier="of no such name"),
    terms(frozen="x" * 501),
    books.PutRiskTierRequest(name="Not A Name"),
    books.PutRiskTierRequest(name="fine", hold_days=-1),
    books.PutRiskTierRequest(name="fine", reserve_basis_points=10_001),
    books.ExchangeMoneyRequest(sold=CENT, bought=CENT, rate="1", reason="x", account="bank:cash"),
    books.ExchangeMoneyRequest(sold=CENT, bought=Money(currency="USD", minor=1), rate="x", reason="x"),
    books.RecordInvoicePaymentRequest(invoice_id=NOBODY, amount=CENT, bank_reference="x"),
    pb.SettleMoneyCaseRequest(case_id=NOBODY, resolution="x", bank_reference="x"),
    pb.ReturnPayoutRequest(payout_id=NOBODY),
    pb.ReturnPayoutRequest(payout_id="x"),
    pb.IssueInvoiceRequest(partner_id=NOBODY, currency="CNY"),
    pb.IssueInvoiceRequest(partner_id=NOBODY, currency="XXXX"),
)
KINDS = {field.message_type.full_name: field.name for field in pb.ProposedAct.DESCRIPTOR.fields}


def call_in(session: AsyncSession, harness: Harness, bounds: Bounds = NOTHING_ALONE) -> Call[Resources]:
    principal = Principal(subject_id=str(uuid4()), role=Role.ROLE_OPERATOR)
    return Call(principal, "key", b"", datetime.now(UTC), Resources(harness.books, bounds=bounds), "", "", session)


async def counts(harness: Harness) -> dict[str, int]:
    """How many rows each table has."""
    async with harness.store.transaction() as session:
        names = await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        rows = {}
        for name in names.all():
            rows[name] = (await session.execute(text(f'SELECT count(*) FROM "{name}"'))).scalar_one()
        return rows


def test_of_every_kind_of_act_something_is_tried() -> None:
    assert {KINDS[act.DESCRIPTOR.full_name] for act in UNFIT} == set(KINDS.values()) == set(proposals.ACTS)


@pytest.mark.parametrize("act", UNFIT, ids=lambda act: str(act).replace("\n", " ")[:60])
async def test_what_its_route_would_refuse_is_not_proposed(harness: Harness, act: Message) -> None:
    kind = KINDS[act.DESCRIPTOR.full_name]
    refused = []
    async with harness.store.transaction() as session:
        call = call_in(session, harness)
        people = People(uuid4(), approved_by=uuid4())
        for doing in (
            lambda: proposals.ACTS[kind](act, call, people),
            lambda: proposals.propose(pb.ProposeRequest(act=pb.ProposedAct(**{kind: act}), reason="x"), call),
        ):
            trial = await session.begin_nested()
            with pytest.raises(Refusal) as caught:
                await doing()
            await trial.rollback()
            refused.append(caught.value)
        assert (await session.execute(text("SELECT count(*) FROM proposal"))).scalar_one() == 0
    directly, proposed = refused
    assert type(proposed) is type(directly)
    assert proposed.field == (f"act.{kind}.{directly.field}" if directly.field else "")


async def test_a_proposal_changes_nothing_but_that_it_is_there_and_shows_what_is_approved(harness: Harness) -> None:
    async with harness.store.transaction() as session:
        agreed = Terms(hold_days=30)
        await commands.set_payout_terms(
            session, partner_id=harness.partner, terms=agreed, by=uuid4(), approved_by=uuid4(), now=datetime.now(UTC)
        )
    placed = await harness.place(10_000)
    await harness.fulfil(placed)
    before = await counts(harness)
    async with harness.store.transaction() as session:
        call = call_in(session, harness)
        acts = (
            pb.ProposedAct(
                set_payout_terms=pb.SetPayoutTermsRequest(
                    partner_id=str(harness.partner), terms=pb.PayoutTerms(hold_days=1)
                )
            ),
            pb.ProposedAct(refund_order=pb.RefundOrderRequest(order_id=placed.order_id, reason="not served")),
        )
        for act in acts:
            proposal = await proposals.propose(pb.ProposeRequest(act=act, reason="x"), call)
            if proposal.act.WhichOneof("act") == "set_payout_terms":
                shown = proposal.act.set_payout_terms.terms
                assert (shown.hold_days, shown.risk_tier) == (1, commands.STANDARD)
                assert shown.rail and shown.schedule, "what stays as it was is shown too"
    after = await counts(harness)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {"proposal": 2}


async def test_what_the_system_proposes_beyond_one_person_s_bound_takes_two_of_them(harness: Harness) -> None:
    """A complaint was upheld, and its refund is more than one operator may give back in a day."""
    placed = await harness.place(50_000)
    await harness.fulfil(placed)
    act = pb.ProposedAct(refund_order=pb.RefundOrderRequest(order_id=placed.order_id, reason="upheld"))
    async with harness.store.transaction() as session:
        row = await commands.propose(session, act=act, reason="upheld", by=None, now=datetime.now(UTC))
    request = pb.DecideProposalRequest(proposal_id=str(row.id), approved=True)
    async with harness.store.transaction() as session:
        first = call_in(session, harness)
        taken_up = await proposals.decide_proposal(request, first)
    assert (taken_up.status, taken_up.proposed_by) == (pb.PROPOSAL_STATUS_PROPOSED, first.principal.subject_id)
    assert await harness.status(placed) == "captured"
    async with harness.store.transaction() as session:
        again = dataclasses.replace(call_in(session, harness), principal=first.principal)
        with pytest.raises(SamePerson):
            await proposals.decide_proposal(request, again)
        await session.rollback()
    async with harness.store.transaction() as session:
        done = await proposals.decide_proposal(request, call_in(session, harness))
    assert done.status == pb.PROPOSAL_STATUS_APPROVED
    await harness.provide()
    assert await harness.status(placed) == "refunded"
    assert await harness.holds()


@pytest.mark.parametrize("minor", [100, 50_000], ids=["within-the-bound", "beyond-it"])
async def test_whoever_upheld_a_complaint_does_not_approve_its_refund(harness: Harness, minor: int) -> None:
    """Within the bound of one operator, too: who decided for the resident is not the second person."""
    placed = await harness.place(minor)
    await harness.fulfil(placed)
    async with harness.store.transaction() as session:
        upholding = call_in(session, harness)
    decided = ComplaintDecided(
        complaint_id=str(uuid4()),
        order_id=placed.order_id,
        partner_id=placed.partner_id,
        upheld=True,
        version=3,
        decided_by=upholding.principal.subject_id,
    )
    await harness.hear(handlers.on_complaint_decided, decided)
    async with harness.store.transaction() as session:
        (row,) = [
            other
            for other in await store.page(session, "proposed", beginning(1_000))
            if pb.ProposedAct.FromString(other.act).refund_order.order_id == placed.order_id
        ]
    request = pb.DecideProposalRequest(proposal_id=str(row.id), approved=True)
    async with harness.store.transaction() as session:
        again = dataclasses.replace(call_in(session, harness, Bounds(10_000, "CNY")), principal=upholding.principal)
        with pytest.raises(SamePerson):
            await proposals.decide_proposal(request, again)
        await session.rollback()
    assert await harness.status(placed) == "captured"
    async with harness.store.transaction() as session:
        done = await proposals.decide_proposal(request, call_in(session, harness))
    assert (done.status, done.proposed_by) == (pb.PROPOSAL_STATUS_APPROVED, upholding.principal.subject_id)
    await harness.provide()
    assert await harness.status(placed) == "refunded"
