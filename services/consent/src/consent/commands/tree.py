"""The access log's tree: entries get their places, the tree is signed, and what is said of it is proved and checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis import merkle, notes
from chassis.database import Database
from chassis.merkle import Node, Range
from chassis.notes import BadNote, Checkpoint, VerifierKey
from chassis.outbox import publish
from chassis.refusals import Invalid, NotFound
from chassis.signing import SigningKeys
from chassis.wire import moment
from sqlalchemy.ext.asyncio import AsyncSession
from yima.consent.v1 import api_pb2 as pb

from consent import events
from consent.domain.access_log import GENESIS, LogBroken, UnknownWitness, chained
from consent.domain.decisions import AccessKind
from consent.store import access_log, tree
from consent.store.tree import WIDTH, WIDTH_BITS
from consent.tables import AccessLogRow, CheckpointRow, CosignatureRow, LeafRow, NodeRow

PLACED_AT_ONCE_MAX = 10_000
OF_CHAIN_AT_ONCE_MAX = 2_000
ROUNDS_MAX = 10  # of placing what waits, for a caller who wants to see it
ANNOUNCE_EVERY = timedelta(seconds=10)
CHECK_CHUNK = 20 * WIDTH
LEVEL_MAX = 7  # of tiles: above it is no tree whose size a checkpoint can say
SLOW_AFTER = timedelta(minutes=1)  # so long an entry waits for its place before that is a fault


async def place_entries(session: AsyncSession) -> bool:
    """Give places to entries that wait; are there more of them? Call it with the tree locked.

    What is left of the chain from before comes first, so that its entries are the first leaves, in their order.
    """
    size = await tree.tree_size(session)
    of_chain = await tree.chain_entries(session, OF_CHAIN_AT_ONCE_MAX)
    await tree.add_leaves(session, [leaf_of_chain(row, size + number) for number, row in enumerate(of_chain)])
    placed, more = len(of_chain), len(of_chain) == OF_CHAIN_AT_ONCE_MAX
    if not more:
        moved = await tree.move_waiting(session, size + placed, PLACED_AT_ONCE_MAX)
        placed, more = placed + moved, moved == PLACED_AT_ONCE_MAX
    if placed:
        await keep_nodes(session, size + placed)
    return more


def leaf_of_chain(row: AccessLogRow, index: int) -> LeafRow:
    """An entry of the chain as a leaf: the same bytes."""
    entry = pb.AccessLogEntry.FromString(row.entry)
    return LeafRow(
        index=index,
        resident_id=row.resident_id,
        partner_id=id_or_none(entry.partner_id),
        subject_id=id_or_none(entry.subject_id),
        kind=int(entry.kind or AccessKind.READ),
        at=moment(entry.decided_at),
        entry=row.entry,
        chain_position=row.position,
        chain_hash=row.hash,
    )


def id_or_none(text: str) -> UUID | None:
    return UUID(text) if text else None


async def keep_nodes(session: AsyncSession, size: int) -> None:
    """Keep the hash over each 256 leaves that are complete in a tree of this size, and over each 256 of these."""
    kept = await tree.nodes_kept(session)
    level, complete = 0, size >> WIDTH_BITS
    while complete:
        first = kept.get(level, 0)
        if complete > first:
            beneath = await hashes_beneath(session, level, first * WIDTH, complete * WIDTH)
            rows = [
                NodeRow(level=level, index=first + number, hash=merkle.folded(beneath[start : start + WIDTH]))
                for number, start in enumerate(range(0, len(beneath), WIDTH))
            ]
            await tree.add_nodes(session, rows)
        level, complete = level + 1, complete >> WIDTH_BITS


async def hashes_beneath(session: AsyncSession, level: int, start: int, end: int) -> Sequence[bytes]:
    """What nodes of a level are made of: leaves, or nodes of the level below."""
    if level == 0:
        leaves = await tree.leaf_hashes(session, [(start, end)])
        return [leaves[index] for index in range(start, end)]
    nodes = await tree.node_hashes(session, [(level - 1, start, end)])
    return [nodes[level - 1, index] for index in range(start, end)]


async def place_now(session: AsyncSession) -> None:
    """Give places to what waits now, so that whoever asks sees it; a long queue goes on by itself."""
    if not await tree.waits(session):
        return
    await tree.lock_tree(session)
    for _ in range(ROUNDS_MAX):
        if not await place_entries(session):
            return


async def place_all(database: Database) -> int:
    """Give places to all that waits in a database which nobody serves from, and say how many there are by now."""
    more = True
    while more:
        async with database.transaction() as session:
            await tree.lock_tree(session)
            more = await place_entries(session)
            size = await tree.tree_size(session)
    return size


async def range_hashes(session: AsyncSession, ranges: Sequence[Range]) -> Sequence[bytes]:
    """The hashes of these ranges of leaves."""
    nodes: list[Node] = [node for leaves in ranges for node in merkle.nodes_of(leaves)]
    hashes = await tree.hashes_of(session, nodes)
    return [merkle.hash_of(leaves, hashes) for leaves in ranges]


async def root_of(session: AsyncSession, size: int) -> bytes:
    """The root of the tree when it had so many leaves."""
    (root,) = await range_hashes(session, [Range(0, size)])
    return root


@dataclass(frozen=True, slots=True)
class TreeSigner:
    """In whose name the tree is signed, and with which keys: all that are in force, so that they can be changed."""

    origin: str
    keys: SigningKeys

    def note(self, size: int, root: bytes) -> str:
        return notes.signed(str(Checkpoint(self.origin, size, root)), self.origin, self.keys.private.values())

    @property
    def verifiers(self) -> Sequence[VerifierKey]:
        return [VerifierKey(self.origin, notes.ED25519, key.public_key()) for key in self.keys.private.values()]


async def sign_tree(session: AsyncSession, signer: TreeSigner, now: datetime) -> CheckpointRow | None:
    """Sign the tree where it has grown, and announce it now and then; returns the newest checkpoint. Call it with the
    tree locked. What was signed before has to be its beginning: nothing is signed over a log that was changed."""
    size = await tree.tree_size(session)
    newest = await tree.last_checkpoint(session)
    signed = newest.size if newest else 0
    if size > signed:
        before, root = await range_hashes(session, [Range(0, signed), Range(0, size)])
        if newest is not None and before != newest.root:
            raise LogBroken("`python -m chassis consent --task check-access-log` says where it was changed")
        newest = CheckpointRow(size=size, root=root, note=signer.note(size, root), signed_at=now)
        await tree.add_checkpoint(session, newest)
    if newest is not None and newest.announced_at is None:
        announced = await tree.last_announced(session)
        if announced is None or (announced.announced_at and announced.announced_at <= now - ANNOUNCE_EVERY):
            previous = announced.size if announced else 0
            path = await consistency_proof(session, previous, newest.size) if previous else []
            await tree.note_announced(session, newest.size, now)
            publish(session, events.access_log_checkpointed(newest, previous, path), signer.origin)
    return newest


async def place_and_sign(session: AsyncSession, signer: TreeSigner, now: datetime) -> bool:
    """One step of whoever gives places; is there more to place? Nothing where another replica is at it."""
    if not await tree.try_lock_tree(session):
        return False
    more = await place_entries(session)
    await sign_tree(session, signer, now)
    return more


async def newest_checkpoint(session: AsyncSession, signer: TreeSigner, now: datetime) -> CheckpointRow:
    """A checkpoint over all that is in the log by now."""
    await tree.lock_tree(session)
    while await place_entries(session):
        pass
    checkpoint = await sign_tree(session, signer, now)
    if checkpoint is None:
        raise NotFound("nothing is in the access log yet", "size")
    return checkpoint


async def noted(session: AsyncSession, checkpoint: CheckpointRow) -> str:
    """A checkpoint's note with its witnesses' signatures beneath."""
    witnesses = await tree.cosignatures_of(session, checkpoint.size)
    return checkpoint.note + "".join(f"{witness.line}\n" for witness in witnesses)


async def inclusion_proof(session: AsyncSession, index: int, size: int) -> Sequence[bytes]:
    """The path from a leaf to the root of the tree of this size."""
    await check_size(session, size)
    if not 0 <= index < size:
        raise NotFound("the tree of that size has no such entry", "position")
    return await range_hashes(session, merkle.inclusion_path(index, size))


async def consistency_proof(session: AsyncSession, old: int, size: int) -> Sequence[bytes]:
    """The path that shows that the tree of `old` leaves is the beginning of the tree of `size`."""
    await check_size(session, size)
    if not 0 < old <= size:
        raise Invalid("old_size", "must be between 1 and the size")
    return await range_hashes(session, merkle.consistency_path(old, size))


async def tile(session: AsyncSession, level: int, index: int, width: int) -> bytes:
    """Hashes of a level of the tree, from 256 times `index` on: `width` of them, or 256 where it is 0, as C2SP
    tlog-tiles has them. Only what the newest checkpoint signs is there."""
    for value, field in ((level, "level"), (index, "index"), (width, "width")):
        if value < 0:
            raise Invalid(field, "must not be negative")
    if width >= WIDTH:
        raise Invalid("width", f"must be below {WIDTH}; a whole tile has none")
    newest = await tree.last_checkpoint(session)
    complete = newest.size >> level * WIDTH_BITS if newest and level <= LEVEL_MAX else 0
    first = index * WIDTH
    if first + (width or WIDTH) > complete:
        raise NotFound("the signed tree has no such tile yet; ask for the width that its size says", "index")
    return b"".join(await hashes_beneath(session, level, first, first + (width or WIDTH)))


async def check_size(session: AsyncSession, size: int) -> None:
    if not 0 < size <= await tree.tree_size(session):
        raise NotFound("the tree has not been of that size", "size")


async def cosign(
    session: AsyncSession, size: int, line: str, witnesses: Iterable[VerifierKey], now: datetime
) -> CheckpointRow:
    """Keep a witness's signature beneath the checkpoint of this size."""
    checkpoint = await tree.checkpoint_of(session, size)
    if checkpoint is None:
        raise NotFound("there is no checkpoint of that size", "size")
    text, _ = notes.opened(checkpoint.note)
    try:
        signature = notes.read_signature(line.strip("\n"))
    except BadNote as problem:
        raise Invalid("cosignature", str(problem)) from None
    for witness in witnesses:
        if notes.verifies(text, signature, witness):
            row = CosignatureRow(size=size, key=str(witness), line=str(signature), received_at=now)
            await tree.add_cosignature(session, row)
            return checkpoint
    raise UnknownWitness("a witness's key stands in YIMA_WITNESSES, and signs this checkpoint's text", "cosignature")


@dataclass(frozen=True, slots=True)
class LogCheck:
    """How many entries hold, from the first on; and the position from which on they do not, or 0, and why."""

    entries: int
    broken_at: int = 0
    why: str = ""


@dataclass(slots=True)
class CompactRange:
    """A tree computed from its leaves: its size, and the hashes of the whole subtrees it is made of, by height."""

    size: int
    subtrees: dict[int, bytes]

    def add(self, digest: bytes) -> None:
        height, number = 0, self.size
        while number & 1:
            digest = merkle.node_hash(self.subtrees.pop(height), digest)
            height, number = height + 1, number >> 1
        self.subtrees[height] = digest
        self.size += 1

    @property
    def root(self) -> bytes:
        root = b""
        for height in sorted(self.subtrees):
            root = merkle.node_hash(self.subtrees[height], root) if root else self.subtrees[height]
        return root or merkle.EMPTY


async def check_log(session: AsyncSession, signer: TreeSigner, now: datetime) -> LogCheck:
    """Compute the whole tree from its entries, and compare it with all that was ever signed of it.

    Where it does not hold, `broken_at` is the first position that nothing signed or kept vouches for any more: the
    changed entry is that one, or one of the 255 after it.
    """
    chain = await check_chain(session)
    if chain:
        return LogCheck(chain - 1, chain, "the chain from before the tree is broken")
    recomputed, vouched = CompactRange(0, {}), 0
    while leaves := await tree.leaves_from(session, recomputed.size, CHECK_CHUNK):
        first = recomputed.size >> WIDTH_BITS
        beyond = (recomputed.size + len(leaves)) >> WIDTH_BITS
        kept = await tree.node_hashes(session, [(0, first, beyond)])
        signed = await tree.checkpoints_between(session, recomputed.size, recomputed.size + len(leaves))
        block = CompactRange(0, {})
        for leaf in leaves:
            if leaf.index != recomputed.size:
                return LogCheck(vouched, recomputed.size + 1, "an entry is missing")
            recomputed.add(leaf.hash)
            block.add(leaf.hash)
            if block.size == WIDTH:
                if kept.get((0, leaf.index >> WIDTH_BITS)) != block.root:
                    return LogCheck(vouched, vouched + 1, "entries are not those that were hashed")
                block, vouched = CompactRange(0, {}), max(vouched, recomputed.size)
            if (checkpoint := signed.get(recomputed.size)) is not None:
                if (why := differs(checkpoint, recomputed.root, signer)) is not None:
                    return LogCheck(vouched, vouched + 1, why)
                vouched = recomputed.size
    return await check_end(session, recomputed, now)


def differs(checkpoint: CheckpointRow, root: bytes, signer: TreeSigner) -> str | None:
    """How a checkpoint disagrees with the tree's root when it had that size; None: it does not."""
    text, signatures = notes.opened(checkpoint.note)
    signed = notes.read_checkpoint(text)
    if (signed.origin, signed.size, signed.root) != (signer.origin, checkpoint.size, bytes(checkpoint.root)):
        return "a checkpoint says something else than it signed"
    ours = {(key.name, key.key_id): key for key in signer.verifiers}
    for signature in signatures:
        key = ours.get((signature.name, signature.key_id))
        if key is not None and not notes.verifies(text, signature, key):
            return "a checkpoint has a signature of ours that does not verify"
    return None if signed.root == root else "entries are not those that were signed"


async def check_end(session: AsyncSession, recomputed: CompactRange, now: datetime) -> LogCheck:
    """Is the log as long as it ever was, are nodes above hashes of those below, and does nothing wait for long?"""
    size = recomputed.size
    newest = await tree.last_checkpoint(session)
    if newest is not None and newest.size > size:
        return LogCheck(size, size + 1, f"its end is cut off: it had {newest.size} entries once")
    if size and await root_of(session, size) != recomputed.root:
        return LogCheck(0, 1, "a hash that is kept over many entries is another")
    if (index := await tree.chain_differs_at(session)) is not None:
        return LogCheck(index, index + 1, "an entry is another than in the chain from before the tree")
    since = await tree.waiting_since(session)
    if since is not None and since < now - SLOW_AFTER:
        return LogCheck(size, size + 1, "entries wait for their places; the service that gives them does not run")
    return LogCheck(size)


async def check_chain(session: AsyncSession) -> int:
    """Recompute the chain from before the tree; the first position that does not hold, or 0."""
    position, previous = 0, GENESIS
    while chunk := await access_log.chain_chunk(session, position, CHECK_CHUNK):
        for row in chunk:
            if row.position != position + 1 or chained(previous, row.entry) != row.hash:
                return position + 1
            position, previous = row.position, row.hash
        session.expunge_all()
    return 0
