"""Visits: what a scan opens is opened by the resident, to who scanned, and to nobody else."""

from typing import Any

from yima_client.caller import Caller, until

from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.scene import Scene, code_of
from e2e.attack.standing import reads
from e2e.people import known_to


async def offer_of(resident: Caller, practitioner: Caller) -> dict[str, Any]:
    """What the scan of a resident's code offered the practitioner."""
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])

    async def offers() -> list[dict[str, Any]]:
        nodes = (await practitioner.run("visits", residentId=scan["residentId"]))["nodes"]
        return [node for node in nodes if node["scanId"] == scan["id"]]

    return dict((await until("the visit's offer", offers, bool))[0])


@attack("N5", "reading by a scan that nobody answered, of somebody else, by another's answer or rule, or after a no")
async def visits_of_others(scene: Scene) -> Outcome:
    clinic, rival = await scene.clinic(), await scene.clinic()
    (resident, resident_id), (stranger, stranger_id) = await scene.resident(), await scene.resident()
    faults = []
    offer = await offer_of(resident, clinic.practitioner)
    for what, caller in (("the practitioner", clinic.practitioner), ("the partner's staff", clinic.staff)):
        if await code_of(caller.run("grant-consent", consentRequestId=offer["id"])) == "":
            faults.append(f"{what} answers for the resident")
    if await code_of(stranger.run("grant-consent", consentRequestId=offer["id"])) != "not-found":
        faults.append("a stranger answers for the resident")
    rule = {"informationTypes": ["vital-signs"], "residentId": resident_id, "wholeInstitution": True}
    if await code_of(stranger.run("set-visit-rule", **rule)) != "not-found":
        faults.append("a stranger sets the resident's rule")
    if await reads(clinic.practitioner, resident_id) == "read":
        faults.append("an offer that nobody answered was read by")
    granted = await resident.run("grant-consent", consentRequestId=offer["id"])
    if await reads(clinic.practitioner, resident_id) != "read":
        faults.append("what the resident opened is shut")
    for what, caller, subject in (
        ("staff of the same institution", clinic.staff, resident_id),
        ("a practitioner of another", rival.practitioner, resident_id),
        ("who scanned somebody else", clinic.practitioner, stranger_id),
    ):
        if await reads(caller, subject) == "read":
            faults.append(f"{what} reads")
    if await code_of(resident.run("deny-consent", consentRequestId=offer["id"])) != "already-answered":
        faults.append("an answered offer is answered again")
    for what, caller in (("a resident", stranger), ("the partner's staff", clinic.staff)):
        broken = caller.run("break-glass", residentId=known_to(caller, resident_id), reason="wants to see it")
        if await code_of(broken) != "forbidden":
            faults.append(f"{what} breaks the glass")
    await resident.run("revoke-consent", consentId=granted["id"], reason="enough")
    await resident.run("set-visit-rule", informationTypes=["vital-signs"])
    again = await offer_of(resident, clinic.practitioner)
    if again["status"] != "REQUESTED" or await reads(clinic.practitioner, resident_id) == "read":
        faults.append("a rule overrules what the resident took back in the same visit")
    return judge(faults, "only who scanned, only whose code it was, only while the resident says so")
