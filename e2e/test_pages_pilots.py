"""A pilot in a real browser: a resident sees where it is tried out, its partner until when, and an operator widens it,
opens it to everybody, and ends another."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, until

from e2e.browser import DESK, PHONE
from e2e.people import PASSWORD, Clinic, a_clinic, registered
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]
ENDS = (datetime.now(UTC) + timedelta(days=10)).isoformat()
TRIED_OUT: dict[str, Any] = {
    "consent": None,
    "districts": ["lixia", "shizhong"],
    "pilot": {"districts": ["lixia"], "endsAt": ENDS},
}


async def state_of(who: Caller, clinic: Clinic) -> tuple[str, Any]:
    answer = await who.raw(
        "query ($id: ID!) { offering(id: $id) { status pilot { districts endsAt } } }", id=clinic.offering["id"]
    )
    offering = answer["data"]["offering"]
    return offering["status"], offering["pilot"]


@pytest.mark.presses("EndPilot", "WidenPilot")
async def test_an_operator_widens_a_pilot_opens_it_to_everybody_and_ends_another(
    visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic, other = [await a_clinic(nobody, stack.secrets, **TRIED_OUT) for _ in range(2)]
    offering_id = clinic.offering["id"]
    zone = ZoneInfo((await nobody.run("city"))["timeZone"])
    last = datetime.now(zone).date() + timedelta(days=30)
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(OPERATOR, stack.secrets["operator"])
    await visitor.goes("pilots")
    card = visitor.page.locator(f"[data-case='{offering_id}']")
    await card.get_by_role("link", name="Widen or end it").click()
    await visitor.page.wait_for_selector("[name=why]")
    # react-aria keeps the box itself out of sight: its label is what is pressed
    await visitor.page.locator("label", has=visitor.page.locator("[value=shizhong]")).click()
    await visitor.fills(lastDay="2020-01-01", why="it goes well")
    await visitor.presses("^Look it over")
    await visitor.presses("^Widen the pilot")
    await visitor.page.wait_for_selector("[name=lastDay][aria-invalid=true]")  # no day that is past
    await visitor.fills(lastDay=str(last))
    await visitor.presses("^Look it over")
    await visitor.sees("no narrower and no shorter")
    await visitor.acts("^Widen the pilot", "PageWidenPilot")
    await visitor.sees("The pilot is wider")
    status, pilot = await state_of(nobody, clinic)
    assert (status, pilot["districts"]) == ("PUBLISHED", ["lixia", "shizhong"])
    ends = datetime.fromisoformat(pilot["endsAt"]).astimezone(zone)
    assert (ends.date(), ends.hour) == (last + timedelta(days=1), 0), "the last day is over by the city's clock"

    login = f"seer-{offering_id[-12:]}@residents.example.org"
    await registered(nobody, login)
    await visitor.page.context.clear_cookies()
    await visitor.page.set_viewport_size(PHONE)
    await visitor.signs_in(login, PASSWORD)
    await visitor.goes("care")
    await visitor.sees("Being tried out in")

    await visitor.page.context.clear_cookies()
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("offerings")
    await visitor.sees("Tried out until")
    await visitor.goes(f"offerings/{offering_id}")
    await visitor.sees("It is tried out in lixia, shizhong")

    await visitor.page.context.clear_cookies()
    await visitor.signs_in(OPERATOR, stack.secrets["operator"])
    await visitor.goes(f"pilots/{offering_id}")
    await visitor.acts("^Open it to everybody", "PageWidenPilot", "it went well")
    await visitor.sees("Everybody whom it serves may order it")
    assert await state_of(nobody, clinic) == ("PUBLISHED", None)
    await visitor.goes(f"pilots/{other.offering['id']}")
    await visitor.acts("^End the pilot", "PageEndPilot", "nobody comes")
    await visitor.sees("The pilot has ended")

    async def is_over() -> bool:
        return (await state_of(nobody, other))[0] == "RESTRICTED"

    assert await until("the end", is_over, bool)
