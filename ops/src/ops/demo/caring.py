"""Act eight: a daughter orders for her mother, once her mother has confirmed that she may."""

from typing import Any

from devstack.fictional import identity_number
from yima_client.caller import Caller, agreed, fresh_key
from yima_client.errors import Refused

from ops.demo.story import Story

BORN = {"Qin Lan": "1979-06-02", "Qin Yulan": "1951-02-19"}


async def care(story: Story, nobody: Caller, offering: dict[str, Any], run: str, password: str) -> None:
    """Two people who are registered: proposed by one, confirmed by the other, for what she may do and nothing else."""
    logins = {name: f"{name.split()[1].lower()}-{run}@residents.example.org" for name in BORN}
    ids = {}
    for name, born in BORN.items():
        who = {"login": logins[name], "password": password, "name": name, "birthDate": born}
        ids[name] = (await nobody.run("register-resident", **who, identityNumber=identity_number(born)))["id"]
    daughter, mother = [await nobody.signed_in(logins[name], password) for name in BORN]
    mother_id = ids["Qin Yulan"]
    order = {
        "lines": [{"offeringId": offering["id"]}],
        "residentId": mother_id,
        "paymentMethod": "sandbox:ok",
        "consentGiven": True,
    }
    may = {"residentId": mother_id, "acts": ["ORDERS", "CONSENTS"]}
    proposal = await daughter.run("propose-guardianship", **may, key=fresh_key())
    try:
        await daughter.run("confirm-guardianship", proposalId=proposal["id"], key=fresh_key())
    except Refused as refused:
        story.add("daughter", "would act for her mother by her own word", refused=refused.code, why=refused.message)
    (proposal,) = (await mother.run("guardianship-proposals", status="OPEN"))["nodes"]
    await mother.run("confirm-guardianship", proposalId=proposal["id"], key=fresh_key())
    name, acts = proposal["guardianName"], proposal["acts"]
    story.add("mother", "confirms it, for orders and consents", guardian=name, acts=acts)
    daughter = await nobody.signed_in(logins["Qin Lan"], password)
    placed = await daughter.run("place-order", input=await agreed(daughter, order), key=fresh_key())
    try:
        await daughter.run("issue-health-code", residentId=mother_id)
    except Refused as refused:
        story.add(
            "daughter",
            "orders for her mother, and may not show her health code",
            status=placed["status"],
            refused=refused.code,
        )
    ended = await mother.run(
        "end-guardianship", residentId=mother_id, guardianId=ids["Qin Lan"], reason="I manage again", key=fresh_key()
    )
    daughter = await nobody.signed_in(logins["Qin Lan"], password)
    try:
        await daughter.run("place-order", input=order, key=fresh_key())
    except Refused as refused:
        story.add(
            "mother", "ends it; her daughter orders nothing more", ended_at=ended["endedAt"], refused=refused.code
        )
