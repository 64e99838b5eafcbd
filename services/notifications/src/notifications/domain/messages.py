"""What people are told: the kinds of messages, by which channels, when, and how often a channel is tried."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from chassis.refusals import Invalid, Refusal

TRIES_MAX = 5
FIRST_DELAY, GROWTH, JITTER = timedelta(seconds=20), 4, 0.2
BREAKS_AT = 5  # failures in a row, after which a channel rests
REST, REST_MAX = timedelta(seconds=15), timedelta(minutes=10)
WAITING_MAX = 50  # deliveries of one person that wait; what comes then is in the inbox alone
DIGEST_WINDOW = timedelta(minutes=10)  # messages of one kind within it become one, after the first
REMIND_BEFORE, REMIND_LATE = timedelta(hours=24), timedelta(hours=2)
QUIET_FROM, QUIET_UNTIL, DAY_MINUTES = 22 * 60, 7 * 60, 24 * 60
ADDRESS_DEAD_FOR = timedelta(days=30)  # then it is tried again
PUSH_SUBSCRIPTIONS_MAX = 10
MARKED_MAX = 200


class Channel(StrEnum):
    """How a message reaches somebody. The values are those of the contract's `MessageChannel`, in lower case."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"


class AudienceKind(StrEnum):
    RESIDENT = "resident"
    PARTNER = "partner"
    OPERATORS = "operators"
    REGULATORS = "regulators"
    ADDRESS = "address"  # nobody's account: an address that the event itself names, or that identity does


class MessageStatus(StrEnum):
    """What became of a message by a channel."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    WITHHELD = "withheld"
    CANCELLED = "cancelled"


MOVES: Mapping[MessageStatus, frozenset[MessageStatus]] = MappingProxyType(
    {
        MessageStatus.WAITING: frozenset(MessageStatus) - {MessageStatus.WAITING},
        MessageStatus.SENT: frozenset(),
        MessageStatus.FAILED: frozenset(),
        MessageStatus.WITHHELD: frozenset(),
        MessageStatus.CANCELLED: frozenset(),
    }
)

EVERY = frozenset(Channel)
QUIETLY = frozenset({Channel.EMAIL, Channel.PUSH})  # text messages cost money, and people's nerves
ONLY_PUSH = frozenset({Channel.PUSH})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: for whom, by which channels unless they choose otherwise, and on which page there is more.

    `fixed` ones cannot be switched off; `urgent` ones are sent in quiet hours too, each by itself. `act` is what a
    guardian must be able to do to be told in a child's place, `duties` what staff are for who are told. `places` are
    what a text of it may name beside the city."""

    name: str
    audience: AudienceKind
    channels: frozenset[Channel]
    page: str
    fixed: bool = False
    urgent: bool = False
    act: str = ""
    duties: Sequence[str] = ()
    places: frozenset[str] = frozenset()


def _resident(
    name: str,
    page: str,
    act: str,
    channels: frozenset[Channel] = QUIETLY,
    *,
    fixed: bool = False,
    urgent: bool = False,
    places: Sequence[str] = (),
) -> Kind:
    return Kind(name, AudienceKind.RESIDENT, channels, page, fixed, urgent, act, (), frozenset(places))


def _staff(
    name: str,
    page: str,
    duties: Sequence[str],
    channels: frozenset[Channel] = QUIETLY,
    *,
    fixed: bool = False,
    urgent: bool = False,
    places: Sequence[str] = (),
) -> Kind:
    return Kind(name, AudienceKind.PARTNER, channels, page, fixed, urgent, "", duties, frozenset(places))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _resident("order_placed_for_you", "/orders/{subject}", "orders", EVERY, fixed=True),
            _resident("period_ready", "/orders/{subject}", "orders", EVERY, places=["when"]),
            _resident("series_ended", "/orders/{subject}", "orders"),
            _resident("private_offer", "/private-offers", "orders"),
            _resident("order_confirmed", "/orders/{subject}", "orders"),
            _resident("order_accepted", "/orders/{subject}", "orders"),
            _resident("order_refused", "/orders/{subject}", "orders"),
            _resident("order_cancelled", "/orders/{subject}", "orders"),
            _resident("order_expired", "/orders/{subject}", "orders"),
            _resident("order_fulfilled", "/orders/{subject}", "orders"),
            _resident("payment_failed", "/orders/{subject}", "orders", EVERY),
            _resident("session_booked", "/orders/{subject}", "orders", places=["when"]),
            _resident("session_offered", "/orders/{subject}", "orders", EVERY, places=["when"]),
            _resident("session_cancelled", "/orders/{subject}", "orders", EVERY),
            _resident("session_reminder", "/orders/{subject}", "orders", EVERY, places=["when"]),
            _resident("complaint_decided", "/orders/{subject}", "orders"),
            _resident("consent_requested", "/consents", "consents"),
            # whoever asks stands before them
            _resident("visit_offered", "/consents", "consents", ONLY_PUSH, urgent=True),
            _resident("record_looked_at", "/looks", "records"),
            _resident("code_scanned", "/looks", "health_code", ONLY_PUSH, urgent=True),
            _resident("emergency_opened", "/looks", "records", EVERY, fixed=True, urgent=True),
            _resident("code_copied", "/looks", "health_code", EVERY, fixed=True, urgent=True),
            _resident("record_added", "/record", "records"),
            _resident("patient_asked", "/record", "records"),
            _resident("follow_up_noted", "/next", "records"),
            _resident("follow_up_due", "/next", "records", EVERY),
            _staff("erasure_due", "/data", ["owner", "desk"], fixed=True),
            _staff("series_over", "/orders", ["owner", "desk"]),
            _staff("statement_issued", "/money", ["owner", "finance"]),
            _staff("certificate_lapsed", "/", ["owner"], fixed=True),
            _staff("certificate_revoked", "/", ["owner"], fixed=True),
            _staff(
                "bank_account_changed", "/", ["owner", "finance"], EVERY, fixed=True, urgent=True,
                places=["ending", "when"],
            ),
            _staff("evidence_ending", "/onboarding/evidence", ["owner"]),
            _staff("contract_offered", "/", ["owner"], fixed=True),
            _staff("appeal_decided", "/onboarding", ["owner"], fixed=True),
            _staff("complaint_opened", "/complaints", ["owner", "desk"], places=["when"]),
            Kind(
                "appeal_opened", AudienceKind.OPERATORS, frozenset({Channel.EMAIL}), "/desk/appeals",
                duties=["onboarding"],
            ),
            _staff("application_rejected", "/onboarding", ["owner"], fixed=True, places=["when"]),
            Kind("appeal_waits", AudienceKind.REGULATORS, frozenset({Channel.EMAIL}), "/approvals/appeals"),
            Kind("cosignature_waits", AudienceKind.REGULATORS, frozenset({Channel.EMAIL}), "/approvals/certificates"),
            Kind(
                "partner_lapsed", AudienceKind.OPERATORS, frozenset({Channel.EMAIL}), "/", duties=["onboarding"]
            ),
        )
    }
)  # fmt: skip
FOR_ROLE: Mapping[str, AudienceKind] = MappingProxyType(
    {
        "ROLE_RESIDENT": AudienceKind.RESIDENT,
        "ROLE_PARTNER": AudienceKind.PARTNER,
        "ROLE_OPERATOR": AudienceKind.OPERATORS,
        "ROLE_REGULATOR": AudienceKind.REGULATORS,
    }
)


class TooManySubscriptions(Refusal):
    code = "too-many-push-subscriptions"
    title = "Messages are shown by only so many browsers."


class PushNotSetUp(Refusal):
    code = "push-not-set-up"
    title = "This city shows no messages in browsers; choose another channel."


def kinds_for(role: str) -> Sequence[Kind]:
    """What somebody of a role may be told of."""
    audience = FOR_ROLE.get(role)
    return [kind for kind in KINDS.values() if kind.audience is audience]


def goes_by(kind: Kind, channel: Channel, choices: Mapping[tuple[str, str], bool]) -> bool:
    """Does a kind of message go to somebody by this channel? What they chose goes before what is usual."""
    usual = channel in kind.channels
    return usual if kind.fixed and usual else choices.get((kind.name, channel), usual)


def check_minutes(minutes: int, field: str) -> int:
    if not 0 <= minutes < DAY_MINUTES:
        raise Invalid(field, f"must be minutes after midnight, 0 to {DAY_MINUTES - 1}")
    return minutes


def after_quiet(at: datetime, quiet_from: int, quiet_until: int, zone: ZoneInfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into, by the city's clock."""
    local = at.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    over = quiet_from > quiet_until  # midnight is in it
    if not (quiet_from <= minutes or minutes < quiet_until if over else quiet_from <= minutes < quiet_until):
        return at
    day = at.astimezone(zone).date() + timedelta(days=1 if over and minutes >= quiet_from else 0)
    return datetime(day.year, day.month, day.day, quiet_until // 60, quiet_until % 60, tzinfo=zone).astimezone(
        at.tzinfo
    )


def due_at(now: datetime, last: datetime | None) -> datetime:
    """When a message is sent, where another of its kind was sent to the same person by the same channel, or is to be,
    at `last`: the first at once; what follows within the window, together at its end."""
    if last is None or last + DIGEST_WINDOW <= now:
        return now
    return last if last > now else last + DIGEST_WINDOW


def remind_at(starts_at: datetime, known_at: datetime) -> datetime | None:
    """When a session is to be reminded of that was booked at this moment; None: its booking said it all."""
    for before in (REMIND_BEFORE, REMIND_LATE):
        if starts_at - before > known_at:
            return starts_at - before
    return None


def retry_at(attempt: int, now: datetime) -> datetime | None:
    """When a message is tried again after its attempt of this number, from 1, has failed; None: no more."""
    if attempt >= TRIES_MAX:
        return None
    grown: int = GROWTH ** (attempt - 1)
    return now + FIRST_DELAY * grown * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 nobody guesses anything by it


def rests_until(failures: int, now: datetime) -> datetime | None:
    """Until when a channel with so many failures in a row rests; then one message tries it."""
    if failures < BREAKS_AT:
        return None
    doubled: int = 2 ** min(failures - BREAKS_AT, 20)
    return now + min(REST * doubled, REST_MAX)
