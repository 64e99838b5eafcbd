"""The access log is a tree that anybody can check: nothing is changed, left out or cut off without being noticed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis import merkle, migrations, notes, signing
from chassis.database import Database
from chassis.merkle import EMPTY, Range, is_consistent, leaf_hash, node_hash, root_by_inclusion
from chassis.notes import COSIGNATURE, Signature, VerifierKey, cosigned, opened, read_checkpoint, verifies
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from chassis.sealing import Sealer
from consent import app
from consent.commands import tree
from consent.commands.access_log import append, happened, sum_refusals
from consent.commands.tree import TreeSigner
from consent.domain.access_log import AccessAct, LogBroken, UnknownWitness, chained
from consent.domain.decisions import AccessKind, Reason
from consent.store import access_log as store
from consent.store import agreements, looks
from consent.store import tree as tree_store
from consent.store.access_log import LogFilter
from consent.tables import CheckpointRow
from consent_scenario import Scenario
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.postgres import Postgres
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.events_pb2 import AccessLogCheckpointed

pytestmark = pytest.mark.anyio
SERVICE = "consent"
LEAVES = [leaf_hash(number.to_bytes(2)) for number in range(300)]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """As RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    middle = merkle.split(len(leaves))
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def hashes(ranges: Sequence[Range]) -> list[bytes]:
    return [root_of(LEAVES[leaves.start : leaves.end]) for leaves in ranges]


def turned(digest: bytes) -> bytes:
    """Another hash: one bit of it is changed."""
    return bytes([digest[0] ^ 1]) + digest[1:]


@pytest.mark.parametrize("size", [*range(1, 20), 31, 32, 33, 127, 128, 129, 255, 256, 257, 300])
def test_each_leaf_of_a_tree_of_any_size_is_proved(size: int) -> None:
    root = root_of(LEAVES[:size])
    for index in range(size):
        path = hashes(merkle.inclusion_path(index, size))
        assert root_by_inclusion(LEAVES[index], index, size, path) == root
        assert root_by_inclusion(turned(LEAVES[index]), index, size, path) != root


@pytest.mark.parametrize("size", [*range(1, 20), 64, 100, 256, 300])
def test_each_earlier_tree_of_a_tree_is_its_beginning(size: int) -> None:
    root = root_of(LEAVES[:size])
    for old in range(1, size + 1):
        old_root, path = root_of(LEAVES[:old]), hashes(merkle.consistency_path(old, size))
        assert is_consistent(old, old_root, size, root, path)
        if old < size:
            assert not is_consistent(old, turned(old_root), size, root, path)
            assert not is_consistent(old, old_root, size, turned(root), path)


@given(st.integers(1, 300), st.data())
@settings(max_examples=examples(200), deadline=None)
def test_a_proof_with_anything_changed_proves_nothing(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, old_root = root_of(LEAVES[:size]), root_of(LEAVES[:old])
    inclusion, consistency = (
        hashes(merkle.inclusion_path(index, size)),
        hashes(merkle.consistency_path(old, size)),
    )
    for path in (inclusion[:-1], [*inclusion, LEAVES[0]], inclusion[::-1]):
        if path != inclusion:
            assert root_by_inclusion(LEAVES[index], index, size, path) != root
    for path in (consistency[:-1], [*consistency, LEAVES[0]]):
        if path != consistency:
            assert not is_consistent(old, old_root, size, root, path)
    for number in range(len(inclusion)):
        path = [*inclusion[:number], turned(inclusion[number]), *inclusion[number + 1 :]]
        assert root_by_inclusion(LEAVES[index], index, size, path) != root
    for number in range(len(consistency)):
        path = [*consistency[:number], turned(consistency[number]), *consistency[number + 1 :]]
        assert not is_consistent(old, old_root, size, root, path)
    other = data.draw(st.integers(0, 299))
    if other != index:
        assert root_by_inclusion(LEAVES[index], other, size, inclusion) != root


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_is_no_note_key_or_checkpoint_is_refused_as_such(before: str, after: str) -> None:
    for written in (before, f"{before}\n\n{notes.DASH}{after}\n", f"{before}+{after}+AQ=="):
        for read in (notes.opened, notes.read_key, notes.read_signature, notes.read_checkpoint):
            try:
                read(written)
            except notes.BadNote as refused:
                assert str(refused)


@dataclass
class Log:
    """An access log of its own, and who signs it."""

    database: Database
    owner: str
    signer: TreeSigner

    async def add(self, count: int = 1, resident: UUID | None = None) -> None:
        """Entries that wait for their places."""
        async with self.database.transaction() as session:
            await append(session, [entry(resident) for _ in range(count)])

    async def place(self, now: datetime | None = None) -> bool:
        async with self.database.transaction() as session:
            return await tree.place_and_sign(session, self.signer, now or datetime.now(UTC))

    async def grow(self, count: int = 1, now: datetime | None = None) -> CheckpointRow:
        """The checkpoint once so many entries more are in the tree."""
        await self.add(count)
        while await self.place(now):
            pass
        return await self.checkpoint()

    async def checkpoint(self) -> CheckpointRow:
        async with self.database.transaction() as session:
            newest = await tree_store.last_checkpoint(session)
            assert newest is not None
            return newest

    async def check(self) -> tree.LogCheck:
        async with self.database.transaction() as session:
            return await tree.check_log(session, self.signer, datetime.now(UTC))

    async def as_owner(self, *statements: str) -> None:
        """What whoever owns the database can do: they switch the triggers off."""
        owner = Database(self.owner)
        async with owner.transaction() as session:
            for table in ("leaf", "waiting", "node", "checkpoint"):
                await session.execute(text(f"ALTER TABLE access_log_{table} DISABLE TRIGGER USER"))
            for statement in statements:
                await session.execute(text(statement))
        await owner.close()


def entry(resident: UUID | None = None) -> pb.AccessLogEntry:
    return happened(AccessKind.SCAN, AccessAct.CODE_SCANNED, resident or uuid4(), datetime.now(UTC))


@pytest.fixture
async def log(own_database: str) -> AsyncGenerator[Log]:
    connected = Database(own_database)
    async with connected.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
    owner = own_database.replace("_app:app@", "_owner:owner@")
    yield Log(connected, owner, TreeSigner("yima/test/access-log", keys))
    await connected.close()


async def test_a_backup_that_was_made_while_entries_waited_for_their_places_is_restored_and_holds(log: Log) -> None:
    """`make faults` met it: the restore of a city at work was refused, since nobody gave its entries places."""
    await log.grow(300)
    await log.add(40)
    hours_later = datetime.now(UTC) + timedelta(hours=3)
    async with log.database.transaction() as session:
        assert "wait for their places" in (await tree.check_log(session, log.signer, hours_later)).why
    owner = Database(log.owner)
    assert await app.after_restore(owner) == "the 340 entries of its log have their places"
    await owner.close()
    async with log.database.transaction() as session:
        assert await tree.check_log(session, log.signer, hours_later) == tree.LogCheck(340)


async def test_tiles_have_what_is_signed_and_nothing_beyond(log: Log) -> None:
    await log.grow(300)

    async def tile(level: int, index: int, width: int = 0) -> list[bytes]:
        async with log.database.transaction() as session:
            content = await tree.tile(session, level, index, width)
        return [content[start : start + 32] for start in range(0, len(content), 32)]

    async with log.database.transaction() as session:
        known = await tree_store.leaf_hashes(session, [(0, 300)])
    leaves = [known[index] for index in range(300)]
    assert await tile(0, 0) == leaves[:256]
    for width in (1, 17, 44):
        assert await tile(0, 1, width) == leaves[256 : 256 + width], "whoever knew a smaller tree finds its tile still"
    assert await tile(0, 0, 255) == leaves[:255]
    assert await tile(1, 0, 1) == [merkle.folded(leaves[:256])]
    async with log.database.transaction() as session:
        await append(session, [entry() for _ in range(400)])
        await tree.place_entries(session)  # placed, and not signed yet
    for absent in (
        (0, 1, 45),
        (0, 1, 0),
        (0, 2, 1),
        (1, 0, 2),
        (1, 0, 0),
        (1, 1, 1),
        (2, 0, 1),
        (8, 0, 1),
        (2**62, 0, 1),
    ):
        with pytest.raises(NotFound):
            await tile(*absent)
    for odd in ((-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 256)):
        with pytest.raises(Invalid):
            await tile(*odd)
    await log.place()
    assert await tile(0, 1) == list((await whole(log, 512)).values())[256:]
    assert len(await tile(0, 2, 188)) == 188


async def whole(log: Log, size: int) -> dict[int, bytes]:
    async with log.database.transaction() as session:
        return dict(sorted((await tree_store.leaf_hashes(session, [(0, size)])).items()))


async def test_entries_get_their_places_and_the_tree_over_them_is_signed(log: Log) -> None:
    resident = uuid4()
    await log.add(700, resident)
    checkpoint = await log.grow(1)
    async with log.database.transaction() as session:
        rows = await store.log_page(session, LogFilter(resident), beginning(1000))
        leaves = [leaf.hash for leaf in await tree_store.leaves_from(session, 0, 1000)]
        assert [row.index for row in rows] == list(range(699, -1, -1))
        assert leaves[:700] == [leaf_hash(row.entry) for row in reversed(rows)]
        assert (checkpoint.size, checkpoint.root) == (701, root_of(leaves))
        for old in (1, 2, 255, 256, 257, 512, 700, 701):
            path = await tree.consistency_proof(session, old, 701)
            assert is_consistent(old, root_of(leaves[:old]), 701, checkpoint.root, path)
        for index, size in ((0, 1), (0, 701), (255, 256), (256, 257), (699, 700), (700, 701), (3, 513)):
            path = await tree.inclusion_proof(session, index, size)
            assert root_by_inclusion(leaves[index], index, size, path) == root_of(leaves[:size])
        for wrong in ((701, 701), (-1, 701)):
            with pytest.raises(NotFound):
                await tree.inclusion_proof(session, *wrong)
        with pytest.raises(NotFound):
            await tree.inclusion_proof(session, 0, 702)
        for old in (0, -1, 702):
            with pytest.raises(Invalid):
                await tree.consistency_proof(session, old, 701)
    signed, signatures = opened(checkpoint.note)
    assert read_checkpoint(signed) == notes.Checkpoint("yima/test/access-log", 701, checkpoint.root)
    assert verifies(signed, signatures[0], log.signer.verifiers[0])
    assert not verifies(signed.replace("701", "702"), signatures[0], log.signer.verifiers[0])
    assert await log.check() == tree.LogCheck(701)


async def test_a_tree_of_many_nodes_is_the_tree_of_its_leaves(log: Log) -> None:
    """256 whole nodes make one of the next level."""
    await log.as_owner(
        """
        INSERT INTO access_log_leaf (index, resident_id, kind, at, entry)
        SELECT number, gen_random_uuid(), 1, now(), int4send(number) FROM generate_series(0, 66999) AS number
        """
    )
    checkpoint = await log.grow(1)
    leaves = [leaf_hash(number.to_bytes(4)) for number in range(67_000)]
    async with log.database.transaction() as session:
        assert await tree.root_of(session, 67_000) == root_of(leaves)
        assert (await tree_store.nodes_kept(session)) == {0: 261, 1: 1}
        path = await tree.consistency_proof(session, 65_537, 67_000)
        assert is_consistent(65_537, root_of(leaves[:65_537]), 67_000, root_of(leaves), path)
    assert checkpoint.size == 67_001
    assert await log.check() == tree.LogCheck(67_001)


async def test_two_who_give_places_at_once_leave_no_gap_and_lose_nothing(log: Log) -> None:
    other = Database(log.database.url)

    async def place(database: Database) -> None:
        for _ in range(20):
            async with database.transaction() as session:
                await tree.place_and_sign(session, log.signer, datetime.now(UTC))

    await asyncio.gather(
        *(log.add(7) for _ in range(30)), place(log.database), place(other), place(log.database), place(other)
    )
    await other.close()
    checkpoint = await log.grow(1)
    assert checkpoint.size == 211
    assert await log.check() == tree.LogCheck(211)


async def test_whoever_is_killed_while_giving_places_loses_nothing(log: Log) -> None:
    await log.add(300)
    with pytest.raises(KeyboardInterrupt):
        async with log.database.transaction() as session:
            await tree.place_and_sign(session, log.signer, datetime.now(UTC))
            raise KeyboardInterrupt
    async with log.database.transaction() as session:
        assert await tree_store.tree_size(session) == 0
    assert (await log.grow(1)).size == 301
    assert await log.check() == tree.LogCheck(301)


async def test_an_answered_decision_is_in_the_log_before_anybody_gave_it_a_place(scenario: Scenario) -> None:
    decision = await scenario.ask()
    async with scenario.database.transaction() as session:
        await tree.place_now(session)
        rows = await store.log_page(session, LogFilter(scenario.resident), beginning(1))
    assert pb.AccessLogEntry.FromString(rows[0].entry).decision_id == decision.id


CHANGES = [
    ("UPDATE access_log_leaf SET entry = 'x' WHERE index = 6", 1, "entries are not those that were"),
    ("UPDATE access_log_leaf SET entry = 'x' WHERE index = 300", 257, "entries are not those that were"),
    (
        "UPDATE access_log_leaf AS one SET entry = other.entry FROM access_log_leaf AS other "
        "WHERE (one.index, other.index) IN ((260, 261), (261, 260))",
        257,
        "entries are not those that were",
    ),
    ("DELETE FROM access_log_leaf WHERE index = 100", 101, "an entry is missing"),
    ("DELETE FROM access_log_leaf WHERE index > 280", 282, "its end is cut off: it had 301 entries once"),
    ("DELETE FROM access_log_node", 1, "entries are not those that were hashed"),
    ("UPDATE access_log_checkpoint SET root = sha256('x')", 257, "says something else than it signed"),
]


@pytest.mark.parametrize(("change", "broken_at", "why"), CHANGES, ids=range(len(CHANGES)))
async def test_whatever_the_owner_of_the_database_changes_is_noticed(
    log: Log, change: str, broken_at: int, why: str
) -> None:
    await log.grow(301)
    with pytest.raises(DBAPIError):
        async with log.database.transaction() as session:
            await session.execute(text(change))
    await log.as_owner(change)
    check = await log.check()
    assert (check.broken_at, why in check.why) == (broken_at, True), check


@pytest.mark.parametrize("change", [CHANGES[1][0], CHANGES[4][0]], ids=["changed", "cut off"])
async def test_nothing_is_signed_over_a_log_that_was_changed(log: Log, change: str) -> None:
    """Else the next checkpoint would vouch for the change, and putting it right would break the log."""
    before = await log.grow(301)
    await log.as_owner("CREATE TABLE kept AS SELECT * FROM access_log_leaf", change)
    await log.add(30)
    for _ in range(2):
        with pytest.raises(LogBroken):
            await log.place()
    assert await log.checkpoint() == before
    await log.as_owner(
        "DELETE FROM access_log_leaf", "INSERT INTO access_log_leaf SELECT * FROM kept", "DROP TABLE kept"
    )
    assert (await log.grow(1)).size == 332
    assert await log.check() == tree.LogCheck(332)


async def test_a_log_cut_with_its_checkpoints_is_not_what_was_announced(log: Log) -> None:
    """The database alone cannot know. What was announced is kept elsewhere: the next tree does not go on from it."""
    now = datetime.now(UTC)
    first = await log.grow(300, now)
    second = await log.grow(10, now + timedelta(minutes=1))
    await log.as_owner(
        "DELETE FROM access_log_leaf WHERE index >= 300", "DELETE FROM access_log_checkpoint WHERE size > 300"
    )
    assert await log.check() == tree.LogCheck(300)
    third = await log.grow(20, now + timedelta(minutes=2))
    async with log.database.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type ORDER BY position"),
            {"type": AccessLogCheckpointed.DESCRIPTOR.full_name},
        )
        announced = [AccessLogCheckpointed.FromString(payload) for payload in payloads]
        assert [(event.previous_size, event.size) for event in announced] == [(0, 300), (300, 310), (300, 320)]
        for event in announced[1:]:
            assert is_consistent(300, first.root, event.size, event.root, event.path)
        path = await tree.consistency_proof(session, 310, 320)
        assert not is_consistent(310, second.root, 320, third.root, path)


async def test_entries_leave_the_queue_as_leaves_and_not_otherwise(log: Log) -> None:
    await log.grow(3)
    await log.add(2)
    for statement in (
        "DELETE FROM access_log_waiting",
        "UPDATE access_log_waiting SET entry = 'x'",
        "INSERT INTO access_log_leaf (index, resident_id, kind, at, entry) "
        "VALUES (4, gen_random_uuid(), 1, now(), 'x')",
        "DELETE FROM access_log_checkpoint",
        "UPDATE access_log_checkpoint SET size = 7",
    ):
        with pytest.raises(DBAPIError, match=r"until it is a leaf|only ever added to|follow one another|stays"):
            async with log.database.transaction() as session:
                await session.execute(text(statement))


async def test_a_witness_known_here_signs_beneath_a_checkpoint_and_nobody_else(log: Log) -> None:
    checkpoint = await log.grow(5)
    signed, _ = opened(checkpoint.note)
    private, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    witness = VerifierKey("witness.example/w1", COSIGNATURE, private.public_key())

    def line(key: Ed25519PrivateKey, content: str, at: int = 1_790_000_000) -> str:
        return str(Signature(witness.name, witness.key_id, at.to_bytes(8) + key.sign(cosigned(content, at))))

    async def cosign(cosignature: str, size: int = 5) -> str:
        async with log.database.transaction() as session:
            row = await tree.cosign(session, size, cosignature, [witness], datetime.now(UTC))
            return await tree.noted(session, row)

    for wrong in (line(other, signed), line(private, signed.replace("5", "6"))):
        with pytest.raises(UnknownWitness):
            await cosign(wrong)
    for malformed in ("", "x", f"{notes.DASH}a b", line(private, signed)[:-20]):
        with pytest.raises((Invalid, UnknownWitness)):
            await cosign(malformed)
    with pytest.raises(NotFound):
        await cosign(line(private, signed), 4)
    for _ in range(2):
        note = await cosign(line(private, signed))
    text_of, signatures = opened(note)
    assert [verifies(text_of, signature, witness) for signature in signatures] == [False, True]


async def test_checkpoints_nobody_was_told_of_go_in_pieces_and_the_log_is_proved_from_those_that_stay(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The announced ones stay, the cosigned, and the newest; and all tiles: whoever kept one can go on from it."""
    began = datetime.now(UTC) - timedelta(hours=2)
    private = Ed25519PrivateKey.generate()
    witness = VerifierKey("witness.example/w1", COSIGNATURE, private.public_key())
    announced, made = {}, {}
    for number in range(40):
        row = await log.grow(20, began + timedelta(seconds=number))
        made[row.size] = row
        if row.announced_at is not None:
            announced[row.size] = row
    watched = made[60]
    assert 1 < len(announced) < len(made) - 10
    assert watched.size not in announced
    signed, _ = opened(watched.note)
    signature = (1_790_000_000).to_bytes(8) + private.sign(cosigned(signed, 1_790_000_000))
    async with log.database.transaction() as session:
        line = str(Signature(witness.name, witness.key_id, signature))
        await tree.cosign(session, watched.size, line, [witness], datetime.now(UTC))
    monkeypatch.setattr(tree_store.forget_checkpoints, "__defaults__", (5,))

    async def kept() -> set[int]:
        async with log.database.transaction() as session:
            return set(await tree_store.checkpoints_between(session, 0, 800))

    seen, more = [await kept()], True
    while more:
        more = await app.forget(log.database, cast(app.Resources, None))
        seen.append(await kept())
        assert len(seen[-2] - seen[-1]) <= 5
    assert seen[0] == set(made)
    assert seen[-1] == {*announced, watched.size, 800}
    assert await log.check() == tree.LogCheck(800)
    newest = made[800]
    async with log.database.transaction() as session:
        for size, row in (announced | {watched.size: watched}).items():
            path = await tree.consistency_proof(session, size, 800)
            assert is_consistent(size, row.root, 800, newest.root, path)
        for size, row in made.items():
            assert (await tree.root_of(session, size)) == row.root, "what was signed is proved, kept or not"
        tiles = b"".join([await tree.tile(session, 0, index, 0) for index in range(3)])
        assert tiles + await tree.tile(session, 0, 3, 32) == b"".join((await whole(log, 800)).values())


async def test_looks_and_agreements_that_are_over_go_in_pieces_and_none_waits_for_another(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage leaves more than a statement may delete; what the next hour needs stays."""
    minutes_kept = {"look": 2 * 24 * 60, "agreement": 60}
    rows = {
        "look": "INSERT INTO look (subject_id, resident_id, act, minute) SELECT gen_random_uuid(), gen_random_uuid(), "
        "1, date_trunc('minute', now() - make_interval(mins => CAST(:minutes AS integer)), 'UTC') "
        "FROM generate_series(1, :count)",
        "agreement": "INSERT INTO agreement (order_id, resident_id, grantee_id, template_hash, agreed_by, agreed_at) "
        "SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), sha256(''), gen_random_uuid(), "
        "now() - make_interval(mins => CAST(:minutes AS integer)) FROM generate_series(1, :count)",
    }
    async with log.database.transaction() as session:
        for table, statement in rows.items():
            minutes = minutes_kept[table]
            await session.execute(text(statement), {"minutes": minutes + 5, "count": 23})
            await session.execute(text(statement), {"minutes": minutes - 5, "count": 3})
    for forget in (looks.forget_looks, agreements.forget_agreements):
        monkeypatch.setattr(forget, "__defaults__", (10,))
    left, more = [(26, 26)], True
    while more:
        more = await app.forget(log.database, cast(app.Resources, None))
        async with log.database.transaction() as session:
            left.append(
                tuple([(await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() for table in rows])
            )
    assert left == [(26, 26), (16, 16), (6, 6), (3, 3)]


async def test_repeated_refusals_are_summed_up_in_the_log_when_their_day_is_over(log: Log) -> None:
    scenario = Scenario(log.database, log.signer.keys)
    stranger = scenario.doctor(uuid4())
    first = await scenario.ask(stranger, times=9)
    today = datetime.now(UTC).date()
    async with log.database.transaction() as session:
        assert await sum_refusals(session, today) == 0, "the day is not over"
    for _ in range(2):
        async with log.database.transaction() as session:
            await sum_refusals(session, today + timedelta(days=2))
    async with log.database.transaction() as session:
        await tree.place_now(session)
        rows = await store.log_page(session, LogFilter(scenario.resident), beginning(10))
    summed, refused = [pb.AccessLogEntry.FromString(row.entry) for row in rows]
    assert (refused.decision_id, refused.permitted) == (first.id, False)
    assert (summed.about_id, summed.times, summed.act) == (first.id, 9, AccessAct.REFUSED_AGAIN)
    assert summed.reason == Reason.PARTNER_NOT_IN_STANDING


async def test_two_replicas_who_refuse_the_same_at_once_write_one_entry(log: Log) -> None:
    scenario, other = Scenario(log.database, log.signer.keys), Database(log.database.url)
    beside = Scenario(other, log.signer.keys, scenario.resident, scenario.partner)
    stranger = scenario.doctor(uuid4())
    answers = await asyncio.gather(*(one.ask(stranger) for one in [scenario, beside] * 20))
    await other.close()
    assert len({decision.id for decision in answers}) == 1
    async with log.database.transaction() as session:
        await tree.place_now(session)
        rows = await store.log_page(session, LogFilter(scenario.resident), beginning(10))
        (refusal,) = (await store.refusals_of(session, [UUID(answers[0].id)])).values()
    assert (len(rows), refusal.times) == (1, 40)


OLD_ENTRY = "INSERT INTO access_log (position, resident_id, entry, hash) VALUES ($1, $2, $3, $4)"
BEFORE_TREE = "consent_before_tree"


async def test_the_chain_from_before_becomes_the_first_leaves(postgres_server: Postgres) -> None:
    await postgres_server.ensure_database(BEFORE_TREE, "consent_owner", "owner", "consent_app", "app")
    owner = postgres_server.url(BEFORE_TREE, "consent_owner", "owner")
    await migrations.upgrade("consent", owner, "0007")
    old = await asyncpg.connect(
        host=str(postgres_server.socket_folder),
        port=postgres_server.port,
        user="consent_app",
        password="app",
        database=BEFORE_TREE,
    )
    resident, previous, written = uuid4(), bytes(32), []

    async def write(position: int) -> None:
        nonlocal previous
        old_entry = entry(resident)
        old_entry.position = position
        content = old_entry.SerializeToString(deterministic=True)
        previous = chained(previous, content)
        await old.execute(OLD_ENTRY, position, resident, content, previous)
        written.append((content, previous))

    for position in range(1, 6):
        await write(position)
    await migrations.upgrade("consent", owner)
    database = Database(postgres_server.url(BEFORE_TREE, "consent_app", "app"))
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
    log = Log(database, owner, TreeSigner("yima/test/access-log", keys))
    await log.add(1, resident)
    await log.place()
    await write(6)  # a replica of the release before, while the new one runs
    await log.grow(1)
    async with database.transaction() as session:
        rows = (await store.log_page(session, LogFilter(resident), beginning(100)))[::-1]
    assert [(row.entry, row.chain_hash) for row in rows[:5]] == written[:5]
    assert sorted(row.chain_position or 0 for row in rows) == [0, 1, 2, 3, 4, 5, 6]
    assert await log.check() == tree.LogCheck(8)
    await old.close()
    await database.close()
    await postgres_server.drop_database(BEFORE_TREE)
