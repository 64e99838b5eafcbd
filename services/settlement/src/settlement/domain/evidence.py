"""What is evidence in a dispute."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsentEnding:
    """When and why a consent ended without being revoked."""

    ended_at: datetime
    because: str
