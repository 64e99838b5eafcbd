"""The access log's tree: what waits for its place, the leaves, nodes over 256 of them, and checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.merkle import Node, folded
from chassis.pruning import PRUNE_MAX, piece, prune
from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.store import locks
from consent.tables import AccessLogRow, CheckpointRow, CosignatureRow, LeafRow, NodeRow

WIDTH_BITS = 8  # a kept node is over 2^8 of the level below
WIDTH = 1 << WIDTH_BITS

LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:lock)")
SIZE = text("SELECT COALESCE((SELECT index + 1 FROM access_log_leaf ORDER BY index DESC LIMIT 1), 0)")
WAITING = text("SELECT EXISTS (SELECT FROM access_log_waiting)")
WAITING_SINCE = text("SELECT min(at) FROM access_log_waiting")
MOVE = text(
    """
    WITH moved AS (
        DELETE FROM access_log_waiting
        WHERE id IN (SELECT id FROM access_log_waiting ORDER BY id LIMIT :limit)
        RETURNING *
    ), leaves AS (
        INSERT INTO access_log_leaf (index, resident_id, partner_id, subject_id, kind, at, entry)
        SELECT :size + row_number() OVER (ORDER BY id) - 1, resident_id, partner_id, subject_id, kind, at, entry
        FROM moved ORDER BY id
        RETURNING 1
    )
    SELECT count(*) FROM leaves
    """
)
LAST_OF_CHAIN = text(
    "SELECT COALESCE((SELECT chain_position FROM access_log_leaf WHERE chain_position IS NOT NULL "
    "ORDER BY chain_position DESC LIMIT 1), 0)"
)
NODES_KEPT = text("SELECT level, max(index) + 1 AS kept FROM access_log_node GROUP BY level")
LEAF_HASHES = text(
    """
    SELECT leaf.index AS leaf_index, sha256('\\x00'::bytea || leaf.entry) AS hash
    FROM unnest(CAST(:starts AS bigint[]), CAST(:ends AS bigint[])) AS asked (first, beyond)
    CROSS JOIN LATERAL (
        SELECT index, entry FROM access_log_leaf WHERE index >= asked.first AND index < asked.beyond
    ) AS leaf
    """
)
NODE_HASHES = text(
    """
    SELECT node.level, node.index AS node_index, node.hash
    FROM unnest(CAST(:levels AS integer[]), CAST(:starts AS bigint[]), CAST(:ends AS bigint[]))
        AS asked (level, first, beyond)
    CROSS JOIN LATERAL (
        SELECT level, index, hash FROM access_log_node
        WHERE level = asked.level AND index >= asked.first AND index < asked.beyond
    ) AS node
    """
)


async def lock_tree(session: AsyncSession) -> None:
    """Wait for whoever gives places, and be the only one until the commit."""
    await session.execute(LOCK, {"lock": locks.ACCESS_TREE})


async def try_lock_tree(session: AsyncSession) -> bool:
    """The same; False where somebody else gives places now."""
    return bool((await session.execute(TRY_LOCK, {"lock": locks.ACCESS_TREE})).scalar_one())


async def tree_size(session: AsyncSession) -> int:
    return int((await session.execute(SIZE)).scalar_one())


async def waits(session: AsyncSession) -> bool:
    """Does an entry wait for its place?"""
    return bool((await session.execute(WAITING)).scalar_one())


async def waiting_since(session: AsyncSession) -> datetime | None:
    """Since when the oldest entry waits for its place."""
    since: datetime | None = (await session.execute(WAITING_SINCE)).scalar_one()
    return since


async def move_waiting(session: AsyncSession, size: int, limit: int) -> int:
    """Give those that waited longest the places from `size` on; returns how many. Call it with the tree locked."""
    return int((await session.execute(MOVE, {"size": size, "limit": limit})).scalar_one())


async def chain_entries(session: AsyncSession, limit: int) -> Sequence[AccessLogRow]:
    """Entries of the chain that are no leaves yet, oldest first. Call it with the tree locked."""
    last = (await session.execute(LAST_OF_CHAIN)).scalar_one()
    query = select(AccessLogRow).where(col(AccessLogRow.position) > last).order_by(col(AccessLogRow.position))
    return (await session.scalars(query.limit(limit))).all()


async def add_leaves(session: AsyncSession, rows: Sequence[LeafRow]) -> None:
    await insert(session, rows)


async def nodes_kept(session: AsyncSession) -> Mapping[int, int]:
    """How many nodes of each level are kept."""
    return {row.level: row.kept for row in await session.execute(NODES_KEPT)}


async def add_nodes(session: AsyncSession, rows: Sequence[NodeRow]) -> None:
    await insert(session, rows)


async def leaf_hashes(session: AsyncSession, ranges: Sequence[tuple[int, int]]) -> Mapping[int, bytes]:
    """The hashes of the leaves in these ranges, by index."""
    parameters = {"starts": [start for start, _ in ranges], "ends": [end for _, end in ranges]}
    return {row.leaf_index: bytes(row.hash) for row in await session.execute(LEAF_HASHES, parameters)}


async def node_hashes(session: AsyncSession, ranges: Sequence[tuple[int, int, int]]) -> Mapping[tuple[int, int], bytes]:
    """The kept nodes of these levels from an index up to another, by level and index."""
    parameters = {
        "levels": [level for level, _, _ in ranges],
        "starts": [start for _, start, _ in ranges],
        "ends": [end for _, _, end in ranges],
    }
    rows = await session.execute(NODE_HASHES, parameters)
    return {(row.level, row.node_index): bytes(row.hash) for row in rows}


async def hashes_of(session: AsyncSession, nodes: Sequence[Node]) -> Mapping[Node, bytes]:
    """The hashes of whole subtrees, in two statements: of leaves, and of nodes that are kept."""
    below: dict[Node, tuple[int, int, int]] = {}  # the level a node is folded from, -1 for leaves, and the range there
    for node in set(nodes):
        level, height = divmod(node.height, WIDTH_BITS)
        below[node] = (level - 1, node.number << height, (node.number + 1) << height)
    leaves = [(start, end) for level, start, end in below.values() if level < 0]
    kept = [at for at in below.values() if at[0] >= 0]
    of_leaves = await leaf_hashes(session, leaves) if leaves else {}
    of_nodes = await node_hashes(session, kept) if kept else {}
    return {
        node: folded([of_leaves[index] if level < 0 else of_nodes[level, index] for index in range(start, end)])
        for node, (level, start, end) in below.items()
    }


async def last_checkpoint(session: AsyncSession) -> CheckpointRow | None:
    query = select(CheckpointRow).order_by(col(CheckpointRow.size).desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def last_announced(session: AsyncSession) -> CheckpointRow | None:
    """The newest checkpoint that other services were told of."""
    query = select(CheckpointRow).where(col(CheckpointRow.announced_at).is_not(None))
    return (await session.scalars(query.order_by(col(CheckpointRow.size).desc()).limit(1))).one_or_none()


async def checkpoint_of(session: AsyncSession, size: int) -> CheckpointRow | None:
    return await session.get(CheckpointRow, size)


async def checkpoints_between(session: AsyncSession, after: int, until: int) -> Mapping[int, CheckpointRow]:
    """Checkpoints of trees larger than one size, and no larger than another, by their size."""
    query = select(CheckpointRow).where(col(CheckpointRow.size) > after, col(CheckpointRow.size) <= until)
    return {row.size: row for row in await session.scalars(query)}


async def add_checkpoint(session: AsyncSession, row: CheckpointRow) -> None:
    await insert(session, [row], "ON CONFLICT DO NOTHING")


FORGET = piece(
    "access_log_checkpoint",
    "announced_at IS NULL AND signed_at < :before "
    "AND EXISTS (SELECT FROM access_log_checkpoint AS newer WHERE newer.size > access_log_checkpoint.size) "
    "AND NOT EXISTS (SELECT FROM access_log_cosignature AS witness WHERE witness.size = access_log_checkpoint.size)",
)
ANNOUNCED = text("UPDATE access_log_checkpoint SET announced_at = :now WHERE size = :size AND announced_at IS NULL")


async def forget_checkpoints(session: AsyncSession, before: datetime, most: int = PRUNE_MAX) -> bool:
    """Delete what was neither announced nor cosigned, but the newest. True where there may be more."""
    return await prune(session, FORGET, most, before=before)


async def note_announced(session: AsyncSession, size: int, now: datetime) -> None:
    await session.execute(ANNOUNCED, {"size": size, "now": now})


async def cosignatures_of(session: AsyncSession, size: int) -> Sequence[CosignatureRow]:
    query = select(CosignatureRow).where(CosignatureRow.size == size).order_by(col(CosignatureRow.received_at))
    return (await session.scalars(query)).all()


async def add_cosignature(session: AsyncSession, row: CosignatureRow) -> None:
    """Keep a witness's signature; the first of a witness for a size counts."""
    await insert(session, [row], "ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class HashedLeaf:
    """What a check looks at of a leaf."""

    index: int
    hash: bytes


LEAVES = text(
    """
    SELECT index AS leaf_index, sha256('\\x00'::bytea || entry) AS hash FROM access_log_leaf
    WHERE index >= :start ORDER BY index LIMIT :limit
    """
)
CHAIN_DIFFERS = text(
    """
    SELECT min(leaf.index) FROM access_log_leaf AS leaf
    LEFT JOIN access_log AS old ON old.position = leaf.chain_position
    WHERE leaf.chain_position IS NOT NULL
        AND (old.entry, old.hash) IS DISTINCT FROM (leaf.entry, leaf.chain_hash)
    """
)


async def leaves_from(session: AsyncSession, start: int, limit: int) -> Sequence[HashedLeaf]:
    """Leaves from an index on, with their hashes as their entries make them."""
    rows = await session.execute(LEAVES, {"start": start, "limit": limit})
    return [HashedLeaf(row.leaf_index, bytes(row.hash)) for row in rows]


async def chain_differs_at(session: AsyncSession) -> int | None:
    """The first leaf that is another than the chain's entry it was made of."""
    index: int | None = (await session.execute(CHAIN_DIFFERS)).scalar_one()
    return index
