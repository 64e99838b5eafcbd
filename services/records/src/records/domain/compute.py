"""Templates of queries, and their runs: who takes which step, what is refused, and what a result says."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

import orjson
from chassis import moments, untrusted_json
from chassis.refusals import Invalid, Refusal, TryLater

from records.domain.disclosure import COUNTED_IN
from records.domain.queries import QueryInvalid

PEOPLE_MIN = 10  # of so many residents at least a result says something
RUNS_MAX_MAX = 200  # of a template, in all
PROJECT_RUNS_MAX = 100  # of all templates of a project, within the days below
PROJECT_RUNS_DAYS = 30
RUNS_WAITING_MAX = 5  # of a partner
TITLE_LENGTH_MAX = 120
ATTEMPTS_MAX = 3
RUN_SECONDS_MAX = 300
LEASE = timedelta(seconds=RUN_SECONDS_MAX + 60)  # after which a run that is not over is taken up again
PARAMETERS_BYTES_MAX = 4_096
QUERY_VALUES_MAX = 5_000


CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
IN_WORDS = {
    "TREAT": "treatment", "ETREAT": "treatment in an emergency", "CAREMGT": "care", "PUBHLTH": "public health",
    "HRESCH": "research", "HPAYMT": "payment", "HOPERAT": "running an institution", "PATRQT": "the patient",
}  # fmt: skip


class TemplateStatus(IntEnum):
    """Where a template stands; the contract's numbers."""

    PROPOSED = 1
    ENDORSED = 2
    APPROVED = 3
    WITHDRAWN = 4


class RunStatus(IntEnum):
    """Where a run stands; the contract's numbers."""

    ASKED = 1
    RUNNING = 2
    RELEASED = 3
    WITHHELD = 4
    FAILED = 5


RUN_MOVES: Mapping[RunStatus, frozenset[RunStatus]] = {
    RunStatus.ASKED: frozenset({RunStatus.RUNNING}),
    RunStatus.RUNNING: frozenset({RunStatus.RUNNING, RunStatus.RELEASED, RunStatus.WITHHELD, RunStatus.FAILED}),
}


class RunFailure(IntEnum):
    """Why a run failed: never what it met in the data; the contract's numbers."""

    NONE = 0
    TOO_LARGE = 1
    TOO_SLOW = 2
    INTERRUPTED = 3
    NOT_RUNNABLE = 4
    NOT_PERMITTED = 5


class TemplateStandsElsewhere(Refusal):
    code = "template-stands-elsewhere"
    title = "The template does not stand where this step begins."


class TemplateTakesThreePeople(Refusal):
    code = "template-takes-three-people"
    title = "Whoever proposed or endorsed a template neither endorses nor approves it."


class TemplateKnown(Refusal):
    code = "template-known"
    title = "A version of this template waits for approval already."


class TemplateNotApproved(Refusal):
    code = "template-not-approved"
    title = "Only an approved template that was not withdrawn is run."


class ProjectDoesNotFit(Refusal):
    code = "project-does-not-fit"
    title = "The template does not ask what its project was approved for."


class RunBudgetUsed(Refusal):
    code = "run-budget-used"
    title = "The template, or its project, has been run as often as it may be."


class TooManyRuns(TryLater):
    code = "too-many-runs"
    title = "Too many of the partner's runs wait; try again when one is over."


class RunNotOver(Refusal):
    code = "run-not-over"
    title = "The run has no result: it is not over, or nothing of it may be said."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a template is for, and what it may look at."""

    code: str
    title: str
    why: str
    purpose: str
    information_types: Sequence[str]
    project_id: UUID | None
    people_min: int
    runs_max: int


def template_status(
    endorsed_at: datetime | None, approved_at: datetime | None, withdrawn_at: datetime | None
) -> TemplateStatus:
    if withdrawn_at is not None:
        return TemplateStatus.WITHDRAWN
    if approved_at is not None:
        return TemplateStatus.APPROVED
    return TemplateStatus.PROPOSED if endorsed_at is None else TemplateStatus.ENDORSED


def check_code(code: str) -> str:
    if not CODE.fullmatch(code):
        raise Invalid("code", "must be 2 to 60 small letters, digits and hyphens, and begin with a letter")
    return code


def check_runs_max(runs: int) -> int:
    if not 1 <= runs <= RUNS_MAX_MAX:
        raise Invalid("runs_max", f"must be between 1 and {RUNS_MAX_MAX}")
    return runs


def parse_query(text: str) -> Any:
    """A template's query as it was sent."""
    try:
        return untrusted_json.loads(text, values_max=QUERY_VALUES_MAX)
    except untrusted_json.Unreadable as why:
        raise QueryInvalid(str(why), "query") from None


def parse_parameters(text: str) -> Any:
    if len(text) > PARAMETERS_BYTES_MAX:
        raise Invalid("parameters", f"at most {PARAMETERS_BYTES_MAX} characters")
    try:
        return untrusted_json.loads(text or "{}", values_max=100)
    except untrusted_json.Unreadable as why:
        raise Invalid("parameters", str(why)) from None


def check_data_month(text: str, field: str) -> date | None:
    """The first day of a month, or none: days would let somebody ask for one day's people."""
    if not text:
        return None
    day = moments.parse_day(text, field)
    if day.day != 1:
        raise Invalid(field, "must be the first day of a month")
    return day


def check_period(data_from: date | None, data_until: date | None) -> None:
    if data_from is not None and data_until is not None and data_from >= data_until:
        raise Invalid("data_until", "must lie after data_from")


def note_of(title: str, purpose: str, people_min: int) -> str:
    """What a resident reads in their log."""
    return f"counted in “{title}”, for {IN_WORDS[purpose]}: nothing is said of fewer than {people_min} people"


def result_of(
    *,
    run_id: UUID,
    template: Mapping[str, Any],
    parameters: Mapping[str, Any],
    views: Mapping[str, str],
    data_from: date | None,
    data_until: date | None,
    started_at: datetime,
    outcome: Mapping[str, Any],
) -> dict[str, Any]:
    """A result as it is signed."""
    return {
        "use": "result",
        "run": str(run_id),
        "template": dict(template),
        "parameters": dict(parameters),
        "views_sha256": dict(views),
        "data_from": data_from.isoformat() if data_from else "",
        "data_until": data_until.isoformat() if data_until else "",
        "consents_as_of": started_at.isoformat(),
        "counted_in": COUNTED_IN,
        "covered": outcome["covered"],
        "groups": outcome["groups"],
        "iat": int(started_at.timestamp()),
    }


def written(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
