"""A suspended partner appeals in a browser, and two who did not suspend it lift the suspension; who did may not."""

from typing import Any

import pytest
from devstack.stack import Stack
from ops.example_city import OPERATOR
from yima_client.caller import Caller, fresh_key, until

from e2e.browser import DESK
from e2e.people import a_clinic, refusal, regulator_of
from e2e.test_accounts import another_operator
from e2e.visitors import NEEDS_PAGES, Visitor

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    NEEDS_PAGES,
]


@pytest.mark.presses("DecideAppeal", "OpenAppeal")
async def test_a_partner_appeals_and_two_others_lift_its_suspension(
    chromium: Any, visitor: Visitor, stack: Stack, nobody: Caller
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    suspender = await another_operator(nobody, stack, "ONBOARDING")
    await suspender.raw(
        'mutation ($id: ID!) { suspendPartner(partnerId: $id, reason: "complaints") { __typename } }',
        id=clinic.partner_id,
    )
    await visitor.page.set_viewport_size(DESK)
    await visitor.signs_in(clinic.login)
    await visitor.goes("onboarding")
    await visitor.sees("You may appeal once, until")
    await visitor.fills(appeal="There was no complaint; see the list of ours")
    await visitor.presses("Send the appeal")
    await visitor.carries_out("PageOpenAppeal")
    await visitor.sees("Waits for a decision")
    again = await refusal(clinic.staff.run("open-appeal", reason="again", key=fresh_key()))
    assert again.code == "already-appealed"
    about = await clinic.staff.run("appeals-of", id=clinic.partner_id)
    (appeal,) = about["appeals"]
    assert (about["appealUntil"], appeal["against"], appeal["decidedAs"]) == (None, "SUSPENDED", "OPERATOR")
    voice = {"appealId": appeal["id"], "granted": True, "reason": "the list is right", "key": fresh_key()}
    own = await refusal(suspender.run("decide-appeal", **voice))
    assert own.code == "own-step", own
    context = await chromium.new_context(viewport=DESK, locale="en")
    operator = Visitor(await context.new_page(), visitor.origin)
    await operator.signs_in(OPERATOR, stack.secrets["operator"])
    await operator.goes("desk/appeals")
    await operator.decides(appeal["id"], "Undo the step", "PageDecideAppeal", "it named nobody")
    await context.close()
    assert operator.faults == []
    decided = await (await regulator_of(nobody, stack.secrets)).run("decide-appeal", **voice)
    assert [each["spokenAs"] for each in decided["voices"]] == ["OPERATOR", "REGULATOR"]
    about = await clinic.staff.run("appeals-of", id=clinic.partner_id)
    assert (about["status"], about["appeals"][0]["status"]) == ("ACTIVE", "GRANTED")
    assert [each["reason"] for each in about["appeals"][0]["voices"]] == ["it named nobody", "the list is right"]
    kinds = await until(
        "what its owner is told",
        lambda: clinic.staff.run("messages", first=50),
        lambda page: {"CONTRACT_OFFERED", "APPEAL_DECIDED"} <= {each["kind"] for each in page["nodes"]},
    )
    assert kinds["nodes"]
