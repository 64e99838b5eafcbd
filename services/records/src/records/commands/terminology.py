"""What changes tables of codes and maps of local codes: files announced, loaded, decided about, applied."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from chassis import links, texts
from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.terminology import (
    AWAITED_MAX,
    DISPLAY_LENGTH_MAX,
    UPLOAD_LIFE,
    CodeFileRefused,
    CodeMap,
    CodesDiffer,
    CodeTable,
    FileFormat,
    MapStatus,
    Name,
    TooManyCodeFiles,
    check_announcement,
    check_content,
    check_decider,
    check_sources,
    read,
)
from records.store import grounds
from records.store import terminology as store
from records.tables import CodeFileRow, CodeMapRow, CodeTableRow

FOLDER = "code-files"
FORGET_AFTER = timedelta(days=1)
APPLIED_AT_ONCE_MAX = 500
FIRST = UUID(int=0)


async def announce(
    session: AsyncSession,
    *,
    file_format: FileFormat | None,
    size: int,
    sha256: bytes,
    name: Name,
    account_id: UUID,
    institution_id: UUID | None,
    now: datetime,
) -> tuple[CodeFileRow, str]:
    """Await a file of codes; returns the path to send it to."""
    check_announcement(file_format, size, sha256, name)
    assert file_format is not None
    await store.remove_files(session, now - FORGET_AFTER)
    await store.lock_files(session)
    if await store.awaited(session, account_id, now) >= AWAITED_MAX:
        minutes = int(UPLOAD_LIFE.total_seconds() // 60)
        raise TooManyCodeFiles(f"send some of the {AWAITED_MAX}, or wait {minutes} minutes")
    secret, link_sha256 = links.fresh()
    row = CodeFileRow(
        id=new_id(),
        format=file_format,
        size=size,
        sha256=sha256,
        url=name.url,
        version=name.version,
        title=texts.line(name.title, "title", DISPLAY_LENGTH_MAX) if name.title else "",
        announced_by=account_id,
        institution_id=institution_id,
        announced_at=now,
        link_sha256=link_sha256,
        expires_at=now + UPLOAD_LIFE,
    )
    session.add(row)
    await session.flush()
    return row, f"/{FOLDER}/{secret}"


async def awaited_file(session: AsyncSession, secret: str, now: datetime, lock: bool = False) -> CodeFileRow:
    """The file that a link is for. Whoever lost the answer sends it again by the same link: it is loaded once."""
    row = await store.file_by_link(session, links.digest(secret), now, lock)
    if row is None:
        raise NotFound("the link has expired; announce the file again")
    return row


async def load(database: Database, secret: str, content: bytes, now: datetime) -> CodeTableRow | CodeMapRow:
    """Load an announced file: all of it, or nothing. What was loaded before is left as it is. It is read before a
    connection is taken, in another thread."""
    async with database.transaction() as session:
        row = await awaited_file(session, secret, now)
        check_content(content, row.size, row.sha256)
        name = Name(row.url, row.version, row.title)
    loaded = await asyncio.to_thread(read, FileFormat(row.format), content, name)
    async with database.transaction() as session:
        await store.lock_files(session)
        row = await awaited_file(session, secret, now, lock=True)
        row.loaded_at = row.loaded_at or now
        if isinstance(loaded, CodeMap):
            return await load_map(session, row, loaded, now)
        return await load_table(session, row, loaded, now)


async def load_table(session: AsyncSession, file: CodeFileRow, table: CodeTable, now: datetime) -> CodeTableRow:
    if file.institution_id is not None:
        raise CodeFileRefused("", "is a table of codes; a partner sends maps from its own codes, the operator tables")
    known = await store.table_of(session, table.name.url, table.name.version)
    if known is not None:
        check_same(known.sha256, file.sha256)
        return known
    row = CodeTableRow(
        id=new_id(),
        kind=table.kind,
        url=table.name.url,
        version=table.name.version,
        title=table.name.title,
        sha256=file.sha256,
        codes=len(table.entries),
        loaded_by=file.announced_by,
        loaded_at=now,
    )
    await store.copy_table(session, row, table.entries)
    return row


async def load_map(session: AsyncSession, file: CodeFileRow, codes: CodeMap, now: datetime) -> CodeMapRow:
    """Keep a map for somebody else to decide about. Its targets are codes of the city's; its sources, where it is an
    institution's, are not."""
    known = await store.map_of(session, file.institution_id, codes.name.url, codes.name.version)
    if known is not None:
        check_same(known.sha256, file.sha256)
        return known
    if file.institution_id is not None:
        sources = frozenset(entry.source_system for entry in codes.entries)
        check_sources(codes.entries, await store.of_tables(session, sources))
    unknown = await store.unknown_target(session, codes.entries)
    if unknown is not None:
        index, loaded = unknown
        raise CodeFileRefused(
            f"entries[{index}].target",
            "is no code of that system's loaded tables" if loaded else "is of a system of which no table is loaded",
        )
    row = CodeMapRow(
        id=new_id(),
        institution_id=file.institution_id,
        url=codes.name.url,
        version=codes.name.version,
        title=codes.name.title,
        sha256=file.sha256,
        entries=len(codes.entries),
        submitted_by=file.announced_by,
        submitted_at=now,
    )
    await store.copy_map(session, row, codes.entries)
    return row


def check_same(known: bytes, sent: bytes) -> None:
    """Refuse another content under the name of a version that is here."""
    if known != sent:
        raise CodesDiffer("give what has changed another version", "version")


async def decide(
    session: AsyncSession, *, map_id: UUID, approved: bool, reason: str, by: UUID, now: datetime
) -> CodeMapRow:
    """Put a map in force in place of its version before, or reject it."""
    reason = texts.reason(reason)
    if approved:
        await store.lock_maps(session)
    row = await store.map_for_update(session, map_id)
    if row is None:
        raise NotFound("there is no such map", "code_map_id")
    check_decider(row.submitted_by, by, MapStatus(row.status))
    if approved and (before := await store.map_in_force(session, row.institution_id, row.url)):
        before.status = MapStatus.REPLACED
        await session.flush()
    row.status = MapStatus.APPROVED if approved else MapStatus.REJECTED
    row.decided_by, row.decided_at, row.reason = by, now, reason
    await session.flush()
    return row


async def apply_maps(database: Database, now: datetime) -> bool:
    """Map again some of what came before a map was approved; returns whether there is more."""
    async with grounds.working(database, "map again") as session:
        await store.share_maps(session)
        row = await store.to_apply(session)
        if row is None:
            return False
        last = await store.map_again(session, row.institution_id, row.applied_after or FIRST, APPLIED_AT_ONCE_MAX)
        if last is None:
            row.applied_at = now
        else:
            row.applied_after = last
        return True
