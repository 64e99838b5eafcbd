"""Lists through the whole system: from either end, page by page, and what is refused of them."""

import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from ops.demo.readings import history
from ops.example_city import ingest
from yima_client.caller import Caller

from e2e.people import known_to
from e2e.test_who_may import under_way

pytestmark = pytest.mark.anyio
RECORDS = """query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  records(
    residentId: $id, informationTypes: ["vital-signs"], purpose: "TREAT",
    first: $first, after: $after, last: $last, before: $before
  ) { nodes { id } pageInfo { startCursor endCursor hasPreviousPage hasNextPage } }
}"""
OFFERINGS = """query ($first: Int, $after: String, $last: Int, $before: String, $sort: OfferingSort) {
  offerings(sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { startCursor endCursor hasPreviousPage hasNextPage }
  }
}"""


async def test_a_record_is_read_from_its_end_and_back_to_its_beginning(stack: Stack, nobody: Caller) -> None:
    """By a practitioner, whose cursors are sealed for their partner."""
    clinic, resident, resident_id, order_id = await under_way(nobody, stack)
    await clinic.staff.run("accept-order", orderId=order_id)
    await ingest(resident, clinic.practitioner, history(secrets.token_hex(4)))
    known = known_to(clinic.practitioner, resident_id)

    async def page(**asked: Any) -> tuple[list[str], dict[str, Any]]:
        said = await clinic.practitioner.raw(RECORDS, id=known, **asked)
        assert "errors" not in said, said["errors"]
        answer = said["data"]["records"]
        return [node["id"] for node in answer["nodes"]], answer["pageInfo"]

    whole, _ = await page(first=100)
    assert len(whole) >= 2
    seen, asked = list[str](), dict[str, Any]()
    while True:
        shown, info = await page(last=1, **asked)
        assert info["hasNextPage"] == bool(asked)
        seen = [*shown, *seen]
        if not info["hasPreviousPage"]:
            break
        asked = {"before": info["startCursor"]}
    assert seen == whole
    _, info = await page(first=2)
    assert (info["hasPreviousPage"], info["hasNextPage"]) == (False, len(whole) > 2)
    assert (await page(last=9, before=info["endCursor"]))[0] == whole[:1]


async def test_what_says_two_directions_or_too_much_is_refused_by_its_field(nobody: Caller) -> None:
    newest = (await nobody.raw(OFFERINGS, first=1, sort="NEWEST"))["data"]["offerings"]["pageInfo"]
    cursor = newest["endCursor"]
    assert cursor
    for asked, field in (
        ({"first": 2, "last": 2}, "page.last"),
        ({"last": 2, "after": cursor}, "page.after"),
        ({"before": cursor}, "page.before"),
        ({"first": 2, "before": cursor}, "page.before"),
        ({"last": 0}, "last"),
        ({"last": -5}, "last"),
        ({"last": 101}, "page.last"),
        ({"last": 2, "before": "no cursor"}, "page.before"),
        ({"last": 2, "before": cursor, "sort": "PRICE"}, "page.before"),  # of the list in another order
    ):
        refused = (await nobody.raw(OFFERINGS, **{"sort": "NEWEST", **asked}))["errors"][0]["extensions"]
        assert (refused["code"], refused["field"]) == ("invalid", field), asked
    before = await nobody.raw(OFFERINGS, last=1, before=cursor, sort="NEWEST")
    assert "errors" not in before
