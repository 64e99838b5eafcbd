"""Scans of health codes: when one counts as made, what its receipt says, and what a copy of a code brings about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis import texts
from chassis.refusals import Invalid, Refusal
from chassis.signing import blinded

from identity.domain.codes import CLOCK_SKEW, CodeMinute

RECEIPT_LIFETIME = timedelta(minutes=15)  # from when the scan reached us
LATE_UPLOAD_MAX = timedelta(hours=72)
APP_LENGTH_MAX = 64
PLACE_LENGTH_MAX = 120


class ScanTooLate(Refusal):
    code = "scan-too-late"
    title = "The scan was sent in too long after it was made."


class NotRegisteredThen(Refusal):
    code = "not-registered-then"
    title = "The practitioner was not registered yet when the code was scanned."


class Rotation(StrEnum):
    """Why a health code moved on to its next generation."""

    REPLAY = "replay"  # a copy of a token was shown
    RESIDENT = "resident"  # the resident, or who acts for them, asked for it
    GUARDIANSHIP = "guardianship"  # who could show it acts for them no longer
    SESSIONS = "sessions"  # sessions in which it could be shown were ended


@dataclass(frozen=True, slots=True)
class Scanning:
    """What an app says of how it scanned: when, where and what app it is. A scan that is sent at once has no moment."""

    scanned_at: datetime | None = None
    app: str = ""
    place: str = ""


def scanning(scanned_at: datetime | None, app: str, place: str) -> Scanning:
    """What an app says of its scan, in the form it is stored in."""
    return Scanning(
        scanned_at,
        texts.line(app, "app", APP_LENGTH_MAX) if app else "",
        texts.line(place, "place", PLACE_LENGTH_MAX) if place else "",
    )


def moment_of_scan(claims: CodeMinute, scanned_at: datetime | None, now: datetime) -> tuple[datetime, bool]:
    """When a token counts as scanned, and whether that reaches us late: after its minute, within three days.

    While the token's minute lasts the scan is made now, whatever an app's clock says. Afterwards it was made when the
    app says, which must lie in the token's own minute. Refuses a token that was not in force then.
    """
    if scanned_at is None or now < claims.expires_at:
        claims.check(now)
        return now, False
    if scanned_at > now + CLOCK_SKEW:
        raise Invalid("scanned_at", "must lie in the past")
    if now - scanned_at > LATE_UPLOAD_MAX:
        hours = round(LATE_UPLOAD_MAX.total_seconds() / 3600)
        raise ScanTooLate(f"send a scan within {hours} hours; the resident can confirm the service", "scanned_at")
    claims.check(scanned_at)
    return scanned_at, True


def moved_on_before(generation: int, rotations: Mapping[int, datetime], moment: datetime) -> bool:
    """Had a health code moved on from a generation by this moment? A scan that was made before it did is honest."""
    return any(number > generation and rotated_at <= moment for number, rotated_at in rotations.items())


def receipt_claims(
    *,
    scan_id: UUID,
    resident_id: UUID,
    practitioner_id: UUID,
    partner_id: UUID,
    scanned_at: datetime,
    received_at: datetime,
    late: bool,
    printed: bool = False,
) -> dict[str, object]:
    """What a scan's receipt says: other services verify it without asking us. Of a printed code it is of another use,
    which none of them takes for a health code's."""
    return {
        "use": "printed" if printed else "scan",
        "scan_id": str(scan_id),
        "resident_sha256": blinded(str(scan_id), str(resident_id)),  # a partner holds it, see docs/adr/0617
        "practitioner_id": str(practitioner_id),
        "partner_id": str(partner_id),
        "scanned_at": scanned_at.isoformat(),  # to the microsecond: an order accepted within the same second is later
        "late": late,
        "iat": int(received_at.timestamp()),
        "exp": int((received_at + RECEIPT_LIFETIME).timestamp()),
    }
