"""Act six: a scan offers the resident to open their record, and what they open is shut again by one word."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import orjson
from devstack.authenticator import Authenticator
from devstack.cities import City
from devstack.fictional import identity_number
from devstack.lives import life
from yima_client import transparency
from yima_client.caller import Caller, fresh_key, tls, until
from yima_client.errors import Refused
from yima_client.tokens import Tokens
from yima_client.transparency import Proved

from ops.demo.apps import let_an_app_look
from ops.demo.joining import become_partner, hire
from ops.demo.readings import SYSTOLIC, history, reading
from ops.demo.story import Story
from ops.example_city import ingest

BORN = "1948-09-30"
OF_EACH = 40  # of a life, so many of the newest resources at each institution
FOLLOW_UP_IN = timedelta(weeks=4)
OFFERED_SECONDS = 30  # within which a telephone has heard of a scan
OTHER_INSTITUTIONS = (
    {"zh-CN": "石桥社区卫生服务中心", "en": "Stone Bridge Community Health Centre"},
    {"zh-CN": "北郊检验所", "en": "North Gate Laboratory"},
)


async def visit(
    story: Story,
    nobody: Caller,
    url: str,
    supervisors: tuple[Caller, Caller],
    city: City,
    practitioners: tuple[Caller, Caller],
    run: str,
    password: str,
) -> None:
    """Scan, consent for the visit, history of three institutions, revocation, refusal, and what the log says of it."""
    practitioner, colleague = practitioners
    login = await register(nobody, run, password)
    resident = await sign_in(story, nobody, url, login, password)
    centre, *elsewhere = life(seed=int(run, 16) % 10_000, number=0, born=date.fromisoformat(BORN)).histories
    await ingest(resident, practitioner, [*history(f"{run}-1"), *centre[-OF_EACH:]])
    for number, (name, lived) in enumerate(zip(OTHER_INSTITUTIONS, elsewhere, strict=True), start=2):
        quiet, label = Story(lambda _step: None), f"{run}{number}"
        staff, _ = await become_partner(quiet, nobody, *supervisors, city, label, password, name)
        doctor, _ = await hire(quiet, nobody, staff, label, password)
        await ingest(resident, doctor, [*history(f"{run}-{number}"), *lived[-OF_EACH:]])
    resident_id, request_id = await scan(story, resident, colleague)
    consent_id = await consent(story, resident, request_id)
    await verify(story, resident, url, consent_id)
    await read_history(story, colleague, resident_id)
    await note_follow_up(story, resident, colleague, resident_id)
    await revoke(story, resident, colleague, resident_id, consent_id)
    await read_own(story, resident)
    await let_an_app_look(story, staff, resident, url)


async def register(nobody: Caller, run: str, password: str) -> str:
    """The login of a resident whom none of the institutions has met."""
    login = f"visitor-{run}@residents.example.org"
    await nobody.run(
        "register-resident",
        login=login,
        password=password,
        name="Qiu Shiyan",
        birthDate=BORN,
        identityNumber=identity_number(BORN),
    )
    return login


async def sign_in(story: Story, nobody: Caller, url: str, login: str, password: str) -> Caller:
    """The resident makes a passkey and signs in with it alone, as a telephone would; with the password where a city has
    no pages of its own for passkeys."""
    phone = Authenticator(origin=url.removesuffix("/graphql").replace("127.0.0.1", "localhost"), counts=False)
    try:
        begun = await nobody.run("begin-passkey", login=login, password=password)
    except Refused:
        return await nobody.signed_in(login, password)
    made = await nobody.run(
        "finish-passkey", ceremonyId=begun["id"], name="phone", credential=phone.create(begun["options"])
    )
    asked = await nobody.run("begin-passkey-sign-in")
    token = await nobody.run("finish-passkey-sign-in", ceremonyId=asked["id"], credential=phone.get(asked["options"]))
    story.add(
        "resident",
        "makes a passkey on their telephone, and signs in with it alone",
        recovery_codes=len(made["recoveryCodes"]),
        role=token["role"].lower(),
        until=token["refreshUntil"],
    )
    return nobody.with_tokens(Tokens(token["accessToken"], token["refreshToken"]))


async def scan(story: Story, resident: Caller, practitioner: Caller) -> tuple[str, str]:
    """The practitioner scans the resident's code; returns the id that their institution has for the resident, and that
    of the consent request that this offers."""
    code = await resident.run("issue-health-code")
    redeemed = await practitioner.run("redeem-health-code", text=code["text"])
    resident_id = redeemed["residentId"]  # another institution has another for them

    async def offers() -> list[dict[str, Any]]:
        nodes = (await practitioner.run("visits", residentId=resident_id, first=5))["nodes"]
        return [node for node in nodes if node["scanId"] == redeemed["id"]]

    (offer,) = await until("the visit's offer", offers, bool)
    refused = await refusal(practitioner, resident_id)
    story.add(
        "practitioner",
        "scans a resident they have not met: the scan offers a visit consent, and opens nothing yet",
        offers=offer["template"]["informationTypes"],
        until=offer["until"],
        refused=refused.code,
        why=refused.message,
    )
    await offered(story, resident, str(offer["id"]))
    return str(resident_id), str(offer["id"])


async def offered(story: Story, resident: Caller, request_id: str) -> None:
    """What the resident's telephone shows as soon as they were scanned."""
    changes = resident.follow("visit-changes", after="s0")
    async with asyncio.timeout(OFFERED_SECONDS):
        async for change in changes:
            visit = change["visit"]
            if visit["id"] == request_id:
                break
    await changes.aclose()
    story.add(
        "resident",
        "is asked on their telephone, by name, for what and until when",
        by=visit["grantee"]["name"],
        information=visit["template"]["informationTypes"],
        until=visit["until"],
        status=visit["status"].lower(),
    )


async def verify(story: Story, resident: Caller, url: str, consent_id: str) -> None:
    """The resident checks the receipt of their consent with nothing but the city's published keys."""
    signed = await resident.run("consent-document", consentId=consent_id)
    async with httpx2.AsyncClient(trust_env=False, verify=tls()) as http:
        keys = (await http.get(url.removesuffix("/graphql") + "/audit-keys.json")).json()
    document, receipt = transparency.verify([signed["resource"], signed["receipt"]], keys)
    changed = signed["resource"].replace("permit", "deny", 1)
    forged, _ = transparency.verify([changed, signed["receipt"]], keys)
    story.add(
        "resident",
        "verifies the consent's receipt by the city's keys alone, as `yima audit verify` and the page /verify do",
        document="holds" if isinstance(document, Proved) else str(document),
        receipt="holds" if isinstance(receipt, Proved) else str(receipt),
        changed_in_a_word="holds" if isinstance(forged, Proved) else str(forged),
        page=url.removesuffix("/graphql") + "/verify",
    )


async def consent(story: Story, resident: Caller, request_id: str) -> str:
    """The resident grants a part of what is offered; returns the consent's id."""
    granted = await resident.run(
        "grant-consent", consentRequestId=request_id, informationTypes=["vital-signs", "laboratory", "encounters"]
    )
    story.add(
        "resident",
        "opens a part of the record to this practitioner, until the visit ends",
        information=granted["informationTypes"],
        until=granted["expiresAt"],
    )
    return str(granted["id"])


async def read_history(story: Story, practitioner: Caller, resident_id: str) -> None:
    page = await read(practitioner, resident_id)
    story.add(
        "practitioner",
        "reads the history of three institutions",
        institutions=sorted({node["institution"]["name"] for node in page["nodes"]}),
        newest=reading(orjson.loads(page["nodes"][0]["resource"])),
        records=len(page["nodes"]),
    )


async def note_follow_up(story: Story, resident: Caller, practitioner: Caller, resident_id: str) -> None:
    """The practitioner says what is to be done next, and the resident has it in their own list."""
    due_on = (datetime.now(UTC) + FOLLOW_UP_IN).date().isoformat()
    step = {"action": "VISIT", "reason": "CHECK", "dueOn": due_on, "note": "Bring the readings of these weeks"}
    await practitioner.run("note-follow-up", residentId=resident_id, **step, key=fresh_key())
    (noted,) = (await resident.run("follow-ups"))["nodes"]

    async def kinds_of_messages() -> list[str]:
        return [message["kind"] for message in (await resident.run("messages", first=50))["nodes"]]

    await until("the resident to be told", kinds_of_messages, lambda kinds: "FOLLOW_UP_NOTED" in kinds)
    story.add(
        "practitioner",
        "notes what is to be done next: the resident is told, books it, and is reminded when it is due",
        due=noted["dueOn"],
        note=noted["note"],
        status=noted["status"].lower(),
    )


async def revoke(story: Story, resident: Caller, practitioner: Caller, resident_id: str, consent_id: str) -> None:
    """The resident takes the consent back; the practitioner is refused from then on, and the log has it all."""
    await resident.run("revoke-consent", consentId=consent_id, reason="that was enough")
    refused = await refusal(practitioner, resident_id)
    log = (await resident.run("access-log", first=50))["nodes"]
    story.add(
        "resident",
        "takes it back: the next look is refused, and the log says so",
        refused=refused.code,
        log=[
            f"{entry['institution']['name']}: {entry['reason'].lower().replace('_', ' ')}"
            for entry in log
            if entry["kind"] == "READ" and entry["institution"]  # their own looks are by none
        ],
    )


async def read_own(story: Story, resident: Caller) -> None:
    """The resident reads their own record, as they would on their telephone."""
    own_id = (await resident.run("me"))["resident"]["id"]
    page = await resident.run("timeline", residentId=own_id, first=50)
    series = await resident.run("series", residentId=own_id, code=SYSTOLIC)
    newest = page["nodes"][0]["item"]
    story.add(
        "resident",
        "reads their own record across three institutions, and one measurement over time",
        institutions=sorted({node["item"]["institution"]["name"] for node in page["nodes"]}),
        newest=f"{newest['title']} {newest['values'][0]['value']} {newest['values'][0]['unit']}",
        judged=(newest["values"][0]["interpretation"] or "").lower(),
        years=sorted({node["item"]["effectiveAt"][:4] for node in page["nodes"]}),
        of_the_newest=dict(Counter(node["item"]["kind"].lower() for node in page["nodes"])),
        series=[f"{point['value']} {series['unit']}" for point in series["points"][-6:]],
        trend=series["trend"].lower(),
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
