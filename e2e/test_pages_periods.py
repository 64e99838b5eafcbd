"""A resident's page of what is paid by the period: what it costs, which period it is, and that none is to follow."""

import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller

from e2e.browser import PHONE, inaccessible
from e2e.people import PASSWORD, a_clinic, confirmed, place, registered
from e2e.test_periods import PER_PERIOD
from e2e.visitors import NEEDS_PAGES, a_visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]


@pytest.mark.presses("StopSeries")
async def test_a_resident_reads_that_nothing_renews_by_itself_and_lets_no_period_follow(
    chromium: Any, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, **PER_PERIOD)
    login = f"page-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident = await nobody.signed_in(login, PASSWORD)
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    await clinic.staff.run("accept-order", orderId=order_id)
    telephone = await a_visitor(chromium, stack, PHONE)
    await telephone.signs_in(login)
    await telephone.goes(f"care/{clinic.offering['id']}")
    await telephone.sees("a month")
    await telephone.sees("nothing renews by itself without you")
    await telephone.goes(f"orders/{order_id}")
    await telephone.sees("period 1 of at most 12")
    assert await inaccessible(telephone.page) == []
    await telephone.acts("^No further period", "PageStopSeries")
    await telephone.sees("It was stopped")
    assert telephone.faults == []
