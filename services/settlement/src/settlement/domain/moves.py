"""How a status moves: only to one that may follow it, and nowhere else is it decided."""

from collections.abc import Mapping
from enum import StrEnum

type Moves[S: StrEnum] = Mapping[S, frozenset[S]]


class CannotFollow(Exception):
    """A status cannot follow the one before: a fault of ours. The database refuses it, too."""


def move[S: StrEnum](moves: Moves[S], before: S, after: S) -> S:
    """The status after a move; to stay is none."""
    if before != after and after not in moves[before]:
        raise CannotFollow(f"{after} cannot follow {before}")
    return after


def before[S: StrEnum](moves: Moves[S], after: S) -> list[S]:
    """The statuses that this one may follow, for SQL that moves many rows at once."""
    return [status for status, following in moves.items() if after in following]


def pairs[S: StrEnum](moves: Moves[S]) -> set[str]:
    """Every move, written as the database's triggers have it: "open>won"."""
    return {f"{status}>{after}" for status, following in moves.items() for after in following}
