"""Writing: one resource, or a Bundle. Each is asked of the contract's own method, so that its rules are the same."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
from chassis import outcomes, problems
from chassis.answers import Answer
from chassis.ids import Kind
from chassis.refusals import Invalid, Refusal, UnsupportedMediaType
from chassis.wire import moment
from yima.records.v1 import writes_pb2 as pb

from records.api.fhir.origin import BUNDLES, JSONS, WRITES, FhirRequest, interaction, resource_answer
from records.api.served import api
from records.domain import patches
from records.domain.bundles import BundleRefused
from records.domain.ingests import ResourceRefused
from records.domain.interactions import resident_in
from records.domain.names import RESERVED
from records.domain.scopes import check_scope
from records.domain.shown import Identity, instant, naming_resident, show

MINIMAL, REPRESENTATION, OUTCOME = "minimal", "representation", "OperationOutcome"
UNPROCESSABLE = 422
RESIDENT = str(Kind.RESIDENT)
REFERS_TO_RECORD = re.compile(r"/rec[-_][0-9a-f]{32}", re.IGNORECASE)
RETURN = re.compile(r"\breturn\s*=\s*(minimal|representation|OperationOutcome)\b")
OWN_PARAMETERS = frozenset({"_format", "_pretty"})


@interaction("POST", "{kind}", like=WRITES)
@interaction("PUT", "{kind}", like=WRITES)
@interaction("PUT", "{kind}/{id}", like=WRITES)
@interaction("PATCH", "{kind}", like=WRITES)
@interaction("PATCH", "{kind}/{id}", like=WRITES)
@interaction("DELETE", "{kind}", like=WRITES)
@interaction("DELETE", "{kind}/{id}", like=WRITES)
async def write(request: FhirRequest) -> Answer:
    """Create, update or patch a resource of the caller's institution."""
    content = "" if request.method == "DELETE" else content_of(request)
    message = pb.WriteResourceRequest(
        method=request.method,
        url=url_of(request),
        content=content,
        if_match=request.headers.get("if-match", ""),
        if_none_exist=naming_by_uuid(request.headers.get("if-none-exist", "")),
        scan_receipt=request.scan_receipt,
    )
    try:
        outcome, _ = await request.ask(WRITES, message)
    except Refusal as refusal:
        return refused_with([refusal])
    return written(request, outcome)


@interaction("POST", "", like=BUNDLES)
async def submit(request: FhirRequest) -> Answer:
    """Do what a Bundle says."""
    check_scope(request.call.principal.fhir_scope, "*", "u")
    message = pb.SubmitBundleRequest(bundle=content_of(request), scan_receipt=request.scan_receipt)
    try:
        done, _ = await request.ask(BUNDLES, message)
    except BundleRefused as refused:
        return refused_with(refused.refusals)
    except Refusal as refusal:
        return refused_with([refusal])
    kind = "transaction" if done.transaction else "batch"
    entries = [{"response": response_of(request, outcome)} for outcome in done.outcomes]
    document = {"resourceType": "Bundle", "type": f"{kind}-response", "entry": entries}
    return resource_answer(200, orjson.dumps(document).decode())


def content_of(request: FhirRequest) -> str:
    """What was sent, in which the resident is named as inside."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    taken = {patches.CONTENT_TYPE} if request.method == "PATCH" else JSONS
    if said not in taken:
        raise UnsupportedMediaType(f"send {', '.join(sorted(taken))}", "content-type")
    try:
        content = naming_by_uuid(request.body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Invalid("", "the body is not UTF-8") from None
    if REFERS_TO_RECORD.search(content):  # another partner would read this id, which is another for it
        raise Invalid("", "must refer to resources by your institution's own ids, not by rec-…")
    return content


def naming_by_uuid(text: str) -> str:
    """A text in which residents have their ids as inside, in the place of `res-…`."""
    return RESERVED.sub(lambda match: str(UUID(match[0][4:])) if match[0][:3].lower() == RESIDENT else match[0], text)


def url_of(request: FhirRequest) -> str:
    """What the interaction is about, as an entry of a Bundle would have it."""
    path = "/".join(request.named[name] for name in ("kind", "id") if name in request.named)
    criteria = [pair for pair in request.parameters if pair[0] not in OWN_PARAMETERS]
    return path + (f"?{naming_by_uuid(urlencode(criteria))}" if criteria else "")


def written(request: FhirRequest, outcome: pb.WriteOutcome) -> Answer:
    """The answer to an interaction that was done, in the form that the caller prefers."""
    identity = identity_of(request, outcome)
    headers = {
        "etag": identity.etag,
        "last-modified": format_datetime(identity.updated_at.astimezone(UTC), usegmt=True),
        "location": location_of(request, identity),
    }
    status = 201 if outcome.created else 200
    wish = RETURN.search(request.headers.get("prefer", ""))
    preference = wish[1] if wish else REPRESENTATION
    if preference == OUTCOME:
        text = f"{identity.reference} is stored in version {identity.version}"
        return resource_answer(status, orjson.dumps(information(text)).decode(), headers)
    if preference == MINIMAL or not outcome.content:  # what was there before is for who may read it
        return Answer(status, b"", outcomes.MEDIA_TYPE, headers | {"preference-applied": f"return={MINIMAL}"})
    resident_id = resident_in(outcome.content)
    content = outcome.content if resident_id is None else naming_resident(outcome.content, resident_id)
    return resource_answer(status, show(content, identity), headers)


def identity_of(request: FhirRequest, outcome: pb.WriteOutcome) -> Identity:
    """What the origin says of a resource of the caller's own institution."""
    institution_id = UUID(request.call.principal.partner_id)
    return request.identity_of(
        outcome.resource_type,
        UUID(int=0),  # by its institution it is known by its own id
        institution_id,
        None,
        outcome.id,
        outcome.version,
        moment(outcome.stored_at),
    )


def location_of(request: FhirRequest, identity: Identity) -> str:
    return f"{request.base}/{identity.reference}/_history/{identity.version}"


def response_of(request: FhirRequest, outcome: pb.WriteOutcome) -> Mapping[str, Any]:
    """What became of an entry."""
    if outcome.HasField("issue"):
        issue = outcome.issue
        status = UNPROCESSABLE if issue.code == ResourceRefused.code else issue.status
        problem = {
            "type": issue.code,
            "status": status,
            "title": issue.title,
            "detail": issue.detail,
            "field": issue.field,
        }
        return {"status": status_line(status), "outcome": outcomes.outcome_of(problem)}
    identity = identity_of(request, outcome)
    return {
        "status": status_line(201 if outcome.created else 200),
        "location": location_of(request, identity),
        "etag": identity.etag,
        "lastModified": instant(identity.updated_at),
    }


def status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def information(text: str) -> Mapping[str, Any]:
    issue = {"severity": "information", "code": "informational", "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def refused_with(refusals: Sequence[Refusal]) -> Answer:
    """An OperationOutcome with an issue for each refusal. What is not valid is answered as FHIR has it, with 422."""
    answers = [problems.answer_to(each, api.refusals) for each in refusals]
    said = [orjson.loads(answer.body) for answer in answers]
    for refusal, problem in zip(refusals, said, strict=True):
        if isinstance(refusal, ResourceRefused):
            problem["status"] = UNPROCESSABLE
    issues = [issue for problem in said for issue in outcomes.outcome_of(problem)["issue"]]
    body = orjson.dumps({"resourceType": "OperationOutcome", "issue": issues})
    allowed = {"allow": "GET, HEAD, POST, PUT, PATCH"} if said[0]["status"] == 405 else {}
    return Answer(said[0]["status"], body, outcomes.MEDIA_TYPE, {**answers[0].headers, **allowed})
