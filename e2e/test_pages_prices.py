"""An offering whose price is for a unit, on a resident's pages: what it costs at most, and what it has cost so far."""

import secrets
from datetime import UTC, datetime

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, fresh_key

from e2e.browser import inaccessible
from e2e.people import PASSWORD, a_clinic, confirmed, registered
from e2e.test_prices import PER_UNIT
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]


@pytest.mark.long
async def test_a_resident_says_how_many_at_most_and_reads_what_was_used_of_it(
    stack: Stack, nobody: Caller, visitor: Visitor
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None, **PER_UNIT)
    login = f"patient-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident, page = await nobody.signed_in(login, PASSWORD), visitor.page
    await visitor.signs_in(login)
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.sees("CN¥0.80 for each unit used")
    order = page.get_by_role("button", name="Order for at most")
    assert await order.is_disabled(), "nobody has said how many"
    for text in ("0", "501", "-1", "ten"):
        await visitor.fills(most=text)
        assert await order.is_disabled(), text
    await visitor.fills(most="300")
    await visitor.sees("CN¥240.00")
    assert await inaccessible(page) == []
    await order.click()
    await page.wait_for_url("**/orders/*")
    order_id = page.url.rpartition("/")[2]
    await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
    (line,) = (await confirmed(resident, order_id))["lines"]
    await clinic.staff.run("accept-order", orderId=order_id)
    record = {"key": order_id, "orderLineId": line["id"], "item": "day", "units": 130}
    await clinic.staff.run("record-usage", records=[record | {"usedAt": datetime.now(UTC).isoformat()}])
    await page.reload()
    await visitor.sees("It costs at most")
    await visitor.sees("CN¥104.00")
    await visitor.sees("130 of 300 used")
    assert await inaccessible(page) == []
