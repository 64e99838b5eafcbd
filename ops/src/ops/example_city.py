"""Load an example city through the gateway, as its operator and its partners would. Doing it again adds nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from devstack.cities import City
from devstack.fictional import identity_number
from yima_client import code_files
from yima_client.caller import Caller, fresh_key, retried
from yima_client.errors import Refused

PARTNERS_AT_ONCE = 6
ASPECTS = ("LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE")
CERTIFIED_FOR = timedelta(days=730)
SLOTS_FROM = timedelta(days=1)
SLOTS_PER_OFFERING = 12
OPERATOR = "operator@yima.example.org"
REGULATOR = "regulator@yima.example.org"
BORN = "1975-07-07"  # whoever has a fictional identity number

type Tell = Callable[[str], None]


def staff_login(slug: str) -> str:
    return f"staff@{slug}.example.org"


def practitioner_login(slug: str) -> str:
    return f"practitioner@{slug}.example.org"


async def load(city: City, nobody: Caller, secrets: dict[str, str], tell: Tell) -> None:
    """Service definitions, partners with their offerings, residents with their records."""
    operator, regulator = await supervisors(nobody, secrets)
    tell(f"{await put_definitions(city, operator)} service definitions")
    tell(f"{await load_codes(city, operator)} tables of codes")
    partners = city.partners()
    gate = asyncio.Semaphore(PARTNERS_AT_ONCE)
    done: list[int] = []

    async def one_partner(slug: str) -> None:
        async with gate:
            manifest, offerings = partners[slug]
            done.append(
                await load_partner(city, nobody, operator, regulator, slug, manifest, offerings, secrets["residents"])
            )
            tell(f"{len(done)} of {len(partners)} partners, {sum(done)} offerings")

    await asyncio.gather(*(one_partner(slug) for slug in partners))
    residents = city.residents()
    await in_parallel([load_resident(city, nobody, resident, secrets["residents"]) for resident in residents])
    tell(f"{len(residents)} residents")


async def supervisors(nobody: Caller, secrets: dict[str, str]) -> tuple[Caller, Caller]:
    """The first operator and regulator, signed in, who have proven whose their accounts are."""
    operator = await supervisor(nobody, OPERATOR, secrets["operator"], "Sun Li")
    return operator, await supervisor(nobody, REGULATOR, secrets["regulator"], "Wu Jing")


async def supervisor(nobody: Caller, login: str, password: str, name: str) -> Caller:
    caller = await nobody.signed_in(login, password)
    if (await caller.run("me"))["duties"]:
        return caller
    await caller.run("prove-account", identityNumber=identity_number(BORN), name=name, key=fresh_key())
    return await nobody.signed_in(login, password)


async def put_definitions(city: City, operator: Caller) -> int:
    """The service definitions, which offerings refer to; returns how many there are."""
    definitions = city.manifests("definitions")
    await in_parallel([operator.run("put-service-definition", definition=definition) for definition in definitions])
    return len(definitions)


async def load_codes(city: City, operator: Caller) -> int:
    """The tables of codes that the city requires; returns how many there are."""
    files = city.code_files()
    for content in files:
        await code_files.send(operator, content)
    return len(files)


async def load_partner(
    city: City,
    nobody: Caller,
    operator: Caller,
    regulator: Caller,
    slug: str,
    manifest: dict[str, Any],
    offerings: list[dict[str, Any]],
    password: str,
) -> int:
    """One partner, from its registration to its last offering on sale; returns how many offerings it has."""
    await registered(
        nobody.run(
            "register-institution",
            name=manifest["name"],
            login=staff_login(slug),
            password=password,
            staffName=manifest["contact"]["name"],
        )
    )
    staff = await nobody.signed_in(staff_login(slug), password)
    partner_id = (await staff.run("me"))["institution"]["id"]
    await activate(operator, regulator, staff, partner_id, manifest)
    await registered(
        staff.run(
            "register-practitioner",
            login=practitioner_login(slug),
            password=password,
            name=manifest["contact"]["name"],
            licenceNumber=f"LIC-{slug}"[:40].upper(),
            title="General practitioner",
        )
    )
    have = await published(staff)
    for offering in offerings:
        await publish(operator, staff, offering, have)
    return len(offerings)


async def registered(call: Awaitable[Any]) -> bool:
    """Was somebody registered now? False when the login is there from before, or who has such a licence."""
    try:
        await call
    except Refused as refused:
        if refused.code not in ("login-taken", "licence-taken"):
            raise
        return False
    return True


async def by_two(proposer: Caller, approver: Caller, act: dict[str, Any], reason: str) -> dict[str, Any]:
    """What takes two people: proposed by one, approved by the other, and done."""
    proposed = await proposer.run("propose", act=act, reason=reason, key=fresh_key())
    return dict(await approver.run("decide-proposal", proposalId=proposed["id"], approved=True, key=fresh_key()))


async def colleague(
    nobody: Caller,
    inviter: Caller,
    login: str,
    password: str,
    *,
    name: str,
    duties: list[str],
    confirmer: Caller | None,
) -> Caller:
    """Somebody whom a colleague has invited, signed in. An operator or regulator is confirmed by another person."""
    invited = await inviter.run("invite-account", note=name, duties=duties, key=fresh_key())
    number = identity_number(BORN) if confirmer else ""
    chosen = {"login": login, "name": name, "password": password, "identityNumber": number}
    account = await nobody.run("accept-invitation", token=invited["token"], **chosen)
    if confirmer is not None:
        await confirmer.run("confirm-account", accountId=account["id"])
    return await nobody.signed_in(login, password)


async def paid_at_once(operator: Caller, regulator: Caller, partner_id: str) -> dict[str, Any]:
    """Let a new partner be paid without the days that nobody has agreed to waive yet."""
    terms = {"setPayoutTerms": {"partnerId": partner_id, "terms": {"holdDays": 0}}}
    return await by_two(operator, regulator, terms, "known for years: its money need not wait for complaints")


async def certified(operator: Caller, regulator: Caller, partner_id: str, until: str) -> dict[str, Any]:
    """Certify a partner in all aspects until a moment; the regulator co-signs what touches data."""
    grants = [{"aspect": aspect, "scope": ["*"], "expiresAt": until} for aspect in ASPECTS]
    partner = await operator.run("issue-certificates", partnerId=partner_id, grants=grants)
    for proposed in partner["proposedCertificates"]:
        partner = await regulator.run("cosign-certificate", certificateId=proposed["id"], key=fresh_key())
    return dict(partner)


async def activate(
    operator: Caller,
    regulator: Caller,
    staff: Caller,
    partner_id: str,
    manifest: dict[str, Any],
    shares: list[dict[str, Any]] | None = None,
) -> None:
    """Bring a partner from wherever it stands to active; its contract is by the city's tariff, or of these shares."""
    try:
        partner = await staff.run("partner", id=partner_id)
    except Refused as refused:
        if refused.code != "not-found":
            raise
        partner = await staff.run("apply-as-partner", manifest=manifest)
    if partner["status"] in ("APPLIED", "SCREENING"):
        reasons = ["registration, evidence and references were checked and agree"]
        partner = await retried(lambda: let_through(operator, partner_id, reasons), "name-taken")
    if partner["status"] == "CERTIFYING":
        until = (datetime.now(UTC) + CERTIFIED_FOR).isoformat()
        partner = await certified(operator, regulator, partner_id, until)
    if partner["status"] == "CONTRACTING":
        offered = await operator.run("offer-contract", partnerId=partner_id, shares=shares)
        await staff.run("sign-contract", contractId=offered["contract"]["id"])


async def let_through(
    operator: Caller, partner_id: str, reasons: list[str], answers: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Pass an application, whose every item is met where nothing else is said, beside all that have a name like it."""
    alike = await look_alikes(operator, partner_id)
    answers = answers or await answered(operator, partner_id, "MET")
    decision = {"partnerId": partner_id, "passed": True, "reasons": reasons, "comparedPartnerIds": alike}
    return dict(await operator.run("decide-screening", **decision, **answers))


async def turned_away(operator: Caller, partner_id: str, reasons: list[str]) -> dict[str, Any]:
    """Refuse an application, which meets nothing of its checklist."""
    answers = await answered(operator, partner_id, "NOT_MET")
    return dict(await operator.run("decide-screening", partnerId=partner_id, passed=False, reasons=reasons, **answers))


async def answered(operator: Caller, partner_id: str, verdict: str) -> dict[str, Any]:
    """A partner's checklist, with one verdict for all of it."""
    kind = (await operator.run("application", id=partner_id))["kind"]
    checklist = await operator.run("checklist", kind=kind)
    answers = [{"item": item["code"], "verdict": verdict, "reason": "papers were seen"} for item in checklist["items"]]
    return {"answers": answers, "checklistVersion": checklist["version"]}


async def look_alikes(operator: Caller, partner_id: str) -> list[str]:
    """Partners that have a name like this one's; whoever plays the operator has compared their papers."""
    query = "query ($id: ID!) { partner(id: $id) { doubts { kind partnerId } } }"
    doubts = (await operator.raw(query, id=partner_id))["data"]["partner"]["doubts"]
    return [doubt["partnerId"] for doubt in doubts if doubt["kind"] == "SAME_NAME"]


async def published(staff: Caller) -> dict[str, dict[str, Any]]:
    """The partner's offerings so far, by reference."""
    return {offering["reference"]: offering for offering in await staff.every("partner-offerings")}


async def publish(
    operator: Caller, staff: Caller, manifest: dict[str, Any], have: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Bring one offering from wherever it stands to published; with slots, where it is booked."""
    offering: dict[str, Any]
    if manifest["reference"] in have:
        offering = have[manifest["reference"]]
    else:  # catalog hears of the partner's activation by event
        offering = await retried(lambda: staff.run("draft-offering", manifest=manifest), "not-permitted")
    if offering["status"] == "DRAFT":
        offering |= await staff.run("submit-offering", offeringId=offering["id"])
    if offering["status"] in ("SUBMITTED", "IN_REVIEW"):
        looked_at = {"offeringId": offering["id"], "revision": offering["revision"]}
        offering |= await operator.run("decide-review", **looked_at, approved=True, reasons=[])
        if manifest.get("bookingRequired"):
            await staff.run("add-slots", offeringId=offering["id"], slots=slots())
    return dict(offering)


def slots() -> list[dict[str, Any]]:
    """Half-hour slots on the coming mornings."""
    first = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) + SLOTS_FROM
    starts = [first + timedelta(days=number // 4, minutes=30 * (number % 4)) for number in range(SLOTS_PER_OFFERING)]
    return [
        {
            "interval": {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()},
            "capacity": 4,
        }
        for start in starts
    ]


async def load_resident(city: City, nobody: Caller, resident: dict[str, Any], password: str) -> None:
    """One resident with dependants and records."""
    me = await register_resident(nobody, resident, password)
    for batch in city.records(resident["login"].partition("@")[0]):
        institution = await nobody.signed_in(practitioner_login(batch["institution"]), password)
        await ingest(me, institution, batch["resources"])


async def register_resident(nobody: Caller, resident: dict[str, Any], password: str) -> Caller:
    """One resident with dependants, signed in."""
    login = resident["login"]
    new = await registered(
        nobody.run(
            "register-resident",
            login=login,
            password=password,
            name=resident["name"],
            birthDate=str(resident["birth_date"]),
            identityNumber=identity_number(str(resident["birth_date"])),
        )
    )
    me = await nobody.signed_in(login, password)
    if new:
        for dependant in resident.get("dependants") or []:
            born = str(dependant["birth_date"])
            number = identity_number(born)
            await me.run("add-dependant", name=dependant["name"], birthDate=born, identityNumber=number)
    return me


async def ingest(resident: Caller, practitioner: Caller, resources: list[dict[str, Any]]) -> Any:
    """A practitioner scans the resident's code and adds to their record, by the id that the scan says; copies of
    standings follow by events."""
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    sent = [orjson.dumps(of_resident(resource, scan["residentId"])).decode() for resource in resources]
    more = {"residentId": scan["residentId"], "resources": sent, "scanReceipt": scan["receipt"]}
    return await retried(lambda: practitioner.run("ingest-resources", **more), "ingest-refused")


def of_resident(resource: dict[str, Any], resident_id: str) -> dict[str, Any]:
    """A resource of an example, as one of this resident's."""
    subject = "patient" if "patient" in resource else "subject"  # FHIR's name for it differs by kind
    return resource | {subject: {"reference": f"Patient/{resident_id.rpartition('_')[2]}"}}


async def in_parallel(calls: list[Any]) -> None:
    gate = asyncio.Semaphore(PARTNERS_AT_ONCE)

    async def run(call: Any) -> None:
        async with gate:
            await call

    await asyncio.gather(*(run(call) for call in calls))
