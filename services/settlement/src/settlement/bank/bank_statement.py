"""A bank's statement of our account, camt.053 of any version, read as what was booked.

Versions say the same with other names: each value has a list of paths, and the first that is there counts. What a file
may hold is its own version's definition's to say, and is checked before.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis import moments
from chassis.money import parse_amount, to_minor
from chassis.refusals import Invalid, Refusal
from lxml import etree

from settlement.bank import schemas
from settlement.bank.schemas import STATEMENTS, NotThatMessage
from settlement.domain.bank import BankAccount

OPENING = ("OPBD", "PRCD")  # booked at the opening, or at the closing before
CLOSING = ("CLBD",)
ACCOUNT = ("Acct/Id/IBAN", "Acct/Id/Othr/Id", "Acct/Id/BBAN", "Acct/Id/UPIC", "Acct/Id/PrtryAcct/Id")  # BBAN…: .01
BALANCE_CODE = ("Tp/CdOrPrtry/Cd", "Tp/Cd")  # the second: .01
STATUS = ("Sts/Cd", "Sts")  # the second: before .07
DETAILS = ("NtryDtls/TxDtls", "TxDtls")  # the second: .01
PART = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt")  # the first: since .03
CHARGES = ("Chrgs/Rcrd", "Chrgs")  # the second: before .03
RETURN_REASON = ("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd", "RtrInf/RtrRsn/Prtry")  # RtrRsn: .01
RETURN_WORDS = ("RtrInf/AddtlInf", "RtrInf/AddtlRtrRsnInf")
OF_A_PAGE = "INTM"  # a balance at the beginning or end of a page of a statement
OTHER_REPORTS = {
    "camt.052": "an account report, of a day that is not over: what it says may still change",
    "camt.054": "a notice of single bookings: it has no balances that they could be held against",
}
REVERSED = "the bank reversed it"
CHARGED = "charges of the bank"
TEXT_LENGTH_MAX = 500
SHOWN_LENGTH_MAX = 80


class NotOurAccount(Refusal):
    code = "not-our-account"
    title = "The statement is not of an account of the operator's."


class StatementUneven(Refusal):
    code = "statement-uneven"
    title = "The statement's opening balance and entries do not come to its closing balance."


class StatementNeeded(Refusal):
    code = "statement-needed"
    title = "Money is booked by the bank's statement alone; this message is another."


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
    """A statement, or a page of one. `content` is its own part of the file in canonical form, whatever else came with
    it."""

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
    root = schemas.parsed(content)
    message = schemas.message_of(root)
    if other := OTHER_REPORTS.get(message[:8]):
        said = (
            f"line {root.sourceline}: {message[:SHOWN_LENGTH_MAX]} is {other}; send the account's statement (camt.053)"
        )
        raise StatementNeeded(said, "content")
    if message not in STATEMENTS:
        shown = etree.QName(root).namespace or etree.QName(root).localname
        raise NotThatMessage(
            f"line {root.sourceline}: {shown[:SHOWN_LENGTH_MAX]} is no statement that can be read;"
            f" send one of {STATEMENTS[0]} to {STATEMENTS[-1]}",
            "content",
        )
    schemas.check(root, message)
    return [statement(element, ours) for element in root.iterfind("*/{*}Stmt")]


def statement(element: etree._Element, ours: Mapping[str, BankAccount]) -> BankStatement:
    closing = balance(element, CLOSING, text(element, "Acct/Ccy"))
    currency = amount_of(closing).get("Ccy", "")
    account = text(element, *ACCOUNT)
    own = ours.get(currency)
    if own is None or plain(own.number) != plain(account):
        named = account or "an account without a number"
        raise NotOurAccount(f"line {element.sourceline}: {named} in {currency} is none of ours", "content")
    opening, closed_on = balance(element, OPENING, currency), day(closing, "Dt")
    opened_on = day(opening, "Dt")
    if closed_on < opened_on:
        raise Invalid(
            "content", f"line {closing.sourceline}: it closed on {closed_on}, before it opened on {opened_on}"
        )
    lines: list[BankLine] = []
    for entry in children(element, "Ntry"):
        if text(entry, *STATUS) == "BOOK":
            lines += booked(entry, currency, closed_on, len(lines))
    first, last = signed(opening, currency), signed(closing, currency)
    if (off := first + sum(line.amount_minor for line in lines) - last) != 0:
        raise StatementUneven(f"line {closing.sourceline}: it is off by {off} minor units of {currency}", "content")
    kept = etree.tostring(element, method="c14n", exclusive=True)
    return BankStatement(
        statement_id=text(element, "Id") + page(element),
        account=plain(account),
        currency=currency,
        start_on=opened_on,
        end_on=closed_on,
        opening_minor=first,
        closing_minor=last,
        lines=lines,
        content=kept,
        sha256=hashlib.sha256(kept).hexdigest(),
    )


def page(element: etree._Element) -> str:
    """What tells a page from the others of its statement; nothing where it is the only one."""
    number, is_last = text(element, "StmtPgntn/PgNb"), text(element, "StmtPgntn/LastPgInd")
    return f" page {int(number)}" if number and (int(number) != 1 or is_last not in ("true", "1")) else ""


def balance(element: etree._Element, codes: Sequence[str], currency: str) -> etree._Element:
    """The balance of the first of these kinds that the statement has; a page may have one of its own."""
    for code in codes:
        for part in ("", OF_A_PAGE):
            for candidate in children(element, "Bal"):
                in_currency = currency in ("", amount_of(candidate).get("Ccy"))
                of_kind = text(candidate, *BALANCE_CODE) == code
                if of_kind and in_currency and text(candidate, "Tp/SubTp/Cd", "Tp/SubTp/Prtry") == part:
                    return candidate
    where = f" in {currency}" if currency else ""
    raise NotThatMessage(
        f"line {element.sourceline}: a balance {' or '.join(codes)} is needed{where}; ask the bank for it",
        "content",
    )


def booked(entry: etree._Element, currency: str, closed_on: date, index: int) -> list[BankLine]:
    """An entry's lines: one a transaction where their amounts, with charges, come to the entry; else one for all of it.

    Amounts that the bank says it booked have to add up. Those of the underlying transactions may be before charges or
    in another currency, and then they explain nothing.
    """
    total, details = signed(entry, currency), children(entry, *DETAILS)
    parts = [part_of(detail, entry, currency) for detail in details]
    amounts = [minor for minor in parts if minor is not None]
    if details and len(amounts) == len(details):
        off = total - sum(amounts)
        lines = [
            line(entry, detail, minor, closed_on, index + n)
            for n, (detail, minor) in enumerate(zip(details, amounts, strict=True))
        ]
        if off == 0:
            return lines
        if off in charges(entry, details, currency):
            return [*lines, charge(entry, off, closed_on, index + len(lines))]
        if len(details) > 1 and all(children(detail, "Amt") for detail in details):
            raise StatementUneven(
                f"line {entry.sourceline}: the entry's transactions are off by {-off} minor units", "content"
            )
    return [line(entry, details[0] if len(details) == 1 else None, total, closed_on, index)]


def part_of(detail: etree._Element, entry: etree._Element, currency: str) -> int | None:
    """What of the entry a transaction is, if it says so in the account's currency."""
    for path in PART:
        for amount in children(detail, path):
            if amount.get("Ccy") == currency:
                return directed(minor_of(amount, currency), text(detail, "CdtDbtInd") or text(entry, "CdtDbtInd"))
    return None


def charges(entry: etree._Element, details: Sequence[etree._Element], currency: str) -> set[int]:
    """What charges may have moved an entry by: those said of it, of its transactions, or of both."""

    def of(element: etree._Element) -> int:
        return sum(
            directed(minor_of(amount, currency), text(each, "CdtDbtInd") or "DBIT")
            for each in children(element, *CHARGES)
            for amount in children(each, "Amt", "TtlChrgsAndTaxAmt")
            if amount.get("Ccy") == currency and text(each, "ChrgInclInd") not in ("false", "0")
        )

    own, of_details = of(entry), sum(of(detail) for detail in details)
    return {own, of_details, own + of_details}


def line(entry: etree._Element, detail: etree._Element | None, minor: int, closed_on: date, index: int) -> BankLine:
    """What was booked, as the transaction says that it is all of, or as the entry does."""
    reason, remittance, end_to_end_id, reference = "", "", "", ""
    if detail is not None:
        reason = " ".join([text(detail, *RETURN_REASON), *words(detail, *RETURN_WORDS)]).strip()
        remittance = " ".join(words(detail, "RmtInf/Ustrd"))
        end_to_end_id, reference = text(detail, "Refs/EndToEndId"), text(detail, "Refs/AcctSvcrRef")
    if not reason and text(entry, "RvslInd") in ("true", "1"):
        reason = REVERSED
    return BankLine(
        place=index,
        amount_minor=minor,
        booked_on=booking_day(entry, closed_on),
        end_to_end_id=end_to_end_id,
        bank_reference=reference or text(entry, "AcctSvcrRef"),
        remittance=remittance[:TEXT_LENGTH_MAX],
        return_reason=reason[:TEXT_LENGTH_MAX],
    )


def charge(entry: etree._Element, minor: int, closed_on: date, index: int) -> BankLine:
    """What the bank took for itself, or gave back of it, within an entry."""
    return BankLine(index, minor, booking_day(entry, closed_on), "", text(entry, "AcctSvcrRef"), CHARGED, "")


def signed(element: etree._Element, currency: str) -> int:
    """The amount of a balance or entry in minor units, negative where it is a debit."""
    amount = amount_of(element)
    if amount.get("Ccy") != currency:
        raise Invalid("content", f"line {amount.sourceline}: {amount.get('Ccy')} on an account in {currency}")
    return directed(minor_of(amount, currency), text(element, "CdtDbtInd"))


def directed(minor: int, direction: str) -> int:
    return -minor if direction == "DBIT" else minor


def minor_of(amount: etree._Element, currency: str) -> int:
    try:
        return to_minor(parse_amount(f"{abs(Decimal((amount.text or '').strip())):f}", currency))
    except Invalid as refusal:
        raise Invalid("content", f"line {amount.sourceline}: {refusal.detail}") from None


def amount_of(element: etree._Element) -> etree._Element:
    """The element with the amount, which every balance and entry has."""
    (amount,) = children(element, "Amt")
    return amount


def booking_day(entry: etree._Element, closed_on: date) -> date:
    """The day an entry was booked on, within the statement; where it does not say, its value date, or the statement's
    last day. A value date may lie after the statement."""
    if children(entry, "BookgDt"):
        booked_on = day(entry, "BookgDt")
        if booked_on > closed_on:
            raise Invalid(
                "content", f"line {entry.sourceline}: booked on {booked_on}, after the statement closed on {closed_on}"
            )
        return booked_on
    return min(day(entry, "ValDt"), closed_on) if children(entry, "ValDt") else closed_on


def day(element: etree._Element, path: str) -> date:
    """A day as the bank writes it; of a moment, the day in the bank's own time."""
    said = text(element, f"{path}/Dt", f"{path}/DtTm")
    try:
        return moments.parse_day(said[:10], "content")
    except Invalid:
        raise NotThatMessage(f"line {element.sourceline}: {said[:SHOWN_LENGTH_MAX]} is not a day", "content") from None


def children(element: etree._Element, *paths: str) -> list[etree._Element]:
    """The elements at the first of these paths that is there, in the message's own namespace."""
    namespace = etree.QName(element).namespace
    for path in paths:
        if elements := element.findall("/".join(f"{{{namespace}}}{step}" for step in path.split("/"))):
            return elements
    return []


def words(element: etree._Element, *paths: str) -> list[str]:
    return [" ".join((each.text or "").split()) for each in children(element, *paths)]


def text(element: etree._Element, *paths: str) -> str:
    """The text at the first of these paths that has any; empty where none has."""
    for path in paths:
        for each in children(element, path):
            if said := (each.text or "").strip():
                return said
    return ""


def plain(number: str) -> str:
    return number.replace(" ", "").upper()
