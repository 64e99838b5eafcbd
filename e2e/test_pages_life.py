"""The rest of what a resident does in their pages, in a real browser: orders moved, cancelled and rated, families,
devices, what proves who somebody is, and an app that asks to see their record."""

import base64
import json
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from devstack.fictional import identity_number
from devstack.stack import Stack
from identity.domain.factors import STEP_SECONDS, code_at
from ops.demo import history
from ops.example_city import OPERATOR, ingest
from yima_client.caller import Caller, fresh_key, retried, until
from yima_client.devices import DeviceKey, body_of

from e2e import pressing
from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import PASSWORD, Clinic, a_clinic, confirmed, place, refusal, registered, serve, until_status
from e2e.test_apps import BACK, CHALLENGE
from e2e.test_apps import registered as an_app
from e2e.test_devices import bind, pressure
from e2e.test_messages import code_sent
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
BORN = "1960-05-05"


@dataclass
class Resident:
    login: str
    caller: Caller
    id: str


async def somebody(nobody: Caller, **who: Any) -> Resident:
    login = f"life-{secrets.token_hex(5)}@residents.example.org"
    person = await registered(nobody, login, name="Lin Wanqiu", **who)
    return Resident(login, await nobody.signed_in(login, PASSWORD), person["id"])


@pytest.fixture
async def resident(nobody: Caller) -> Resident:
    return await somebody(nobody)


@pytest.fixture
async def phone(visitor: Visitor, resident: Resident) -> AsyncGenerator[Visitor]:
    """The resident, signed in on their telephone."""
    await visitor.signs_in(resident.login)
    yield visitor


@pytest.mark.presses("AgreeToSessions", "BookSlot", "ConfirmService", "ReviewService")
async def test_an_order_is_moved_one_cancelled_and_one_that_was_given_is_confirmed_and_rated(
    phone: Visitor, stack: Stack, nobody: Caller, clinic: Clinic, resident: Resident
) -> None:
    booked = await a_clinic(nobody, stack.secrets, bookingRequired=True)
    offering_id = booked.offering["id"]
    slots = [
        {"interval": {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}, "capacity": 1}
        for start in (datetime.now(UTC).replace(microsecond=0) + timedelta(days=20 + day) for day in range(2))
    ]
    first, _ = (await booked.staff.run("add-slots", offeringId=offering_id, slots=slots))["slotIds"]
    lines = [{"offeringId": offering_id, "slotIds": [first]}]
    order = await retried(lambda: place(resident.caller, booked, lines=lines), "invalid", "unknown-offering")
    await confirmed(resident.caller, order["id"])
    await phone.goes(f"orders/{order['id']}")
    await phone.page.get_by_role("link", name="Choose another time").click()
    await phone.page.get_by_role("radio").first.locator("xpath=ancestor::label").click()  # the soonest
    await phone.presses("^Move it")
    await phone.carries_out("PageBookSlot")
    await booked.staff.run("accept-order", orderId=order["id"])
    moved = (await resident.caller.run("order", id=order["id"]))["lines"][0]["bookings"][0]["slotId"]
    assert moved != first
    await booked.staff.run("withdraw-slots", offeringId=offering_id, slotIds=[moved], reason="ill")

    async def suggested() -> Any:
        return (await resident.caller.run("order", id=order["id"]))["lines"][0]["bookings"]

    await until("another time", suggested, lambda found: [each["agreedAt"] for each in found] == [None])
    await phone.page.reload()
    await phone.sees("They suggest this time")
    await phone.acts("^Agree to the times", "PageAgreeToSessions")
    await phone.presses("^Cancel the order")
    await phone.fills(reason="I am well again")
    await phone.presses("^Cancel it")
    await phone.sees("I am well again")
    assert (await until_status(resident.caller, order["id"], "CANCELLED"))["reason"] == "I am well again"

    given = await place(resident.caller, clinic)
    await confirmed(resident.caller, given["id"])
    await clinic.staff.run("accept-order", orderId=given["id"])
    await phone.goes(f"orders/{given['id']}")
    await phone.acts("^I was given it", "PageConfirmService")
    rated = await place(resident.caller, clinic)
    await confirmed(resident.caller, rated["id"])
    await serve(resident.caller, clinic, rated["id"])
    await until_status(resident.caller, rated["id"], "CLOSED")
    await phone.goes(f"orders/{rated['id']}")
    await phone.page.get_by_role("link", name="Say how it was").click()
    await phone.page.get_by_text("Very good", exact=True).click()
    await phone.fills(text="They took their time")
    await phone.acts("^Send it", "PageReviewService")
    await phone.sees("Thank you")


@pytest.mark.presses("EndPrintedCode", "PrintHealthCode")
async def test_a_code_is_printed_for_who_has_no_phone_and_made_void(
    phone: Visitor, clinic: Clinic, resident: Resident
) -> None:
    await phone.goes("code")
    await phone.acts("^Make a code to print", "PagePrintHealthCode")
    picture = phone.page.get_by_role("img", name="Printed code of Lin Wanqiu")
    text = await picture.get_attribute("data-code")
    assert text.startswith("YP1:")
    other = {"text": text, "identityNumber": identity_number("1950-01-01")}
    assert (await refusal(clinic.practitioner.run("redeem-printed-code", **other))).code == "card-differs"
    await phone.page.reload()
    await phone.sees("A printed code is in force")
    assert await inaccessible(phone.page) == []
    assert await picture.count() == 0, "it is shown once"
    await phone.acts("^Make the printed code void", "PageEndPrintedCode", asked=True)
    assert (await refusal(clinic.practitioner.run("redeem-printed-code", **other))).code == "printed-code-over"


@pytest.mark.presses("ConfirmGuardianship", "DeclineGuardianship", "EndGuardianship", "ProposeGuardianship")
async def test_who_acts_for_whom_is_asked_agreed_to_declined_and_ended(
    phone: Visitor, chromium: Any, nobody: Caller, resident: Resident
) -> None:
    daughter = await somebody(nobody, birth_date="1985-03-03")
    context = await chromium.new_context(viewport=PHONE, locale="en")
    theirs = Visitor(await context.new_page(), phone.origin)
    await theirs.signs_in(daughter.login)

    async def asks() -> None:
        await phone.goes("family/propose")
        await phone.fills(other=daughter.id)
        await phone.page.get_by_text("Orders", exact=False).last.click()
        await phone.acts("^Ask them", "PageProposeGuardianship")
        await theirs.goes("family")

    await asks()
    await theirs.acts("^No$", "PageDeclineGuardianship")
    await asks()
    await theirs.acts("^I agree", "PageConfirmGuardianship")
    await theirs.sees("You act for Lin Wanqiu")
    await phone.goes("family")
    await phone.acts("^End it", "PageEndGuardianship", "I manage")
    assert (await resident.caller.run("guardianships"))["nodes"] == []
    await context.close()
    assert theirs.faults == []


@pytest.mark.presses("ConfirmContact", "CorrectResident", "Prove", "RequestContactCode", "SetHomeDistrict")
async def test_who_somebody_is_is_proved_corrected_and_where_they_are_reached_confirmed(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    resident = await somebody(nobody, proven=False)
    await visitor.signs_in(resident.login)
    await visitor.goes("settings/profile")
    await visitor.page.fill("form [name=identityNumber]", identity_number(BORN))
    await visitor.acts("^Prove it", "PageProve")
    await visitor.page.get_by_label("District you live in").select_option("lixia-yaojia")
    await visitor.acts("^I live there", "PageSetHomeDistrict")
    await visitor.sees("Yaojia")
    address = f"new-{secrets.token_hex(5)}@residents.example.org"
    await visitor.fills(address=address)
    await visitor.acts("^Send a code there", "PageRequestContactCode")
    await visitor.fills(contactCode=await code_sent(stack, address))
    await visitor.acts("^Confirm it", "PageConfirmContact")
    await visitor.sees(address)
    other = await somebody(nobody, proven=False)
    await visitor.goes("settings")
    await visitor.presses("^Sign out")
    await visitor.signs_in(other.login)
    await visitor.goes("settings/profile")
    await visitor.presses("Something in it is wrong")
    await visitor.fills(name="Lin Wan Qiu")
    await visitor.page.reload()  # and what was typed is still there
    await visitor.page.wait_for_selector("[name=name]")
    assert await visitor.page.input_value("[name=name]") == "Lin Wan Qiu"
    await visitor.acts("^Correct it", "PageCorrectResident")
    assert (await other.caller.run("me"))["resident"]["name"] == "Lin Wan Qiu"


@pytest.mark.presses(
    "AddPasskey",
    "BeginPasskey",
    "BeginSecondFactor",
    "ChangePassword",
    "EndSecondFactor",
    "EndSession",
    "FinishPasskey",
    "RemovePasskey",
    "SignOutEverywhere",
)
async def test_sessions_a_password_an_authenticator_and_a_passkey_are_looked_after(
    visitor: Visitor, resident: Resident
) -> None:
    phone, page = visitor, visitor.page
    phone.origin = phone.origin.replace("127.0.0.1", "localhost")  # a browser makes no passkey for a number
    await phone.signs_in(resident.login)
    await phone.goes("settings/security")
    await phone.acts("^End this one", "PageEndSession")
    await phone.fills(currentPassword=PASSWORD, newPassword=f"{PASSWORD} more")
    await phone.acts("^Change it", "PageChangePassword")

    await phone.presses("^Set up an authenticator")
    await page.get_by_label("E-mail address or telephone number").fill(resident.login)
    await page.get_by_label("Password", exact=True).fill(f"{PASSWORD} more")
    await phone.acts("^Go on", "PageBeginSecondFactor")
    secret = base64.b32decode(await page.locator(".code bdi").inner_text())
    await phone.fills(authenticatorCode=code_at(secret, int(time.time()) // STEP_SECONDS))
    await phone.presses("^Confirm it")
    await phone.sees("Write these codes down now")
    await page.get_by_text("Sign in without it again").click()
    await phone.fills(endingCode=await page.locator(".notice li bdi").first.inner_text())
    await phone.acts("^End it", "PageEndSecondFactor")

    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    await devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": key | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    await page.reload()
    await phone.fills(passkeyName="My telephone")
    await phone.presses("^Add a passkey")
    await page.get_by_label("E-mail address or telephone number").fill(resident.login)
    await page.get_by_label("Password", exact=True).fill(f"{PASSWORD} more")
    await phone.acts("^Add a passkey", "PageBeginPasskey")
    await phone.carries_out("PageFinishPasskey")
    await phone.sees("My telephone")
    await devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": key | {"transport": "usb", "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    await phone.acts("^Add a passkey", "PageAddPasskey")
    await phone.acts("^Remove it", "PageRemovePasskey", asked=True)
    await phone.acts("^Sign out everywhere", "PageSignOutEverywhere", asked=True)
    await page.wait_for_selector("[name=password]")


@pytest.mark.presses(
    "AnswerDevice", "DenyConsent", "EndDevice", "WithdrawDeviceReading", "WithdrawEmergencySlice", "WithdrawErrorReport"
)
async def test_a_device_is_answered_for_and_ended_and_what_was_asked_or_said_is_taken_back(
    phone: Visitor, nobody: Caller, clinic: Clinic, resident: Resident
) -> None:
    order = await place(resident.caller, clinic)
    await confirmed(resident.caller, order["id"])
    await clinic.staff.run("accept-order", orderId=order["id"])
    key = DeviceKey()
    device = await bind(clinic.staff, key, orderId=order["id"])
    await phone.goes("settings/devices")
    await phone.acts("^It may measure for me", "PageAnswerDevice")
    await nobody.send_readings(device["id"], key, body_of([pressure(1)]))
    measured = {"residentId": resident.id, "informationTypes": ["vital-signs"], "purpose": "PATRQT"}
    (reading,) = (await resident.caller.run("records", **measured))["nodes"]
    await phone.goes(f"record/items/{reading['id']}")
    await phone.acts("^It was not me", "PageWithdrawDeviceReading", "A nurse tried the cuff")
    assert (await resident.caller.run("records", **measured))["nodes"] == []
    await phone.goes("settings/devices")
    await phone.acts("^I lost it", "PageEndDevice")
    await phone.sees("Ended")

    await clinic.practitioner.run("redeem-health-code", text=(await resident.caller.run("issue-health-code"))["text"])
    await phone.goes("consents")
    await phone.acts("^No$", "PageDenyConsent")

    await phone.goes("record/emergency")
    await phone.presses("Write it down")
    await phone.fills(allergies="nuts", contactName="Lin Bao", contactTelephone="+86 138 0000 0000")
    await phone.presses("Go on")
    await phone.acts("^Keep it for an emergency", "PagePutEmergencySlice")
    await phone.page.reload()
    await phone.acts("^Take it away", "PageWithdrawEmergencySlice", asked=True)

    await ingest(resident.caller, clinic.practitioner, history(secrets.token_hex(4)))
    item = (await resident.caller.run("timeline", residentId=resident.id))["nodes"][0]["item"]["id"]
    wrong = {"residentId": resident.id, "recordId": item, "description": "It was on another day.", "key": fresh_key()}
    await resident.caller.run("report-error", **wrong)
    await phone.goes("record/errors")
    await phone.acts("^Take it back", "PageWithdrawErrorReport")
    await phone.page.get_by_role("button", name="Take it back").wait_for(state="detached")


@pytest.mark.presses("EndPushSubscription", "RegisterPushSubscription")
async def test_a_browser_shows_messages_and_shows_them_no_more(chromium: Any, stack: Stack, resident: Resident) -> None:
    headers = {"authorization": f"Bearer {stack.secrets['carriers']}"}
    async with httpx2.AsyncClient(base_url=stack.carriers_url, headers=headers, trust_env=False) as carriers:
        push = (await carriers.post("/phones")).json()  # the browser's maker has no push service here
    keys = {"endpoint": push["endpoint"], "keys": {"p256dh": push["publicKey"], "auth": push["auth"]}}
    context = await chromium.new_context(viewport=PHONE, locale="en")
    await context.add_init_script(
        f"PushManager.prototype.subscribe = async () => ({{toJSON: () => ({json.dumps(keys)})}});"
        "Notification.requestPermission = async () => 'granted';"
    )
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await visitor.signs_in(resident.login)
    await visitor.goes("settings/notifications")
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await visitor.acts("^Show messages in this browser", "PageRegisterPushSubscription")
    await visitor.sees("This browser")
    await visitor.acts("^Show nothing there any more", "PageEndPushSubscription")
    await visitor.page.get_by_text("This browser", exact=True).wait_for(state="detached")
    await context.close()
    assert visitor.faults == []


@pytest.mark.presses("RegisterInstitution")
async def test_an_institution_registers_itself_in_the_browser(visitor: Visitor) -> None:
    await visitor.goes("register-institution")
    await visitor.fills(nameZh="清泉门诊", nameEn="Clear Spring", staffName="Li Na", password=PASSWORD)
    await visitor.fills(login=f"page-{secrets.token_hex(5)}@clinic.example.org")
    await visitor.acts("^Register", "PageRegisterInstitution")
    await visitor.sees("Apply as a partner")


@pytest.mark.presses("AuthorizeApp")
@pytest.mark.parametrize("locale", ["en", "zh-CN", "ar"])
async def test_an_app_asks_on_our_page_and_is_sent_back_with_what_the_resident_ticked(
    chromium: Any, stack: Stack, clinic: Clinic, resident: Resident, locale: str
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale=locale)
    visitor = Visitor(await context.new_page(), f"http://127.0.0.1:{stack.base_port}")
    await context.route("https://diary.example.org/**", lambda route: route.fulfill(body="the app"))
    await visitor.signs_in(resident.login)
    asked = {
        "client_id": await an_app(clinic),
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "launch/patient offline_access patient/Observation.rs patient/MedicationRequest.rs",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "aud": f"{visitor.origin}/fhir",
        "state": "of the app",
    }
    await visitor.goes(f"authorize?{urlencode(asked)}")
    await visitor.page.wait_for_selector("form input[type=checkbox]", state="attached")
    assert await inaccessible(visitor.page) == []
    assert not await visitor.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    await visitor.page.locator("form label:has(input[type=checkbox])").first.click()  # not that one
    await visitor.page.locator("form .actions button").last.click()
    await visitor.page.wait_for_url(f"{BACK}?error=access_denied&state=of+the+app")
    await visitor.goes(f"authorize?{urlencode(asked)}")
    boxes = visitor.page.locator("form input[type=checkbox]")
    await boxes.first.wait_for(state="attached")
    if await boxes.first.is_checked():
        await visitor.page.locator("form label:has(input[type=checkbox])").first.click()
    await visitor.page.locator("form .actions button").first.click()
    await visitor.page.wait_for_url(f"{BACK}?code=*&state=of+the+app")
    asked_for = "{ consents { nodes { status informationTypes } } }"
    (consent,) = (await resident.caller.raw(asked_for))["data"]["consents"]["nodes"]
    assert consent["status"] == "GRANTED"
    assert ("vital-signs" in consent["informationTypes"]) is not ("medications" in consent["informationTypes"])
    pressing.is_seen_done("PageAuthorizeApp")
    await context.close()
    assert visitor.faults == []


async def test_an_operator_sees_how_each_service_is(visitor: Visitor, stack: Stack) -> None:
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(OPERATOR, stack.secrets["operator"])
    await visitor.goes("health")
    await visitor.page.wait_for_selector("tbody tr")
    services = await visitor.page.locator("tbody tr td:first-child").all_inner_texts()
    assert {"identity", "records", "consent"} <= {*services}
