"""A partner leaves in a browser: each step is taken once nothing is left before it, the last by the operator."""

from typing import Any

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import DESK
from e2e.people import Clinic, a_clinic, a_resident, confirmed, place, refusal, until_status
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]


async def attest_all(clinic: Clinic) -> None:
    for erasure in (await clinic.staff.run("erasures"))["nodes"]:
        if erasure["status"] != "ATTESTED":
            attested = {"consentId": erasure["consentId"], "method": "NOTHING_KEPT"}
            await clinic.staff.run("attest-erasure", **attested, key=fresh_key())


@pytest.mark.presses("AdvanceOffboarding", "BeginOffboarding", "StopOffboarding")
async def test_a_partner_leaves_step_by_step_and_its_operator_ends_its_certificates(
    chromium: Any, visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, _ = await a_resident(nobody)
    order_id = (await confirmed(resident, (await place(resident, clinic))["id"]))["id"]
    await clinic.staff.run("accept-order", orderId=order_id, key=fresh_key())
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("onboarding")
    await visitor.acts("^Leave the city", "PageBeginOffboarding", "We think of closing")
    await visitor.acts("^Stop leaving", "PageStopOffboarding", "We stay")
    await visitor.sees("It stays: We stay")
    await visitor.acts("^Leave the city", "PageBeginOffboarding", "We close")
    about = {"partnerId": clinic.partner_id, "key": fresh_key()}
    left = await refusal(clinic.staff.run("advance-offboarding", **about))
    assert (left.code, "is ACCEPTED: finish or cancel it" in left.message) == ("something-left", True), left.message
    await resident.run("cancel-order", orderId=order_id, reason="we are away")
    await until_status(resident, order_id, "CANCELLED")
    await visitor.acts("^Check, and go on", "PageAdvanceOffboarding")
    await visitor.acts("^Check, and go on", "PageAdvanceOffboarding")
    await until(
        "the end of its consents",
        lambda: clinic.staff.run("erasures"),
        lambda page: all(erasure["status"] != "EXPECTED" for erasure in page["nodes"]),
    )
    await attest_all(clinic)
    await visitor.acts("^Check, and go on", "PageAdvanceOffboarding")
    await visitor.sees("The operator takes the last step")
    context = await chromium.new_context(viewport=DESK, locale="en")
    operator = Visitor(await context.new_page(), visitor.origin)
    await operator.signs_in(OPERATOR, stack.secrets["operator"])
    await operator.goes(f"partners/{clinic.partner_id}")
    await operator.acts("^End its certificates", "PageAdvanceOffboarding", asked=True)
    await context.close()
    partner = await clinic.staff.run("leaving", id=clinic.partner_id)
    assert (partner["status"], partner["capabilities"]) == ("LEFT", [])
    assert [step["takenAs"] for step in partner["offboarding"]["steps"]] == ["PARTNER"] * 4 + ["OPERATOR"]
    assert operator.faults == []
