"""Act three: a hospital is frozen in the middle of reading; only the regulator who froze it, or another, lifts that."""

import secrets
from typing import Any

from yima_client.caller import Caller, fresh_key
from yima_client.errors import Refused

from ops.demo.story import Story


async def freeze_and_lift(
    story: Story, regulator: Caller, operator: Caller, practitioner: Caller, resident_id: str, partner_id: str
) -> None:
    """Freeze what the hospital may read; it is refused at once; the operator cannot lift it, the regulator does."""
    case_number = f"WJW-{secrets.token_hex(4).upper()}"
    freeze = await regulator.run(
        "impose-freeze",
        targetId=partner_id,
        caseNumber=case_number,
        capabilities=["READ_DATA"],
        reason="somebody said that records were sold",
        key=fresh_key(),
    )
    story.add(
        "regulator",
        "freezes what the hospital may read, under a case number",
        case=freeze["caseNumber"],
        frozen=[name.lower().replace("_", " ") for name in freeze["capabilities"]],
    )
    refused = await refusal(
        practitioner, "records", residentId=resident_id, informationTypes=["vital-signs"], purpose="TREAT", first=3
    )
    story.add(
        "practitioner", "asks for the next page of the same vital signs", refused=refused.code, why=refused.message
    )
    lifting: dict[str, Any] = {"freezeId": freeze["id"], "reason": "the logs show that nothing left"}
    refused = await refusal(operator, "lift-freeze", **lifting, key=fresh_key())
    story.add("operator", "cannot lift it", refused=refused.code)
    lifted = await regulator.run("lift-freeze", **lifting, key=fresh_key())
    page = await practitioner.run(
        "records", residentId=resident_id, informationTypes=["vital-signs"], purpose="TREAT", first=3
    )
    story.add("regulator", "lifts it, and reading goes on", because=lifted["liftReason"], records=len(page["nodes"]))


async def refusal(caller: Caller, operation: str, /, **variables: Any) -> Refused:
    """What an operation is refused with."""
    try:
        await caller.run(operation, **variables)
    except Refused as refused:
        return refused
    raise AssertionError(f"{operation} was not refused")
