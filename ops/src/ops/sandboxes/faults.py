"""What goes wrong in a sandbox because its partner asks for it: each by the steps, or the misbehaviour, that it comes
from in a city too. Nothing is written into a service's database, and no event is made up."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from chassis.refusals import Invalid, NotFound, Refusal
from devstack.stack import Stack
from yima_cli import trials
from yima_client.caller import Caller, connect, fresh_key, until
from yima_client.errors import Refused

from ops import example_city as cities
from ops.sandboxes.filling import residents

LATE_SECONDS = 30
LATE_SECONDS_MAX = 600
PROVIDER_SECONDS = 10.0
ENDED = ("PAID", "RETURNED")
REASON = "a trial in a sandbox"


class NothingDue(Refusal):
    code = "nothing-due"
    title = "No money is due to the partner, so none can come back."


@dataclass(frozen=True)
class Asked:
    """What a fault is about."""

    order_id: str = ""  # an order of one of the sandbox's residents; empty: a new one is placed
    seconds: int = LATE_SECONDS


@dataclass
class Faults:
    """What goes wrong in one sandbox, for as long as it is awake."""

    stack: Stack
    offering_id: str
    _standing: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def make(self, name: str, asked: Asked) -> dict[str, Any]:
        """Make the fault happen, and say what was done."""
        if name not in FAULTS:
            raise Invalid("fault", f"must be one of {', '.join(FAULTS)}")
        return {"fault": name, **await FAULTS[name](self, asked)}

    def end(self) -> None:
        """Nothing stands still any more."""
        for standing in self._standing.values():
            standing.cancel()

    async def late_webhook(self, asked: Asked) -> dict[str, Any]:
        """What sends webhooks stands still for so long; then all that waited comes, in its order."""
        if not 1 <= asked.seconds <= LATE_SECONDS_MAX:
            raise Invalid("seconds", f"must be from 1 to {LATE_SECONDS_MAX}")
        if (before := self._standing.pop("notifications", None)) is not None:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)
        self._standing["notifications"] = asyncio.create_task(self._stand_still("notifications", asked.seconds))
        await asyncio.sleep(0)
        return {"seconds": asked.seconds}

    async def _stand_still(self, service: str, seconds: float) -> None:
        self.stack.supervisor.kill(service, signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            self.stack.supervisor.kill(service, signal.SIGCONT)

    async def bank_return(self, _asked: Asked) -> dict[str, Any]:
        """The partner is paid what is due to it, and its bank sends back what it was paid last."""
        async with connect(self.stack.graphql) as nobody:
            operator = await nobody.signed_in(cities.OPERATOR, self.stack.secrets["operator"])
            run = await operator.run("run-payouts", key=fresh_key())
            payouts = await until(
                "the end of payouts",
                lambda: operator.run("payouts"),
                lambda page: all(payout["status"] in ENDED for payout in page["nodes"]),
            )
            came_back = {payout["id"] for payout in payouts["nodes"] if payout["status"] == "RETURNED"}
            if len(came_back) == len(payouts["nodes"]):
                waits = "; ".join(f"{held['reason']} until {held['heldUntil']}" for held in run["held"])
                raise NothingDue(f"let an order be served, and move the clock over the days it is held. {waits}")
            await self._send_back()
            (returned,) = await until(
                "the return of a payout",
                lambda: returned_but(operator, came_back),
                bool,
            )
        return {"payouts": [returned]}

    async def _send_back(self) -> None:
        """What was paid last comes back; of a sandbox's institutions one alone is ever paid."""
        auth = ("sandbox", self.stack.webhook_secret)
        async with httpx2.AsyncClient(
            base_url=self.stack.provider_url, auth=auth, trust_env=False, timeout=PROVIDER_SECONDS
        ) as http:
            moved = (await http.get("/report")).raise_for_status().json()
            came_back = {each["key"] for each in moved if each["kind"] == "payout-return"}
            *_, last = [each["key"] for each in moved if each["kind"] == "payout" and each["key"] not in came_back]
            (await http.post("/returns", json={"key": last})).raise_for_status()

    async def revoke_consent(self, asked: Asked) -> dict[str, Any]:
        """A resident takes back what they consented to for an order."""
        async with self._order(asked) as (resident, order_id):
            consents = await resident.every("consents", orderId=order_id)
            for consent in consents:
                await resident.run("revoke-consent", consentId=consent["id"], reason=REASON)
            if not consents:
                raise NotFound("the order has no consent; its offering asks for no data, or it was not confirmed")
            return {"orderId": order_id, "consents": [consent["id"] for consent in consents]}

    async def resident_cancels(self, asked: Asked) -> dict[str, Any]:
        """A resident cancels an order."""
        async with self._order(asked) as (resident, order_id):
            await resident.run("cancel-order", orderId=order_id, reason=REASON, key=fresh_key())
            return {"orderId": order_id}

    @asynccontextmanager
    async def _order(self, asked: Asked) -> AsyncGenerator[tuple[trials.Patient, str]]:
        """A resident with an order of theirs: the one that is named, or a new one, once it is confirmed."""
        password = self.stack.secrets["residents"]
        logins = [person["login"] for person in residents(self.stack.city)]
        async with connect(self.stack.graphql) as nobody:
            people = [trials.Patient(await nobody.signed_in(login, password)) for login in logins]
            yield await (owner(people, asked.order_id) if asked.order_id else order_anew(people, self.offering_id))


async def returned_but(operator: Caller, known: set[str]) -> list[dict[str, Any]]:
    """The payouts that came back, but for those that had."""
    payouts = (await operator.run("payouts"))["nodes"]
    return [payout for payout in payouts if payout["status"] == "RETURNED" and payout["id"] not in known]


async def owner(people: Sequence[trials.Patient], order_id: str) -> tuple[trials.Patient, str]:
    """Whose the order is."""
    for resident in people:
        try:
            await resident.run("order", id=order_id)
        except Refused:
            continue
        return resident, order_id
    raise NotFound("no resident of this sandbox has such an order", "orderId")


async def order_anew(people: Sequence[trials.Patient], offering_id: str) -> tuple[trials.Patient, str]:
    """The first resident whom the service is for orders it."""
    refused = None
    for resident in people:
        try:
            order_id = await trials.an_order(resident, offering_id)
        except Refused as refusal:
            refused = refusal
            continue
        await trials.until_order(resident, order_id, "CONFIRMED", "ACCEPTED", "FULFILLING", "CLOSED")
        return resident, order_id
    raise NotFound(f"no resident could order: {refused}")


FAULTS: dict[str, Callable[[Faults, Asked], Awaitable[dict[str, Any]]]] = {
    "late-webhook": Faults.late_webhook,
    "bank-return": Faults.bank_return,
    "revoke-consent": Faults.revoke_consent,
    "resident-cancels": Faults.resident_cancels,
}
