"""Who may: records written by strangers, standings that nobody asks, consents that nobody gave."""

import asyncio
import base64
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from ops.demo import manifest_of
from ops.example_city import turned_away
from yima_client.caller import Caller, fresh_key
from yima_client.errors import Refused

from e2e.attack.agreements import a_registration, priced
from e2e.attack.attacks import Outcome, attack, judge
from e2e.attack.inputs import observation
from e2e.attack.scene import Scene, ask, code_of, token_of
from e2e.people import PASSWORD, SHARES, Clinic, known_to, place, serve, until_status

DATA = {"informationTypes": ["vital-signs"], "purpose": "TREAT", "accessMode": "VIEW", "validDays": 365}
SUSPEND = """mutation ($id: ID!) { suspendPartner(partnerId: $id, reason: "harmful") {
    ... on Partner { status capabilities } ... on Refused { code message field } } }"""
REINSTATE = """mutation ($id: ID!) { reinstatePartner(partnerId: $id, reason: "we like them") {
    ... on Partner { status capabilities } ... on Refused { code message field } } }"""
LOOKS = 40  # in a row, while what ends a right travels


async def unscreened(scene: Scene) -> Caller:
    """Staff of an institution that registered a second ago and applied nowhere."""
    run = secrets.token_hex(5)
    nobody = scene.caller()
    login = f"staff-{run}@stranger.example.org"
    name = manifest_of("partner.yaml")["name"]
    await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Staff")
    return await nobody.signed_in(login, PASSWORD)


async def reads(caller: Caller, resident_id: str) -> str:
    """What reading a resident's vital signs is answered: "read", or the refusal's code."""
    known = known_to(caller, resident_id)
    try:
        await caller.run("records", residentId=known, informationTypes=["vital-signs"], purpose="TREAT")
    except Refused as refused:
        return refused.code
    return "read"


async def until_unread(caller: Caller, resident_id: str) -> str:
    """What reading is answered once the news has come; it has a second or two."""
    answer = ""
    for _ in range(LOOKS):
        answer = await reads(caller, resident_id)
        if answer != "read":
            return answer
        await asyncio.sleep(0.1)
    return answer


async def under_consent(scene: Scene, clinic: Clinic) -> tuple[Caller, str, str]:
    """A resident with a confirmed order and a consent in force: caller, id, order."""
    resident, resident_id = await scene.resident()
    order = await place(resident, clinic)
    await until_status(resident, order["id"], "CONFIRMED")
    for _ in range(LOOKS):
        if await reads(clinic.staff, resident_id) == "read":
            break
        await asyncio.sleep(0.1)
    return resident, resident_id, order["id"]


@attack("C2", "records written by an institution that nobody screened, about residents it never met")
async def strangers_write(scene: Scene) -> Outcome:
    resident, resident_id = await scene.resident()
    staff = await unscreened(scene)
    clinic = await scene.clinic(**priced("10.00"))
    faults = []
    if not await code_of(hired(staff, f"LIC-{secrets.token_hex(4).upper()}")):
        faults.append("it has practitioners, who can scan")
    nowhere = f"res_{secrets.token_hex(16)}"
    for who, caller, subject in (
        ("unscreened staff", staff, resident_id),
        ("a partner without relation", clinic.staff, resident_id),
        ("a partner's practitioner without relation", clinic.practitioner, resident_id),
        ("a partner, about nobody", clinic.staff, nowhere),
    ):
        for change in ({}, {"effectiveDateTime": "9999-12-31T23:59:59-12:00"}):
            code_met = await code_of(
                caller.run(
                    "ingest-resources",
                    residentId=known_to(caller, subject),
                    resources=[observation(secrets.token_hex(4), **change)],
                    key=fresh_key(),
                )
            )
            if code_met in ("", "internal"):
                faults.append(f"{who}: {code_met or 'taken in'}")
    own = await resident.raw(
        '{ records(informationTypes: ["vital-signs"], purpose: "PATRQT") { nodes { id } } }'.replace(
            "records(", f'records(residentId: "{resident_id}", '
        )
    )
    if own.get("errors") or own["data"]["records"]["nodes"]:
        faults.append(f"the resident's own record: {str(own)[:90]}")
    return judge(faults, "ten tries refused, the record is readable and empty")


@attack("C3", "a suspended partner signs an open contract, and the operator lifts the regulator's suspension")
async def out_of_suspension(scene: Scene) -> Outcome:
    operator, regulator = await scene.operator(), await scene.regulator()
    clinic = await scene.clinic(**priced("10.00"))
    offered = await operator.run("offer-contract", partnerId=clinic.partner_id, shares=SHARES)
    await regulator.raw(SUSPEND, id=clinic.partner_id)
    signed = await code_of(clinic.staff.run("sign-contract", contractId=offered["contract"]["id"]))
    lifted = (await operator.raw(REINSTATE, id=clinic.partner_id)).get("data", {}).get("reinstatePartner", {})
    status = (await regulator.run("partner", id=clinic.partner_id))["status"]
    faults = [] if status == "SUSPENDED" else [f"it is {status} (signing: {signed or 'taken'}; lifting: {lifted})"]
    return judge(faults, f"signing: {signed}; the operator's lifting: {lifted.get('code')}")


@attack("C3b", "reading by the suspended, before an order is paid, after it closed, after it was cancelled")
async def reading_without_standing(scene: Scene) -> Outcome:
    regulator = await scene.regulator()
    faults = []
    clinic = await scene.clinic(**priced("10.00", consent=DATA))
    waiting, waiting_id = await scene.resident()
    await place(waiting, clinic, paymentMethod=None)
    await asyncio.sleep(1)
    unpaid = await reads(clinic.staff, waiting_id)
    if unpaid == "read":
        faults.append("read while the order was unpaid")
    resident, resident_id, order_id = await under_consent(scene, clinic)
    during = await reads(clinic.practitioner, resident_id)
    if during != "read":
        faults.append(f"under a consent in force the practitioner is refused: {during}")
    await serve(resident, clinic, order_id)
    await until_status(resident, order_id, "CLOSED")
    if await until_unread(clinic.practitioner, resident_id) == "read":
        faults.append("read after the order was closed")
    other, other_id, other_order = await under_consent(scene, clinic)
    await other.run("cancel-order", orderId=other_order, reason="no longer needed")
    if await until_unread(clinic.staff, other_id) == "read":
        faults.append("read after the order was cancelled")
    _, third_id, _ = await under_consent(scene, clinic)
    await regulator.raw(SUSPEND, id=clinic.partner_id)
    if await until_unread(clinic.practitioner, third_id) == "read":
        faults.append("read while suspended")
    return judge(faults, f"read during the order only (unpaid: {unpaid})")


@attack(
    "C3d", "a frozen partner goes on with what it had: an old token, a key, its token, a feed; others lift the freeze"
)
async def acts_while_frozen(scene: Scene) -> Outcome:
    """Everything that was handed out before the freeze is tried after it was answered."""
    regulator, operator, faults = await scene.regulator(), await scene.operator(), list[str]()
    clinic = await scene.clinic(**priced("10.00", consent=DATA))
    _, resident_id, order_id = await under_consent(scene, clinic)
    await clinic.staff.run("accept-order", orderId=order_id)
    key = await clinic.staff.run("create-api-key", label="archive", scopes=["RECORDS", "ORDERS"])
    nobody = scene.caller()
    system = nobody.with_token((await nobody.run("exchange-api-key", apiKey=key["secret"]))["accessToken"])
    feed = asyncio.create_task(anext(clinic.staff.follow("order-events")))
    await asyncio.sleep(0.5)
    freeze = await regulator.run(
        "impose-freeze", targetId=clinic.partner_id, caseNumber="WJW-1", reason="records were sold", key=fresh_key()
    )
    for who in (clinic.staff, clinic.practitioner, system):
        if await reads(who, resident_id) == "read":
            faults.append("read after the freeze was answered")
    if not await code_of(nobody.run("exchange-api-key", apiKey=key["secret"])):
        faults.append("signed in with a key")
    for _ in range(LOOKS):
        if await code_of(system.run("me")) == "unauthenticated":
            break
        await asyncio.sleep(0.1)
    else:
        faults.append("the key's old token is taken")
    done, _ = await asyncio.wait([feed], timeout=5)
    if not done or not isinstance(feed.exception(), Refused):
        faults.append("the feed goes on")
        feed.cancel()
    again = clinic.staff.run("create-api-key", label="more", scopes=["RECORDS"])
    if not await code_of(again):
        faults.append("made another key")
    for who in (operator, clinic.staff, clinic.practitioner):
        if not await code_of(who.run("lift-freeze", freezeId=freeze["id"], reason="we like them", key=fresh_key())):
            faults.append("lifted it")
    return judge(faults, "all of it refused, and nobody but a regulator lifts it")


@attack("C3c", "a suspended partner sells on: orders paid, accepted and moved after it, fees from who leaves")
async def sells_while_suspended(scene: Scene) -> Outcome:
    regulator = await scene.regulator()
    rules = [{"hoursBefore": 24 * 60, "feeBasisPoints": 10000}]
    clinic = await scene.clinic(**priced("100.00", bookingRequired=True, cancellation=rules))
    document = "query ($id: ID!) { offering(id: $id) { freePlaces { slotId } } }"
    resident, _ = await scene.resident()
    places: list[dict[str, str]] = []
    for _ in range(LOOKS):
        if len(places) > 3:
            break
        places = (await resident.raw(document, id=clinic.offering["id"]))["data"]["offering"]["freePlaces"]
        await asyncio.sleep(0.1)

    async def ordered(number: int, **more: Any) -> str:
        line = {"offeringId": clinic.offering["id"], "slotId": places[number]["slotId"]}
        return str((await place(resident, clinic, lines=[line], consentGiven=False, **more))["id"])

    accepted, confirmed, unpaid = await ordered(0), await ordered(1), await ordered(2, paymentMethod=None)
    for one in (accepted, confirmed):
        await until_status(resident, one, "CONFIRMED")
    await clinic.staff.run("accept-order", orderId=accepted)
    await regulator.raw(SUSPEND, id=clinic.partner_id)
    code = ""
    for _ in range(LOOKS):  # while the news travels
        code = await code_of(ordered(3))
        if code:
            break
        await asyncio.sleep(0.1)
    faults = [] if code else ["it takes new orders"]
    (line,) = (await resident.run("order", id=accepted))["lines"]
    move = {"orderId": accepted, "lineId": line["id"], "bookingId": line["bookings"][0]["id"], "key": fresh_key()}
    for what, call in (
        ("pays", resident.run("pay-order", orderId=unpaid, paymentMethod="sandbox:ok", key=fresh_key())),
        ("accepts", clinic.staff.run("accept-order", orderId=confirmed)),
        ("moves", clinic.staff.run("book-slot", slotId=places[3]["slotId"], **move)),
    ):
        if (answer := await code_of(call)) in ("", "internal"):
            faults.append(f"{what}: {answer or 'yes'}")
    for one in (confirmed, unpaid):
        try:
            await until_status(resident, one, "CANCELLED")
        except AssertionError as error:
            faults.append(f"not called off: {error}")
    done = await resident.run("cancel-order", orderId=accepted, reason="they are suspended", key=fresh_key())
    if (due := done["cancellation"]["due"]["amount"]) != "0.00":
        faults.append(f"leaving costs {due}")
    return judge(faults, f"a new order: {code}; what was not accepted is called off; leaving costs {due}")


@attack("M3", "a stranger fills a resident's access log")
async def noise(scene: Scene) -> Outcome:
    resident, resident_id = await scene.resident()
    staff = await unscreened(scene)
    for _ in range(60):
        await reads(staff, resident_id)
    log = await resident.raw("{ accessLog(first: 100) { nodes { permitted times institution { name } } } }")
    nodes = log["data"]["accessLog"]["nodes"]
    faults = [f"{len(nodes)} entries of 60 refusals"] if len(nodes) > 5 else []
    faults += ["the asker is not named"] if any(node["institution"] is None for node in nodes) else []
    return judge(
        faults, f"{len(nodes)} entries of 60 refusals, counted ({[node['times'] for node in nodes]}) and named"
    )


async def looks_until_revoked(caller: Caller, resident_id: str, revoked_at: list[float]) -> list[float]:
    """Read again and again until half a second after the revocation; when answers with data came."""
    loop, answers = asyncio.get_running_loop(), list[float]()
    while not revoked_at or loop.time() < revoked_at[0] + 0.6:
        if await reads(caller, resident_id) == "read":
            answers.append(loop.time())
    return answers


@attack("M11", "reads under way while a consent is revoked")
async def reads_and_revocation(scene: Scene) -> Outcome:
    clinic = await scene.clinic(**priced("10.00", consent=DATA))
    late = total = 0
    for _ in range(3):
        resident, resident_id, order_id = await under_consent(scene, clinic)
        consents = await resident.raw("query ($o: ID) { consents(orderId: $o) { nodes { id } } }", o=order_id)
        consent_id = consents["data"]["consents"]["nodes"][0]["id"]
        revoked_at: list[float] = []
        looking = [asyncio.create_task(looks_until_revoked(clinic.staff, resident_id, revoked_at)) for _ in range(8)]
        await asyncio.sleep(0.5)
        await resident.run("revoke-consent", consentId=consent_id, reason="enough")
        revoked_at.append(asyncio.get_running_loop().time())
        answers = [at for one in await asyncio.gather(*looking) for at in one]
        total += len(answers)
        # An answer travels back while the revocation's does: only what comes clearly later was released later.
        late += sum(at > revoked_at[0] + 0.05 for at in answers)
    return judge([f"{late} of {total} answers came after the revocation's"] if late else [], f"0 of {total} came late")


@attack("H10", "numbers of institutions and practitioners that are others'")
async def numbers_of_others(scene: Scene) -> Outcome:
    operator = await scene.operator()
    number = a_registration()
    manifest = manifest_of("partner.yaml") | {"registrationNumber": number}
    attacker = await unscreened(scene)
    hospital = await unscreened(scene)
    await attacker.run("apply-as-partner", manifest=manifest, key=fresh_key())
    first = await code_of(hospital.run("apply-as-partner", manifest=manifest, key=fresh_key()))
    if first:
        taken_by = (await attacker.run("me"))["institution"]["id"]
        await turned_away(operator, taken_by, ["not theirs"])
        first = await code_of(hospital.run("apply-as-partner", manifest=manifest, key=fresh_key()))
    faults = [f"the hospital is refused its own number: {first}"] if first else []
    licence = f"LIC-{secrets.token_hex(4).upper()}"
    codes: list[str] = []
    attacker, hospital = (await scene.clinic()).staff, (await scene.clinic()).staff  # who is none hires nobody
    for staff in (attacker, hospital):
        codes.append(await code_of(hired(staff, licence)))
    if codes[1]:
        faults.append(f"the practitioner's own licence: {codes[1]}")
    variants: tuple[str, ...] = (
        licence.lower(),
        f"{licence} ",
        licence.replace("L", "\uff2c", 1),
        licence.replace("C", "\u0421", 1),
    )
    variants += tuple(licence.replace("-", separator) for separator in (" ", "/", ".", ""))
    variants += (licence.replace("I", "1"), licence.replace("L", "1"), licence.replace("LI", "II"))
    same = [variant for variant in variants if not await code_of(hired(hospital, variant))]
    if same:
        faults.append(f"{len(same)} spellings of one licence are other practitioners")
    return judge(faults, f"the hospital applies and hires; {len(variants)} spellings of its licence are one")


def hired(staff: Caller, licence: str) -> Any:
    login = f"doctor-{secrets.token_hex(6)}@clinic.example.org"
    return staff.run(
        "register-practitioner", login=login, password=PASSWORD, name="Doctor", licenceNumber=licence, title="Doctor"
    )


SUSPENDED_ACTS = {
    "a practitioner": """mutation ($l: String!, $p: String!, $n: String!) { registerPractitioner(login: $l,
        password: $p, name: "Doctor", licenceNumber: $n, title: "Doctor") { __typename ... on Refused { code } } }""",
    "a signing key": """mutation ($k: String!) { registerSigningKey(publicKey: $k) {
        __typename ... on Refused { code } } }""",
    "an API key": """mutation { createApiKey(label: "till", scopes: [ORDERS]) {
        __typename ... on Refused { code } } }""",
    "slots": """mutation ($o: ID!, $d: String!) { addWeeklySlots(offeringId: $o, pattern: {fromDate: $d, untilDate: $d,
        weekdays: [1, 2, 3, 4, 5, 6, 7], times: ["09:00"], minutes: 30, capacity: 1}) {
        __typename ... on Refused { code } } }""",
}


@attack("N1", "what a suspended partner may still change")
async def suspended_acts(scene: Scene) -> Outcome:
    clinic, operator = await scene.clinic(**priced("10.00")), await scene.operator()
    await operator.raw(SUSPEND, id=clinic.partner_id)
    await asyncio.sleep(2)  # catalog hears of it by event
    variables = {
        "l": f"doctor-{secrets.token_hex(6)}@clinic.example.org",
        "p": PASSWORD,
        "o": clinic.offering["id"],
        "n": f"LIC-{secrets.token_hex(4).upper()}",
        "k": base64.b64encode(secrets.token_bytes(32)).decode(),
        "d": (datetime.now(UTC) + timedelta(days=40)).date().isoformat(),
    }
    faults = []
    for what, document in SUSPENDED_ACTS.items():
        given = {name: value for name, value in variables.items() if f"${name}:" in document}
        answer = await ask(scene.http(), scene, document, token_of(clinic.staff), **given)
        if not answer.codes & {"step-refused", "partner-not-active", "not-permitted"}:
            faults.append(f"{what}: {answer.codes or 'made'}")
    return judge(faults, f"{len(SUSPENDED_ACTS)} refused: nothing is made or changed")


ANNOUNCE = """mutation ($n: Int!, $h: String!) { requestUpload(mediaType: "image/png", size: $n, sha256: $h) {
    ... on DocumentLink { documentId } ... on Refused { code message } } }"""


@attack("N2", "documents without end of an institution that nobody screened")
async def documents_without_end(scene: Scene) -> Outcome:
    staff, each, taken = await unscreened(scene), 4 * 1024 * 1024, 0
    for _ in range(30):
        answer = await ask(scene.http(), scene, ANNOUNCE, token_of(staff), n=each, h=secrets.token_hex(32))
        if answer.codes:
            break
        taken += each
    small = 0
    for _ in range(100):
        answer = await ask(scene.http(), scene, ANNOUNCE, token_of(staff), n=1, h=secrets.token_hex(32))
        if answer.codes:
            break
        small += 1
    faults = [f"{taken} bytes were to be taken"] if taken > 64 * 1024 * 1024 else []
    faults += [f"{small} small ones beside them"] if small > 50 else []
    return judge(faults, f"{taken // 1024**2} MiB and {small} small documents, then refused")
