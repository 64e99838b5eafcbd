"""What events are to tell people: which kind of message, to whom, and about what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from notifications.domain.messages import AudienceKind

NEWS_FOR = timedelta(days=2)  # what happened longer ago is none: a stream may be read again from its beginning


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that people are to be told. `key` makes it single: what is noticed again by it is not told again."""

    key: str
    kind: str
    audience: AudienceKind
    audience_id: UUID | None
    subject: str = ""  # of the page that says more
    topic: str = ""  # what cancels it
    facts: Mapping[str, str] = field(default_factory=dict)  # moments in ISO 8601, and what else a text names
    addresses: Sequence[str] = ()  # of an audience that is an address
    expires_at: datetime | None = None


def session_topic(booking_id: UUID) -> str:
    return f"session {booking_id}"
