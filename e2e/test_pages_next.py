"""What is to be done next and who comes from elsewhere, in a real browser: a follow-up from its note to its end, a
registration with its code, a code of another city; and money that did not move, moved by a second try."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from devstack.fictional import identity_number
from devstack.stack import Stack
from ops.example_city import OPERATOR, supervisors
from yima_client.caller import Caller, connect, fresh_key

from e2e.browser import DESK, PHONE
from e2e.city import last_month, running
from e2e.people import PASSWORD, Clinic, known_to, operator_of, registered, regulator_of
from e2e.test_follow_ups import open_to
from e2e.test_messages import code_sent
from e2e.test_provider import paid, provider, served
from e2e.test_two_cities import Place, listed
from e2e.visitors import NEEDS_PAGES, Visitor, a_visitor

__all__ = ["provider"]  # a fixture
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
BORN = "1960-05-05"


@pytest.mark.presses("CloseFollowUp", "DeclineFollowUp", "NoteFollowUp")
async def test_a_follow_up_is_noted_in_a_visit_read_by_whom_it_is_for_declined_or_closed_with_what_was_done(
    visitor: Visitor, chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic
) -> None:
    login = f"next-{secrets.token_hex(5)}@residents.example.org"
    resident_id = (await registered(nobody, login, name="Lin Wanqiu"))["id"]
    resident = await nobody.signed_in(login, PASSWORD)
    await open_to(clinic, resident)
    visit = f"visits/{known_to(clinic.practitioner, resident_id)}"
    desk = await a_visitor(chromium, stack, DESK)
    await desk.signs_in(clinic.doctor)

    yesterday, later = (str((datetime.now(UTC) + timedelta(days=days)).date()) for days in (-2, 30))
    await desk.goes(f"{visit}/next")
    await desk.fills(dueOn=yesterday, note="Bring your diary")
    await desk.presses("^Note it")
    await desk.page.wait_for_selector("[name=dueOn][aria-invalid=true]")  # it is over: said at its field
    assert await desk.page.input_value("[name=note]") == "Bring your diary"
    await desk.fills(dueOn=later)
    await desk.page.reload()  # the session might have ended: what was typed is there
    await desk.page.wait_for_selector("[name=dueOn]")
    assert await desk.page.input_value("[name=dueOn]") == later
    await desk.page.get_by_role("button", name="Note it").dblclick()
    await desk.sees("It is noted")
    await desk.page.get_by_label("What is to be done").select_option("LABORATORY")
    await desk.fills(dueOn=later, note="On an empty stomach")
    await desk.acts("^Note it", "PageNoteFollowUp")
    await desk.goes("follow-ups?sort=what")
    await desk.page.wait_for_selector("tbody tr:nth-child(2)")
    assert await desk.page.locator("tbody tr").count() == 2, "a double tap notes one"

    await visitor.signs_in(login)
    await visitor.page.get_by_role("link", name="Next steps").click()
    await visitor.sees("Bring your diary")
    await visitor.presses("I do not want it: A laboratory test")
    await visitor.presses("I do not want it: A laboratory test")
    await visitor.sees("Declined")
    await visitor.carries_out("PageDeclineFollowUp")

    await desk.goes(visit)
    await desk.presses("^Say what was done")
    await desk.page.get_by_label("What was done").select_option("NOT_NEEDED")
    await desk.fills(note="Your diary by telephone was enough")
    await desk.acts("^Close it", "PageCloseFollowUp")
    await visitor.goes("next")
    await visitor.sees("Your diary by telephone was enough")
    await visitor.goes("looks")  # whoever asks who looked reads of it
    await visitor.page.wait_for_selector("main ol li")
    assert {each["status"] for each in (await resident.run("follow-ups"))["nodes"]} == {"DECLINED", "DONE"}
    await desk.page.context.close()
    assert desk.faults == []


@pytest.mark.presses("ConfirmRegistration", "RedeemForeignCode")
async def test_who_registers_confirms_their_address_and_their_code_is_honoured_in_the_city_next_door(
    visitor: Visitor, chromium: Any, stack: Stack, nobody: Caller, clinic: Clinic, tmp_path: Path
) -> None:
    confirming = {"YIMA_CONFIRM_REGISTRATIONS": "true"}
    async with running(tmp_path, confirming, name="tianjin") as next_door, connect(next_door.graphql) as anybody:
        home = Place(next_door, anybody, *await supervisors(anybody, next_door.secrets))
        away = Place(stack, nobody, await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets))
        document = listed(await home.entry(), await away.entry())
        for place in (home, away):
            await place.put(document)
        telephone = await a_visitor(chromium, next_door, PHONE)
        login = f"next-{secrets.token_hex(5)}@residents.example.org"
        await telephone.goes("register")
        who = {"name": "Lin Wanqiu", "birthDate": BORN, "identityNumber": identity_number(BORN)}
        await telephone.fills(**who, login=login, password=PASSWORD)
        await telephone.presses("^Register")
        await telephone.page.wait_for_selector("[name=identityNumber][aria-invalid=true]")  # once they have signed in
        assert await telephone.page.input_value("[name=name]") == "Lin Wanqiu"
        await telephone.fills(identityNumber="")
        await telephone.presses("^Register")
        await telephone.sees("A code was sent to")
        await telephone.fills(code="000000")
        await telephone.presses("^Go on")
        await telephone.page.wait_for_selector(".notice.bad, [name=code][aria-invalid=true]")
        await telephone.fills(code=await code_sent(next_door, login))
        await telephone.acts("^Go on", "PageConfirmRegistration")
        await telephone.sees("Good day, Lin Wanqiu")
        await telephone.goes("code")
        shown = await telephone.page.wait_for_selector("svg[data-code]")
        code = await shown.get_attribute("data-code")

        await visitor.signs_in(clinic.doctor)
        await visitor.goes("scan")
        await visitor.fills(text=code)
        await visitor.page.keyboard.press("Enter")
        await visitor.carries_out("PageRedeemForeignCode")
        await visitor.sees("A code of another city")
        await visitor.sees("Lin Wanqiu")
        await visitor.sees("tianjin")
        await telephone.page.context.close()
        assert telephone.faults == []


@pytest.mark.presses("CloseMonth", "RetryMoneyCase")
async def test_money_that_did_not_move_is_tried_again_and_the_month_that_is_over_closed(
    visitor: Visitor, stack: Stack, nobody: Caller, clinic: Clinic, provider: httpx2.AsyncClient
) -> None:
    operator = await operator_of(nobody, stack.secrets)
    resident, order_id = await served(nobody, clinic)
    (await provider.put("/faults", json={"refuse_refund": 1})).raise_for_status()
    await operator.run("refund-order", orderId=order_id, reason="not served", key=fresh_key())
    await paid(resident, order_id, "REFUND_FAILED")
    (await provider.put("/faults", json={})).raise_for_status()
    (case,) = [each for each in (await operator.every("money-cases")) if each["orderId"] == order_id]
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(OPERATOR, stack.secrets["operator"])
    await visitor.goes("money/cases")
    await visitor.decides(case["id"], "Try again", "PageRetryMoneyCase")
    await paid(resident, order_id, "REFUNDED")
    assert (await operator.run("ledger-check"))["holds"]

    await visitor.goes("money/months")
    await visitor.page.wait_for_selector("[name=month]:not([value=''])")  # by the city's clock, once it is known
    month = await visitor.page.input_value("[name=month]")
    assert month == last_month(stack)
    await visitor.fills(month="2101-01")
    await visitor.presses("^Close this month")
    await visitor.page.locator(".ask").get_by_role("button", name=re.compile("^Close this month")).first.click()
    await visitor.page.wait_for_selector(".notice.bad, [aria-invalid=true]")  # it is not over
    await visitor.page.reload()
    assert await visitor.page.input_value("[name=month]") == "2101-01"
    await visitor.fills(month=month)
    await visitor.acts("^Close this month", "PageCloseMonth", asked=True)
    await visitor.page.get_by_role("cell", name=month).first.wait_for()
