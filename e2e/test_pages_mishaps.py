"""What goes wrong in a browser, and loses nothing: a session that ends within a form, a network that is lost, scripts
in texts, a file of the wrong kind; and what two people of a partner, or an operator, do where money and trust move."""

import secrets
from typing import Any

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import DESK
from e2e.people import PASSWORD, Clinic, a_clinic, a_resident, confirmed, place, registered
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
SCRIPT = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>"


@pytest.mark.presses("SignOut")
async def test_what_a_practitioner_wrote_is_there_after_their_session_ended_within_the_form_and_is_nobody_elses(
    visitor: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    resident, _ = await a_resident(nobody)
    scan = await clinic.practitioner.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
    way = f"visits/{scan['residentId']}/write?kind=note"
    await visitor.signs_in(clinic.doctor)
    await visitor.goes(way)
    await visitor.fills(title="Knee", note="Swollen since Monday")
    await visitor.page.context.clear_cookies()  # the session is over, and nobody has said so yet
    await visitor.page.reload()
    await visitor.fills(login=clinic.doctor, password=PASSWORD)
    await visitor.page.press("[name=password]", "Enter")
    await visitor.page.wait_for_selector("[name=note]")
    assert await visitor.page.input_value("[name=note]") == "Swollen since Monday"
    assert await visitor.page.input_value("[name=title]") == "Knee"
    await visitor.goes("settings")
    await visitor.presses("Sign out")
    await visitor.page.wait_for_selector("[name=password]")
    assert "Swollen" not in str(await visitor.page.evaluate("({...sessionStorage, ...localStorage})"))


@pytest.mark.presses("PlaceOrder")
async def test_an_order_that_is_placed_while_the_network_is_lost_is_placed_once_when_it_is_back(
    visitor: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    login = f"lost-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    await visitor.signs_in(login)
    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.page.get_by_text("I agree to what it asks of my data").click()
    await visitor.page.context.set_offline(True)
    await visitor.presses("Order for")
    await visitor.sees("Yima cannot be reached")
    await visitor.page.context.set_offline(False)
    await visitor.presses("Order for")
    await visitor.sees("What comes next")
    resident = await nobody.signed_in(login, PASSWORD)
    assert len(await resident.every("orders")) == 1


@pytest.mark.presses("Complain")
async def test_a_script_in_every_text_of_a_form_is_a_text(visitor: Visitor, nobody: Caller, clinic: Clinic) -> None:
    login = f"script-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    resident = await nobody.signed_in(login, PASSWORD)
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    await visitor.signs_in(login)
    for way in ("record/emergency", f"orders/{order_id}/complain", "record/readings/new", "family/add", "care"):
        await visitor.goes(way)
        if way == "record/emergency":
            await visitor.presses("Write it down")
        if way == "care":
            await visitor.page.get_by_text("Narrow it").click()  # folded on a phone
        for field in await visitor.page.locator("main input[type=text], main input:not([type]), main textarea").all():
            await field.fill(SCRIPT)
        await visitor.page.keyboard.press("Enter")
        await visitor.page.wait_for_timeout(300)
        assert await visitor.page.title() != "taken", way
        assert await visitor.page.locator("img[src=x]").count() == 0, way
    await visitor.goes(f"orders/{order_id}/complain")
    await visitor.fills(text=SCRIPT)
    await visitor.presses("Go on")
    await visitor.sees(SCRIPT)
    await visitor.presses("Send the complaint")
    await visitor.sees("Waits for an answer")
    assert [each["text"] for each in (await clinic.staff.run("complaints"))["nodes"]].count(SCRIPT) == 1


@pytest.mark.presses("RequestUpload")
async def test_a_file_of_the_wrong_kind_is_not_taken_as_evidence(visitor: Visitor, clinic: Clinic) -> None:
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("onboarding/evidence")
    chosen = visitor.page.locator("input[type=file]")
    script = {"name": "paper.pdf.html", "mimeType": "text/html", "buffer": SCRIPT.encode()}
    await chosen.set_input_files([script])
    await visitor.sees("Choose a PDF, a JPEG or a PNG")
    await chosen.set_input_files([script | {"name": "paper.pdf", "mimeType": "application/pdf"}])
    await visitor.fills(title="Licence", reference="none", validUntil="2030-01-01")
    await visitor.page.get_by_role("button", name="Hand it in").click()
    await visitor.page.wait_for_selector(".notice.bad, [aria-invalid=true]")  # it only says that it is a PDF


@pytest.mark.presses("ConfirmBankAccount", "ProposeBankAccount", "StopBankAccountChange")
async def test_where_payouts_go_is_changed_by_two_people_and_who_comes_is_read_by_the_desk(
    visitor: Visitor, chromium: Any, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    login = f"books-{secrets.token_hex(5)}@clinic.example.org"
    invited = await clinic.staff.run("invite-account", note="Li Na", duties=["FINANCE"], key=fresh_key())
    await nobody.run("accept-invitation", token=invited["token"], login=login, name="Li Na", password=PASSWORD)
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("money/account")
    await visitor.fills(holder="Clear Spring", number="6200 0000 0000 0026", bankCode="102451000018")
    await visitor.presses("Propose it")
    await visitor.page.wait_for_selector("[name=bankCode][aria-invalid=true]")  # its check digit is wrong
    assert await visitor.page.input_value("[name=holder]") == "Clear Spring"
    await visitor.fills(bankCode="102451000019")
    await visitor.page.get_by_role("button", name="Propose it").dblclick()
    await visitor.sees("A colleague has to confirm the new account")
    await visitor.presses("Confirm the account")
    await visitor.page.wait_for_selector(".notice.bad")  # who proposed it does not
    context = await chromium.new_context(viewport=DESK, locale="en")
    books = Visitor(await context.new_page(), visitor.origin)
    await books.signs_in(login)
    await books.goes("money/account")
    await books.presses("Confirm the account")
    await books.sees("Payouts go to it from")
    (change,) = (await clinic.staff.run("bank-account-changes"))["nodes"]
    assert (change["status"], change["account"]["number"][-4:]) == ("CONFIRMED", "0026")
    await visitor.page.reload()
    await visitor.presses("Stop the change")
    await visitor.fills(reason="It was a mistake")
    await visitor.presses("Stop the change")
    await visitor.sees("It was a mistake")

    patient = f"comes-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, patient, name="Lin Wanqiu")
    resident = await nobody.signed_in(patient, PASSWORD)
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    await visitor.goes(f"orders/{order_id}")
    assert "Lin Wanqiu" not in await visitor.page.inner_text("main"), "nobody is told who did not ask"
    await visitor.presses("Show who comes")
    await visitor.sees("Lin Wanqiu")
    await books.goes(f"orders/{order_id}")
    assert await books.page.get_by_role("button", name="Show who comes").count() == 0
    await context.close()
    assert books.faults == []


@pytest.mark.presses("RevokeCertificate")
async def test_an_operator_takes_a_certificate_back_for_a_reason_and_the_partner_may_do_less(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(OPERATOR, stack.secrets["operator"])
    await visitor.goes(f"partners/{clinic.partner_id}")
    await visitor.acts("^Revoke: Law", "PageRevokeCertificate", "The licence was forged")
    await until(
        "the revocation",
        lambda: clinic.staff.run("partner", id=clinic.partner_id),
        lambda partner: "SELL" not in partner["capabilities"],
    )
