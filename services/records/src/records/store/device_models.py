"""Models of devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.rows import dumps, lock_count
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_, select

from records.domain.device_models import ModelStatus, ModelTerms
from records.tables import DeviceModelRow

# Those that are not there yet, in the table's order; numbers are taken for them alone.
ADD_MODELS = text(
    """
    INSERT INTO device_model
        (id, maker, name, kind, codes, units, bluetooth_service, status, proposed_at, reason)
    SELECT id, maker, name, kind, codes, units, bluetooth_service, 2, :now, ''
    FROM jsonb_to_recordset(CAST(:models AS jsonb)) AS model (place int, id uuid, maker text, name text, kind int,
        codes text[], units text[], bluetooth_service text)
    WHERE NOT EXISTS (SELECT FROM device_model AS known WHERE known.id = model.id)
    ORDER BY place
    ON CONFLICT DO NOTHING
    """
)


async def add_models(session: AsyncSession, models: Sequence[ModelTerms], now: datetime) -> None:
    """Add models of the table that are not there yet."""
    rows = [
        {
            "place": index,
            "id": model.id,
            "maker": model.maker,
            "name": model.name,
            "kind": int(model.kind),
            "codes": list(model.codes),
            "units": list(model.units),
            "bluetooth_service": model.bluetooth_service,
        }
        for index, model in enumerate(models)
    ]
    await session.execute(ADD_MODELS, {"models": dumps(rows), "now": now})


async def lock_models_of(session: AsyncSession, partner_id: UUID) -> None:
    """Let nobody else propose a model of this maker until we commit."""
    await lock_count(session, "device models", partner_id)


async def model(session: AsyncSession, model_id: UUID, *, lock: bool = False) -> DeviceModelRow | None:
    query = select(DeviceModelRow).where(DeviceModelRow.id == model_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).first()


async def models(session: AsyncSession, model_ids: Sequence[UUID]) -> dict[UUID, DeviceModelRow]:
    query = select(DeviceModelRow).where(col(DeviceModelRow.id).in_(model_ids))
    return {row.id: row for row in (await session.scalars(query)).all()}


async def is_named(session: AsyncSession, maker: str, name: str) -> bool:
    query = select(DeviceModelRow.id).where(
        func.lower(DeviceModelRow.maker) == maker.lower(), func.lower(DeviceModelRow.name) == name.lower()
    )
    return (await session.execute(query)).first() is not None


async def waiting(session: AsyncSession, partner_id: UUID) -> int:
    """How many models of a maker wait for a decision."""
    query = select(func.count()).where(
        DeviceModelRow.partner_id == partner_id, DeviceModelRow.status == int(ModelStatus.PROPOSED)
    )
    return (await session.execute(query)).scalar_one()


@dataclass(frozen=True, slots=True)
class ModelFilter:
    """Which models; empty: any."""

    kind: int = 0
    maker: str = ""
    words: str = ""  # in the maker's or the model's name
    code: str = ""
    status: int = 0


async def page(
    session: AsyncSession,
    model_filter: ModelFilter,
    seen_by: UUID | None,
    sees_all: bool,
    part: Part[tuple[int]],
) -> Sequence[DeviceModelRow]:
    """Models in the order in which they were added. What is not approved is its maker's and the
    operator's to see."""
    query = select(DeviceModelRow)
    if not sees_all:
        approved = DeviceModelRow.status == int(ModelStatus.APPROVED)
        query = query.where(or_(approved, DeviceModelRow.partner_id == seen_by) if seen_by else approved)
    if model_filter.kind:
        query = query.where(DeviceModelRow.kind == model_filter.kind)
    if model_filter.status:
        query = query.where(DeviceModelRow.status == model_filter.status)
    if model_filter.maker:
        query = query.where(func.lower(DeviceModelRow.maker) == model_filter.maker.lower())
    if model_filter.words:
        query = query.where(
            or_(
                col(DeviceModelRow.name).icontains(model_filter.words, autoescape=True),
                col(DeviceModelRow.maker).icontains(model_filter.words, autoescape=True),
            )
        )
    if model_filter.code:
        query = query.where(col(DeviceModelRow.codes).contains([model_filter.code]))
    return (await session.scalars(part.of(query, col(DeviceModelRow.position)))).all()
