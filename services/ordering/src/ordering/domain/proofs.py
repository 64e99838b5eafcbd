"""What proves a service, and what it may prove."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis import moments
from chassis.ids import parse_id
from chassis.refusals import Invalid, Refusal

STATEMENT_LENGTH_MAX = 4096
STATEMENT_ID_LENGTH_MAX = 128
# A partner's own clock, by which it states and records, may be so wrong. Scans are timed by identity's, whose host and
# ours follow the same time: they get nothing, since whoever scanned a moment too early scans again.
CLOCK_SKEW = timedelta(minutes=2)
NO_SKEW = timedelta()


class ReceiptRefused(Refusal):
    code = "receipt-refused"
    title = "The scan's receipt does not prove this service."


class StatementRefused(Refusal):
    code = "statement-refused"
    title = "The partner's statement does not prove this service."


class ProofNotTaken(Refusal):
    code = "proof-not-taken"
    title = "Services of this kind are proven in another way."


class ScanUsed(Refusal):
    code = "scan-used"
    title = "The scan has proven this already, or something else; scan again."


class StatementUsed(Refusal):
    code = "statement-used"
    title = "The statement has proven a service already."


class NothingProven(Refusal):
    code = "nothing-proven"
    title = "Not everything ordered has been proven yet."


@dataclass(frozen=True, slots=True)
class Statement:
    """What a partner states: that so many units of something were given."""

    id: str
    order_id: str
    order_line_id: str
    item: str
    units: int
    given_at: datetime


def statement(claims: Mapping[str, Any], now: datetime) -> Statement:
    """The statement these claims make; one that says too little, or speaks of the future, is refused."""
    try:
        stated = Statement(
            id=text(claims, "id"),
            order_id=str(parse_id(text(claims, "order_id"), "order_id")),
            order_line_id=str(parse_id(text(claims, "order_line_id"), "order_line_id")),
            item=str(claims.get("item", "")),
            units=units(claims.get("units", 1)),
            given_at=moments.parse(text(claims, "given_at"), "given_at"),
        )
    except (TypeError, ValueError, Invalid) as error:
        raise StatementRefused(f"it is not well formed: {error}", "statement") from None
    if stated.given_at > now + CLOCK_SKEW:
        raise StatementRefused("given_at must lie in the past", "statement")
    return stated


def text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if value is None or value == "":
        raise ValueError(f"{name} is missing")
    if not isinstance(value, str) or len(value) > STATEMENT_ID_LENGTH_MAX:
        raise ValueError(f"{name} must be a string of at most {STATEMENT_ID_LENGTH_MAX} characters")
    return value


def units(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("units must be a whole number")
    return value


def given_after(accepted_at: datetime | None, given_at: datetime, skew: timedelta) -> bool:
    """Was it given once the order was accepted, by clocks that differ by at most `skew`? Before, it is no proof."""
    return accepted_at is not None and given_at >= accepted_at - skew


def scanned_at(receipt: Mapping[str, Any]) -> datetime:
    """When the code of this receipt was scanned. The release before said whole seconds alone, of which the first moment
    counts: a scan is rather made again than taken for what came after it."""
    if "scanned_at" in receipt:
        return moments.parse(str(receipt["scanned_at"]), "scan_receipt")
    return datetime.fromtimestamp(int(receipt["iat"]), UTC)


def rating(value: int) -> int:
    if not 1 <= value <= 5:
        raise Invalid("rating", "must be between 1 and 5")
    return value
