"""What the city's pack says is what holds: categories find, populations have ages, contracts keep their bounds."""

import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from ops.demo import manifest_of
from yima_client.caller import Caller, fresh_key
from yima_client.errors import Refused

from e2e.people import PASSWORD, a_clinic, operator_of, place, refusal, registered

ELDERLY_CARE: dict[str, Any] = {"definition": "elderly-examination", "consent": None}


async def offering_ids(nobody: Caller, **asked: Any) -> set[str]:
    return {edge["node"]["id"] for edge in (await nobody.run("offerings", first=100, **asked))["edges"]}


async def test_offerings_are_found_by_a_category_of_the_city_and_by_the_one_above_it(
    stack: Stack, nobody: Caller
) -> None:
    city = await nobody.run("city")
    above = {category["code"]: category["parent"] for category in city["categories"]}
    assert city["name"] == "jinan" and above["family-doctor"] == "primary-care"
    clinic = await a_clinic(nobody, stack.secrets, districts=["lixia-yaojia"])
    for category in ("family-doctor", "primary-care"):
        assert clinic.offering["id"] in await offering_ids(nobody, category=category)
    assert clinic.offering["id"] not in await offering_ids(nobody, category="telehealth")
    assert clinic.offering["id"] in await offering_ids(nobody, district="lixia")
    assert clinic.offering["id"] not in await offering_ids(nobody, district="shizhong")
    for asked in ({"category": "wearables"}, {"district": "heping"}):
        refused = await refusal(nobody.run("offerings", **asked))
        assert (refused.code, refused.field) == ("invalid", next(iter(asked)))


async def test_a_definition_of_a_category_the_city_does_not_have_is_refused(stack: Stack, nobody: Caller) -> None:
    operator = await operator_of(nobody, stack.secrets)
    known = stack.city.manifests("definitions")[0]
    refused = await refusal(operator.run("put-service-definition", definition=known | {"category": "wearables"}))
    assert (refused.code, refused.field) == ("invalid", "definition.category")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"districts": ["heping"]}, "manifest.districts[0]"),
        (ELDERLY_CARE | {"eligibility": {"ageFromMonths": 720}}, "manifest.eligibility.ageFromMonths"),
        (ELDERLY_CARE | {"eligibility": {"ageBelowMonths": 780}}, "manifest.eligibility.ageBelowMonths"),
    ],
)
async def test_an_offering_that_contradicts_the_city_is_refused_at_its_field(
    stack: Stack, nobody: Caller, changes: dict[str, Any], field: str
) -> None:
    refused = await refusal(a_clinic(nobody, stack.secrets, **changes))
    assert (refused.code, refused.field) == ("invalid", field)


async def test_a_service_for_the_elderly_is_for_those_who_are_old_enough_in_this_city(
    stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **ELDERLY_CARE)
    for birth_date, served in (("1950-01-01", True), ("1990-01-01", False)):
        login = f"resident-{secrets.token_hex(5)}@residents.example.org"
        await registered(nobody, login, birth_date=birth_date)
        resident = await nobody.signed_in(login, PASSWORD)
        try:
            assert (await place(resident, clinic))["id"] and served
        except Refused as refused:
            assert (refused.code, served) == ("not-eligible", False)


async def test_a_contract_without_shares_is_the_tariffs_and_none_gives_the_platform_more_than_its_bound(
    stack: Stack, nobody: Caller
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    clinic = await a_clinic(nobody, stack.secrets)
    kind = manifest_of("partner.yaml")["kind"]
    (tariff,) = [tariff for tariff in (await nobody.run("city"))["tariffs"] if tariff["kind"] == kind]
    offered = await operator.run("offer-contract", partnerId=clinic.partner_id, key=fresh_key())
    shares = [{"party": share["party"], "basisPoints": share["basisPoints"]} for share in tariff["shares"]]
    assert offered["contract"]["splitPlan"]["shares"] == shares
    greedy = [{"party": "platform", "basisPoints": tariff["commissionBasisPointsMax"] + 1}]
    refused = await refusal(operator.run("offer-contract", partnerId=clinic.partner_id, shares=greedy))
    assert (refused.code, refused.field) == ("invalid", "shares[0].basisPoints")
