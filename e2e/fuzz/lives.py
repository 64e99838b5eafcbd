"""Whole lives of things, by those whose they are, with everybody else between: a partner that leaves, a picture that is
sent and reviewed, use that is counted, a printed code that is honoured, an order at a desk until it is served, and a
colleague with some duties."""

import asyncio
import hashlib
import io
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
from chassis.routes import duties_needed, policy
from devstack.fictional import identity_number
from ops.demo import manifest_of
from PIL import Image
from yima.common.v1.route_pb2 import Duty, Role
from yima_client.caller import Caller, fresh_key

from e2e.fuzz import words
from e2e.fuzz.access import DUTIES_OF, ENDED_SECONDS
from e2e.fuzz.desks import OTHERS
from e2e.fuzz.generators import generator
from e2e.fuzz.operation import Operation
from e2e.fuzz.orders import previewed
from e2e.fuzz.routes import call, may, methods, tree_of
from e2e.fuzz.scene import NOBODY, Person, Scene, a_new_resident
from e2e.people import PASSWORD, a_clinic, a_practice, registered
from e2e.test_prices import PER_UNIT
from e2e.valid_requests import filled

STEPS = ["SALE_STOPPED", "ORDERS_FINISHED", "MONEY_SETTLED", "DATA_ERASED", "CERTIFICATES_ENDED"]
UNITS_AGREED = 40
LEAFLET = "application/pdf"


async def kept[Thing](scene: Scene, name: str, make: Callable[[], Awaitable[Thing]]) -> tuple[Thing, list[Thing]]:
    """One that nobody uses now, and where to put it back; or a new one."""
    free: list[Thing] = scene.kept.setdefault(name, [])
    return (free.pop() if free else await make()), free


async def now_called(name: str, caller: Caller, role: int) -> Person:
    """Somebody of before, with the access token they have by now."""
    return Person(name, await caller.current_token(), role)


@generator("N8", "C1", "C3", weight=2)
async def leaving(operation: Operation) -> None:
    """An active partner begins to leave, stops, leaves: by itself and everybody else, two at each step at once. The
    steps come in their order, each once and by whose it is; who has left does nothing more."""
    chance, scene = operation.chance, operation.scene

    async def make() -> tuple[Caller, str]:
        practice = await a_practice(scene.nobody, scene.stack.secrets)
        return practice.staff, practice.partner_id

    (caller, partner_id), free = await kept(scene, "leaver", make)
    leaver = await now_called("who leaves", caller, Role.ROLE_PARTNER)
    operator, others = scene.people["operator"], [scene.people[name] for name in OTHERS if name != "operator"]
    steps: list[str] = []
    for _ in range(chance.choice([3, 8, 12])):
        act = chance.choice(["begin", "advance", "advance", "advance", "advance", "stop", "supplant"])
        about = {"partnerId": partner_id, "key": fresh_key()}
        reason = chance.choice(["we close", "we stay", words.text(chance), words.name(chance)])
        if act == "begin":
            await operation.run(leaver, "begin-offboarding", reason=reason, key=fresh_key())
        elif act == "stop":
            await operation.run(chance.choice([leaver, operator]), "stop-offboarding", **about, reason=reason)
        elif act == "advance":  # twice at once: by the key of one, or by two who do not know of each other
            who = operator if len(steps) == len(STEPS) - 1 else chance.choice([leaver, leaver, operator])
            keys = [about["key"], chance.choice([about["key"], fresh_key()])]
            await asyncio.gather(*(operation.run(who, "advance-offboarding", **about | {"key": key}) for key in keys))
        else:
            other = chance.choice(others)
            for name, more in (("advance-offboarding", {}), ("stop-offboarding", {"reason": reason})):
                if await operation.run(other, name, **about, **more):
                    operation.fault(f"{other.name} did {name} of another partner", partner_id)
        seen = await operation.run(leaver, "leaving", id=partner_id)
        if seen is None:
            continue
        open_now = seen["offboarding"] if seen["status"] in ("OFFBOARDING", "LEFT") else None
        steps = [step["step"] for step in open_now["steps"]] if open_now else []
        if steps != STEPS[: len(steps)] or (seen["status"] == "OFFBOARDING") != (0 < len(steps) < len(STEPS)):
            operation.fault("steps of leaving are not in their order, or twice, or of who does not leave", seen)
        takers = [step["takenAs"] for step in open_now["steps"]] if open_now else []
        if takers != (["PARTNER"] * 4 + ["OPERATOR"])[: len(takers)]:
            operation.fault("a step was taken by whose it is not", seen)
        if seen["status"] == "LEFT":
            await nothing_more(operation, leaver, partner_id)
            return
    free.append((caller, partner_id))


async def nothing_more(operation: Operation, leaver: Person, partner_id: str) -> None:
    """Who has left reads what was, and changes nothing."""
    acts: list[tuple[str, dict[str, Any]]] = [
        ("draft-offering", {"manifest": operation.scene.clinic.manifest, "key": fresh_key()}),
        ("create-api-key", {"label": "again", "scopes": ["ORDERS"]}),
        ("begin-offboarding", {"reason": "once more", "key": fresh_key()}),
        ("stop-offboarding", {"partnerId": partner_id, "reason": "we stay", "key": fresh_key()}),
        ("advance-offboarding", {"partnerId": partner_id, "key": fresh_key()}),
    ]
    for act, asked in acts:
        if await operation.run(leaver, act, **asked):
            operation.fault(f"a partner that has left did {act}", partner_id)
    if await operation.run(leaver, "partner", id=partner_id) is None:
        operation.fault("a partner that has left cannot read what it was", partner_id)


@generator("N2", "M12", "H3", "C1", weight=3)
async def attachments(operation: Operation) -> None:
    """Pictures and leaflets as cameras and offices make them, whole, cut and changed in some bytes; named by offerings
    and at sites in odd words, twice, and by another partner; reviewed and fetched. Nothing that was written into one is
    served, and nothing before it was reviewed."""
    chance, scene = operation.chance, operation.scene
    staff = scene.people["staff"]
    media, content = a_file(operation)
    whole = chance.random() < 0.7
    if not whole:
        at = chance.randrange(len(content))
        content = content[:at] + chance.randbytes(chance.choice([0, 1, 9])) + content[at + chance.choice([0, 1, 500]) :]
    announced = {"mediaType": media, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    link = await operation.run(staff, "announce-attachment", **announced, key=fresh_key())
    if not link:
        return
    url = scene.origin + link["path"]
    answers = await asyncio.gather(*(operation.send("PUT", url, content=content) for _ in range(chance.choice([1, 2]))))
    refused = [
        answer for answer in answers if not answer.good and answer.status != 429
    ]  # so many at once of one client
    if whole and refused:
        operation.fault(f"a file that is whole was not taken: {refused[0].body[:300]!r}", announced)
    if not any(answer.good for answer in answers):
        return
    if media != LEAFLET and chance.random() < 0.4:
        await put_at_a_site(operation, link["attachmentId"])
    else:
        await named_and_reviewed(operation, link["attachmentId"], media)


async def named_and_reviewed(operation: Operation, attachment_id: str, media: str) -> None:
    """A file that was sent, in an offering's terms, and after these were decided on."""
    chance, scene = operation.chance, operation.scene
    staff, rival, operator = (scene.people[name] for name in ("staff", "rival", "operator"))
    named = {"attachmentId": attachment_id, ("title" if media == LEAFLET else "alt"): said_of_it(operation)}
    which = "leaflets" if media == LEAFLET else "pictures"
    manifest = scene.clinic.manifest | {
        "reference": f"file-{chance.getrandbits(40):x}", which: [named] * chance.choice([1, 1, 1, 2, 30]),
    }  # fmt: skip
    stolen = await operation.run(rival, "draft-offering", manifest=manifest, key=fresh_key())
    if stolen:
        operation.fault("a partner's offering names another's file", manifest)
    drafted = await operation.run(staff, "draft-offering", manifest=manifest, key=fresh_key())
    if not drafted:
        return
    if len(manifest[which]) > 1:
        operation.fault("an offering names one file twice", manifest)
    await operation.run(staff, "submit-offering", offeringId=drafted["id"], key=fresh_key())
    file = await as_an_operator_sees_it(operation, attachment_id)
    if file is None or chance.random() < 0.4:
        return
    approved = chance.random() < 0.8
    decision = {"offeringId": drafted["id"], "revision": 1, "approved": approved, "reasons": [] if approved else ["no"]}
    if await operation.run(operator, "decide-review", **decision, key=fresh_key()):
        await served_as_decided(operation, *file, approved)


async def put_at_a_site(operation: Operation, attachment_id: str) -> None:
    """A picture that was sent, of a site, and after an operator decided on it as it stood and as it stands."""
    chance, scene = operation.chance, operation.scene
    staff, rival, operator = (scene.people[name] for name in ("staff", "rival", "operator"))
    site = manifest_of("site.yaml") | {"code": "fuzz-pictures"}
    pictures = [{"attachmentId": attachment_id, "alt": said_of_it(operation)}] * chance.choice([1, 1, 1, 2, 30])
    await operation.run(rival, "put-site", **site, key=fresh_key())
    stolen = await operation.run(rival, "put-site-pictures", code=site["code"], pictures=pictures, key=fresh_key())
    if stolen:
        operation.fault("a partner's site has another's picture", pictures)
    await operation.run(staff, "put-site", **site, key=fresh_key())
    put = await operation.run(staff, "put-site-pictures", code=site["code"], pictures=pictures, key=fresh_key())
    if not put:
        return
    if len(pictures) > 1:
        operation.fault("a site has one picture twice", pictures)
    file = await as_an_operator_sees_it(operation, attachment_id)
    if file is None:
        return
    approved = chance.random() < 0.8
    decision = {"siteId": put["id"], "approved": approved, "reason": None if approved else "no"}
    version = put["version"]
    if await operation.run(operator, "decide-site-pictures", **decision, version=version - 1, key=fresh_key()):
        operation.fault("an operator decided on a site that has changed since", decision)
    if await operation.run(staff, "decide-site-pictures", **decision, version=version, key=fresh_key()):
        operation.fault("a partner decided on its own site's pictures", decision)
    if await operation.run(operator, "decide-site-pictures", **decision, version=version, key=fresh_key()):
        await served_as_decided(operation, *file, approved)


def said_of_it(operation: Operation) -> dict[str, str]:
    chance = operation.chance
    return chance.choice(
        [{"en": "A red door.", "zh-CN": "一扇红门。"}, {"en": words.name(chance), "zh-CN": words.text(chance)}]
    )


async def as_an_operator_sees_it(operation: Operation, attachment_id: str) -> tuple[str, bytes] | None:
    """Where a file will be served that nobody has decided on, and its bytes."""
    scene = operation.scene
    seen = await operation.run(scene.people["operator"], "attachment", id=attachment_id)
    if not seen:
        operation.fault("an operator cannot see what they are to review", attachment_id)
        return None
    shown = await operation.send("GET", scene.origin + seen["path"], files=True)
    served_url = scene.origin + seen["file"]["url"]
    before = await operation.send("GET", served_url, files=True)
    if before.good:
        operation.fault("a file is everybody's before anybody has reviewed it", seen)
    for part in (b"Telephone of", b"alert(", b"Author of"):
        if part in shown.body:
            operation.fault(f"what is served of a file has {part!r} in it", attachment_id)
    return served_url, shown.body


async def served_as_decided(operation: Operation, served_url: str, content: bytes, approved: bool) -> None:
    after = await operation.send("GET", served_url, files=True)
    if after.good != approved or (approved and after.body != content):
        operation.fault(f"approved: {approved}, and everybody is answered {after.status}", served_url)
    if approved and hashlib.sha256(after.body).hexdigest() != served_url.rpartition("/")[2]:
        operation.fault("what is served is not what its address says", served_url)


def a_file(operation: Operation) -> tuple[str, bytes]:
    """A media type and a file of it, with what a camera or an office writes into one. No two are alike."""
    chance, written = operation.chance, io.BytesIO()
    media = chance.choice(["image/jpeg", "image/png", "image/webp", LEAFLET])
    if media == LEAFLET:
        with pikepdf.new() as pdf:
            for _ in range(chance.choice([1, 3])):
                pdf.add_blank_page(page_size=(chance.randint(100, 900), chance.randint(100, 900)))
            pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
            pdf.docinfo["/Author"] = "Author of Fountain Road"
            pdf.save(written, compress_streams=chance.random() < 0.5)
        return media, written.getvalue()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = chance.randint(1, 8), "Telephone of Fountain Road"
    exif[0x8825] = {1: "N", 2: (36.0, 39.0, 36.0), 3: "E", 4: (117.0, 1.0, 12.0)}
    size = (chance.choice([1, 7, 64, 900]), chance.choice([1, 48, 64, 700]))
    modes = ["RGB", "L"] if media != "image/png" else ["RGB", "L", "RGBA", "P", "1", "I;16"]
    picture = Image.new("RGB", size, (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    picture.putpixel((0, 0), (chance.randrange(256), chance.randrange(256), chance.randrange(256)))
    mode = chance.choice(modes)
    picture = Image.new(mode, size, chance.randrange(60_000)) if mode == "I;16" else picture.convert(mode)
    picture.save(written, media.removeprefix("image/").upper(), exif=exif)
    return media, written.getvalue() + b"<script>alert(1)</script>"


@generator("L5", "C1", "M4", "F4", weight=3)
async def usage(operation: Operation) -> None:
    """Use of what is paid by the unit: in good and odd numbers, of odd items and moments, by one key at once and for
    two orders, by others. Each key counts once, never more than was agreed to, and the bill is what was counted."""
    chance, scene = operation.chance, operation.scene

    async def make() -> tuple[Caller, str]:
        clinic = await a_clinic(scene.nobody, scene.stack.secrets, **PER_UNIT)
        return clinic.staff, str(clinic.offering["id"])

    (caller, offering_id), free = await kept(scene, "seller", make)
    seller = await now_called("the seller", caller, Role.ROLE_PARTNER)
    try:
        resident, _, _ = await a_new_resident(scene)
        orders = [await accepted(operation, resident, seller, offering_id) for _ in range(chance.choice([1, 1, 2]))]
        if orders and all(orders):
            await count_use(operation, resident, seller, [order for order in orders if order])
    finally:
        free.append((caller, offering_id))


async def accepted(operation: Operation, resident: Person, seller: Person, offering_id: str) -> tuple[str, str] | None:
    """An order of so many units that was paid and accepted, and its line."""
    lines = [{"offeringId": offering_id, "quantity": UNITS_AGREED}]
    order = await previewed(operation, resident, lines=lines)
    if order is None:
        return None
    order["paymentMethod"] = "sandbox:ok"
    placed = await operation.run(resident, "place-order", input=order, key=fresh_key())
    if not placed or "id" not in placed:
        return None
    done = await operation.insist(seller, "accept-order", orderId=placed["id"])
    seen = await operation.run(resident, "order", id=placed["id"])
    return (placed["id"], seen["lines"][0]["id"]) if done.data and seen else None


async def count_use(operation: Operation, resident: Person, seller: Person, orders: list[tuple[str, str]]) -> None:
    chance = operation.chance
    now = datetime.now(UTC)
    keys = [f"{orders[0][0]}-{number}" for number in range(3)]
    counted: dict[str, tuple[str, int]] = {}
    for _ in range(chance.choice([2, 4])):
        records: list[dict[str, Any]] = [
            {
                "key": chance.choice([*keys, *keys, fresh_key(), words.text(chance)]),
                "orderLineId": chance.choice([orders[0][1], orders[-1][1], words.identifier(chance)]),
                "item": chance.choice(["day", "day", "day", words.text(chance)]),
                "units": chance.choice([1, 3, 7, UNITS_AGREED, 0, -1, 2**31 - 1]),
                "usedAt": chance.choice(
                    [now.isoformat(), now.isoformat(), (now - timedelta(days=9)).isoformat(), words.moment(chance)]
                ),
            }
            for _ in range(chance.choice([1, 2, 5]))
        ]
        other = operation.scene.people[chance.choice(OTHERS)]
        answer = await operation.run(other, "record-usage", records=records)
        if answer and any(outcome["counted"] for outcome in answer["outcomes"]):
            operation.fault(f"{other.name} counted use of another's order", records)
        tries = [records, records if chance.random() < 0.5 else [*reversed(records)]]
        for sent, answer in zip(
            tries,
            await asyncio.gather(*(operation.run(seller, "record-usage", records=sent) for sent in tries)),
            strict=True,
        ):
            for record, outcome in zip(sent, (answer or {"outcomes": []})["outcomes"], strict=bool(answer)):
                if outcome["counted"] and record["key"] in counted:
                    operation.fault("one key counted twice", [record, counted[record["key"]]])
                if outcome["counted"]:
                    counted[record["key"]] = (record["orderLineId"], record["units"])
    for order_id, line_id in orders:
        seen = await operation.run(resident, "order", id=order_id)
        units = sum(number for line, number in counted.values() if line == line_id)
        used = sum(part["used"] for part in seen["lines"][0]["entitlements"]) if seen else units
        due = seen["lines"][0]["due"]["amount"] if seen else f"{units * 0.8:.2f}"
        if used != units or units > UNITS_AGREED or due != f"{units * 0.8:.2f}":
            operation.fault(f"{units} units were counted, {used} are used, {due} is due", counted)
        if chance.random() < 0.5:
            await operation.run(resident, "cancel-order", orderId=order_id, reason="enough", key=fresh_key())
        await operation.run(resident, "confirm-service", orderId=order_id, key=fresh_key())


@generator("K1", "H5", "C1", weight=2)
async def printed_codes_honoured(operation: Operation) -> None:
    """A resident has a code printed, printed again, ended; it is shown with their own card, another's, a card that
    looks like it. It is honoured with their own while it is the last one and has not ended, and its receipt proves one
    order at a desk, once."""
    chance, scene = operation.chance, operation.scene

    async def make() -> tuple[Caller, str]:
        number, login = identity_number("1950-02-01"), f"old-{secrets.token_hex(6)}@residents.example.org"
        await registered(scene.nobody, login, birth_date="1950-02-01", number=number)
        return await scene.nobody.signed_in(login, PASSWORD), number

    (caller, number), free = await kept(scene, "holder", make)
    holder = await now_called("the holder", caller, Role.ROLE_RESIDENT)
    doctor = scene.people[chance.choice(["doctor", "rival's doctor"])]
    texts: list[str] = []
    good = ""
    try:
        for _ in range(chance.choice([2, 5])):
            match chance.randrange(5):
                case 0 | 1:
                    printed = await operation.run(holder, "print-health-code")
                    good = printed["text"] if printed else good
                    texts += [printed["text"]] if printed else []
                case 2:
                    good = "" if await operation.run(holder, "end-printed-code") else good
                case _:
                    pass
            text = chance.choice([*texts, *([good] * 3 if good else []), words.text(chance)])
            cards = [number, number, number.lower(), f" {number}", identity_number("1950-02-01"), words.text(chance)]
            card = chance.choice(cards)
            both = await asyncio.gather(
                *(operation.run(doctor, "redeem-printed-code", text=text, identityNumber=card) for _ in range(2))
            )
            scans = [scan for scan in both if scan]
            if scans and (text != good or card.strip().upper() != number):
                operation.fault("a printed code was honoured that is not the last, or by another's card", [text, card])
            if len({scan["receipt"] for scan in scans}) < len(scans):
                operation.fault("two scans have one receipt", scans)
            if scans and doctor.name == "doctor":
                await ordered_once(operation, holder, scans[0]["receipt"])
    finally:
        await operation.run(holder, "end-printed-code")
        free.append((caller, number))


async def ordered_once(operation: Operation, holder: Person, receipt: str) -> None:
    """A desk orders by a scan, twice at once: one order comes of it. Its resident agrees, and it is served to its end;
    or it is disowned, and nothing is due of it."""
    scene = operation.scene
    staff, doctor = scene.people["staff"], scene.people["doctor"]
    order: dict[str, Any] = {"scanReceipt": receipt, "lines": [{"offeringId": scene.clinic.offering["id"]}]}
    shown = await operation.run(staff, "place-desk-order", input=order | {"validateOnly": True}, key=fresh_key())
    if not shown or "lines" not in shown:
        return
    agreed = {name: shown["lines"][0][name] for name in ("offeringRevision", "consentHash")}
    order |= {"lines": [order["lines"][0] | agreed], "expectedTotal": shown["total"], "validateOnly": False}
    both = await asyncio.gather(
        *(operation.run(who, "place-desk-order", input=order, key=fresh_key()) for who in (staff, doctor))
    )
    placed = [answer for answer in both if answer and "id" in answer]
    if len({answer["id"] for answer in placed}) > 1:
        operation.fault("one scan placed two orders", order)
    for answer in placed[:1]:
        await at_the_desk(operation, holder, answer["id"])


async def at_the_desk(operation: Operation, holder: Person, order_id: str) -> None:
    """What becomes of a desk's order: each act once, in any order, by two at once."""
    chance, scene = operation.chance, operation.scene
    staff, doctor = scene.people["staff"], scene.people["doctor"]
    acts: list[tuple[Person, str, dict[str, Any]]] = [
        (holder, "agree-to-desk-order", {}),
        (holder, "disown-desk-order", {"text": chance.choice(["I was not there.", words.text(chance)])}),
        (holder, "pay-order", {"paymentMethod": chance.choice(["sandbox:ok", "sandbox:declined", words.text(chance)])}),
        (staff, "accept-order", {}),
        (doctor, "fulfil-order", {}),
        (holder, "confirm-service", {}),
        (holder, "cancel-order", {"reason": "no"}),
        (staff, "refuse-order", {"reason": "no"}),
    ]
    usual = [acts[0], acts[2], acts[3], acts[4], acts[5]]
    lived = usual if chance.random() < 0.5 else [chance.choice(acts) for _ in range(5)]
    ended: set[str] = set()
    for who, act, more in lived:
        about = {"orderId": order_id, **more} | (
            {} if act in ("accept-order", "fulfil-order") else {"key": fresh_key()}
        )
        again = about if chance.random() < 0.5 or "key" not in about else about | {"key": fresh_key()}
        await asyncio.gather(*(operation.run(who, act, **asked) for asked in (about, again)))
        seen = await operation.run(holder, "order", id=order_id)
        if seen is None:
            operation.fault("whose order a desk placed cannot read it", order_id)
            return
        if ended and seen["status"] not in ended:
            operation.fault(f"an order went from {ended} to {seen['status']} by {act}", order_id)
        ended = (
            {seen["status"]} if seen["status"] in ("CANCELLED", "REFUSED", "DISOWNED", "EXPIRED", "CLOSED") else set()
        )
        if act == "disown-desk-order" and ended and any(line["due"]["amount"] != "0.00" for line in seen["lines"]):
            operation.fault("something is due of an order that was disowned", seen)


@generator("N8", "M1", weight=3)
async def duties(operation: Operation) -> None:
    """A colleague of some duties asks any route of their role in a good form, and duties change meanwhile: what needs a
    duty that they have not is refused, what is theirs is not refused for it; the session before a change is over."""
    chance, scene, rival = operation.chance, operation.scene, operation.scene.people["rival"]

    async def make() -> tuple[str, str]:
        invited = await operation.insist(rival, "invite-account", note="a colleague", duties=["DESK"], key=fresh_key())
        login = f"d-{secrets.token_hex(6)}@x.example.org"
        chosen = {"token": invited.data["token"], "login": login, "name": "Li Na", "password": PASSWORD}
        account = await operation.insist(NOBODY, "accept-invitation", **chosen)
        return str(account.data["id"]), login

    (account_id, login), free = await kept(scene, "colleague", make)
    theirs = chance.sample(sorted(DUTIES_OF["rival"] - {"OWNER"}), chance.choice([1, 1, 2]))
    await operation.run(rival, "set-duties", accountId=account_id, duties=theirs, reason="as needed", key=fresh_key())
    begun = await operation.run(NOBODY, "sign-in", login=login, password=PASSWORD)
    if begun:
        colleague = Person("the colleague", begun["accessToken"], Role.ROLE_PARTNER, partner_id=rival.partner_id)
        have = {Duty.Value(f"DUTY_{name}") for name in theirs}
        known = [method for method in methods() if Role.ROLE_PARTNER in policy(method[1])[2].roles]
        for service, method in chance.sample(known, 12):
            needed = duties_needed(policy(method)[2].duties, Role.ROLE_PARTNER)
            body = tree_of(filled(type_of(method), scene.some_ids(chance)))
            answer = await call(operation, service, method, colleague, body)
            lacking = bool(needed) and needed.isdisjoint(have)
            refused = answer.status == 403 and b"duty-needed" in answer.body
            if may(method, service, colleague) and lacking and answer.good:
                operation.fault(f"{theirs} did {method.full_name}", body)
            if refused and not lacking:
                operation.fault(f"{theirs} is refused {method.full_name} for a duty", answer.body)
        other = chance.sample(sorted(DUTIES_OF["rival"] - {"OWNER"} - set(theirs)), 1)
        changed = {"accountId": account_id, "duties": other, "reason": "another desk"}
        if await operation.run(rival, "set-duties", **changed, key=fresh_key()):
            await asyncio.sleep(ENDED_SECONDS)
            content = await operation.graphql(colleague, "{ me { role } }")
            if b'"role":"' in content.body:
                operation.fault("a session goes on with duties that were taken", content.body)
    free.append((account_id, login))


def type_of(method: Any) -> Any:
    from google.protobuf.message_factory import GetMessageClass

    return GetMessageClass(method.input_type)
