"""FHIR's terminology operations over the tables and maps that there are: what a code means, whether it is one of a
table, what it is in another system, and which codes a table has. The first three are the contract's own methods, asked
in FHIR's words."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from chassis import untrusted_json
from chassis.answers import Answer
from chassis.refusals import Invalid, UnsupportedMediaType
from yima.records.v1 import terminology_pb2 as pb

from records.api.fhir.origin import JSONS, LOOKS_UP, TRANSLATES, VALIDATES, FhirRequest, interaction, resource_answer
from records.api.terminology import table_asked_for
from records.domain.search import short
from records.store import terminology as store

VALUES = ("valueUri", "valueUrl", "valueCode", "valueString", "valueCanonical")
NUMBERS = ("valueInteger", "valueUnsignedInt", "valuePositiveInt", "valueBoolean")
CODING, CONCEPT = "coding", "codeableConcept"
EQUIVALENCE = "CODE_EQUIVALENCE_"
EXPANDED_MAX, EXPANDED_DEFAULT, OFFSET_MAX = 1_000, 100, 10**9
FILTER_LENGTH_MAX = 100


@interaction("GET", "CodeSystem/$lookup", like=LOOKS_UP)
@interaction("POST", "CodeSystem/$lookup", like=LOOKS_UP)
async def look_up(request: FhirRequest) -> Answer:
    """What a code means (https://hl7.org/fhir/R4/codesystem-operation-lookup.html)."""
    asked = parameters_of(request, {"system", "version", "code", "property", "displayLanguage"})
    message = pb.LookUpCodeRequest(
        system=needed(asked, "system"), code=needed(asked, "code"), version=asked.get("version", "")
    )
    details, _ = await request.ask(LOOKS_UP, message)
    said = [
        text("name", details.title),
        text("version", details.version),
        text("display", details.coding.display),
        *([property_of("parent", "valueCode", details.parent)] if details.parent else []),
        property_of("inactive", "valueBoolean", not details.active),
    ]
    return parameters(said)


def property_of(code: str, kind: str, value: object) -> Mapping[str, Any]:
    return {"name": "property", "part": [{"name": "code", "valueCode": code}, {"name": "value", kind: value}]}


@interaction("GET", "CodeSystem/$validate-code", like=VALIDATES)
@interaction("POST", "CodeSystem/$validate-code", like=VALIDATES)
async def validate_in_system(request: FhirRequest) -> Answer:
    """Is it a code of a code system (https://hl7.org/fhir/R4/codesystem-operation-validate-code.html)?"""
    asked = parameters_of(request, {"url", "code", "version", "display", "system"})
    url = asked.get("url") or needed(asked, "system", "url")
    return await validated(request, asked, url, url, asked.get("version", ""))


@interaction("GET", "ValueSet/$validate-code", like=VALIDATES)
@interaction("POST", "ValueSet/$validate-code", like=VALIDATES)
async def validate_in_set(request: FhirRequest) -> Answer:
    """Is it a code of a value set (https://hl7.org/fhir/R4/valueset-operation-validate-code.html)?"""
    asked = parameters_of(request, {"url", "valueSetVersion", "system", "systemVersion", "code", "display"})
    system = needed(asked, "system")
    return await validated(request, asked, needed(asked, "url"), system, asked.get("valueSetVersion", ""))


async def validated(request: FhirRequest, asked: Mapping[str, str], url: str, system: str, version: str) -> Answer:
    message = pb.ValidateCodeRequest(
        url=url, version=version, system=system, code=needed(asked, "code"), display=asked.get("display", "")
    )
    answer, _ = await request.ask(VALIDATES, message)
    said: list[Mapping[str, Any]] = [{"name": "result", "valueBoolean": answer.valid}]
    said += [text("message", answer.message)] if answer.message else []
    said += [text("display", answer.display)] if answer.display else []
    return parameters(said)


@interaction("GET", "ConceptMap/$translate", like=TRANSLATES)
@interaction("POST", "ConceptMap/$translate", like=TRANSLATES)
async def translate(request: FhirRequest) -> Answer:
    """What a code is in another system (https://hl7.org/fhir/R4/conceptmap-operation-translate.html)."""
    asked = parameters_of(request, {"system", "code", "targetsystem", "version"})
    message = pb.TranslateCodeRequest(
        system=needed(asked, "system"), code=needed(asked, "code"), target_system=asked.get("targetsystem", "")
    )
    answer, _ = await request.ask(TRANSLATES, message)
    translated = any(each.HasField("coding") for each in answer.matches)
    return parameters([{"name": "result", "valueBoolean": translated}, *map(match_of, answer.matches)])


def match_of(translation: pb.CodeTranslation) -> Mapping[str, Any]:
    equivalence = pb.CodeEquivalence.Name(translation.equivalence).removeprefix(EQUIVALENCE).lower()
    parts: list[Mapping[str, Any]] = [{"name": "equivalence", "valueCode": equivalence}]
    if translation.HasField("coding"):
        coding = translation.coding
        concept = {"system": coding.system, "code": coding.code}
        parts.append(
            {"name": "concept", "valueCoding": concept | ({"display": coding.display} if coding.display else {})}
        )
    parts.append({"name": "source", "valueUri": f"{translation.map_url}|{translation.map_version}"})
    return {"name": "match", "part": parts}


@interaction("GET", "ValueSet/$expand", like=LOOKS_UP)
@interaction("POST", "ValueSet/$expand", like=LOOKS_UP)
async def expand(request: FhirRequest) -> Answer:
    """The codes of a table, some at once (https://hl7.org/fhir/R4/valueset-operation-expand.html)."""
    asked = parameters_of(request, {"url", "valueSetVersion", "filter", "offset", "count", "activeOnly"})
    url, words = needed(asked, "url"), asked.get("filter", "")
    if len(words) > FILTER_LENGTH_MAX:
        raise Invalid("filter", f"at most {FILTER_LENGTH_MAX} characters")
    offset = whole(asked, "offset", 0, OFFSET_MAX)
    count = whole(asked, "count", EXPANDED_DEFAULT, EXPANDED_MAX)
    if (active := asked.get("activeOnly", "false")) not in ("true", "false"):
        raise Invalid("activeOnly", "must be true or false")
    async with request.transaction() as session:
        city_tables = request.call.resources.city.code_tables
        table = await table_asked_for(url, asked.get("valueSetVersion", ""), "url", session, city_tables)
        page = await store.expanded(session, table.id, words, active == "true", offset, count)
    said = {
        "resourceType": "ValueSet", "status": "active", "url": table.url, "version": table.version, "name": table.title,
        "expansion": {
            "identifier": UUID(int=table.id.int).urn,
            "timestamp": request.now.isoformat(),
            "total": page.total,
            "offset": offset,
            "contains": [
                {"system": row.system, "code": row.code, "display": row.display}
                | ({} if row.active else {"inactive": True})
                for row in page.entries
            ],
        },
    }  # fmt: skip
    return resource_answer(200, orjson.dumps(said).decode())


def whole(asked: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    """A number of codes. Raises `Invalid`."""
    written = asked.get(name) or str(otherwise)
    if not (written.isascii() and written.isdecimal()) or len(written) > len(str(most)) or int(written) > most:
        raise Invalid(name, f"must be a whole number of at most {most}")
    return int(written)


def parameters_of(request: FhirRequest, known: set[str]) -> Mapping[str, str]:
    """What is asked, from the address or from a Parameters resource; a coding is taken apart. What is not known is
    refused, unless the caller says otherwise."""
    asked: dict[str, str] = {}
    for name, value in [*request.parameters, *sent(request)]:
        if name in ("_format", "_pretty"):
            continue
        if name not in known:
            if request.lenient:
                continue
            raise Invalid(short(name), f"is none of {', '.join(sorted(known))}")
        if asked.setdefault(name, value) != value:
            raise Invalid(name, "is there twice")
    return asked


def sent(request: FhirRequest) -> Sequence[tuple[str, str]]:
    """What a Parameters resource says, as names and texts."""
    if request.method != "POST":
        return ()
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said not in JSONS:
        raise UnsupportedMediaType(f"send {', '.join(sorted(JSONS))}", "content-type")
    try:
        resource = untrusted_json.loads(request.body)
    except untrusted_json.Unreadable as unfit:
        raise Invalid(unfit.path, unfit.reason) from None
    if not isinstance(resource, dict) or resource.get("resourceType") != "Parameters":
        raise Invalid("resourceType", "must be Parameters")
    listed = resource.get("parameter", [])
    if not isinstance(listed, list):
        raise Invalid("parameter", "must be a list")
    pairs: list[tuple[str, str]] = []
    for index, each in enumerate(listed):
        pairs += pairs_of(each, f"parameter[{index}]")
    return pairs


def pairs_of(parameter: object, at: str) -> Sequence[tuple[str, str]]:
    name = parameter.get("name") if isinstance(parameter, dict) else None
    if not isinstance(parameter, dict) or not isinstance(name, str):
        raise Invalid(at, "needs a name")
    if name == CODING:
        coding = parameter.get("valueCoding")
    elif name == CONCEPT:
        concept = parameter.get("valueCodeableConcept")
        codings = concept.get("coding") if isinstance(concept, dict) else None
        coding = codings[0] if isinstance(codings, list) and len(codings) == 1 else None
    else:
        value = next((parameter[kind] for kind in (*VALUES, *NUMBERS) if kind in parameter), None)
        if isinstance(value, bool | int):
            return [(name, orjson.dumps(value).decode())]
        if not isinstance(value, str):
            raise Invalid(at, f"needs one of {', '.join((*VALUES, *NUMBERS))}")
        return [(name, value)]
    if not isinstance(coding, dict):
        raise Invalid(at, "needs a coding, and one of them")
    parts = [(part, coding[part]) for part in ("system", "version", "code", "display") if part in coding]
    if not all(isinstance(value, str) for _, value in parts):
        raise Invalid(at, "must be a coding")
    return parts


def needed(asked: Mapping[str, str], name: str, also: str = "") -> str:
    if not asked.get(name):
        raise Invalid(also or name, "is needed")
    return asked[name]


def text(name: str, value: str) -> Mapping[str, Any]:
    return {"name": name, "valueString": value}


def parameters(said: Sequence[Mapping[str, Any]]) -> Answer:
    return resource_answer(200, orjson.dumps({"resourceType": "Parameters", "parameter": said}).decode())
