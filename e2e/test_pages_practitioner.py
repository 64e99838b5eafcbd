"""The pages of practitioners, in a real browser: a resident's code is read by the camera from the resident's own page,
the record opens once they agree, and what is written is in it."""

import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.demo import history
from ops.example_city import ingest
from yima_client.caller import Caller

from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import PASSWORD, Clinic, a_clinic, a_resident, code_sent_to, confirmed, place, registered
from e2e.visitors import NEEDS_PAGES, a_visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]
PICTURES = 4  # of a camera's, over and over


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the practitioner's camera sees: a file that is filled before it is used."""
    return tmp_path_factory.mktemp("camera") / "sees.mjpeg"


@pytest.mark.presses("FulfilOrder", "GrantConsent", "HealthCodes", "ProveService", "RedeemCode", "WriteToRecord")
async def test_a_code_on_one_page_is_read_by_the_camera_of_another_and_opens_the_record_once_they_agree(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, camera: Path
) -> None:
    login = f"page-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident = await nobody.signed_in(login, "a password of some length")
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    await clinic.staff.run("accept-order", orderId=order_id)
    await ingest(resident, (await a_clinic(nobody, stack.secrets)).practitioner, history(secrets.token_hex(4)))
    telephone, desk = await a_visitor(chromium, stack, PHONE), await a_visitor(chromium, stack, DESK)
    await telephone.signs_in(login)
    await desk.signs_in(clinic.doctor)

    await telephone.goes("code")
    await telephone.page.wait_for_selector("svg[data-code]")
    camera.write_bytes(PICTURES * await telephone.page.screenshot(type="jpeg", quality=90))
    await desk.goes("scan")
    await desk.sees("Lin Wanqiu")
    await desk.sees("This visit: Waits for their answer")
    assert "1960" in await desk.page.inner_text("main")
    await desk.sees("Open to you by an order")  # as far as that goes: no laboratory
    assert "Laboratory" not in await desk.page.inner_text(".notice.good")

    await telephone.goes("consents")
    await telephone.presses("Yes, they may")
    await desk.sees("Open to you by this visit")  # without a reload
    await desk.sees("Closes in")
    await desk.page.wait_for_selector("main ol li")
    first = await desk.page.inner_text(".countdown")
    await desk.page.wait_for_function("first => document.querySelector('.countdown').textContent !== first", arg=first)

    await desk.page.get_by_role("button", name=re.compile("^Prove: ")).first.dblclick()
    await desk.sees("The service is proved")
    proofs = await resident.raw("query ($id: ID!) { order(id: $id) { proofs { id } } }", id=order_id)
    assert len(proofs["data"]["order"]["proofs"]) == 1
    await desk.acts("^Declare it done", "PageFulfilOrder")

    await desk.page.get_by_role("link", name="Write a result or a note").click()
    await desk.presses("Write it")  # what is missing is named, and nothing is sent
    await desk.page.wait_for_selector("[name=value][aria-invalid=true]")
    await desk.fills(value="141", diastolic="88", note="After five minutes of rest")
    await desk.presses("Write it")
    await desk.sees("It is in their record")
    await telephone.goes("record")
    await telephone.sees("Systolic blood pressure: 141")
    await telephone.page.get_by_role("link", name=re.compile("^Blood pressure")).first.click()
    await telephone.sees("After five minutes of rest")
    assert telephone.faults + desk.faults == []


@pytest.mark.long
@pytest.mark.presses("BreakGlass")
async def test_glass_is_broken_with_a_reason_and_the_resident_reads_it(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    resident, _ = await a_resident(nobody)
    scan = await clinic.practitioner.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    desk = await a_visitor(chromium, stack, DESK)
    await desk.signs_in(clinic.doctor)
    await desk.goes(f"visits/{scan['residentId']}/emergency")
    button = desk.page.get_by_role("button", name="Open the record")
    await desk.fills(reason="Found unconscious in the street")
    assert await button.is_disabled(), "it is also to be said that it is meant"
    await desk.page.get_by_text("It is an emergency, and I answer for it").click()
    await button.click()
    await desk.sees("Open to you by an emergency")
    (emergency,) = await resident.every("emergencies")
    assert emergency["reason"] == "Found unconscious in the street"
    assert desk.faults == []


@pytest.mark.long
@pytest.mark.presses("EndAlertRule", "OfferConsent", "WatchPatient")
async def test_a_practitioner_asks_for_more_and_watches_what_devices_measure(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    resident, _ = await a_resident(nobody)
    scan = await clinic.practitioner.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    desk = await a_visitor(chromium, stack, DESK)
    await desk.signs_in(clinic.doctor)
    await desk.goes(f"visits/{scan['residentId']}/ask")
    await desk.page.get_by_role("button", name="Ask them").and_(desk.page.locator(":not([disabled])")).click()
    await desk.sees("What you asked: Waits for their answer")
    requests = (await resident.run("consent-requests", status="REQUESTED"))["nodes"]
    offer = next(request for request in requests if request["origin"] == "OFFER")
    await resident.run("grant-consent", consentRequestId=offer["id"])
    await desk.sees("Open to you by what you asked them")
    await desk.page.get_by_role("link", name="Watch what their devices measure").click()
    await desk.fills(title="Pressure at home", threshold="lots")
    await desk.presses("Watch")
    await desk.page.wait_for_selector("[name=threshold][aria-invalid=true]")
    assert await desk.page.input_value("[name=title]") == "Pressure at home"
    await desk.fills(threshold="160")
    await desk.presses("Watch")
    await desk.sees("The rule is in force")
    await desk.goes("watched?status=IN_FORCE&sort=-title")
    await desk.page.wait_for_selector("th[aria-sort=descending]")
    async with desk.page.expect_download() as download:
        await desk.presses("Export as CSV")
    exported = Path(await (await download.value).path()).read_text("utf-8-sig")
    assert "Pressure at home" in exported
    await desk.presses("^End: Pressure")
    await desk.presses("^End: Pressure")
    await desk.sees("You have no rule")
    assert desk.faults == []


@pytest.mark.presses(
    "AgreeToDeskOrder",
    "AgreeToDeskOrderByCode",
    "DisownDeskOrder",
    "PlaceDeskOrder",
    "RedeemPrintedCode",
    "SendDeskOrderCode",
)
async def test_a_desk_orders_by_a_code_on_paper_and_its_owner_says_whether_they_want_it(
    chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, camera: Path
) -> None:
    login, number = f"page-{secrets.token_hex(5)}@residents.example.org", identity_number("1950-02-01")
    await registered(nobody, login, name="Lin Wanqiu", birth_date="1950-02-01", number=number)
    resident = await nobody.signed_in(login, PASSWORD)
    text = (await resident.run("print-health-code"))["text"]
    telephone, desk = await a_visitor(chromium, stack, PHONE), await a_visitor(chromium, stack, DESK)
    await telephone.signs_in(login)
    await desk.signs_in(clinic.doctor)
    camera.write_bytes(PICTURES * await desk.page.screenshot(type="jpeg"))  # no code, such as that of the test before

    async def ordered() -> str:
        """A code is scanned, and something ordered by it; which order that is."""
        await desk.goes("scan")
        await desk.fills(text=text)
        await desk.fills(card=number)
        await desk.acts("^Go on", "PageRedeemPrintedCode")
        await desk.sees("Lin Wanqiu")
        await desk.page.get_by_role("link", name="Order for them").click()
        await desk.sees("Show what it comes to")
        await desk.page.get_by_label("What", exact=True).select_option(clinic.offering["id"])
        assert await inaccessible(desk.page) == []
        await desk.presses("^Show what it comes to")
        await desk.sees("It costs")
        await desk.acts("^Order it for them", "PagePlaceDeskOrder")
        await desk.sees("waits for their word")
        newest = (await resident.run("orders", first=1))["nodes"][0]
        return str(newest["id"])

    await telephone.goes(f"orders/{await ordered()}")
    await telephone.sees("ordered this for you")
    await telephone.sees("Your printed code was scanned there")
    assert await inaccessible(telephone.page) == []
    await telephone.acts("^Yes, I want it", "PageAgreeToDeskOrder")
    await telephone.goes(f"orders/{await ordered()}")
    await telephone.acts("^It was not me", "PageDisownDeskOrder", reason="I was at home")
    await telephone.sees("says that it was not them")
    await telephone.goes("code")
    await telephone.sees("Who scanned it")
    number_of = f"+86138{secrets.randbelow(10**8):08}"
    asked = await resident.run("request-contact-code", address=number_of)
    await resident.run("confirm-contact", codeId=asked["id"], code=await code_sent_to(stack, number_of))
    by_code = await ordered()
    await desk.acts("^Send them a code", "PageSendDeskOrderCode")
    await desk.fills(code=await code_sent_to(stack, number_of, 1))
    assert await inaccessible(desk.page) == []
    await desk.acts("^They want it", "PageAgreeToDeskOrderByCode")
    await desk.sees("They agreed to it by their code")
    await telephone.goes(f"orders/{by_code}")
    await telephone.sees("You agreed to this at the desk")
    await telephone.goes("code")
    await telephone.sees("Who scanned it")
    on_paper = telephone.page.locator("#scans ~ ul .tag", has_text="On paper")
    await on_paper.nth(2).wait_for()
    assert await on_paper.count() == 3
