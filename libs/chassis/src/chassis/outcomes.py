"""Refusals as FHIR's OperationOutcome: with the code, the title and the detail of the problem (RFC 9457) they are."""

from collections.abc import Mapping
from typing import Any

import orjson

from chassis.answers import Answer

MEDIA_TYPE = "application/fhir+json"
SYSTEM = "urn:yima:problem"  # of our codes, in `details`
PARAMETER = "http."  # what stands before a parameter's name in `location`
UNANSWERED = "exception"
# HL7's code of an issue (http://hl7.org/fhir/R4/valueset-issue-type.html) by the status it is answered with.
ISSUES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    408: "timeout",
    409: "conflict",
    410: "deleted",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    429: "throttled",
    503: "transient",
}


def outcome_of(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem as an OperationOutcome."""
    status = int(problem.get("status", 500))
    code = str(problem.get("type", "")).rpartition(":")[2]
    title = str(problem.get("title", ""))
    issue: dict[str, Any] = {
        "severity": "error",
        "code": ISSUES.get(status, UNANSWERED),
        "details": {"coding": [{"system": SYSTEM, "code": code, "display": title}], "text": title},
    }
    if detail := str(problem.get("detail", "")):
        issue["diagnostics"] = detail
    if at := str(problem.get("field", "")):
        if at[0].isupper():  # an element of a resource, by its path; else a parameter or a header
            issue["expression"] = [at]
        else:
            issue["location"] = [PARAMETER + at]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def in_fhir(answer: Answer) -> Answer:
    """The answer of a refusal, with an OperationOutcome in the place of its problem."""
    body = orjson.dumps(outcome_of(orjson.loads(answer.body)))
    return Answer(answer.status, body, MEDIA_TYPE, answer.headers)
