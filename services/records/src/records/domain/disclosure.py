"""What may be said of a group of people: how many they are, and what was measured of them, never of one of them.

Whatever is said is of `people_min` residents at least. A number is not exact: it is rounded up or down, or moved by at
most what one resident could have moved it by, and which way follows from who exactly is in the group (its cell key). So
the same question about the same people has the same answer however often it is asked, and of two answers about people
of whom one differs, the difference may go either way, or there is none.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COUNTED_IN = 5  # counts are multiples of it
DIGITS = 3  # significant digits of other numbers


@dataclass(frozen=True, slots=True)
class Cell:
    """So many residents, and the sum of their keys, which says who they are to nobody."""

    people: int
    key: int

    def draw(self, name: str) -> float:
        """A number from 0 until before 1, which follows from who is in the cell."""
        digest = hashlib.sha256(f"{self.people}:{self.key}:{name}".encode()).digest()
        return int.from_bytes(digest[:7]) / 2**56


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of a cell, and the least and the greatest that one resident had."""

    cell: Cell
    value: float
    least: float
    greatest: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it was computed: what it has in common, who is in it, and what was measured."""

    labels: Sequence[str | float | bool]
    cell: Cell
    counts: Mapping[str, Cell]
    values: Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class ReleasedGroup:
    """A group as it may be known. What may not be said of it is None."""

    labels: Sequence[str | float | bool]
    measures: Mapping[str, float | int | None]


def may_be_said(cell: Cell, people_min: int) -> bool:
    """Are they enough? Of a few more than that, it follows from who they are: that a group is shown, or no longer is,
    does not say that one resident came or left."""
    return cell.people - int(cell.draw("shown") * COUNTED_IN) >= people_min


def released(groups: Sequence[Group], people_min: int) -> Sequence[ReleasedGroup]:
    """The groups that may be known, by their labels. Of the others it is not even said that they are there."""
    return sorted(
        (
            ReleasedGroup(
                group.labels,
                {name: released_count(cell, people_min, name) for name, cell in group.counts.items()}
                | {name: released_value(value, people_min, name) for name, value in group.values.items()},
            )
            for group in groups
            if may_be_said(group.cell, people_min)
        ),
        key=lambda group: [(type(label).__name__, label) for label in group.labels],
    )


def released_count(cell: Cell, people_min: int, name: str = "") -> int | None:
    """How many they are, to the next multiple of five below or above."""
    if not may_be_said(cell, people_min):
        return None
    below = cell.people - cell.people % COUNTED_IN
    return below + (COUNTED_IN if cell.draw(name) * COUNTED_IN < cell.people % COUNTED_IN else 0)


def released_value(measured: Measured, people_min: int, name: str) -> float | None:
    """The value, moved by at most what one resident could have moved it by."""
    cell = measured.cell
    if not may_be_said(cell, people_min):
        return None
    of_one = (measured.greatest - measured.least) / cell.people
    value = measured.value + (2 * cell.draw(name) - 1) * of_one
    return significant(value) if math.isfinite(value) else None


def significant(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
