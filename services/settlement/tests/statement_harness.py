"""Where statements are issued and answered."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from chassis.ids import new_id
from settlement import commands
from settlement.documents.statement import from_json
from settlement.domain.ledger import JournalEntry, Posting, payable
from settlement.store import ledger
from settlement.tables import StatementRow

from services.settlement.tests.harness import SEALER, Harness

ISSUER = "Yima settlement, test"


class StatementHarness(Harness):
    """Where statements are issued and answered."""

    async def issue(self, finish: datetime | None = None) -> StatementRow:
        now = datetime.now(UTC)
        async with self.store.transaction() as session:
            return await commands.issue_statement(
                session, partner_id=self.partner, finish=finish or now, issuer=ISSUER, sealer=SEALER, zone=UTC, now=now
            )

    async def reproduces(self, row: StatementRow) -> bool:
        async with self.store.transaction() as session:
            again, digest = await commands.recompute_statement(session, statement_id=row.id, partner_id=self.partner)
            return again.sha256 == digest

    async def confirm(self, row: StatementRow, now: datetime | None = None, partner: UUID | None = None) -> None:
        async with self.store.transaction() as session:
            await commands.confirm_statement(
                session,
                statement_id=row.id,
                partner_id=partner or self.partner,
                by=uuid4(),
                now=now or datetime.now(UTC),
            )

    async def disagree(self, row: StatementRow, reason: str = "too little", positions: tuple[int, ...] = ()) -> None:
        async with self.store.transaction() as session:
            await commands.dispute_statement(
                session,
                statement_id=row.id,
                partner_id=self.partner,
                reason=reason,
                positions=positions,
                by=uuid4(),
                now=datetime.now(UTC),
            )

    async def resolve(self, row: StatementRow, resolution: str = "see the next one") -> None:
        async with self.store.transaction() as session:
            await commands.resolve_statement(
                session, statement_id=row.id, resolution=resolution, by=uuid4(), now=datetime.now(UTC)
            )

    async def explain(self, row: StatementRow, position: int, partner: UUID | None = None) -> commands.Explanation:
        async with self.store.transaction() as session:
            return await commands.explain_line(
                session, statement_id=row.id, position=position, partner_id=partner or self.partner
            )

    async def write(self, minor: int, at: datetime) -> None:
        """An entry on the partner's account, recorded at some time."""
        postings = (Posting(payable(self.partner), -minor, "CNY"), Posting("suspense", minor, "CNY"))
        async with self.store.transaction() as session:
            await ledger.append(session, [JournalEntry(new_id(), "x", f"x:{uuid4()}", postings)], at)


def said(row: StatementRow) -> tuple[int, list[int], int]:
    """Opening, lines and closing of a statement in one currency."""
    (currency,) = from_json(row.content).currencies
    return currency.opening.minor, [line.amount.minor for line in currency.lines], currency.closing.minor
