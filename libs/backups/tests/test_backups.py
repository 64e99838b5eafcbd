"""A set of dumps is whole or not there, is what its manifest says, and stays for as long as it should."""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from backups import sets
from backups.sets import BackupUnfit
from chassis import restoring
from chassis.database import Database
from chassis.outbox import publish
from devstack.samples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from yima.identity.v1.events_pb2 import ResidentRegistered

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime(2026, 5, 15, 1, 0, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def dumped(folder: Path, at: datetime, *services: str) -> Path:
    """A set as the tools leave it."""
    backup = folder / f"{at:{sets.STAMP}}{sets.UNFINISHED}"
    backup.mkdir()
    for service in services or ("identity", "settlement"):
        (backup / f"{service}.dump").write_bytes(sets.MAGIC + service.encode())
        (backup / f"{service}.revision").write_text("0001\n", "utf-8")
        (backup / f"{service}.rows").write_text(f"{at.isoformat()}\naccount|3\nodd|name|4\n", "utf-8")
    return backup


def finished(folder: Path, at: datetime, keep_days: int = 14) -> str:
    dumped(folder, at)
    return sets.finish(folder, ["identity", "settlement"], keep_days, at)


def test_a_set_gets_its_name_with_its_manifest(tmp_path: Path) -> None:
    assert finished(tmp_path, NOW) == "20260515T010005Z: 2 databases in 28 bytes; 0 older sets taken away"
    (done,) = tmp_path.iterdir()
    manifest = orjson.loads((done / sets.MANIFEST).read_bytes())
    assert manifest["from"] == manifest["until"] == NOW.isoformat()
    assert manifest["databases"]["identity"]["rows"] == {"account": 3, "odd|name": 4}
    assert manifest["databases"]["identity"]["bytes"] == 13


def test_old_sets_go_and_what_else_lies_there_stays(tmp_path: Path) -> None:
    for days in (20, 15, 13):
        finished(tmp_path, NOW - days * DAY, keep_days=100)
    dumped(tmp_path, NOW - 16 * DAY)
    (tmp_path / "lost+found").mkdir()
    assert finished(tmp_path, NOW).endswith("3 older sets taken away")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["20260502T010005Z", "20260515T010005Z", "lost+found"]


def test_a_dump_that_is_missing_or_none_makes_no_set_and_takes_none_away(tmp_path: Path) -> None:
    finished(tmp_path, NOW - 20 * DAY)
    backup = dumped(tmp_path, NOW, "identity")
    with pytest.raises(BackupUnfit, match="settlement was not dumped"):
        sets.finish(tmp_path, ["identity", "settlement"], 14, NOW)
    (backup / "identity.dump").write_bytes(b"")
    with pytest.raises(BackupUnfit, match=r"identity\.dump is no dump"):
        sets.finish(tmp_path, ["identity"], 14, NOW)
    assert {entry.name for entry in tmp_path.iterdir()} == {backup.name, "20260425T010005Z"}


def test_the_newest_whole_set_is_chosen_or_the_one_that_is_named(tmp_path: Path) -> None:
    for days in (2, 1):
        finished(tmp_path, NOW - days * DAY)
    dumped(tmp_path, NOW)
    link = tmp_path / "chosen"
    sets.choose(tmp_path, link, sets.NEWEST, 2 * DAY, NOW)
    assert link.resolve().name == "20260514T010005Z"
    sets.choose(tmp_path, link, "20260513T010005Z", None, NOW)
    assert link.resolve().name == "20260513T010005Z"
    with pytest.raises(BackupUnfit, match="there is no backup 20260101T000000Z; there are 20260513T010005Z, 202605"):
        sets.choose(tmp_path, link, "20260101T000000Z", None, NOW)


def test_a_set_that_is_too_old_or_changed_is_refused_by_its_name(tmp_path: Path) -> None:
    link = tmp_path / "chosen"
    with pytest.raises(BackupUnfit, match="has no backup"):
        sets.choose(tmp_path, link, sets.NEWEST, DAY, NOW)
    finished(tmp_path, NOW - 2 * DAY)
    with pytest.raises(BackupUnfit, match="20260513T010005Z, is 2 days, 0:00:00 old; it may be 1 day"):
        sets.choose(tmp_path, link, sets.NEWEST, DAY, NOW)
    dump = tmp_path / "20260513T010005Z" / "settlement.dump"
    dump.write_bytes(dump.read_bytes()[::-1])
    with pytest.raises(BackupUnfit, match=r"settlement\.dump is not what was dumped"):
        sets.choose(tmp_path, link, sets.NEWEST, None, NOW)
    dump.write_bytes(b"")
    with pytest.raises(BackupUnfit, match=r"settlement\.dump has 0 bytes, and its manifest says 15"):
        sets.choose(tmp_path, link, sets.NEWEST, None, NOW)
    assert not link.exists()


@given(st.data())
@settings(max_examples=examples(200))
def test_a_flipped_bit_is_noticed_whichever_it_is(data: st.DataObject) -> None:
    """In a dump, or in the manifest: what is chosen is what was written, or nothing is."""
    with TemporaryDirectory() as name:
        folder, link = Path(name), Path(name) / "chosen"
        finished(folder, NOW)
        chosen = folder / f"{NOW:{sets.STAMP}}"
        written = sets.read(chosen)["databases"]
        path = chosen / data.draw(st.sampled_from(["identity.dump", "settlement.dump", sets.MANIFEST]))
        content = bytearray(path.read_bytes())
        bit = data.draw(st.integers(0, len(content) * 8 - 1))
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        try:
            sets.choose(folder, link, sets.NEWEST, None, NOW)
        except BackupUnfit as unfit:
            assert path.name in str(unfit) or "format" in str(unfit), unfit
            assert not link.exists()
        else:
            assert path.name == sets.MANIFEST and sets.read(link)["databases"] == written


def test_a_set_of_a_newer_release_is_refused_before_anything_is_emptied(tmp_path: Path) -> None:
    backup = dumped(tmp_path, NOW)
    (backup / "settlement.revision").write_text("9999\n", "utf-8")
    sets.finish(tmp_path, ["identity", "settlement"], 14, NOW)
    link = tmp_path / "chosen"
    with pytest.raises(
        BackupUnfit, match=r"settlement\.dump is of revision 9999, and this release knows settlement up to"
    ):
        sets.choose(tmp_path, link, sets.NEWEST, None, NOW)
    assert not link.exists()


async def test_every_table_that_differs_is_named(tmp_path: Path, own_database: str) -> None:
    row_counts = await sets.counted(own_database, "identity")
    assert len(row_counts) > 3
    databases = {"identity": {"rows": row_counts | {"account": 7, "gone": 1}}}
    (tmp_path / sets.MANIFEST).write_bytes(orjson.dumps({"format": 1, "from": "", "databases": databases}))
    with pytest.raises(BackupUnfit) as unfit:
        await sets.compare(tmp_path, {"identity": own_database})
    assert str(unfit.value) == (
        "identity.account has 0 rows, and had 7 rows; identity.gone has no such table, and had 1 rows"
    )
    with pytest.raises(BackupUnfit, match="YIMA_BACKUP_URL_IDENTITY"):
        await sets.compare(tmp_path, {})


async def test_after_a_restore_what_was_sent_is_sent_again(own_database: str) -> None:
    store = Database(own_database)
    async with store.transaction() as session:
        for name in ("a", "b"):
            publish(session, ResidentRegistered(resident_id=name), name)
    async with store.transaction() as session:
        await session.execute(text("UPDATE outbox SET sent_at = now() WHERE subject LIKE '%.a'"))
    summary = await restoring.after_restore("identity", own_database.replace("_app:app@", "_owner:owner@"))
    assert summary == "identity is at its newest revision, 1 events will be sent again"
    async with store.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM outbox WHERE sent_at IS NULL")) == 2
    await store.close()


@pytest.mark.parametrize("act", ["--migrate", "--after-restore"])
async def test_a_database_of_a_newer_release_is_left_as_it_is_and_one_line_says_so(own_database: str, act: str) -> None:
    """As a restore by hand, or an upgrade to an older tag, comes to it."""
    database = Database(own_database)
    async with database.transaction() as session:
        before = await session.scalar(text("UPDATE alembic_version SET version_num = '9999' RETURNING version_num"))
    await database.close()
    environment = {**os.environ, "YIMA_MIGRATION_DATABASE_URL": own_database}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chassis", "identity", act), stderr=asyncio.subprocess.PIPE, env=environment
    )
    _, stderr = await process.communicate()
    (line,) = stderr.decode().strip().splitlines()
    assert process.returncode == 1
    assert "(YIMA_MIGRATION_DATABASE_URL) is at revision 9999, and this release knows identity up to" in line
    assert "use the release that migrated it, or a later one" in line and "@" not in line
    assert before == "9999"
