"""A statement in the forms a partner keeps: JSON, which is what counts, CSV for a spreadsheet, a signed PDF."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from importlib import resources
from typing import Any

from chassis import ids
from chassis.ids import Kind
from chassis.money import written
from chassis.wire import moment
from google.protobuf import json_format
from yima.common.v1.types_pb2 import Money
from yima.settlement.v1 import api_pb2 as pb

PDF_LINES_MAX = 2_000  # more are in the JSON and the CSV only, whose hash the PDF has
COLUMNS = (
    "recorded_at", "kind", "reference", "order_id", "payout_id", "currency", "amount", "gross", "position", "entry_id",
    "deducted", "what", "recorded_in_city", "partner_id",
)  # fmt: skip
WORDS = {
    "opening": "Opening balance",
    "closing": "Closing balance",
    "payment-captured": "Order served and paid",
    "capture-short": "Order paid in part only",
    "capture-failed": "Order served, payment failed",
    "refund": "Refund to a resident",
    "payout": "Paid out",
    "payout-returned": "Payout sent back by the bank",
    "reserve-held": "Kept back as a reserve",
    "reserve-released": "Reserve given back",
    "reserve-drawn": "Covered from the reserve",
    "debt-invoiced": "Debt moved to an invoice",
    "dispute-opened": "Held for a dispute",
    "dispute-changed": "Dispute held again: the bank claims another amount",
    "dispute-won": "Dispute decided for the partner",
    "dispute-lost": "Dispute decided for the resident",
    "chargeback-taken": "Taken back by the resident's bank",
    "chargeback-returned": "Given back by the resident's bank",
    "adjustment": "Correction, decided by two people",
}


def as_json(statement: pb.Statement) -> bytes:
    """The statement, always in the same bytes."""
    content = json_format.MessageToDict(statement, always_print_fields_with_no_presence=True)
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(content: bytes) -> pb.Statement:
    return json_format.Parse(content, pb.Statement())


def words(kind: str) -> str:
    """What a line is, for people. A kind without words of its own is shown by its name."""
    return WORDS.get(kind) or kind.replace("-", " ").capitalize()


def as_csv(statement: pb.Statement, zone: tzinfo) -> bytes:
    """One row a line, with opening and closing balance of each currency around them. `recorded_at` is in UTC for
    programs, `recorded_in_city` by the clock of `zone`."""
    partner = typed(Kind.PARTNER, statement.partner_id)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for currency in statement.currencies:
        code = currency.opening.currency
        opening, closing = written(currency.opening), written(currency.closing)
        rows.writerow(["", "opening", "", "", "", code, opening, "", "", "", "", words("opening"), "", partner])
        for line in currency.lines:
            rows.writerow(
                plain(value)
                for value in (
                    line.recorded_at.ToJsonString(), line.kind, line.reference, typed(Kind.ORDER, line.order_id),
                    typed(Kind.PAYOUT, line.payout_id), code, written(line.amount),
                    written(line.gross) if line.HasField("gross") else "", str(line.position),
                    typed(Kind.ENTRY, line.entry_id), deducted(line), words(line.kind),
                    moment(line.recorded_at).astimezone(zone).isoformat(timespec="seconds"), partner,
                )
            )  # fmt: skip
        rows.writerow(["", "closing", "", "", "", code, closing, "", "", "", "", words("closing"), "", partner])
    return out.getvalue().encode()


def typed(kind: Kind, bare: str) -> str:
    """The id as GraphQL shows it. The JSON keeps UUIDs: its bytes are what was hashed."""
    return ids.shown(kind, bare) if bare else ""


def deducted(line: pb.StatementLine) -> str:
    """What others got of a line's gross: the platform's commission, funds, taxes."""
    if not line.HasField("gross"):
        return ""
    return written(Money(currency=line.gross.currency, minor=line.gross.minor - line.amount.minor))


def plain(value: str) -> str:
    """A spreadsheet would run a text that starts like a formula; amounts and times do not."""
    return f"'{value}" if value[:1] in ("=", "+", "@", "\t", "\r") or value[:2] == "-=" else value


def as_pdf(
    statement: pb.Statement, content: bytes, issuer: str, issued_at: datetime, deadline_at: datetime, zone: tzinfo
) -> bytes:
    """The statement to read and file, not yet signed; PDF/A-2b. Takes a moment: not for the event loop."""
    import typst  # noqa: PLC0415 large, and needed here only

    data = {
        "title": "Statement of account",
        "issuer": issuer,
        "sha256": hashlib.sha256(content).hexdigest(),
        "facts": [
            ["Issued by", issuer],
            ["Partner", typed(Kind.PARTNER, statement.partner_id)],
            ["Period", period(statement, zone)],
            ["Issued", minute(issued_at, zone)],
            ["Confirmed unless disputed by", minute(deadline_at, zone)],
            ["Times", f"by the clock of {zone}"],
            ["Ledger position", str(statement.ledger_position)],
        ],
        "currencies": [shown(currency, zone) for currency in statement.currencies],
    }
    template = (resources.files("settlement.documents") / "statement.typ").read_bytes()
    pdf = typst.compile(
        template,
        format="pdf",
        sys_inputs={"statement": json.dumps(data)},
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        timestamp=int(issued_at.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def period(statement: pb.Statement, zone: tzinfo) -> str:
    start = minute(moment(statement.period.start), zone) if statement.period.HasField("start") else "the beginning"
    return f"{start} to {minute(moment(statement.period.end), zone)}"


def shown(currency: pb.CurrencyStatement, zone: tzinfo) -> Mapping[str, Any]:
    """A currency's part: sums by kind, and the lines where they are not too many."""
    code = currency.opening.currency
    sums: defaultdict[str, list[int]] = defaultdict(list)
    for line in currency.lines:
        sums[line.kind].append(line.amount.minor)
    few = len(currency.lines) <= PDF_LINES_MAX
    return {
        "code": code,
        "opening": written(currency.opening),
        "closing": written(currency.closing),
        "kinds": [
            [words(kind), str(len(amounts)), written(Money(currency=code, minor=sum(amounts)))]
            for kind, amounts in sorted(sums.items())
        ],
        "lines": [row(line, zone) for line in currency.lines] if few else [],
        "note": "" if few else f"The {len(currency.lines)} lines are in the JSON and the CSV of this statement.",
    }


def row(line: pb.StatementLine, zone: tzinfo) -> Sequence[str]:
    """When, what, of which order or payout; what was paid, what others got of it, what it changed."""
    gross = written(line.gross) if line.HasField("gross") else ""
    of = typed(Kind.ORDER, line.order_id) or typed(Kind.PAYOUT, line.payout_id) or line.reference
    return [minute(moment(line.recorded_at), zone), words(line.kind), of, gross, deducted(line), written(line.amount)]


def minute(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
