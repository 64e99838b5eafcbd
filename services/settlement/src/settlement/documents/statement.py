"""A statement in the forms a partner keeps: JSON, which is what counts, CSV for a spreadsheet, a signed PDF."""

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
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
    "deducted",
)  # fmt: skip


def as_json(statement: pb.Statement) -> bytes:
    """The statement, always in the same bytes."""
    told = json_format.MessageToDict(statement, always_print_fields_with_no_presence=True)
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(content: bytes) -> pb.Statement:
    return json_format.Parse(content, pb.Statement())


def as_csv(statement: pb.Statement) -> bytes:
    """One row a line, with opening and closing balance of each currency around them."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for currency in statement.currencies:
        code = currency.opening.currency
        rows.writerow(["", "opening", "", "", "", code, written(currency.opening), "", "", "", ""])
        for line in currency.lines:
            rows.writerow(
                plain(value)
                for value in (
                    line.recorded_at.ToJsonString(), line.kind, line.reference, typed(Kind.ORDER, line.order_id),
                    typed(Kind.PAYOUT, line.payout_id), code, written(line.amount),
                    written(line.gross) if line.HasField("gross") else "", str(line.position),
                    typed(Kind.ENTRY, line.entry_id), deducted(line),
                )
            )  # fmt: skip
        rows.writerow(["", "closing", "", "", "", code, written(currency.closing), "", "", "", ""])
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


def as_pdf(statement: pb.Statement, content: bytes, issuer: str, issued_at: datetime, deadline_at: datetime) -> bytes:
    """The statement to read and file, not yet signed; PDF/A-2b. Takes a moment: not for the event loop."""
    import typst  # noqa: PLC0415 large, and needed here only

    told = {
        "title": "Statement of account",
        "issuer": issuer,
        "sha256": hashlib.sha256(content).hexdigest(),
        "facts": [
            ["Issued by", issuer],
            ["Partner", typed(Kind.PARTNER, statement.partner_id)],
            ["Period", period(statement)],
            ["Issued", minute(issued_at)],
            ["Confirmed unless disputed by", minute(deadline_at)],
            ["Ledger position", str(statement.ledger_position)],
        ],
        "currencies": [shown(currency) for currency in statement.currencies],
    }
    template = (resources.files("settlement.documents") / "statement.typ").read_bytes()
    made = typst.compile(
        template,
        format="pdf",
        sys_inputs={"statement": json.dumps(told)},
        ignore_system_fonts=True,
        pdf_standards=["a-2b"],
        timestamp=int(issued_at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made


def period(statement: pb.Statement) -> str:
    start = minute(moment(statement.period.start)) if statement.period.HasField("start") else "the beginning"
    return f"{start} to {minute(moment(statement.period.end))}"


def shown(currency: pb.CurrencyStatement) -> Mapping[str, Any]:
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
            [kind, str(len(amounts)), written(Money(currency=code, minor=sum(amounts)))]
            for kind, amounts in sorted(sums.items())
        ],
        "lines": [row(line) for line in currency.lines] if few else [],
        "note": "" if few else f"The {len(currency.lines)} lines are in the JSON and the CSV of this statement.",
    }


def row(line: pb.StatementLine) -> Sequence[str]:
    return [minute(moment(line.recorded_at)), line.kind, line.reference, written(line.amount)]


def minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
