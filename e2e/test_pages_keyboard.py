"""The pages by the keyboard alone: what somebody comes for is done without a mouse, by each role, and everything on
every page can be come to."""

import secrets
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller

from e2e.browser import DESK
from e2e.keyboard import presses, tabs_to
from e2e.people import PASSWORD, Clinic, a_resident, confirmed, operator_of, place, registered, until_status
from e2e.test_pages_desks import City, a_reviewed_visit, at_the_desk
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]


@pytest.fixture
async def staff(chromium: Any, stack: Stack) -> AsyncGenerator[Visitor]:
    context = await chromium.new_context(viewport=DESK, locale="en")
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    yield visitor
    await context.close()
    assert visitor.faults == []


async def test_an_order_is_placed_and_paid_and_a_consent_taken_back_by_the_keyboard_alone(
    visitor: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    login = f"keys-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    await visitor.goes("sign-in")
    await visitor.page.keyboard.press("Tab")
    assert await visitor.page.evaluate("document.activeElement.className") == "skip"
    await visitor.fills(login=login, password=PASSWORD)
    await visitor.page.focus("[name=password]")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.wait_for_selector(".tiles")
    assert await visitor.page.evaluate("document.activeElement.tagName") == "H1"
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.sees("What it asks of your data")
    await tabs_to(visitor, "I agree to what it asks")
    await visitor.page.keyboard.press("Space")
    await tabs_to(visitor, "^Order for")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("What comes next")
    await tabs_to(visitor, "^Pay ")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("Confirmed")
    await visitor.goes("consents")
    await visitor.sees("In force")
    await tabs_to(visitor, "^Take it back")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("You took it back")


async def test_a_partner_accepts_an_order_by_the_keyboard_alone(staff: Visitor, nobody: Caller, clinic: Clinic) -> None:
    resident, _ = await a_resident(nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    await staff.signs_in(clinic.login)
    await staff.goes(f"orders/{order['id']}")
    await staff.sees("Accept the order")
    await presses(staff, "^Accept the order")
    await until_status(resident, order["id"], "ACCEPTED")


async def test_an_operator_decides_about_a_review_by_the_keyboard_alone(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    review = await a_reviewed_visit(City(stack, nobody, operator, operator, clinic))
    async with at_the_desk(chromium, stack, "operator") as desk:
        await desk.goes("desk/reviews")
        card = desk.page.locator(f"[data-case='{review}']")
        await card.get_by_role("button", name="Publish it", exact=True).wait_for()
        for _ in range(20):  # other reviews may wait before it
            await tabs_to(desk, "^Publish it")
            if await desk.page.evaluate("document.activeElement.closest('[data-case]').dataset.case") == review:
                break
        await desk.page.keyboard.press("Enter")
        await card.wait_for(state="detached")
