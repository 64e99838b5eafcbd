"""The pages for people, in a real browser against the real system: what a resident comes for works, is accessible in
three languages, and breaks no policy of the page."""

import re
import secrets

import orjson
import pytest
from devstack.fictional import identity_number
from yima_client.caller import Caller

from e2e.people import PASSWORD, Clinic, a_resident, place, registered
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    NEEDS_PAGES,
]
BORN = "1960-05-05"


@pytest.fixture
async def login(nobody: Caller) -> str:
    login = f"page-{secrets.token_hex(5)}@residents.example.org"
    await registered(nobody, login, name="Lin Wanqiu")
    return login


@pytest.mark.presses("Register", "RevokeConsent")
async def test_a_resident_comes_from_nothing_to_a_paid_order_and_takes_their_consent_back(
    visitor: Visitor, clinic: Clinic
) -> None:
    await visitor.goes()
    await visitor.page.get_by_role("link", name="New here? Register").click()
    new = f"page-{secrets.token_hex(5)}@residents.example.org"
    number = identity_number(BORN)
    await visitor.fills(name="Lin Wanqiu", birthDate=BORN, identityNumber="123", login=new, password=PASSWORD)
    await visitor.presses("Register")
    await visitor.page.wait_for_selector("[name=identityNumber][aria-invalid=true]")  # and nothing typed is lost
    assert await visitor.page.input_value("[name=name]") == "Lin Wanqiu"
    await visitor.fills(identityNumber=number)
    await visitor.presses("Register")
    await visitor.sees("Good day, Lin Wanqiu")

    await visitor.goes(f"care/{clinic.offering['id']}")
    await visitor.sees("What it asks of your data")
    order = visitor.page.get_by_role("button", name=re.compile("Order for"))
    assert await order.is_disabled()
    await visitor.page.get_by_text("I agree to what it asks of my data").click()
    await order.dblclick()  # an order all the same
    await visitor.sees("What comes next")
    await visitor.presses("Pay")
    await visitor.sees("Confirmed")
    await visitor.goes("orders")
    await visitor.page.wait_for_selector("main li")
    assert await visitor.page.locator("main li").count() == 1

    await visitor.goes("consents")
    await visitor.sees("In force")
    await visitor.presses("Take it back")
    await visitor.sees("You took it back")
    await visitor.goes("looks")
    await visitor.page.wait_for_selector("main ol li")


async def test_a_session_outlives_a_reload_is_shared_by_tabs_and_leaves_nothing_behind(
    visitor: Visitor, login: str
) -> None:
    await visitor.signs_in(login)
    (cookie,) = await visitor.page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("yima-refresh", True, "Strict")
    await visitor.goes("code")
    await visitor.page.wait_for_selector("svg[data-code]")
    another = Visitor(await visitor.page.context.new_page(), visitor.origin)
    await another.goes("settings")
    for _ in range(3):  # both renew what they share, and neither is taken for a thief
        await another.page.reload()
        await visitor.page.reload()
    await visitor.page.wait_for_selector("svg[data-code]")
    await another.sees("Sign out")
    await another.presses("Sign out")
    await visitor.page.wait_for_selector("[name=password]")
    assert await visitor.page.context.cookies() == []
    kept = await visitor.page.evaluate("Object.keys(localStorage)")
    assert [name for name in kept if "code" in name or "asker" in name or "role" in name] == []
    assert another.faults == []


async def test_a_health_code_is_there_without_a_network_and_changes_by_the_minute(visitor: Visitor, login: str) -> None:
    await visitor.signs_in(login)
    await visitor.goes("code")
    await visitor.page.wait_for_selector("svg[data-code]")
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    await visitor.page.context.set_offline(True)
    await visitor.page.reload()
    shown = await visitor.page.wait_for_selector("svg[data-code]")
    await visitor.sees("You are offline")
    first = await shown.get_attribute("data-code")
    kept: dict[str, str] = await visitor.page.evaluate("({...localStorage})")
    codes = [code for name, text in kept.items() if name.startswith("yima-codes") for code in orjson.loads(text)]
    assert len({code["text"] for code in codes}) > 30
    assert first in {code["text"] for code in codes}
    await visitor.page.context.set_offline(False)


async def test_a_link_to_somebody_elses_order_and_one_to_nothing_say_so(
    visitor: Visitor, login: str, nobody: Caller, clinic: Clinic
) -> None:
    somebody_else, _ = await a_resident(nobody)
    order = await place(somebody_else, clinic)
    await visitor.signs_in(login)
    await visitor.goes(f"orders/{order['id']}")
    await visitor.page.wait_for_selector(".notice")
    assert "What comes next" not in await visitor.page.inner_text("main")
    await visitor.goes("no/such/page")
    await visitor.sees("There is no such page")
