"""A resident's pages, in a real browser against the real system: their record, who looked, care, settings."""

import re
import secrets
from dataclasses import dataclass

import pytest
from devstack.fictional import identity_number, identity_number_of
from devstack.stack import Stack
from ops.demo.readings import history
from ops.example_city import ingest
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import inaccessible
from e2e.people import PASSWORD, Clinic, a_clinic, confirmed, place, registered
from e2e.test_own_record import encounter
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]
CHILD = "2020-02-02"


@dataclass
class Patient:
    """A resident, with a visit and what was measured in it in their record."""

    login: str
    caller: Caller


async def a_patient(nobody: Caller, clinic: Clinic) -> Patient:
    login, mark = f"patient-{secrets.token_hex(5)}@residents.example.org", secrets.token_hex(4)
    await registered(nobody, login, name="Lin Wanqiu")
    caller = await nobody.signed_in(login, PASSWORD)
    within = history(mark)
    within[-1]["encounter"] = {"reference": f"Encounter/{mark}-visit"}
    await ingest(caller, clinic.practitioner, [encounter(f"{mark}-visit"), *within])
    return Patient(login, caller)


@pytest.fixture
async def patient(nobody: Caller, clinic: Clinic) -> Patient:
    return await a_patient(nobody, clinic)


@pytest.mark.long
@pytest.mark.presses("ReportError")
async def test_a_resident_reads_a_result_with_its_trend_and_says_what_is_wrong_in_it(
    visitor: Visitor, patient: Patient, clinic: Clinic
) -> None:
    page = visitor.page
    await visitor.signs_in(patient.login)
    await visitor.goes("record")
    await page.select_option("main select >> nth=0", "RESULT")
    await page.wait_for_url("**/record?kind=RESULT")
    await page.get_by_role("link", name="Blood pressure").first.click()
    await visitor.sees("The city's")
    await page.wait_for_selector("figure.trend svg")
    await page.get_by_text("Show it as a table").first.click()
    assert await page.locator("figure.trend").first.locator("tbody tr").count() == 3
    await page.get_by_role("link", name="Something in it is wrong").click()
    await page.wait_for_selector("[name=description]")
    await visitor.fills(description="This was not me: <script>alert(1)</script>")
    await visitor.presses("Go on")
    await visitor.sees("Check what you wrote")
    await visitor.presses("Send it")
    await visitor.sees("Waits for an answer")
    (report,) = (await clinic.staff.run("error-reports"))["nodes"]
    await clinic.staff.run(
        "answer-error-report",
        errorReportId=report["id"],
        corrected=False,
        answer="It was you, on 3 May.",
        key=fresh_key(),
    )
    await visitor.goes("record/errors")
    await visitor.sees("It was you, on 3 May.")
    await visitor.sees("<script>alert(1)</script>")


@pytest.mark.long
@pytest.mark.presses("PayOrder")
async def test_a_resident_pays_at_a_bank_by_a_code_and_in_an_app_and_by_another_way_than_they_began(
    visitor: Visitor, patient: Patient, clinic: Clinic
) -> None:
    page = visitor.page
    await visitor.signs_in(patient.login)

    async def begins(method: str) -> str:
        order_id = str((await place(patient.caller, clinic, paymentMethod=None))["id"])
        await visitor.goes(f"orders/{order_id}")
        await page.select_option("main select", method)
        await visitor.presses("^Pay ")
        return order_id

    await begins("sandbox:redirect")
    await page.get_by_role("link", name="Go to the bank's page").click()
    await page.get_by_role("button", name="Go back without an answer").click()
    await page.get_by_role("link", name="Go to the bank's page").click()  # nothing is lost, and nothing is paid
    await page.get_by_role("button", name="Pay").click()
    await visitor.sees("Confirmed")

    await begins("sandbox:scan")
    await page.wait_for_selector("main svg[data-code]")
    await page.reload()  # what is asked is kept where the order is, not in the page
    await page.wait_for_selector("main svg[data-code]")
    assert await inaccessible(page) == []
    payload = await page.get_attribute("main svg[data-code]", "data-code")
    telephone = await page.context.new_page()
    await telephone.goto(payload)
    await telephone.get_by_role("button", name="Decline").click()
    await visitor.sees("The payment failed")
    await page.select_option("main select", "sandbox:confirm")
    await visitor.presses("^Pay ")
    await page.get_by_role("link", name="Open the app").wait_for()
    await visitor.presses("Pay another way")
    await page.select_option("main select", "sandbox:ok")
    await visitor.presses("^Pay ")
    await visitor.sees("Confirmed")


@pytest.mark.long
@pytest.mark.presses("CorrectOwnReading", "RecordOwnReading", "WithdrawOwnReading")
async def test_what_was_measured_at_home_is_added_corrected_and_withdrawn(visitor: Visitor, patient: Patient) -> None:
    page = visitor.page
    await visitor.signs_in(patient.login)
    await visitor.goes("record/readings")
    await page.get_by_role("link", name="Add what I measured").click()
    await page.get_by_text("Blood pressure").click()
    await visitor.presses("Go on")
    await visitor.fills(systolic="15", diastolic="93", note="after the stairs")
    await visitor.presses("Go on")
    await visitor.presses("Keep it")
    await page.wait_for_selector("[name=systolic][aria-invalid=true]")  # what nobody has is refused at its field
    assert await page.input_value("[name=note]") == "after the stairs"
    await visitor.fills(systolic="151")
    await page.reload()  # and what was typed is still there
    await page.get_by_role("radio", checked=True).wait_for()
    await visitor.presses("Go on")
    assert await page.input_value("[name=systolic]") == "151"
    await visitor.presses("Go on")
    await visitor.presses("Keep it")
    await visitor.sees("Entered at home")
    await page.get_by_role("link", name="Blood pressure").first.click()
    await page.get_by_role("link", name="Correct or withdraw it").click()
    assert await page.input_value("[name=diastolic]") == "93"
    await visitor.fills(diastolic="92")
    await visitor.presses("Go on")
    await visitor.presses("Keep it")
    await visitor.sees("92")
    await page.get_by_role("link", name="Correct or withdraw it").click()
    await visitor.presses("Withdraw it")
    await visitor.sees("You have entered nothing yet.")


@pytest.mark.long
@pytest.mark.presses("AddDependant", "EndVisitRule", "PutEmergencySlice", "SetVisitRule")
async def test_a_resident_says_what_is_known_in_an_emergency_which_scans_open_the_record_and_for_whom_they_act(
    visitor: Visitor, patient: Patient
) -> None:
    page = visitor.page
    await visitor.signs_in(patient.login)
    await visitor.goes("record/emergency")
    await visitor.presses("Write it down")
    await page.select_option("main select", "A+")
    await visitor.fills(allergies="penicillin\nnuts", contactName="Lin Bao", contactTelephone="138")
    await visitor.presses("Go on")
    await visitor.presses("Keep it for an emergency")
    await page.wait_for_selector("[name=contactTelephone][aria-invalid=true]")
    await visitor.fills(contactTelephone="+86 138 0000 0000")
    await visitor.presses("Go on")
    await visitor.acts("Keep it for an emergency", "PagePutEmergencySlice")
    await visitor.sees("penicillin, nuts")

    await visitor.goes("consents/rules/new")
    await page.get_by_text("Laboratory results").click()
    await page.get_by_text("Hospitals").click()
    await visitor.presses("Go on")
    await visitor.sees("Hospitals")
    await visitor.presses("Set the rule")
    await visitor.sees("End the rule")
    await visitor.presses("End the rule")
    await visitor.sees("You have no rule")

    await visitor.goes("family/add")
    await visitor.fills(name="Lin Xiaobao", birthDate=CHILD, identityNumber=identity_number(CHILD))
    await visitor.presses("Go on")
    await visitor.presses("Add them")
    await visitor.sees("You act for Lin Xiaobao")
    await visitor.goes("record")
    await page.select_option("main select >> nth=0", label="Lin Xiaobao")
    await visitor.sees("Nothing is here yet.")


@pytest.mark.long
async def test_who_looked_is_said_in_plain_words_and_something_can_be_done_about_it(
    visitor: Visitor, patient: Patient, clinic: Clinic
) -> None:
    await place(patient.caller, clinic)
    await visitor.signs_in(patient.login)
    await visitor.goes("looks?kind=INGEST")
    await visitor.page.wait_for_selector("main ol li")
    await visitor.page.get_by_text("This was not me").first.click()
    await visitor.page.get_by_role("link", name="Complain about it").click()
    text = await visitor.page.input_value("[name=text]")
    assert "record" in text.lower()
    await visitor.presses("Go on")
    await visitor.presses("Send the complaint")
    await visitor.sees("Waits for an answer")
    assert [each["text"] for each in (await clinic.staff.run("complaints"))["nodes"]].count(text) == 1


@pytest.mark.long
@pytest.mark.presses("MarkMessagesRead", "SetNotificationPreferences")
async def test_a_message_arrives_is_opened_and_is_read_and_what_somebody_chose_is_kept(
    visitor: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    page, login = visitor.page, f"reader-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    caller = await nobody.signed_in(login, PASSWORD)
    order_id = (await place(caller, clinic))["id"]
    await confirmed(caller, order_id)

    async def arrived() -> list[str]:
        return [each["title"] for each in (await caller.run("messages", first=20))["nodes"]]

    await until("the message", arrived, lambda titles: "Your order is confirmed" in titles)
    unread = int(await caller.run("unread-messages"))
    await visitor.signs_in(login)
    await page.get_by_role("link", name=f"Messages, unread: {unread}").click()
    await page.get_by_role("link", name="Your order is confirmed Unread").click()
    await page.wait_for_url(f"**/orders/{order_id}")

    async def fewer() -> int:
        return int(await caller.run("unread-messages"))

    await until("that it was read", fewer, lambda count: count == unread - 1)
    await visitor.goes("messages")
    if unread > 1:
        await visitor.presses("I have read them all")
    await page.get_by_role("link", name="Messages", exact=True).wait_for()
    await visitor.goes("messages?unread=yes")
    await visitor.sees("Nothing is unread.")

    await visitor.goes("settings/notifications")
    by_mail = page.get_by_role("switch", name="An order is accepted: E-mail")
    await by_mail.uncheck()
    await visitor.fills(quietFrom="21:30")
    await visitor.presses("Keep these hours")
    await visitor.sees("It is quiet from 21:30")
    await page.reload()
    await by_mail.wait_for()
    assert not await by_mail.is_checked()
    assert await page.input_value("[name=quietFrom]") == "21:30"
    copied = page.get_by_role("row", name=re.compile("A copy of your health code"))
    assert await copied.get_by_role("switch").count() == 0, "what cannot be switched off has no switch"
    kept = await caller.run("notification-preferences")
    assert {"kind": "ORDER_ACCEPTED", "channel": "EMAIL", "on": False, "fixed": False} in kept["choices"]
    assert kept["quietFrom"] == 21 * 60 + 30


@pytest.mark.long
async def test_whom_a_service_is_for_is_said_before_somebody_else_orders_it(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    for_women = {"sex": "FEMALE", "ageFromMonths": 216}
    clinic = await a_clinic(nobody, stack.secrets, consent=None, eligibility=for_women)
    login = f"patient-{secrets.token_hex(5)}@residents.example.org"
    a_mans = 10 * secrets.randbelow(10**7) + 1  # his order number is odd
    await registered(nobody, login, number=identity_number_of(a_mans, "1960-05-05"))
    await visitor.signs_in(login)
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.sees("Women and girls, from 18 years of age")
    await visitor.sees("It is not for this person")
    assert await visitor.page.get_by_role("button", name="Order for").is_disabled()
    assert await inaccessible(visitor.page) == []


@pytest.mark.long
@pytest.mark.presses("SetProgramme")
async def test_who_takes_part_in_a_programme_says_so_on_the_page_and_reads_first_whom_the_order_tells(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None, eligibility={"programmes": ["hypertension"]})
    login = f"patient-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login)
    await visitor.signs_in(login)
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.sees("who take part in: Care with high blood pressure")
    await visitor.sees("Whoever gives it knows by the order that this person takes part. It is told to nobody else.")
    await visitor.sees("Say above that this person does, if it is so. Then it can be ordered.")
    order = visitor.page.get_by_role("button", name="Order for")
    assert await order.is_disabled()
    assert await inaccessible(visitor.page) == []
    await visitor.presses("Take part: Care with high blood pressure")
    await visitor.page.get_by_role("button", name="Leave: Care with high blood pressure").wait_for()
    await visitor.page.wait_for_selector("text=Say above that this person does", state="detached")
    await visitor.presses("Order for")
    await visitor.page.wait_for_url("**/orders/**")
    await visitor.goes("record/programmes")
    joined = visitor.page.get_by_role("listitem").filter(has_text="Care with high blood pressure")
    await joined.get_by_text("Takes part", exact=True).wait_for()
    assert await visitor.page.get_by_text("Does not take part", exact=True).count() > 0, "in the others"
    assert await inaccessible(visitor.page) == []
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.presses("Leave: Care with high blood pressure")
    await visitor.sees("Say above that this person does, if it is so. Then it can be ordered.")
    assert await order.is_disabled()


@pytest.mark.long
async def test_care_is_searched_while_it_is_typed_narrowed_by_what_there_is_and_found_again_by_its_address(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    """By somebody who has no account."""
    mark = "".join(secrets.choice("bcdfghklmnprstvz") for _ in range(8))
    title = {"zh-CN": f"门诊 {mark}", "en": f"Visit {mark}"}
    dear = {"zh-CN": f"专家门诊 {mark}", "en": f"Dear visit {mark}"}
    await a_clinic(nobody, stack.secrets, title=dear, price={"amount": "300.00", "currency": "CNY"})
    await a_clinic(nobody, stack.secrets, title=title, price={"amount": "20.00", "currency": "CNY"})
    page = visitor.page
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation({"latitude": 36.6512, "longitude": 117.1201})
    await visitor.goes("care")
    await page.get_by_label("What are you looking for?").press_sequentially(mark[:5])
    await page.wait_for_selector(f"datalist option[value='Dear visit {mark}']", state="attached")
    await page.get_by_label("What are you looking for?").fill(mark)
    await visitor.presses("Search")
    cards = page.locator(".tiles h2")
    await page.wait_for_function("() => document.querySelectorAll('.tiles h2').length === 2")
    await visitor.sees("2 offerings")

    await page.get_by_label("In which order").select_option("PRICE")
    await page.wait_for_url("**sort=PRICE**")
    first = "text => document.querySelector('.tiles h2')?.textContent === text"
    await page.wait_for_function(first, arg=f"Visit {mark}")
    await page.get_by_text("Narrow it").click()  # on a telephone they are folded
    await visitor.fills(priceMin="a lot")
    await page.wait_for_selector("[name=priceMin][aria-invalid=true]")
    assert await cards.count() == 2, "what cannot be is not searched for"
    await visitor.fills(priceMin="100")
    await page.press("[name=priceMin]", "Enter")
    await page.wait_for_function("() => document.querySelectorAll('.tiles h2').length === 1")
    assert await cards.all_inner_texts() == [f"Dear visit {mark}"]

    await page.reload()  # the address has it all
    await page.wait_for_function("() => document.querySelectorAll('.tiles h2').length === 1")
    assert await page.input_value("[name=priceMin]") == "100"
    await visitor.sees("1 in use")
    await visitor.presses("Show all again")
    await page.wait_for_function("() => document.querySelectorAll('.tiles h2').length === 2")
    await page.get_by_text("Narrow it").click()
    category = page.get_by_label("Kind", exact=True)
    (counted,) = [text for text in await category.locator("option").all_inner_texts() if "(2)" in text]
    await category.select_option(label=counted)
    await page.wait_for_url("**category=**")
    await page.get_by_label("Rated at least").select_option("4")
    await visitor.sees("Nothing was found")  # nobody has rated them
    await page.get_by_label("Rated at least").select_option("")
    await page.get_by_label("In which order").select_option("DISTANCE")
    await visitor.sees("Nothing was found")  # neither says where it is
    assert "117." not in page.url and "36.6" not in page.url, "where somebody is stands in no address"
