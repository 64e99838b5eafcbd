"""What the bank says, in files of its own, and what people do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from chassis.pages import beginning
from settlement import commands
from settlement.commands.payouts import HeldPayout
from settlement.commands.reconciliation import PAIRS_MAX
from settlement.domain.bank import BankAccount, OwnBank
from settlement.domain.payout_terms import Rail
from settlement.provider.port import Movement, movement_of
from settlement.store import cases, payouts, proposals, provider_report
from settlement.store import reconciliation as store
from settlement.tables import BreakRow, PayoutRow, ProposalRow, ReconciliationRow
from sqlalchemy import text

from services.settlement.tests.harness import Harness

BANK = OwnBank({"CNY": BankAccount("City Health Exchange", "3700 0001", "105")})


@dataclass(frozen=True)
class Booking:
    """What the bank books: in decimal, negative for a debit."""

    amount: str
    end_to_end_id: str = ""
    reason: str = ""
    currency: str = "CNY"
    status: str = "BOOK"
    parts: tuple["Booking", ...] = ()


@dataclass(frozen=True)
class StatementFile:
    """A bank's statement as a file."""

    booked: tuple[Booking, ...] = ()
    statement_id: str = field(default_factory=lambda: uuid4().hex)
    account: str = "3700 0001"
    currency: str = "CNY"
    on: date = field(default_factory=lambda: datetime.now(UTC).date())
    opening: str = "1000.00"
    off: str = "0"
    head: str = '<?xml version="1.0" encoding="UTF-8"?>'

    def xml(self) -> bytes:
        counted = [booking for booking in self.booked if booking.status == "BOOK"]
        closing = Decimal(self.opening) + sum((Decimal(booking.amount) for booking in counted), Decimal(self.off))
        return f"""{self.head}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>m1</MsgId><CreDtTm>2026-01-01T00:00:00Z</CreDtTm></GrpHdr>
<Stmt><Id>{self.statement_id}</Id><CreDtTm>2026-01-01T00:00:00Z</CreDtTm>
<Acct><Id><Othr><Id>{self.account}</Id></Othr></Id></Acct>
{self.balance("OPBD", Decimal(self.opening))}
{self.balance("CLBD", closing)}
{"".join(self.entry(booking) for booking in self.booked)}
</Stmt></BkToCstmrStmt></Document>""".encode()

    def balance(self, code: str, amount: Decimal) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{money(str(amount), self.currency)}"
            f"<Dt><Dt>{self.on}</Dt></Dt></Bal>"
        )

    def entry(self, booking: Booking) -> str:
        details = "".join(self.detail(part, True) for part in booking.parts) or self.detail(booking, False)
        return (
            f"<Ntry>{money(booking.amount, booking.currency)}<Sts><Cd>{booking.status}</Cd></Sts>"
            f"<BookgDt><Dt>{self.on}</Dt></BookgDt><BkTxCd/><NtryDtls>{details}</NtryDtls></Ntry>"
        )

    def detail(self, booking: Booking, with_amount: bool) -> str:
        refs = f"<Refs><EndToEndId>{booking.end_to_end_id}</EndToEndId></Refs>" if booking.end_to_end_id else ""
        tag = "Cd" if len(booking.reason) <= 4 and booking.reason.isalnum() else "Prtry"
        returned = f"<RtrInf><Rsn><{tag}>{booking.reason}</{tag}></Rsn></RtrInf>" if booking.reason else ""
        return f"<TxDtls>{refs}{money(booking.amount, booking.currency) if with_amount else ''}{returned}</TxDtls>"


def money(amount: str, currency: str) -> str:
    direction = "DBIT" if amount.startswith("-") else "CRDT"
    return f'<Amt Ccy="{currency}">{amount.lstrip("-")}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


class BankHarness(Harness):
    """Settlement's back office."""

    async def by_bank(self, minor: int = 36_000) -> tuple[UUID, str]:
        """A payout that was exported to the bank: its id, and its amount as the bank writes it."""
        await self.agree(rail=Rail.BANK)
        await self.fulfil(await self.place(minor))
        async with self.store.transaction() as session:
            (payout,), _ = await commands.run_payouts(
                session, partner_id=self.partner, now=datetime.now(UTC), bank=BANK
            )
        async with self.store.transaction() as session:
            assert payout.bank_file_id is not None
            await commands.export_bank_file(session, file_id=payout.bank_file_id, by=uuid4(), now=datetime.now(UTC))
        return payout.id, str(Decimal(payout.amount_minor).scaleb(-2))

    async def run(self) -> tuple[Sequence[PayoutRow], Sequence[HeldPayout]]:
        """A run of payouts, with the operator's own bank."""
        async with self.store.transaction() as session:
            return await commands.run_payouts(session, partner_id=self.partner, now=datetime.now(UTC), bank=BANK)

    async def payout_status(self, payout_id: UUID) -> str:
        async with self.store.transaction() as session:
            return (await payouts.payouts_for_update(session, [payout_id]))[payout_id].status

    async def take_statement(self, *booked: Booking, **what: object) -> list[bool]:
        """Take in a statement; which had been taken in before."""
        return await self.take(StatementFile(booked, **what))  # type: ignore[arg-type]

    async def take(self, statement: StatementFile, by: UUID | None = None, now: datetime | None = None) -> list[bool]:
        async with self.store.transaction() as session:
            statements = await commands.ingest_bank_statement(
                session, content=statement.xml(), bank=BANK, by=by or uuid4(), now=now or datetime.now(UTC)
            )
        return [known for _, known in statements]

    async def return_payout(self, payout_id: UUID, by: UUID | None = None, approved_by: UUID | None = None) -> None:
        async with self.store.transaction() as session:
            await commands.return_payout(
                session,
                payout_id=payout_id,
                by=by or uuid4(),
                approved_by=approved_by or uuid4(),
                zone=BANK.zone,
                now=datetime.now(UTC),
            )

    async def proposals(self) -> list[ProposalRow]:
        async with self.store.transaction() as session:
            return list(await proposals.page(session, "proposed", beginning(100)))

    async def cases(self) -> list[str]:
        async with self.store.transaction() as session:
            return [f"{row.kind}: {row.detail}" for row in await cases.page(session, False, beginning(100))]

    async def report(self, *, drop: int = 0, more: tuple[Movement, ...] = (), complete: bool = True) -> None:
        """Read the provider's report, without its last lines, with some of our own, or only a piece."""
        began = datetime.now(UTC)
        async with self.store.transaction() as session:
            lines = self.books.sandbox.report(await provider_report.last_place(session))
            movements = [movement_of(line) for line in lines[: len(lines) - drop]]
            await commands.take_report(session, movements=[*movements, *more], now=began, complete=complete)

    async def reconcile(self, pairs_max: int = PAIRS_MAX) -> ReconciliationRow:
        async with self.store.transaction() as session:
            return await commands.run_reconciliation(session, bank=BANK, now=datetime.now(UTC), pairs_max=pairs_max)

    async def reproduces(self, run: ReconciliationRow) -> bool:
        async with self.store.transaction() as session:
            row, digest = await commands.recompute(session, reconciliation_id=run.id, bank=BANK)
            return row.digest == digest

    async def breaks(self) -> list[BreakRow]:
        async with self.store.transaction() as session:
            return list(await store.breaks(session, "open", beginning(100)))

    async def kinds(self) -> list[tuple[str, str, int]]:
        return sorted((row.source, row.kind, row.amount_minor) for row in await self.breaks())

    async def propose(self, break_id: UUID, account: str, by: UUID, reason: str = "the bank's fee") -> UUID:
        async with self.store.transaction() as session:
            row = await commands.propose_adjustment(
                session, break_id=break_id, account=account, reason=reason, by=by, now=datetime.now(UTC)
            )
            return row.id

    async def approve(self, adjustment_id: UUID, by: UUID, approved: bool = True) -> None:
        async with self.store.transaction() as session:
            await commands.decide_adjustment(
                session, adjustment_id=adjustment_id, approved=approved, by=by, now=datetime.now(UTC)
            )

    async def match(self, *ids: UUID) -> None:
        async with self.store.transaction() as session:
            await commands.match_breaks(session, break_ids=ids, by=uuid4(), now=datetime.now(UTC))

    async def count(self, table: str) -> int:
        async with self.store.transaction() as session:
            return int(await session.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0)
