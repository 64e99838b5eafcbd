"""Does a series of measurements stay where it is, or does it go on growing? Of its second half, for what a system has
before it is warm says nothing; by the median of all its slopes, for a restart in the middle is no fall."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

POINTS_MIN = 6  # of the second half, below which nothing is said

type Point = tuple[float, float]  # seconds since the beginning, and what was measured


@dataclass(frozen=True)
class Bounds:
    """By how much something may grow over the second half: a share of its level, and so much in any case."""

    share: float
    least: float


@dataclass(frozen=True)
class Verdict:
    """What a series did in its second half. `growth`: from that half's beginning to its end; `level`: in its middle."""

    word: str  # flat, growing, too short
    level: float
    growth: float


def second_half(points: Sequence[Point]) -> Sequence[Point]:
    if not points:
        return ()
    middle = (points[0][0] + points[-1][0]) / 2
    return [point for point in points if point[0] >= middle]


def slope(points: Sequence[Point]) -> float:
    """By how much it grows a second: the median over all pairs, which a few points that are off do not move."""
    slopes = [(later[1] - earlier[1]) / (later[0] - earlier[0])
              for earlier, later in combinations(points, 2) if later[0] > earlier[0]]  # fmt: skip
    return median(slopes) if slopes else 0.0


def judged(points: Sequence[Point], bounds: Bounds) -> Verdict:
    half = second_half(points)
    if len(half) < POINTS_MIN:
        return Verdict("too short", half[-1][1] if half else 0.0, 0.0)
    level = median(value for _, value in half)
    growth = slope(half) * (half[-1][0] - half[0][0])
    word = "growing" if growth > max(bounds.share * abs(level), bounds.least) else "flat"
    return Verdict(word, level, growth)
