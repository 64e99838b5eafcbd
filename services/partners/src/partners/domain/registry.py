"""The certificate registry: what it says of a certificate, so that a stranger can tell whether it is in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KIND = "certificate-registry"
NEXT_AFTER = timedelta(
    days=1
)  # from then on a document is not to be relied on: a newer one says what was revoked since
SHOWN_AFTER_END = timedelta(days=400)  # so long a certificate that has ended is still listed


class EndReason(StrEnum):
    """Why a certificate ended before the day it was issued until."""

    REVOKED = "revoked"
    REPLACED = "replaced"  # another in the same aspect counts since then
    LEFT = "left"  # the partner left the city
    STRUCK_OFF = "struck-off"  # the register of institutions confirms the partner's registration no longer


@dataclass(frozen=True, slots=True)
class CertificateEnd:
    """When a certificate ended before its day, and why."""

    at: datetime
    because: EndReason
    reason: str = ""  # of a revocation


def end_of(
    *,
    revoked_at: datetime | None,
    reason: str,
    replaced_at: datetime | None,
    struck_off_at: datetime | None,
    left_at: datetime | None,
) -> CertificateEnd | None:
    """The first of what has ended a certificate; None where nothing has."""
    ends = [
        CertificateEnd(at, because, reason if because is EndReason.REVOKED else "")
        for at, because in (
            (revoked_at, EndReason.REVOKED),
            (replaced_at, EndReason.REPLACED),
            (struck_off_at, EndReason.STRUCK_OFF),
            (left_at, EndReason.LEFT),
        )
        if at is not None
    ]
    return min(ends, key=lambda end: end.at, default=None)
