"""How data was used in a month: how often, and of how many residents as far as that matters."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from chassis.counted_months import RESIDENTS_LEAST


@dataclass(slots=True)
class Uses:
    """How often something was read, and of whom: ten residents are enough to know."""

    times: int = 0
    residents: set[str] = field(default_factory=set)

    def add(self, resident_id: str) -> None:
        self.times += 1
        if len(self.residents) < RESIDENTS_LEAST:
            self.residents.add(resident_id)

    @property
    def may_be_said(self) -> bool:
        return len(self.residents) >= RESIDENTS_LEAST


type Counted = dict[tuple[str, str], Uses]  # by purpose and kind of information


def count(counted: Counted, resident_id: str, purpose: str, information_types: Iterable[str]) -> None:
    """Add one permitted reading: each kind of information once."""
    for information_type in set(information_types):
        counted.setdefault((purpose, information_type), Uses()).add(resident_id)
