"""Other cities: trust lists, what cities said of their keys and asked, and codes that they honoured for us."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import (
    CityRequestRow,
    CityStatementRow,
    ForeignScanRow,
    InstitutionRow,
    PractitionerRow,
    TrustListProposalRow,
    TrustListRow,
)

# The same lock as the trigger's, so that two who put lists wait for each other rather than be told of a broken law.
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('trust_list'))")
PUT_STATEMENT = Statement(
    """
    INSERT INTO city_statement (city, statement, issued_at) VALUES (:city, :statement, CAST(:issued_at AS timestamptz))
    ON CONFLICT (city) DO UPDATE SET statement = excluded.statement, issued_at = excluded.issued_at
    WHERE city_statement.issued_at < excluded.issued_at
    """
)


async def lock_lists(session: AsyncSession) -> None:
    """Nobody else puts a list until we commit."""
    await session.execute(LOCK)


async def newest_list(session: AsyncSession, authority: str) -> TrustListRow | None:
    """The list of the highest number of an authority."""
    query = select(TrustListRow).where(TrustListRow.authority == authority)
    return (await session.scalars(query.order_by(col(TrustListRow.sequence).desc()).limit(1))).first()


async def add_list(session: AsyncSession, row: TrustListRow) -> None:
    session.add(row)
    await session.flush()


async def proposed_list(session: AsyncSession, authority: str) -> TrustListProposalRow | None:
    """The list of an authority that waits for a decision, locked: another may be deciding on it."""
    query = select(TrustListProposalRow).where(
        TrustListProposalRow.authority == authority, TrustListProposalRow.status == "proposed"
    )
    return (await session.scalars(query.with_for_update())).one_or_none()


async def statement_of(session: AsyncSession, city: str) -> CityStatementRow | None:
    return await session.get(CityStatementRow, city)


async def statements(session: AsyncSession) -> Sequence[CityStatementRow]:
    return (await session.scalars(select(CityStatementRow))).all()


async def put_statement(session: AsyncSession, city: str, statement: str, issued_at: datetime) -> None:
    """Keep what a city says of its keys, unless a newer statement is here."""
    await PUT_STATEMENT.fetch(session, city=city, statement=statement, issued_at=issued_at)


async def claim_request(session: AsyncSession, city: str, nonce: str, expires_at: datetime) -> bool:
    """Use up a request of another city. False where it was used before."""
    added = await session.execute(
        upsert(CityRequestRow)
        .values(city=city, nonce=nonce, expires_at=expires_at)
        .on_conflict_do_nothing()
        .returning(col(CityRequestRow.nonce))
    )
    return added.first() is not None


async def scanner(session: AsyncSession, practitioner_id: UUID) -> tuple[PractitionerRow, InstitutionRow] | None:
    """A practitioner, with the institution they are of."""
    query = (
        select(PractitionerRow, InstitutionRow)
        .join(InstitutionRow, col(InstitutionRow.id) == col(PractitionerRow.institution_id))
        .where(PractitionerRow.id == practitioner_id)
    )
    row = (await session.execute(query)).first()
    return None if row is None else (row.PractitionerRow, row.InstitutionRow)


async def add_foreign_scan(session: AsyncSession, row: ForeignScanRow) -> ForeignScanRow:
    """Keep that another city honoured a code; what is kept of it already, if it is."""
    await session.execute(upsert(ForeignScanRow).values(row.model_dump()).on_conflict_do_nothing())
    query = select(ForeignScanRow).where(ForeignScanRow.city == row.city, ForeignScanRow.token_id == row.token_id)
    return (await session.scalars(query)).one()


type NamedForeignScan = tuple[ForeignScanRow, PractitionerRow, InstitutionRow]


async def foreign_scans(
    session: AsyncSession,
    *,
    institution_id: UUID | None,
    practitioner_id: UUID | None,
    part: Part[tuple[datetime, UUID]],
) -> Sequence[NamedForeignScan]:
    """Scans of other cities' codes, with who made them, newest first; of one institution or practitioner where they are
    named."""
    position = (col(ForeignScanRow.scanned_at), col(ForeignScanRow.id))
    query = (
        select(ForeignScanRow, PractitionerRow, InstitutionRow)
        .join(PractitionerRow, col(PractitionerRow.id) == col(ForeignScanRow.practitioner_id))
        .join(InstitutionRow, col(InstitutionRow.id) == col(ForeignScanRow.institution_id))
    )
    if institution_id is not None:
        query = query.where(ForeignScanRow.institution_id == institution_id)
    if practitioner_id is not None:
        query = query.where(ForeignScanRow.practitioner_id == practitioner_id)
    return [
        (row[0], row[1], row[2]) for row in (await session.execute(part.of(query, *position, descending=True))).all()
    ]
