"""Act two, at home: a cuff measures, what it measured is flagged by a practitioner's rule, and is withdrawn."""

import secrets
from datetime import UTC, datetime

from yima_client.caller import Caller, fresh_key
from yima_client.devices import DeviceKey, body_of
from yima_client.errors import Refused

from ops.demo.readings import DIASTOLIC, SYSTOLIC
from ops.demo.story import Story


async def measure_at_home(
    story: Story, nobody: Caller, resident: Caller, practitioner: Caller, resident_id: str
) -> None:
    """A resident binds their own cuff, which signs what it measures. The practitioner's rule is within the order's
    consent; `resident_id` is the practitioner's for the resident."""
    rule = await practitioner.run(
        "watch-patient", title="High pressure at home", code=SYSTOLIC, test="ABOVE", threshold="160", clearAt="150",
        severity="WARNING", residentId=resident_id, key=fresh_key(),
    )  # fmt: skip
    (model,) = (await resident.run("device-models", kind="BLOOD_PRESSURE", words="tenso home", first=1))["nodes"]
    key, serial = DeviceKey(), f"SN-{secrets.token_hex(4)}"
    device = await resident.run(
        "bind-device",
        deviceModelId=model["id"], serial=serial, publicKey=key.public, proof=key.proof(model["id"], serial),
        key=fresh_key(),
    )  # fmt: skip
    story.add(
        "resident", "binds a cuff of their own; it has a key of its own", model=f"{model['maker']} {model['name']}"
    )
    readings = [
        {
            "sequence": number,
            "measuredAt": datetime.now(UTC).isoformat(),
            "measurements": [
                {"code": code, "value": value, "unit": "mm[Hg]"}
                for code, value in ((SYSTOLIC, systolic), (DIASTOLIC, 96))
            ],
        }
        for number, systolic in enumerate((172, 640), 1)
    ]
    receipt = await nobody.send_readings(device["id"], key, body_of(readings))
    results = [outcome.get("code") or outcome["result"].lower() for outcome in receipt["outcomes"]]
    try:
        await nobody.send_readings(device["id"], DeviceKey(), body_of(readings))
    except Refused as refused:
        story.add("cuff", "sends two readings, of which no body has one", results=results, another_key=refused.code)
    (flag,) = (await practitioner.run("reading-flags", residentId=resident_id, first=1))["nodes"]
    story.add(
        "practitioner", "sees that it broke a rule of theirs; no event says by what value",
        rule=rule["rule"]["title"], severity=flag["severity"],
    )  # fmt: skip
    await withdraw(story, resident, practitioner, resident_id)


async def withdraw(story: Story, resident: Caller, practitioner: Caller, resident_id: str) -> None:
    """The resident says that the reading was somebody else's: it is held back, and what it had flagged is cleared."""
    own_id = (await resident.run("me"))["resident"]["id"]
    (node,) = (await resident.run("timeline", residentId=own_id, first=1))["nodes"]
    withdrawn = await resident.run(
        "withdraw-device-reading",
        residentId=own_id, recordId=node["item"]["id"], reason="My neighbour tried it.", key=fresh_key(),
    )  # fmt: skip
    flags = (await practitioner.run("reading-flags", residentId=resident_id, openOnly=True, first=1))["nodes"]
    story.add(
        "resident", "withdraws the reading, which was their neighbour's; what it had flagged is cleared",
        reading=f"{node['item']['title']} {node['item']['values'][0]['value']}", reason=withdrawn["reason"],
        flags_open=len(flags),
    )  # fmt: skip
