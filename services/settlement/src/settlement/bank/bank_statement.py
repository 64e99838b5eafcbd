"""A bank's statement of our account, camt.053.001.08, read as what was booked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chassis import moments
from chassis.money import parse_amount, to_minor
from chassis.refusals import Invalid, Refusal
from lxml import etree

from settlement.bank import schemas
from settlement.bank.schemas import NotThatMessage
from settlement.domain.bank import BankAccount

MESSAGE = "camt.053.001.08"
NAMES = {"c": f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"}
OPENING = ("OPBD", "PRCD")  # booked at the opening, or at the closing before
CLOSING = ("CLBD",)
REVERSED = "the bank reversed it"
TEXT_LENGTH_MAX = 500


class NotOurAccount(Refusal):
    code = "not-our-account"
    title = "The statement is not of an account of the operator's."


class StatementUneven(Refusal):
    code = "statement-uneven"
    title = "The statement's opening balance and entries do not come to its closing balance."


@dataclass(frozen=True, slots=True)
class BankLine:
    """Something the bank booked: a credit is positive. A reason says that it gives back what was sent."""

    place: int
    amount_minor: int
    booked_on: date
    end_to_end_id: str
    bank_reference: str
    remittance: str
    return_reason: str


@dataclass(frozen=True, slots=True)
class BankStatement:
    """One statement. `content` is its own part of the file in canonical form, whatever else came with it."""

    statement_id: str
    account: str
    currency: str
    start_on: date
    end_on: date
    opening_minor: int
    closing_minor: int
    lines: Sequence[BankLine]
    content: bytes
    sha256: str


def read(content: bytes, ours: Mapping[str, BankAccount]) -> list[BankStatement]:
    """The statements of a file: all of them, or a refusal that names the line."""
    root = schemas.parsed(content, MESSAGE)
    return [statement(found, ours) for found in root.iterfind("c:BkToCstmrStmt/c:Stmt", NAMES)]


def statement(found: etree._Element, ours: Mapping[str, BankAccount]) -> BankStatement:
    opening, closing = balance(found, OPENING), balance(found, CLOSING)
    currency = currency_of(closing)
    account = text(found, "c:Acct/c:Id/c:IBAN") or text(found, "c:Acct/c:Id/c:Othr/c:Id")
    own = ours.get(currency)
    if own is None or plain(own.number) != plain(account):
        raise NotOurAccount(f"line {found.sourceline}: {account} in {currency} is none of ours", "content")
    lines: list[BankLine] = []
    for entry in found.iterfind("c:Ntry", NAMES):
        if text(entry, "c:Sts/c:Cd") == "BOOK":
            lines += booked(entry, currency, len(lines))
    first, last = signed(opening, currency), signed(closing, currency)
    if (off := first + sum(line.amount_minor for line in lines) - last) != 0:
        raise StatementUneven(f"line {closing.sourceline}: it is off by {off} minor units of {currency}", "content")
    kept = etree.tostring(found, method="c14n", exclusive=True)
    return BankStatement(
        statement_id=text(found, "c:Id"),
        account=plain(account),
        currency=currency,
        start_on=day(opening, "c:Dt"),
        end_on=day(closing, "c:Dt"),
        opening_minor=first,
        closing_minor=last,
        lines=lines,
        content=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
    )


def balance(found: etree._Element, codes: Sequence[str]) -> etree._Element:
    """The balance of the first of these kinds that the statement has."""
    for code in codes:
        for one in found.iterfind("c:Bal", NAMES):
            if text(one, "c:Tp/c:CdOrPrtry/c:Cd") == code:
                return one
    raise NotThatMessage(f"line {found.sourceline}: a balance {' or '.join(codes)} is needed", "content")


def booked(entry: etree._Element, currency: str, place: int) -> list[BankLine]:
    """An entry's lines: one a transaction where the bank tells their amounts, else the entry as a whole."""
    details = entry.findall("c:NtryDtls/c:TxDtls", NAMES)
    whole = signed(entry, currency)
    told = [one for one in details if one.find("c:Amt", NAMES) is not None]
    if len(details) > 1 and len(told) == len(details):
        lines = [line(entry, one, signed(one, currency, entry), place + n) for n, one in enumerate(details)]
        if (off := sum(one.amount_minor for one in lines) - whole) != 0:
            raise StatementUneven(
                f"line {entry.sourceline}: the entry's transactions are off by {off} minor units", "content"
            )
        return lines
    return [line(entry, details[0] if len(details) == 1 else entry, whole, place)]


def line(entry: etree._Element, detail: etree._Element, minor: int, place: int) -> BankLine:
    reversed_by_bank = REVERSED if text(entry, "c:RvslInd") in ("true", "1") else ""
    reason = text(detail, "c:RtrInf/c:Rsn/c:Cd") or text(detail, "c:RtrInf/c:Rsn/c:Prtry")
    more = " ".join(found.text or "" for found in detail.iterfind("c:RtrInf/c:AddtlInf", NAMES))
    remittance = " ".join(found.text or "" for found in detail.iterfind("c:RmtInf/c:Ustrd", NAMES))
    return BankLine(
        place=place,
        amount_minor=minor,
        booked_on=booking_day(entry),
        end_to_end_id=text(detail, "c:Refs/c:EndToEndId"),
        bank_reference=text(detail, "c:Refs/c:AcctSvcrRef") or text(entry, "c:AcctSvcrRef"),
        remittance=remittance[:TEXT_LENGTH_MAX],
        return_reason=(f"{reason} {more}".strip() or reversed_by_bank)[:TEXT_LENGTH_MAX],
    )


def signed(found: etree._Element, currency: str, entry: etree._Element | None = None) -> int:
    """The amount in minor units, negative where it is a debit; what has no direction has its entry's."""
    told = found.find("c:Amt", NAMES)
    assert told is not None and told.text is not None
    if told.get("Ccy") != currency:
        raise Invalid("content", f"line {told.sourceline}: {told.get('Ccy')} on an account in {currency}")
    try:
        minor = to_minor(parse_amount(told.text.strip(), currency))
    except Invalid as refusal:
        raise Invalid("content", f"line {told.sourceline}: {refusal.detail}") from None
    direction = text(found, "c:CdtDbtInd") or (text(entry, "c:CdtDbtInd") if entry is not None else "")
    return -minor if direction == "DBIT" else minor


def currency_of(found: etree._Element) -> str:
    told = found.find("c:Amt", NAMES)
    assert told is not None
    return told.get("Ccy", "")


def booking_day(entry: etree._Element) -> date:
    where = "c:BookgDt" if entry.find("c:BookgDt", NAMES) is not None else "c:ValDt"
    return day(entry, where)


def day(found: etree._Element, where: str) -> date:
    told = text(found, f"{where}/c:Dt") or text(found, f"{where}/c:DtTm")
    try:
        return moments.parse_day(told[:10], "content")
    except Invalid:
        raise NotThatMessage(f"line {found.sourceline}: a date is needed", "content") from None


def text(found: etree._Element, path: str) -> str:
    return (found.findtext(path, "", NAMES) or "").strip()


def plain(number: str) -> str:
    return number.replace(" ", "").upper()
