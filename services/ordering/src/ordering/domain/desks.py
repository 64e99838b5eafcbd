"""Orders that a desk places for the resident who stands there: by a scan of their code, and for them to agree to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any
from uuid import UUID

from chassis.refusals import Refusal, TryLater

from ordering.domain.orders import LineRequest, Terms
from ordering.domain.proofs import scanned_at

SCANNED_WITHIN = timedelta(minutes=15)
CODES_MAX = 3  # text messages for one order: of a million codes, fifteen may be tried
CODE_AFTER = timedelta(minutes=1)  # from one to the next


class ScanNotTaken(Refusal):
    code = "scan-not-taken"
    title = "A desk does not order by this scan."


class NotYourOffering(Refusal):
    code = "not-your-offering"
    title = "A desk orders what its own institution offers."


class CodeTooSoon(TryLater):
    code = "code-too-soon"
    title = "A code was sent just now."


class TooManyCodes(Refusal):
    code = "too-many-codes"
    title = "No further code is sent for this order."


class NoCodeSent(Refusal):
    code = "no-code-sent"
    title = "No code was sent for this order as it stands."


@dataclass(frozen=True, slots=True)
class DeskScan:
    """Who orders at a desk, and by which scan of whose practitioner. `printed`: the code was a printed one."""

    by: UUID
    partner_id: UUID
    scan_id: UUID
    practitioner_id: UUID
    printed: bool


def desk_scan(receipt: Mapping[str, Any], by: UUID, partner_id: UUID, now: datetime) -> DeskScan:
    """What a genuine receipt says. Refuses a scan of another institution's, and one that is not of just now: whoever
    was scanned has to stand there."""
    if receipt["partner_id"] != str(partner_id):
        raise ScanNotTaken("it was made at another institution", "scan_receipt")
    if receipt["late"] or now - scanned_at(receipt) > SCANNED_WITHIN:
        minutes = SCANNED_WITHIN.seconds // 60
        raise ScanNotTaken(f"it was made more than {minutes} minutes ago; scan again", "scan_receipt")
    return DeskScan(
        by, partner_id, UUID(receipt["scan_id"]), UUID(receipt["practitioner_id"]), receipt["use"] == "printed"
    )


def check_own(lines: Sequence[LineRequest], terms: Sequence[Terms], desk: DeskScan) -> None:
    """Refuse what another partner offers."""
    for line, term in zip(lines, terms, strict=True):
        if term.partner_id != desk.partner_id:
            raise NotYourOffering("the resident orders it themselves", f"{line.at}.offering_id")


def check_code_due(sent: Sequence[datetime], now: datetime) -> None:
    """Refuse one more text message for an order, where some were sent at these moments."""
    if len(sent) >= CODES_MAX:
        raise TooManyCodes(f"after {CODES_MAX} they agree with a session of their own", "order_id")
    if sent and now < max(sent) + CODE_AFTER:
        wait = max(1, ceil((max(sent) + CODE_AFTER - now).total_seconds()))
        raise CodeTooSoon(f"ask them to look; wait {wait} seconds before the next", wait, "order_id")


def next_code_at(sent: Sequence[datetime]) -> datetime | None:
    """From when on another may be sent, where some were; None: never."""
    return max(sent) + CODE_AFTER if len(sent) < CODES_MAX else None


def check_word_of(word_version: int | None, order_version: int) -> None:
    """Refuse a code that was sent for the order as it no longer stands, or where none was sent."""
    if word_version is None:
        raise NoCodeSent("send one first", "order_id")
    if word_version != order_version:
        raise NoCodeSent("the order has changed since; send another, which says what it is now", "order_id")
