"""The pages of who runs and of who watches the city: one order's chain on one page, what waits decided, a freeze, and
the access log proved in the browser."""

import re
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from devstack.stack import Stack
from ops.demo import in_force, manifest_of
from ops.example_city import OPERATOR, REGULATOR
from yima_client.caller import Caller, until

from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    place,
    serve,
    until_status,
)
from e2e.visitors import WITHOUT_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(WITHOUT_PAGES, reason="the pages are not built: run `make web`"),
]
LOGINS = {"operator": OPERATOR, "regulator": REGULATOR}
WAYS = {
    "operator": [
        *("", "search?q=a", "partners", "city", "money", "money/payouts", "money/breaks", "money/cases"),
        *("money/approvals", "money/adjustments", "money/disputes", "money/statements", "money/months"),
        *("desk/offerings", "desk/reviews", "desk/complaints", "desk/guardianships", "desk/sources", "desk/code-maps"),
        *("desk/templates", "desk/projects", "desk/device-models", "desk/alert-rules", "desk/trust-list"),
        *("desk/accounts", "settings"),
    ],
    "regulator": [
        *("", "search", "partners", "freezes?show=all", "log", "quality", "sources", "erasures", "money"),
        *("approvals/certificates", "approvals/legal-bases", "approvals/projects", "approvals/templates"),
        *("approvals/emergencies", "approvals/complaints", "approvals/trust-list", "settings"),
    ],
}


@pytest.fixture
async def order(stack: Stack, nobody: Caller) -> tuple[Clinic, str]:
    """A clinic, and an order of its offering that went all the way: consented to, read for, proved and closed."""
    clinic, (resident, resident_id) = await a_clinic(nobody, stack.secrets), await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    await in_force(resident, order_id)
    known = known_to(clinic.practitioner, resident_id)
    await clinic.practitioner.run("records", residentId=known, informationTypes=["vital-signs"], purpose="TREAT")
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    return clinic, order_id


@asynccontextmanager
async def signed_in(
    chromium: Any, stack: Stack, role: str, locale: str = "en", size: dict[str, int] = DESK
) -> AsyncGenerator[Visitor]:
    context = await chromium.new_context(viewport=size, locale=locale)
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await visitor.signs_in(LOGINS[role], stack.secrets[role])
    yield visitor
    await context.close()
    assert visitor.faults == []


async def states(visitor: Visitor, link: str, state: str) -> None:
    """Waits until the picture of the chain shows a link in this state."""
    await visitor.page.wait_for_selector(f"[data-link={link}][data-state={state}]")


async def test_an_order_is_followed_to_the_signed_log_and_its_partner_frozen_and_let_go(
    chromium: Any, stack: Stack, nobody: Caller, order: tuple[Clinic, str]
) -> None:
    clinic, order_id = order
    async with signed_in(chromium, stack, "operator") as operator:
        await operator.goes("search")
        await operator.fills(q=order_id)
        await operator.page.press("[name=q]", "Enter")
        for link in ("certificates", "revision", "line", "proof", "entries"):
            await states(operator, link, "holds")
        for link in ("consent", "access", "audit"):  # of a resident's consents and who looked, an operator sees none
            await states(operator, link, "unseen")

    async with signed_in(chromium, stack, "regulator") as regulator:
        await regulator.goes(f"chain/{order_id}")
        for link in ("certificates", "revision", "line", "consent", "access", "proof", "entries", "audit"):
            await states(regulator, link, "holds")
        await regulator.presses("Verify")
        await regulator.sees("Proved in this browser")

        await regulator.goes("log")
        await regulator.sees("Proved in this browser")
        await regulator.page.reload()  # the log has grown by the look at it, and begins with what was proved before
        await regulator.sees("none of them was changed or taken out")

        await regulator.goes(f"partners/{clinic.partner_id}")
        await regulator.page.get_by_text("Freeze it").first.click()
        await regulator.fills(caseNumber="WJW-2026-0117", reason="records were sold")
        await regulator.page.locator("fieldset").get_by_text("Read data").click()
        await regulator.presses("Freeze it now")
        await regulator.sees("Frozen, case WJW-2026-0117")
        partner = await clinic.staff.run("partner", id=clinic.partner_id)
        assert "READ_DATA" not in partner["capabilities"]
        assert "SELL" in partner["capabilities"]
        await regulator.presses("Lift it")
        await regulator.page.locator(".ask [name=reason]").fill("nothing was found")
        await regulator.presses("Lift it")
        await regulator.page.get_by_text("Frozen, case").wait_for(state="detached")
        partner = await clinic.staff.run("partner", id=clinic.partner_id)
        assert "READ_DATA" in partner["capabilities"]


@pytest.mark.long
async def test_an_operators_week_from_an_application_to_a_contract(chromium: Any, stack: Stack, nobody: Caller) -> None:
    run = secrets.token_hex(5)
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    manifest["name"] = {"zh-CN": f"澄泉{run}", "en": f"Weekly Clinic {run}"}
    login = f"staff-{run}@clinic.example.org"
    await nobody.run("register-institution", name=manifest["name"], login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    partner_id = (await staff.run("me"))["institution"]["id"]
    await staff.run("apply-as-partner", manifest=manifest)

    async with signed_in(chromium, stack, "operator") as operator, signed_in(chromium, stack, "regulator") as regulator:
        await operator.sees("Applications to screen")
        await operator.goes(f"partners/{partner_id}")
        await operator.page.wait_for_selector("[data-item] select")
        items = operator.page.locator("[data-item] select")
        for index in range(await items.count()):
            await items.nth(index).select_option("MET")
        for reason in await operator.page.locator("[data-item] input").all():
            if not await reason.input_value():  # of what no paper was handed in for
                await reason.fill("seen on the spot")
        await operator.sees("It passes.")
        await operator.fills(reason="all papers are there")
        await operator.presses("Decide so")
        await operator.presses("Issue them")
        await operator.sees("Waits for the regulator to co-sign")

        await regulator.goes(f"partners/{partner_id}")
        cosign = regulator.page.get_by_role("button", name="Co-sign it")
        await cosign.first.wait_for()
        for waiting in range(await cosign.count(), 0, -1):
            await cosign.first.click()
            await cosign.nth(waiting - 1).wait_for(state="detached")

        await operator.goes(f"partners/{partner_id}")
        await operator.presses("Offer the contract")
        await operator.sees("The contract waits for the partner to sign")
    partner = await until("the contract", lambda: staff.run("partner", id=partner_id), lambda it: bool(it["contract"]))
    assert partner["status"] == "CONTRACTING"
    await staff.run("sign-contract", contractId=partner["contract"]["id"])


@pytest.mark.long
@pytest.mark.parametrize("role", ["operator", "regulator"])
@pytest.mark.parametrize(
    ("locale", "size"), [("en", DESK), ("zh-CN", PHONE), ("ar", PHONE), ("ar", {"width": 768, "height": 1024})]
)
async def test_every_page_of_theirs_is_accessible(
    chromium: Any, stack: Stack, order: tuple[Clinic, str], role: str, locale: str, size: dict[str, int]
) -> None:
    clinic, order_id = order
    found = {}
    async with signed_in(chromium, stack, role, locale, size) as visitor:
        for way in [*WAYS[role], f"chain/{order_id}", f"partners/{clinic.partner_id}"]:
            await visitor.goes(way)
            await visitor.page.wait_for_load_state("networkidle")
            found[way] = await inaccessible(visitor.page)
            if await visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found[way].append("is wider than the screen")
            if locale != "en" and re.search(r"\b(the|which|nobody)\b", await visitor.page.inner_text("h1")):
                found[way].append("is not translated")
    assert {way: broken for way, broken in found.items() if broken} == {}
