"""Batches: numbered NDJSON of a source, of which each line has an outcome of its own."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chassis.refusals import Invalid, Refusal, TooLarge, TryLater

LINES_MAX = 5_000
BYTES_MAX = 4 * 1024 * 1024
NUMBER_MAX = 2_000_000_000
GAPS_MAX = 1_000  # batches of a source that may be missing at once
SAME_MAX = 20  # times that one resource may be in a batch
GIVEN_UP_MAX = 100
WAITING_OF_SOURCE_MAX = 64
WAITING_MAX = 4_000
WAITING_BYTES_MAX = 2 * 1024 * 1024 * 1024
QUEUE_SECONDS = 5  # after which a full queue may have room again
WAITING_LINES_SECONDS = 60  # after which who patients are may be known of what came before
TRY_AGAIN_MAX = timedelta(minutes=10)
SHA256_BYTES = 32


class BatchCut(Refusal):
    code = "batch-cut"
    title = "The bytes that came are not those that were sent; nothing of them was kept. Send the batch again."


class BatchDiffers(Refusal):
    code = "batch-differs"
    title = "A batch of this number came before, with other bytes; give the new lines the next number."


class BatchTooFarAhead(Refusal):
    code = "batch-too-far-ahead"
    title = "Too many batches before this one have not come; send those first, or say that they never will."


class BatchNotMissing(Refusal):
    code = "batch-not-missing"
    title = "The batch is not missing."


class QueueFull(TryLater):
    code = "queue-full"
    title = "As many batches wait to be processed as may; send this one again later."


class WaitingLinesFull(TryLater):
    code = "waiting-lines-full"
    title = "As many lines of the source wait for whose patient number it is as may; say first who the patients are."


class Outcome(StrEnum):
    """What became of a line, in the letter that is kept for it."""

    EMPTY = "-"
    CREATED = "c"
    UPDATED = "u"
    UNCHANGED = "s"
    REFUSED = "r"
    WAITING = "w"


@dataclass(frozen=True, slots=True)
class LineRefused:
    """Why a line was not stored: the rule, never a value."""

    position: int  # 1 for the first
    code: str
    field: str
    detail: str


def check_number(number: int) -> None:
    if not 1 <= number <= NUMBER_MAX:
        raise Invalid("number", f"must be between 1 and {NUMBER_MAX}")


def check_content(content: bytes, sha256: bytes, resident_ids: Sequence[str]) -> int:
    """How many lines a batch has. Refused where it is too large, has none, or is not what its sender meant to send."""
    if len(sha256) != SHA256_BYTES:
        raise Invalid("sha256", f"must have {SHA256_BYTES} bytes")
    if len(content) > BYTES_MAX:
        raise TooLarge(f"at most {BYTES_MAX} bytes a batch", "content")
    if not hmac.compare_digest(hashlib.sha256(content).digest(), sha256):
        raise BatchCut("its digest is another", "sha256")
    lines = split(content)
    if not any(line.strip() for line in lines):
        raise Invalid("content", "must have a line at least")
    if len(lines) > LINES_MAX:
        raise TooLarge(f"at most {LINES_MAX} lines a batch", "content")
    if len(resident_ids) > len(lines):
        raise Invalid("resident_ids", "must not be more than there are lines")
    return len(lines)


def split(content: bytes) -> Sequence[bytes]:
    """The lines, by position: what ends a line is LF, or CR LF. Nothing follows the last end."""
    lines = content.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines]


def try_again_after(attempts: int) -> timedelta:
    """After how long to process a batch again that could not be so many times."""
    return min(timedelta(seconds=1 << min(attempts, 10)), TRY_AGAIN_MAX)


def rounds(names: Sequence[Any]) -> Iterator[Sequence[int]]:
    """The indices of names, such that no name is in one round twice and each is in the order it came."""
    seen: dict[Any, int] = {}
    by_round: dict[int, list[int]] = {}
    for index, name in enumerate(names):
        nth = seen[name] = seen.get(name, -1) + 1
        by_round.setdefault(nth, []).append(index)
    yield from by_round.values()


def counted(outcomes: str) -> Mapping[Outcome, int]:
    """How many lines have each outcome."""
    return {outcome: outcomes.count(outcome.value) for outcome in Outcome}
