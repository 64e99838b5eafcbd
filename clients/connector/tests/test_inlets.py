"""A folder of CSV and a database view are taken in once, row by row; what is bad in one row is of that one."""

import asyncio
import json
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from devstack.postgres import Postgres
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from yima_connector.csv_folder import CsvFolder
from yima_connector.errors import SettingsWrong, SpoolFull
from yima_connector.settings import Csv, View
from yima_connector.spool import Spool
from yima_connector.view import DatabaseView

from .test_rows import ROW, rows

COLUMNS = list(ROW)


@pytest.fixture
def spool(tmp_path: Path) -> Any:
    opened = Spool(tmp_path / "spool")
    yield opened
    opened.close()


def folder_of(tmp_path: Path, spool: Spool, **changes: Any) -> CsvFolder:
    inbox = tmp_path / "inbox"
    inbox.mkdir(exist_ok=True)
    settings = Csv.model_validate({"folder": inbox, "rows": "results", "settle_seconds": 0, **changes})
    return CsvFolder("lab", settings, rows(), spool, lambda: None)


def written(tmp_path: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "inbox" / name
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(encoding))
    os.utime(path, (time.time() - 60,) * 2)
    return path


def cells(**changes: str) -> str:
    return ",".join({**ROW, **changes}.values())


def kept(spool: Spool) -> list[dict[str, str]]:
    return [json.loads(message.content) for message in spool.unmapped("lab", 10_000)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_taken_row_by_row_in_its_encoding_and_put_aside(tmp_path: Path, spool: Spool, encoding: str) -> None:
    folder = folder_of(tmp_path, spool, encoding=encoding)
    written(tmp_path, "results.csv", ",".join(COLUMNS), cells(), cells(NAME='"钾, ""serum"""'), encoding=encoding)
    assert folder.take_all() == 1
    assert [row["NAME"] for row in kept(spool)] == ["葡萄糖", '钾, "serum"']
    assert not list((tmp_path / "inbox").glob("*.csv"))
    assert len(list((tmp_path / "inbox" / "done").iterdir())) == 1
    assert folder.take_all() == 0


def test_a_bad_row_is_put_aside_with_why_and_the_others_are_taken(tmp_path: Path, spool: Spool) -> None:
    folder = folder_of(tmp_path, spool)
    path = written(
        tmp_path, "results.csv", ",".join(COLUMNS), cells(ITEM="A"), "too,few", cells(ITEM="B"), 'x"y,"un"closed', ""
    )
    path.write_bytes(path.read_bytes() + cells(ITEM="C").encode() + b"\xff\r\n" + cells(ITEM="D").encode() + b"\r\n")
    os.utime(path, (time.time() - 60,) * 2)
    folder.take_all()
    assert [row["ITEM"] for row in kept(spool)] == ["A", "B", "D"]
    reasons = [row["reason"] for row in reversed(spool.refused("lab"))]
    assert [reason.split()[3] for reason in reasons] == ["2", "no", "not"]
    assert not any("un" in reason.split() for reason in reasons)


@pytest.mark.parametrize(
    ("lines", "why"), [((), "no header"), (("A,B", "1,2"), "no column ITEM"), (('"',), "no header")]
)
def test_a_file_that_is_none_is_put_aside_whole(tmp_path: Path, spool: Spool, lines: tuple[str, ...], why: str) -> None:
    folder = folder_of(tmp_path, spool)
    written(tmp_path, "results.csv", *lines)
    assert folder.take_all() == 1
    assert why in spool.refused("lab")[0]["reason"]


def test_a_file_that_was_being_read_when_the_process_died_is_read_again_and_its_rows_are_known(
    tmp_path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path, spool)
    written(tmp_path, "results.csv", ",".join(COLUMNS), *(cells(ITEM=f"I{n}") for n in range(7)))
    monkeypatch.setattr("yima_connector.csv_folder.ROWS_AT_ONCE", 3)
    keep = spool.keep

    def dies(source: str, inlet: str, messages: Any) -> int:
        if len(kept(spool)) >= 6:
            raise KeyboardInterrupt
        return keep(source, inlet, messages)

    monkeypatch.setattr(spool, "keep", dies)
    with pytest.raises(KeyboardInterrupt):
        folder.take_all()
    monkeypatch.setattr(spool, "keep", keep)
    assert folder.take_all() == 1
    assert [row["ITEM"] for row in kept(spool)] == [f"I{n}" for n in range(7)]


def test_a_file_that_is_still_written_is_left_and_none_is_taken_where_the_spool_is_full(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", bytes_max=1)
    folder = folder_of(tmp_path, spool, settle_seconds=3600)
    written(tmp_path, "results.csv", ",".join(COLUMNS), cells())
    assert folder.take_all() == 0
    full = folder_of(tmp_path, spool)
    with pytest.raises(SpoolFull):
        full.take_all()
    assert (tmp_path / "inbox" / "results.csv").exists()
    spool.close()


# --- a view


@pytest.fixture(scope="module")
def his(postgres_server: Postgres) -> Iterator[Engine]:
    """A hospital's database, and what asks it as its owner."""
    name = f"his_{secrets.token_hex(4)}"
    asyncio.run(postgres_server.create_database(name))
    engine = sqlalchemy.create_engine(postgres_server.dsn(name).replace("postgresql:", "postgresql+psycopg:", 1))
    columns = ", ".join(f'"{column}" text' for column in COLUMNS)
    with engine.begin() as owner:
        owner.execute(text("create schema yima_view"))
        owner.execute(
            text(f"create table yima_view.lab (result_id bigserial primary key, changed_at timestamptz, {columns})")
        )
        owner.execute(text("create view yima_view.results as select * from yima_view.lab"))
    yield engine
    engine.dispose()
    asyncio.run(postgres_server.drop_database(name))


@pytest.fixture(autouse=True)
def _nobodys(request: pytest.FixtureRequest) -> None:
    """Each test finds the hospital's database as it was."""
    if "his" in request.fixturenames:
        with request.getfixturevalue("his").begin() as owner:
            owner.execute(text("truncate yima_view.lab restart identity"))


def put(his: Engine, item: str, changed: str, **values: str) -> None:
    row = {**ROW, "ITEM": item, **values}
    names = ", ".join(f'"{name}"' for name in row)
    places = ", ".join(f":{name}" for name in row)
    with his.begin() as owner:
        owner.execute(
            text(f"insert into yima_view.lab (changed_at, {names}) values (:changed, {places})"),
            {"changed": changed, **row},
        )


def view_of(his: Engine, spool: Spool, **changes: Any) -> DatabaseView:
    settings = View.model_validate(
        {
            "url": his.url.render_as_string(hide_password=False),
            "view": "yima_view.results",
            "watermark": "changed_at",
            "key": "result_id",
            "rows": "results",
            "rows_at_once": 2,
            **changes,
        }
    )
    return DatabaseView("lab", settings, rows(), spool, lambda: None)


def read_all(view: DatabaseView) -> list[int]:
    """How many rows each question of a round brought."""
    counts = [view.read_some()]
    while counts[-1] == 2:
        counts.append(view.read_some())
    return counts


def items(spool: Spool) -> list[str]:
    return [row["ITEM"] for row in kept(spool)]


def test_a_view_is_read_in_order_each_row_once_and_what_was_committed_late_too(his: Engine, spool: Spool) -> None:
    view = view_of(his, spool)
    for number in range(5):
        put(his, f"I{number}", "2026-11-28 10:00:00+08" if number < 4 else "2026-11-28 10:01:00+08")
    assert read_all(view) == [2, 2, 1]
    put(his, "late", "2026-11-28 09:58:00+08")
    put(his, "too late", "2026-11-28 08:00:00+08")
    put(his, "new", "2026-11-28 10:02:00+08")
    again = view_of(his, spool)  # another process goes on where the first was
    read_all(again)
    assert items(spool) == ["I0", "I1", "I2", "I3", "I4", "late", "new"]
    with his.begin() as owner:
        owner.execute(
            text(
                "update yima_view.lab set \"VALUE\" = '7.0', changed_at = '2026-11-28 10:03:00+08'"
                " where \"ITEM\" = 'I0'"
            )
        )
    read_all(again)
    assert items(spool)[-1] == "I0"
    assert kept(spool)[-1]["VALUE"] == "7.0"
    before = len(items(spool))
    read_all(again)
    assert len(items(spool)) == before, "what was read before is known"
    view.close()
    again.close()


def test_nothing_can_be_written_through_it_and_what_is_not_there_is_named(his: Engine, spool: Spool) -> None:
    view = view_of(his, spool)
    put(his, "I0", "2026-11-28 10:00:00+08")
    with his.begin() as owner:  # a view that would change something when it is read
        owner.execute(text("drop view if exists yima_view.marking"))
        owner.execute(
            text(
                "create or replace function yima_view.marks() returns bigint language sql volatile as"
                " $$ update yima_view.lab set \"NAME\" = 'read' returning result_id $$"
            )
        )
        owner.execute(
            text("create view yima_view.marking as select l.*, yima_view.marks() as marked from yima_view.lab l")
        )
    marking = view_of(his, spool, view="yima_view.marking", key="marked")
    with pytest.raises(SQLAlchemyError):
        marking.read_some()
    for changes, named in (({"view": "yima_view.nothing"}, "nothing"), ({"key": "nowhere"}, "nowhere")):
        wrong = view_of(his, spool, **changes)
        with pytest.raises(SettingsWrong, match=named):
            wrong.check()
        wrong.close()
    assert view.read_some() == 1
    view.close()
    marking.close()
