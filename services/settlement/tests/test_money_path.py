"""The money path after the sale, on real PostgreSQL and the sandbox provider's own books."""

import asyncio
import base64
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from chassis.consumer import Event, NotYet, Work
from chassis.database import Database
from chassis.refusals import Invalid, NotFound, Unauthenticated
from settlement import commands, handlers
from settlement.api import Resources, webhooks
from settlement.domain.disputes import Decided, Disputed
from settlement.domain.ledger import JournalEntry, Posting, reserve
from settlement.domain.refunds import NothingTaken
from settlement.domain.splits import RefundTooLarge
from settlement.provider.sandbox.books import DueWebhook, Faults
from settlement.provider.sandbox.webhooks import signed
from settlement.store import ledger, payments, splits
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import CancellationSettled, OrderCancelled, OrderFulfilled

from services.settlement.tests.harness import SECRET, Harness

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def test_a_fulfilled_order_is_split_captured_and_paid_out_once(harness: Harness) -> None:
    placed = await harness.place()
    assert await harness.status(placed) == "authorised"
    await harness.fulfil(placed)
    await harness.fulfil(placed)  # heard again under another event id
    assert await harness.status(placed) == "captured"
    assert await harness.owed() == 32_400
    assert await harness.pay() == ([32_400], [])
    assert await harness.pay() == ([], [])
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_no_more_is_refunded_than_was_taken(harness: Harness) -> None:
    placed = await harness.place(lines=2)
    await harness.fulfil(placed, lines=1)  # only one line was served, so only that is taken
    assert await harness.owed() == 32_400
    with pytest.raises(RefundTooLarge):
        await harness.refund(placed, 36_001)
    await harness.refund(placed, 36_000)
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_two_payout_runs_at_once_pay_once(harness: Harness) -> None:
    for _ in range(3):
        await harness.fulfil(await harness.place())
    runs = await asyncio.gather(*(harness.pay() for _ in range(5)))
    assert sorted(amount for paid, _ in runs for amount in paid) == [97_200]
    assert await harness.holds()


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(harness: Harness) -> None:
    placed = await harness.place()
    harness.books.away = True
    await harness.fulfil(placed)
    assert await harness.status(placed) == "capturing"
    harness.books.away = False
    async with harness.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await harness.provide()
    assert await harness.status(placed) == "captured"
    assert await harness.owed() == 32_400
    assert await harness.holds()


async def test_money_of_an_order_called_off_is_released(harness: Harness) -> None:
    placed, late = await harness.place(), await harness.place(method="")
    for order in (placed, late):
        await harness.hear(handlers.on_order_cancelled, OrderCancelled(order_id=order.order_id))
    await harness.provide()
    assert [await harness.status(order) for order in (placed, late)] == ["voided", "voided"]


async def test_a_line_that_was_used_in_part_costs_and_pays_its_part_by_the_frozen_plan(harness: Harness) -> None:
    placed = await harness.place(lines=2)
    used, whole = placed.lines
    fulfilled = OrderFulfilled(
        order_id=placed.order_id,
        partner_id=str(harness.partner),
        order_line_ids=[used.order_line_id, whole.order_line_id],
    )
    fulfilled.dues.add(order_line_id=used.order_line_id, amount=Money(currency="CNY", minor=9_001))
    await harness.hear(handlers.on_order_fulfilled, fulfilled)
    await harness.provide()
    async with harness.store.transaction() as session:
        payment = (await payments.payments_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)]
        ((line, parts), _) = (await splits.splits(session, [payment.id]))[payment.id]
    assert (payment.status, payment.captured_minor) == ("captured", 45_001)
    assert (line.gross_minor, sum(part.amount_minor for part in parts)) == (9_001, 9_001)
    assert [part.amount_minor for part in parts] == [
        part.amount_minor for part in splits.parts_of(line, harness.partner)
    ]
    assert await harness.owed() == 8_099 + 32_400, "each share of 9001 is rounded up"
    assert await harness.holds()


async def test_a_fee_for_cancelling_late_is_taken_and_the_rest_released(harness: Harness) -> None:
    placed = await harness.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(harness.partner))
    cancelled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=7_200))
    await harness.hear(handlers.on_order_cancelled, cancelled)
    await harness.provide()
    assert await harness.status(placed) == "captured"
    assert await harness.owed() == 6_480
    assert await harness.holds()


async def test_no_money_of_a_cancelled_order_moves_before_its_resident_could_object(harness: Harness) -> None:
    placed = await harness.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(harness.partner))
    cancelled.objection_until.GetCurrentTime()
    await harness.hear(handlers.on_order_cancelled, cancelled)
    await harness.provide()
    assert await harness.status(placed) == "authorised"
    settled = CancellationSettled(order_id=placed.order_id, partner_id=str(harness.partner), version=9)
    settled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=7_200))
    await harness.hear(handlers.on_cancellation_settled, settled)
    await harness.provide()
    assert await harness.status(placed) == "captured"
    assert await harness.owed() == 6_480
    assert await harness.holds()


async def test_a_fulfilled_order_of_which_nothing_is_due_gives_the_money_back(harness: Harness) -> None:
    placed = await harness.place()
    fulfilled = OrderFulfilled(
        order_id=placed.order_id, partner_id=str(harness.partner), order_line_ids=[placed.lines[0].order_line_id]
    )
    fulfilled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=0))
    await harness.hear(handlers.on_order_fulfilled, fulfilled)
    await harness.provide()
    assert await harness.status(placed) == "voided"
    assert await harness.holds()


async def test_a_line_never_costs_more_than_was_ordered(harness: Harness) -> None:
    placed = await harness.place()
    cancelled = OrderCancelled(order_id=placed.order_id, partner_id=str(harness.partner))
    cancelled.dues.add(order_line_id=placed.lines[0].order_line_id, amount=Money(currency="CNY", minor=36_001))
    with pytest.raises(ValueError, match="cannot cost 36001 of 36000"):
        await harness.hear(handlers.on_order_cancelled, cancelled)
    assert await harness.status(placed) == "authorised"


async def test_a_declined_payment_fails_with_its_reason_and_owes_nobody(harness: Harness) -> None:
    assert await harness.status(await harness.place(method="sandbox:declined")) == "failed"
    assert await harness.owed() == 0


async def test_a_free_order_moves_no_money(harness: Harness) -> None:
    free = await harness.place(minor=0)
    await harness.fulfil(free)
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_an_order_of_an_unknown_contract_is_heard_later(harness: Harness) -> None:
    harness.partner = uuid4()
    with pytest.raises(NotYet):
        await harness.place()


async def test_a_snapshot_and_its_tail_are_the_balance(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    async with harness.store.transaction() as session:
        await ledger.take_snapshot(session)
    await harness.fulfil(await harness.place())
    assert await harness.owed() == 64_800
    async with harness.store.transaction() as session:
        await ledger.take_snapshot(session)
    assert await harness.owed() == 64_800
    assert await harness.holds()


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
async def test_the_database_itself_refuses_to_change_the_ledger(
    harness: Harness, owner_database: str, sql: str
) -> None:
    await harness.fulfil(await harness.place())
    for url in (harness.store.url, owner_database):
        store = Database(url)
        with pytest.raises(DBAPIError):
            async with store.transaction() as session:
                await session.execute(text(sql))
        await store.close()
    assert await harness.holds()


async def test_an_unbalanced_entry_is_refused_at_the_commit(harness: Harness) -> None:
    entry = JournalEntry(uuid4(), "test", "test:unbalanced", (Posting("a", 5, "CNY"), Posting("b", -5, "CNY")))
    object.__setattr__(entry, "postings", entry.postings[:1])
    with pytest.raises(DBAPIError, match="not balanced"):
        async with harness.store.transaction() as session:
            await ledger.append(session, [entry], datetime.now(UTC))


async def test_a_line_is_refunded_alone_and_only_to_its_end(harness: Harness) -> None:
    placed = await harness.place(lines=2)
    await harness.fulfil(placed)
    await harness.refund(placed, 1_000, line=0)
    await harness.refund(placed, line=0)
    assert await harness.owed() == 32_400
    with pytest.raises(NothingTaken):
        await harness.refund(placed, line=0)
    with pytest.raises(RefundTooLarge):
        await harness.refund(placed, 36_001, line=1)
    await harness.refund(placed)
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_line_that_was_not_served_cannot_be_refunded(harness: Harness) -> None:
    placed = await harness.place(lines=2)
    await harness.fulfil(placed, lines=1)
    with pytest.raises(NotFound):
        await harness.refund(placed, line=1)


async def test_a_payment_whose_webhook_never_comes_is_asked_for_again(harness: Harness) -> None:
    harness.books.sandbox.faults = Faults(pending=1, webhook_delay_seconds=0.01)
    placed = await harness.place()
    await asyncio.sleep(0.02)
    async with harness.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await harness.provide()
    assert await harness.status(placed) == "authorised"
    assert await harness.webhooks() == [False], "what is known already changes nothing"


async def test_a_promise_that_arrives_in_the_moment_in_which_its_order_is_called_off_is_given_back(
    harness: Harness,
) -> None:
    harness.books.sandbox.faults = Faults(pending=1)
    placed = await harness.place()
    (promised,) = harness.books.sandbox.due_webhooks()
    called_off = Event(uuid4(), datetime.now(UTC), str(uuid4()), "", OrderCancelled(order_id=placed.order_id))
    async with harness.store.transaction() as session:
        await handlers.payments.on_order_cancelled(
            Work(session, datetime.now(UTC), Resources(harness.books)), [called_off]
        )
        await session.flush()
        told = asyncio.create_task(harness.webhook(promised))
        await asyncio.sleep(0.5)  # it has read what it reads without a lock, and waits
        assert not told.done()
    assert await told
    for _ in range(2):
        await harness.webhooks()
    assert await harness.status(placed) == "voided"


async def test_a_payout_that_was_paid_comes_back_days_later_once_and_is_owed_again(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    assert (await harness.pay())[0] == [32_400]
    sandbox = harness.books.sandbox
    (key,) = [each["key"] for each in sandbox.report() if each["kind"] == "payout"]
    assert (sandbox.send_back("no such payout"), sandbox.send_back(key), sandbox.send_back(key)) == (False, True, False)
    assert await harness.webhooks() == [True]
    assert await harness.owed() == 32_400
    assert (await harness.pay())[0] == [32_400]
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_return_that_overtakes_the_payment_is_believed(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    harness.books.sandbox.faults = Faults(bank_return=1)
    harness.books.away = True
    await harness.pay()
    harness.books.away = False
    assert await harness.webhooks() == [True]
    async with harness.store.transaction() as session:
        await session.execute(text("UPDATE provider_call SET due_at = now() WHERE state = 'due'"))
    await harness.provide()
    assert await harness.owed() == 32_400
    assert await harness.holds()


async def test_a_webhook_that_is_not_the_provider_s_is_refused_and_leaves_no_trace(harness: Harness) -> None:
    harness.books.sandbox.faults = Faults(pending=1)
    placed = await harness.place()
    (due,) = harness.books.sandbox.due_webhooks()
    good = signed(SECRET, due)
    other = "whsec_" + base64.b64encode(b"another secret").decode()
    attempts = [
        (Unauthenticated, signed(other, due), due.body),
        (Unauthenticated, good, due.body.replace(b"true", b"false")),
        (Unauthenticated, {}, due.body),
    ]
    for body, refusal in ((b'{"type":"call.finished","data":{}}', Invalid), (b"[]", Invalid), (b"not JSON", Invalid)):
        attempts.append((refusal, signed(SECRET, DueWebhook(0, "evt_x", body)), body))
    unknown = due.body.replace(orjson.loads(due.body)["data"]["key"].encode(), str(uuid4()).encode())
    attempts.append((NotFound, signed(SECRET, DueWebhook(0, "evt_y", unknown)), unknown))
    for refusal, headers, body in attempts:
        with pytest.raises(refusal):
            async with harness.store.transaction() as session:
                await webhooks.receive(session, SECRET, headers, body, datetime.now(UTC))
    async with harness.store.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM webhook WHERE id IN ('evt_x', 'evt_y')")) == 0
    assert await harness.status(placed) == "authorising"
    assert await harness.webhooks() == [True]


async def test_what_may_still_be_disputed_is_paid_when_its_time_is_over(harness: Harness) -> None:
    await harness.agree(hold_days=7)
    refunded = await harness.place()
    for placed in (refunded, await harness.place()):
        await harness.fulfil(placed)
    await harness.refund(refunded)
    paid, (reason,) = await harness.pay()
    assert (paid, reason.partition(",")[0]) == ([], "324.00 CNY is held for 7 days from its capture")
    await harness.pass_days(8)
    assert await harness.pay() == ([32_400], [])
    assert await harness.holds()


async def test_a_part_of_each_payout_is_kept_back_and_released_in_its_time(harness: Harness) -> None:
    await harness.agree(reserve_basis_points=1_000, reserve_days=30)
    await harness.fulfil(await harness.place())
    assert await harness.pay() == ([29_160], [])
    assert await harness.pay() == ([], [])
    assert await harness.balance(reserve(harness.partner)) == -3_240
    await harness.pass_days(31)
    await harness.agree()
    assert await harness.pay() == ([3_240], [])
    assert await harness.owed() == 0
    assert await harness.holds()


async def test_a_payout_waits_for_its_minimum_and_says_so_and_keeps_nothing_back_meanwhile(harness: Harness) -> None:
    await harness.agree(minimum_minor=40_000, reserve_basis_points=1_000, reserve_days=30)
    await harness.fulfil(await harness.place())
    for _ in range(2):
        assert await harness.pay() == ([], ["the partner's minimum is 400.00 CNY"])
    assert await harness.balance(reserve(harness.partner)) == 0
    await harness.fulfil(await harness.place())
    assert await harness.pay() == ([58_320], [])


async def test_a_frozen_partner_is_not_paid_and_is_told_why(harness: Harness) -> None:
    await harness.fulfil(await harness.place())
    await harness.agree(frozen="case 17: licence under review")
    assert await harness.pay() == ([], ["payouts are frozen: case 17: licence under review"])
    await harness.agree()
    assert await harness.pay() == ([32_400], [])


async def test_terms_out_of_bounds_are_refused(harness: Harness) -> None:
    for terms in ({"hold_days": 366}, {"reserve_basis_points": 10_001}, {"minimum_minor": -1}, {"frozen": "x" * 501}):
        with pytest.raises(Invalid):
            await harness.agree(**terms)


async def test_disputed_money_is_held_and_comes_back_when_the_partner_wins(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    dispute_id = await harness.dispute(placed)
    assert await harness.pay() == ([], ["open disputes hold 324.00 CNY until they are decided"])
    assert await harness.holds()
    with pytest.raises(Disputed):
        await harness.dispute(placed)
    with pytest.raises(Disputed):
        await harness.refund(placed)
    await harness.decide(dispute_id, for_partner=True)
    assert await harness.pay() == ([32_400], [])
    with pytest.raises(Decided):
        await harness.decide(dispute_id, for_partner=False)
    assert await harness.holds()


async def test_a_dispute_the_partner_loses_is_refunded_even_after_its_payout(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    await harness.pay()
    dispute_id = await harness.dispute(placed, 18_000)
    assert await harness.owed() == -16_200
    await harness.decide(dispute_id, for_partner=False)
    assert await harness.status(placed) == "partly_refunded"
    assert await harness.owed() == -16_200
    assert harness.books.sandbox.report()[-1]["amount"] == -18_000
    assert await harness.holds()


async def test_a_claim_says_what_was_claimed_and_what_was_charged_each_in_its_currency(harness: Harness) -> None:
    placed = await harness.place()
    await harness.fulfil(placed)
    for claim, amount, field in (
        (((1, "CNY"), (1, "CNY")), None, "claimed"),
        (((0, "USD"), (1, "CNY")), None, "claimed"),
        (((1, "USD"), (1, "USD")), None, "charged"),
        (((1, "USD"), (1, "CNY")), (1, "CNY"), "amount"),
    ):
        with pytest.raises(Invalid, match=field):
            async with harness.store.transaction() as session:
                await commands.open_dispute(
                    session,
                    order_id=UUID(placed.order_id),
                    amount=amount,
                    claim=commands.Claim(*claim),
                    reason="x",
                    by=uuid4(),
                    now=datetime.now(UTC),
                )
