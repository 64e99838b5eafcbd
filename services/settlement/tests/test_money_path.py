"""The money path after the sale, on real PostgreSQL and the sandbox provider's own books."""

import asyncio
import base64
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.consumer import NotYet
from chassis.database import Database
from chassis.refusals import Invalid, NotFound, Unauthenticated
from settlement import commands, handlers
from settlement.api import webhooks
from settlement.domain.disputes import Decided, Disputed
from settlement.domain.ledger import JournalEntry, Posting, reserve
from settlement.domain.refunds import NothingTaken
from settlement.domain.splits import RefundTooLarge
from settlement.provider.sandbox import DueWebhook, Faults, signed
from settlement.store import ledger, payments, splits
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import CancellationSettled, OrderCancelled, OrderFulfilled

from services.settlement.tests.office import SECRET, Office

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def test_a_fulfilled_order_is_split_captured_and_paid_out_once(office: Office) -> None:
    placed = await office.place()
    assert await office.status(placed) == "authorised"
    await office.fulfil(placed)
    await office.fulfil(placed)  # heard again under another event id
    assert await office.status(placed) == "captured"
    assert await office.owed() == 32_400
    assert await office.pay() == ([32_400], [])
    assert await office.pay() == ([], [])
    assert await office.owed() == 0
    assert await office.holds()


async def test_no_more_is_refunded_than_was_taken(office: Office) -> None:
    placed = await office.place(lines=2)
    await office.fulfil(placed, lines=1)  # only one line was served, so only that is taken
    assert await office.owed() == 32_400
    with pytest.raises(RefundTooLarge):
        await office.refund(placed, 36_001)
    await office.refund(placed, 36_000)
    assert await office.owed() == 0
    assert await office.holds()


async def test_two_payout_runs_at_once_pay_once(office: Office) -> None:
    for _ in range(3):
        await office.fulfil(await office.place())
    runs = await asyncio.gather(*(office.pay() for _ in range(5)))
    assert sorted(amount for paid, _ in runs for amount in paid) == [97_200]
    assert await office.holds()


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(office: Office) -> None:
    placed = await office.place()
    office.books.away = True
    await office.fulfil(placed)
    assert await office.status(placed) == "capturing"
    office.books.away = False
    async with office.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await office.provide()
    assert await office.status(placed) == "captured"
    assert await office.owed() == 32_400
    assert await office.holds()


async def test_money_of_an_order_called_off_is_released(office: Office) -> None:
    placed, late = await office.place(), await office.place(method="")
    for order in (placed, late):
        await office.hear(handlers.on_order_cancelled, OrderCancelled(order_id=order.order_id))
    await office.provide()
    assert [await office.status(order) for order in (placed, late)] == ["voided", "voided"]


async def test_a_line_that_was_used_in_part_costs_and_pays_its_part_by_the_frozen_plan(office: Office) -> None:
    placed = await office.place(lines=2)
    used, whole = placed.lines
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=str(office.partner),
        order_line_ids=[used.order_line_id, whole.order_line_id],
    )  # fmt: skip
    fulfilled.dues.add(order_line_id=used.order_line_id, amount=Money(currency="CNY", minor=9_001))
    await office.hear(handlers.on_order_fulfilled, fulfilled)
    await office.provide()
    async with office.store.transaction() as session:
        found = (await payments.payments_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)]
        ((line, parts), _) = (await splits.splits(session, [found.id]))[found.id]
    assert (found.status, found.captured_minor) == ("captured", 45_001)
    assert (line.gross_minor, sum(part.amount_minor for part in parts)) == (9_001, 9_001)
    assert [part.amount_minor for part in parts] == [
        part.amount_minor for part in splits.parts_of(line, office.partner)
    ]
    assert await office.owed() == 8_099 + 32_400, "each share of 9001 is rounded up"
    assert await office.holds()


async def test_a_fee_for_cancelling_late_is_taken_and_the_rest_released(office: Office) -> None:
    placed = await office.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(office.partner))
    cancelled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=7_200))
    await office.hear(handlers.on_order_cancelled, cancelled)
    await office.provide()
    assert await office.status(placed) == "captured"
    assert await office.owed() == 6_480
    assert await office.holds()


async def test_no_money_of_a_cancelled_order_moves_before_its_resident_could_object(office: Office) -> None:
    placed = await office.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(office.partner))
    cancelled.objection_until.GetCurrentTime()
    await office.hear(handlers.on_order_cancelled, cancelled)
    await office.provide()
    assert await office.status(placed) == "authorised"
    settled = CancellationSettled(order_id=placed.order_id, partner_id=str(office.partner), version=9)
    settled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=7_200))
    await office.hear(handlers.on_cancellation_settled, settled)
    await office.provide()
    assert await office.status(placed) == "captured"
    assert await office.owed() == 6_480
    assert await office.holds()


async def test_a_fulfilled_order_of_which_nothing_is_due_gives_the_money_back(office: Office) -> None:
    placed = await office.place()
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=str(office.partner), order_line_ids=[placed.lines[0].order_line_id]
    )
    fulfilled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=0))
    await office.hear(handlers.on_order_fulfilled, fulfilled)
    await office.provide()
    assert await office.status(placed) == "voided"
    assert await office.holds()


async def test_a_line_never_costs_more_than_was_ordered(office: Office) -> None:
    placed = await office.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(office.partner))
    cancelled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=36_001))
    with pytest.raises(ValueError, match="cannot cost 36001 of 36000"):
        await office.hear(handlers.on_order_cancelled, cancelled)
    assert await office.status(placed) == "authorised"


async def test_a_declined_payment_fails_with_its_reason_and_owes_nobody(office: Office) -> None:
    assert await office.status(await office.place(method="sandbox:declined")) == "failed"
    assert await office.owed() == 0


async def test_a_free_order_moves_no_money(office: Office) -> None:
    free = await office.place(minor=0)
    await office.fulfil(free)
    assert await office.owed() == 0
    assert await office.holds()


async def test_an_order_of_an_unknown_contract_is_heard_later(office: Office) -> None:
    office.partner = uuid4()
    with pytest.raises(NotYet):
        await office.place()


async def test_a_snapshot_and_its_tail_are_the_balance(office: Office) -> None:
    await office.fulfil(await office.place())
    async with office.store.transaction() as session:
        await ledger.take_snapshot(session)
    await office.fulfil(await office.place())
    assert await office.owed() == 64_800
    async with office.store.transaction() as session:
        await ledger.take_snapshot(session)
    assert await office.owed() == 64_800
    assert await office.holds()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE posting SET amount_minor = amount_minor + 1",
        "DELETE FROM posting",
        "DELETE FROM journal_entry",
        "INSERT INTO posting (entry_id, account, amount_minor, currency) SELECT id, 'a', 5, 'CNY' FROM journal_entry",
        "INSERT INTO journal_entry (id, kind, reference, recorded_at) VALUES (gen_random_uuid(), 'x', 'alone', now())",
    ],
)
async def test_the_database_itself_refuses_to_change_the_ledger(office: Office, owner_database: str, sql: str) -> None:
    await office.fulfil(await office.place())
    for url in (office.store.url, owner_database):
        store = Database(url)
        with pytest.raises(DBAPIError):
            async with store.transaction() as session:
                await session.execute(text(sql))
        await store.close()
    assert await office.holds()


async def test_an_unbalanced_entry_is_refused_at_the_commit(office: Office) -> None:
    entry = JournalEntry(uuid4(), "test", "test:unbalanced", (Posting("a", 5, "CNY"), Posting("b", -5, "CNY")))
    object.__setattr__(entry, "postings", entry.postings[:1])
    with pytest.raises(DBAPIError, match="not balanced"):
        async with office.store.transaction() as session:
            await ledger.append(session, [entry], datetime.now(UTC))


async def test_a_line_is_refunded_alone_and_only_to_its_end(office: Office) -> None:
    placed = await office.place(lines=2)
    await office.fulfil(placed)
    await office.refund(placed, 1_000, line=0)
    await office.refund(placed, line=0)
    assert await office.owed() == 32_400
    with pytest.raises(NothingTaken):
        await office.refund(placed, line=0)
    with pytest.raises(RefundTooLarge):
        await office.refund(placed, 36_001, line=1)
    await office.refund(placed)
    assert await office.owed() == 0
    assert await office.holds()


async def test_a_line_that_was_not_served_cannot_be_refunded(office: Office) -> None:
    placed = await office.place(lines=2)
    await office.fulfil(placed, lines=1)
    with pytest.raises(NotFound):
        await office.refund(placed, line=1)


async def test_a_payment_whose_webhook_never_comes_is_asked_for_again(office: Office) -> None:
    office.books.sandbox.faults = Faults(pending=1, webhook_delay_seconds=0.01)
    placed = await office.place()
    await asyncio.sleep(0.02)
    async with office.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await office.provide()
    assert await office.status(placed) == "authorised"
    assert await office.webhooks() == [False], "what is known already is no news"


async def test_a_return_that_overtakes_the_payment_is_believed(office: Office) -> None:
    await office.fulfil(await office.place())
    office.books.sandbox.faults = Faults(bank_return=1)
    office.books.away = True
    await office.pay()
    office.books.away = False
    assert await office.webhooks() == [True]
    async with office.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await office.provide()
    assert await office.owed() == 32_400
    assert await office.holds()


async def test_a_webhook_that_is_not_the_provider_s_is_refused_and_leaves_no_trace(office: Office) -> None:
    office.books.sandbox.faults = Faults(pending=1)
    placed = await office.place()
    (due,) = office.books.sandbox.due_webhooks()
    good = signed(SECRET, due)
    other = "whsec_" + base64.b64encode(b"another secret").decode()
    told = [
        (Unauthenticated, signed(other, due), due.body),
        (Unauthenticated, good, due.body.replace(b"true", b"false")),
        (Unauthenticated, {}, due.body),
    ]
    for body, refusal in ((b'{"type":"call.finished","data":{}}', Invalid), (b"[]", Invalid), (b"not JSON", Invalid)):
        told.append((refusal, signed(SECRET, DueWebhook(0, "evt_x", body)), body))
    unknown = due.body.replace(orjson.loads(due.body)["data"]["key"].encode(), str(uuid4()).encode())
    told.append((NotFound, signed(SECRET, DueWebhook(0, "evt_y", unknown)), unknown))
    for refusal, headers, body in told:
        with pytest.raises(refusal):
            async with office.store.transaction() as session:
                await webhooks.receive(session, SECRET, headers, body, datetime.now(UTC))
    async with office.store.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM webhook WHERE id IN ('evt_x', 'evt_y')")) == 0
    assert await office.status(placed) == "authorising"
    assert await office.webhooks() == [True]


async def test_what_may_still_be_disputed_is_paid_when_its_time_is_over(office: Office) -> None:
    await office.agree(hold_days=7)
    refunded = await office.place()
    for placed in (refunded, await office.place()):
        await office.fulfil(placed)
    await office.refund(refunded)
    paid, (reason,) = await office.pay()
    assert (paid, reason.partition(",")[0]) == ([], "324.00 CNY is held for 7 days from its capture")
    await office.pass_days(8)
    assert await office.pay() == ([32_400], [])
    assert await office.holds()


async def test_a_part_of_each_payout_is_kept_back_and_released_in_its_time(office: Office) -> None:
    await office.agree(reserve_basis_points=1_000, reserve_days=30)
    await office.fulfil(await office.place())
    assert await office.pay() == ([29_160], [])
    assert await office.pay() == ([], [])
    assert await office.balance(reserve(office.partner)) == -3_240
    await office.pass_days(31)
    await office.agree()
    assert await office.pay() == ([3_240], [])
    assert await office.owed() == 0
    assert await office.holds()


async def test_a_payout_waits_for_its_minimum_and_says_so_and_keeps_nothing_back_meanwhile(office: Office) -> None:
    await office.agree(minimum_minor=40_000, reserve_basis_points=1_000, reserve_days=30)
    await office.fulfil(await office.place())
    for _ in range(2):
        assert await office.pay() == ([], ["the partner's minimum is 400.00 CNY"])
    assert await office.balance(reserve(office.partner)) == 0
    await office.fulfil(await office.place())
    assert await office.pay() == ([58_320], [])


async def test_a_frozen_partner_is_not_paid_and_is_told_why(office: Office) -> None:
    await office.fulfil(await office.place())
    await office.agree(frozen="case 17: licence under review")
    assert await office.pay() == ([], ["payouts are frozen: case 17: licence under review"])
    await office.agree()
    assert await office.pay() == ([32_400], [])


async def test_terms_out_of_bounds_are_refused(office: Office) -> None:
    for terms in ({"hold_days": 366}, {"reserve_basis_points": 10_001}, {"minimum_minor": -1}, {"frozen": "x" * 501}):
        with pytest.raises(Invalid):
            await office.agree(**terms)


async def test_disputed_money_is_held_and_comes_back_when_the_partner_wins(office: Office) -> None:
    placed = await office.place()
    await office.fulfil(placed)
    dispute_id = await office.dispute(placed)
    assert await office.pay() == ([], ["open disputes hold 324.00 CNY until they are decided"])
    assert await office.holds()
    with pytest.raises(Disputed):
        await office.dispute(placed)
    with pytest.raises(Disputed):
        await office.refund(placed)
    await office.decide(dispute_id, for_partner=True)
    assert await office.pay() == ([32_400], [])
    with pytest.raises(Decided):
        await office.decide(dispute_id, for_partner=False)
    assert await office.holds()


async def test_a_dispute_the_partner_loses_is_refunded_even_after_its_payout(office: Office) -> None:
    placed = await office.place()
    await office.fulfil(placed)
    await office.pay()
    dispute_id = await office.dispute(placed, 18_000)
    assert await office.owed() == -16_200
    await office.decide(dispute_id, for_partner=False)
    assert await office.status(placed) == "partly_refunded"
    assert await office.owed() == -16_200
    assert office.books.sandbox.report()[-1]["amount"] == -18_000
    assert await office.holds()


async def test_a_claim_says_what_was_claimed_and_what_was_charged_each_in_its_currency(office: Office) -> None:
    placed = await office.place()
    await office.fulfil(placed)
    for claim, amount, field in (
        (((1, "CNY"), (1, "CNY")), None, "claimed"),
        (((0, "USD"), (1, "CNY")), None, "claimed"),
        (((1, "USD"), (1, "USD")), None, "charged"),
        (((1, "USD"), (1, "CNY")), (1, "CNY"), "amount"),
    ):
        with pytest.raises(Invalid, match=field):
            async with office.store.transaction() as session:
                await commands.open_dispute(
                    session, order_id=UUID(placed.order_id), amount=amount, claim=commands.Claim(*claim),
                    reason="x", by=uuid4(), now=datetime.now(UTC),
                )  # fmt: skip
