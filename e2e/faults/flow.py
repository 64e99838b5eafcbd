"""What people do while things go wrong, and what a client should: it waits when it is told to (`Retry-After`), asks
again with the same key when a part is away (503) or nobody answers, and pays again when a card was declined."""

import asyncio
import random
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from devstack.stack import Stack
from gateway.ids import Kind, parse_global_id
from ops.example_city import supervisors
from yima_client.caller import Caller, agreed, fresh_key
from yima_client.devices import DeviceKey, body_of
from yima_client.errors import NotTheGateway, Refused

from e2e.people import PAIRWISE_SECRETS, PASSWORD, Clinic, a_clinic, known_to, operator_of, registered, regulator_of

AWAY = frozenset({"unavailable"})  # what a client may be answered while a part of the system is away: ask again
SIGNED_OUT = frozenset({"token-expired", "session-ended", "refresh-refused", "refresh-token-reused"})
PATIENCE_SECONDS = 150.0
POLL_SECONDS = 0.4
REST_SECONDS = (0.1, 0.6)  # of a person between two things
PAYOUT_SECONDS = 12.0
TIMES, PLACES = 6, 2  # that a clinic offers, and for how many each
BOOKED: dict[str, Any] = {
    "contents": [{"code": "visit", "kind": "VISIT", "times": 1, "title": {"zh-CN": "门诊", "en": "Visit"}}],
    "validDays": 60,
    "bookingRequired": True,
    "consent": None,
    "price": {"amount": "90.00", "currency": "CNY"},
}
READINGS = 3  # that a cuff sends at once
PLANS = (("serve", 40), ("refund", 10), ("cancel", 9), ("refuse", 4), ("place of a time", 12), ("reading", 15),
         ("consent", 10))  # fmt: skip
WHY = "a run of faults"


class Unanswered(Exception):
    """A call had no answer but "ask again" for longer than anything takes."""


@dataclass
class Person:
    """A resident with a cuff."""

    login: str
    caller: Caller
    id: str
    device: str
    key: DeviceKey
    sequence: int = 0


@dataclass
class Flow:
    """People at work on a system, until it is over. `off` is what nobody should have been answered."""

    stack: Stack
    nobody: Caller
    seed: int
    residents: int = 10
    clinics: int = 3

    happened: Counter[str] = field(default_factory=Counter)
    off: list[str] = field(default_factory=list)
    client_orders: dict[str, str] = field(default_factory=dict)  # the orders that clients were answered, by their keys
    served: set[str] = field(default_factory=set)  # the orders whose practitioner was answered that all was given
    readings: dict[str, set[int]] = field(default_factory=dict)  # what was acknowledged, by the device
    done: int = 0
    at: list[Clinic] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    slots: list[tuple[Clinic, str]] = field(default_factory=list)
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)  # what is agreed to, by the partner who offers it
    operator: Caller = field(init=False)
    regulator: Caller = field(init=False)
    going: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    busy: int = 0
    excused: bool = False  # a fault goes on, and what it ended starts again: nobody loses patience meanwhile
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _longest: float = 0.0

    async def open(self) -> None:
        """Everybody is there: clinics with what they offer, residents with their cuffs."""
        PAIRWISE_SECRETS[self.stack.graphql] = self.stack.secrets["pairwise"]
        await supervisors(self.nobody, self.stack.secrets)
        await self.sign_in_officials()
        for definition in self.stack.city.manifests("definitions"):
            await self.operator.run("put-service-definition", definition=definition)
        self.at = [await a_clinic(self.nobody, self.stack.secrets) for _ in range(self.clinics)]
        await self._offer_times()
        models = await self.operator.run("device-models", kind="BLOOD_PRESSURE", words="tenso", first=1)
        for _ in range(self.residents):
            self.people.append(await self._person(models["nodes"][0]["id"]))

    async def sign_in_officials(self) -> None:
        self.operator = await self.asked("sign-in", lambda: operator_of(self.nobody, self.stack.secrets), ("busy",))
        self.regulator = await self.asked("sign-in", lambda: regulator_of(self.nobody, self.stack.secrets), ("busy",))

    async def _person(self, model: str) -> Person:
        login, key, serial = f"resident-{secrets.token_hex(5)}@residents.example.org", DeviceKey(), secrets.token_hex(6)
        resident = await registered(self.nobody, login)
        caller = await self.nobody.signed_in(login, PASSWORD)
        terms = {"deviceModelId": model, "serial": serial, "publicKey": key.public, "proof": key.proof(model, serial)}
        device = await caller.run("bind-device", **terms, key=fresh_key())
        return Person(login, caller, resident["id"], device["id"], key)

    async def _offer_times(self) -> None:
        """A clinic with few times and few places: people race for them, and leave them again."""
        clinic = await a_clinic(self.nobody, self.stack.secrets, **BOOKED)
        # From the city's afternoon on: what is published has slots of its own in the mornings.
        first = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=3)
        times = [
            {
                "interval": {
                    "start": (first + timedelta(hours=2 * number)).isoformat(),
                    "end": (first + timedelta(hours=2 * number + 1)).isoformat(),
                },
                "capacity": PLACES,
            }
            for number in range(TIMES)
        ]
        added = await clinic.staff.run("add-slots", offeringId=clinic.offering["id"], slots=times, key=fresh_key())
        self.slots = [(clinic, slot) for slot in added["slotIds"]]

    def begin(self) -> None:
        """Set everybody to work."""
        self.going.set()
        self._tasks = [asyncio.create_task(self._live(person, number)) for number, person in enumerate(self.people)]
        self._tasks.append(asyncio.create_task(self._pay_out()))

    async def end(self) -> None:
        self.over.set()
        self.going.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def rest(self, seconds: float) -> bool:
        """Nobody begins anything new; True once everybody has finished what they had begun, within so long."""
        self.going.clear()
        deadline = time.monotonic() + seconds
        while self.busy and time.monotonic() < deadline:  # noqa: ASYNC110 people finish one by one
            await asyncio.sleep(0.1)
        return not self.busy

    def go_on(self) -> None:
        self.going.set()

    async def _live(self, person: Person, number: int) -> None:
        """One thing after the other."""
        chance = random.Random(f"{self.seed}/{number}")
        while not self.over.is_set():
            await self.going.wait()
            (plan,) = chance.choices([plan for plan, _ in PLANS], [weight for _, weight in PLANS])
            self.busy += 1
            try:
                await self._do(plan, person, chance)
                self.happened[f"done: {plan}"] += 1
                self.done += 1
            except (Refused, Unanswered, NotTheGateway, httpx2.HTTPError) as error:
                if isinstance(error, Refused) and error.code in SIGNED_OUT:
                    self.happened[f"signed in again: {error.code}"] += 1
                    await self._sign_in(person)
                    continue
                self.off.append(f"{plan}: {type(error).__name__}: {error}")
            finally:
                self.busy -= 1
            await asyncio.sleep(chance.uniform(*REST_SECONDS))

    async def _sign_in(self, person: Person) -> None:
        """Everybody whom this person meets signs in again: whose session it was that ended, a refusal does not say."""

        async def again(login: str) -> Caller:
            return await self.asked("sign-in", lambda: self.nobody.signed_in(login, PASSWORD), ("busy",))

        person.caller = await again(person.login)
        for clinic in {id(clinic): clinic for clinic in [*self.at, self.slots[0][0]]}.values():
            clinic.staff, clinic.practitioner = await again(clinic.login), await again(clinic.doctor)

    async def _do(self, plan: str, person: Person, chance: random.Random) -> None:
        match plan:
            case "reading":
                await self.measure(person)
            case "place of a time":
                await self.take_a_place(person, chance)
            case "consent":
                await self.open_and_close(person, chance.choice(self.at))
            case _:
                await self.order(person, chance.choice(self.at), plan, chance)

    # --- how a client asks

    async def call(self, caller: Caller, name: str, until_not: Sequence[str] = (), **variables: Any) -> Any:
        """A shipped operation's answer; asked again while a part is away, or while it is refused for one of these."""
        return await self.asked(name, lambda: caller.run(name, **variables), until_not)

    async def asked[T](self, name: str, ask: Callable[[], Awaitable[T]], until_not: Sequence[str] = ()) -> T:
        began = patient_since = time.monotonic()
        while True:
            try:
                return await ask()
            except Refused as refused:
                self.happened[f"{name} was answered {refused.code}"] += 1
                if refused.code in AWAY and not refused.retry_after:
                    self.off.append(f"{name}: {refused.code} without a word of when to ask again")
                if refused.code not in {*AWAY, *until_not}:
                    raise
                wait, why = refused.retry_after or POLL_SECONDS, str(refused)
            except (httpx2.TransportError, NotTheGateway) as error:
                self.happened[f"nobody answered: {type(error).__name__}"] += 1
                wait, why = POLL_SECONDS, repr(error)
            finally:
                self._longest = max(self._longest, time.monotonic() - began)
            if self.excused:
                patient_since = time.monotonic()
            if time.monotonic() - patient_since > PATIENCE_SECONDS:
                raise Unanswered(f"{name} was not answered for {PATIENCE_SECONDS:.0f} s: {why}")
            await asyncio.sleep(wait)

    def longest_wait(self) -> float:
        """How long a caller waited for an answer, at most, since this was asked last."""
        longest, self._longest = self._longest, 0.0
        return longest

    # --- what people do

    async def measure(self, person: Person) -> None:
        """A cuff sends what it measured, until somebody says that it is there."""
        now = datetime.now(UTC)
        sent = []
        for _ in range(READINGS):
            person.sequence += 1
            at = now + timedelta(milliseconds=person.sequence % 1000)
            values = {"8480-6": 128, "8462-4": 82}
            measured = [{"code": code, "value": value, "unit": "mm[Hg]"} for code, value in values.items()]
            sent.append({"sequence": person.sequence, "measuredAt": at.isoformat(), "measurements": measured})
        body = body_of(sent)
        answer = await self.asked(
            "send-readings",
            lambda: self.nobody.send_readings(person.device, person.key, body),
            ("too-many-tries",),
        )
        for outcome in answer["outcomes"]:
            if outcome["result"] not in ("STORED", "KNOWN"):
                self.off.append(f"a reading was {outcome}")
        self.readings.setdefault(person.device, set()).update(int(str(reading["sequence"])) for reading in sent)

    async def place(self, person: Person, clinic: Clinic, slot_id: str = "") -> dict[str, Any]:
        """Place an order and wait until it is confirmed."""
        terms = self.terms.get(clinic.partner_id)
        if terms is None:
            line = {"offeringId": clinic.offering["id"], **({"slotIds": [slot_id]} if slot_id else {})}
            order = {
                "lines": [line],
                "paymentMethod": "sandbox:ok",
                "consentGiven": True,
            }
            terms = self.terms[clinic.partner_id] = await self.asked(
                "preview-order", lambda: agreed(person.caller, order), ("unknown-offering",)
            )
        if slot_id:
            terms = {**terms, "lines": [{**terms["lines"][0], "slotIds": [slot_id]}]}
        key = fresh_key()
        placed = await self.call(person.caller, "place-order", ("too-many-unpaid",), input=terms, key=key)
        self.client_orders[key] = parse_global_id(Kind.ORDER, placed["id"], "id")
        await self._confirmed(person, placed["id"], clinic, [line["consentHash"] for line in terms["lines"]])
        return dict(placed)

    async def _confirmed(self, person: Person, order_id: str, clinic: Clinic, consent_hashes: Sequence[str]) -> None:
        """Wait for the confirmation. Where the card was declined, pay again; where consent was away, agree again."""
        patient_since = time.monotonic()
        while True:
            seen = await self.call(person.caller, "order", id=order_id)
            if self.excused:
                patient_since = time.monotonic()
            if seen["status"] != "PLACED":
                return
            if seen["payment"] and seen["payment"]["status"] == "FAILED":
                self.happened["paid again after a decline"] += 1
                await self.call(
                    person.caller,
                    "pay-order",
                    ("not-now", "payment-under-way"),
                    orderId=order_id,
                    paymentMethod="sandbox:ok",
                    key=fresh_key(),
                )
            elif seen["waitingFor"] == ["CONSENT"]:
                self.happened["agreed again"] += 1
                agreement = {"partnerId": clinic.partner_id, "consentHashes": consent_hashes, "key": fresh_key()}
                await self.call(person.caller, "agree-to-order", orderId=order_id, **agreement)
            if time.monotonic() - patient_since > PATIENCE_SECONDS:
                raise Unanswered(
                    f"an order was {seen['status']} for {PATIENCE_SECONDS:.0f} s, waiting for {seen['waitingFor']}"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def order(self, person: Person, clinic: Clinic, plan: str, chance: random.Random) -> None:
        placed = await self.place(person, clinic)
        if plan == "cancel":
            await self.cancel(person, placed["id"])
        elif plan == "refuse":
            await self.refuse(clinic, placed["id"])
        else:
            await self.serve(person, clinic, placed["id"])
            if plan == "refund":
                await self.refund(clinic, placed, chance)

    async def cancel(self, person: Person, order_id: str) -> None:
        await self.call(person.caller, "cancel-order", orderId=order_id, reason=WHY, key=fresh_key())

    async def refuse(self, clinic: Clinic, order_id: str) -> None:
        """A refusal has no key: whose answer was lost looks whether it was done."""
        try:
            await self.call(clinic.staff, "refuse-order", orderId=order_id, reason=WHY)
        except Refused:
            if (await self.call(clinic.staff, "order", id=order_id))["status"] != "REFUSED":
                raise

    async def serve(self, person: Person, clinic: Clinic, order_id: str) -> None:
        accept, prove, fulfil = (fresh_key() for _ in range(3))
        await self.call(clinic.staff, "accept-order", orderId=order_id, key=accept)
        receipt = await self.scan(person, clinic)
        await self.call(clinic.practitioner, "prove-service", orderId=order_id, scanReceipt=receipt, key=prove)
        await self.call(clinic.practitioner, "fulfil-order", orderId=order_id, key=fulfil)
        self.served.add(parse_global_id(Kind.ORDER, order_id, "id"))

    async def scan(self, person: Person, clinic: Clinic) -> str:
        """A code is good once: of which the answer was lost, another is shown."""
        for last in (False, False, True):
            code = await self.call(person.caller, "issue-health-code")
            try:
                return str((await self.call(clinic.practitioner, "redeem-health-code", text=code["text"]))["receipt"])
            except Refused:
                if last:
                    raise
                self.happened["another code was shown"] += 1
        raise AssertionError("unreachable")

    async def refund(self, clinic: Clinic, placed: dict[str, Any], chance: random.Random) -> None:
        """Give all back, or a part. What is not taken yet cannot be; what was paid out is not the partner's to give."""
        total = placed["total"]
        part = {"amount": f"{chance.randint(1, int(float(total['amount'])))}.00", "currency": total["currency"]}
        amount = None if chance.random() < 0.5 else part
        key, deadline = fresh_key(), time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                await self.call(clinic.staff, "refund-order", orderId=placed["id"], amount=amount, reason=WHY, key=key)
            except Refused as refused:
                if refused.code in ("internal", "?"):
                    raise
                if refused.code != "nothing-taken":
                    return  # it may not: counted by its code
                key = fresh_key()
                await asyncio.sleep(POLL_SECONDS)
            else:
                self.happened["refunds"] += 1
                return

    async def take_a_place(self, person: Person, chance: random.Random) -> None:
        """One of few places: whoever comes too late, or is elsewhere then, is told so. Who has one leaves it again."""
        clinic, slot_id = chance.choice(self.slots)
        try:
            placed = await self.place(person, clinic, slot_id)
        except Refused as refused:
            if refused.code not in (
                "slot-taken",
                "too-many-places",
                "too-often-called-off",
                "unknown-slot",
                "booked-elsewhere",
            ):
                raise
            return
        if chance.random() < 0.6:
            await self.cancel(person, placed["id"])
        else:
            await self.refuse(clinic, placed["id"])

    async def open_and_close(self, person: Person, clinic: Clinic) -> None:
        """An order opens the record to its clinic; the resident takes that back, and it is closed from that answer."""
        placed = await self.place(person, clinic)
        reading: dict[str, Any] = {
            "residentId": known_to(clinic.practitioner, person.id),
            "informationTypes": ["vital-signs"],
            "purpose": "TREAT",
            "first": 1,
        }
        await self.call(clinic.practitioner, "records", ("consent-denied",), **reading)
        consents = await self.call(person.caller, "consents", orderId=placed["id"], first=5)
        for consent in consents["nodes"]:
            await self.call(person.caller, "revoke-consent", consentId=consent["id"], reason=WHY, key=fresh_key())
        known = (await self.call(person.caller, "consents", first=100))["nodes"]
        if any(each["status"] == "GRANTED" and each["origin"] == "ORDER" for each in known):
            self.happened["another order's consent had not ended yet"] += 1
        else:
            try:
                await self.call(clinic.practitioner, "records", **reading)
            except Refused as refused:
                if refused.code != "consent-denied":
                    raise
                self.happened["records closed"] += 1
            else:
                self.off.append(f"a record was read after the revocation of order {placed['id']} was answered")
        await self.cancel(person, placed["id"])

    async def _pay_out(self) -> None:
        while not self.over.is_set():
            await self.going.wait()
            self.busy += 1
            try:
                run = await self.call(self.operator, "run-payouts", key=fresh_key())
                self.happened["payouts"] += len(run["payouts"])
            except (Refused, Unanswered) as error:
                if isinstance(error, Refused) and error.code in SIGNED_OUT:
                    await self.sign_in_officials()
                else:
                    self.off.append(f"payouts: {error}")
            finally:
                self.busy -= 1
            await asyncio.sleep(PAYOUT_SECONDS)
