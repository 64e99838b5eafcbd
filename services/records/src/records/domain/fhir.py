"""FHIR R4 resources, parsed and validated with the models of `fhir.resources`.

The models are imported with the first resource: they are large, and reading needs none of them.
"""

import functools
import re
from collections.abc import Mapping
from typing import Any

from chassis import untrusted_json
from pydantic import BaseModel, ValidationError

from records.domain.ingests import ResourceRefused

DEPTH_MAX = 30
OVERRIDES = re.compile("[\u202a-\u202e]|\\\\u202[a-eA-E]")  # as they are, or escaped
STORED_TYPES = ("Observation", "Encounter")
# The required bindings http://hl7.org/fhir/R4/valueset-observation-status.html and -encounter-status.html, which the
# models do not check.
STATUS = {
    "Observation": {
        *("registered", "preliminary", "final", "amended", "corrected"),
        *("cancelled", "entered-in-error", "unknown"),
    },
    "Encounter": {
        *("planned", "arrived", "triaged", "in-progress", "onleave", "finished"),
        *("cancelled", "entered-in-error", "unknown"),
    },
}


@functools.cache
def model(kind: str) -> type[BaseModel]:
    """The R4 (4.3) model of a resource type."""
    if kind == "Observation":
        from fhir.resources.R4B.observation import Observation  # noqa: PLC0415 large

        return Observation
    from fhir.resources.R4B.encounter import Encounter  # noqa: PLC0415 large

    return Encounter


def parse(text: str, at: str) -> Mapping[str, Any]:
    """The resource in `text`, if it is valid. Errors name the field and the rule, never a value."""
    if OVERRIDES.search(text):
        raise ResourceRefused(at, "must not have characters that change the direction of the text around them")
    try:
        resource = untrusted_json.loads(text, exact=True, depth_max=DEPTH_MAX)
    except untrusted_json.Unreadable as unfit:
        raise ResourceRefused(f"{at}.{unfit.path}" if unfit.path else at, unfit.reason) from None
    if not isinstance(resource, dict) or resource.get("resourceType") not in STORED_TYPES:
        raise ResourceRefused(f"{at}.resourceType", f"must be one of {', '.join(STORED_TYPES)}")
    try:
        model(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        path = ".".join(str(step) for step in first["loc"] if isinstance(step, int) or step.isidentifier())
        raise ResourceRefused(f"{at}.{path}" if path else at, f"is not valid FHIR R4 ({first['type']})") from None
    if resource.get("status") not in STATUS[resource["resourceType"]]:
        raise ResourceRefused(f"{at}.status", "is not one of the codes FHIR R4 binds it to")
    return resource
