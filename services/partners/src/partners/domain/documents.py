"""Documents that a partner sends as evidence."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chassis.links import check_announced
from chassis.refusals import Invalid, Refusal

from partners.domain.standing import PartnerStatus

DOCUMENT_BYTES_MAX = 10 * 1024 * 1024
UPLOAD_LIFE = timedelta(minutes=15)
LINK_LIFE = timedelta(minutes=5)
# What each kind of document begins with, so that nothing is kept under a name that is not its own.
MEDIA_TYPES: Mapping[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quota:
    """How much an institution may hand in, all of its documents together."""

    documents: int
    size: int  # bytes


QUOTA_BEFORE_SCREENING = Quota(50, 64 * MEBIBYTE)
QUOTA = Quota(500, 1024 * MEBIBYTE)
UNNAMED_FOR = timedelta(days=1)  # a document that no application names and no operator has opened is kept so long


class TooManyDocuments(Refusal):
    code = "too-many-documents"
    title = "The institution has handed in as many documents as it may."


class DocumentRefused(Invalid):
    code = "document-refused"
    title = "What was sent is not the document that was announced. It was not kept."


def check_announcement(media_type: str, size: int, sha256: bytes) -> None:
    """Refuse to await a document that would not be kept."""
    check_announced(MEDIA_TYPES, DOCUMENT_BYTES_MAX, media_type=media_type, size=size, sha256=sha256, what="document")


def check_quota(status: PartnerStatus | None, documents: int, size: int, more: int) -> None:
    """Refuse `more` bytes of an institution that has handed in so many documents of so many bytes. Whoever has not
    passed screening may hand in less."""
    screened = status not in (None, PartnerStatus.SCREENING, PartnerStatus.REJECTED)
    quota = QUOTA if screened else QUOTA_BEFORE_SCREENING
    if documents < quota.documents and size + more <= quota.size:
        return
    most = f"{quota.documents} documents of {quota.size // MEBIBYTE} MiB together"
    remedy = "ask the operator to look at what is there" if screened else "apply with those that are there"
    raise TooManyDocuments(
        f"at most {most}, and there are {documents} of {size} bytes; send smaller files, or {remedy}:"
        f" what no application names is removed after {UNNAMED_FOR.days} day",
        "size",
    )


def check_document(content: bytes, media_type: str, size: int, sha256: bytes) -> None:
    """Refuse what is not the announced document."""
    if len(content) != size:
        raise DocumentRefused("", f"{len(content)} bytes came, and {size} were announced")
    if not content.startswith(MEDIA_TYPES[media_type]):
        raise DocumentRefused("", f"this is no {media_type}")
    if hashlib.sha256(content).digest() != sha256:
        raise DocumentRefused("", "its SHA-256 is not the one announced")
