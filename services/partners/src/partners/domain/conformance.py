"""That a partner's system passed the checks of conformance: what the city signs of it, and for how long it counts."""

from datetime import datetime, timedelta
from typing import Any

from chassis.ids import Kind, shown
from chassis.refusals import Refusal
from chassis.wire import moment
from yima.notifications.v1.api_pb2 import CONFORMANCE_RUN_STATUS_PASSED, ConformanceRun, ConformanceStep

COUNTS_FOR = timedelta(days=365)
KIND = "yima-conformance"  # of the signed document, so that it is never taken for another
DOCUMENT = "conformance-report"  # of the city's kinds of documents, where its checklists know it
TITLE = "Conformance of a system that receives webhooks"


class ConformanceNotPassed(Refusal):
    code = "conformance-not-passed"
    title = "The run of the checks of conformance is not passed; play it until it is."


def check_passed(run: ConformanceRun) -> None:
    if run.status != CONFORMANCE_RUN_STATUS_PASSED:
        raise ConformanceNotPassed("every check has to be passed within one run", "conformance_run_id")


def reference(run: ConformanceRun) -> str:
    return shown(Kind.CONFORMANCE_RUN, run.id)


def valid_until(run: ConformanceRun) -> datetime:
    return moment(run.finished_at) + COUNTS_FOR


def claims(run: ConformanceRun, city: str) -> dict[str, Any]:
    """What is signed: the same whenever it is asked for."""
    return {
        "kind": KIND,
        "iss": city,
        "sub": shown(Kind.PARTNER, run.partner_id),
        "jti": reference(run),
        "iat": int(moment(run.finished_at).timestamp()),
        "exp": int(valid_until(run).timestamp()),
        "url": run.url,
        "passed": [ConformanceStep.Name(check.step).removeprefix("CONFORMANCE_STEP_") for check in run.checks],
    }
