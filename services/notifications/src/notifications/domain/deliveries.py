"""Deliveries: when one is tried, how an answer counts, and when an endpoint is left alone for a while."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

TRIED_FOR = timedelta(hours=24)
FIRST_DELAY, DELAY_MAX, GROWTH = timedelta(seconds=5), timedelta(hours=2), 3
JITTER = 0.2  # of a delay, up and down: receivers that come back are not met by all at once
BREAKS_AT = 5  # failures in a row, after which an endpoint is left alone
BREAK, BREAK_MAX = timedelta(seconds=15), timedelta(minutes=10)
RETRY_AFTER_MAX = timedelta(hours=1)
GONE = 410
ANSWER_LENGTH_MAX = 1_000
REPLAY_MAX = 1_000


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


MOVES: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = MappingProxyType(
    {
        DeliveryStatus.WAITING: frozenset(DeliveryStatus) - {DeliveryStatus.WAITING},
        DeliveryStatus.DELIVERED: frozenset(),
        DeliveryStatus.FAILED: frozenset(),
        DeliveryStatus.WITHHELD: frozenset(),
        DeliveryStatus.CANCELLED: frozenset(),
    }
)


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt went. `status` is 0 where there was no answer; then `error` says why."""

    status: int
    error: str
    milliseconds: int
    body: str = ""
    retry_after: timedelta | None = None

    @property
    def accepted(self) -> bool:
        """A receiver accepts with any status from 200 to 299, whatever stands in the body: a framework that answers
        HTML by itself is a receiver too. The log has the body's beginning, so that a login page is seen for what it
        is."""
        return 200 <= self.status <= 299


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attempt of a delivery, with its answer. `claim` is by which this process had claimed it."""

    delivery_id: UUID
    endpoint_id: UUID
    claim: UUID
    attempt: int
    deadline: datetime
    url: str
    at: datetime
    answer: Answer
    was_failing: bool  # had attempts at the endpoint failed before this one?


def retry_at(attempt: int, now: datetime, retry_after: timedelta | None = None) -> datetime:
    """When a delivery is tried again after its attempt of this number, from 1, has failed."""
    grown: int = GROWTH ** min(attempt - 1, 20)
    delay = min(FIRST_DELAY * grown, DELAY_MAX)
    delay *= 1 + random.uniform(-JITTER, JITTER)  # noqa: S311 nobody guesses anything by it
    if retry_after is not None:
        delay = max(delay, min(retry_after, RETRY_AFTER_MAX))
    return now + delay


def after_failure(outcome: Outcome, now: datetime) -> tuple[DeliveryStatus, datetime]:
    """What becomes of a delivery whose attempt failed: it waits until a moment, or has failed for good."""
    at = retry_at(outcome.attempt, now, outcome.answer.retry_after)
    if at > outcome.deadline:
        return DeliveryStatus.FAILED, now
    return DeliveryStatus.WAITING, at


def broken_until(failures: int, now: datetime) -> datetime | None:
    """Until when an endpoint with so many failures in a row is left alone; then one delivery tries it."""
    if failures < BREAKS_AT:
        return None
    doubled: int = 2 ** min(failures - BREAKS_AT, 20)
    return now + min(BREAK * doubled, BREAK_MAX)
