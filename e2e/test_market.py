"""A market of many partners, as `yima load --partners` makes it: sold, searched and ordered from like any other."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from chassis.ids import Kind, shown
from city_pack.pack import read
from devstack.stack import Stack
from ops.market import OFFERINGS, SLOTS, Market, id_of, load_market
from yima_client.caller import Caller

from e2e.people import a_clinic, a_resident, confirmed, place

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PARTNERS = 2


SEARCH = """
query ($partner: ID!, $before: DateTime!) {
    offerings(filter: {partnerId: $partner, freeBefore: $before}, sort: NEXT_FREE_SLOT, first: 50) {
        nodes { id partner { name } explain { nextFreeAt } freePlaces { slotId } }
    }
    offeringFacets(filter: {partnerId: $partner}, freeBefore: $before) { total free }
}
"""


async def loaded(stack: Stack, seed: int) -> Market:
    def url_of(service: str) -> str:
        return stack.postgres.url(service, f"{service}_app", stack.secrets["app"])

    pack = read(str(stack.city.pack))
    return await load_market(pack, stack.city.centre(), url_of, PARTNERS, seed, lambda _: None)


async def test_what_a_loaded_market_has_is_found_by_searches_and_ordered_and_loading_it_again_adds_nothing(
    stack: Stack, nobody: Caller
) -> None:
    like = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    seed = secrets.randbelow(10_000)
    market = await loaded(stack, seed)
    assert (market.new_partners, market.offerings) == (PARTNERS, PARTNERS * OFFERINGS)
    assert abs(market.slots - PARTNERS * SLOTS) <= OFFERINGS * PARTNERS
    partner_id = shown(Kind.PARTNER, str(id_of(seed, "partner", 0)))
    before = (datetime.now(UTC) + timedelta(days=60)).isoformat()
    answer = (await nobody.raw(SEARCH, partner=partner_id, before=before))["data"]
    found = answer["offerings"]["nodes"]
    assert len(found) == OFFERINGS
    assert {node["partner"]["name"] for node in found} == {found[0]["partner"]["name"]} != {None}
    free_at = [node["explain"]["nextFreeAt"] for node in found]
    assert free_at == sorted(free_at)
    assert (answer["offeringFacets"]["total"], answer["offeringFacets"]["free"]) == (OFFERINGS, OFFERINGS)
    resident, _ = await a_resident(nobody)
    slot = {"offeringId": found[0]["id"], "slotIds": [found[0]["freePlaces"][0]["slotId"]]}
    order = await place(resident, like, lines=[slot])
    await confirmed(resident, order["id"])
    assert (await loaded(stack, seed)).new_partners == 0
    again = (await nobody.raw(SEARCH, partner=partner_id, before=before))["data"]
    assert again["offeringFacets"] == answer["offeringFacets"]
