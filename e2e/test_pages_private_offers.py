"""A private offer in a real browser: its partner makes it and gives the link on, its buyer takes it and orders at its
price, and what nobody took is withdrawn. And a practitioner makes one for whom they have scanned."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from devstack.stack import Stack
from yima_client.caller import Caller, until

from e2e.browser import DESK, PHONE, TABLET
from e2e.people import PASSWORD, a_clinic, registered
from e2e.visitors import NEEDS_PAGES, Visitor, a_visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]


@pytest.mark.presses("MakePrivateOffer", "TakePrivateOffer", "WithdrawPrivateOffer")
async def test_a_partner_gives_a_link_on_and_its_buyer_orders_at_its_price(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None)
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    day = str((datetime.now(zone) + timedelta(days=5)).date())
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    links = []
    for _ in range(2):
        await visitor.goes(f"offerings/{clinic.offering['id']}/private")
        await visitor.fills(price="200.00", untilDay=day)
        await visitor.acts("^Make a private offer", "PageMakePrivateOffer")
        links.append(await visitor.page.inner_text("[data-secret]"))
    await visitor.goes(f"offerings/{clinic.offering['id']}/private")
    await visitor.acts("^Withdraw it", "PageWithdrawPrivateOffer")
    await visitor.sees("The partner withdrew it")

    login = "buyer-of-one@residents.example.org"
    await registered(nobody, login)
    buyer = await nobody.signed_in(login, PASSWORD)
    await visitor.page.context.clear_cookies()
    await visitor.page.set_viewport_size(PHONE)
    await visitor.signs_in(login)
    assert all(link.startswith(f"{visitor.origin}/app/private-offers#ypo_") for link in links)
    # The newer of the two stands first, and was withdrawn.
    await visitor.page.goto(links[0])
    await visitor.acts("^Take it", "PageTakePrivateOffer")
    await visitor.sees("everybody else pays")
    await visitor.page.get_by_role("link", name="Look at it and order").click()
    await visitor.sees("It is offered to this person alone")
    await visitor.acts("^Order for", "PagePlaceOrder")

    async def orders() -> list[str]:
        return [each["total"]["amount"] for each in (await buyer.run("orders"))["nodes"]]

    assert await until("the order", orders, bool) == ["200.00"]


async def test_a_practitioner_offers_it_for_less_to_whom_they_have_just_scanned(
    chromium: Any, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets, consent=None)
    login = f"stands-there-{clinic.offering['id'][-12:]}@residents.example.org"
    await registered(nobody, login, name="Qin Yuxi")
    resident = await nobody.signed_in(login, PASSWORD)
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    desk = await a_visitor(chromium, stack, TABLET)
    await desk.signs_in(clinic.doctor)
    await desk.goes("visits/res_00000000000000000000000000000000/offer")
    await desk.sees("Scan their code first")
    await desk.goes("scan")
    await desk.fills(text=(await resident.run("issue-health-code"))["text"])
    await desk.presses("^Go on")
    await desk.page.get_by_role("link", name="Offer it to them for less").click()
    await desk.page.get_by_label("What", exact=True).select_option(clinic.offering["id"])
    await desk.fills(price="9999.00", untilDay=str((datetime.now(zone) + timedelta(days=5)).date()))
    await desk.presses("^Offer it to them")
    await desk.page.wait_for_selector("[name=price][aria-invalid=true]")  # never above what everybody pays
    await desk.fills(price="200.00")
    await desk.acts("^Offer it to them", "PageMakePrivateOffer")
    await desk.sees("It is theirs")
    (offered,) = (await resident.run("private-offers"))["nodes"]
    assert (offered["addressed"], offered["status"], offered["price"]["amount"]) == (True, "TAKEN", "200.00")
    assert desk.faults == []
