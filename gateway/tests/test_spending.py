"""One client at two replicas of the gateway: two processes and a real bus, which goes away and comes back."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson
import pytest
from devstack import cities, ports
from devstack.nats import Nats
from gateway.limits import Budgets, BudgetSpent
from gateway.spending import CLIENTS_AT_ONCE, said, spent_in

from gateway import limits

pytestmark = pytest.mark.anyio
BUDGET = 120_000
COST = limits.REQUEST_COST  # of the request below, at least
QUERY = {"query": "{ __typename }"}
SHARED = "what clients spend at other replicas is taken off here"
START_SECONDS = 90.0


@pytest.fixture
def own_bus(tmp_path: Path) -> Iterator[Nats]:
    server = Nats(tmp_path / "nats", ports.free())
    server.start()
    yield server
    if server.running:
        server.stop()


@dataclass
class Replica:
    """A gateway's process."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def heard(self, line: str, times: int = 1) -> bool:
        return self.log.read_text("utf-8").count(line) >= times


def started(number: int, own_bus: Nats, folder: Path) -> Replica:
    port, path = ports.free(), folder / f"gateway{number}.log"
    environment = os.environ | {
        "YIMA_PORT": str(port),
        "YIMA_NATS_URL": own_bus.url,
        "YIMA_NATS_PASSWORD": own_bus.passwords["gateway"],
        "YIMA_CITY_FILE": str(cities.City.named("jinan").pack),
        "YIMA_BUDGET_PER_MINUTE": str(BUDGET),
    }
    with path.open("wb") as log:
        command = [sys.executable, "-m", "chassis", "gateway"]
        return Replica(port, path, subprocess.Popen(command, env=environment, stdout=log, stderr=log))


@pytest.fixture
def replicas(own_bus: Nats, tmp_path: Path) -> Iterator[list[Replica]]:
    """Two gateways that have nothing but the bus in common, and share what is spent."""
    running = [started(number, own_bus, tmp_path) for number in range(2)]
    until(lambda: all(replica.heard(SHARED) for replica in running), "the gateways share nothing")
    yield running
    for replica in running:
        replica.process.terminate()
    for replica in running:
        replica.process.wait(30)


def until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


async def spend_all(replicas: list[Replica]) -> float:
    """Ask at each in turn until all refuse; returns how much that was, without what came back meanwhile, in budgets."""
    answered, began = 0, time.monotonic()
    async with httpx2.AsyncClient(trust_env=False) as http:
        while True:
            statuses = [(await http.post(f"{each.address}/graphql", json=QUERY)).status_code for each in replicas]
            assert set(statuses) <= {200, 429}, statuses
            answered += statuses.count(200)
            if set(statuses) == {429}:
                break
    return answered * COST / (BUDGET * (1 + (time.monotonic() - began) / 60))


async def test_one_client_spends_one_budget_wherever_it_asks(replicas: list[Replica]) -> None:
    assert await spend_all(replicas[:1]) <= 1
    await asyncio.sleep(1)  # several times as long as the other one takes to hear of it
    assert await spend_all(replicas[1:]) < 0.2, "it was spent at the first one"


@pytest.mark.long  # three gateways that spend minutes of budgets
async def test_by_turns_too_it_is_one_budget_and_a_little_and_each_its_own_while_the_bus_is_away(
    replicas: list[Replica], own_bus: Nats
) -> None:
    assert await spend_all(replicas) <= 1.25
    own_bus.stop()
    for replica in replicas:
        until(lambda log=replica: log.heard("nats: ") or log.heard("(YIMA_NATS_URL)"), "nobody misses the bus")  # type: ignore[misc]
    await asyncio.sleep(20)  # a third of a budget comes back
    apart = await spend_all(replicas)
    assert 0.3 < apart <= 1.25, "each has its own, and no request waits for a bus"


def test_a_replica_hears_what_was_spent_elsewhere_and_owes_at_most_a_minute() -> None:
    here, there = Budgets(1000), Budgets(1000)
    here.others_hear = True
    here.spend("a", 300, now=0)
    here.owe("a", 100, now=0)
    here.spend("b", 40, now=0)
    assert here.much_unheard.is_set()
    assert here.unheard() == {"a": 400, "b": 40} and not here.much_unheard.is_set()
    assert here.unheard() == {}
    there.hear({"a": 400}, now=0)
    with pytest.raises(BudgetSpent):
        there.spend("a", 601, now=0)
    there.spend("a", 600, now=0)
    there.hear({"a": 10_000}, now=0)
    with pytest.raises(BudgetSpent) as refused:
        there.spend("a", 1, now=0)
    assert refused.value.wait_seconds == 60
    assert there.unheard() == {}, "nobody hears it: nothing is kept for them"


def test_what_comes_is_what_a_replica_says_or_nothing() -> None:
    spent = {f"client {number}": number + 1 for number in range(CLIENTS_AT_ONCE + 1)}
    messages = said("me", spent)
    assert len(messages) == 2
    read = [spent_in(message) for message in messages]
    assert {client: cost for each in read if each for client, cost in each[1].items()} == spent
    wrong: list[object] = [
        None, [], {}, {"from": "x"}, {"from": 1, "spent": {}}, {"from": "x", "spent": []},
        {"from": "x", "spent": {"a": 0}},
        {"from": "x", "spent": {"a": -1}}, {"from": "x", "spent": {"a": "1"}}, {"from": "x", "spent": {"a": 10**12}},
        {"from": "x", "spent": {"a" * 300: 1}}, {"from": "x", "spent": {str(n): 1 for n in range(CLIENTS_AT_ONCE + 1)}},
    ]  # fmt: skip
    for message in wrong:
        assert spent_in(orjson.dumps(message)) is None, message
    assert spent_in(b"\xff") is None
