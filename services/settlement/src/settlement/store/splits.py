"""SQL of lines and the parts they were split into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.rows import insert
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.ledger import account_of
from settlement.domain.payments import PaymentStatus, before
from settlement.domain.splits import split_by_plan
from settlement.tables import LineSplitRow, PartRow, PaymentRow


def parts_of(line: LineSplitRow, seller: UUID) -> Sequence[PartRow]:
    """The parts of a line by its frozen plan."""
    return [
        PartRow(
            order_line_id=line.order_line_id,
            place=index,
            party=part.party,
            account=account_of(part.party),
            amount_minor=part.amount_minor,
        )
        for index, part in enumerate(split_by_plan(line.gross_minor, line.plan, seller))
    ]


async def resplit(session: AsyncSession, dues: Mapping[UUID, int]) -> None:
    """Split lines again that cost less in the end than was ordered, by the plans they were frozen with. Nothing of them
    has been posted yet."""
    if not dues:
        return
    rows = await session.execute(
        select(LineSplitRow, PaymentRow.partner_id)
        .join(PaymentRow, col(PaymentRow.id) == col(LineSplitRow.payment_id))
        .where(
            col(LineSplitRow.order_line_id).in_(list(dues)),
            ~col(LineSplitRow.fulfilled),
            col(PaymentRow.status).in_(before(PaymentStatus.CAPTURING)),
        )
        .order_by(col(LineSplitRow.order_line_id))
        .with_for_update()
    )
    fresh: list[PartRow] = []
    for line, seller in rows.all():
        if not 0 <= dues[line.order_line_id] <= line.gross_minor:
            raise ValueError(f"line {line.order_line_id} cannot cost {dues[line.order_line_id]} of {line.gross_minor}")
        line.gross_minor = dues[line.order_line_id]
        fresh += parts_of(line, seller)
    await session.flush()
    await session.execute(delete(PartRow).where(col(PartRow.order_line_id).in_([part.order_line_id for part in fresh])))
    await insert(session, fresh)


STORED = {"populate_existing": True}


async def splits(
    session: AsyncSession, payments: Sequence[UUID]
) -> Mapping[UUID, Sequence[tuple[LineSplitRow, Sequence[PartRow]]]]:
    """Payments' lines with their parts, in their stored order and as they are stored: statements change them, too."""
    lines = (
        await session.scalars(
            select(LineSplitRow).where(col(LineSplitRow.payment_id).in_(payments)).order_by(col(LineSplitRow.place)),
            execution_options=STORED,
        )
    ).all()
    parts: dict[UUID, list[PartRow]] = {line.order_line_id: [] for line in lines}
    for part in await session.scalars(
        select(PartRow).where(col(PartRow.order_line_id).in_(list(parts))).order_by(col(PartRow.place)),
        execution_options=STORED,
    ):
        parts[part.order_line_id].append(part)
    by_payment: dict[UUID, list[tuple[LineSplitRow, Sequence[PartRow]]]] = {}
    for line in lines:
        by_payment.setdefault(line.payment_id, []).append((line, parts[line.order_line_id]))
    return by_payment


# One statement, so that a line and its parts are of one moment.
LINES_AFTER = text(
    """
    SELECT line.order_line_id, line.payment_id, line.place, line.gross_minor, line.plan, line.fulfilled,
        payment.partner_id AS seller, (
            SELECT json_agg(json_build_array(part.party, part.account, part.amount_minor) ORDER BY part.place)
            FROM part WHERE part.order_line_id = line.order_line_id
        ) AS parts
    FROM line_split AS line JOIN payment ON payment.id = line.payment_id
    WHERE CAST(:after AS uuid) IS NULL OR line.order_line_id > CAST(:after AS uuid)
    ORDER BY line.order_line_id LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line as it is stored, its seller, and party, account and amount of each of its parts in their order."""

    line: LineSplitRow
    seller: UUID
    parts: Sequence[tuple[str, str, int]]


async def lines_after(session: AsyncSession, after: UUID | None, most: int) -> Sequence[StoredLine]:
    """The next lines by their id."""
    rows = await session.execute(LINES_AFTER, {"after": after, "most": most})
    return [
        StoredLine(
            LineSplitRow(
                order_line_id=row.order_line_id,
                payment_id=row.payment_id,
                place=row.place,
                gross_minor=row.gross_minor,
                plan=row.plan,
                fulfilled=row.fulfilled,
            ),
            row.seller,
            [(party, account, minor) for party, account, minor in row.parts or ()],
        )
        for row in rows
    ]
