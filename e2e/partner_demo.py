"""`make partner-demo`: a partner's first ten minutes by the clock, from nothing to its statement as a PDF; then kills.

    make partner-demo                  # the backend of examples/partner
    make partner-demo ARGS=node        # that of examples/partner-node (needs node and npm)
    make partner-demo ARGS=both

An institution registers, is certified, puts an offering on sale; its backend is told of an order by a webhook, accepts,
proves and reconciles its statement. Then residents order on while notifications, NATS and the backend are killed (-9),
and what arrived is counted: none lost, none out of order for its order.
"""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devstack.stack import Stack
from ops.demo import manifest_of
from ops.example_city import activate, paid_at_once, publish
from yima_client.caller import AWAY, Caller, connect, fresh_key, retried
from yima_client.partner import Partner, StatementKey

from e2e.city import a_city
from e2e.people import PASSWORD, SHARES, Clinic, a_resident, operator_of, place, regulator_of

ROOT = Path(__file__).parents[1]
KEEPS = {"informationTypes": ["vital-signs"], "purpose": "TREAT", "accessMode": "STORE", "validDays": 30}
SCOPES = ["ORDERS", "MONEY", "RECORDS"]
STEPS = ("order.confirmed", "order.accepted", "order.service_proven")
TOLD = ("a webhook tells of the order", "the backend accepts it", "and proves its service")
BOUND_SECONDS = 600.0  # "ten minutes"
TOLD_SECONDS = 90.0
ARRIVES_SECONDS = 240.0  # what a killed sender had claimed is sent again after twenty
RESIDENTS, ORDERS_EACH = 3, 4  # at least: they order until the last kill
PAUSE_SECONDS = 1.5
UNPAID = "too-many-unpaid"  # without NATS nobody learns that orders are paid: who ordered enough waits
PAGE = 100


class DemoFailed(Exception):
    """Something did not come about, was lost, or came out of order."""


@dataclass
class Clock:
    """Steps with when they were over."""

    title: str
    began: float = field(default_factory=time.monotonic)
    steps: list[tuple[str, float, str]] = field(default_factory=list)

    def done(self, step: str, result: str = "") -> None:
        self.steps.append((step, time.monotonic() - self.began, result))
        print(f"  {self.steps[-1][1]:7.1f} s  {step}  {result}", flush=True)

    def table(self) -> str:
        rows, before = [f"\n{self.title}", f"{'at':>9}  {'took':>7}  step"], 0.0
        for step, at, result in self.steps:
            rows.append(f"{at:7.1f} s  {at - before:5.1f} s  {step:58}  {result}")
            before = at
        return "\n".join(rows)


@dataclass
class Backend:
    """A backend that can be killed and started again: at the same port, with the same folder."""

    command: Sequence[str | Path]
    folder: Path
    environment: dict[str, str]
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/yima"

    def start(self) -> None:
        with (self.folder / "backend.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*map(str, self.command)], env=self.environment | {"YIMA_PORT": str(self.port)}, stdout=log, stderr=log
            )

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    async def listens(self) -> None:
        for _ in range(600):
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.1)
        raise DemoFailed((self.folder / "backend.log").read_text("utf-8"))

    def events(self) -> list[dict[str, Any]]:
        """What it has written down, in the order in which it did."""
        journal, books = self.folder / "books.jsonl", self.folder / "books.sqlite"
        if journal.exists():
            lines = [line for line in journal.read_text("utf-8").split("\n") if line.endswith("}")]
            entries = [json.loads(line) for line in lines]
            return [json.loads(entry["body"]) for entry in entries if entry["entry"] == "event"]
        if not books.exists():
            return []
        with sqlite3.connect(f"file:{books}?mode=ro", uri=True) as opened:
            rows = opened.execute("SELECT body FROM event ORDER BY place").fetchall()
        opened.close()
        return [json.loads(body) for (body,) in rows]

    def of_order(self, order_id: str) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["subject"] == order_id]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node_folder(folder: Path) -> Path:
    """A folder with the packed client among its modules, and the example beside it."""
    source = ROOT / "clients" / "typescript"
    commands = (["npm", "ci", "--no-progress"], ["npm", "run", "generate"], ["npm", "run", "build"])
    for command in commands:
        subprocess.run(command, cwd=source, check=True, stdout=subprocess.DEVNULL)
    pack = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
    packed = subprocess.run(pack, cwd=source, check=True, capture_output=True, text=True).stdout.split()[-1]
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    subprocess.run(
        ["npm", "install", "--no-progress", "--no-audit", str(folder / packed)],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.copy(ROOT / "examples" / "partner-node" / "receive.mjs", folder)
    return folder


async def ten_minutes(clock: Clock, stack: Stack, nobody: Caller, backend: Backend) -> Clinic:
    """From nothing to a statement as a PDF."""
    run, folder = secrets.token_hex(5), backend.folder
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    manifest = manifest_of("partner.yaml") | {"registrationNumber": f"91370100{run.upper()}"}
    login = f"staff-{run}@clinic.example.org"
    await nobody.run("register-institution", name=manifest["name"], login=login, password=PASSWORD, staffName="Staff")
    staff = await nobody.signed_in(login, PASSWORD)
    partner_id = (await staff.run("me"))["institution"]["id"]
    clock.done("the institution is registered", partner_id)
    await activate(operator, regulator, staff, partner_id, manifest, SHARES)
    await paid_at_once(operator, regulator, partner_id)
    clock.done("it is screened, certified, and has a contract")
    key = StatementKey()
    key.write(folder / "signing-key.pem")
    await staff.run("register-signing-key", publicKey=key.public, key=fresh_key())
    api_key = await staff.run("create-api-key", label="backend", scopes=SCOPES)
    offering = manifest_of("offering.yaml") | {
        "reference": f"offering-{run}",
        "kind": "DATA_SERVICE",
        "consent": KEEPS,
    }
    offered = await publish(operator, staff, offering, {})
    clock.done("its offering is on sale", offered["id"])
    backend.environment |= {"YIMA_API_KEY": api_key["secret"]}
    endpoint = await staff.run("create-webhook-endpoint", url=backend.url, types=[], key=fresh_key())
    (folder / "webhook-secrets").write_text(endpoint["secret"] + "\n", "utf-8")
    backend.start()
    await backend.listens()
    clock.done("its backend listens, and its webhook is made", backend.url)
    clinic = Clinic(partner_id, staff, staff, offering | offered, offering, login, "")
    resident, _ = await a_resident(nobody)
    order_id = str((await place(resident, clinic))["id"])
    clock.done("a resident orders, consents and pays", order_id)
    for step, words in zip(STEPS, TOLD, strict=True):
        await told(backend, order_id, step)
        clock.done(words, step)
    await resident.run("confirm-service", orderId=order_id, key=fresh_key())
    await told(backend, order_id, "order.fulfilled")
    clock.done("the resident agrees; the backend says that all is given", "order.fulfilled")
    await told(backend, order_id, "order.closed")
    clock.done("the resident's money is taken", "order.closed")
    issued = await operator.run("issue-statement", partnerId=partner_id, periodEnd=now(), key=fresh_key())
    await told(backend, issued["id"], "statement.confirmed")
    clock.done("the backend compares its statement, and agrees", issued["id"])
    async with Partner.connect(stack.graphql, api_key["secret"]) as partner:
        document = await partner.statement_document(issued["id"], "PDF")
    if not document.startswith(b"%PDF-"):
        raise DemoFailed("the statement is no PDF")
    (folder / "statement.pdf").write_bytes(document)
    clock.done("its statement as a signed PDF", f"{len(document):,} bytes")
    return clinic


async def told(backend: Backend, subject: str, kind: str) -> None:
    """Wait until the backend has written down an event of this kind about this subject."""
    deadline = time.monotonic() + TOLD_SECONDS
    while kind not in [event["type"] for event in backend.of_order(subject)]:
        if time.monotonic() > deadline:
            log = (backend.folder / "backend.log").read_text("utf-8")
            raise DemoFailed(f"{kind} of {subject} was not told within {TOLD_SECONDS:.0f} s\n{log}")
        await asyncio.sleep(0.1)


def now() -> str:
    return datetime.now(UTC).isoformat()


async def kills(clock: Clock, stack: Stack, nobody: Caller, backend: Backend, clinic: Clinic) -> None:
    """Orders while each is killed; then what arrived is counted."""
    residents = [(await a_resident(nobody))[0] for _ in range(RESIDENTS)]
    over = asyncio.Event()

    async def orders_of(resident: Caller) -> list[str]:
        orders: list[str] = []
        while not over.is_set() or len(orders) < ORDERS_EACH:
            orders.append(str((await retried(lambda: place(resident, clinic), AWAY, UNPAID))["id"]))
            await asyncio.sleep(PAUSE_SECONDS)
        return orders

    async def killing() -> None:
        for _ in range(2):
            await asyncio.sleep(1.5)
            stack.supervisor.kill("notifications")
            clock.done("kill -9 of notifications", so_far(backend))
            await asyncio.sleep(1.5)
            backend.kill()
            clock.done("kill -9 of the backend", so_far(backend))
            await asyncio.sleep(2.0)
            backend.start()
            await asyncio.sleep(1.0)
            stack.nats.kill()
            clock.done("kill -9 of NATS", so_far(backend))
            await asyncio.sleep(1.5)
            await asyncio.to_thread(stack.nats.start)
        over.set()

    *placed, _ = await asyncio.gather(*map(orders_of, residents), killing())
    orders = {order_id for some in placed if some for order_id in some}
    clock.done("orders placed meanwhile", str(len(orders)))
    deadline = time.monotonic() + ARRIVES_SECONDS
    while missing := await lost(clinic.staff, backend, orders):
        if time.monotonic() > deadline:
            raise DemoFailed(f"{len(missing)} events were lost: {missing[:3]}")
        await asyncio.sleep(1.0)
    by_order = defaultdict(list)
    for event in backend.events():
        by_order[event["subject"]].append(event["sequence"])
    disordered = [order_id for order_id in orders if by_order[order_id] != sorted(by_order[order_id])]
    if disordered:
        raise DemoFailed(f"out of order: {disordered}")
    arrived = sum(len(by_order[order_id]) for order_id in orders)
    again = sum(delivery["attempts"] > 1 for delivery in await listed(clinic.staff))
    clock.done(
        "every event of them arrived", f"{arrived} events, 0 lost, 0 out of order; {again} of them were sent again"
    )


def so_far(backend: Backend) -> str:
    return f"{len(backend.events())} events had arrived"


async def lost(staff: Caller, backend: Backend, orders: Collection[str]) -> list[tuple[str, str]]:
    """What has not arrived of orders: each has every step until its proof, and all else that the city tells of it."""
    arrived = backend.events()
    steps = {(event["subject"], event["type"]) for event in arrived}
    missing = [(order_id, step) for order_id in orders for step in STEPS if (order_id, step) not in steps]
    if missing:
        return missing
    ids = {event["id"] for event in arrived}
    return [
        (event["subject"], event["type"])
        for event in await happened(staff)
        if event["subject"] in orders and event["id"] not in ids
    ]


async def happened(staff: Caller) -> list[dict[str, Any]]:
    """All that the city says to have happened to the partner, sent or not."""
    events: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = await retried(
            lambda after=after: staff.run("webhook-events", first=PAGE, after=after, newestFirst=False),  # type: ignore[misc]
            AWAY,
        )
        events += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return events
        after = page["pageInfo"]["endCursor"]


async def listed(staff: Caller) -> list[dict[str, Any]]:
    """What was sent to the partner, with how often."""
    (endpoint,) = await staff.every("webhook-endpoints")
    return await staff.every("webhook-deliveries", endpointId=endpoint["id"])


@asynccontextmanager
async def a_backend(kind: str, stack: Stack, folder: Path) -> AsyncGenerator[Backend]:
    if kind == "node":
        command: list[str | Path] = ["node", node_folder(folder) / "receive.mjs"]
    else:
        command = [sys.executable, ROOT / "examples" / "partner" / "receive.py"]
    environment = {"YIMA_URL": stack.graphql, "YIMA_FOLDER": str(folder), "PATH": os.environ["PATH"]}
    backend = Backend(command, folder, environment, free_port())
    try:
        yield backend
    finally:
        backend.kill()


async def play(kind: str, stack: Stack, folder: Path) -> Clock:
    """All of it with one kind of backend; raises `DemoFailed`."""
    async with connect(stack.graphql) as nobody, a_backend(kind, stack, folder) as backend:
        clock = Clock(f"{kind}: from nothing to a statement")
        clinic = await ten_minutes(clock, stack, nobody, backend)
        if clock.steps[-1][1] > BOUND_SECONDS:
            raise DemoFailed(f"it took {clock.steps[-1][1]:.0f} s")
        await kills(clock, stack, nobody, backend, clinic)
        return clock


async def main(kinds: Sequence[str]) -> None:
    clocks = []
    with tempfile.TemporaryDirectory(prefix="yima-partner-demo-") as name:
        print("starting a city …", flush=True)
        async with a_city(Path(name) / "city") as stack:
            for kind in kinds:
                print(f"{kind} …", flush=True)
                folder = Path(name) / kind
                folder.mkdir()
                clocks.append(await play(kind, stack, folder))
    for clock in clocks:
        print(clock.table())


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "python"
    if chosen not in ("python", "node", "both"):
        sys.exit("say python, node or both")
    try:
        asyncio.run(main(("python", "node") if chosen == "both" else (chosen,)))
    except DemoFailed as failed:
        sys.exit(f"failed: {failed}")
