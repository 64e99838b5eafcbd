"""Statements of every version of camt.053 come to the same lines; payouts are written in any version of pain.001."""

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from chassis.refusals import Invalid, Refusal
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from settlement.bank import schemas
from settlement.bank.bank_statement import (
    REVERSED,
    BankLine,
    NotOurAccount,
    StatementNeeded,
    StatementUneven,
    read,
)
from settlement.bank.credit_transfer import Transfer, credit_transfers
from settlement.bank.schemas import CREDIT_TRANSFERS, NAMESPACE, STATEMENTS, NotThatMessage
from settlement.domain.bank import BankAccount, OwnBank

from services.settlement.tests.bank_days import BankDay, Entry, Part
from services.settlement.tests.bank_harness import BANK, Booking, StatementFile

ROOT = Path(__file__).parents[3]
EXAMPLES = Path(__file__).parent / "bank_examples"
OURS = {currency: BankAccount("City Health Exchange", "3700 0001", "105") for currency in ("CNY", "JPY", "KWD")}
VERSIONS = range(1, 15)
PAYOUT = "0197c0de000070008000000000000001"


def said(lines: list[BankLine]) -> list[tuple[int, str, str, str, str]]:
    return [
        (line.amount_minor, line.end_to_end_id, line.bank_reference, line.remittance, line.return_reason)
        for line in lines
    ]


def lines_of(content: bytes) -> list[BankLine]:
    (statement,) = read(content, OURS)
    return list(statement.lines)


# --- every version says the same

WORD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
PARTS = st.builds(
    Part,
    st.integers(1, 10**9),
    st.one_of(st.just(""), st.uuids().map(lambda each: each.hex)),
    st.lists(WORD, max_size=4).map(" ".join),
    st.sampled_from(["", "AC04", "MS03"]),
)
REFERENCES = st.text("ABC0123456789", max_size=16)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    parts, debit = tuple(draw(st.lists(PARTS, min_size=1, max_size=4))), draw(st.booleans())
    most = 10**6 if debit else sum(part.minor for part in parts) - 1
    return Entry(parts, debit, draw(st.integers(0, most)), draw(REFERENCES))


@given(st.lists(entries(), max_size=4), st.sampled_from(sorted(OURS)), st.integers(-(10**9), 10**9))
@settings(deadline=None, max_examples=examples(40))
def test_whatever_is_booked_reads_back_the_same_in_every_version(
    booked: list[Entry], currency: str, opening: int
) -> None:
    day = BankDay(tuple(booked), currency, opening=opening)
    for version in VERSIONS:
        (statement,) = read(day.xml(version), OURS)
        assert said(list(statement.lines)) == day.lines(), version
        assert (statement.opening_minor, statement.start_on, statement.end_on) == (opening, day.on, day.on)
        assert statement.closing_minor == opening + sum(entry.minor for entry in booked)
        assert {line.booked_on for line in statement.lines} <= {day.on}
        assert [line.place for line in statement.lines] == list(range(len(statement.lines)))


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("camt.053*.xml")), ids=lambda path: path.stem)
def test_a_bank_s_day_is_read_from_each_example(path: Path) -> None:
    """A payout; one that came back; two in a batch; charges; a conversion; what is only announced; a reversal."""
    (statement,) = read(path.read_bytes(), OURS)
    assert [
        (line.amount_minor, line.end_to_end_id, line.return_reason.partition(" ")[0]) for line in statement.lines
    ] == [
        (-32_400, PAYOUT, ""),
        (32_400, PAYOUT, "AC04"),
        (-10_000, f"{PAYOUT[:-1]}2", ""),
        (-5_050, f"{PAYOUT[:-1]}3", ""),
        (-250, "", ""),
        (72_015, "INVOICE-7", ""),
        (1_000, "", REVERSED.partition(" ")[0]),
    ]
    assert (statement.opening_minor, statement.closing_minor) == (100_000, 157_715)
    assert {line.booked_on for line in statement.lines} == {date(2026, 11, 24)}


def test_there_are_examples_of_old_and_new_versions() -> None:
    assert {path.stem[-2:] for path in EXAMPLES.glob("camt.053*.xml")} >= {"01", "02", "04", "08", "13"}


# --- what banks do differently within a version


def test_what_is_not_booked_moves_nothing() -> None:
    for status in ("<Cd>PDNG</Cd>", "<Cd>INFO</Cd>", "<Cd>FUTR</Cd>", "<Prtry>BOOK</Prtry>"):
        content = StatementFile((Booking("-1.00"), Booking("0.00"))).xml()
        entry = content[content.index(b"<Ntry>") : content.index(b"<Ntry>", content.index(b"<Ntry>") + 1)]
        more = entry.replace(b"<Cd>BOOK</Cd>", status.encode())
        assert [line.amount_minor for line in lines_of(content.replace(entry, entry + more))] == [-100, 0], status


@pytest.mark.parametrize(("amount", "minor"), [("1.00", 100), ("-1.00", -100)])
def test_a_reversal_goes_the_way_it_was_booked(amount: str, minor: int) -> None:
    for yes in (b"true", b"1"):
        content = StatementFile((Booking(amount),)).xml().replace(b"<Sts>", b"<RvslInd>" + yes + b"</RvslInd><Sts>")
        (line,) = lines_of(content)
        assert (line.amount_minor, line.return_reason) == (minor, REVERSED)


def test_an_iban_is_our_account_in_every_spelling() -> None:
    ours = {"CNY": BankAccount("City Health Exchange", "DE89 3704 0044 0532 0130 00", "COBADEFFXXX")}
    content = StatementFile().xml().replace(b"<Othr><Id>3700 0001</Id></Othr>", b"<IBAN>DE89370400440532013000</IBAN>")
    assert read(content, ours)[0].account == "DE89370400440532013000"


def test_an_account_without_a_number_is_none_of_ours() -> None:
    content = BankDay(()).xml(9).replace(b"<Id><Othr><Id>3700 0001</Id></Othr></Id>", b"<Ccy>CNY</Ccy>")
    with pytest.raises(NotOurAccount, match="without a number"):
        read(content, OURS)


def test_the_closing_before_is_an_opening_and_a_balance_of_another_kind_is_not() -> None:
    assert read(StatementFile().xml().replace(b"OPBD", b"PRCD"), OURS)[0].opening_minor == 100_000
    for code in (b"OPAV", b"ITBD", b"CLAV", b"INFO"):
        with pytest.raises(NotThatMessage, match="a balance OPBD or PRCD is needed in CNY; ask the bank for it"):
            read(StatementFile().xml().replace(b"OPBD", code), OURS)
    with pytest.raises(NotThatMessage, match="a balance CLBD is needed"):
        read(StatementFile().xml().replace(b"CLBD", b"CLAV"), OURS)


def test_balances_of_a_part_do_not_stand_for_the_whole() -> None:
    whole = StatementFile((Booking("-1.00"),)).xml()
    first = whole.index(b"<Bal>")
    of_a_part = BALANCE_OF_A_PART.encode()
    assert read(whole[:first] + of_a_part + whole[first:], OURS)[0].opening_minor == 100_000
    with pytest.raises(NotThatMessage, match="OPBD or PRCD"):
        read(
            whole.replace(b"<Cd>OPBD</Cd></CdOrPrtry>", b"<Cd>OPBD</Cd></CdOrPrtry><SubTp><Cd>XXXX</Cd></SubTp>"), OURS
        )


BALANCE_OF_A_PART = (
    "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp></Tp>"
    '<Amt Ccy="CNY">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>'
    '<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="USD">7.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    "<Dt><Dt>2026-11-24</Dt></Dt></Bal>"
)


def test_pages_of_a_statement_are_told_apart_and_each_comes_out_even() -> None:
    def page(number: int, is_last: str, statement: StatementFile) -> bytes:
        pages = f"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{is_last}</LastPgInd></StmtPgntn>".encode()
        content = statement.xml().replace(b"</Id><CreDtTm>", b"</Id>" + pages + b"<CreDtTm>", 1)
        part = b"</CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp></Tp>"
        return content.replace(b"</CdOrPrtry></Tp>", part) if is_last == "false" else content

    first = read(page(1, "false", StatementFile((Booking("-1.00"),), statement_id="S")), OURS)
    second = read(page(2, "true", StatementFile((Booking("-2.00"),), statement_id="S", opening="999.00")), OURS)
    only = read(page(1, "true", StatementFile((Booking("-1.00"),), statement_id="S")), OURS)
    assert [each[0].statement_id for each in (first, second, only)] == ["S page 1", "S page 2", "S"]
    assert first[0].closing_minor == second[0].opening_minor


def test_several_statements_of_a_file_are_all_read_or_none() -> None:
    single, other = (
        StatementFile((Booking("-1.00"),), statement_id="A").xml(),
        StatementFile((Booking("2.00"),), statement_id="B").xml(),
    )
    more = other[other.index(b"<Stmt>") : other.index(b"</Stmt>") + len(b"</Stmt>")]
    both = single.replace(b"</BkToCstmrStmt>", more + b"</BkToCstmrStmt>")
    assert [each.statement_id for each in read(both, OURS)] == ["A", "B"]
    with pytest.raises(NotOurAccount):
        read(both.replace(more, more.replace(b"3700 0001", b"9999")), OURS)


def test_a_day_is_the_one_the_bank_writes() -> None:
    content = StatementFile((Booking("-1.00"),), on=date(2026, 11, 24)).xml()
    moment = b"<DtTm>2026-11-24T23:30:00+08:00</DtTm>"
    assert lines_of(content.replace(b"<Dt>2026-11-24</Dt>", moment))[0].booked_on == date(2026, 11, 24)
    booked = b"<BookgDt><Dt>2026-11-24</Dt></BookgDt>"
    value = b"<ValDt><Dt>2026-11-23</Dt></ValDt>"
    assert lines_of(content.replace(booked, value))[0].booked_on == date(2026, 11, 23)
    assert lines_of(content.replace(booked, b""))[0].booked_on == date(2026, 11, 24)
    with pytest.raises(NotThatMessage, match="is not a day"):
        read(content.replace(booked, b"<BookgDt><Dt>-2026-11-24</Dt></BookgDt>"), OURS)


@pytest.mark.parametrize("amount", ["100.00000", "0100.00", "+100.00", "100", "100."])
def test_an_amount_is_read_however_the_definition_lets_it_be_written(amount: str) -> None:
    content = StatementFile((Booking("100.00"),)).xml()
    assert [line.amount_minor for line in lines_of(content.replace(b">100.00<", f">{amount}<".encode()))] == [10_000]


@pytest.mark.parametrize("amount", ["100.001", "100.00001"])
def test_an_amount_finer_than_the_currency_is_refused_with_its_line(amount: str) -> None:
    with pytest.raises(Invalid, match=r"line \d+: .*more decimals"):
        read(StatementFile((Booking("100.00"),)).xml().replace(b">100.00<", f">{amount}<".encode()), OURS)


def of_one(amounts: str, booked: str = "-98.00") -> bytes:
    """A statement with an entry whose one transaction says this of its amounts."""
    content = StatementFile((Booking(booked, PAYOUT),)).xml()
    refs = f"<Refs><EndToEndId>{PAYOUT}</EndToEndId></Refs>"
    return content.replace(f"<TxDtls>{refs}".encode(), f"<TxDtls>{refs}{amounts}".encode())


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        ('<Amt Ccy="CNY">98.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>', [(-9_800, PAYOUT)]),
        ('<Amt Ccy="EUR">12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>', [(-9_800, PAYOUT)]),  # the other side's currency
        ('<AmtDtls><InstdAmt><Amt Ccy="EUR">12.00</Amt></InstdAmt></AmtDtls>', [(-9_800, PAYOUT)]),
        (
            '<AmtDtls><TxAmt><Amt Ccy="EUR">12.00</Amt><CcyXchg><SrcCcy>CNY</SrcCcy><XchgRate>8.1</XchgRate></CcyXchg>'
            '</TxAmt><CntrValAmt><Amt Ccy="CNY">98.00</Amt></CntrValAmt></AmtDtls>',
            [(-9_800, PAYOUT)],
        ),
        (
            '<Amt Ccy="CNY">96.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
            '<Chrgs><Rcrd><Amt Ccy="CNY">2.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>',
            [(-9_600, PAYOUT), (-200, "")],
        ),
        (
            '<Amt Ccy="CNY">96.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>'
            '<Chrgs><TtlChrgsAndTaxAmt Ccy="CNY">2.00</TtlChrgsAndTaxAmt></Chrgs>',
            [(-9_600, PAYOUT), (-200, "")],
        ),
        ('<Amt Ccy="CNY">96.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>', [(-9_800, PAYOUT)]),  # nothing says what the rest is
        (
            '<Amt Ccy="CNY">96.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Chrgs><Rcrd><Amt Ccy="CNY">2.00</Amt>'
            "<ChrgInclInd>false</ChrgInclInd></Rcrd></Chrgs>",
            [(-9_800, PAYOUT)],
        ),
    ],
)
def test_charges_and_conversions_are_told_from_what_was_sent(amounts: str, lines: list[tuple[int, str]]) -> None:
    assert [(line.amount_minor, line.end_to_end_id) for line in lines_of(of_one(amounts))] == lines


def test_a_batch_in_another_currency_is_one_line_that_names_no_payout() -> None:
    parts = (Booking("-40.00", PAYOUT), Booking("-58.00", "other"))
    content = StatementFile((Booking("-98.00", parts=parts),)).xml()
    content = content.replace(b'"CNY">40.00', b'"EUR">5.00').replace(b'"CNY">58.00', b'"EUR">7.00')
    assert [(line.amount_minor, line.end_to_end_id) for line in lines_of(content)] == [(-9_800, "")]


def test_a_batch_that_does_not_come_to_its_entry_is_refused() -> None:
    parts = (Booking("-40.00", PAYOUT), Booking("-57.00", "other"))
    with pytest.raises(StatementUneven, match="off by 100 minor units"):
        read(StatementFile((Booking("-98.00", parts=parts),)).xml(), OURS)


# --- what is no statement


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("camt.05[24]*.xml")), ids=lambda path: path.stem)
def test_a_report_or_notice_is_refused_and_says_what_to_send(path: Path) -> None:
    with pytest.raises(StatementNeeded, match=r"line 2: camt\.05[24]\.001\.\d\d is .*send the account's statement"):
        read(path.read_bytes(), OURS)


@pytest.mark.parametrize(
    "namespace",
    [
        "urn:iso:std:iso:20022:tech:xsd:camt.053.001.15",
        "urn:iso:std:iso:20022:tech:xsd:camt.053.001.00",
        "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
        "urn:iso:std:iso:20022:tech:xsd:",
        "urn:iso:std:iso:20022:tech:xsd:../../../../etc/passwd",
        "urn:swift:xsd:camt.053.001.02",
        "x" * 5_000,
        "",
    ],
)
def test_a_message_of_another_kind_or_version_is_refused_by_its_name(namespace: str) -> None:
    content = StatementFile().xml().replace(f"{NAMESPACE}camt.053.001.08".encode(), namespace.encode())
    with pytest.raises(NotThatMessage, match=r"send one of camt\.053\.001\.01 to camt\.053\.001\.14") as refused:
        read(content, OURS)
    assert len(refused.value.detail) < 300


def test_a_statement_says_nothing_in_another_version_s_words() -> None:
    for version in VERSIONS:
        other = 14 if version < 7 else 2
        content = BankDay((Entry((Part(100),)),)).xml(version)
        with pytest.raises(NotThatMessage):
            read(content.replace(f'.{version:02}"'.encode(), f'.{other:02}"'.encode()), OURS)


# --- hostile XML


def test_a_comment_or_instruction_does_not_cut_a_value_in_two() -> None:
    content = StatementFile((Booking("-100.00", PAYOUT),)).xml()
    for hidden in (b"<!-- x -->", b"<?x y?>"):
        cut = content.replace(b">100.00<", b">1" + hidden + b"00.00<")
        cut = cut.replace(PAYOUT.encode(), PAYOUT[:8].encode() + hidden + PAYOUT[8:].encode())
        assert [(line.amount_minor, line.end_to_end_id) for line in lines_of(cut)] == [(-10_000, PAYOUT)]
        assert read(cut, OURS)[0].content.count(hidden) == 0


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
DEEP = 20_000
HOSTILE_XML = {
    "entities in entities": StatementFile(head=f'<!DOCTYPE d [<!ENTITY l0 "x">{LAUGHS}]>', statement_id="&l11;").xml(),
    "a long entity many times": StatementFile(
        head=f'<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]>', statement_id="&a;" * 10_000
    ).xml(),
    "entities in an attribute": StatementFile(head=f'<!DOCTYPE d [<!ENTITY l0 "x">{LAUGHS}]>', currency="&l11;").xml(),
    "a file": StatementFile(head='<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/hostname">]>', statement_id="&a;").xml(),
    "a parameter entity": StatementFile(head='<!DOCTYPE d [<!ENTITY % a SYSTEM "file:///etc/hostname"> %a;]>').xml(),
    "an empty document type": StatementFile(head="<!DOCTYPE d>").xml(),
    "an undefined entity": StatementFile(statement_id="&a;").xml(),
    "depth": StatementFile().xml().replace(b"<BkToCstmrStmt>", b"<a>" * DEEP) + b"</a>" * DEEP,
    "a long text": StatementFile(statement_id="a" * 11_000_000).xml(),
    "many attributes": StatementFile()
    .xml()
    .replace(b"<Stmt>", b"<Stmt " + b" ".join(b'a%d="x"' % n for n in range(50_000)) + b">"),
    "an attribute twice": StatementFile().xml().replace(b"<Stmt>", b'<Stmt a="x" a="y">'),
    "a foreign element": StatementFile().xml().replace(b"<Stmt>", b'<Stmt><evil xmlns="x"/>'),
    "an inclusion": StatementFile()
    .xml()
    .replace(b"<Stmt>", b'<Stmt><i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>'),
    "no encoding there is": StatementFile(head='<?xml version="1.0" encoding="x-none"?>').xml(),
    "another encoding than it says": StatementFile(head='<?xml version="1.0" encoding="UTF-16"?>').xml(),
    "not the encoding's": StatementFile().xml().replace(b"<MsgId>m1", b"<MsgId>\xff\xfe"),
    "a NUL": StatementFile().xml().replace(b"<MsgId>m1", b"<MsgId>m\x00"),
    "two documents": StatementFile().xml() + StatementFile(head="").xml(),
    "half a document": StatementFile().xml()[:400],
    "nothing": b"",
    "a type of its own": StatementFile()
    .xml()
    .replace(b"<MsgId>", b'<MsgId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="GroupHeader81">'),
    "nil": StatementFile()
    .xml()
    .replace(b"<MsgId>m1", b'<MsgId xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">'),
}


@pytest.mark.parametrize("kind", HOSTILE_XML)
def test_hostile_xml_is_refused_by_its_field(kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(HOSTILE_XML[kind], OURS)
    assert refused.value.field == "content"
    assert len(refused.value.detail) < 3_000


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "ISO-8859-1", "GB18030"])
def test_a_statement_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    content = (
        StatementFile((Booking("-1.00", PAYOUT),), head=f'<?xml version="1.0" encoding="{encoding}"?>').xml().decode()
    )
    remittance = "Übertrag" if encoding == "ISO-8859-1" else "付款"
    content = content.replace("</Refs>", f"</Refs><RmtInf><Ustrd>{remittance}</Ustrd></RmtInf>")
    (line,) = lines_of(content.encode(encoding))
    assert (line.amount_minor, line.remittance) == (-100, remittance)


def test_where_a_file_says_its_schema_is_does_not_matter(tmp_path: Path) -> None:
    schema_path = tmp_path / "evil.xsd"
    schema_path.write_text("<nothing>")
    for location in (f"{NAMESPACE}camt.053.001.08 file://{schema_path}", "urn:x http://127.0.0.1:1/evil.xsd"):
        content = (
            StatementFile((Booking("-1.00"),))
            .xml()
            .replace(
                b"<Document ",
                b'<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
                b' xsi:schemaLocation="' + location.encode() + b'" ',
            )
        )
        assert [line.amount_minor for line in lines_of(content)] == [-100]


@given(st.sampled_from(VERSIONS), st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=3)), max_size=4))
@settings(deadline=None)
def test_a_tampered_statement_of_any_version_is_read_even_or_refused(
    version: int, cuts: list[tuple[int, bytes]]
) -> None:
    content = BankDay((Entry((Part(100, PAYOUT, "x", "AC04"), Part(7)), charges=3), Entry((Part(5),), False))).xml(
        version
    )
    for where, put in cuts:
        at = where % len(content)
        content = content[:at] + put + content[at + max(1, len(put)) :]
    try:
        read_statements = read(content, OURS)
    except Refusal as refusal:
        assert refusal.detail and refusal.field == "content"
    else:
        for statement_read in read_statements:
            assert (
                statement_read.opening_minor + sum(line.amount_minor for line in statement_read.lines)
                == statement_read.closing_minor
            )


# --- payouts

HOLDERS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=140)
BANK_CODES = st.one_of(
    st.sampled_from(["COBADEFFXXX", "EXMPKW10", "EXMPKWKO", "105", "cobadeff"]),
    st.text("ABC0123456789", min_size=1, max_size=28),
)
NUMBERS = st.sampled_from(["6200 123", "DE89 3704 0044 0532 0130 00", "kw81CBKU0000000000001234560101"])


@pytest.mark.parametrize("message", CREDIT_TRANSFERS)
@given(
    st.lists(st.integers(1, 10**12), min_size=1, max_size=8),
    st.sampled_from(sorted(OURS)),
    HOLDERS,
    BANK_CODES,
    NUMBERS,
)
@settings(deadline=None, max_examples=examples(25))
def test_whatever_is_paid_the_file_is_valid_and_sums_in_every_version(
    message: str, amounts: list[int], currency: str, holder: str, code: str, number: str
) -> None:
    now = datetime.now(UTC)
    transfers = [Transfer(uuid4().hex, minor, BankAccount(holder, number, code), "payout") for minor in amounts]
    debtor = BankAccount("City Health Exchange", "3700 0001", code)
    content = credit_transfers(uuid4().hex, currency, debtor, transfers, now, now.date(), message)
    root = schemas.parsed(content)
    assert schemas.message_of(root) == message
    schemas.check(root, message)
    instructed = root.findall(".//{*}InstdAmt")
    assert [int((each.text or "").replace(".", "")) for each in instructed] == amounts
    assert {each.get("Ccy") for each in instructed} == {currency}
    sums = [int((each.text or "").replace(".", "")) for each in root.findall(".//{*}CtrlSum")]
    assert sums == [sum(amounts)] * 2
    assert [each.text for each in root.findall(".//{*}NbOfTxs")] == [str(len(amounts))] * 2


def test_a_bank_takes_the_message_that_its_account_names() -> None:
    bank = OwnBank(OURS, messages={"CNY": "pain.001.001.03"})
    assert [bank.message(currency) for currency in ("CNY", "JPY")] == ["pain.001.001.03", "pain.001.001.09"]
    assert BANK.message("CNY") == "pain.001.001.09"


# --- the definitions


@pytest.mark.parametrize("message", [*STATEMENTS, *CREDIT_TRANSFERS])
def test_a_definition_is_of_its_message_and_stands_alone(message: str) -> None:
    root = etree.parse(schemas.definition_file(message)).getroot()
    assert root.get("targetNamespace") == f"{NAMESPACE}{message}"
    schema = "{http://www.w3.org/2001/XMLSchema}"
    assert not root.findall(f"{schema}import") + root.findall(f"{schema}include") + root.findall(f"{schema}redefine")
    assert isinstance(schemas.definition(message), etree.XMLSchema)


def test_the_packages_of_the_definitions_bring_nothing_and_are_not_imported() -> None:
    declared = tomllib.loads((ROOT / "uv.toml").read_text("utf-8"))["dependency-metadata"]
    assert {each["name"]: each["requires-dist"] for each in declared} == {"camt053": [], "pain001": []}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {line.partition("==")[0] for line in lock.splitlines() if line[:1].isalnum()}
    assert {"camt053", "pain001"} <= locked
    assert locked.isdisjoint({"fastapi", "starlette", "uvicorn", "xmlschema", "defusedxml", "elementpath"})
    program = (
        "import sys; from settlement.bank import bank_statement, schemas;"
        "[schemas.definition(m) for m in ('camt.053.001.02', 'pain.001.001.09')];"
        "sys.exit(bool({'camt053', 'pain001'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
