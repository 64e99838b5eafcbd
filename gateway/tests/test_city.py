"""The city's own pack, for everybody: categories, districts, populations and tariffs, in the caller's language."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from gateway.app import Gateway, Settings
from gateway.console import operations
from litestar.testing import TestClient

CITIES = Path(__file__).parents[2] / "charts" / "yima" / "cities"


@cache
def city_of(city: str, language: str) -> tuple[Gateway, dict[str, Any]]:
    """The city as a stranger sees it, answered by a gateway that reaches no service."""
    gateway = Gateway(Settings(city_file=str(CITIES / f"{city}.yaml")))
    gateway.shared.connected = True
    with TestClient(gateway.asgi()) as client:
        query = {"query": operations()["city"]}
        answer = client.post("/graphql", json=query, headers={"accept-language": language}).json()
    assert "errors" not in answer
    return gateway, answer["data"]["city"]


def test_two_cities_say_different_things_of_what_they_sort_by_and_take() -> None:
    _, jinan = city_of("jinan", "en")
    _, tianjin = city_of("tianjin", "en")
    elderly = [
        next(population for population in city["populations"] if population["population"] == "ELDERLY")
        for city in (jinan, tianjin)
    ]
    assert [population["ageFromMonths"] for population in elderly] == [780, 720]
    laboratories = [
        next(tariff for tariff in city["tariffs"] if tariff["kind"] == "LABORATORY") for city in (jinan, tianjin)
    ]
    assert [tariff["commissionBasisPointsMax"] for tariff in laboratories] == [1000, 500]
    device = next(tariff for tariff in jinan["tariffs"] if tariff["kind"] == "DEVICE_MAKER")
    assert device["shares"][0]["floor"] == {"amount": "1.00", "currency": "CNY"}
    assert {category["code"] for category in jinan["categories"]} != {
        category["code"] for category in tianjin["categories"]
    }


@pytest.mark.parametrize(
    ("accepted", "languages"),
    [
        ("ar-EG", ("zh-CN", "ar")),
        ("en;q=0.5, ar", ("en", "ar")),
        ("zh", ("zh-CN", "zh-CN")),
        ("fr", ("zh-CN", "zh-CN")),
        ("", ("zh-CN", "zh-CN")),
    ],
)
def test_the_platforms_own_sentences_are_in_more_languages_than_a_citys_names(
    accepted: str, languages: tuple[str, str]
) -> None:
    gateway, _ = city_of("jinan", "en")
    assert gateway.languages({"accept-language": accepted}) == languages


@pytest.mark.parametrize("city", ["jinan", "tianjin", "marsa-noor"])
def test_a_category_and_a_district_come_after_what_they_are_below(city: str) -> None:
    _, answer = city_of(city, "en")
    for tree in ("categories", "districts"):
        seen: set[str | None] = {None}
        for entry in answer[tree]:
            assert entry["parent"] in seen, entry
            seen.add(entry["code"])


def test_names_are_in_the_callers_language_and_the_answer_is_remembered() -> None:
    gateway, chinese = city_of("jinan", "zh-CN")
    assert chinese["title"] == "济南"
    assert (
        next(category for category in chinese["categories"] if category["code"] == "diagnostics")["name"] == "检查检验"
    )
    assert (
        next(population for population in chinese["populations"] if population["population"] == "INFANT")["name"]
        == "0至6岁儿童"
    )
    assert len(gateway.shared._answers) == 1
    _, arabic = city_of("marsa-noor", "ar")
    assert arabic["title"] == "مرسى نور"
    assert arabic["tariffs"][0]["commissionAmountMax"]["amount"] == "0.000"
