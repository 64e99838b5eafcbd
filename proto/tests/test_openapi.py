"""What each service says of itself in OpenAPI: every route with whom it is for and every refusal it may answer with."""

import importlib
import re
from typing import Any

import jsonschema_rs
import pytest
from chassis import openapi
from yima.services import SERVICES

NAMES = sorted(SERVICES)


def document(name: str) -> dict[str, Any]:
    importlib.import_module(f"{name}.app")
    api = importlib.import_module(f"{name}.api").api
    return openapi.describe(api.contract, api.refusals)


def routes(described: dict[str, Any]) -> list[dict[str, Any]]:
    return [route for verbs in described["paths"].values() for route in verbs.values()]


@pytest.mark.parametrize("name", NAMES)
def test_every_route_says_whom_it_is_for_and_with_what_it_refuses(name: str) -> None:
    described = document(name)
    responses = described["components"]["responses"]
    assert len({route["operationId"] for route in routes(described)}) == len(routes(described))
    for route in routes(described):
        statuses = {status for status in route["responses"] if status[0] == "4"}
        assert {"400", "404", "409", "429"} <= statuses, route["operationId"]
        assert ({"401", "403"} <= statuses) == bool(route["security"]), route["operationId"]
        assert ("415" in statuses) == ("requestBody" in route)
        assert route["summary"] and route["description"] and route["tags"] == [name]
        for status in statuses:
            ref = route["responses"][status]["$ref"].rpartition("/")[2]
            assert re.search(r"^- `[a-z-]+`: .+", responses[ref]["description"])


@pytest.mark.parametrize("name", NAMES)
def test_each_refusal_is_in_the_response_of_its_status_alone(name: str) -> None:
    components = document(name)["components"]
    schemas = components["schemas"]
    for component, response in components["responses"].items():
        (content,) = response["content"].values()
        for each in content["schema"].get("oneOf", [content["schema"]]):
            properties = schemas[each["$ref"].rpartition("/")[2]]["properties"]
            assert component == f"Refused{properties['status']['const']}"
            shown = {name: kind["const"] for name, kind in properties.items() if "const" in kind}
            jsonschema_rs.Draft202012Validator(each | {"components": components}).validate(shown)
