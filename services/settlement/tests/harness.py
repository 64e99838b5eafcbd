"""Settlement with one partner, on real PostgreSQL and the sandbox provider's own books."""

import base64
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Unavailable
from chassis.sealing import Sealer
from chassis.wire import timestamp
from settlement import commands, handlers
from settlement.api import Resources, webhooks
from settlement.commands import calls as provider_calls
from settlement.domain.ledger import payable
from settlement.domain.payout_terms import Terms
from settlement.provider.sandbox.books import DueWebhook, Sandbox
from settlement.provider.sandbox.webhooks import signed
from settlement.store import ledger, payments
from sqlalchemy import text
from yima.common.v1.types_pb2 import Money
from yima.ordering.v1.events_pb2 import OrderFulfilled, OrderPlaced
from yima.partners.v1.api_pb2 import CAPABILITY_BE_PAID, BankAccount
from yima.partners.v1.events_pb2 import BankAccountRegistered, ContractSigned, PartnerActivated, Standing
from yima.settlement.v1.split_pb2 import Share, SplitPlan

from services.settlement.tests.provider_fakes import SandboxBooks

SEALER = Sealer((bytes(32),))
SECRET = "whsec_" + base64.b64encode(b"a secret of the tests only").decode()


@dataclass
class Harness:
    """Settlement with one partner that has a contract."""

    store: Database
    books: SandboxBooks
    partner: UUID
    owner_url: str
    currency: str = "CNY"

    async def hear(self, handler: object, *messages: object, at: datetime | None = None) -> None:
        events = [Event(uuid4(), at or datetime.now(UTC), str(uuid4()), "", message) for message in messages]
        async with self.store.transaction() as session:
            await handler(Work(session, datetime.now(UTC), Resources(self.books)), events)  # type: ignore[operator]

    async def provide(self) -> None:
        while await provider_calls.carry_out_due(self.store, self.books):
            continue

    async def place(
        self,
        minor: int = 36_000,
        method: str = "sandbox:ok",
        lines: int = 1,
        amounts: Sequence[int] = (),
        at: datetime | None = None,
    ) -> OrderPlaced:
        amounts = amounts or [minor] * lines
        placed = OrderPlaced(
            order_id=str(uuid4()),
            resident_id=str(uuid4()),
            placed_by=str(uuid4()),
            partner_id=str(self.partner),
            total=Money(currency=self.currency, minor=sum(amounts)),
            payment_method=method,
            version=1,
            placed_at=timestamp(at),
        )
        for line_minor in amounts:
            placed.lines.add(
                order_line_id=str(uuid4()), total=Money(currency=self.currency, minor=line_minor), quantity=1
            )
        await self.hear(handlers.on_order_placed, placed)
        await self.provide()
        return placed

    async def fulfil(self, placed: OrderPlaced, lines: int | None = None, at: datetime | None = None) -> None:
        ids = [line.order_line_id for line in placed.lines][:lines]
        await self.hear(
            handlers.on_order_fulfilled,
            OrderFulfilled(order_id=placed.order_id, partner_id=str(self.partner), order_line_ids=ids),
            at=at,
        )
        await self.provide()

    async def webhooks(self, shuffled: bool = False) -> list[bool]:
        """Deliver every webhook that is due; True for each that had an effect. One answered "later" holds up no other:
        it stays due, and its answer is raised when the others are delivered."""
        due = list(self.books.sandbox.due_webhooks())
        effective, later = [], None
        for webhook in reversed(due) if shuffled else due:
            try:
                effective.append(await self.webhook(webhook))
            except Unavailable as unavailable:
                later = unavailable
        await self.provide()
        if later is not None:
            raise later
        return effective

    async def webhook(self, due: DueWebhook) -> bool:
        async with self.store.transaction() as session:
            first_time = await webhooks.receive(session, SECRET, signed(SECRET, due), due.body, datetime.now(UTC))
        self.books.sandbox.webhook_sent(due.place)
        return first_time

    async def refund(self, placed: OrderPlaced, minor: int | None = None, line: int | None = None) -> None:
        async with self.store.transaction() as session:
            await commands.refund_order(
                session, order_id=UUID(placed.order_id), partner_id=None, reason="test", by=uuid4(),
                approved_by=uuid4(),
                order_line_id=UUID(placed.lines[line].order_line_id) if line is not None else None,
                amount=(minor, self.currency) if minor else None, provider=self.books, now=datetime.now(UTC),
            )  # fmt: skip
        await self.provide()

    async def pay(self) -> tuple[list[int], list[str]]:
        """Run the payouts; amounts paid, and reasons of those held."""
        async with self.store.transaction() as session:
            payouts, held = await commands.run_payouts(session, partner_id=self.partner, now=datetime.now(UTC))
            answer = [payout.amount_minor for payout in payouts], [unpaid.reason for unpaid in held]
        await self.provide()
        return answer

    async def agree(self, **terms: object) -> None:
        async with self.store.transaction() as session:
            agreed = Terms(**terms)  # type: ignore[arg-type]
            await commands.set_payout_terms(
                session, partner_id=self.partner, terms=agreed, by=uuid4(), approved_by=uuid4(), now=datetime.now(UTC)
            )

    async def dispute(self, placed: OrderPlaced, minor: int | None = None, currency: str = "") -> UUID:
        async with self.store.transaction() as session:
            opened = await commands.open_dispute(
                session,
                order_id=UUID(placed.order_id),
                amount=(minor, currency or self.currency) if minor else None,
                provider=self.books,
                reason="not what was promised",
                by=uuid4(),
                now=datetime.now(UTC),
            )
            return opened.id

    async def decide(self, dispute_id: UUID, *, for_partner: bool) -> None:
        async with self.store.transaction() as session:
            await commands.decide_dispute(
                session,
                dispute_id=dispute_id,
                for_partner=for_partner,
                by=uuid4(),
                provider=self.books,
                now=datetime.now(UTC),
            )
        await self.provide()

    async def balance(self, account: str) -> int:
        async with self.store.transaction() as session:
            balances = await ledger.balances(session, account, 10)
        return sum(minor for _, currency, minor in balances if currency == self.currency)

    async def pass_days(self, days: int) -> None:
        """Let `days` go by for all that was recorded: the ledger's own clock is moved, as only its owner can."""
        owner = Database(self.owner_url)
        async with owner.transaction() as session:
            await session.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER entries_stay"))
            shift = "UPDATE journal_entry SET recorded_at = recorded_at - :days * interval '1 day'"
            await session.execute(text(shift), {"days": days})
            await session.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER entries_stay"))
        await owner.close()

    async def owed(self) -> int:
        async with self.store.transaction() as session:
            balances = await ledger.balances(session, payable(self.partner), 10)
        return -sum(minor for _, _, minor in balances)

    async def commission(self) -> int:
        async with self.store.transaction() as session:
            balances = await ledger.balances(session, "platform:commission", 10)
        return -sum(minor for _, _, minor in balances)

    async def status(self, placed: OrderPlaced) -> str:
        async with self.store.transaction() as session:
            return (await payments.payments_of(session, [UUID(placed.order_id)]))[UUID(placed.order_id)].status

    async def holds(self) -> bool:
        async with self.store.transaction() as session:
            check = await commands.check_ledger(session)
        assert not check.findings, check.findings
        return check.holds


@asynccontextmanager
async def a_harness[O: Harness](kind: type[O], url: str, folder: Path) -> AsyncGenerator[O]:
    """An harness of this kind, open for business, on the application's own database."""
    store = Database(url)
    harness = kind(
        store, SandboxBooks(Sandbox(folder / "books.sqlite")), uuid4(), url.replace("_app:app@", "_owner:owner@")
    )
    await open_for_business(harness)
    try:
        yield harness
    finally:
        harness.books.sandbox.close()
        await store.close()


async def open_for_business(harness: Harness) -> None:
    """A partner with a contract, a good standing, a bank account, and terms that two people agreed to: paid at once."""
    plan = SplitPlan(id=str(uuid4()), version=1)
    plan.shares.append(Share(party="platform", basis_points=800))
    plan.shares.append(Share(party="fund:public-health", basis_points=200))
    partner_id = str(harness.partner)
    signed_plan = ContractSigned(contract_id=str(uuid4()), partner_id=partner_id, split_plan=plan)
    await harness.hear(handlers.on_contract_signed, signed_plan)
    standing = Standing(partner_id=partner_id, capabilities=[CAPABILITY_BE_PAID], version=1)
    await harness.hear(handlers.on_standing, PartnerActivated(standing=standing))
    account = BankAccount(holder="x", number="6200123", bank_code="1")
    await harness.hear(
        handlers.on_bank_account, BankAccountRegistered(partner_id=partner_id, account=account, version=1)
    )
    await harness.agree()
