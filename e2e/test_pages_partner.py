"""The console of partners, in a real browser: an institution comes from its application to its first payout."""

import re
import secrets
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from devstack.stack import Stack
from ops.demo import manifest_of
from ops.example_city import certified, let_through, paid_at_once
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import DESK
from e2e.people import (
    PASSWORD,
    SHARES,
    Clinic,
    a_clinic,
    a_doctor,
    a_resident,
    confirmed,
    operator_of,
    place,
    regulator_of,
    until_status,
)
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]


@pytest.fixture
async def console(chromium: Any, stack: Stack) -> AsyncGenerator[Visitor]:
    context = await chromium.new_context(viewport=DESK, locale="en")
    staff = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    yield staff
    await context.close()
    assert staff.faults == []


async def applies(console: Visitor, run: str) -> None:
    """Fill the application in, with a mistake at first."""
    manifest = manifest_of("partner.yaml")
    await console.goes("onboarding/apply")
    fields = {"name.zh-CN": manifest["name"]["zh-CN"], "name.en": manifest["name"]["en"]}
    fields |= {f"contact.{name}": value for name, value in manifest["contact"].items()}
    fields |= {f"bankAccount.{name}": value for name, value in manifest["bankAccount"].items()}
    fields |= {"registrationNumber": f"91370100{run.upper()}", "contact.email": "nobody"}
    for piece in manifest["evidence"]:
        fields |= {f"{piece['aspect']}.{name}": piece[name] for name in ("title", "reference", "validUntil")}
    for name, value in fields.items():
        await console.page.fill(f'[name="{name}"]', value)
    await console.presses("Hand it in")
    await console.page.wait_for_selector('[name="contact.email"][aria-invalid=true]')
    await console.page.reload()  # and nothing typed is lost
    assert await console.page.input_value('[name="name.en"]') == manifest["name"]["en"]
    await console.page.fill('[name="contact.email"]', manifest["contact"]["email"])
    await console.page.get_by_role("button", name="Hand it in").dblclick()


async def offers(console: Visitor, run: str) -> None:
    """Write an offering as YAML, with a mistake at first, and see it as a resident will."""
    await console.goes("offerings/new")
    await console.page.fill('[name="title.en"]', "A visit to the family doctor")  # the form changes the text
    written = await console.page.input_value("[name=yaml]")
    assert 'en: "A visit to the family doctor"' in written and "# of the city's catalogue" in written
    text = written.replace('reference: ""', f"reference: visit-{run}").replace('amount: ""', 'amount: "88.00"')
    text = text.replace('zh-CN: ""', "zh-CN: 家庭医生门诊").replace('en: ""', "en: Half an hour.")
    text = re.sub("definition: .* #", "definition: family-doctor-package #", text)
    await console.page.fill("[name=yaml]", text + "  pric: 5\n")
    await console.sees("There is no field pric")
    (line,) = await console.page.locator("[data-line]").all()
    assert await line.get_attribute("data-line") == str(text.count("\n") + 1)
    await console.page.fill("[name=yaml]", text.replace("family-doctor-package", "no-such-service"))
    await console.presses("Keep it as a draft")
    await console.page.wait_for_selector("[data-line='4']")  # where the definition stands
    await console.page.fill("[name=yaml]", text)
    assert await console.page.input_value('[name="price.amount"]') == "88.00"
    assert "88.00" in await console.page.inner_text("[aria-label='As a resident sees it']")
    await console.presses("Keep it as a draft")
    await console.page.wait_for_selector(".tag:has-text('Draft')")
    await console.presses("Submit it for review")
    await console.page.wait_for_selector(".tag:has-text('In review')")


async def serves(console: Visitor, doctor: Caller, resident: Caller, order_id: str) -> None:
    """Accept an order with a double tap, have it proved by a scan, and declare it done."""
    await console.goes("orders?waits=PARTNER")
    await console.page.get_by_role("link", name="A visit to the family doctor").click()
    await console.page.get_by_role("button", name="Accept the order").dblclick()
    await until_status(resident, order_id, "ACCEPTED")
    scan = await doctor.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    await doctor.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    await console.page.reload()
    await console.presses("Declare it done")
    await console.sees("Taken")
    assert "Resident" not in await console.page.inner_text("main"), "a partner sees no resident's name"


@pytest.mark.presses(
    "AcceptOrder", "Apply", "DraftOffering", "FulfilPartnerOrder", "Refresh", "SignContract", "SignIn", "SubmitOffering"
)
async def test_an_institution_comes_from_its_application_to_its_first_payout(
    console: Visitor, stack: Stack, nobody: Caller
) -> None:
    run = secrets.token_hex(5)
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    login = f"staff-{run}@clinic.example.org"
    name = {"zh-CN": "清泉社区卫生服务中心", "en": "Clear Spring"}
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    partner_id = (await staff.run("me"))["institution"]["id"]
    await console.signs_in(login)
    await console.sees("Apply as a partner")
    await applies(console, run)
    await console.sees("The operator screens your application")
    await let_through(operator, partner_id, ["everything was checked and agrees"])
    await certified(operator, regulator, partner_id, (datetime.now(UTC) + timedelta(days=400)).isoformat())
    await operator.run("offer-contract", partnerId=partner_id, shares=SHARES)
    await console.goes("onboarding")
    await console.sees("In all five aspects")
    await console.presses("Sign the contract")
    await console.presses("Sign the contract")
    await console.sees("Publish offerings")
    await paid_at_once(operator, regulator, partner_id)

    await until(
        "catalog to hear of it", lambda: staff.run("partner", id=partner_id), lambda each: each["status"] == "ACTIVE"
    )
    await offers(console, run)
    (offering,) = await staff.every("partner-offerings")
    await operator.run("decide-review", offeringId=offering["id"], revision=1, approved=True, reasons=[])
    await console.page.reload()
    await console.sees("On sale")
    doctor = await nobody.signed_in(await a_doctor(staff, run), PASSWORD)
    resident, _ = await a_resident(nobody)
    sold = Clinic(partner_id, staff, doctor, offering, {}, login, "")
    order_id = (await confirmed(resident, (await place(resident, sold))["id"]))["id"]

    await serves(console, doctor, resident, order_id)

    await until("its money", lambda: staff.run("payout-outlook"), lambda outlook: bool(outlook["currencies"]))
    await console.goes("money")
    await console.sees("To be paid out")
    assert "79.20" in await console.page.inner_text("[aria-label='The next payout']")  # 88 less a tenth
    await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    await console.goes("money?sort=-amount")
    await console.page.wait_for_selector("[aria-label=Payouts] tbody tr")
    async with console.page.expect_download() as download:
        await console.page.get_by_role("button", name="Export as CSV").last.click()
    exported = Path(await (await download.value).path()).read_text("utf-8-sig")
    assert exported.startswith("Made,Amount") and "79.20" in exported


@pytest.mark.long
@pytest.mark.presses("CreateApiKey", "RevokeApiKey", "RotateApiKey")
async def test_a_key_s_secret_is_shown_once_and_a_key_is_rotated_and_ended(console: Visitor, clinic: Clinic) -> None:
    await console.signs_in(clinic.login)
    await console.goes("keys")
    await console.fills(label="Our own system")
    await console.page.get_by_text("Orders", exact=True).last.click()
    await console.page.get_by_role("button", name="Make it").dblclick()
    shown = await console.page.wait_for_selector("[data-secret]")
    first = await shown.inner_text()
    await console.presses("I have kept it")
    (key,) = await clinic.staff.run("api-keys")
    assert key["label"] == "Our own system"
    assert first not in await console.page.content()
    await console.presses("Rotate Our own system")
    await console.presses("Rotate Our own system")
    await console.sees("you see it now, and never again")
    assert await console.page.inner_text("[data-secret]") != first
    await console.goes("keys?state=good")
    await console.page.wait_for_selector("tbody tr:nth-child(2)")
    await console.presses("End Our own system")
    await console.presses("End Our own system")
    await console.page.wait_for_selector("tbody tr:only-child")


@pytest.mark.long
@pytest.mark.presses("CreateWebhook", "PauseWebhook", "ResumeWebhook", "TestWebhook")
async def test_a_webhook_is_made_tried_paused_and_resumed(console: Visitor, clinic: Clinic) -> None:
    await console.signs_in(clinic.login)
    await console.goes("webhooks")
    await console.fills(url="ftp://hooks.example.org")
    await console.presses("Send there")
    await console.page.wait_for_selector("[name=url][aria-invalid=true]")
    await console.fills(url="https://hooks.example.org/yima")
    await console.page.get_by_role("button", name="Send there").dblclick()
    await console.page.wait_for_selector("[data-secret]")
    await console.page.wait_for_selector("tbody tr:only-child")
    await console.page.get_by_role("link", name="https://hooks.example.org/yima").click()
    await console.presses("Send a test")
    await console.page.get_by_role("cell", name="webhook.test").wait_for()
    await console.presses("Pause it")
    await console.presses("Resume it")
    await console.presses("Pause it")


@pytest.mark.long
@pytest.mark.presses("AddWeeklySlots", "InviteStaff", "WithdrawSlots")
async def test_staff_are_invited_and_times_are_offered_and_taken_back(
    console: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    await console.signs_in(clinic.login)
    await console.goes("staff")
    await console.fills(note="Zhao Min, at the desk")
    await console.presses("Invite them")
    await console.sees("Send this link to them alone")
    await console.sees("Zhao Min, at the desk")
    await console.goes(f"offerings/{clinic.offering['id']}")
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date()
    later = tomorrow + timedelta(days=6)
    await console.fills(fromDate=str(tomorrow), untilDate=str(later), times="25:00")
    await console.presses("Add them")
    await console.page.wait_for_selector("[name=times][aria-invalid=true]")
    await console.fills(times="14:30 15:00")
    await console.presses("Add them")
    await console.sees("10 times were added")
    await console.presses("Take it back")
    await console.fills(reason="The doctor is ill")
    await console.presses("Take it back")
    await console.sees("The time is taken back")


@pytest.mark.long
async def test_a_link_to_another_partners_order_shows_nothing_of_it(
    console: Visitor, nobody: Caller, stack: Stack, clinic: Clinic
) -> None:
    other = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order = await place(resident, other)
    await console.signs_in(clinic.login)
    await console.goes(f"orders/{order['id']}")
    await console.page.wait_for_selector(".notice")
    assert "What is ordered" not in await console.page.inner_text("main")
