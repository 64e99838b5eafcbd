"""How orders move, read from `processes.toml`: states, who may move them, their deadlines and what then happens."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from chassis.refusals import Refusal


class OrderStatus(StrEnum):
    """Where an order stands."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    FULFILLING = "fulfilling"
    FULFILLED = "fulfilled"
    CLOSED = "closed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# Ends at which nothing, or not all, was served: money is released, consent ends, slots are free again.
CALLED_OFF = frozenset({OrderStatus.REFUSED, OrderStatus.CANCELLED, OrderStatus.EXPIRED})
# States that wait for nobody: settlement retries what is left to do after fulfilment until it is done.
AT_REST = frozenset({OrderStatus.FULFILLED, OrderStatus.CLOSED}) | CALLED_OFF


class Actor(StrEnum):
    """Who moves an order. `SYSTEM` acts on what other services publish, `CLOCK` at deadlines."""

    RESIDENT = "resident"
    PRACTITIONER = "practitioner"
    PARTNER = "partner"
    OPERATOR = "operator"
    REGULATOR = "regulator"
    SYSTEM = "system"
    CLOCK = "clock"


class ProofSource(StrEnum):
    """What a proof of service rests on."""

    SCAN = "scan"
    PARTNER = "partner"
    RESIDENT = "resident"
    USAGE = "usage"


class Term(StrEnum):
    """How long a state may last: one of the city's times, or the window of what was ordered."""

    PLACED = "placed"
    ACCEPTANCE = "acceptance"
    SERVICE = "service"
    FULFILMENT = "fulfilment"
    WINDOW = "window"


class TransitionRefused(Refusal):
    code = "transition-refused"
    title = "The order's status does not allow this step."


class NotTheirStep(Refusal):
    code = "not-their-step"
    title = "This step is another party's to take."


class ObjectionOpen(Refusal):
    code = "objection-open"
    title = "The resident may still object to what the partner says was given, or has objected."


class MalformedProcess(Exception):
    """A process leaves an order without a way on."""


@dataclass(frozen=True)
class Deadlines:
    """The city's times: how long an order may wait for money and consent, the partner, the service, its declaration;
    how long its resident may object to what the partner alone says was given, and for the decision then; how long
    places are kept for what is not paid; how long a session that stands in for a withdrawn one waits for an answer,
    though never for more than half the time until it begins; from how long after a session's start on, and for how
    long, a partner may state that its resident did not come; how long what a desk placed waits for its resident;
    how long before a period ends the next is prepared. And by which clock its days begin."""

    placed: timedelta
    acceptance: timedelta
    service: timedelta
    fulfilment: timedelta
    objection: timedelta = timedelta(days=3)
    decision: timedelta = timedelta(days=20)
    unpaid: timedelta = timedelta(minutes=10)
    answer: timedelta = timedelta(days=1)
    grace: timedelta = timedelta(minutes=15)
    absence: timedelta = timedelta(days=1)
    desk: timedelta = timedelta(days=1)
    ahead: timedelta = timedelta(days=5)
    zone: tzinfo = UTC

    def today(self, now: datetime) -> date:
        """Which day it is in the city."""
        return now.astimezone(self.zone).date()

    def answer_by(self, starts_at: datetime, now: datetime) -> datetime:
        """Until when a session that is offered now for one that was withdrawn waits for the resident's answer."""
        return now + min(self.answer, (starts_at - now) / 2)


@dataclass(frozen=True)
class State:
    """A state: how long it lasts, what then happens by itself and why, and who may move an order on from it."""

    within: Term | None
    then: OrderStatus | None
    because: str
    moves: Mapping[OrderStatus, frozenset[Actor]]


@dataclass(frozen=True)
class Process:
    """One version of how orders of some kinds of offering move."""

    kind: str
    version: int
    covers: frozenset[str]
    proofs: frozenset[ProofSource]
    objection: frozenset[ProofSource]  # of these, what comes from the partner alone and may be objected to
    cancelled_when_revoked: bool
    offered_when_withdrawn: bool  # another time, for a session whose time the partner withdraws
    absence_costs: bool  # may the partner state, for a fee, that the resident did not come?
    states: Mapping[OrderStatus, State]

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.version}"

    def advance(self, current: OrderStatus, target: OrderStatus, by: Actor) -> OrderStatus:
        """Return `target` if an order may go there from `current` by this actor's doing."""
        state = self.states.get(current)
        if state is not None and by is Actor.CLOCK and state.then is target:
            return target
        allowed = state.moves.get(target) if state is not None else None
        if allowed is None:
            raise TransitionRefused(f"an order that is {current} cannot become {target}")
        if by not in allowed:
            raise NotTheirStep(f"an order that is {current} is not made {target} by a {by}")
        return target

    def ends(
        self, status: OrderStatus, now: datetime, deadlines: Deadlines, window: datetime | None
    ) -> datetime | None:
        """When an order that becomes this now moves on by itself; None where it waits for nobody.

        `window` is the end of the time to use its contents; one without contents has the service's time.
        """
        state = self.states.get(status)
        if state is None or state.within is None:
            return None
        if state.within is not Term.WINDOW:
            return (
                now
                + {
                    Term.PLACED: deadlines.placed,
                    Term.ACCEPTANCE: deadlines.acceptance,
                    Term.SERVICE: deadlines.service,
                    Term.FULFILMENT: deadlines.fulfilment,
                }[state.within]
            )
        return window or now + (deadlines.service if status is OrderStatus.ACCEPTED else deadlines.fulfilment)

    def mermaid(self) -> str:
        """The process as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {OrderStatus.PLACED}"]
        for status, state in self.states.items():
            for target, actors in state.moves.items():
                lines.append(f"    {status} --> {target}: {', '.join(sorted(actors))}")
            if state.then is not None:
                lines.append(f"    {status} --> {state.then}: clock ({state.within}), {state.because}")
        lines += [f"    {end} --> [*]" for end in (OrderStatus.CLOSED, *sorted(CALLED_OFF)) if end not in self.states]
        return "\n".join(lines)


@cache
def processes() -> Mapping[str, Process]:
    """Every process by its name, as the file orders them."""
    return read(tomllib.loads((files(__package__) / "processes.toml").read_text("utf-8")))


def read(document: Mapping[str, Any]) -> Mapping[str, Process]:
    """The processes a document declares; one that would leave an order stuck is refused."""
    by_name: dict[str, Process] = {}
    for declared in document["process"]:
        states = dict(by_name[declared["like"]].states) if "like" in declared else {}
        for name, state in declared.get("states", {}).items():
            states[OrderStatus(name)] = State(
                within=Term(state["within"]) if "within" in state else None,
                then=OrderStatus(state["then"]) if "then" in state else None,
                because=state.get("because", ""),
                moves={OrderStatus(to): frozenset(map(Actor, actors)) for to, actors in state["moves"].items()},
            )
        process = Process(
            kind=declared["kind"],
            version=declared["version"],
            covers=frozenset(declared["covers"]),
            proofs=frozenset(map(ProofSource, declared["proofs"])),
            objection=frozenset(map(ProofSource, declared.get("objection", ()))),
            cancelled_when_revoked={"cancelled": True, "goes-on": False}[declared["revoked"]],
            offered_when_withdrawn={"offered": True, "cancelled": False}[declared.get("withdrawn", "offered")],
            absence_costs={"fee": True, None: False}[declared.get("absence")],
            states=states,
        )
        check(process)
        by_name[process.name] = process
    return by_name


def check(process: Process) -> None:
    """Refuse a process in which an order could wait for ever: every state that waits has a deadline with an exit, every
    walk ends, and every state can be reached."""
    if process.objection:
        ends = process.states[OrderStatus.FULFILLING].moves.get(OrderStatus.CANCELLED, frozenset())
        if not process.objection <= process.proofs or not {Actor.OPERATOR, Actor.REGULATOR} <= ends:
            raise MalformedProcess(f"{process.name}: nobody could decide on an objection")
    reached, todo = {OrderStatus.PLACED}, [OrderStatus.PLACED]
    while todo:
        status = todo.pop()
        state = process.states.get(status)
        if status not in AT_REST and (state is None or state.within is None or state.then is None):
            raise MalformedProcess(f"{process.name}: {status} waits without a deadline or without an exit")
        if status in CALLED_OFF and state is not None:
            raise MalformedProcess(f"{process.name}: {status} is an end")
        following = {*state.moves, *([state.then] if state.then else [])} if state is not None else set()
        if status is OrderStatus.FULFILLED and following != {OrderStatus.CLOSED}:
            raise MalformedProcess(f"{process.name}: what is fulfilled is closed, and nothing else")
        if OrderStatus.PLACED in following or status in following:
            raise MalformedProcess(f"{process.name}: {status} leads back")
        todo += [target for target in following if target not in reached]
        reached |= following
    if missing := set(process.states) - reached:
        raise MalformedProcess(f"{process.name}: nothing leads to {', '.join(sorted(missing))}")


@cache
def newest_for(kinds: frozenset[str]) -> Process:
    """The process an order of lines of these kinds follows: the last in the file's order, in its newest version."""
    newest = {process.kind: process for process in processes().values()}
    covering = [process for process in newest.values() if process.covers & kinds]
    return covering[-1] if covering else newest["single-visit"]
