"""What the origin can do, for anybody who asks."""

import orjson
from chassis.answers import Answer

from records.api.fhir.origin import FhirRequest, interaction, resource_answer
from records.domain.capability import capability_statement

SINCE = "2026-11-29"  # the day on which this last changed


@interaction("GET", "metadata", like=None)
async def capabilities(request: FhirRequest) -> Answer:
    statement = capability_statement(request.base, request.call.resources.city.name, SINCE)
    return resource_answer(200, orjson.dumps(statement).decode())
