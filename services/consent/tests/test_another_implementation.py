"""What the access log says of itself holds for the Go project's own log library, which shares nothing with ours."""

import base64
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from chassis import signing
from chassis.database import Database
from chassis.sealing import Sealer
from consent.commands import tree
from consent.commands.access_log import append, happened
from consent.commands.tree import TreeSigner
from consent.domain.access_log import AccessAct
from consent.domain.decisions import AccessKind
from consent.store import access_log as store

pytestmark = [pytest.mark.anyio, pytest.mark.long]  # a program is built
SERVICE = "consent"
SOURCE = Path(__file__).parent / "tlog"
EARLIER, LATER = 300, 777
# Of a tree of 777 leaves: three whole tiles, one with the last nine leaves, and one over the three.
TILES = {
    "/0/000": (0, 0, 0), "/0/001": (0, 1, 0), "/0/002": (0, 2, 0), "/0/003.p/9": (0, 3, 9), "/1/000.p/3": (1, 0, 3)
}  # fmt: skip


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is not on this machine")
    program = tmp_path_factory.mktemp("tlog") / "tlog"
    built = subprocess.run([go, "build", "-o", program, "."], cwd=SOURCE, capture_output=True, text=True, check=False)
    if built.returncode and "proxy.golang.org" in built.stderr:
        pytest.skip("Go's modules cannot be fetched here")
    assert built.returncode == 0, built.stderr
    return program


@pytest.fixture
async def claim(own_database: str) -> AsyncGenerator[dict[str, Any]]:
    """What a log says: two signed trees, an entry, and the paths."""
    database = Database(own_database)
    async with database.transaction() as session:
        signer = TreeSigner(
            "yima/test/access-log", await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
        )
    notes = {}
    for size in (EARLIER, LATER - EARLIER):
        async with database.transaction() as session:
            await append(
                session,
                [happened(AccessKind.SCAN, AccessAct.CODE_SCANNED, uuid4(), datetime.now(UTC)) for _ in range(size)],
            )
            checkpoint = await tree.newest_checkpoint(session, signer, datetime.now(UTC))
            notes[checkpoint.size] = checkpoint.note
    async with database.transaction() as session:
        leaf = await store.leaf_at(session, 260)
        assert leaf is not None
        path = await tree.inclusion_proof(session, leaf.index, LATER)
        growth = await tree.consistency_proof(session, EARLIER, LATER)
        tiles = {path: shown(await tree.tile(session, *tile)) for path, tile in TILES.items()}
    yield {
        "keys": [str(key) for key in signer.verifiers],
        "note": notes[LATER],
        "oldNote": notes[EARLIER],
        "entry": shown(leaf.entry),
        "index": leaf.index,
        "path": [shown(digest) for digest in path],
        "growth": [shown(digest) for digest in growth],
        "tiles": tiles,
    }
    await database.close()


def shown(content: bytes) -> str:
    return base64.b64encode(content).decode()


def verify(verifier: Path, claim: dict[str, Any]) -> tuple[int, str]:
    ended = subprocess.run([verifier], input=json.dumps(claim), capture_output=True, text=True, check=False)
    return ended.returncode, ended.stderr


async def test_signature_inclusion_and_growth_hold_for_it(verifier: Path, claim: dict[str, Any]) -> None:
    assert verify(verifier, claim) == (0, "")


async def test_it_notices_whatever_is_changed(verifier: Path, claim: dict[str, Any]) -> None:
    wrong = shown(bytes(32))
    for change, why in (
        ({"entry": shown(b"x")}, "the entry"),
        ({"index": claim["index"] + 1}, "the entry"),
        ({"path": [wrong, *claim["path"][1:]]}, "the entry"),
        ({"growth": [*claim["growth"][:-1], wrong]}, "the growth"),
        ({"note": claim["note"].replace(f"\n{LATER}\n", f"\n{LATER + 1}\n")}, "the checkpoint"),
        ({"tiles": claim["tiles"] | {"/0/001": claim["tiles"]["/0/002"]}}, "the tiles"),
        ({"tiles": {path: claim["tiles"][path] for path in claim["tiles"] if path != "/0/003.p/9"}}, "the tiles"),
        ({"oldNote": claim["oldNote"].replace(f"\n{EARLIER}\n", f"\n{EARLIER - 1}\n")}, "the earlier checkpoint"),
    ):
        code, said = verify(verifier, claim | change)
        assert (code, why in said) == (1, True), (change, said)
