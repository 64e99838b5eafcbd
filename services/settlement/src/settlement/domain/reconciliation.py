"""Three ways to know of money: the ledger, the provider's report, the bank's statement. What they agree on is matched;
what they do not is a break, until somebody has explained it.

Matching is a function of what was known and of the rules alone, so that a reconciliation can be done again and comes to
the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refusals import Refusal

DAYS_MAX = 60
RULES_MAX = 10
ANSWERED_WITHIN = timedelta(minutes=15)  # a call is asked about again every five


class Source(StrEnum):
    """Who reports money beside our ledger."""

    BANK = "bank"
    PROVIDER = "provider"


class BreakKind(StrEnum):
    """What is wrong."""

    NOT_IN_LEDGER = "not_in_ledger"  # bank or provider report it, the ledger does not have it
    NOT_TOLD = "not_told"  # the ledger has it, bank or provider do not report it
    AMOUNT_DIFFERS = "amount_differs"
    PAYOUT_UNCONFIRMED = "payout_unconfirmed"  # submitted to the bank long ago, and on no statement
    REFUND_OVERDUE = "refund_overdue"  # asked of the provider long ago, and not moved
    CAPTURE_OVERDUE = "capture_overdue"  # served long ago, and not taken


# What is not there to be matched or adjusted: it ends when the money moves, or its case is settled.
NOT_MOVED = frozenset({BreakKind.PAYOUT_UNCONFIRMED, BreakKind.REFUND_OVERDUE, BreakKind.CAPTURE_OVERDUE})


class Resolution(StrEnum):
    """How a break ended."""

    MATCHED = "matched"
    ADJUSTED = "adjusted"
    GONE = "gone"  # what was missing came


class NotEven(Refusal):
    code = "not-even"
    title = "The two sides do not come to the same amount."


class BreakResolved(Refusal):
    code = "break-resolved"
    title = "The break has been resolved."


class AdjustmentPending(Refusal):
    code = "adjustment-pending"
    title = "An adjustment of this break waits for its decision."


class AdjustmentDecided(Refusal):
    code = "adjustment-decided"
    title = "The adjustment has been decided."


class NothingToAdjust(Refusal):
    code = "nothing-to-adjust"
    title = "There is no difference here that an entry could settle."


@dataclass(frozen=True, slots=True)
class Item:
    """A movement of money, as the ledger has it or as its source reports it. Money that comes in is positive."""

    source: Source
    in_ledger: bool
    position: int
    reference: str  # of the entry that is, or should be, in the ledger
    amount_minor: int
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """What must agree beside source, currency and amount: the reference, or, where it is the only one, the time."""

    name: str
    by_reference: bool
    days: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items that are the same money."""

    rule: str
    ledger: Item
    reported: Item


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A break, as it is found: with the items that are not at one."""

    kind: BreakKind
    source: Source
    ledger: Item | None = None
    reported: Item | None = None
    payout_id: UUID | None = None
    amount_minor: int = 0
    currency: str = ""
    at: datetime | None = None
    subject_id: UUID | None = None  # of what is owed and did not move


@dataclass(frozen=True, slots=True)
class Result:
    """What a reconciliation comes to."""

    pairs: Sequence[Pair]
    breaks: Sequence[Discrepancy]

    def digest(self) -> str:
        """The same for the same result."""
        lines = [
            f"{each.rule} {each.ledger.position} {each.reported.source} {each.reported.position}" for each in self.pairs
        ]
        lines += [
            f"{each.kind} {each.source} {each.ledger and each.ledger.position}"
            f" {each.reported and each.reported.position} {each.payout_id} {each.amount_minor} {each.currency}"
            + (f" {each.subject_id}" if each.subject_id else "")
            for each in self.breaks
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def reconcile(
    ledger: Sequence[Item],
    reported: Sequence[Item],
    rules: Sequence[Rule],
    known_until: Mapping[Source, datetime],
) -> Result:
    """Match by each rule in turn; what is left are breaks. What the ledger has had only since is still awaited."""
    pairs: list[Pair] = []
    ours, theirs = list(ledger), list(reported)
    for rule in rules:
        matched = list(by_reference(rule, ours, theirs) if rule.by_reference else by_time(rule, ours, theirs))
        pairs += matched
        gone = {id(item) for pair in matched for item in (pair.ledger, pair.reported)}
        ours = [item for item in ours if id(item) not in gone]
        theirs = [item for item in theirs if id(item) not in gone]
    return Result(pairs, list(breaks(ours, theirs, known_until)))


def by_reference(rule: Rule, ours: Sequence[Item], theirs: Sequence[Item]) -> Iterable[Pair]:
    """Pairs of one reference, amount and currency, the first with the first."""
    waiting: defaultdict[tuple[object, ...], list[Item]] = defaultdict(list)
    for item in reversed(ours):
        waiting[item.source, item.reference, item.currency, item.amount_minor].append(item)
    for item in theirs:
        candidates = waiting[item.source, item.reference, item.currency, item.amount_minor]
        if item.reference and candidates and near(candidates[-1], item, rule.days):
            yield Pair(rule.name, candidates.pop(), item)


def by_time(rule: Rule, ours: Sequence[Item], theirs: Sequence[Item]) -> Iterable[Pair]:
    """Pairs of one amount and currency close in time, where neither could be paired with another."""
    groups: defaultdict[tuple[object, ...], tuple[list[Item], list[Item]]] = defaultdict(lambda: ([], []))
    for item in ours:
        groups[item.source, item.currency, item.amount_minor][0].append(item)
    for item in theirs:
        groups[item.source, item.currency, item.amount_minor][1].append(item)
    for mine, other in groups.values():
        for item in other:
            candidates = [candidate for candidate in mine if near(candidate, item, rule.days)]
            if len(candidates) == 1 and sum(near(candidates[0], candidate, rule.days) for candidate in other) == 1:
                yield Pair(rule.name, candidates[0], item)


def answer_is_on_its_way(reported: Item, known_until: Mapping[Source, datetime]) -> bool:
    """Has the provider just done what we asked, so that its answer, asked for again where it is lost, is to come?"""
    until = known_until.get(reported.source)
    by_request = reported.source is Source.PROVIDER and bool(reported.reference)
    return by_request and until is not None and until - reported.at < ANSWERED_WITHIN


def near(item: Item, other: Item, days: int) -> bool:
    return abs(item.at - other.at) <= timedelta(days=days)


def breaks(
    ours: Sequence[Item], theirs: Sequence[Item], known_until: Mapping[Source, datetime]
) -> Iterable[Discrepancy]:
    """What is left, put together where both sides report the same thing."""
    by_name = {(item.source, item.reference): item for item in reversed(ours) if item.reference}
    explained: set[int] = set()
    for item in theirs:
        mine = by_name.pop((item.source, item.reference), None)
        if mine is None and answer_is_on_its_way(item, known_until):
            continue
        if mine is None:
            yield Discrepancy(
                BreakKind.NOT_IN_LEDGER, item.source, None, item, None, item.amount_minor, item.currency, item.at
            )
        else:
            explained.add(mine.position)
            yield Discrepancy(
                BreakKind.AMOUNT_DIFFERS, item.source, mine, item, None, item.amount_minor, item.currency, item.at
            )
    for item in ours:
        until = known_until.get(item.source)
        if item.position not in explained and until is not None and item.at < until:
            yield Discrepancy(
                BreakKind.NOT_TOLD, item.source, item, None, None, item.amount_minor, item.currency, item.at
            )
