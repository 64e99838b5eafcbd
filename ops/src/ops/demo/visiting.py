"""Act six: a scan offers the resident to open their record, and what they open is shut again by one word."""

from typing import Any

import orjson
from devstack.cities import City
from devstack.fictional import identity_number
from yima_client.caller import Caller, until
from yima_client.errors import Refused

from ops.demo.joining import become_partner, hire
from ops.demo.readings import history, reading
from ops.demo.story import Story
from ops.example_city import ingest

OTHER_INSTITUTIONS = (
    {"zh-CN": "石桥社区卫生服务中心", "en": "Stone Bridge Community Health Centre"},
    {"zh-CN": "北郊检验所", "en": "North Gate Laboratory"},
)


async def visit(
    story: Story,
    nobody: Caller,
    supervisors: tuple[Caller, Caller],
    city: City,
    practitioners: tuple[Caller, Caller],
    run: str,
    password: str,
) -> None:
    """Scan, consent for the visit, history of three institutions, revocation, refusal, and what the log says of it."""
    practitioner, colleague = practitioners
    operator, regulator = supervisors
    login = f"visitor-{run}@residents.example.org"
    registered = await nobody.run(
        "register-resident",
        login=login,
        password=password,
        name="Qiu Shiyan",
        birthDate="1948-09-30",
        identityNumber=identity_number("1948-09-30"),
    )
    resident, resident_id = await nobody.signed_in(login, password), registered["id"]
    await ingest(resident, practitioner, resident_id, history(f"{run}-1"))
    for number, name in enumerate(OTHER_INSTITUTIONS, start=2):
        quiet = Story(lambda _step: None)
        staff, _ = await become_partner(quiet, nobody, operator, regulator, city, f"{run}{number}", password, name)
        elsewhere, _ = await hire(quiet, nobody, staff, f"{run}{number}", password)
        await ingest(resident, elsewhere, resident_id, history(f"{run}-{number}"))

    code = await resident.run("issue-health-code")
    scan = await colleague.run("redeem-health-code", text=code["text"])

    async def offers() -> list[dict[str, Any]]:
        nodes = (await colleague.run("visits", residentId=resident_id, first=5))["nodes"]
        return [node for node in nodes if node["scanId"] == scan["id"]]

    (offer,) = await until("the visit's offer", offers, bool)
    story.add(
        "practitioner",
        "scans a resident they have not met: the scan offers a visit consent, and opens nothing yet",
        offers=offer["template"]["informationTypes"],
        until=offer["until"],
        refused=(await refusal(colleague, resident_id)).code,
        why=(await refusal(colleague, resident_id)).message,
    )
    granted = await resident.run(
        "grant-consent", consentRequestId=offer["id"], informationTypes=["vital-signs", "laboratory"]
    )
    story.add(
        "resident",
        "opens a part of the record to this practitioner, until the visit ends",
        information=granted["informationTypes"],
        until=granted["expiresAt"],
    )
    page = await read(colleague, resident_id)
    story.add(
        "practitioner",
        "reads the history of three institutions",
        institutions=sorted({node["institution"]["name"] for node in page["nodes"]}),
        newest=reading(orjson.loads(page["nodes"][0]["resource"])),
        records=len(page["nodes"]),
    )
    await resident.run("revoke-consent", consentId=granted["id"], reason="that was enough")
    refused = await refusal(colleague, resident_id)
    log = (await resident.run("access-log", first=50))["nodes"]
    story.add(
        "resident",
        "takes it back: the next look is refused, and the log says so",
        refused=refused.code,
        log=[
            f"{entry['institution']['name']}: {entry['reason'].lower().replace('_', ' ')}"
            for entry in log
            if entry["kind"] == "READ"
        ],
    )


async def read(who: Caller, resident_id: str) -> Any:
    return await who.run(
        "records", residentId=resident_id, informationTypes=["vital-signs", "laboratory"], purpose="TREAT", first=50
    )


async def refusal(who: Caller, resident_id: str) -> Refused:
    """Why somebody may not read the record; it is a fault that they may."""
    try:
        await read(who, resident_id)
    except Refused as refused:
        return refused
    raise AssertionError("the record was read without a consent")
