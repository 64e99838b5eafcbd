"""Statements as partners keep them: from the ledger, to the minor unit, answered in time, explained line by line."""

import asyncio
import csv
import io
import itertools
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from asn1crypto import x509
from chassis.database import Database
from chassis.ids import Kind, new_id, parse_id, shown
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from chassis.sealing import Sealer
from chassis.signing import UnknownKey
from chassis.wire import timestamp
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from settlement import handlers
from settlement.documents import keys
from settlement.documents.statement import as_csv, from_json, plain, words
from settlement.documents.statement import row as line_of
from settlement.domain.ledger import JournalEntry, Posting, payable
from settlement.domain.statements import DeadlinePassed, NotDisputed, PeriodClosed, StatementAnswered, month_began
from settlement.store import documents, ledger, payouts, statements
from settlement.tables import StatementRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.ordering.v1.events_pb2 import OrderPlaced, ServiceProven
from yima.partners.v1.events_pb2 import ContractSigned

from services.settlement.tests.harness import SEALER, a_harness
from services.settlement.tests.statement_harness import ISSUER, StatementHarness, said

pytestmark = pytest.mark.anyio
SERVICE = "settlement"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def statement_harness(database: str, tmp_path: Path) -> AsyncGenerator[StatementHarness]:
    async with a_harness(StatementHarness, database, tmp_path) as new_harness:
        yield new_harness


async def test_a_statement_s_closing_balance_is_the_ledger_s_and_the_next_one_opens_with_it(
    statement_harness: StatementHarness,
) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    first = await statement_harness.issue()
    assert said(first) == (0, [32_400], 32_400)
    await statement_harness.pay()
    placed = await statement_harness.place(10_000)
    await statement_harness.fulfil(placed)
    await statement_harness.refund(placed)
    second = await statement_harness.issue()
    opening, lines, closing = said(second)
    assert (opening, closing) == (32_400, await statement_harness.owed())
    assert opening + sum(lines) == closing
    assert second.start_at == first.finish_at
    assert await statement_harness.reproduces(first) and await statement_harness.reproduces(second)
    assert await statement_harness.holds()


async def test_an_order_is_followed_to_the_payouts_that_paid_it_and_the_statements_it_stands_in(
    statement_harness: StatementHarness,
) -> None:
    async def follow(placed: OrderPlaced) -> tuple[int, list[UUID]]:
        order_id = UUID(placed.order_id)
        async with statement_harness.store.transaction() as session:
            paid = await payouts.page(session, statement_harness.partner, order_id, beginning(10))
            issued = await statements.page(session, None, order_id, beginning(10))
        return len(paid), [row.id for row in issued]

    early = await statement_harness.place()
    await statement_harness.fulfil(early)
    first = await statement_harness.issue()
    await statement_harness.pay()
    late = await statement_harness.place(10_000)
    await statement_harness.fulfil(late)
    assert await follow(early) == (1, [first.id])
    assert await follow(late) == (0, [])
    await statement_harness.refund(early)  # it moves the partner's account again
    second = await statement_harness.issue()
    assert await follow(early) == (1, [second.id, first.id])
    assert await follow(late) == (0, [second.id])


async def test_an_entry_made_late_into_a_closed_period_is_in_the_next_statement(
    statement_harness: StatementHarness,
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await statement_harness.write(100, yesterday - timedelta(hours=2))
    first = await statement_harness.issue(yesterday)
    await statement_harness.write(7, yesterday - timedelta(hours=1))
    await statement_harness.write(20, datetime.now(UTC))
    second = await statement_harness.issue()
    assert said(first) == (0, [100], 100)
    assert said(second) == (100, [7, 20], 127)
    assert await statement_harness.reproduces(first)


async def test_an_entry_still_being_written_is_in_the_statement_after(statement_harness: StatementHarness) -> None:
    at = datetime.now(UTC) - timedelta(minutes=1)
    await statement_harness.write(1, at)
    postings = (Posting(payable(statement_harness.partner), -50, "CNY"), Posting("suspense", 50, "CNY"))
    async with statement_harness.store.transaction() as session:
        await ledger.append(session, [JournalEntry(new_id(), "x", f"x:{uuid4()}", postings)], at)
        first = await statement_harness.issue()
    second = await statement_harness.issue()
    assert said(first) == (0, [1], 1)
    assert said(second) == (1, [50], 51)
    assert await statement_harness.reproduces(first) and await statement_harness.reproduces(second)


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 1_000), st.integers(1, 20), st.booleans()), min_size=1, max_size=10))
async def test_every_entry_is_on_one_statement_whenever_it_came(
    statement_harness: StatementHarness, steps: list[tuple[int, int, bool]]
) -> None:
    statement_harness.partner = uuid4()
    start = datetime.now(UTC) - timedelta(days=40)
    issued = []
    for day, (minor, late, issue) in enumerate(steps, 1):
        await statement_harness.write(minor, start + timedelta(days=day - late))
        if issue:
            issued.append(await statement_harness.issue(start + timedelta(days=day)))
    issued.append(await statement_harness.issue())
    lines = [line for row in issued for line in said_or_nothing(row)[1]]
    assert sorted(lines) == sorted(minor for minor, _, _ in steps)
    for before, after in itertools.pairwise(issued):
        assert said_or_nothing(before)[2] == said_or_nothing(after)[0]
    for row in issued:
        assert await statement_harness.reproduces(row)


def said_or_nothing(row: StatementRow) -> tuple[int, list[int], int]:
    return said(row) if from_json(row.content).currencies else (0, [], 0)


@pytest.mark.parametrize("end", [datetime(1900, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC), None])
async def test_no_statement_ends_before_its_partner_was_known_or_after_now(
    statement_harness: StatementHarness, end: datetime | None
) -> None:
    signed = datetime.now(UTC) - timedelta(days=3)
    statement_harness.partner = uuid4()
    with pytest.raises(NotFound, match="contract"):
        await statement_harness.issue()
    contract = ContractSigned(
        contract_id=str(uuid4()), partner_id=str(statement_harness.partner), signed_at=timestamp(signed)
    )
    contract.split_plan.version = 1
    await statement_harness.hear(handlers.on_contract_signed, contract)
    for before in (end or signed, signed - timedelta(seconds=1)):
        with pytest.raises(Invalid, match="signed its contract") as refused:
            await statement_harness.issue(before)
        assert refused.value.field == "period_end"
    with pytest.raises(Invalid, match="future"):
        await statement_harness.issue(datetime.now(UTC) + timedelta(minutes=1))
    await statement_harness.issue(signed + timedelta(days=1))
    await statement_harness.write(100, signed - timedelta(days=2))  # what came before its contract is stated, too
    statement_harness.partner = uuid4()
    await statement_harness.write(100, signed - timedelta(days=2))
    assert said(await statement_harness.issue(signed)) == (0, [100], 100)


async def test_a_period_is_closed_once_and_only_when_it_is_over(statement_harness: StatementHarness) -> None:
    row = await statement_harness.issue()
    with pytest.raises(PeriodClosed):
        await statement_harness.issue(row.finish_at)
    with pytest.raises(PeriodClosed):
        await statement_harness.issue(row.finish_at - timedelta(days=1))
    with pytest.raises(Invalid, match="future"):
        await statement_harness.issue(datetime.now(UTC) + timedelta(hours=1))


async def test_the_csv_and_the_json_say_the_same(statement_harness: StatementHarness) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    await statement_harness.pay()
    row = await statement_harness.issue()
    table = list(csv.DictReader(io.StringIO(as_csv(from_json(row.content), SHANGHAI).decode())))
    assert [line["kind"] for line in table] == ["opening", "payment-captured", "payout", "closing"]
    assert [line["amount"] for line in table] == ["0.00", "324.00", "-324.00", "0.00"]
    lines = json.loads(row.content)["currencies"][0]["lines"]
    assert [line["reference"] for line in lines] == [line["reference"] for line in table[1:-1]]
    for column in ("order_id", "payout_id", "entry_id"):
        read = [str(parse_id(line[column], column)) if line[column] else "" for line in table[1:-1]]
        assert read == [line[to_camel(column)] for line in lines], "as GraphQL shows them"
    assert [line["deducted"] for line in table] == ["", "36.00", "", ""]
    assert table[1]["order_id"].startswith("ord_")
    assert [line["what"] for line in table] == [
        "Opening balance",
        "Order served and paid",
        "Paid out",
        "Closing balance",
    ]
    assert {line["partner_id"] for line in table} == {shown(Kind.PARTNER, statement_harness.partner)}
    for line in table[1:-1]:
        assert line["recorded_in_city"].endswith("+08:00")
        recorded = datetime.fromisoformat(line["recorded_at"])
        assert datetime.fromisoformat(line["recorded_in_city"]) == recorded.replace(microsecond=0)


async def test_a_page_of_a_statement_has_words_ids_that_can_be_looked_up_and_the_citys_time(
    statement_harness: StatementHarness,
) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    await statement_harness.pay()
    (currency,) = from_json((await statement_harness.issue()).content).currencies
    served, paid = (line_of(line, SHANGHAI) for line in currency.lines)
    assert served[1:2] + served[3:] == ["Order served and paid", "360.00", "36.00", "324.00"]
    assert paid[1:2] + paid[3:] == ["Paid out", "", "", "-324.00"]
    assert parse_id(str(served[2]), "order_id", Kind.ORDER) == UUID(currency.lines[0].order_id)
    assert parse_id(str(paid[2]), "payout_id", Kind.PAYOUT) == UUID(currency.lines[1].payout_id)
    at = currency.lines[0].recorded_at.ToDatetime(UTC).astimezone(SHANGHAI)
    assert served[0] == at.strftime("%Y-%m-%d %H:%M")


def test_a_kind_of_line_without_words_of_its_own_is_shown_without_dashes() -> None:
    assert words("payment-captured") == "Order served and paid"
    assert words("something-new-came") == "Something new came"


def to_camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)


@pytest.mark.parametrize("value", ["=1+1", "@x", "+cmd", "\tx"])
def test_a_spreadsheet_is_given_no_formula(value: str) -> None:
    assert plain(value) == f"'{value}"
    assert plain("-324.00") == "-324.00"


async def test_the_pdf_is_signed_by_the_published_key_and_a_changed_one_is_found_out(
    statement_harness: StatementHarness,
) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    row = await statement_harness.issue()
    async with statement_harness.store.transaction() as session:
        key = await documents.signing_key(session, SEALER, ISSUER, datetime.now(UTC))
    trusted = ValidationContext(trust_roots=[x509.Certificate.load(key.certificate)], allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(row.pdf)).embedded_signatures
    status = await async_validate_pdf_signature(signature, trusted)
    assert status.intact and status.valid and status.trusted and status.coverage.name == "ENTIRE_FILE"
    offset = row.pdf.index(b"stream") + 20
    forged = row.pdf[:offset] + bytes([row.pdf[offset] ^ 1]) + row.pdf[offset + 1 :]
    (signature,) = PdfFileReader(io.BytesIO(forged)).embedded_signatures
    assert not (await async_validate_pdf_signature(signature, trusted)).intact


async def test_two_who_need_the_first_key_at_once_get_the_same(
    statement_harness: StatementHarness, owner_database: str
) -> None:
    owner = Database(owner_database)
    async with owner.transaction() as session:
        await session.execute(text("DELETE FROM document_key"))
    await owner.close()

    async def key_of_process() -> bytes:
        async with statement_harness.store.transaction() as session:
            return (await documents.signing_key(session, SEALER, ISSUER, datetime.now(UTC))).certificate

    assert len(set(await asyncio.gather(*(key_of_process() for _ in range(6))))) == 1


async def keys_kept(store: Database) -> list[tuple[str, bytes, bool]]:
    """The keys as they lie in the database, newest first: serial number, private part, whether it was withdrawn."""
    async with store.transaction() as session:
        rows = (await session.execute(documents.EVERY)).all()
    return [(row.kid, bytes(row.private_key), row.withdrawn_at is not None) for row in rows]


async def test_keys_that_sign_documents_are_enciphered_and_those_of_before_are_at_a_start(
    statement_harness: StatementHarness, owner_database: str
) -> None:
    store, made = statement_harness.store, keys.make(ISSUER, datetime.now(UTC))
    owner = Database(owner_database)
    async with owner.transaction() as session:
        await session.execute(
            documents.ADD,
            {
                "serial": keys.serial_number(made),
                "private_key": made.private_key,
                "certificate": made.certificate,
                "now": datetime.now(UTC),
            },
        )
    await owner.close()
    other = Sealer((bytes([7]) * 32, *SEALER.keys))
    for sealer in (SEALER, other, Sealer((SEALER.keys[0], other.keys[0]))):
        async with store.transaction() as session:
            await documents.load(session, sealer, ISSUER, datetime.now(UTC))
        kept = await keys_kept(store)
        assert all(sealer.is_current(private) for _, private, _ in kept)
        assert made.private_key not in [private for _, private, _ in kept]
        async with store.transaction() as session:
            key = await documents.signing_key(session, sealer, ISSUER, datetime.now(UTC))
        assert key.private_key == made.private_key, "it signs as before"


async def test_a_rotated_key_leaves_older_statements_genuine_and_a_withdrawn_one_does_not(
    statement_harness: StatementHarness,
) -> None:
    store, now = statement_harness.store, datetime.now(UTC)
    async with store.transaction() as session:
        await documents.load(session, SEALER, ISSUER, now)
        first = await documents.signing_key(session, SEALER, ISSUER, now)
        second = await documents.rotate(session, SEALER, datetime.now(UTC))
    async with store.transaction() as session:
        published = await documents.certificates(session)
        assert keys.serial_number(await documents.signing_key(session, SEALER, ISSUER, now)) == second
    assert (first.certificate, False) in [(each.certificate, each.withdrawn) for each in published[1:]]
    assert keys.issuer(published[0].certificate) == ISSUER
    serial = keys.serial_number(first)
    async with store.transaction() as session:
        third = await documents.withdraw(session, SEALER, serial, "a backup was lost", datetime.now(UTC))
    assert [kid for kid, _, withdrawn in await keys_kept(store) if withdrawn] == [serial]
    async with store.transaction() as session:
        assert keys.serial_number(await documents.signing_key(session, SEALER, ISSUER, now)) == third
        with pytest.raises(UnknownKey):
            await documents.withdraw(session, SEALER, serial, "again", datetime.now(UTC))
    with pytest.raises(DBAPIError):
        async with store.transaction() as session:
            await session.execute(text("UPDATE document_key SET withdrawn_at = NULL, withdrawn_because = NULL"))


async def test_a_partner_confirms_or_disputes_once_and_in_time(statement_harness: StatementHarness) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    row = await statement_harness.issue()
    position = from_json(row.content).currencies[0].lines[0].position
    with pytest.raises(Invalid, match="no line of this statement"):
        await statement_harness.disagree(row, positions=(position, position + 99))
    with pytest.raises(Invalid, match="reason"):
        await statement_harness.disagree(row, reason=" ")
    with pytest.raises(NotDisputed, match="issued"):
        await statement_harness.resolve(row)
    await statement_harness.disagree(row, positions=(position,))
    with pytest.raises(StatementAnswered, match="disputed"):
        await statement_harness.confirm(row)
    async with statement_harness.store.transaction() as session:
        assert await statements.disputed(session, [row.id]) == {row.id: [position]}
    await statement_harness.resolve(row)
    with pytest.raises(NotDisputed, match="resolved"):
        await statement_harness.resolve(row)


async def test_a_statement_nobody_disputes_in_time_is_deemed_confirmed(statement_harness: StatementHarness) -> None:
    row = await statement_harness.issue()
    with pytest.raises(DeadlinePassed):
        await statement_harness.confirm(row, now=row.deadline_at)
    await statement_harness.confirm(row, now=row.deadline_at - timedelta(seconds=1))


async def test_a_foreign_partner_s_statement_does_not_exist(statement_harness: StatementHarness) -> None:
    await statement_harness.fulfil(await statement_harness.place())
    row = await statement_harness.issue()
    position = from_json(row.content).currencies[0].lines[0].position
    with pytest.raises(NotFound):
        await statement_harness.confirm(row, partner=uuid4())
    with pytest.raises(NotFound):
        await statement_harness.explain(row, position, partner=uuid4())


async def test_why_was_i_paid_this_leads_to_the_split_the_order_line_and_its_proof(
    statement_harness: StatementHarness,
) -> None:
    """ONDC verification-logs#862: amounts and fee deductions were checked by hand in threads."""
    placed = await statement_harness.place()
    line_id, proof_id = placed.lines[0].order_line_id, str(uuid4())
    proven = ServiceProven(order_id=placed.order_id, order_line_id=line_id, proof_id=proof_id, scan_id=str(uuid4()))
    proven.proven_at.FromDatetime(datetime.now(UTC))
    await statement_harness.hear(handlers.on_service_proven, proven, proven)
    await statement_harness.hear(handlers.on_service_proven, proven)
    await statement_harness.fulfil(placed)
    await statement_harness.pay()
    row = await statement_harness.issue()
    captured, payout = from_json(row.content).currencies[0].lines
    why = await statement_harness.explain(row, captured.position)
    ((line, parts),) = why.splits
    assert str(line.order_line_id) == line_id and line.gross_minor == 36_000
    assert [part.amount_minor for part in parts] == [2_880, 720, 32_400]
    assert [str(proof.proof_id) for proof in why.proofs] == [proof_id]
    assert {posting.account for posting in why.postings} >= {payable(statement_harness.partner), "provider:cash"}
    assert (await statement_harness.explain(row, payout.position)).paid_positions == [captured.position]
    with pytest.raises(NotFound, match="line"):
        await statement_harness.explain(row, payout.position + 99)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE statement SET content = 'x', sha256 = encode(sha256('x'), 'hex') WHERE id = :id",
        "UPDATE statement SET answer = 'confirmed', answered_by = id, answered_at = deadline_at WHERE id = :id",
        "UPDATE statement SET answer = 'resolved', resolved_by = id WHERE id = :id",
        "DELETE FROM statement WHERE id = :id",
        "INSERT INTO statement SELECT gen_random_uuid(), partner_id, id, finish_at + interval '1 s',"
        " finish_at + interval '2 s', ledger_position, snapshot, sha256, content, pdf, issued_at, deadline_at, '', '',"
        " NULL, NULL, '', NULL, NULL FROM statement WHERE id = :id",
        "INSERT INTO statement SELECT gen_random_uuid(), partner_id, NULL, NULL, finish_at + interval '2 s',"
        " ledger_position, snapshot, sha256, content, pdf, issued_at, deadline_at, '', '',"
        " NULL, NULL, '', NULL, NULL FROM statement WHERE id = :id",
    ],
)
async def test_the_database_itself_keeps_a_statement_as_it_was_issued(
    statement_harness: StatementHarness, owner_database: str, sql: str
) -> None:
    row = await statement_harness.issue()
    owner = Database(owner_database)
    with pytest.raises(DBAPIError, match=r"violates|stays as it was|takes up where|unique"):
        async with owner.transaction() as session:
            await session.execute(text(sql), {"id": row.id})
    await owner.close()


async def test_whoever_has_moved_money_is_due_a_statement_until_it_is_issued(
    statement_harness: StatementHarness,
) -> None:
    finish = datetime.now(UTC)
    await statement_harness.write(5, finish - timedelta(minutes=1))
    async with statement_harness.store.transaction() as session:
        assert statement_harness.partner in await statements.due(session, finish, 1_000)
    await statement_harness.issue(finish)
    async with statement_harness.store.transaction() as session:
        assert statement_harness.partner not in await statements.due(session, finish, 1_000)


def test_a_month_begins_when_it_does_in_the_city() -> None:
    from zoneinfo import ZoneInfo

    late = datetime(2026, 1, 31, 17, tzinfo=UTC)
    assert month_began(late, ZoneInfo("Asia/Shanghai")) == datetime(2026, 1, 31, 16, tzinfo=UTC)
    assert month_began(late, UTC) == datetime(2026, 1, 1, tzinfo=UTC)
