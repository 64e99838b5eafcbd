"""Backups as they lie on a volume: a folder a set, whole or not there, each file held against its manifest.

    python -m backups finish /backups identity partners …   # after every database was dumped
    python -m backups choose /backups /scratch/chosen       # the newest one, held against its manifest
    python -m backups compare /scratch/chosen               # after it was restored: has it the rows it had?

PostgreSQL's own programs dump and restore; `compare` finds the restored databases in YIMA_BACKUP_URL_<SERVICE>.
"""

import argparse
import asyncio
import hashlib
import importlib.resources
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import orjson

NEWEST = "newest"
MANIFEST = "manifest.json"
UNFINISHED = ".unfinished"
STAMP = "%Y%m%dT%H%M%SZ"
OWN_DIGEST = "sha256"  # of all else in a manifest
REVISION = re.compile(r'^revision = "([^"]+)"', re.MULTILINE)  # as Alembic has it
MAGIC = b"PGDMP"  # how a dump in pg_dump's custom format begins
ANSWER_SECONDS = 3600
FINDINGS_MAX = 20


class BackupUnfit(Exception):
    """What lies there is not what a backup should be."""


def finish(folder: Path, services: Sequence[str], keep_days: int, now: datetime) -> str:
    """Give the newest dumps their manifest and their name, then take away sets that are older than `keep_days`.

    For each service there are `<service>.dump`; `<service>.rows`: the moment, then a table and its rows a line; and
    `<service>.revision`: which of its migrations it had come to.
    """
    begun = sorted(folder.glob(f"*{UNFINISHED}"))
    if not begun:
        raise BackupUnfit(f"{folder} has no dumps that wait for their manifest")
    newest = begun[-1]
    databases = {service: described(newest, service) for service in services}
    moments = sorted(database["moment"] for database in databases.values())
    manifest: dict[str, Any] = {"format": 1, "from": moments[0], "until": moments[-1], "databases": databases}
    manifest[OWN_DIGEST] = digest_of(manifest)
    write(newest / MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    done = newest.rename(newest.with_suffix(""))
    sync(folder)
    gone = prune(folder, done, now - timedelta(days=keep_days))
    size = sum(database["bytes"] for database in databases.values())
    return f"{done.name}: {len(databases)} databases in {size} bytes; {gone} older sets taken away"


def described(folder: Path, service: str) -> dict[str, Any]:
    """What the manifest says of one database."""
    dump, rows = folder / f"{service}.dump", folder / f"{service}.rows"
    if not dump.is_file() or not rows.is_file():
        raise BackupUnfit(f"{service} was not dumped into {folder.name}")
    with dump.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise BackupUnfit(f"{dump.name} is no dump")
    moment, *tables = rows.read_text("utf-8").splitlines() or [""]
    counted = dict(line.rsplit("|", 1) for line in tables)
    revision = folder / f"{service}.revision"
    if not moment or not counted:
        raise BackupUnfit(f"{rows.name} counts no table")
    return {
        "bytes": dump.stat().st_size,
        "sha256": digest(dump),
        "moment": datetime.fromisoformat(moment).astimezone(UTC).isoformat(),
        "rows": {table: int(count) for table, count in counted.items()},
        "revision": revision.read_text("utf-8").strip() if revision.is_file() else "",
    }


def prune(folder: Path, kept: Path, before: datetime) -> int:
    """Take away sets, finished or not, that began before `before`; never the one that was just made."""
    old = [entry for entry in folder.iterdir() if entry != kept and (began := stamp(entry)) and began < before]
    for backup in old:
        shutil.rmtree(backup)
    return len(old)


def stamp(folder: Path) -> datetime | None:
    """When a set was begun, by its name; None for whatever else lies there."""
    try:
        return datetime.strptime(folder.name.removesuffix(UNFINISHED), STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def choose(folder: Path, link: Path, name: str, age_max: timedelta | None, now: datetime) -> str:
    """Point `link` to a backup whose every file is what its manifest says."""
    names = sorted(entry.name for entry in folder.iterdir() if stamp(entry) and (entry / MANIFEST).is_file())
    if not names:
        raise BackupUnfit(f"{folder} has no backup")
    if name != NEWEST and name not in names:
        raise BackupUnfit(f"there is no backup {name}; there are {', '.join(names[-FINDINGS_MAX:])}")
    chosen = folder / (names[-1] if name == NEWEST else name)
    manifest = read(chosen)
    age = now - datetime.fromisoformat(manifest["from"])
    if age_max is not None and age > age_max:
        raise BackupUnfit(f"the newest backup, {chosen.name}, is {age} old; it may be {age_max}")
    for service, described_dump in manifest["databases"].items():
        dump = chosen / f"{service}.dump"
        size = dump.stat().st_size if dump.is_file() else 0
        if size != described_dump["bytes"]:
            raise BackupUnfit(f"{dump.name} has {size} bytes, and its manifest says {described_dump['bytes']}")
        if digest(dump) != described_dump["sha256"]:
            raise BackupUnfit(f"{dump.name} is not what was dumped: its SHA-256 differs from the manifest's")
        revision, known = described_dump.get("revision", ""), revisions(service)
        if revision and known and revision not in known:
            raise BackupUnfit(
                f"{dump.name} is of revision {revision}, and this release knows {service} up to {max(known)}: "
                "restore it with the release that made it, or a later one; nothing was changed"
            )
    link.unlink(missing_ok=True)
    link.symlink_to(chosen)
    return f"{chosen.name}: {len(manifest['databases'])} dumps are what their manifest says"


async def compare(chosen: Path, urls: Mapping[str, str]) -> str:
    """Every table of every restored database has as many rows as were counted when it was dumped."""
    manifest = read(chosen)
    findings: list[str] = []
    rows = tables = 0
    for service, described_dump in manifest["databases"].items():
        row_counts = await counted(urls.get(service, ""), service)
        for table in sorted(row_counts.keys() | described_dump["rows"].keys()):
            was, now = described_dump["rows"].get(table), row_counts.get(table)
            if was != now:
                findings.append(f"{service}.{table} has {plain(now)}, and had {plain(was)}")
        rows, tables = rows + sum(row_counts.values()), tables + len(row_counts)
    if findings:
        more = f" and {len(findings) - FINDINGS_MAX} more" if len(findings) > FINDINGS_MAX else ""
        raise BackupUnfit("; ".join(findings[:FINDINGS_MAX]) + more)
    return f"{rows} rows in {tables} tables of {len(manifest['databases'])} databases are there again"


async def counted(url: str, service: str) -> dict[str, int]:
    """Each table's rows."""
    if not url:
        raise BackupUnfit(f"set {variable(service)} to where {service} was restored")
    connection = await asyncpg.connect(url.replace("+asyncpg", "", 1), command_timeout=ANSWER_SECONDS)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        quoted = {row[0]: '"' + row[0].replace('"', '""') + '"' for row in names}
        return {
            name: int(await connection.fetchval(f"SELECT count(*) FROM public.{table}"))  # noqa: S608 quoted above
            for name, table in quoted.items()
        }
    finally:
        await connection.close()


def plain(rows: int | None) -> str:
    return "no such table" if rows is None else f"{rows} rows"


def variable(service: str) -> str:
    return f"YIMA_BACKUP_URL_{service.upper()}"


def read(folder: Path) -> dict[str, Any]:
    """A set's manifest. Sets of before it was held against itself have none of its digest."""
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except ValueError as error:
        raise BackupUnfit(f"{folder.name}: {MANIFEST} is not what was written: {error}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != 1:
        raise BackupUnfit(f"{folder.name} is of a format that this version does not know")
    written = {key: value for key, value in manifest.items() if key != OWN_DIGEST}
    if manifest.get(OWN_DIGEST, digest_of(written)) != digest_of(written):
        raise BackupUnfit(f"{folder.name}: {MANIFEST} is not what was written: its SHA-256 differs from what it says")
    if not {"from", "databases"} <= manifest.keys():
        raise BackupUnfit(f"{folder.name}: {MANIFEST} says neither of when it is nor what is in it")
    return manifest


def digest_of(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def revisions(service: str) -> set[str]:
    """The revisions of a service's database that the code beside us knows; none where the service is not there."""
    try:
        folder = importlib.resources.files(service) / "migrations" / "versions"
    except ModuleNotFoundError:
        return set()
    files = [entry for entry in folder.iterdir() if entry.name.endswith(".py")] if folder.is_dir() else []
    lines = [REVISION.search(entry.read_text("utf-8")) for entry in files]
    return {line[1] for line in lines if line is not None}


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """See that a new name survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m backups", description="Keep, choose and compare backups.")
    does = parser.add_subparsers(dest="does", required=True)
    finishing = does.add_parser("finish")
    finishing.add_argument("folder", type=Path)
    finishing.add_argument("services", nargs="+")
    finishing.add_argument("--keep-days", type=int, required=True)
    choosing = does.add_parser("choose")
    choosing.add_argument("folder", type=Path)
    choosing.add_argument("link", type=Path)
    choosing.add_argument("--name", default=NEWEST)
    choosing.add_argument("--age-hours-max", type=int)
    does.add_parser("compare").add_argument("chosen", type=Path)
    arguments = parser.parse_args()
    now = datetime.now(UTC)
    try:
        match arguments.does:
            case "finish":
                done = finish(arguments.folder, arguments.services, arguments.keep_days, now)
            case "choose":
                age_max = timedelta(hours=arguments.age_hours_max) if arguments.age_hours_max else None
                done = choose(arguments.folder, arguments.link, arguments.name, age_max, now)
            case _:
                beginning = variable("")
                urls = {key.removeprefix(beginning).lower(): url for key, url in os.environ.items() if beginning in key}
                done = asyncio.run(compare(arguments.chosen, urls))
    except (BackupUnfit, OSError, asyncpg.PostgresError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{done}\n")
    return 0
