"""What goes to the city: in order, once, again where it asks, and never faster than it says."""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from yima_connector import signing
from yima_connector.city import connect
from yima_connector.errors import CityRefused, NotMapped
from yima_connector.overview import beat, metrics, overview, page
from yima_connector.pace import OPENS_AFTER, Pace
from yima_connector.resources import Line
from yima_connector.sending import SourceSender, state_of
from yima_connector.settings import Retry, Settings
from yima_connector.spool import Received, Spool
from yima_connector.status_page import serving

from .a_city import SOURCE, ACity, a_city

pytestmark = pytest.mark.anyio

QUICK = {
    "first_seconds": 0.001, "longest_seconds": 0.01, "stopped_seconds": 0.02, "missing_seconds": 0.05,
    "outcome_seconds": 0.02, "report_seconds": 0.02,
}  # fmt: skip


def mapper(message: Received) -> list[Line]:
    if message.content == b"bad":
        raise NotMapped("OBX-3", "has no system")
    kind = "Patient" if message.name.startswith("patient") else "Observation"
    return [Line({"resourceType": kind, "id": message.name}, datetime(2026, 11, 28, tzinfo=UTC))]


@dataclass
class Connector:
    """A source that sends to a city."""

    spool: Spool
    city: ACity
    settings: Settings

    def come(self, *names: str, content: bytes = b"") -> None:
        for name in names:
            self.spool.keep("lab", "mllp", [(name, "ORU^R01", content or name.encode(), "")])

    @asynccontextmanager
    async def sending(self) -> AsyncGenerator[None]:
        source = self.settings.sources["lab"]
        async with connect(self.settings.city) as city:
            pace = Pace(self.settings.retry)
            sender = SourceSender("lab", source, mapper, self.spool, city, pace, self.settings.retry)
            task = asyncio.create_task(sender.run())
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.005)

    async def all_sent(self) -> None:
        def done() -> bool:
            counts = self.spool.counts("lab")
            return not (counts.mapping or counts.lines_waiting or counts.batches_waiting or counts.batches_acknowledged)

        await self.until(done)

    @property
    def arrived(self) -> list[str]:
        """The resources that the city has, in the order of its batches."""
        lines = b"".join(self.city.batches[number] for number in sorted(self.city.batches)).splitlines()
        return [json.loads(line)["id"] for line in lines]


@pytest.fixture
def connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("yima_connector.sending.POLL_SECONDS", 0.01)
    signing.make(tmp_path / "connector.key")
    with a_city() as city:
        settings = Settings.model_validate(
            {
                "city": {"url": city.url, "client_id": "key_1", "key_file": tmp_path / "connector.key"},
                "spool": {"folder": tmp_path / "spool"},
                "status": {"port": 0},
                "retry": QUICK,
                "sources": {
                    "lab": {
                        "id": SOURCE,
                        "mapping": tmp_path,
                        "batch": {"lines": 2, "wait_seconds": 0},
                        "mllp": {"port": 0},
                    }
                },
            }
        )
        spool = Spool(settings.spool.folder)
        yield Connector(spool, city, settings)
        spool.close()


async def test_all_that_came_arrives_in_order_and_its_outcomes_come_back(connector: Connector) -> None:
    connector.come("a", "b", "c")
    connector.come("d", content=b"bad")
    async with connector.sending():
        await connector.all_sent()
    assert connector.arrived == ["a", "b", "c"]
    counts = connector.spool.counts("lab")
    assert (counts.created, counts.refused_here, counts.refused_there) == (3, 1, 0)
    assert connector.city.tokens == 1


async def test_an_hour_without_network_holds_all_back_and_loses_nothing(connector: Connector) -> None:
    connector.city.away = True
    async with connector.sending():
        connector.come("a", "b", "c")
        await connector.until(lambda: "cannot be reached" in state_of(connector.spool, "lab")["problem"])
        connector.come("d", "e")
        await connector.until(lambda: connector.spool.counts("lab").batches_waiting >= 3)
        assert connector.city.batches == {}
        connector.city.away = False
        await connector.all_sent()
    assert connector.arrived == ["a", "b", "c", "d", "e"]
    assert connector.city.puts == sorted(set(connector.city.puts)), "each was sent once, in order"
    assert state_of(connector.spool, "lab")["problem"] == ""


async def test_an_outage_is_over_though_there_is_nothing_to_send(connector: Connector) -> None:
    def problem() -> str:
        return str(state_of(connector.spool, "lab")["problem"])

    connector.city.away = True
    async with connector.sending():
        await connector.until(lambda: "cannot be reached" in problem())
        connector.city.away = False
        await connector.until(lambda: not problem())
    assert connector.city.puts == []


async def test_a_batch_whose_answer_was_lost_is_sent_again_with_its_number_and_bytes(connector: Connector) -> None:
    connector.city.answers.append((502, {}, {}))
    put = connector.city.put

    def lose_the_answer(number: int, content: bytes, digest: str) -> Any:
        answer = connector.city.answers.pop(0) if connector.city.answers else None
        return put(number, content, digest) if answer is None else (put(number, content, digest), answer)[1]

    connector.city.put = lose_the_answer  # type: ignore[method-assign] # what is between loses it
    connector.come("a")
    async with connector.sending():
        await connector.all_sent()
    assert (connector.city.puts, connector.arrived) == ([1, 1], ["a"])


async def test_what_waits_for_room_comes_again_no_sooner_than_it_was_told(connector: Connector) -> None:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    connector.city.on_put = lambda _number: times.append(loop.time())
    connector.city.refuse(429, "source-budget-reached", "1")
    connector.come("a")
    async with connector.sending():
        await connector.all_sent()
    assert times[1] - times[0] >= 1.0


async def test_where_too_much_waits_for_who_patients_are_what_says_so_goes_before_it(connector: Connector) -> None:
    def full_until_told(number: int, content: bytes, _digest: str) -> Any:
        kinds = {json.loads(line)["resourceType"] for line in content.splitlines()}
        came_before = any(
            json.loads(line)["resourceType"] == "Patient" for line in b"".join(taken.values()).splitlines()
        )
        if kinds != {"Patient"} and not came_before:
            return (
                429,
                {"retry-after": "1"},
                {"type": "urn:yima:problem:waiting-lines-full", "title": "say who they are"},
            )
        taken[number] = content
        return 200, {}, {"sha256": hashlib.sha256(content).hexdigest()}

    taken = connector.city.batches
    connector.city.put = full_until_told  # type: ignore[method-assign] # a city that has no room
    connector.come("a", "b", "c", "patient-1", "d")
    async with connector.sending():
        await connector.all_sent()
    assert [json.loads(line)["id"] for line in taken[1].splitlines()] == ["patient-1"], "alone, in the number's place"
    assert connector.arrived == ["patient-1", "a", "b", "c", "patient-1", "d"]
    assert sorted(taken) == [1, 2, 3, 4], "no number is left out"
    assert state_of(connector.spool, "lab")["problem"] == ""


async def test_a_full_city_is_waited_for_where_nothing_says_who_patients_are(connector: Connector) -> None:
    connector.city.refuse(429, "waiting-lines-full", "1")
    connector.come("a", "b", "c")
    async with connector.sending():
        await connector.until(lambda: "waiting-lines-full" in state_of(connector.spool, "lab")["problem"])
        await connector.all_sent()
    assert connector.arrived == ["a", "b", "c"] and sorted(connector.city.batches) == [1, 2]


async def test_a_number_that_the_city_has_otherwise_goes_on_after_its_highest(connector: Connector) -> None:
    connector.city.batches = {1: b"of an old disk\n", 2: b"of an old disk\n"}
    connector.come("a", "b", "c")
    async with connector.sending():
        await connector.all_sent()
    assert sorted(connector.city.batches) == [1, 2, 3, 4]
    assert connector.city.batches[1] == b"of an old disk\n"
    assert json.loads(connector.city.batches[4])["id"] == "c"


async def test_what_the_city_lost_is_sent_again_as_it_was(connector: Connector) -> None:
    connector.come("a", "b", "c", "d")
    async with connector.sending():
        await connector.all_sent()
        before = dict(connector.city.batches)
        connector.city.lost = {1}
        await connector.until(lambda: not connector.city.lost)
        assert connector.city.batches == before
        connector.city.lost = {7}
        await connector.until(lambda: state_of(connector.spool, "lab")["lost"] == [7])
        connector.city.batches = {}
        connector.city.lost = set()
        connector.city.refuse(409, "batch-too-far-ahead")
        connector.come("e")
        await connector.until(lambda: sorted(connector.city.batches) == [1, 2, 3])
    assert connector.arrived == ["a", "b", "c", "d", "e"]


async def test_what_only_people_can_lift_is_waited_for_and_shown(connector: Connector) -> None:
    for code in ("source-stopped", "source-stopped"):
        connector.city.refuse(403, code)
    connector.come("a")
    async with connector.sending():
        await connector.until(lambda: "source-stopped" in state_of(connector.spool, "lab")["problem"])
        shown = overview(connector.spool, connector.settings)
        assert "source-stopped" in page(shown)
        await connector.all_sent()
    assert connector.arrived == ["a"]


async def test_what_nobody_foresaw_stops_no_other_step_and_is_tried_again(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk without room, for one: the hospital's messages are taken all the while, and what waits is sent after."""
    connector.come("one", "two")
    spool_due, failed = connector.spool.due, 0

    def without_room(source: str) -> Any:
        nonlocal failed
        failed += 1
        if failed < 4:
            raise sqlite3.OperationalError("database or disk is full: Mrs Zhao's sample")
        return spool_due(source)

    monkeypatch.setattr(connector.spool, "due", without_room)
    async with connector.sending():
        await connector.until(lambda: failed == 2)
        problem = state_of(connector.spool, "lab")["problem"]
        assert "OperationalError in without_room, test_sending.py" in problem and "Zhao" not in problem
        connector.come("three")
        await connector.all_sent()
    assert connector.arrived == ["one", "two", "three"]


async def test_batches_that_are_cut_on_their_way_are_sent_again(connector: Connector) -> None:
    for _ in range(3):
        connector.city.refuse(400, "batch-cut")
    connector.come("a")
    async with connector.sending():
        await connector.all_sent()
    assert connector.city.puts == [1, 1, 1, 1]


async def test_a_token_that_is_no_good_any_more_is_had_anew(connector: Connector) -> None:
    connector.city.refuse(401, "unauthenticated")
    connector.come("a")
    async with connector.sending():
        await connector.all_sent()
    assert (connector.city.tokens, connector.arrived) == (2, ["a"])


async def test_lines_that_the_city_refused_are_shown_by_reason_and_with_their_message(connector: Connector) -> None:
    refusal = {"position": 2, "result": "REFUSED", "code": "resource-refused", "field": "code", "detail": "is needed"}
    connector.city.refused[1] = [refusal]
    connector.come("a", "b")
    async with connector.sending():
        await connector.all_sent()
    (refused,) = connector.spool.refused_lines("lab", 1)
    assert (refused["resource"], refused["name"], refused["field"]) == ("Observation/b", "b", "code")
    shown = overview(connector.spool, connector.settings)["sources"][0]
    assert shown["refused"]["reasons"] == [
        {"where": "city", "kind": "resource-refused", "reason": "code: is needed", "count": 1}
    ]
    assert (shown["arrived"]["created"], shown["waiting"]["oldestSeconds"]) == (1, None)
    measured = metrics(overview(connector.spool, connector.settings)).splitlines()
    assert {'yima_connector_refused_lines_total{source="lab"} 1', 'yima_connector_sends{source="lab"} 1'} <= {*measured}


async def test_the_city_is_told_what_waits_and_what_kinds_of_things_went_wrong(
    connector: Connector,
) -> None:
    refusal = {"position": 1, "result": "REFUSED", "code": "resource-refused", "field": "code", "detail": "is needed"}
    connector.city.refused[1] = [refusal]
    connector.come("a", "b", "c")
    connector.come("private-name", content=b"bad")
    async with connector.sending():
        await connector.all_sent()
        reports = connector.city.reports
        await connector.until(lambda: len(reports) > 0 and len(reports[-1]["errors"]) > 1)
        said = reports[-1]
        assert said["errors"] == [{"kind": "resource-refused", "count": 1}, {"kind": "not-mapped", "count": 1}]
        assert (said["waitingLines"], said["waitingBatches"], said["oldestWaitingSeconds"]) == (0, 0, 0)
        assert (said["lastNumber"], said["version"][0]) == (2, "0")
        for _ in range(50):
            connector.city.refuse(403, "source-stopped")
        connector.come("d")
        await connector.until(lambda: {"kind": "source-stopped", "count": 1} in reports[-1]["errors"])
        assert reports[-1]["waitingBatches"] == 1
    assert "private-name" not in json.dumps(reports) and "OBX" not in json.dumps(reports)


async def test_a_page_has_markup_of_nobody_else(connector: Connector) -> None:
    connector.come("x", content=b"bad")
    (message,) = connector.spool.unmapped("lab")
    connector.spool.refuse(message, NotMapped("<script>alert(1)</script>", "is no column"))
    shown = page(overview(connector.spool, connector.settings))
    assert "<script" not in shown and "&lt;script" in shown
    assert "<html lang=en>" in shown and shown.count("<h1>") == 1 and "<th scope=row>" in shown


async def test_the_page_is_served_with_what_programs_ask_for(connector: Connector) -> None:
    with serving(connector.spool, connector.settings) as port:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            assert (await http.get("/health/live")).status_code == 503, "its heart has not beaten yet"
            beat(connector.spool)
            answers = {path: await http.get(path) for path in ("/", "/status.json", "/metrics", "/health/live", "/x")}
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200, 200, 404]
    assert answers["/status.json"].json()["sources"][0]["name"] == "lab"
    assert "script" not in answers["/"].headers["content-security-policy"]
    assert {answer.headers["cache-control"] for answer in answers.values()} == {"no-store"}


def test_pauses_grow_to_the_longest_and_the_breaker_opens_and_closes() -> None:
    pace = Pace(Retry(first_seconds=1, longest_seconds=8))
    waits = [pace.failed(100.0) for _ in range(12)]
    assert all(wait <= 8 for wait in waits)
    assert all(0.5 * min(8, 2**n) <= wait for n, wait in enumerate(waits))
    assert pace.is_open and 4 <= pace.wait_seconds(100.0) <= 8
    assert pace.failed(100.0, asked_seconds=60) == 60
    pace.succeeded()
    assert not pace.is_open and pace.wait_seconds(100.0) == 0
    assert OPENS_AFTER < 12


async def test_a_refusal_says_its_code_and_detail(connector: Connector) -> None:
    async with connect(connector.settings.city) as city:
        with pytest.raises(CityRefused) as refused:
            await city.source("../nowhere/else")
    assert (refused.value.status, refused.value.code) == (404, "not-found")
