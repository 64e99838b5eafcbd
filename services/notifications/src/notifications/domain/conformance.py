"""Conformance: what is checked of a partner's endpoint and the system behind it, and how each check is decided.

The city decides, by what it sent, what was answered, and the events that its services published: a partner says by
which order, and nothing else. What only the system itself can know (how often it began to serve an order, whether it
keeps anything) it is asked by an inquiry, signed as every webhook.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from chassis.refusals import Invalid, Refusal

from notifications.domain.deliveries import Answer

RUN_LASTS = timedelta(minutes=30)
PATIENCE = timedelta(seconds=60)  # of a check, from when it was begun
SETTLES = timedelta(seconds=3)  # after what must have no consequence, before it is asked whether it had one
STALE = timedelta(hours=1)  # how old the stale probe is
RUNS_MAX, RUNS_WITHIN = 100, timedelta(days=1)  # of a partner
SHOWN_MAX = 400  # characters of what was sent or answered
ABOUT = re.compile(r"(ord|stm)_[0-9a-f]{32}")
BAD_REQUEST, SERVER_ERROR = 400, 500


class RunStatus(StrEnum):
    PLAYING = "playing"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"


RUN_MOVES: Mapping[RunStatus, frozenset[RunStatus]] = MappingProxyType(
    {
        RunStatus.PLAYING: frozenset({RunStatus.PASSED, RunStatus.FAILED, RunStatus.EXPIRED}),
        RunStatus.PASSED: frozenset(),
        RunStatus.FAILED: frozenset(),
        RunStatus.EXPIRED: frozenset(),
    }
)


class CheckStatus(StrEnum):
    WAITING = "waiting"
    PLAYING = "playing"
    PASSED = "passed"
    FAILED = "failed"


CHECK_MOVES: Mapping[CheckStatus, frozenset[CheckStatus]] = MappingProxyType(
    {
        CheckStatus.WAITING: frozenset({CheckStatus.PLAYING}),
        CheckStatus.PLAYING: frozenset({CheckStatus.PASSED, CheckStatus.FAILED}),
        CheckStatus.PASSED: frozenset(),
        CheckStatus.FAILED: frozenset(),
    }
)


class Step(StrEnum):
    """What is checked, in the order in which it is shown."""

    SIGNATURE = "signature"
    KEY_ROTATION = "key_rotation"
    ORDER = "order"
    PROOF = "proof"
    DOUBLE_DELIVERY = "double_delivery"
    CANCELLATION = "cancellation"
    REFUND = "refund"
    CONSENT_REVOKED = "consent_revoked"
    ERASURE = "erasure"
    STATEMENT = "statement"


EXPECTED: Mapping[Step, str] = MappingProxyType(
    {
        Step.SIGNATURE: "200 to 299 to what is signed now; 400 to 499 to what is forged, changed, or an hour old",
        Step.KEY_ROTATION: "200 to 299 to a webhook with two signatures, one by the secret before and one by the new",
        Step.ORDER: "200 to 299 to order.confirmed, then acceptOrder",
        Step.PROOF: "a proof of each service that was given, after acceptOrder",
        Step.DOUBLE_DELIVERY: "200 to 299 to the same event again, and the order begun once: `began` 1",
        Step.CANCELLATION: "200 to 299 to order.cancelled, no acceptOrder, and nothing left to serve: `open` false",
        Step.REFUND: "200 to 299 to refund.made",
        Step.CONSENT_REVOKED: "200 to 299 to consent.revoked, and nothing left to serve: `open` false",
        Step.ERASURE: "200 to 299 to erasure.due, then attestErasure, and nothing kept: `holds` false",
        Step.STATEMENT: "200 to 299 to statement.issued, then confirmStatement",
    }
)
ABOUT_NOTHING = frozenset({Step.SIGNATURE, Step.KEY_ROTATION})


class ConformanceRunOver(Refusal):
    code = "conformance-run-over"
    title = "The run of the checks of conformance is over; start another."


class ConformanceCheckBegun(Refusal):
    code = "conformance-check-begun"
    title = "This check of the run was begun before; start another run to try it again."


class TooManyConformanceRuns(Refusal):
    code = "too-many-conformance-runs"
    title = "A partner may start only so many runs of the checks of conformance a day; try tomorrow."


def check_about(step: Step, about: str) -> str:
    """What decides a check. Raises `Invalid` where it is none that can."""
    if step in ABOUT_NOTHING:
        if about:
            raise Invalid("about", "must be empty: this check is about no order")
        return ""
    kind = "stm" if step == Step.STATEMENT else "ord"
    if not ABOUT.fullmatch(about) or not about.startswith(kind):
        raise Invalid("about", f"must be the id of {'a statement' if kind == 'stm' else 'an order'}, {kind}_…")
    return about


@dataclass(frozen=True, slots=True)
class Happened:
    """An event about an order or statement: its place, and how the endpoint answered it, if it was sent there."""

    event_id: UUID
    type: str
    sequence: int
    recorded_at: datetime
    status: int | None = None  # of the newest attempt; 0: no answer; None: it was not sent
    error: str = ""

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status <= 299

    def __str__(self) -> str:
        if self.status is None:
            return f"{self.type} (not sent to this endpoint yet)"
        return f"{self.type}: {self.status or self.error}"


@dataclass(frozen=True, slots=True)
class Probe:
    """Something that was sent for a check alone, and its answer."""

    what: str
    answer: Answer

    @property
    def taken(self) -> bool:
        return self.answer.accepted

    @property
    def refused(self) -> bool:
        return BAD_REQUEST <= self.answer.status < SERVER_ERROR

    def __str__(self) -> str:
        return f"{self.what}: {self.answer.status or self.answer.error}"


@dataclass(frozen=True, slots=True)
class Decision:
    """How a check was decided, and why."""

    status: CheckStatus
    sent: str
    answered: str


@dataclass(frozen=True, slots=True)
class Play:
    """What a check is decided by: the events about its order since its run began, in their order; what was answered to
    probes and to an inquiry; whether two secrets sign."""

    about: str
    begun_at: datetime
    now: datetime
    events: Sequence[Happened] = ()
    probes: Sequence[Probe] = ()
    inquiry: Answer | None = None
    two_secrets: bool = False

    def first(self, kind: str) -> Happened | None:
        return next((event for event in self.events if event.type == kind), None)

    @property
    def late(self) -> bool:
        return self.now - self.begun_at > PATIENCE

    @property
    def came(self) -> str:
        return ", ".join(map(str, self.events)) or "nothing came of it"


@dataclass(frozen=True, slots=True)
class Wants:
    """What has to be sent before a check can be decided."""

    probes: tuple[str, ...] = ()
    inquiry: bool = False
    not_before: timedelta = field(default_factory=timedelta)  # from now


type Next = Decision | Wants | None  # None: look again later


def passed(sent: str, answered: str) -> Decision:
    return Decision(CheckStatus.PASSED, sent[:SHOWN_MAX], answered[:SHOWN_MAX])


def failed(sent: str, answered: str) -> Decision:
    return Decision(CheckStatus.FAILED, sent[:SHOWN_MAX], answered[:SHOWN_MAX])


GENUINE, FORGED, CHANGED, OLD = "genuine", "forged", "changed", "stale"


def signature(play: Play) -> Next:
    if not play.probes:
        return Wants((GENUINE, FORGED, CHANGED, OLD))
    wrong = [probe for probe in play.probes if not (probe.taken if probe.what == GENUINE else probe.refused)]
    sent = "webhook.test four times: genuine, forged, changed after it was signed, signed an hour ago"
    if wrong:
        return failed(sent, ", ".join(map(str, wrong)))
    return passed(sent, ", ".join(map(str, play.probes)))


def key_rotation(play: Play) -> Next:
    sent = "webhook.test with two signatures: the new secret's first, then that of the one before"
    if not play.two_secrets:
        return failed("nothing", "one secret signs: rotate it first, with `rotateWebhookSecret`") if play.late else None
    if not play.probes:
        return Wants((GENUINE,))
    (probe,) = play.probes
    return passed(sent, str(probe)) if probe.taken else failed(sent, str(probe))


def order(play: Play) -> Next:
    sent = f"order.confirmed of {play.about}"
    confirmed, accepted = play.first("order.confirmed"), play.first("order.accepted")
    if confirmed is not None and confirmed.taken and accepted is not None:
        return passed(sent, "200 to 299, and the order was accepted")
    return failed(sent, play.came) if play.late else None


def proof(play: Play) -> Next:
    sent = f"order.confirmed of {play.about}"
    accepted, proven = play.first("order.accepted"), play.first("order.service_proven")
    if accepted is not None and proven is not None and accepted.sequence < proven.sequence:
        return passed(sent, "the service was proven after the order was accepted")
    if not play.late:
        return None
    return failed(sent, f"no proof was taken; one from before the acceptance is refused. {play.came}")


def double_delivery(play: Play) -> Next:
    sent = f"order.confirmed of {play.about} twice more, with its id"
    confirmed = play.first("order.confirmed")
    if confirmed is None:
        return failed(sent, "the order was never confirmed") if play.late else None
    if not play.probes:
        return Wants((f"event {confirmed.event_id}",) * 2)
    if not all(probe.taken for probe in play.probes):
        return failed(sent, ", ".join(str(probe.answer.status or probe.answer.error) for probe in play.probes))
    return asked(play, sent, "began", lambda began: began == 1 and not isinstance(began, bool))


def cancellation(play: Play) -> Next:
    sent = f"order.confirmed and order.cancelled of {play.about}, after it was cancelled"
    cancelled, accepted = play.first("order.cancelled"), play.first("order.accepted")
    if accepted is not None:
        return failed(sent, f"it was accepted: {play.came}")
    if cancelled is None or not cancelled.taken:
        return failed(sent, play.came) if play.late else None
    return asked(play, sent, "open", lambda still: still is False)


def refund(play: Play) -> Next:
    sent = f"refund.made of {play.about}"
    made = play.first("refund.made")
    if made is not None and made.taken:
        return passed(sent, str(made))
    return failed(sent, play.came) if play.late else None


def consent_revoked(play: Play) -> Next:
    sent = f"consent.revoked of {play.about}"
    revoked = play.first("consent.revoked")
    if revoked is None or not revoked.taken:
        return failed(sent, play.came) if play.late else None
    return asked(play, sent, "open", lambda still: still is False)


def erasure(play: Play) -> Next:
    sent = f"erasure.due of {play.about}"
    due, attested = play.first("erasure.due"), play.first("erasure.attested")
    if due is None or not due.taken or attested is None:
        return failed(sent, play.came) if play.late else None
    return asked(play, sent, "holds", lambda kept: kept is False)


def statement(play: Play) -> Next:
    sent = f"statement.issued of {play.about}"
    issued = play.first("statement.issued")
    if issued is not None and issued.taken and play.first("statement.confirmed") is not None:
        return passed(sent, "200 to 299, and the statement was confirmed")
    return failed(sent, play.came) if play.late else None


def asked(play: Play, sent: str, name: str, right: Callable[[object], bool]) -> Next:
    """Go by what the system says of the order when it has had the time to do what it must not."""
    if play.inquiry is None:
        return Wants(inquiry=True, not_before=SETTLES)
    sent = f"{sent}; then webhook.inquiry"
    if not play.inquiry.accepted:
        return failed(sent, f"webhook.inquiry: {play.inquiry.status or play.inquiry.error}")
    value = said(play.inquiry).get(name, "nothing")
    answered = f"`{name}` {json.dumps(value)}"
    return passed(sent, answered) if right(value) else failed(sent, answered)


def said(answer: Answer) -> Mapping[str, object]:
    """What an answer to an inquiry says; nothing where it is no JSON object."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


CHECKS: Mapping[Step, Callable[[Play], Next]] = MappingProxyType(
    {
        Step.SIGNATURE: signature,
        Step.KEY_ROTATION: key_rotation,
        Step.ORDER: order,
        Step.PROOF: proof,
        Step.DOUBLE_DELIVERY: double_delivery,
        Step.CANCELLATION: cancellation,
        Step.REFUND: refund,
        Step.CONSENT_REVOKED: consent_revoked,
        Step.ERASURE: erasure,
        Step.STATEMENT: statement,
    }
)


def outcome(checks: Sequence[str]) -> RunStatus:
    """Where a run stands by where its checks stand."""
    if any(check in (CheckStatus.WAITING, CheckStatus.PLAYING) for check in checks):
        return RunStatus.PLAYING
    return RunStatus.PASSED if all(check == CheckStatus.PASSED for check in checks) else RunStatus.FAILED
