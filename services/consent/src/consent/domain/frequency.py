"""How often a consent may be used: on a day of the city's, and in all. A use is a reading that is permitted by it."""

from dataclasses import dataclass

from chassis.refusals import Invalid

USES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Frequency:
    """At most so many uses on a day, and so many in all; 0: as often as one likes."""

    per_day: int = 0
    in_all: int = 0

    @property
    def limited(self) -> bool:
        return bool(self.per_day or self.in_all)

    def narrowed(self, other: "Frequency") -> "Frequency":
        """What both allow."""
        return Frequency(fewer(self.per_day, other.per_day), fewer(self.in_all, other.in_all))


def fewer(limit: int, other: int) -> int:
    return min(limit, other) if limit and other else limit or other


def check_frequency(per_day: int, in_all: int, fields: tuple[str, str] = ("uses_per_day", "uses_in_all")) -> Frequency:
    for uses, field in zip((per_day, in_all), fields, strict=True):
        if not 0 <= uses <= USES_MAX:
            raise Invalid(field, f"must be between 1 and {USES_MAX}; 0, or left out, for as often as one likes")
    return Frequency(per_day, in_all)
