"""The city's service definitions."""

from collections.abc import Sequence

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from catalog.tables import DefinitionRow


async def put_definition(session: AsyncSession, definition: DefinitionRow) -> None:
    values = definition.model_dump()
    await session.execute(
        upsert(DefinitionRow).values(values).on_conflict_do_update(index_elements=["code"], set_=values)
    )


async def definition(session: AsyncSession, code: str) -> DefinitionRow | None:
    return await session.get(DefinitionRow, code)


async def by_codes(session: AsyncSession, codes: Sequence[str]) -> Sequence[DefinitionRow]:
    return (await session.scalars(select(DefinitionRow).where(col(DefinitionRow.code).in_(codes)))).all()


async def definitions(session: AsyncSession, population: int) -> Sequence[DefinitionRow]:
    query = select(DefinitionRow).order_by(col(DefinitionRow.code))
    return (await session.scalars(query.where(DefinitionRow.population == population) if population else query)).all()
