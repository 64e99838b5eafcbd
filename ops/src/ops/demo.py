"""The main job, played through GraphQL: from a partner's application to its payout, and who looked at what.

Every run makes a partner, a practitioner and a resident of its own, so it can be run again and again.
"""

import base64
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import httpx2
import orjson
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.cities import City
from yima_client.caller import Caller, agreed, connect, fresh_key, retried, until
from yima_client.errors import Refused

from ops.example_city import ASPECTS, CERTIFIED_FOR, OPERATOR, REGULATOR, ingest, let_through, paid_at_once, publish

PLATFORM_BASIS_POINTS = 800
FUND_BASIS_POINTS = 200
SYSTOLIC, DIASTOLIC, PRESSURE, GLUCOSE = "8480-6", "8462-4", "85354-9", "14771-0"


@dataclass(frozen=True)
class Step:
    """What happened, who did it, and what came of it."""

    number: int
    actor: str
    title: str
    facts: dict[str, Any]


@dataclass
class Story:
    """The steps so far; `tell` hears of each as it happens."""

    tell: Callable[[Step], None]
    steps: list[Step] = field(default_factory=list)

    def add(self, actor: str, title: str, /, **facts: Any) -> None:
        step = Step(len(self.steps) + 1, actor, title, facts)
        self.steps.append(step)
        self.tell(step)

    def as_json(self) -> list[dict[str, Any]]:
        """The steps with the names that `--json` promises."""
        return [asdict(step) | {"facts": camel_case(step.facts)} for step in self.steps]


def camel_case(facts: Any) -> Any:
    """Facts whose names are written as GraphQL's: waits_for is waitsFor."""
    if isinstance(facts, list):
        return [camel_case(item) for item in facts]
    if not isinstance(facts, dict):
        return facts
    return {re.sub("_([a-z])", lambda found: found[1].upper(), name): camel_case(v) for name, v in facts.items()}


def money(amount: dict[str, str]) -> str:
    return f"{amount['amount']} {amount['currency']}"


async def play(url: str, secret: dict[str, str], city: City, tell: Callable[[Step], None], provider: str = "") -> Story:
    """Play the whole main job; with the sandbox provider's URL, a bank sends a payout back, too.

    Raises `Refused` or `NeverHappened` where the system does not do its part.
    """
    story = Story(tell)
    async with connect(url, locale="en") as nobody:
        run = secrets.token_hex(4)
        password = secrets.token_urlsafe(16)
        operator = await nobody.signed_in(OPERATOR, secret["operator"])
        staff, partner_id = await become_partner(story, nobody, operator, city, run, password)
        offering = await offer(story, operator, staff, city, run)
        practitioner, colleague = await hire(story, nobody, staff, run, password)
        resident, resident_id = await arrive(story, nobody, practitioner, run, password)
        order_id = await order(story, resident, staff, offering)
        await prove(story, resident, practitioner, colleague, order_id)
        await read_records(story, resident, practitioner, order_id, resident_id)
        regulator = await nobody.signed_in(REGULATOR, secret["regulator"])
        paid = await settle(story, practitioner, staff, operator, regulator, order_id, partner_id)
        if paid:
            await afterwards(story, resident, practitioner, staff, operator, offering, order_id, partner_id)
        if paid and provider:
            await come_back(story, staff, operator, partner_id, provider, secret["provider"])
        await take_a_course(story, operator, staff, practitioner, resident, run)
        await object_to_a_statement(story, resident, staff, operator, offering)
        await look_back(story, resident, regulator)
    return story


async def become_partner(
    story: Story, nobody: Caller, operator: Caller, city: City, run: str, password: str
) -> tuple[Caller, str]:
    """Application, screening, certification, contract."""
    manifest = manifest_of("partner.yaml")
    manifest["registrationNumber"] = f"91370100MA{run.upper()}"
    login = f"staff-{run}@clear-spring.example.org"
    institution = await nobody.run(
        "register-institution",
        name=manifest["name"],
        login=login,
        password=password,
        staffName=manifest["contact"]["name"],
    )
    staff = await nobody.signed_in(login, password)
    partner = await staff.run("apply-as-partner", manifest=manifest, key=fresh_key())
    story.add(
        "partner",
        "applies with a manifest file",
        partner=partner["name"],
        kind=partner["kind"],
        status=partner["status"],
    )
    partner_id = institution["id"]
    reasons = ["shared values and demand in the district", "evidence complete in all five aspects"]
    screened = await let_through(operator, partner_id, reasons)
    story.add("operator", "screens the application", passed=True, reasons=reasons, status=screened["status"])
    expires = (datetime.now(UTC) + CERTIFIED_FOR).isoformat()
    grants = [{"aspect": aspect, "scope": ["*"], "expiresAt": expires} for aspect in ASPECTS]
    certified = await operator.run("issue-certificates", partnerId=partner_id, grants=grants)
    story.add(
        "operator",
        "certifies it in five aspects",
        aspects=[certificate["aspect"] for certificate in certified["certificates"]],
        status=certified["status"],
    )
    tariff = city.settings["fees"]["default"]["shares"]
    fund = next(share["party"] for share in tariff if share["party"].startswith("fund:"))
    shares = [
        {"party": "platform", "basisPoints": PLATFORM_BASIS_POINTS},
        {"party": fund, "basisPoints": FUND_BASIS_POINTS},
    ]
    offered = await operator.run("offer-contract", partnerId=partner_id, shares=shares)
    signed = await staff.run("sign-contract", contractId=offered["contract"]["id"])
    story.add(
        "partner",
        "signs a contract with a split plan",
        split={
            "platform": f"{PLATFORM_BASIS_POINTS / 100:g} %",
            fund: f"{FUND_BASIS_POINTS / 100:g} %",
            "partner": "the rest",
        },
        status=signed["status"],
        may=signed["capabilities"],
    )
    return staff, partner_id


async def offer(story: Story, operator: Caller, staff: Caller, city: City, run: str) -> dict[str, Any]:
    """Draft, submit, review, publish; and find it in the catalog."""
    manifest = manifest_of("offering.yaml")
    manifest["reference"] = f"{manifest['reference']}-{run}"
    manifest["title"]["en"] += f" {run}"
    known = {definition["code"] for definition in city.manifests("definitions")}
    assert manifest["definition"] in known
    offering = await publish(operator, staff, manifest, {})
    story.add(
        "partner",
        "publishes a family-doctor package",
        title=manifest["title"]["en"],
        price=money(manifest["price"]),
        asks=manifest["consent"]["informationTypes"],
        status=offering["status"],
    )
    return {**offering, "title": manifest["title"]["en"], "run": run}


async def hire(story: Story, nobody: Caller, staff: Caller, run: str, password: str) -> tuple[Caller, Caller]:
    """The partner registers a practitioner, and a colleague of theirs."""
    signed_in: list[Caller] = []
    for name, title in (("Dr Tan Muyu", "Family doctor"), ("Bo Yan", "Nurse")):
        login = f"{title.split()[-1].lower()}-{run}@clear-spring.example.org"
        practitioner = await staff.run(
            "register-practitioner",
            login=login,
            password=password,
            name=name,
            licenceNumber=f"LIC-{run.upper()}-{len(signed_in) + 1}",
            title=title,
        )
        story.add("partner", "registers a practitioner", practitioner=practitioner["name"], title=practitioner["title"])
        signed_in.append(await nobody.signed_in(login, password))
    return signed_in[0], signed_in[1]


async def arrive(story: Story, nobody: Caller, practitioner: Caller, run: str, password: str) -> tuple[Caller, str]:
    """A resident registers; a hospital has records of them."""
    login = f"resident-{run}@residents.example.org"
    registered = await nobody.run(
        "register-resident", login=login, password=password, name="Wen Zhiyuan", birthDate="1957-04-12"
    )
    resident = await nobody.signed_in(login, password)
    receipt = await ingest(resident, practitioner, registered["id"], history(run))
    story.add(
        "resident",
        "registers, and shows a health code where they have been treated before",
        name=registered["name"],
        records=receipt["created"],
    )
    return resident, registered["id"]


async def order(story: Story, resident: Caller, staff: Caller, offering: dict[str, Any]) -> str:
    """Find, order, consent, pay; the partner accepts."""

    async def search() -> list[dict[str, Any]]:
        page = await resident.run("offerings", query=offering["run"], first=3)
        return [edge["node"] for edge in page["edges"]]

    found = (await until("the offering in the catalog", search, bool))[0]
    story.add(
        "resident",
        "finds it in the catalog",
        title=found["title"],
        partner=found["partner"]["name"],
        price=money(found["price"]),
    )

    async def looked() -> Any:
        return await agreed(resident, {"lines": [{"offeringId": found["id"], "quantity": 1}]})

    async def place() -> Any:
        return await resident.run("place-order", input=wanted, key=key)

    key = fresh_key()
    wanted = await until("ordering's copy of the offering", lambda: unless_refused(looked, "unknown-offering"), bool)
    placed = await place()
    again = await place()  # a double tap on the button
    story.add(
        "resident",
        "places the order, twice by mistake",
        total=money(placed["total"]),
        status=placed["status"],
        waits_for=placed["waitingFor"],
        orders=len({placed["id"], again["id"]}),
    )
    order_id = str(placed["id"])

    async def asked() -> list[dict[str, Any]]:
        return list((await resident.run("consent-requests", orderId=order_id))["nodes"])

    request = (await until("the consent request", asked, bool))[0]
    granted = await resident.run("grant-consent", consentRequestId=request["id"])
    story.add(
        "resident",
        "consents to what it asks, and nothing else",
        to=request["grantee"]["name"],
        information=granted["informationTypes"],
        purpose=granted["purpose"],
        until=granted["expiresAt"],
    )
    await resident.run("pay-order", orderId=order_id, paymentMethod="sandbox:ok", key=fresh_key())
    confirmed = await reached("CONFIRMED", resident, order_id)
    story.add(
        "resident",
        "pays; money, consent and slot are in",
        payment=confirmed["payment"]["status"],
        status=confirmed["status"],
    )
    accepted = await staff.run("accept-order", orderId=order_id)
    story.add("partner", "accepts the order", status=accepted["status"])
    return order_id


async def prove(story: Story, resident: Caller, practitioner: Caller, colleague: Caller, order_id: str) -> None:
    """The rotating code is scanned as proof of service; a copy of it is worth nothing."""
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    proven = await practitioner.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    story.add(
        "practitioner",
        "scans the resident's rotating code: proof of service",
        code=f"{code['text'][:24]}…",
        status=proven["status"],
    )
    try:
        await colleague.run("redeem-health-code", text=code["text"])
    except Refused as refused:
        story.add("practitioner", "scans a screenshot of the same code", refused=refused.code)


async def read_records(story: Story, resident: Caller, practitioner: Caller, order_id: str, resident_id: str) -> None:
    """One reading the consent permits, one it does not."""
    await in_force(resident, order_id)
    page = await practitioner.run(
        "records", residentId=resident_id, informationTypes=["vital-signs"], purpose="TREAT", first=3
    )
    shown = [reading(orjson.loads(node["resource"])) for node in page["nodes"]]
    story.add("practitioner", "reads the vital signs the consent permits", readings=shown)
    try:
        await practitioner.run("records", residentId=resident_id, informationTypes=["laboratory"], purpose="TREAT")
    except Refused as refused:
        story.add("practitioner", "asks for the laboratory results", refused=refused.code, why=refused.message)


async def settle(
    story: Story,
    practitioner: Caller,
    staff: Caller,
    operator: Caller,
    regulator: Caller,
    order_id: str,
    partner_id: str,
) -> bool:
    """Fulfilment, the split, the payout, the statement. Was it paid out? A city may hold the money for days."""
    await practitioner.run("fulfil-order", orderId=order_id)
    closed = await until(
        "the settlement", lambda: staff.run("order", id=order_id), lambda seen: seen["status"] == "CLOSED"
    )
    (split,) = closed["payment"]["splits"]
    story.add(
        "settlement",
        "takes the money and splits it",
        paid=money(split["gross"]),
        parts={party_name(part["party"]): money(part["amount"]) for part in split["parts"]},
        status=closed["status"],
    )
    entries = await operator.run("entries", orderId=order_id)
    story.add(
        "settlement",
        "has written it to the ledger",
        entries={
            entry["kind"]: {
                party_name(posting["account"]): posting["amount"]["amount"] for posting in entry["postings"]
            }
            for entry in entries
        },
    )
    held = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    waiting = (await staff.run("payout-outlook", partnerId=partner_id))["currencies"][0]["onHold"]
    story.add("operator", "runs the payouts: a new partner waits", paid=len(held["payouts"]), on_hold=money(waiting))
    agreed = await paid_at_once(operator, regulator, partner_id)
    story.add(
        "regulator", "approves that this partner is paid at once, as the operator proposed", proposal=agreed["status"]
    )
    run = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    if not run["payouts"]:
        (kept,) = run["held"]
        story.add(
            "operator",
            "pays nothing out yet: the city's risk tier holds the money longer. What comes after a payout is left out",
            on_hold=money(kept["onHold"]),
            until=kept["heldUntil"],
            reason=kept["reason"],
        )
        return False
    (made,) = run["payouts"]

    async def payout() -> dict[str, Any]:
        nodes = (await staff.run("payouts", partnerId=partner_id))["nodes"]
        return next(node for node in nodes if node["id"] == made["id"])

    paid = await until("the payout", payout, lambda seen: seen["status"] == "PAID")
    story.add("operator", "runs the payouts", amount=money(paid["amount"]), status=paid["status"])
    statement = await staff.run("statement", partnerId=partner_id)
    (account,) = statement["currencies"]
    story.add(
        "partner",
        "reads its statement",
        opening=money(account["opening"]),
        lines=[f"{line['kind']}: {line['amount']['amount']}" for line in account["lines"]],
        closing=money(account["closing"]),
    )
    return True


async def afterwards(
    story: Story,
    resident: Caller,
    practitioner: Caller,
    staff: Caller,
    operator: Caller,
    offering: dict[str, Any],
    order_id: str,
    partner_id: str,
) -> None:
    """Money that is wanted back after it was paid out: the next payout nets it, and what is disputed is held."""

    async def closing() -> str:
        (account,) = (await staff.run("statement", partnerId=partner_id))["currencies"]
        return money(account["closing"])

    part = {"amount": "60.00", "currency": (await staff.run("order", id=order_id))["total"]["currency"]}
    await operator.run("refund-order", orderId=order_id, amount=part, reason="a visit fell out", key=fresh_key())
    refunded = await until(
        "the refund",
        lambda: resident.run("order", id=order_id),
        lambda seen: seen["payment"]["status"] == "PARTLY_REFUNDED",
    )
    story.add(
        "operator",
        "refunds a part, after it was paid out",
        refunded=money(refunded["payment"]["refunded"]),
        balance=await closing(),
    )
    wanted = {"lines": [{"offeringId": offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    wanted = await retried(lambda: agreed(resident, wanted), "unknown-offering")
    placed = await resident.run("place-order", input=wanted, key=fresh_key())

    await reached("CONFIRMED", resident, placed["id"])
    await staff.run("accept-order", orderId=placed["id"])
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    await practitioner.run("prove-service", orderId=placed["id"], scanReceipt=scan["receipt"], key=fresh_key())
    await practitioner.run("fulfil-order", orderId=placed["id"])
    await reached("CLOSED", resident, placed["id"])
    story.add("resident", "orders again, and is served", balance=await closing())
    dispute = await operator.run(
        "open-dispute", orderId=placed["id"], amount=part, reason="half a visit", key=fresh_key()
    )
    run = await operator.run("run-payouts", partnerId=partner_id, key=fresh_key())
    (made,) = run["payouts"]
    story.add(
        "operator",
        "pays again: the refund is netted, the dispute held",
        disputed=money(dispute["amount"]),
        amount=money(made["amount"]),
    )
    decided = await operator.run("decide-dispute", disputeId=dispute["id"], forPartner=True, key=fresh_key())
    story.add(
        "operator",
        "decides the dispute for the partner",
        dispute=decided["status"],
        balance=await closing(),
    )


async def come_back(
    story: Story, staff: Caller, operator: Caller, partner_id: str, provider: str, password: str
) -> None:
    """The partner's bank sends a payout back: it is owed again, paid again, and the statement says so."""

    async def pay(expected: str) -> dict[str, Any]:
        (made,) = (await operator.run("run-payouts", partnerId=partner_id, key=fresh_key()))["payouts"]

        async def look() -> dict[str, Any]:
            nodes = (await staff.run("payouts", partnerId=partner_id))["nodes"]
            return next(node for node in nodes if node["id"] == made["id"])

        return await until(f"a payout that is {expected}", look, lambda seen: seen["status"] == expected)

    async with httpx2.AsyncClient(base_url=provider, auth=("demo", password), trust_env=False) as sandbox:
        (await sandbox.put("/faults", json={"bank_return": 1})).raise_for_status()
        try:
            returned = await pay("RETURNED")
        finally:
            (await sandbox.put("/faults", json={})).raise_for_status()
    story.add("operator", "pays what was held; the bank sends it back", status=returned["status"])
    paid = await pay("PAID")
    (account,) = (await staff.run("statement", partnerId=partner_id))["currencies"]
    story.add(
        "operator",
        "pays it again; the statement says all of it",
        amount=money(paid["amount"]),
        lines=[f"{line['kind']}: {line['amount']['amount']}" for line in account["lines"]],
        closing=money(account["closing"]),
    )


async def take_a_course(
    story: Story, operator: Caller, staff: Caller, practitioner: Caller, resident: Caller, run: str
) -> None:
    """Booked visits: previewed, booked week by week, moved, made, called off; and what was made is paid for."""
    manifest = manifest_of("course.yaml")
    manifest["reference"] += f"-{run}"
    course = await publish(operator, staff, manifest, {})
    tomorrow = datetime.now(UTC).date() + timedelta(days=3)
    pattern = {
        "fromDate": tomorrow.isoformat(), "untilDate": (tomorrow + timedelta(weeks=6)).isoformat(),
        "weekdays": [tomorrow.isoweekday()], "times": ["19:30", "20:00"], "minutes": 30, "capacity": 1,
    }  # fmt: skip
    slots = (await staff.run("add-weekly-slots", offeringId=course["id"], pattern=pattern))["slotIds"]
    story.add(
        "partner",
        "publishes a course of booked visits",
        title=manifest["title"]["en"],
        price=money(manifest["price"]),
        slots=len(slots),
        cancellation=[
            f"less than {rule['hoursBefore']} hours before: {rule['feeBasisPoints'] / 100:g} %"
            for rule in manifest["cancellation"]
        ],
    )

    async def alike() -> list[dict[str, Any]]:
        return list(await resident.run("slots-alike", slotId=slots[0], weeks=6))

    weekly = await until("the course's slots", alike, lambda found: len(found) > 2)
    wanted = {
        "lines": [{"offeringId": course["id"], "slotIds": [slot["slotId"] for slot in weekly[:2]]}],
        "paymentMethod": "sandbox:ok",
    }

    async def previewed() -> Any:
        return await resident.run("preview-order", input=wanted | {"validateOnly": True}, key=fresh_key())

    preview = await retried(previewed, "unknown-offering")
    wanted = await agreed(resident, wanted)
    story.add(
        "resident",
        "looks at what it would cost, and what cancelling would",
        total=money(preview["total"]),
        free_until=preview["cancellation"]["freeUntil"],
        warnings=[warning["kind"].lower().replace("_", " ") for warning in preview["warnings"]],
    )
    order = await resident.run("place-order", input=wanted, key=fresh_key())

    await reached("CONFIRMED", resident, order["id"])
    await staff.run("accept-order", orderId=order["id"])
    (line,) = (await resident.run("order", id=order["id"]))["lines"]
    moved = await resident.run(
        "book-slot", orderId=order["id"], lineId=line["id"], slotId=weekly[2]["slotId"],
        bookingId=line["bookings"][1]["id"], key=fresh_key(),
    )  # fmt: skip
    story.add(
        "resident",
        "books two visits at the same time of two weeks, and moves the second",
        visits=[one["interval"]["start"] for one in moved["lines"][0]["bookings"]],
    )
    offered = await staff.run(
        "book-slot", orderId=order["id"], lineId=line["id"], slotId=weekly[1]["slotId"],
        bookingId=moved["lines"][0]["bookings"][1]["id"], key=fresh_key(),
    )  # fmt: skip
    (waiting,) = [one for one in offered["lines"][0]["bookings"] if one["agreedAt"] is None]
    story.add(
        "partner",
        "moves a visit, which waits for the resident's agreement and costs them nothing until then",
        visit=waiting["interval"]["start"],
        booked_by=waiting["bookedBy"],
    )
    moved = await resident.run("agree-to-sessions", orderId=order["id"], bookingIds=[waiting["id"]], key=fresh_key())
    story.add(
        "resident",
        "agrees to it",
        visits=[one["interval"]["start"] for one in moved["lines"][0]["bookings"]],
        free_until=moved["cancellation"]["freeUntil"],
    )
    code = await resident.run("issue-health-code")
    scan = await practitioner.run("redeem-health-code", text=code["text"])
    await practitioner.run("prove-service", orderId=order["id"], scanReceipt=scan["receipt"], key=fresh_key())
    cancelled = await resident.run("cancel-order", orderId=order["id"], reason="we are moving away", key=fresh_key())
    paid = await until(
        "the part that was used",
        lambda: staff.run("order", id=order["id"]),
        lambda seen: seen["payment"]["status"] == "CAPTURED",
    )
    story.add(
        "resident",
        "makes one of three visits and cancels the rest",
        due=money(cancelled["cancellation"]["due"]),
        taken=money(paid["payment"]["captured"]),
        released=money(cancelled["cancellation"]["released"]),
    )
    review = await resident.run(
        "review-service", orderId=order["id"], lineId=line["id"], rating=5, text="Kind, and on time.", key=fresh_key()
    )
    complaint = await resident.run("complain", orderId=order["id"], text="The lift was out of order.", key=fresh_key())
    await staff.run("answer-complaint", complaintId=complaint["id"], answer="It runs again since this morning.")
    decided = await operator.run(
        "decide-complaint", complaintId=complaint["id"], upheld=True, decision="It was; nothing more is to be done."
    )
    story.add(
        "resident",
        "reviews the visit, and complains; the partner answers, the operator decides",
        stars=review["rating"],
        text=review["status"].lower(),
        complaint=decided["status"].lower(),
    )


async def object_to_a_statement(
    story: Story, resident: Caller, staff: Caller, operator: Caller, offering: dict[str, Any]
) -> None:
    """The partner alone says that a service was given: nothing is taken before the resident could object, who does."""
    key = Ed25519PrivateKey.generate()
    public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    await staff.run("register-signing-key", publicKey=public, key=fresh_key())
    wanted = {"lines": [{"offeringId": offering["id"]}], "paymentMethod": "sandbox:ok", "consentGiven": True}
    placed = await resident.run("place-order", input=await agreed(resident, wanted), key=fresh_key())

    async def look() -> dict[str, Any]:
        return dict(await resident.run("order", id=placed["id"]))

    await reached("CONFIRMED", resident, placed["id"])
    await staff.run("accept-order", orderId=placed["id"])
    claims = {
        "id": f"visit-{placed['id']}", "order_id": placed["id"], "order_line_id": placed["lines"][0]["id"],
        "given_at": datetime.now(UTC).isoformat(),
    }  # fmt: skip
    statement = signed(key, claims)
    await retried(  # ordering hears of the key by event
        lambda: staff.run("state-service", orderId=placed["id"], statement=statement, key=fresh_key()),
        "statement-refused",
    )
    stated = await look()
    try:
        await staff.run("fulfil-order", orderId=placed["id"])
    except Refused as refused:
        story.add(
            "partner",
            "states by itself that a visit was made, and wants the money",
            refused=refused.code,
            the_resident_may_object_until=stated["objectionUntil"],
        )
    complaint = await resident.run(
        "complain", orderId=placed["id"], text="Nobody was there.", notGiven=True, key=fresh_key()
    )
    await staff.run("answer-complaint", complaintId=complaint["id"], answer="Our records were wrong.")
    await operator.run(
        "decide-complaint", complaintId=complaint["id"], upheld=True, decision="No visit was made; nothing is due."
    )
    ended = await until("the release", look, lambda seen: seen["payment"]["status"] == "VOIDED")
    story.add(
        "resident",
        "objects: the order waits for the decision, and ends without it",
        status=ended["status"],
        taken=money(ended["payment"]["captured"]),
    )


def signed(key: Ed25519PrivateKey, claims: dict[str, Any]) -> str:
    """The claims as a JWS in compact form (RFC 7515)."""
    parts = (base64.urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=") for part in ({"alg": "EdDSA"}, claims))
    text = b".".join(parts)
    return (text + b"." + base64.urlsafe_b64encode(key.sign(text)).rstrip(b"=")).decode()


async def look_back(story: Story, resident: Caller, regulator: Caller) -> None:
    """The resident sees who looked; the regulator sees that nothing was changed."""
    entries = (await resident.run("access-log", first=10))["nodes"]
    story.add(
        "resident",
        "sees in the access log who asked, and the answer",
        log=[
            f"{entry['institution']['name']}, {entry['kind'].lower()}: {', '.join(entry['informationTypes'])} → "
            f"{'permitted' if entry['permitted'] else 'refused'} ({entry['reason'].lower().replace('_', ' ')})"
            for entry in entries
        ],
    )
    ledger = await regulator.run("ledger-check")
    log = await regulator.run("access-log-check")
    story.add(
        "regulator",
        "recomputes ledger and access log",
        ledger_holds=ledger["holds"],
        sum_of_all_postings=[money(total) for total in ledger["totals"]],
        access_log_holds=log["holds"],
    )


async def reached(status: str, resident: Caller, order_id: str) -> dict[str, Any]:
    """The order, once it has this status. The resident is asked: for its partner there is no order before CONFIRMED."""
    return await until(
        f"{status} of {order_id}",
        lambda: resident.run("order", id=order_id),
        lambda order: order["status"] == status,
    )


async def in_force(resident: Caller, order_id: str) -> dict[str, Any]:
    """The order's consent, as soon as consent has heard that the order is confirmed."""

    async def consents() -> list[dict[str, Any]]:
        return list((await resident.run("consents", orderId=order_id))["nodes"])

    nodes = await until(
        f"the consent of {order_id}", consents, lambda nodes: [node["status"] for node in nodes] == ["GRANTED"]
    )
    return nodes[0]


async def unless_refused(call: Callable[[], Any], code: str) -> Any:
    """The call's answer, or None when it was refused with this code."""
    try:
        return await call()
    except Refused as refused:
        if refused.code != code:
            raise
        return None


def manifest_of(name: str) -> dict[str, Any]:
    """The `spec` of a manifest that ships with the command line."""
    return dict(yaml.safe_load((files("yima_cli") / "manifests" / name).read_text("utf-8"))["spec"])


def party_name(text: str) -> str:
    """A ledger account or party without the partner's id."""
    head, _, rest = text.partition(":")
    return f"partner {rest.rpartition(':')[2]}".replace(f" {rest}", "") if head == "partner" else text


def history(run: str) -> list[dict[str, Any]]:
    """A fictional resident's readings: FHIR R4 Observations."""
    now = datetime.now(UTC).replace(microsecond=0)
    pressures = [(152, 94), (147, 91), (138, 86)]
    found = [
        observation(
            f"{run}-bp-{place}", "vital-signs", PRESSURE, "Blood pressure", now - timedelta(days=30 * (3 - place)),
            component=[
                {"code": code(SYSTOLIC, "Systolic blood pressure"), "valueQuantity": quantity(systolic, "mm[Hg]")},
                {"code": code(DIASTOLIC, "Diastolic blood pressure"), "valueQuantity": quantity(diastolic, "mm[Hg]")},
            ],
        )
        for place, (systolic, diastolic) in enumerate(pressures)
    ]  # fmt: skip
    found.append(
        observation(
            f"{run}-glucose", "laboratory", GLUCOSE, "Fasting glucose", now, valueQuantity=quantity(6.1, "mmol/L")
        )
    )
    return found


def observation(id: str, category: str, loinc: str, name: str, at: datetime, **value: Any) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/observation-category"
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "category": [{"coding": [{"system": system, "code": category}]}],
        "code": code(loinc, name),
        "subject": {"reference": "Patient/example"},
        "effectiveDateTime": at.isoformat(),
        **value,
    }


def code(loinc: str, name: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": loinc, "display": name}], "text": name}


def quantity(value: float, unit: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def reading(resource: dict[str, Any]) -> str:
    """One observation in a line."""
    values = [part["valueQuantity"] for part in resource.get("component", [])] or [resource["valueQuantity"]]
    shown = "/".join(f"{value['value']:g}" for value in values)
    return f"{resource['code']['text']} {shown} {values[0]['unit']} ({resource['effectiveDateTime'][:10]})"
