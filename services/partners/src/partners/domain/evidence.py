"""What a partner handed in, by its last day: what is to be renewed, and when the partner is reminded of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LAST_REMINDER = timedelta(days=7)  # before the last day, where nobody has renewed it within the window


class EvidenceStatus(StrEnum):
    """Where a piece of evidence stands."""

    IN_FORCE = "in_force"
    TO_RENEW = "to_renew"  # its window is open, and nothing newer is there
    RENEWED = "renewed"  # something newer of the same is there
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence. It is of the same thing as another of its aspect and kind; where no kind is said, of its
    aspect and title."""

    aspect: int
    kind: str
    title: str
    valid_until: date

    @property
    def thing(self) -> tuple[int, str, str]:
        return self.aspect, self.kind, "" if self.kind else self.title


def renew_from(valid_until: date, window_days: int) -> date:
    """The first day of the window in which it is to be renewed."""
    return valid_until - timedelta(days=window_days)


def statuses(pieces: Sequence[Piece], today: date, window_days: int) -> list[EvidenceStatus]:
    """Where each piece stands on this day."""
    newest: dict[tuple[int, str, str], date] = {}
    for piece in pieces:
        newest[piece.thing] = max(piece.valid_until, newest.get(piece.thing, piece.valid_until))

    def status(piece: Piece) -> EvidenceStatus:
        if piece.valid_until < today:
            return EvidenceStatus.PAST
        if piece.valid_until < newest[piece.thing]:
            return EvidenceStatus.RENEWED
        return (
            EvidenceStatus.TO_RENEW if renew_from(piece.valid_until, window_days) <= today else EvidenceStatus.IN_FORCE
        )

    return [status(piece) for piece in pieces]


def to_renew(pieces: Sequence[Piece], today: date, window_days: int) -> list[Piece]:
    standing = statuses(pieces, today, window_days)
    return [piece for piece, status in zip(pieces, standing, strict=True) if status is EvidenceStatus.TO_RENEW]


def remind_on(pieces: Sequence[Piece], after: date, window_days: int) -> date | None:
    """The first day after this one on which the partner is reminded: as a window opens, and a week before its end."""
    standing = statuses(pieces, after, window_days)
    return min(
        (
            day
            for piece, status in zip(pieces, standing, strict=True)
            if status in (EvidenceStatus.IN_FORCE, EvidenceStatus.TO_RENEW)
            for day in reminder_days(piece, window_days)
            if day > after
        ),
        default=None,
    )


def reminder_days(piece: Piece, window_days: int) -> Iterable[date]:
    return renew_from(piece.valid_until, window_days), piece.valid_until - LAST_REMINDER
