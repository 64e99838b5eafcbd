"""`make soak`: many orders while everything at the provider goes wrong and the databases' server dies twice: no drift.

The system runs as real processes. People order through the gateway, one order at a time each, and do what a client
should: they wait when a budget is spent (429, `Retry-After`), ask again with the same key when a part is away (503),
and pay again when a card was declined. The sandbox provider declines and refuses captures, voids, refunds and payouts,
answers late, twice, or not at all, takes less than it was asked for, sends refunds and payouts back, and charges back.
Twice the server of all databases is killed and its standby takes over.

At the end services must agree with one another to the last order (`bench.drift`), the ledger must hold, reconciliation
must find nothing, and each open case must be one that an injected fault explains.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack
from gateway.ids import Kind, parse_global_id
from ops.example_city import supervisors
from rich.console import Console
from rich.table import Table
from settlement.provider.sandbox.books import Faults
from yima_client.caller import Caller, agreed, connect, fresh_key
from yima_client.errors import Refused

from bench import drift
from e2e.people import Clinic, a_clinic, a_resident, operator_of

EVERY_FAULT = Faults(
    seed="1", decline=0.03, pending=0.1, partial_capture=0.03, timeout_after_success=0.05, bank_return=0.05,
    duplicate_webhook=0.3, webhook_delay_seconds=3, refuse_capture=0.02, refuse_refund=0.3, refuse_payout=0.05,
    refund_fails_late=0.1, chargeback=0.02, refuse_void=0.3, not_now=0.05, error_before=0.05,
)  # fmt: skip
CLINICS = 8
RESIDENTS = 32
AWAY = frozenset({"unavailable"})  # what a client may be answered while a part of the system is away: ask again
PATIENCE_SECONDS = 120.0
STANDBY_READS_SECONDS = 2.0  # the standby only reads for so long before it is promoted
POLL_SECONDS = 0.3
QUIET_SECONDS = 420.0  # within which everything is done that is not put off for longer
DUE_SECONDS = 330  # calls that are put off for longer are retries of what was refused, and cases
TELL_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 20.0
PLANS = (("serve", 79), ("refund", 10), ("cancel", 8), ("refuse", 3))


class Unanswered(Exception):
    """A call had no answer but "ask again" for longer than anything takes."""


@dataclass
class Soak:
    """One run: `orders` orders, and as many takeovers of the databases, evenly spread."""

    stack: Stack
    orders: int
    faults: Faults
    takeovers: int
    seed: int = 1
    residents: int = RESIDENTS
    clinics: int = CLINICS
    tell: Callable[[str], None] = lambda _what: None

    happened: Counter[str] = field(default_factory=Counter)
    client_orders: dict[str, str] = field(default_factory=dict)  # the orders that clients were answered, by their keys
    off: list[str] = field(default_factory=list)
    done: int = 0
    at: list[Clinic] = field(default_factory=list)
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)  # what is agreed to, by the partner who offers it

    async def run(self) -> list[str]:
        """What is off at the end."""
        async with connect(self.stack.graphql) as nobody:
            await supervisors(nobody, self.stack.secrets)
            operator = await operator_of(nobody, self.stack.secrets)
            for definition in self.stack.city.manifests("definitions"):
                await operator.run("put-service-definition", definition=definition)
            self.at = [await a_clinic(nobody, self.stack.secrets) for _ in range(self.clinics)]
            people = [(await a_resident(nobody))[0] for _ in range(self.residents)]
            await self.set_faults(self.faults)
            numbers = iter(range(self.orders))
            beside = [
                asyncio.create_task(work)
                for work in (self.take_over(), self.pay_out(operator), self.say_how_far(), self.tell_late())
            ]
            try:
                await asyncio.gather(*(self.buy(person, numbers) for person in people))
                await beside[0]
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
            await self.end(operator)
            return [*self.off, *await self.verdict(operator)]

    # --- what people do

    async def call(self, caller: Caller, name: str, until_not: Sequence[str] = (), **variables: Any) -> Any:
        """A shipped operation's answer; asked again while a part is away, or while it is refused for one of these."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await caller.run(name, **variables)
            except Refused as refused:
                self.happened[f"{name} was answered {refused.code}"] += 1
                if refused.code in AWAY and not refused.retry_after:
                    self.off.append(f"{name}: {refused.code} without a word of when to ask again")
                if refused.code not in {*AWAY, *until_not}:
                    raise
                if time.monotonic() > deadline:
                    raise Unanswered(f"{name} was answered {refused} for {PATIENCE_SECONDS:.0f} s") from None
                await asyncio.sleep(refused.retry_after or POLL_SECONDS)

    async def buy(self, resident: Caller, numbers: Iterator[int]) -> None:
        """Place one order after the other, until all numbers are taken."""
        for number in numbers:
            chance = random.Random(f"{self.seed}/{number}")
            clinic = chance.choice(self.at)
            (plan,) = chance.choices([plan for plan, _ in PLANS], [weight for _, weight in PLANS])
            try:
                await self.order(resident, clinic, plan, chance)
            except (Refused, Unanswered, httpx2.HTTPError) as error:
                self.off.append(f"order {number} ({plan}): {type(error).__name__}: {error}")
            self.done += 1

    async def order(self, resident: Caller, clinic: Clinic, plan: str, chance: random.Random) -> None:
        variables = {
            "lines": [{"offeringId": clinic.offering["id"]}],
            "paymentMethod": "sandbox:ok",
            "consentGiven": True,
        }
        terms = self.terms.get(clinic.partner_id)
        if terms is None:
            terms = self.terms[clinic.partner_id] = await self.away(lambda: agreed(resident, variables))
        key = fresh_key()
        placed = await self.call(resident, "place-order", input=terms, key=key)
        self.client_orders[key] = parse_global_id(Kind.ORDER, placed["id"], "id")
        await self.confirmed(resident, placed["id"], clinic, [line["consentHash"] for line in terms["lines"]])
        if plan == "cancel":
            await self.call(resident, "cancel-order", orderId=placed["id"], reason="soak", key=fresh_key())
        elif plan == "refuse":
            await self.call(clinic.staff, "refuse-order", orderId=placed["id"], reason="soak")
        else:
            await self.serve(resident, clinic, placed["id"])
            if plan == "refund":
                await self.refund(clinic, placed, chance)
        self.happened[f"orders: {plan}"] += 1

    async def away[T](self, call: Callable[[], Awaitable[T]]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return await call()
            except Refused as refused:
                self.happened[f"{refused.operation} was answered {refused.code}"] += 1
                if refused.code not in {*AWAY, "unknown-offering"} or time.monotonic() > deadline:
                    raise
                await asyncio.sleep(refused.retry_after or POLL_SECONDS)

    async def confirmed(self, resident: Caller, order_id: str, clinic: Clinic, consent_hashes: Sequence[str]) -> None:
        """Wait for the confirmation. Where the card was declined, pay again; where consent was away, agree again."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            seen = await self.call(resident, "order", id=order_id)
            if seen["status"] != "PLACED":
                return
            if seen["payment"] and seen["payment"]["status"] == "FAILED":
                self.happened["paid again after a decline"] += 1
                await self.call(
                    resident,
                    "pay-order",
                    orderId=order_id,
                    paymentMethod="sandbox:ok",
                    key=fresh_key(),
                    until_not=("not-now", "payment-under-way"),
                )
            elif seen["waitingFor"] == ["CONSENT"]:
                self.happened["agreed again"] += 1
                await self.call(
                    resident,
                    "agree-to-order",
                    orderId=order_id,
                    partnerId=clinic.partner_id,
                    consentHashes=consent_hashes,
                    key=fresh_key(),
                )
            if time.monotonic() > deadline:
                raise Unanswered(
                    f"an order was {seen['status']} for {PATIENCE_SECONDS:.0f} s, waiting for {seen['waitingFor']}"
                )
            await asyncio.sleep(POLL_SECONDS)

    async def serve(self, resident: Caller, clinic: Clinic, order_id: str) -> None:
        accept, prove, fulfil = (fresh_key() for _ in range(3))
        await self.call(clinic.staff, "accept-order", orderId=order_id, key=accept)
        code = await self.call(resident, "issue-health-code")
        scan = await self.call(clinic.practitioner, "redeem-health-code", text=code["text"])
        await self.call(clinic.practitioner, "prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=prove)
        await self.call(clinic.practitioner, "fulfil-order", orderId=order_id, key=fulfil)

    async def refund(self, clinic: Clinic, placed: dict[str, Any], chance: random.Random) -> None:
        """Give all back, or a part. What is not taken yet cannot be; what was paid out is not the partner's to give."""
        total = placed["total"]
        part = {"amount": f"{chance.randint(1, int(float(total['amount'])))}.00", "currency": total["currency"]}
        amount = None if chance.random() < 0.5 else part
        key = fresh_key()
        for _ in range(40):
            try:
                await self.call(
                    clinic.staff, "refund-order", orderId=placed["id"], amount=amount, reason="soak", key=key
                )
            except Refused as refused:
                if refused.code != "nothing-taken":
                    return  # it may not: counted by its code
                key = fresh_key()
                await asyncio.sleep(POLL_SECONDS)
            else:
                self.happened["refunds"] += 1
                return

    # --- what happens beside

    async def set_faults(self, faults: Faults) -> None:
        async with httpx2.AsyncClient(auth=("", self.stack.webhook_secret), trust_env=False) as http:
            answer = await http.put(f"{self.stack.provider_url}/faults", content=faults.model_dump_json())
            answer.raise_for_status()

    async def reached(self, share: float) -> None:
        while self.done < self.orders * share:
            await asyncio.sleep(0.05)

    async def take_over(self) -> None:
        """Kill the databases' server and let its standby take over, each time with a new standby."""
        cluster = self.stack.cluster
        for number in range(1, self.takeovers + 1):
            assert cluster is not None
            await self.reached(number / (self.takeovers + 1))
            self.tell(f"the databases' server is killed, for the {number}. time")
            cluster.lose_primary()
            await asyncio.sleep(STANDBY_READS_SECONDS)
            await cluster.promote()
            self.tell("its standby has taken over")
            await cluster.add_standby()
            self.happened["takeovers of all databases"] += 1

    async def tell_late(self) -> None:
        """For the middle third, what is pending is reported by webhooks alone."""
        await self.reached(1 / 3)
        await self.set_faults(self.faults.model_copy(update={"webhook_only": True}))
        await self.reached(2 / 3)
        await self.set_faults(self.faults)

    async def pay_out(self, operator: Caller) -> None:
        for share in range(1, 5):
            await self.reached(share / 5)
            await self.run_payouts(operator)

    async def run_payouts(self, operator: Caller) -> None:
        payouts = await self.call(operator, "run-payouts", key=fresh_key())
        self.happened["payouts"] += len(payouts["payouts"])

    async def say_how_far(self) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(TELL_SECONDS)
            rate = self.done / (time.monotonic() - began)
            self.tell(f"{self.done:,} of {self.orders:,} orders, {rate:.0f} a second")

    async def end(self, operator: Caller) -> None:
        """Let the bank decide its chargebacks, pay out once more, and wait until all is quiet."""
        async with httpx2.AsyncClient(auth=("", self.stack.webhook_secret), trust_env=False) as http:
            report = (await http.get(f"{self.stack.provider_url}/report")).json()
            for movement in report:
                if movement["kind"] == "chargeback":
                    won = random.Random(f"{self.seed}/{movement['key']}").random() < 0.5
                    url = f"{self.stack.provider_url}/disputes/{movement['key']}/decision"
                    (await http.post(url, params={"won": won})).raise_for_status()
        await self.quiet()
        await self.run_payouts(operator)
        await self.quiet()
        while not (await self.call(operator, "read-provider-report"))["complete"]:
            pass
        complete = False
        while not complete:
            run = await self.call(operator, "reconcile", key=fresh_key())
            complete = run["complete"]
            self.happened["movements reconciled"] += run["matched"]
            if run["breaksOpened"]:
                self.off.append(f"reconciliation opened {run['breaksOpened']} breaks")

    async def quiet(self) -> None:
        """Wait until every event had its effect and no call to the provider falls due soon."""
        self.tell("waiting until all is quiet")
        deadline = time.monotonic() + QUIET_SECONDS
        calm = 0
        while calm < 3 and time.monotonic() < deadline:
            busy = await drift.still_due(self.stack, DUE_SECONDS) or await drift.of_events(self.stack)
            calm = 0 if busy else calm + 1
            await asyncio.sleep(1)

    async def verdict(self, operator: Caller) -> list[str]:
        """What does not agree, and which cases no fault explains."""
        check = await self.call(operator, "ledger-check")
        off = [] if check["holds"] else [f"the ledger does not hold: {check['findings']}"]
        if left := await drift.still_due(self.stack, DUE_SECONDS):
            off.append(f"{left} calls to the provider are still due")
        if len(set(self.client_orders.values())) != len(self.client_orders):
            off.append("two keys placed one order")
        if len(self.client_orders) != self.orders:
            off.append(f"clients heard of {len(self.client_orders)} of {self.orders} orders")
        return off + await self.lasting_drift()

    async def lasting_drift(self) -> list[str]:
        """What does not agree in each of three looks: what was refused is tried again all the while."""
        findings = await drift.everywhere(self.stack, self.client_orders)
        for _ in range(2):
            if findings:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                again = await drift.everywhere(self.stack, self.client_orders)
                findings = [finding for finding in findings if finding in again]
        return findings


def show(out: Console, run: Soak, cases: drift.Explained, findings: Sequence[str], seconds: float) -> None:
    """The tables at the end."""
    for what, count in sorted(run.happened.items()):
        out.print(f"{count:>9,}  {what}", highlight=False, soft_wrap=True)
    table = Table("open cases", "count", "the fault", title="What is left for a person, and what it is of")
    for (kind, fault), count in sorted(cases.by_fault.items()):
        table.add_row(kind, f"{count:,}", fault)
    for case in cases.unexplained:
        table.add_row(case, "1", "[red]unexplained")
    out.print(table)
    out.print(
        f"{len(run.client_orders):,} orders in {seconds:.0f} s; faults: {run.faults.model_dump_json()}",
        highlight=False,
        soft_wrap=True,
    )
    for case in findings:
        out.print(f"OFF: {case}", style="red", highlight=False, soft_wrap=True)
    bad = len(findings) + len(cases.unexplained)
    out.print(
        "drift: none; every case is explained" if not bad else f"drift: {bad} findings", highlight=False, soft_wrap=True
    )


async def soak(orders: int, faults: Faults, seed: int, takeovers: int, out: Console, kept: Path | None = None) -> int:
    began = time.monotonic()

    def tell(what: str) -> None:
        out.print(f"{time.monotonic() - began:>7.0f} s  {what}", highlight=False, soft_wrap=True)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = kept or Path(scratch)
        async with Stack(folder, City.named("jinan"), free_range(PORTS_NEEDED), standby=True) as stack:
            tell("the system runs")
            run = Soak(stack, orders, faults, takeovers, seed, tell=tell)
            found = await run.run()
            cases = await drift.explained(stack, faults)
    show(out, run, cases, found, time.monotonic() - began)
    return 1 if found or cases.unexplained else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--takeovers", type=int, default=2, help="how often the databases' server dies")
    parser.add_argument("--faults", default="", help="JSON of the sandbox's Faults; by default every one is on")
    parser.add_argument("--folder", type=Path, help="an empty folder, in which the databases and logs are kept")
    arguments = parser.parse_args()
    every = EVERY_FAULT.model_copy(update={"seed": str(arguments.seed)})
    faults = Faults.model_validate_json(arguments.faults) if arguments.faults else every
    return asyncio.run(soak(arguments.orders, faults, arguments.seed, arguments.takeovers, Console(), arguments.folder))


if __name__ == "__main__":
    sys.exit(main())
