"""Rules on what devices measure: of a programme of the city's, or a practitioner's for one patient within a consent.

A rule looks at the values of one LOINC code, in that code's own unit. It is broken by so many of the last few readings
beyond a threshold, or by a rise within a window. While its flag is open it raises no other; the flag is cleared by
readings in a row that are back beyond a second threshold.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import IntEnum

from chassis import texts
from chassis.refusals import Forbidden, Invalid, Refusal

from records.domain.measurements import DIGITS_MAX, measurements

PROGRAMME = re.compile(r"[a-z][a-z0-9-]{1,39}")
READINGS_MAX = 20
WINDOW_MINUTES_MAX = 31 * 24 * 60
WINDOW_MINUTES_DEFAULT = 24 * 60
CLEARED_BY = 2  # readings in a row that are back
RULES_OF_PATIENT_MAX = 20  # of one practitioner for one patient
RULES_OF_PROGRAMME_MAX = 50
PROGRAMMES_ASKED_MAX = 200  # at once: those of an order's offerings
LASTS = timedelta(days=90)  # a practitioner's rule; they make it again


class AlertTest(IntEnum):
    """What breaks a rule; the contract's numbers."""

    ABOVE = 1
    BELOW = 2
    RISE = 3


class AlertSeverity(IntEnum):
    """How urgent a flag is; the contract's numbers."""

    NOTICE = 1
    WARNING = 2
    URGENT = 3


class AlertRuleStatus(IntEnum):
    """Is a rule in force? The contract's numbers."""

    PROPOSED = 1
    IN_FORCE = 2
    REFUSED = 3
    ENDED = 4


class OwnAlertRule(Forbidden):
    code = "own-alert-rule"
    title = "Nobody approves a rule that they proposed."


class AlertRuleMoveRefused(Refusal):
    code = "alert-rule-move-refused"
    title = "The rule is past that step."


class TooManyAlertRules(Refusal):
    code = "too-many-alert-rules"
    title = "There are as many rules as there may be; end one first."


class NoSuchProgramme(Refusal):
    code = "no-such-programme"
    title = "The city has no such programme."


class NoConsentForRule(Forbidden):
    code = "no-consent-for-rule"
    title = "A practitioner's rule needs a consent that covers what it looks at."


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """What a rule looks at, and what breaks it."""

    title: str
    code: str
    test: AlertTest
    threshold: Decimal
    clear_at: Decimal
    needed: int  # so many of the last `readings`
    readings: int
    window: timedelta
    severity: AlertSeverity

    @property
    def information_type(self) -> str:
        return measurements()[self.code].information_type


def check_alert_terms(
    *,
    title: str,
    code: str,
    test: int,
    threshold: str,
    clear_at: str,
    needed: int,
    readings: int,
    window_minutes: int,
    severity: int,
) -> AlertTerms:
    """The terms, if a rule can have them. What is unset: it clears at its threshold, one reading breaks it, and it
    looks at a day."""
    measurement = measurements().get(code)
    if measurement is None:
        raise Invalid("code", "must be a code that devices measure; docs/devices.md lists them")
    if test not in set(AlertTest):
        raise Invalid("test", f"must be one of {', '.join(each.name for each in AlertTest)}")
    if severity not in set(AlertSeverity):
        raise Invalid("severity", f"must be one of {', '.join(each.name for each in AlertSeverity)}")
    limit = decimal_of(threshold, "threshold")
    clear = decimal_of(clear_at, "clear_at") if clear_at else limit
    low, high = measurement.possible
    if test == AlertTest.RISE:
        if not 0 < limit <= high - low:
            raise Invalid("threshold", f"must be a rise that there can be, in {measurement.unit}")
    elif not low <= limit <= high:
        raise Invalid("threshold", f"must be between {low} and {high} {measurement.unit}")
    if (clear < limit) if test == AlertTest.BELOW else (clear > limit):
        raise Invalid("clear_at", "must not lie beyond the threshold")
    needed, readings = needed or 1, readings or needed or 1
    if not 1 <= needed <= readings <= READINGS_MAX:
        raise Invalid("readings", f"must be at least `needed`, and at most {READINGS_MAX}")
    if test == AlertTest.RISE and readings > 1:
        raise Invalid("readings", "must be empty: a rise is of a window")
    minutes = window_minutes or WINDOW_MINUTES_DEFAULT
    if not 1 <= minutes <= WINDOW_MINUTES_MAX:
        raise Invalid("window_minutes", f"must be between 1 and {WINDOW_MINUTES_MAX}")
    return AlertTerms(
        title=texts.label(title, "title"),
        code=code,
        test=AlertTest(test),
        threshold=limit,
        clear_at=clear,
        needed=needed,
        readings=readings,
        window=timedelta(minutes=minutes),
        severity=AlertSeverity(severity),
    )


def decimal_of(text: str, field: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or len(text) > DIGITS_MAX or "e" in text.lower():
        raise Invalid(field, f"must be a decimal number of at most {DIGITS_MAX} characters")
    return number


def check_programme(programme: str) -> str:
    if not PROGRAMME.fullmatch(programme):
        raise Invalid("programme", "must be lower-case letters, digits and -, such as hypertension")
    return programme


def check_known(programme: str, known: Set[str]) -> str:
    """Refuse what is no programme of the city's: of these, by its pack."""
    if check_programme(programme) not in known:
        raise NoSuchProgramme(f"there are {', '.join(sorted(known)) or 'none'}", "programme")
    return programme


def check_asked(programmes: Sequence[str]) -> Sequence[str]:
    """Refuse a question for no programme, for too many, or for what none can be called."""
    if not 1 <= len(programmes) <= PROGRAMMES_ASKED_MAX:
        raise Invalid("programmes", f"must be 1 to {PROGRAMMES_ASKED_MAX}")
    for index, programme in enumerate(programmes):
        if not PROGRAMME.fullmatch(programme):
            raise Invalid(f"programmes[{index}]", "must be lower-case letters, digits and -, such as hypertension")
    return programmes


def ends_at(now: datetime) -> datetime:
    """Until when a practitioner's rule lasts."""
    return now + LASTS
