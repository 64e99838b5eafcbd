"""A hospital's systems reach a resident's record through the connector: with the network plug pulled, and killed."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import yaml
from devstack.fictional import identity_number
from devstack.stack import Stack
from yima_client.caller import Caller, until
from yima_connector import signing

from e2e.people import a_clinic, a_resident, operator_of
from e2e.test_sources import a_source

pytestmark = pytest.mark.anyio

OWN_NUMBERS = "urn:oid:2.16.840.1.113883.2.99.1"
START, END = b"\x0b", b"\x1c\r"


@dataclass
class Plug:
    """The network between a hospital and the city: a proxy that can be pulled."""

    host: str
    port: int
    at: int = 0
    pulled: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def pull(self) -> None:
        self.pulled = True
        for writer in self._open:
            writer.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.pulled:
            writer.close()
            return
        there, back = await asyncio.open_connection(self.host, self.port)
        self._open |= {writer, back}
        await asyncio.gather(passed_on(reader, back), passed_on(there, writer))
        self._open -= {writer, back}

    @asynccontextmanager
    async def plugged(self) -> AsyncGenerator["Plug"]:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.at = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self.pull()
            server.close()


async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@dataclass
class Connector:
    """`yima-connector run` as a process of its own, and its folder."""

    folder: Path
    process: asyncio.subprocess.Process | None = None
    mllp: int = 0
    status: int = 0

    async def start(self) -> None:
        ports = self.folder / "ports.json"
        ports.unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "yima_connector.main", "--settings", str(self.folder / "connector.yaml")),
                *("run", "--status-file", str(ports)),
                stderr=log,
            )

        async def written() -> bool:
            assert self.process is not None and self.process.returncode is None, (self.folder / "log").read_text()
            return ports.exists()

        await until("the connector to listen", written, bool)
        said = json.loads(ports.read_text())
        self.mllp, self.status = said["mllp"]["laboratory"], said["status"]

    async def end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            os.kill(self.process.pid, how)
            await self.process.wait()

    async def say(self, *messages: str) -> list[str]:
        """Send messages over MLLP one after the other; returns their acknowledgements' codes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.mllp)
        codes = []
        for message in messages:
            writer.write(START + message.encode() + END)
            answer = (await reader.readuntil(END)).decode()
            codes.append(answer.partition("\rMSA|")[2].split("|")[0])
        writer.close()
        return codes

    async def shown(self) -> dict[str, Any]:
        """What its page says of the source."""
        async with httpx2.AsyncClient(trust_env=False) as http:
            answer = await http.get(f"http://127.0.0.1:{self.status}/status.json")
            page = await http.get(f"http://127.0.0.1:{self.status}/")
        assert page.status_code == 200
        return dict(answer.json()["sources"][0]) | {"page": page.text}


@dataclass
class Laboratory:
    """What a hospital's systems say of one patient."""

    number: str
    identity: str
    begins: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=2))
    sent: int = 0

    def _header(self, kind: str) -> str:
        self.sent += 1
        at = f"{self.begins + timedelta(seconds=self.sent):%Y%m%d%H%M%S}+0000"
        return f"MSH|^~\\&|LIS|LAB|YIMA|CITY|{at}||{kind}|{self.number}-{self.sent}|P|2.5.1||||||UNICODE UTF-8"

    def _patient(self) -> str:
        return f"PID|1||{self.number}^^^HIS^MR~{self.identity}^^^MPS^NI||李^雷||19800505|M"

    def admission(self) -> str:
        since = f"{self.begins - timedelta(days=1):%Y%m%d%H%M%S}+0000"
        visit = f"PV1|1|I|CARD^301^2{'|' * 16}V-{self.number}{'|' * 25}{since}"
        return "\r".join([self._header("ADT^A01^ADT_A01"), f"EVN|A01|{since}", self._patient(), visit, ""])

    def result(self, value: str, order: str) -> str:
        taken = f"{self.begins - timedelta(hours=1):%Y%m%d%H%M%S}+0000"
        return "\r".join([
            self._header("ORU^R01^ORU_R01"), self._patient(), f"ORC|RE|{order}|F-{order}",
            f"OBR|1|{order}|F-{order}|24323-8^Metabolic panel^LN|||{taken}|||||||||||||||{taken}||CH|F",
            f"OBX|1|NM|2345-7^Glucose^LN||{value}|mmol/L^^UCUM|3.9-6.1|H|||F|||{taken}", "",
        ])  # fmt: skip


def settings_of(folder: Path, city: str, client_id: str, source_id: str) -> None:
    """Write the settings and the mapping of a connector."""
    written = {
        "city": {"url": city, "client_id": client_id, "key_file": "connector.key"},
        "spool": {"folder": "spool"},
        "status": {"port": 0},
        "retry": {
            "first_seconds": 0.05, "longest_seconds": 0.3, "missing_seconds": 1, "outcome_seconds": 0.2,
            "report_seconds": 0.5,
        },
        "sources": {
            "laboratory": {
                "id": source_id,
                "mapping": "mapping.yaml",
                "batch": {"wait_seconds": 0.2},
                "mllp": {"host": "127.0.0.1", "port": 0},
            }
        },
    }  # fmt: skip
    mapping = {"zone": "Asia/Shanghai", "patients": {"system": OWN_NUMBERS}}
    (folder / "connector.yaml").write_text(yaml.safe_dump(written))
    (folder / "mapping.yaml").write_text(yaml.safe_dump(mapping))


@dataclass
class Hospital:
    """A connector that runs, the network between it and the city, and who looks at it."""

    connector: Connector
    plug: Plug
    source_id: str
    staff: Caller
    operator: Caller

    async def reported(self) -> dict[str, Any]:
        """What the city knows of the connector; nothing where it never reported."""
        source = await self.operator.run("source", sourceId=self.source_id)
        return dict(source["connector"] or {"reportedAt": ""})


@asynccontextmanager
async def a_hospital(stack: Stack, nobody: Caller, folder: Path) -> AsyncGenerator[Hospital]:
    clinic, operator = await a_clinic(nobody, stack.secrets), await operator_of(nobody, stack.secrets)
    source_id = await a_source(clinic.staff, operator, ["laboratory", "encounters"])
    public = json.dumps(signing.make(folder / "connector.key").public())
    key = await clinic.staff.run("create-api-key", label="connector", scopes=["RECORDS"], keySet=public)
    gateway = urlsplit(stack.graphql)
    assert gateway.hostname is not None and gateway.port is not None
    async with Plug(gateway.hostname, gateway.port).plugged() as plug:
        settings_of(folder, f"http://127.0.0.1:{plug.at}", key["id"], source_id)
        connector = Connector(folder)
        await connector.start()
        try:
            yield Hospital(connector, plug, source_id, clinic.staff, operator)
        finally:
            await connector.end(signal.SIGTERM)


async def test_the_city_is_told_how_a_connector_is_and_hears_nothing_while_its_plug_is_pulled(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    private = Laboratory(f"P-{secrets.token_hex(5)}", identity_number("1980-05-05"))
    async with a_hospital(stack, nobody, tmp_path) as hospital:
        assert set(await hospital.connector.say(private.result("6.10", "ORD-1"), private.result("x", "ORD-2"))) == {
            "AA"
        }

        def is_told(said: dict[str, Any]) -> bool:
            return said.get("lastNumber", 0) > 0 and bool(said["errors"])

        well = await until("its report", hospital.reported, is_told)
        assert (well["health"], well["version"]) == ("WELL", version("yima-connector"))
        assert {"kind": "not-mapped", "count": "1"} in well["errors"], "a result that is no number"
        (listed,) = await hospital.staff.every("sources")
        assert listed["connector"]["version"] == well["version"], "whoever lists sources sees it"

        hospital.plug.pull()
        await hospital.connector.say(private.result("5.3", "ORD-3"))
        away = await until("the outage", hospital.connector.shown, lambda shown: bool(shown["problem"]))
        silent = await hospital.reported()
        await asyncio.sleep(1)  # in which it would have reported twice
        assert away["waiting"]["oldestSeconds"] is not None and await hospital.reported() == silent
        hospital.plug.pulled = False
        back = await until("a report again", hospital.reported, lambda said: said["reportedAt"] > silent["reportedAt"])
    assert private.number not in json.dumps(back) and "OBX" not in json.dumps([well, back])


async def test_what_a_hospital_sends_arrives_once_and_in_order_though_the_plug_is_pulled_and_the_connector_killed(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    identity = identity_number("1980-05-05")
    resident, resident_id = await a_resident(nobody, birth_date="1980-05-05", number=identity)
    laboratory = Laboratory(f"P-{secrets.token_hex(5)}", identity)

    async def record(*types: str) -> Sequence[dict[str, Any]]:
        query = {"residentId": resident_id, "informationTypes": types, "purpose": "PATRQT"}
        nodes = (await resident.run("records", **query))["nodes"]
        return [json.loads(each["resource"]) for each in nodes]

    async with a_hospital(stack, nobody, tmp_path) as hospital:
        connector, plug = hospital.connector, hospital.plug
        assert await connector.say(laboratory.admission(), laboratory.result("6.10", "ORD-1")) == ["AA", "AA"]
        stays = await until("the stay", lambda: record("encounters"), bool)
        assert [(stay["status"], stay["class"]["code"]) for stay in stays] == [("in-progress", "IMP")]
        results = await until("the result", lambda: record("laboratory"), lambda each: len(each) == 2)
        (glucose,) = [each for each in results if each["resourceType"] == "Observation"]
        assert (glucose["valueQuantity"]["value"], glucose["interpretation"][0]["coding"][0]["code"]) == (6.1, "H")

        plug.pull()
        values = [f"{n / 10:.1f}" for n in range(40, 52)]
        assert set(await connector.say(*(laboratory.result(value, "ORD-1") for value in values))) == {"AA"}
        away = await until("the outage", connector.shown, lambda shown: bool(shown["problem"]))
        assert "cannot be reached" in away["problem"] and laboratory.number not in away["page"]
        await connector.end(signal.SIGKILL)
        await connector.start()
        repeated = laboratory.result("5.3", "ORD-2")
        assert await connector.say(repeated, repeated) == ["AA", "AA"], "a system that heard nothing says it again"
        held = await until("all that waits", connector.shown, lambda shown: shown["received"] == 15)
        assert held["sent"]["lines"] < 10
        plug.pulled = False

        def has_arrived(shown: dict[str, Any]) -> bool:
            waits = shown["waiting"]
            return not (waits["messages"] + waits["lines"] + waits["batches"] + shown["sent"]["withoutOutcome"])

        shown = await until("all to arrive", connector.shown, has_arrived)
    assert (shown["problem"], shown["missing"], shown["refused"]["reasons"]) == (None, 0, [])
    source = await hospital.staff.run("source", sourceId=hospital.source_id)
    batches = await hospital.staff.every("batches", sourceId=hospital.source_id)
    assert (source["missing"], source["highestNumber"]) == (0, len(batches)), "numbered without gaps"
    assert sum(batch["refused"] for batch in batches) == 0, "an older version would be refused as stale"
    results = await until("the last", lambda: record("laboratory"), lambda each: len(each) == 4)
    shown_values = {each["id"]: each["valueQuantity"]["value"] for each in results if "valueQuantity" in each}
    assert sorted(shown_values.values()) == [5.1, 5.3], "the last of what was corrected, and each result once"
