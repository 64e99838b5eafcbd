"""Where a text stands in an HL7 v2 message."""

import re
from dataclasses import dataclass

PATH = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,2})(?:\.(\d{1,2})(?:\.(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Path:
    """Where a text stands, as `PID-3.1`."""

    segment: str
    field: int
    component: int = 1
    subcomponent: int = 1

    @staticmethod
    def of(written: str) -> "Path":
        match = PATH.fullmatch(written)
        if match is None:
            raise ValueError(f"{written!r} is no place in a message; one looks like PV1-19 or PID-3.1")
        return Path(match[1], int(match[2]), int(match[3] or 1), int(match[4] or 1))
