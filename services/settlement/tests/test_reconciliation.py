"""Ledger, provider's report and bank statement held against one another, on real PostgreSQL."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Invalid, NotFound, Refusal
from hypothesis import given
from hypothesis import strategies as st
from settlement import commands
from settlement.bank.bank_statement import NotOurAccount, StatementNeeded, StatementUneven, read
from settlement.bank.schemas import NotThatMessage
from settlement.commands import StatementContradicts, provider_report
from settlement.commands.reconciliation import is_complete
from settlement.domain.ledger import JournalEntry, Posting
from settlement.domain.proposals import SamePerson
from settlement.domain.reconciliation import (
    AdjustmentDecided,
    AdjustmentPending,
    BreakResolved,
    Item,
    NotEven,
    NothingToAdjust,
    Rule,
    Source,
    reconcile,
)
from settlement.provider.port import Movement, movement_of
from settlement.store import ledger
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.settlement.tests.bank_harness import BANK, BankHarness, Booking, StatementFile
from services.settlement.tests.provider_fakes import SandboxBooks

pytestmark = pytest.mark.anyio
SERVICE = "settlement"


async def test_a_payout_is_paid_by_the_bank_s_statement_and_the_three_agree(bank_harness: BankHarness) -> None:
    payout_id, amount = await bank_harness.by_bank()
    assert await bank_harness.take_statement(Booking(f"-{amount}", payout_id.hex)) == [False]
    assert await bank_harness.payout_status(payout_id) == "paid"
    assert await bank_harness.balance("bank:cash") == -32_400
    assert await bank_harness.balance("payouts:in-transit") == 0
    await bank_harness.report()
    run = await bank_harness.reconcile()
    assert (run.matched, run.opened) == (2, 0)  # the payout at the bank, the capture at the provider
    assert await bank_harness.breaks() == []
    assert await bank_harness.holds()


async def test_the_same_statement_twice_is_one_and_another_under_its_id_is_refused(bank_harness: BankHarness) -> None:
    payout_id, amount = await bank_harness.by_bank()
    statement = StatementFile((Booking(f"-{amount}", payout_id.hex),))
    assert await bank_harness.take(statement) == [False]
    assert await bank_harness.take(statement) == [True]
    assert await bank_harness.count("bank_line") == 1
    assert await bank_harness.balance("bank:cash") == -32_400
    with pytest.raises(StatementContradicts):
        await bank_harness.take_statement(Booking("-1.00"), statement_id=statement.statement_id)
    assert await bank_harness.count("bank_line") == 1


async def test_a_payout_that_the_bank_sends_back_is_owed_again(bank_harness: BankHarness) -> None:
    payout_id, amount = await bank_harness.by_bank()
    await bank_harness.take_statement(
        Booking(f"-{amount}", payout_id.hex), Booking(amount, payout_id.hex, reason="AC04")
    )
    assert (await bank_harness.payout_status(payout_id), await bank_harness.owed()) == ("paid", 0)
    await bank_harness.return_payout(payout_id)
    assert await bank_harness.payout_status(payout_id) == "returned"
    assert await bank_harness.owed() == 32_400
    assert (await bank_harness.reconcile()).matched == 2
    assert await bank_harness.kinds() == []
    assert await bank_harness.holds()


async def test_payouts_booked_together_are_told_apart_by_their_details(bank_harness: BankHarness) -> None:
    first, amount = await bank_harness.by_bank()
    second, other = await bank_harness.by_bank(10_000)
    parts = (Booking(f"-{amount}", first.hex), Booking(f"-{other}", second.hex))
    await bank_harness.take_statement(Booking(str(-Decimal(amount) - Decimal(other)), parts=parts))
    assert [await bank_harness.payout_status(each) for each in (first, second)] == ["paid", "paid"]


async def test_a_transfer_of_another_amount_pays_nothing_and_is_a_break(bank_harness: BankHarness) -> None:
    payout_id, _ = await bank_harness.by_bank()
    await bank_harness.take_statement(Booking("-300.00", payout_id.hex), Booking("-5.00", status="PDNG"))
    assert await bank_harness.payout_status(payout_id) == "submitted"
    await bank_harness.reconcile()
    assert await bank_harness.kinds() == [("bank", "not_in_ledger", -30_000)]


HOSTILE = [
    (b"", NotThatMessage, "not XML"),
    (b"MT940 :20:", NotThatMessage, "not XML: .*line 1"),
    (StatementFile(head='<!DOCTYPE x [<!ENTITY a "b">]>').xml(), NotThatMessage, "document type"),
    (
        StatementFile().xml().replace(b"<BkToCstmrStmt>", b"<BkToCstmrStmt><Evil/>"),
        NotThatMessage,
        "line 2: Element 'Evil'",
    ),
    (StatementFile((Booking("-1.00"),)).xml().replace(b"DBIT", b"AWAY"), NotThatMessage, "line 8: .*AWAY"),
    (StatementFile().xml().replace(b"camt.053.001.08", b"camt.052.001.08"), StatementNeeded, "line 2"),
    (StatementFile().xml().replace(b"OPBD", b"ITBD"), NotThatMessage, "line 4: a balance OPBD or PRCD is needed"),
    (StatementFile(account="9999").xml(), NotOurAccount, "9999 in CNY is none of ours"),
    (StatementFile(currency="EUR").xml(), NotOurAccount, "in EUR"),
    (StatementFile((Booking("-1.00"),), off="0.01").xml(), StatementUneven, "off by -1 minor units"),
    (StatementFile((Booking("1.00", parts=(Booking("0.40"), Booking("0.50"))),)).xml(), StatementUneven, "off by -10"),
    (StatementFile((Booking("-1.001"),)).xml(), Invalid, "line 8: .*more decimals"),
    (StatementFile((Booking("-1.00", currency="EUR"),)).xml(), Invalid, "line 8: EUR"),
]


@pytest.mark.parametrize(("content", "refusal", "says"), HOSTILE)
async def test_a_file_that_is_not_a_statement_of_ours_is_refused_with_its_line_and_nothing_is_written(
    bank_harness: BankHarness, content: bytes, refusal: type[Refusal], says: str
) -> None:
    with pytest.raises(refusal, match=says) as refused:
        async with bank_harness.store.transaction() as session:
            await commands.ingest_bank_statement(session, content=content, bank=BANK, by=uuid4(), now=datetime.now(UTC))
    assert refused.value.field == "content"
    assert await bank_harness.count("bank_statement") == 0


def test_an_entity_is_not_expanded_and_nothing_is_read_from_disk(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    doctype = f'<!DOCTYPE Document [<!ENTITY a SYSTEM "file://{secret}">]>'
    with pytest.raises(NotThatMessage, match="document type"):
        read(StatementFile(head=doctype, statement_id="&a;").xml(), BANK.accounts)


@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(min_size=0, max_size=3)), min_size=1, max_size=5))
def test_a_statement_that_was_tampered_with_is_read_or_refused_and_nothing_else(cuts: list[tuple[int, bytes]]) -> None:
    content = StatementFile((Booking("-1.00", "x"), Booking("2.50", parts=(Booking("2.00"), Booking("0.50"))))).xml()
    for position, put in cuts:
        index = position % len(content)
        content = content[:index] + put + content[index + len(put) or index + 1 :]
    try:
        read_statements = read(content, BANK.accounts)
    except Refusal as refusal:
        assert refusal.detail
    else:
        for statement_read in read_statements:
            assert (
                statement_read.opening_minor + sum(line.amount_minor for line in statement_read.lines)
                == statement_read.closing_minor
            )


async def test_a_transfer_told_twice_on_one_statement_is_paid_once_and_the_other_is_a_break(
    bank_harness: BankHarness,
) -> None:
    payout_id, amount = await bank_harness.by_bank()
    await bank_harness.take_statement(Booking(f"-{amount}", payout_id.hex), Booking(f"-{amount}", payout_id.hex))
    assert await bank_harness.balance("bank:cash") == -32_400
    assert (await bank_harness.reconcile()).matched == 1
    assert await bank_harness.kinds() == [("bank", "not_in_ledger", -32_400)]


async def test_what_the_provider_sent_to_the_bank_is_known_three_ways(bank_harness: BankHarness) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    bank_harness.books.sandbox.carry_out("/settlements", "stl-1", {"amount": 36_000, "currency": "CNY"})
    await bank_harness.report()
    assert await bank_harness.balance("provider:settling") == 36_000
    await bank_harness.take_statement(Booking("360.00", "stl-1"))
    assert await bank_harness.balance("provider:settling") == 0
    assert await bank_harness.balance("bank:cash") == 36_000
    run = await bank_harness.reconcile()
    assert (run.matched, run.opened) == (3, 0)
    assert await bank_harness.holds()


async def test_what_only_one_side_tells_is_a_break_until_the_other_does(bank_harness: BankHarness) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    await bank_harness.pay()  # by the provider
    made_up = Movement(900, str(uuid4()), "capture", 777, "CNY", datetime.now(UTC))
    await bank_harness.report(drop=1, more=(made_up,))
    await bank_harness.reconcile()
    assert await bank_harness.kinds() == [("provider", "not_in_ledger", 777), ("provider", "not_told", -32_400)]
    late = movement_of({**bank_harness.books.sandbox.report()[-1], "place": 901})
    async with bank_harness.store.transaction() as session:
        await commands.take_report(session, movements=[late], now=datetime.now(UTC))
    run = await bank_harness.reconcile()
    assert (run.matched, run.resolved, run.opened) == (1, 1, 0)
    assert await bank_harness.kinds() == [("provider", "not_in_ledger", 777)]


async def test_what_the_provider_has_just_done_is_awaited_until_its_answer_is_overdue(
    bank_harness: BankHarness,
) -> None:
    placed = await bank_harness.place()
    bank_harness.books.away = True
    await bank_harness.fulfil(placed)  # captured, but the answer is lost
    await bank_harness.report()
    await bank_harness.reconcile()
    assert await bank_harness.kinds() == []
    async with bank_harness.store.transaction() as session:
        later = datetime.now(UTC) + timedelta(minutes=16)
        await commands.take_report(session, movements=[], now=later)
    await bank_harness.reconcile()
    assert await bank_harness.kinds() == [("provider", "not_in_ledger", 36_000)]


async def test_an_amount_that_differs_is_one_break_that_shows_both(bank_harness: BankHarness) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    (line,) = bank_harness.books.sandbox.report()
    async with bank_harness.store.transaction() as session:
        movement = movement_of({**line, "amount": 35_000})
        await commands.take_report(session, movements=[movement], now=datetime.now(UTC))
    await bank_harness.reconcile()
    (row,) = await bank_harness.breaks()
    assert (row.kind, row.amount_minor) == ("amount_differs", 35_000)
    proposer = uuid4()
    await bank_harness.approve(await bank_harness.propose(row.id, "platform:write-off", proposer), uuid4())
    assert await bank_harness.balance("provider:cash") == 35_000
    assert await bank_harness.balance("platform:write-off") == 1_000
    assert (await bank_harness.reconcile()).opened == 0
    assert await bank_harness.holds()


async def test_an_adjustment_needs_two_people_and_resolves_its_break(bank_harness: BankHarness) -> None:
    """mercur#1357: manual settlement by anybody, of anything."""
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.reconcile()
    (fee,) = await bank_harness.breaks()
    operator, other = uuid4(), uuid4()
    adjustment = await bank_harness.propose(fee.id, "platform:bank-fees", operator)
    with pytest.raises(AdjustmentPending):
        await bank_harness.propose(fee.id, "suspense", other)
    with pytest.raises(AdjustmentPending):
        await bank_harness.match(fee.id)
    with pytest.raises(SamePerson):
        await bank_harness.approve(adjustment, operator)
    assert await bank_harness.balance("platform:bank-fees") == 0
    await bank_harness.approve(adjustment, other)
    assert await bank_harness.balance("platform:bank-fees") == 1_200
    assert await bank_harness.balance("bank:cash") == -1_200
    assert await bank_harness.breaks() == []
    with pytest.raises(AdjustmentDecided):
        await bank_harness.approve(adjustment, other)
    with pytest.raises(BreakResolved):
        await bank_harness.propose(fee.id, "suspense", operator)
    assert (await bank_harness.reconcile()).opened == 0
    assert await bank_harness.holds()


async def test_a_rejected_adjustment_moves_nothing_and_another_may_be_proposed(bank_harness: BankHarness) -> None:
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.reconcile()
    (fee,) = await bank_harness.breaks()
    await bank_harness.approve(await bank_harness.propose(fee.id, "suspense", uuid4()), uuid4(), approved=False)
    assert len(await bank_harness.breaks()) == 1
    await bank_harness.approve(await bank_harness.propose(fee.id, "platform:bank-fees", uuid4()), uuid4())
    assert await bank_harness.breaks() == []


@pytest.mark.parametrize("account", ["", "bank:cash", "payouts:in-transit", "partner:x:payable", "my-pocket"])
async def test_an_adjustment_against_an_account_it_may_not_touch_is_refused(
    bank_harness: BankHarness, account: str
) -> None:
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.reconcile()
    (fee,) = await bank_harness.breaks()
    with pytest.raises(Invalid, match="account"):
        await bank_harness.propose(fee.id, account, uuid4())
    with pytest.raises(Invalid, match="reason"):
        await bank_harness.propose(fee.id, "suspense", uuid4(), reason=" ")
    with pytest.raises(NotFound):
        await bank_harness.propose(uuid4(), "suspense", uuid4())


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE adjustment SET status = 'approved', decided_by = proposed_by, decided_at = now(),"
        " entry_id = (SELECT id FROM journal_entry LIMIT 1)",
        "UPDATE adjustment SET amount_minor = 1",
        "DELETE FROM adjustment",
        "DELETE FROM bank_line",
        "UPDATE bank_statement SET closing_minor = 1",
        "INSERT INTO match (rule, made_by, made_at) VALUES ('x', gen_random_uuid(), now())",
        "WITH made AS (INSERT INTO match (rule, made_by, made_at) VALUES ('x', gen_random_uuid(), now())"
        " RETURNING serial) INSERT INTO matched_item SELECT 'bank', position, serial FROM bank_line, made",
        "INSERT INTO bank_statement SELECT gen_random_uuid(), 'other', account, currency, start_on, end_on,"
        " opening_minor, closing_minor, lines, sha256, content, ingested_by, ingested_at FROM bank_statement",
    ],
)
async def test_the_database_itself_keeps_the_laws_of_reconciliation(bank_harness: BankHarness, sql: str) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.reconcile()
    await bank_harness.propose((await bank_harness.breaks())[0].id, "suspense", uuid4())
    owner = Database(bank_harness.owner_url)
    with pytest.raises(DBAPIError, match=r"violates|decided once|only ever added|not even|not add up"):
        async with owner.transaction() as session:
            await session.execute(text(sql))
    await owner.close()


async def test_items_are_matched_by_hand_when_they_come_to_the_same_and_only_then(bank_harness: BankHarness) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    (line,) = bank_harness.books.sandbox.report()
    halves = [Movement(number, f"half-{number}", "capture", 18_000, "CNY", datetime.now(UTC)) for number in (900, 901)]
    async with bank_harness.store.transaction() as session:
        await commands.take_report(session, movements=halves, now=datetime.now(UTC))
    await bank_harness.reconcile()
    rows = await bank_harness.breaks()
    assert line["amount"] == 36_000 and len(rows) == 3
    with pytest.raises(NotEven, match="off by"):
        await bank_harness.match(rows[0].id, rows[1].id)
    with pytest.raises(Invalid, match="1 to 100"):
        await bank_harness.match()
    await bank_harness.match(*(row.id for row in rows))
    assert await bank_harness.breaks() == []
    with pytest.raises(BreakResolved):
        await bank_harness.match(*(row.id for row in rows))
    assert (await bank_harness.reconcile()).opened == 0


async def test_a_payout_the_bank_never_mentions_is_a_break_after_some_days(bank_harness: BankHarness) -> None:
    payout_id, amount = await bank_harness.by_bank()
    await bank_harness.take_statement()
    await bank_harness.reconcile()
    assert await bank_harness.kinds() == []
    later = datetime.now(UTC) + timedelta(days=6)
    await bank_harness.take(StatementFile(on=later.date()), now=later)
    await bank_harness.reconcile()
    (missed,) = await bank_harness.breaks()
    assert (missed.kind, missed.payout_id) == ("payout_unconfirmed", payout_id)
    with pytest.raises(NothingToAdjust):
        await bank_harness.propose(missed.id, "suspense", uuid4())
    await bank_harness.take_statement(Booking(f"-{amount}", payout_id.hex))
    assert (await bank_harness.reconcile()).resolved == 1
    assert await bank_harness.breaks() == []


async def test_a_break_has_an_owner_once_somebody_takes_it(bank_harness: BankHarness) -> None:
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.reconcile()
    (fee,) = await bank_harness.breaks()
    assert fee.owner is None
    somebody = uuid4()
    async with bank_harness.store.transaction() as session:
        await commands.assign_break(session, break_id=fee.id, owner=somebody)
    assert (await bank_harness.breaks())[0].owner == somebody
    await bank_harness.reconcile()
    assert (await bank_harness.breaks())[0].owner == somebody


async def test_a_reconciliation_done_again_from_its_position_comes_to_the_same_whatever_came_since(
    bank_harness: BankHarness,
) -> None:
    await bank_harness.fulfil(await bank_harness.place())
    await bank_harness.take_statement(Booking("-12.00"))
    await bank_harness.report(more=(Movement(900, "x", "capture", 5, "CNY", datetime.now(UTC)),))
    first = await bank_harness.reconcile()
    assert first.matched == 1 and first.opened == 2
    payout_id, amount = await bank_harness.by_bank()
    await bank_harness.take_statement(Booking(f"-{amount}", payout_id.hex), Booking("-12.00"))
    async with bank_harness.store.transaction() as session:
        await commands.put_match_rules(session, rules=[])
    second = await bank_harness.reconcile()
    fees = [row.id for row in await bank_harness.breaks() if row.amount_minor == -1_200]
    await bank_harness.approve(await bank_harness.propose(fees[0], "platform:bank-fees", uuid4()), uuid4())
    assert second.matched == 0
    assert await bank_harness.reproduces(first) and await bank_harness.reproduces(second)
    assert first.digest != second.digest


async def test_an_entry_still_being_written_is_not_known_to_the_reconciliation_nor_to_its_repetition(
    bank_harness: BankHarness,
) -> None:
    written = (Posting("bank:cash", 100, "CNY"), Posting("suspense", -100, "CNY"))
    async with bank_harness.store.transaction() as session:
        await ledger.append(session, [JournalEntry(new_id(), "x", f"x:{uuid4()}", written)], datetime.now(UTC))
        await bank_harness.take_statement(on=datetime.now(UTC).date())
        run = await bank_harness.reconcile()
    assert run.opened == 0
    assert await bank_harness.reproduces(run)
    assert (await bank_harness.reconcile()).opened == 1
    assert await bank_harness.reproduces(run)


@pytest.mark.parametrize(
    "rules",
    [[Rule("", True, 1)], [Rule("a", True, 61)], [Rule("a", True, -1)], [Rule("a", True, 1), Rule("a ", False, 1)]],
)
async def test_rules_nobody_could_follow_are_refused(bank_harness: BankHarness, rules: list[Rule]) -> None:
    with pytest.raises(Invalid, match="rules"):
        async with bank_harness.store.transaction() as session:
            await commands.put_match_rules(session, rules=rules)


async def test_the_provider_s_fees_are_booked_and_matched(bank_harness: BankHarness) -> None:
    await bank_harness.agree()
    await bank_harness.fulfil(await bank_harness.place(36_000))
    fee = Movement(901, "txn_1", "fee", -35, "CNY", datetime.now(UTC))
    await bank_harness.report(more=(fee,))
    run = await bank_harness.reconcile()
    assert (run.matched, run.opened) == (2, 0)
    assert await bank_harness.balance("platform:provider-fees") == 35


async def test_the_whole_report_is_read_a_piece_at_a_time(
    bank_harness: BankHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reporting(SandboxBooks):
        async def report(self, after: int, most: int) -> list[Movement]:
            return [movement_of(line) for line in self.sandbox.report(after, most)]

    for _ in range(5):
        await bank_harness.fulfil(await bank_harness.place())
    monkeypatch.setattr(provider_report, "MOVEMENTS_READ_MAX", 2)
    reporting = Reporting(bank_harness.books.sandbox)
    assert await provider_report.read_all(bank_harness.store, reporting, lambda: datetime.now(UTC)) == 5
    assert await provider_report.read_all(bank_harness.store, reporting, lambda: datetime.now(UTC)) == 0
    assert (await bank_harness.reconcile()).matched == 5


async def test_what_is_in_a_piece_of_the_report_that_is_not_read_yet_is_no_break(bank_harness: BankHarness) -> None:
    for _ in range(3):
        await bank_harness.fulfil(await bank_harness.place())
    await bank_harness.report(drop=2, complete=False)
    run = await bank_harness.reconcile()
    assert (run.matched, run.opened) == (1, 0)
    await bank_harness.report(drop=1)  # the last piece: what it lacks, the provider does not tell
    run = await bank_harness.reconcile()
    assert (run.matched, run.opened) == (1, 1)
    assert await bank_harness.kinds() == [("provider", "not_told", 36_000)]


async def test_more_than_a_run_may_match_is_matched_by_the_next_and_is_no_break_until_then(
    bank_harness: BankHarness,
) -> None:
    for _ in range(5):
        await bank_harness.fulfil(await bank_harness.place())
    await bank_harness.report()
    runs = [await bank_harness.reconcile(pairs_max=2)]
    while not is_complete(runs[-1]):
        runs.append(await bank_harness.reconcile(pairs_max=2))
    assert [(run.matched, run.opened) for run in runs] == [(2, 0), (2, 0), (1, 0)]
    assert all([await bank_harness.reproduces(run) for run in runs])
    assert await bank_harness.kinds() == []


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ITEMS = st.lists(
    st.tuples(
        st.sampled_from(Source),
        st.sampled_from(["", "a", "b"]),
        st.integers(1, 3),
        st.sampled_from(["CNY", "KWD"]),
        st.integers(0, 6),
    ),
    max_size=12,
)
RULES = st.lists(st.builds(Rule, st.just("r"), st.booleans(), st.integers(0, 5)), max_size=3)


def items(drawn: list[tuple[Source, str, int, str, int]], in_ledger: bool) -> list[Item]:
    return [
        Item(source, in_ledger, index, reference, minor, currency, NOON + timedelta(days=days))
        for index, (source, reference, minor, currency, days) in enumerate(drawn)
    ]


@given(ITEMS, ITEMS, RULES)
def test_every_item_told_ends_in_one_pair_or_one_break_and_pairs_agree_to_the_minor_unit(
    ours: list[tuple[Source, str, int, str, int]], theirs: list[tuple[Source, str, int, str, int]], rules: list[Rule]
) -> None:
    mine, reported = items(ours, True), items(theirs, False)
    result = reconcile(mine, reported, rules, {source: NOON + timedelta(days=99) for source in Source})
    for pair in result.pairs:
        assert (pair.ledger.source, pair.ledger.currency, pair.ledger.amount_minor) == (
            pair.reported.source,
            pair.reported.currency,
            pair.reported.amount_minor,
        )
    ended = [pair.reported.position for pair in result.pairs] + [
        break_.reported.position for break_ in result.breaks if break_.reported
    ]
    assert sorted(ended) == list(range(len(reported)))
    ended = [pair.ledger.position for pair in result.pairs]
    ended += [break_.ledger.position for break_ in result.breaks if break_.ledger]
    assert sorted(ended) == list(range(len(mine)))
    assert (
        reconcile(mine, reported, rules, {}).digest() == reconcile(list(mine), list(reported), list(rules), {}).digest()
    )
