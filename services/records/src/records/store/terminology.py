"""SQL statements about tables of codes, maps of local codes, and files of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pages import Part
from chassis.rows import copy_records, dumps
from sqlalchemy import Row, or_, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.domain.terminology import CodeEntry, MapEntry, MapStatus
from records.tables import CodeEntryRow, CodeFileRow, CodeMapRow, CodeTableRow, MapEntryRow, UnmappedCodeRow

AWAITED = text(
    "SELECT count(*) FROM code_file WHERE announced_by = :account AND expires_at > :now AND loaded_at IS NULL"
)
REMOVE_FILES = text("DELETE FROM code_file WHERE expires_at < :before")
LOCK_FILES = text("SELECT pg_advisory_xact_lock(hashtextextended('code-files', 0))")
# A trigger shares it wherever resources are stored, so that none is stored by the maps of before an approval and not
# mapped again after it.
LOCK_MAPS = text("SELECT pg_advisory_xact_lock(hashtextextended('code-maps', 0))")
SHARE_MAPS = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('code-maps', 0))")


async def awaited(session: AsyncSession, account_id: UUID, now: datetime) -> int:
    """How many files an account has announced and not sent."""
    return int((await session.execute(AWAITED, {"account": account_id, "now": now})).scalar_one())


async def remove_files(session: AsyncSession, before: datetime) -> None:
    """Forget the announcements whose links have expired by then."""
    await session.execute(REMOVE_FILES, {"before": before})


async def file_by_link(session: AsyncSession, link_sha256: bytes, now: datetime, lock: bool) -> CodeFileRow | None:
    """The file that a link is for, while the link is good."""
    query = select(CodeFileRow).where(CodeFileRow.link_sha256 == link_sha256, CodeFileRow.expires_at > now)
    return (await session.scalars(query.with_for_update() if lock else query)).first()


async def lock_files(session: AsyncSession) -> None:
    """Let nobody else load codes until we commit."""
    await session.execute(LOCK_FILES)


async def lock_maps(session: AsyncSession) -> None:
    """Let nobody store resources, or decide about maps, until we commit."""
    await session.execute(LOCK_MAPS)


async def share_maps(session: AsyncSession) -> None:
    """Let nobody decide about maps until we commit. Taken before any map is locked."""
    await session.execute(SHARE_MAPS)


async def table_of(session: AsyncSession, url: str, version: str) -> CodeTableRow | None:
    query = select(CodeTableRow).where(CodeTableRow.url == url, CodeTableRow.version == version)
    return (await session.scalars(query)).first()


async def newest_table(session: AsyncSession, url: str) -> CodeTableRow | None:
    """The version of a table that was loaded last."""
    query = select(CodeTableRow).where(CodeTableRow.url == url)
    return (await session.scalars(query.order_by(col(CodeTableRow.id).desc()).limit(1))).first()


async def map_of(session: AsyncSession, institution_id: UUID | None, url: str, version: str) -> CodeMapRow | None:
    query = select(CodeMapRow).where(
        col(CodeMapRow.institution_id).is_not_distinct_from(institution_id),
        CodeMapRow.url == url,
        CodeMapRow.version == version,
    )
    return (await session.scalars(query)).first()


async def map_named(session: AsyncSession, map_id: UUID) -> CodeMapRow | None:
    return await session.get(CodeMapRow, map_id)


async def map_for_update(session: AsyncSession, map_id: UUID) -> CodeMapRow | None:
    return (await session.scalars(select(CodeMapRow).where(CodeMapRow.id == map_id).with_for_update())).first()


async def map_in_force(session: AsyncSession, institution_id: UUID | None, url: str) -> CodeMapRow | None:
    """The version of a map that is in force, if any is."""
    query = select(CodeMapRow).where(
        col(CodeMapRow.institution_id).is_not_distinct_from(institution_id),
        CodeMapRow.url == url,
        CodeMapRow.status == MapStatus.APPROVED,
    )
    return (await session.scalars(query.with_for_update())).first()


TABLE_COLUMNS = ("table_id", "system", "code", "display", "parent", "active", "designations")
MAP_COLUMNS = (
    "map_id", "source_system", "source_code", "target_system", "target_code", "target_display", "equivalence",
)  # fmt: skip


async def copy_table(session: AsyncSession, row: CodeTableRow, entries: Sequence[CodeEntry]) -> None:
    """Store a table with its codes, by COPY."""
    session.add(row)
    await session.flush()
    records = [
        (row.id, each.system, each.code, each.display, each.parent, each.active, dumps(each.designations))
        for each in entries
    ]
    await copy_records(session, str(CodeEntryRow.__tablename__), TABLE_COLUMNS, records)


async def copy_map(session: AsyncSession, row: CodeMapRow, entries: Sequence[MapEntry]) -> None:
    """Store a map with its lines, by COPY."""
    session.add(row)
    await session.flush()
    records = [
        (
            row.id,
            each.source_system,
            each.source_code,
            each.target_system,
            each.target_code,
            each.target_display,
            each.equivalence,
        )
        for each in entries
    ]
    await copy_records(session, str(MapEntryRow.__tablename__), MAP_COLUMNS, records)


async def tables(session: AsyncSession, part: Part[tuple[UUID]]) -> Sequence[CodeTableRow]:
    """Tables, the last loaded first."""
    query = select(CodeTableRow)
    return (await session.scalars(part.of(query, col(CodeTableRow.id), descending=True))).all()


async def maps(
    session: AsyncSession,
    institution_id: UUID | None,
    everybodys: bool,
    status: MapStatus | None,
    part: Part[tuple[UUID]],
) -> Sequence[CodeMapRow]:
    """An institution's maps and the city's, or all; the last submitted first."""
    query = select(CodeMapRow)
    if not everybodys:
        query = query.where(
            or_(col(CodeMapRow.institution_id).is_(None), col(CodeMapRow.institution_id) == institution_id)
        )
    if status is not None:
        query = query.where(CodeMapRow.status == status)
    return (await session.scalars(part.of(query, col(CodeMapRow.id), descending=True))).all()


async def map_entries(session: AsyncSession, map_id: UUID, after: int, most: int) -> Sequence[MapEntryRow]:
    """A map's lines after so many, in order."""
    query = select(MapEntryRow).where(MapEntryRow.map_id == map_id)
    order = (
        MapEntryRow.source_system,
        MapEntryRow.source_code,
        MapEntryRow.target_system,
        MapEntryRow.target_code,
    )
    return (await session.scalars(query.order_by(*order).offset(after).limit(most))).all()


async def entry(session: AsyncSession, table_id: UUID, system: str, code: str) -> CodeEntryRow | None:
    return await session.get(CodeEntryRow, (table_id, system, code))


OF_EXPANSION = """
    FROM code_entry WHERE table_id = :table_id AND (active OR NOT :active_only)
        AND (:words = '' OR strpos(lower(display), lower(:words)) > 0 OR strpos(lower(code), lower(:words)) = 1)
"""
EXPANDED = text(
    f"SELECT system, code, display, active {OF_EXPANSION} ORDER BY system, code LIMIT :limit OFFSET :offset"
)
EXPANDED_TOTAL = text(f"SELECT count(*) {OF_EXPANSION}")


@dataclass(frozen=True, slots=True)
class Expansion:
    """Some of a table's codes, and how many there are."""

    entries: Sequence[Row[Any]]
    total: int


async def expanded(
    session: AsyncSession, table_id: UUID, words: str, active_only: bool, offset: int, limit: int
) -> Expansion:
    """The codes of a table whose name has these words, or that begin so, in their order."""
    parameters = {"table_id": table_id, "words": words, "active_only": active_only}
    total = int((await session.execute(EXPANDED_TOTAL, parameters)).scalar_one())
    rows = await session.execute(EXPANDED, parameters | {"offset": offset, "limit": limit})
    return Expansion(rows.all(), total)


OF_TABLES = text(
    """
    SELECT system FROM unnest(CAST(:systems AS text[])) AS asked (system)
    WHERE EXISTS (SELECT FROM code_entry WHERE code_entry.system = asked.system)
    """
)
# Of the targets of a map those that no loaded version of their system has.
UNKNOWN_TARGETS = text(
    """
    SELECT sent.position, EXISTS (SELECT FROM code_entry WHERE system = sent.system) AS loaded
    FROM unnest(CAST(:systems AS text[]), CAST(:codes AS text[])) WITH ORDINALITY AS sent (system, code, position)
    WHERE NOT EXISTS (SELECT FROM code_entry AS known WHERE known.system = sent.system AND known.code = sent.code)
    ORDER BY sent.position LIMIT 1
    """
)


async def of_tables(session: AsyncSession, systems: frozenset[str]) -> frozenset[str]:
    """Those of these systems of which any loaded table has a code."""
    return frozenset(row.system for row in await session.execute(OF_TABLES, {"systems": sorted(systems)}))


async def unknown_target(session: AsyncSession, entries: Sequence[MapEntry]) -> tuple[int, bool] | None:
    """The first line whose target no table has, and whether there is any of that system; None: all are known."""
    targets = [(index, entry) for index, entry in enumerate(entries) if entry.target_code]
    parameters = {
        "systems": [entry.target_system for _, entry in targets],
        "codes": [entry.target_code for _, entry in targets],
    }
    row = (await session.execute(UNKNOWN_TARGETS, parameters)).first()
    return (targets[row.position - 1][0], row.loaded) if row is not None else None


@dataclass(frozen=True, slots=True)
class Translation:
    """What a map in force says of a code."""

    system: str
    code: str
    display: str
    equivalence: str
    map_url: str
    map_version: str


async def translations(
    session: AsyncSession, system: str, code: str, target_system: str, institution_id: UUID | None
) -> Sequence[Translation]:
    """What the maps in force say of a code: the institution's own and the city's."""
    query = (
        select(MapEntryRow, CodeMapRow)
        .join(CodeMapRow, col(CodeMapRow.id) == MapEntryRow.map_id)
        .where(
            CodeMapRow.status == MapStatus.APPROVED,
            or_(col(CodeMapRow.institution_id).is_(None), col(CodeMapRow.institution_id) == institution_id),
            MapEntryRow.source_system == system,
            MapEntryRow.source_code == code,
        )
    )
    if target_system:
        query = query.where(MapEntryRow.target_system == target_system)
    query = query.order_by(col(CodeMapRow.institution_id).is_(None), CodeMapRow.url, MapEntryRow.target_code)
    return [
        Translation(
            line.target_system, line.target_code, line.target_display, line.equivalence, codes.url, codes.version
        )
        for line, codes in await session.execute(query.limit(100))
    ]


MAP_AGAIN = text(
    """
    WITH chunk AS MATERIALIZED (
        SELECT id FROM record
        WHERE id > :after AND (CAST(:institution AS uuid) IS NULL OR institution_id = :institution)
        ORDER BY id LIMIT :limit FOR UPDATE
    ), done AS (
        UPDATE record SET mapped = fresh.mapped, classified_by = ''
        FROM (
            SELECT record.id, mapped_codings(record.institution_id, record.resource) AS mapped
            FROM record JOIN chunk USING (id)
        ) AS fresh
        WHERE record.id = fresh.id AND record.mapped <> fresh.mapped
    )
    SELECT max(CAST(id AS text)) AS last FROM chunk
    """
)


async def to_apply(session: AsyncSession) -> CodeMapRow | None:
    """A map in force by which not all that is there has been mapped, for nobody else to take on meanwhile."""
    query = select(CodeMapRow).where(CodeMapRow.status == MapStatus.APPROVED, col(CodeMapRow.applied_at).is_(None))
    query = query.order_by(col(CodeMapRow.decided_at)).limit(1).with_for_update(skip_locked=True)
    return (await session.scalars(query)).first()


async def map_again(session: AsyncSession, institution_id: UUID | None, after: UUID, limit: int) -> UUID | None:
    """Map the codes of records after this id by the maps in force; returns the last id looked at, None at the end."""
    parameters = {"institution": institution_id, "after": after, "limit": limit}
    last = (await session.execute(MAP_AGAIN, parameters)).scalar_one()
    return UUID(last) if last is not None else None


async def unmapped(
    session: AsyncSession, institution_id: UUID, part: Part[tuple[datetime, UUID]]
) -> Sequence[UnmappedCodeRow]:
    """The codes of an institution's for which there is none of the city's, and still no map; the last first."""
    mapped = (
        select(MapEntryRow.map_id)
        .join(CodeMapRow, col(CodeMapRow.id) == MapEntryRow.map_id)
        .where(
            CodeMapRow.status == MapStatus.APPROVED,
            or_(col(CodeMapRow.institution_id).is_(None), col(CodeMapRow.institution_id) == institution_id),
            MapEntryRow.source_system == UnmappedCodeRow.system,
            MapEntryRow.source_code == UnmappedCodeRow.code,
        )
    )
    query = select(UnmappedCodeRow).where(UnmappedCodeRow.institution_id == institution_id, ~mapped.exists())
    return (
        await session.scalars(part.of(query, UnmappedCodeRow.last_came_at, UnmappedCodeRow.id, descending=True))
    ).all()


async def named_tables(session: AsyncSession, named: Mapping[str, str]) -> Mapping[str, UUID]:
    """The ids of these versions of tables, by their URLs; those that are not loaded are left out."""
    query = select(CodeTableRow).where(col(CodeTableRow.url).in_(named))
    return {row.url: row.id for row in (await session.scalars(query)).all() if named[row.url] == row.version}
