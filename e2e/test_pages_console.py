"""The rest of what a partner's people do in their console, in a real browser: orders declined, cancelled and paid back,
complaints answered, colleagues invited and suspended, offerings changed and withdrawn, statements confirmed."""

import base64
import io
import secrets
import time
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from chassis.database import Database
from devstack.stack import Stack
from identity.domain.factors import STEP_SECONDS, code_at
from ops.demo import manifest_of
from ops.example_city import publish
from PIL import Image
from sqlalchemy import text
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import DESK, PHONE, inaccessible
from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    confirmed,
    operator_of,
    place,
    serve,
    until_status,
)
from e2e.test_statements import issued
from e2e.visitors import NEEDS_PAGES, Visitor, a_visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
A_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
async def console(visitor: Visitor, clinic: Clinic) -> AsyncGenerator[Visitor]:
    """The clinic's staff, at a desk."""
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    yield visitor


@pytest.mark.presses("CancelOrder", "RefundOrder", "RefuseOrder")
async def test_an_order_is_declined_one_cancelled_and_one_paid_back_in_part(
    console: Visitor, nobody: Caller, clinic: Clinic
) -> None:
    resident, _ = await a_resident(nobody)
    declined, cancelled, served = [(await place(resident, clinic))["id"] for _ in range(3)]
    for order_id in (declined, cancelled, served):
        await confirmed(resident, order_id)
    await console.goes(f"orders/{declined}")
    await console.acts("^Decline it", "PageRefuseOrder", "The doctor is ill")
    await console.goes(f"orders/{cancelled}")
    await console.acts("^Accept the order", "PageAcceptOrder")
    await console.acts("^Cancel the order", "PageCancelOrder", "The doctor is ill")
    assert (await until_status(resident, declined, "REFUSED"))["reason"] == "The doctor is ill"
    await until_status(resident, cancelled, "CANCELLED")

    await serve(resident, clinic, served)
    await until_status(resident, served, "CLOSED")
    await console.goes(f"orders/{served}")
    await console.presses("^Give money back")
    await console.fills(amount="60.00", reason="A visit fell out")
    await console.page.reload()  # the session might have ended: what was typed is there
    await console.page.wait_for_selector(".ask [name=reason]")
    assert await console.page.input_value("[name=amount]") == "60.00"
    await console.page.locator(".ask").get_by_role("button", name="Give money back", exact=True).click()
    await console.carries_out("PageRefundOrder")

    async def refunded() -> str:
        return str((await resident.run("order", id=served))["payment"]["refunded"]["amount"])

    assert await until("the refund", refunded, lambda amount: amount == "60.00") == "60.00"


@pytest.mark.presses("AnswerComplaint")
async def test_a_complaint_is_answered_where_it_stands(console: Visitor, nobody: Caller, clinic: Clinic) -> None:
    resident, _ = await a_resident(nobody)
    order = await place(resident, clinic)
    await confirmed(resident, order["id"])
    await resident.run("complain", orderId=order["id"], text="Nobody answered the telephone", key=fresh_key())
    await console.goes("complaints?status=OPEN")
    await console.acts("^Answer$", "PageAnswerComplaint", "We have a second line now.", within="tbody")
    await console.sees("The resident reads your answer now")
    (complaint,) = (await resident.run("complaints"))["nodes"]
    assert complaint["answer"] == "We have a second line now."


@pytest.mark.presses("AcceptInvitation", "RegisterPractitioner", "ReinstateStaff", "RevokeInvitation", "SuspendStaff")
async def test_a_colleague_is_invited_joins_is_suspended_and_comes_back_and_one_invitation_is_taken_back(
    console: Visitor, chromium: Any, stack: Stack, clinic: Clinic
) -> None:
    await console.goes("staff")
    await console.fills(note="Zhou Li, by mistake")
    await console.acts("^Invite them", "PageInviteStaff")
    await console.acts("^Take back: Zhou Li", "PageRevokeInvitation")
    await console.fills(note="Li Na, at the desk")
    await console.acts("^Invite them", "PageInviteStaff")
    await console.sees("Li Na, at the desk")
    link = await console.page.locator("code", has_text="/join#").inner_text()
    context = await chromium.new_context(viewport=DESK, locale="en")
    joining = Visitor(await context.new_page(), console.origin)
    await joining.goes(f"join#{link.partition('#')[2]}")
    await joining.fills(name="Li Na", login=f"li-na-{secrets.token_hex(5)}@clinic.example.org", password=PASSWORD)
    await joining.presses("Make my account")
    await joining.carries_out("PageAcceptInvitation")
    await joining.page.wait_for_selector(".bar nav")
    await context.close()
    assert joining.faults == []
    await console.page.reload()
    await console.acts("^Suspend Li Na", "PageSuspendStaff", "On leave")
    await console.acts("^Reinstate Li Na", "PageReinstateStaff", "She is back")
    fields = {"name": "Sun Hao", "title": "Doctor", "licenceNumber": f"LIC-{secrets.token_hex(5).upper()}"}
    fields |= {"login": f"sun-{secrets.token_hex(5)}@clinic.example.org", "password": PASSWORD}
    for name, value in fields.items():
        await console.page.fill(f"[name=practitioner-{name}]", value)
    await console.page.reload()
    await console.page.wait_for_selector("[name=practitioner-name]")
    assert await console.page.input_value("[name=practitioner-name]") == "Sun Hao"
    assert await console.page.input_value("[name=practitioner-password]") == "", "no password is kept"
    await console.page.fill("[name=practitioner-password]", PASSWORD)
    await console.acts("^Register them", "PageRegisterPractitioner")
    await console.sees("Their licence is being checked")
    assert "Sun Hao" in {each["name"] for each in await clinic.staff.every("practitioners")}


async def sends_a_picture(console: Visitor, name: str, colour: tuple[int, int, int]) -> None:
    """Choose a picture on a page that takes them, 40 wide and 30 high, and have it sent."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "PNG")
    await console.page.wait_for_selector("input[type=file]", state="attached")
    await console.page.set_input_files(
        "input[type=file]", [{"name": name, "mimeType": "image/png", "buffer": drawn.getvalue()}]
    )
    await console.carries_out("PageAnnounceAttachment")


@pytest.mark.presses("AnnounceAttachment", "ReviseOffering")
async def test_a_picture_is_added_to_an_offering_and_said_in_words(console: Visitor, clinic: Clinic) -> None:
    await console.goes(f"offerings/{clinic.offering['id']}")
    await sends_a_picture(console, "door.png", (20, 120, 200))
    await console.page.fill('[name="pictures.0.alt.zh-CN"]', "一扇蓝色的门。")
    await console.page.fill('[name="pictures.0.alt.en"]', "A blue door.")
    await console.acts("^Keep it as the next revision", "PageReviseOffering")
    await console.sees("The draft is kept")
    said = await clinic.staff.raw("{ partnerOfferings(first: 1) { nodes { pictures { alt file { width } } } } }")
    (picture,) = said["data"]["partnerOfferings"]["nodes"][0]["pictures"]
    assert (picture["alt"], picture["file"]["width"]) == ("A blue door.", 40)


@pytest.mark.presses("AnnounceAttachment", "PutSitePictures")
async def test_a_picture_is_added_to_a_site_and_a_resident_sees_it_once_an_operator_has_looked(
    console: Visitor, chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    site = await clinic.staff.run("put-site", **manifest_of("site.yaml"), key=fresh_key())
    await console.goes(f"sites/{site['code']}")
    await sends_a_picture(console, "hall.png", (200, 120, 20))
    await console.page.fill("[name=picture-1-zh-CN]", "一个明亮的大厅。")
    await console.page.fill("[name=picture-1-en]", "A bright hall.")
    await console.acts("^Keep these pictures", "PagePutSitePictures")
    await console.sees("An operator looks at what is new before others see it")
    assert await inaccessible(console.page) == []
    operator = await operator_of(nobody, stack.secrets)
    (review,) = [each for each in await operator.every("site-reviews") if each["site"]["id"] == site["id"]]
    decision = {"siteId": site["id"], "version": review["site"]["version"], "key": fresh_key()}
    await operator.run("decide-site-pictures", **decision, approved=True)
    offering = await publish(
        operator, clinic.staff, clinic.manifest | {"reference": f"at-{fresh_key()[:8]}", "sites": [site["code"]]}, {}
    )
    await console.goes(f"sites/{site['code']}")
    await console.page.wait_for_selector("text=An operator looks", state="detached")
    guest = await a_visitor(chromium, stack, PHONE)
    await guest.goes(f"care/{offering['id']}")
    await guest.page.get_by_role("img", name="A bright hall.").wait_for()
    await guest.sees("Where it is given")


@pytest.mark.presses("RetireOffering", "ReviseOffering")
async def test_an_offering_is_revised_and_taken_off_sale(console: Visitor, clinic: Clinic) -> None:
    offering_id = clinic.offering["id"]
    await console.goes(f"offerings/{offering_id}")
    await console.page.fill('[name="price.amount"]', "99.00")
    await console.acts("^Keep it as the next revision", "PageReviseOffering")
    await console.sees("The draft is kept")
    await console.acts("^Take it off sale for good", "PageRetireOffering", "Nobody gives it any more")

    async def status() -> str:
        (kept,) = [each for each in await clinic.staff.every("partner-offerings") if each["id"] == offering_id]
        return str(kept["status"])

    await until("that it is retired", status, lambda found: found == "RETIRED")


@pytest.mark.presses("AddEvidence")
async def test_a_paper_is_handed_in_with_its_file(console: Visitor) -> None:
    await console.goes("onboarding/evidence")
    await console.page.set_input_files(
        "input[type=file]", [{"name": "licence.pdf", "mimeType": "application/pdf", "buffer": A_PDF}]
    )
    await console.fills(title="Licence of the clinic", reference="2026-17", validUntil="2030-01-01")
    await console.acts("^Hand it in", "PageAddEvidence")
    await console.carries_out("PageRequestUpload")
    await console.sees("It is handed in")


@pytest.mark.presses("ConfirmStatement", "DisputeStatement")
async def test_a_statement_is_confirmed_and_the_next_disputed(
    console: Visitor, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    for said, name, operation, reason in (
        ("CONFIRMED", "^It is right", "PageConfirmStatement", ""),
        ("DISPUTED", "^It is wrong", "PageDisputeStatement", "A visit is missing"),
    ):
        statement = await issued(stack, operator, clinic)
        await console.goes(f"money/statements/{statement['id']}?until={statement['periodEnd']}")
        await console.acts(name, operation, reason)
        await console.sees("Your answer is with the operator")
        (kept,) = [each for each in await clinic.staff.every("issued-statements") if each["id"] == statement["id"]]
        assert (kept["status"], kept["reason"] or "") == (said, reason)


@pytest.mark.presses("EndWebhook", "ReplayDeliveries", "RotateWebhookSecret")
async def test_a_webhook_has_another_secret_is_sent_what_happened_again_and_is_ended(
    console: Visitor, clinic: Clinic
) -> None:
    url = f"https://hooks.example.org/{secrets.token_hex(4)}"
    endpoint = await clinic.staff.run("create-webhook-endpoint", url=url, types=[], key=fresh_key())
    await console.goes(f"webhooks/{endpoint['id']}")
    await console.acts("^Another secret", "PageRotateWebhookSecret", asked=True)
    await console.page.wait_for_selector("[data-secret]")
    await console.acts("^Send it again", "PageReplayDeliveries")
    await console.sees("events are sent again")
    await console.acts("^End it", "PageEndWebhook", asked=True)
    await console.page.get_by_role("button", name="Send a test").wait_for(state="detached")


@pytest.mark.presses("StepUp")
async def test_who_has_an_authenticator_is_asked_for_it_again_before_what_is_grave(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    factor = await nobody.run("begin-second-factor", login=clinic.login, password=PASSWORD)
    key = base64.b32decode(factor["secret"])
    before = code_at(key, int(time.time()) // STEP_SECONDS - 1)
    await nobody.run("sign-in", login=clinic.login, password=PASSWORD, code=before)  # which confirms it
    await visitor.page.set_viewport_size(DESK)
    await visitor.goes("sign-in")
    await visitor.fills(login=clinic.login, password=PASSWORD)
    await visitor.page.press("[name=password]", "Enter")
    await visitor.page.wait_for_selector("[name=code]")
    await visitor.fills(code=code_at(key, int(time.time()) // STEP_SECONDS))
    await visitor.page.press("[name=code]", "Enter")
    await visitor.page.wait_for_selector(".bar nav")
    identity = Database(stack.postgres.url("identity", "identity_app", stack.secrets["app"]))
    async with identity.transaction() as session:  # as if it was used an hour ago
        for change in (
            "UPDATE second_factor SET last_step = 0"
            " WHERE subject_id IN (SELECT subject_id FROM account WHERE login = :login)",
            "UPDATE access_session SET factor_at = factor_at - interval '1 hour'"
            " WHERE subject_id IN (SELECT subject_id FROM account WHERE login = :login)",
        ):
            await session.execute(text(change), {"login": clinic.login})
    await identity.close()
    await visitor.goes("keys")
    await visitor.fills(label="Nightly")
    await visitor.page.get_by_text("Orders", exact=True).last.click()
    await visitor.presses("^Make it")
    code = visitor.page.get_by_label("Code of your authenticator")
    await code.fill(code_at(key, int(time.time()) // STEP_SECONDS))
    await visitor.acts("^Go on", "PageStepUp")
    await visitor.acts("^Make it", "PageCreateApiKey")
    await visitor.page.wait_for_selector("[data-secret]")
