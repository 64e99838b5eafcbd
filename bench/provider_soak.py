"""Many orders through settlement alone while everything at the provider goes wrong, then no drift.

Settlement's own handlers, commands and provider calls on a PostgreSQL with fsync, against the sandbox provider's books
with every fault on: declines, refusals of captures, refunds and payouts, lost answers, pending calls, late, doubled and
reordered webhooks, partial captures, refunds that come back, payouts that banks send back, chargebacks. In between
partners are paid, residents refunded, disputes decided. At the end the ledger must hold, what is not settled must be a
case to the cent, and every movement the provider reports must be in the ledger, one by one.
"""

import asyncio
import base64
import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Refusal, Unavailable
from google.protobuf.message import Message
from settlement import commands, handlers
from settlement.api import Resources, webhooks
from settlement.commands import calls as provider_calls
from settlement.commands import provider_report
from settlement.commands.reconciliation import is_complete
from settlement.domain.bank import NO_BANK
from settlement.domain.payout_terms import Terms
from settlement.provider.http import SandboxSteps
from settlement.provider.port import (
    Movement,
    Outcome,
    PaymentMethod,
    ProviderRequest,
    Unreachable,
    method_of,
    movement_of,
    outcome_of,
)
from settlement.provider.sandbox.books import OFFERED, Faults, Sandbox
from settlement.provider.sandbox.webhooks import signed
from settlement.store import cases, ledger
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import OrderCancelled, OrderFulfilled, OrderPlaced
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID, BankAccount
from yima.partners.v1.events_pb2 import BankAccountRegistered, ContractSigned, PartnerActivated, Standing
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from bench.drift import BOOKED, KINDS

EVERY_FAULT = Faults(
    seed="1", decline=0.03, pending=0.1, partial_capture=0.05, timeout_after_success=0.05, bank_return=0.05,
    duplicate_webhook=0.3, webhook_delay_seconds=0.2, refuse_capture=0.05, refuse_refund=0.3, refuse_payout=0.05,
    refund_fails_late=0.05, chargeback=0.02, refuse_void=0.3,
)  # fmt: skip
SECRET = "whsec_" + base64.b64encode(b"known to this process only").decode()
BATCH = 200
ROUNDS_MAX = 200
# What a person has to settle, by the account that waits for it.
IN_CASES = text(
    """
    SELECT CASE kind WHEN 'capture_failed' THEN 'provider\\:receivable' ELSE 'provider\\:refunds-due' END,
        sum(CASE kind WHEN 'capture_failed' THEN amount_minor ELSE -amount_minor END)
    FROM money_case WHERE kind IN ('capture_failed', 'refund_failed') AND resolved_at IS NULL GROUP BY 1
    """
)


class Books(SandboxSteps):
    """The provider port onto the sandbox's books; some answers are lost after the work was done."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.lost: set[str] = set()

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        answer = self.sandbox.carry_out(path, key, dict(what))
        if key not in self.lost and self.sandbox.faults.fires("timeout_after_success", key):
            self.lost.add(key)
            raise Unreachable("done, but the answer was lost")
        return outcome_of(answer)

    async def look_up(self, request: ProviderRequest) -> Outcome | None:
        answer = self.sandbox.look_up(request.key)
        return None if answer is None else outcome_of(answer)

    async def methods(self, _currency: str) -> Sequence[PaymentMethod]:
        return [method_of(method) for method in OFFERED]

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        return [movement_of(line) for line in self.sandbox.report(after, most)]


class Soak:
    """One run."""

    def __init__(self, store: Database, books: Books, partners: int, seed: int) -> None:
        self.store = store
        self.books = books
        self.partners = [uuid4() for _ in range(partners)]
        self.random = random.Random(seed)
        self.happened: Counter[str] = Counter()

    async def hear(self, handler: object, messages: Sequence[Message]) -> None:
        events = [Event(uuid4(), datetime.now(UTC), str(uuid4()), "", message) for message in messages]
        async with self.store.transaction() as session:
            await handler(Work(session, datetime.now(UTC), Resources(self.books)), events)  # type: ignore[operator]

    async def open(self) -> None:
        plan = SplitPlan(id=str(uuid4()), version=1)
        plan.shares.append(Share(party="platform", basis_points=800, cap=Money(currency="CNY", minor=5_000)))
        plan.shares.append(Share(party="fund:public-health", basis_points=200))
        for partner in map(str, self.partners):
            account = BankAccount(holder="x", number="6200123", bank_code="1")
            await self.hear(
                handlers.on_contract_signed,
                [ContractSigned(contract_id=str(uuid4()), partner_id=partner, split_plan=plan)],
            )
            standing = Standing(partner_id=partner, capabilities=[CAPABILITY_BE_PAID], version=1)
            await self.hear(handlers.on_standing, [PartnerActivated(standing=standing)])
            await self.hear(
                handlers.on_bank_account, [BankAccountRegistered(partner_id=partner, account=account, version=1)]
            )
            async with self.store.transaction() as session:
                await commands.set_payout_terms(
                    session,
                    partner_id=UUID(partner),
                    terms=Terms(),
                    by=uuid4(),
                    approved_by=uuid4(),
                    now=datetime.now(UTC),
                )

    async def sell(self, orders: int) -> list[OrderPlaced]:
        placed = []
        for _ in range(orders):
            amounts = [self.random.randint(1, 50_000) for _ in range(self.random.randint(1, 3))]
            order = OrderPlaced(
                order_id=str(uuid4()),
                resident_id=str(uuid4()),
                placed_by=str(uuid4()),
                version=1,
                partner_id=str(self.random.choice(self.partners)),
                payment_method="sandbox:ok",
                total=Money(currency="CNY", minor=sum(amounts)),
            )
            for minor in amounts:
                order.lines.add(order_line_id=str(uuid4()), total=Money(currency="CNY", minor=minor), quantity=1)
            placed.append(order)
        await self.hear(handlers.on_order_placed, placed)
        await self.settle_down()
        called_off = self.random.sample(placed, len(placed) // 20)
        await self.hear(handlers.on_order_cancelled, [OrderCancelled(order_id=order.order_id) for order in called_off])
        self.happened["orders called off"] += len(called_off)
        placed = [order for order in placed if order not in called_off]
        served = [
            OrderFulfilled(
                order_id=order.order_id,
                partner_id=order.partner_id,
                order_line_ids=[line.order_line_id for line in order.lines],
            )
            for order in placed
        ]
        await self.hear(handlers.on_order_fulfilled, served)
        await self.settle_down()
        return placed

    async def settle_down(self) -> None:
        """Make calls and take webhooks until nothing is due any more; waiting times are cut short."""
        for _ in range(ROUNDS_MAX):
            while await provider_calls.carry_out_due(self.store, self.books):
                continue
            due = list(self.books.sandbox.due_webhooks())
            self.random.shuffle(due)
            for webhook in due:
                headers = signed(SECRET, webhook)
                try:
                    async with self.store.transaction() as session:
                        first_time = await webhooks.receive(session, SECRET, headers, webhook.body, datetime.now(UTC))
                except Unavailable:  # of a capture that has not arrived yet: it is sent again
                    self.books.sandbox.webhook_failed(webhook.place)
                    self.happened["webhooks that came too early"] += 1
                    continue
                self.happened["webhooks that were news" if first_time else "webhooks that were not"] += 1
                self.books.sandbox.webhook_sent(webhook.place)
            async with self.store.transaction() as session:
                waiting = (
                    await session.execute(
                        text("UPDATE provider_call SET due_at = now() WHERE state = 'due' RETURNING id")
                    )
                ).all()
            if not waiting and not due and not self.books.sandbox.webhooks_to_come():
                return
            await asyncio.sleep(0.01)
        raise SystemExit("calls are still due: something is stuck")

    async def trouble(self, placed: list[OrderPlaced]) -> None:
        """Refund some, dispute some, and pay everybody."""
        by = uuid4()
        for order in self.random.sample(placed, len(placed) // 10):
            await self.attempt("refunds", order, by)
        for order in self.random.sample(placed, len(placed) // 20):
            await self.attempt("disputes", order, by)
        await self.pay()
        for order in self.random.sample(placed, len(placed) // 20):
            await self.attempt("refunds", order, by)
        for dispute in self.books.sandbox.disputes():
            self.books.sandbox.close_dispute(dispute, won=self.random.random() < 0.5)
            self.happened["chargebacks decided"] += 1
        await self.settle_down()

    async def attempt(self, what: str, order: OrderPlaced, by: UUID) -> None:
        now, order_id = datetime.now(UTC), UUID(order.order_id)
        amount = None if self.random.random() < 0.5 else (self.random.randint(1, order.total.minor), "CNY")
        try:
            async with self.store.transaction() as session:
                if what == "refunds":
                    await commands.refund_order(
                        session, order_id=order_id, partner_id=None, amount=amount, reason="soak", by=by,
                        approved_by=uuid4(), now=now,
                    )  # fmt: skip
                else:
                    opened = await commands.open_dispute(
                        session, order_id=order_id, amount=amount, reason="soak", by=by, now=now
                    )
                    await commands.decide_dispute(
                        session, dispute_id=opened.id, for_partner=self.random.random() < 0.5, by=uuid4(), now=now
                    )
            self.happened[what] += 1
        except Refusal as refusal:
            self.happened[f"{what} refused: {type(refusal).__name__}"] += 1

    async def pay(self) -> None:
        async with self.store.transaction() as session:
            paid, held = await commands.run_payouts(session, partner_id=None, now=datetime.now(UTC))
        self.happened["payouts"] += len(paid)
        self.happened["payouts held"] += len(held)
        await self.settle_down()

    async def verdict(self) -> list[str]:
        """What is off at the end."""
        async with self.store.transaction() as session:
            ledger_check = await commands.check_ledger(session)
            left = {
                account: minor
                for account, _, minor in await ledger.balances(session, "%", 100_000)
                if minor
                and account in ("provider:receivable", "provider:refunds-due", "payouts:in-transit", "disputes:held")
            }
            booked = Counter(tuple(row) for row in await session.execute(text(BOOKED.replace(":", "\\:"))))
            owed = {row[0]: int(row[1]) for row in await session.execute(IN_CASES)}
            for kind, count, _ in await cases.open_by_kind(session):
                self.happened[f"open cases: {kind}"] += count
        left = {
            account: minor - owed.get(account, 0) for account, minor in left.items() if minor != owed.get(account, 0)
        }
        self.happened["entries"], self.happened["postings"] = ledger_check.entries, ledger_check.postings
        reported = Counter(
            (entry["key"], KINDS[entry["kind"]], entry["amount"]) for entry in self.books.sandbox.report()
        )
        for movement in self.books.sandbox.report():
            self.happened[f"provider: {movement['kind']}"] += 1
        breaks = list((reported - booked) + (booked - reported))
        return [
            *ledger_check.findings,
            *(f"Σ {currency} is {total}" for currency, total in ledger_check.totals.items() if total),
            *(f"{account} holds {minor}" for account, minor in left.items()),
            *(f"the provider and the ledger disagree about {break_}" for break_ in breaks[:10]),
            *await self.unreconciled(),
        ]

    async def unreconciled(self) -> list[str]:
        """What settlement's own reconciliation does not agree on, or does not come to again."""
        await provider_report.read_all(self.store, self.books, lambda: datetime.now(UTC))
        off: list[str] = []
        complete = False
        while not complete:
            async with self.store.transaction() as session:
                run = await commands.run_reconciliation(session, bank=NO_BANK, now=datetime.now(UTC))
                complete = is_complete(run)
            async with self.store.transaction() as session:
                _, again = await commands.recompute(session, reconciliation_id=run.id, bank=NO_BANK)
            self.happened["reconciled"] += run.matched
            if run.opened:
                off.append(f"{run.opened} breaks are open")
            if again != run.digest:
                off.append("the reconciliation does not come to the same again")
        return off
