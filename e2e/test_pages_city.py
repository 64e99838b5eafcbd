"""The pages of who runs and of who watches the city: one order's chain on one page, what waits decided, a freeze, and
the access log proved in the browser."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from devstack.stack import Stack
from ops.demo import in_force, manifest_of
from ops.example_city import OPERATOR, REGULATOR
from yima_client.caller import Caller, until

from e2e.browser import DESK, inaccessible
from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    known_to,
    operator_of,
    place,
    serve,
    until_status,
)
from e2e.test_sources import a_source
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]
LOGINS = {"operator": OPERATOR, "regulator": REGULATOR}


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


@pytest.mark.presses("ImposeFreeze", "LiftFreeze")
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


async def test_who_runs_or_watches_the_city_sees_which_connectors_fell_behind_and_why(
    chromium: Any, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    source_id = await a_source(clinic.staff, await operator_of(nobody, stack.secrets))
    name = (await clinic.staff.run("source", sourceId=source_id))["name"]
    url = f"{stack.graphql.removesuffix('/graphql')}/sources/{source_id}/connector-reports"
    said = {"version": "0.1.0", "waitingLines": 12, "waitingBatches": 3, "oldestWaitingSeconds": 3 * 3600}
    said |= {"lastNumber": 9, "errors": [{"kind": "not-mapped", "count": 2}]}
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.post(url, json=said, headers={"authorization": f"Bearer {clinic.staff.token}"})
    assert (answer.status_code, answer.json()["health"]) == (200, "BEHIND")
    for role in LOGINS:
        async with signed_in(chromium, stack, role) as visitor:
            await visitor.goes("sources")
            row = visitor.page.get_by_role("row", name=name)
            await row.wait_for()
            shown = await row.inner_text()
            assert "Falls behind" in shown and "3" in shown and "not-mapped" in shown
            assert await inaccessible(visitor.page) == []


@pytest.mark.long
@pytest.mark.presses("CosignCertificate", "DecideScreening", "IssueCertificates", "OfferContract")
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
