"""Orders that a desk places for the resident who stands there: by a scan of their code, and for them to agree to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.refusals import Refusal

from ordering.domain.orders import LineRequest, Terms
from ordering.domain.proofs import scanned_at

SCANNED_WITHIN = timedelta(minutes=15)


class ScanNotTaken(Refusal):
    code = "scan-not-taken"
    title = "A desk does not order by this scan."


class NotYourOffering(Refusal):
    code = "not-your-offering"
    title = "A desk orders what its own institution offers."


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
