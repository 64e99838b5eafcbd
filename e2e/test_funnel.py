"""A partner and the operator see how long each step took from the application to the first offering."""

from typing import Any

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, until

from e2e.browser import DESK
from e2e.people import Clinic, a_clinic, a_resident, operator_of, refusal
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = pytest.mark.anyio


async def live(caller: Caller, clinic: Clinic) -> dict[str, Any]:
    """The funnel of a clinic once its first publication has arrived."""
    return await until(
        "its first offering in its funnel",
        lambda: caller.run("partner-funnel", partnerId=clinic.partner_id),
        lambda funnel: funnel["liveAt"] is not None,
    )


async def test_a_partner_on_sale_has_all_steps_behind_it_and_nobody_else_sees_them(
    nobody: Caller, stack: Stack
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    funnel = await live(clinic.staff, clinic)
    assert [step["stage"] for step in funnel["steps"]] == [
        "DOCUMENTS", "SCREENING", "CERTIFICATES", "CONTRACT_OFFER", "CONTRACT_SIGNATURE", "FIRST_OFFERING",
    ]  # fmt: skip
    assert all(step["endedAt"] for step in funnel["steps"])
    assert (funnel["stage"], funnel["waitsFor"]) == (None, None)
    assert all(aspect["certifiedAt"] for aspect in funnel["aspects"])
    operator = await operator_of(nobody, stack.secrets)
    assert (await live(operator, clinic))["partnerId"] == clinic.partner_id
    city = await operator.run("city-funnel")
    assert city["live"] >= 1
    assert all(median["medianDays"] is not None for median in city["medians"])
    assert clinic.partner_id not in {partner["partnerId"] for partner in city["underWay"]}
    other = await a_clinic(nobody, stack.secrets)
    assert (await refusal(other.staff.run("partner-funnel", partnerId=clinic.partner_id))).code == "not-found"
    assert (await refusal(other.staff.run("city-funnel"))).code == "forbidden"
    resident, _ = await a_resident(nobody)
    assert (await refusal(resident.run("partner-funnel", partnerId=clinic.partner_id))).code == "forbidden"


@pytest.mark.long
@NEEDS_PAGES
async def test_the_steps_stand_on_the_pages_of_the_partner_and_of_the_operator(
    chromium: Any, visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    await live(clinic.staff, clinic)
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("onboarding")
    await visitor.sees("From the application to the first offering")
    await visitor.sees("On sale since")
    context = await chromium.new_context(viewport=DESK, locale="en")
    operator = Visitor(await context.new_page(), visitor.origin)
    await operator.signs_in(OPERATOR, stack.secrets["operator"])
    await operator.goes("funnel")
    await operator.sees("It took them, in the median")
    await context.close()
    assert (visitor.faults, operator.faults) == ([], [])
