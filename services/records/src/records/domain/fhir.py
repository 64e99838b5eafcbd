"""FHIR R4 resources, parsed and validated with the models of `fhir.resources`.

The models are imported with the first resource: they are large, and reading needs none of them.
"""

import functools
import importlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from chassis import untrusted_json
from pydantic import BaseModel, ValidationError

from records.domain.ingests import ResourceRefused
from records.domain.kinds import BEFORE_ITS_END, CLINICAL, CLINICAL_NEEDED, KINDS, NOT_SO, VERIFICATION

DEPTH_MAX = 30
CHOICE = re.compile(r"from this list \['([A-Za-z]+)'")  # the models' words where an element of several types is missing
NOT_BOUND = "is not one of the codes FHIR R4 binds it to"
FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
OVERRIDES = re.compile("[\u202a-\u202e]|\\\\u202[a-eA-E]")  # as they are, or escaped
AND_MORE = "+"  # where a model leaves out some of a binding's codes


@functools.cache
def model(kind: str) -> type[BaseModel]:
    """The R4 (4.3) model of a resource type."""
    module = importlib.import_module(f"fhir.resources.R4B.{KINDS[kind].module}")
    return cast(type[BaseModel], getattr(module, kind))


@functools.cache
def bound(kind: type[BaseModel]) -> Mapping[str, frozenset[str]]:
    """The codes that a model's elements are bound to, by their names; those with all their codes."""
    bindings = {
        name: cast(Mapping[str, Sequence[str]], field.json_schema_extra or {}).get("enum_values", ())
        for name, field in kind.model_fields.items()
    }
    return {name: frozenset(codes) for name, codes in bindings.items() if codes and AND_MORE not in codes}


@functools.cache
def elements(kind: str, having: str) -> frozenset[str]:
    """The elements of a kind that HL7's models say this of, such as `summary_element_property`, as they are in JSON."""
    return frozenset(
        field.alias or name
        for name, field in model(kind).model_fields.items()
        if cast(Mapping[str, object], field.json_schema_extra or {}).get(having)
    )


def unbound(element: BaseModel) -> str | None:
    """The path of the first code, anywhere below, that FHIR does not bind its element to."""
    bindings = bound(type(element))
    for name in element.model_fields_set:
        value, codes = element.__dict__[name], bindings.get(name)
        if codes is None and not isinstance(value, (list, BaseModel)):
            continue
        for index, item in enumerate(value if isinstance(value, list) else (value,)):
            if codes is not None and item is not None and item not in codes:
                inside: str | None = ""
            else:
                inside = unbound(item) if isinstance(item, BaseModel) else None
            if inside is not None:
                return f".{name}[{index}]{inside}" if isinstance(value, list) else f".{name}{inside}"
    return None


def check_status(resource: Mapping[str, Any], at: str) -> None:
    """Refuse a status, or a clinical status, that is none of its kind's; one that contradicts the other, too."""
    kind = resource["resourceType"]
    if KINDS[kind].statuses:
        if resource.get("status") not in KINDS[kind].statuses:
            raise ResourceRefused(f"{at}.status", NOT_BOUND)
        return
    clinical, verified = clinical_status(resource)
    if clinical is not None and clinical not in CLINICAL[kind]:
        raise ResourceRefused(f"{at}.clinicalStatus", NOT_BOUND)
    if verified is not None and verified not in VERIFICATION[kind]:
        raise ResourceRefused(f"{at}.verificationStatus", NOT_BOUND)
    if clinical is not None and verified == "entered-in-error":  # con-5, ait-2
        raise ResourceRefused(f"{at}.clinicalStatus", "must not be there where the resource was entered in error")
    if clinical is None and kind in CLINICAL_NEEDED and verified not in NOT_SO:  # ait-1
        raise ResourceRefused(f"{at}.clinicalStatus", "is needed: active, or what became of it")
    if clinical in BEFORE_ITS_END and any(name.startswith("abatement") for name in resource):  # con-4
        raise ResourceRefused(f"{at}.clinicalStatus", "must not say that it goes on, since it has abated")


def clinical_status(resource: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The codes of a resource's clinical status and of its verification."""
    clinical, verified = (
        next((coding.get("code") for coding in (resource.get(name) or {}).get("coding") or ()), None)
        for name in ("clinicalStatus", "verificationStatus")
    )
    return clinical, verified


def status(resource: Mapping[str, Any]) -> str:
    """A resource's status: FHIR's own, or where its kind has none what is known of it clinically."""
    if KINDS[resource["resourceType"]].statuses:
        return str(resource.get("status"))
    clinical, verified = clinical_status(resource)
    return str(verified if verified in NOT_SO else clinical or verified or "recorded")


def is_name(step: int | str) -> bool:
    """Is this a step to an element? The models have others, of their own."""
    return isinstance(step, int) or step.isidentifier()


def empty(value: dict[str, Any] | list[Any]) -> str | None:
    """The path of the first thing in it that says nothing: FHIR has no empty arrays, objects or texts."""
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        path = "" if inner in ("", [], {}) else None
        if path is None and isinstance(inner, (dict, list)):
            path = empty(inner)
        if path is not None:
            return f".{step}{path}" if isinstance(step, str) else f"[{step}]{path}"
    return None


def check_contained(resource: Mapping[str, Any], at: str) -> None:
    """Refuse a contained resource that cannot be referred to, or two by one name."""
    known: set[str] = set()
    for index, contained in enumerate(resource.get("contained") or ()):
        name = contained.get("id")
        if not isinstance(name, str) or not FHIR_ID.fullmatch(name) or name in known:
            raise ResourceRefused(f"{at}.contained[{index}].id", "must be a FHIR id, and its own")
        known.add(name)


def parse(text: str, at: str) -> Mapping[str, Any]:
    """The resource in `text`, if it is valid. Errors name the field and the rule, never a value."""
    if (not text.isascii() or "\\u202" in text) and OVERRIDES.search(text):
        raise ResourceRefused(at, "must not have characters that change the direction of the text around them")
    try:
        resource = untrusted_json.loads(text, exact=True, depth_max=DEPTH_MAX)
    except untrusted_json.Unreadable as unfit:
        raise ResourceRefused(f"{at}.{unfit.path}" if unfit.path else at, unfit.reason) from None
    if not isinstance(resource, dict):
        raise ResourceRefused(at, "must be a resource, which is an object")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ResourceRefused(f"{at}.resourceType", f"must be one of {', '.join(sorted(KINDS))}")
    try:
        checked = model(kind).model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in first["loc"] if is_name(step))
        path = "".join(steps).removeprefix(".")
        if not path and (choice := CHOICE.search(first["msg"])):
            path = choice[1]
        raise ResourceRefused(f"{at}.{path}" if path else at, f"is not valid FHIR R4 ({first['type']})") from None
    if (where := empty(resource)) is not None:
        raise ResourceRefused(f"{at}{where}", "must not be empty; leave it out")
    check_contained(resource, at)
    check_status(resource, at)
    if (where := unbound(checked)) is not None:
        raise ResourceRefused(f"{at}{where}", NOT_BOUND)
    return resource
