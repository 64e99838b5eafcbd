"""The city's own pack, for everybody: categories, districts, populations and tariffs, in the caller's language."""

from pathlib import Path
from typing import Any

import pytest
from gateway.app import Gateway, Settings
from gateway.page import operations
from litestar.testing import TestClient

CITIES = Path(__file__).parents[2] / "charts" / "yima" / "cities"


def told(city: str, language: str) -> tuple[Gateway, dict[str, Any]]:
    """What a stranger is told of the city, by a gateway that reaches no service."""
    made = Gateway(Settings(city_file=str(CITIES / f"{city}.yaml")))
    made.shared.connected = True
    with TestClient(made.asgi()) as client:
        asked = {"query": operations()["city"]}
        answer = client.post("/graphql", json=asked, headers={"accept-language": language}).json()
    assert "errors" not in answer
    return made, answer["data"]["city"]


def test_two_cities_say_different_things_of_what_they_sort_by_and_take() -> None:
    _, jinan = told("jinan", "en")
    _, tianjin = told("tianjin", "en")
    elderly = [next(one for one in city["populations"] if one["population"] == "ELDERLY") for city in (jinan, tianjin)]
    assert [one["ageFromMonths"] for one in elderly] == [780, 720]
    laboratories = [next(one for one in city["tariffs"] if one["kind"] == "LABORATORY") for city in (jinan, tianjin)]
    assert [one["commissionBasisPointsMax"] for one in laboratories] == [1000, 500]
    device = next(one for one in jinan["tariffs"] if one["kind"] == "DEVICE_MAKER")
    assert device["shares"][0]["floor"] == {"amount": "1.00", "currency": "CNY"}
    assert {one["code"] for one in jinan["categories"]} != {one["code"] for one in tianjin["categories"]}


@pytest.mark.parametrize("city", ["jinan", "tianjin", "marsa-noor"])
def test_a_category_and_a_district_come_after_what_they_are_below(city: str) -> None:
    _, found = told(city, "en")
    for tree in ("categories", "districts"):
        seen: set[str | None] = {None}
        for one in found[tree]:
            assert one["parent"] in seen, one
            seen.add(one["code"])


def test_names_are_in_the_callers_language_and_the_answer_is_remembered() -> None:
    gateway, chinese = told("jinan", "zh-CN")
    assert chinese["title"] == "济南"
    assert next(one for one in chinese["categories"] if one["code"] == "diagnostics")["name"] == "检查检验"
    assert next(one for one in chinese["populations"] if one["population"] == "INFANT")["name"] == "0至6岁儿童"
    assert len(gateway.shared._answers) == 1
    _, arabic = told("marsa-noor", "ar")
    assert arabic["title"] == "مرسى نور"
    assert arabic["tariffs"][0]["commissionAmountMax"]["amount"] == "0.000"
