"""What has to hold once the system has come to rest: clients' answers, databases, streams, provider and ledger agree.

What one service knows of another is held together by `bench.drift`. Here is what it leaves open: events, without
reading all of them each time; that what was served is settled once; slots; readings; the log of access; the bus.
"""

import random
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx2
from chassis import bus, dead_letters
from devstack.stack import Stack
from nats.js.errors import NotFoundError
from settlement.provider.sandbox.books import Faults
from yima.services import SERVICES
from yima_client.caller import fresh_key
from yima_client.errors import Refused

from bench import drift
from e2e.faults.flow import Flow
from e2e.faults.injected import EVERY_FAULT, Town

SHOWN_MAX = 5
# Slots that hold more than they have, or another number than bookings say.
OVERSOLD = """
    SELECT slot.id, slot.capacity, slot.held, coalesce(sum(booking.places), 0) AS booked
    FROM slot LEFT JOIN booking ON booking.slot_id = slot.id AND booking.released_at IS NULL
    GROUP BY slot.id HAVING slot.held > slot.capacity OR slot.held <> coalesce(sum(booking.places), 0)
"""
SETTLED = """
    SELECT split_part(reference, ':', 2) AS order_id, count(*) AS times FROM journal_entry
    WHERE kind = 'order-fulfilled' GROUP BY 1
"""
READINGS = "SELECT device_id::text, sequence, count(*) AS times FROM device_reading GROUP BY 1, 2"
# A stack, a process's last words, or two transactions that waited for each other, which no fault brings about. What a
# fault leads to is said in a line, and is no finding.
COMPLAINTS = re.compile(
    r"Traceback \(most recent call last\)|\bCRITICAL\b|panicked at|never (awaited|retrieved)|deadlock detected"
)


@dataclass
class Marks:
    """How far the outboxes were looked through; what is before that had its effect."""

    position: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # of each log, that were read
    events: int = 0

    def forget(self) -> None:
        """After a restore all of it is looked at again."""
        self.position = {}


async def unheard(stack: Stack, marks: Marks, *, remember: bool) -> list[str]:
    """Events that are not sent, or had no effect at somebody who hears of their type."""
    off: list[str] = []
    connections: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
    reached: dict[str, int] = {}
    events = 0
    try:
        said: dict[str, list[asyncpg.Record]] = {}
        for service in SERVICES:
            connections[service] = await asyncpg.connect(stack.postgres.dsn(service))
            rows = await connections[service].fetch(
                "SELECT position, id, type, sent_at IS NULL AS waits FROM outbox WHERE position > $1 ORDER BY position",
                marks.position.get(service, 0),
            )
            said[service] = rows
            events += len(rows)
            reached[service] = max([row["position"] for row in rows], default=marks.position.get(service, 0))
            if waiting := sum(row["waits"] for row in rows):
                off.append(f"{service} has {waiting} events that are not sent")
        for service in SERVICES:
            for hears in drift.subscriptions(service):
                kinds = {kind.DESCRIPTOR.full_name for kind in hears.handlers}
                ids = [row["id"] for row in said[hears.stream.lower()] if row["type"] in kinds]
                if not ids:
                    continue
                query = "SELECT count(*) FROM inbox WHERE durable = $1 AND event_id = ANY($2::uuid[])"
                handled = await connections[service].fetchval(query, hears.durable, ids)
                if handled < len(ids):
                    off.append(f"{hears.durable} has not handled {len(ids) - handled} of {len(ids)} events")
    finally:
        for connection in connections.values():
            await connection.close()
    if remember and not off:
        marks.position = reached
        marks.events += events
    return off


async def of_slots(stack: Stack) -> list[str]:
    rows = await stack.postgres.fetch("ordering", OVERSOLD)
    return [f"slot {row['id']} has {row['capacity']} places, holds {row['held']}, {row['booked']} are booked"
            for row in rows]  # fmt: skip


async def of_settling(stack: Stack, served: set[str]) -> list[str]:
    """What was served is settled, and nothing twice."""
    times = {row["order_id"]: row["times"] for row in await stack.postgres.fetch("settlement", SETTLED)}
    off = [f"order {order_id} was settled {count} times" for order_id, count in times.items() if count > 1]
    return off + [f"order {order_id} was served and is not settled" for order_id in served - times.keys()]


async def of_readings(stack: Stack, known: Mapping[str, set[int]]) -> list[str]:
    """What was acknowledged is stored once."""
    rows = await stack.postgres.fetch("records", READINGS)
    stored = {(row["device_id"].replace("-", ""), row["sequence"]): row["times"] for row in rows}
    off = [f"reading {key} is stored {times} times" for key, times in stored.items() if times > 1]
    for device, sequences in known.items():
        there = device.rpartition("_")[2]
        off += [
            f"reading {number} of {device} was acknowledged and is not there"
            for number in sequences
            if (there, number) not in stored
        ]
    return off


async def of_the_bus(town: Town) -> list[str]:
    """Every stream and durable is there, and nobody has been given up."""
    connection = await town.operating()
    off = []
    try:
        jet = bus.jetstream(connection)
        for service in SERVICES:
            for hears in drift.subscriptions(service):
                try:
                    info = await jet.consumer_info(hears.stream, hears.durable)
                except NotFoundError:
                    off.append(f"the durable {hears.durable} of {hears.stream} is gone")
                    continue
                if info.num_pending or info.num_ack_pending:
                    off.append(f"{info.num_pending} events wait for {hears.durable}, {info.num_ack_pending} are out")
        try:
            letters = await dead_letters.list_dead(jet)
        except NotFoundError:
            letters = []
    finally:
        await connection.close()
    return off + [f"{letter.durable} buried {letter.subject}: {letter.reason}" for letter in letters]


async def of_operations(flow: Flow) -> list[str]:
    """The ledger sums to zero and holds, and the log of access verifies: as the system itself says it."""
    off = []
    ledger = await flow.call(flow.operator, "ledger-check")
    if not ledger["holds"]:
        off.append(f"the ledger does not hold: {ledger['findings']}")
    off += [f"the postings sum to {total}" for total in ledger["totals"] if float(total["amount"])]
    try:
        log = await flow.call(flow.regulator, "access-log-check")
    except Refused as refused:
        return [*off, f"the log of access cannot be checked: {refused}"]
    if not log["holds"]:
        off.append(f"the log of access is broken at {log['brokenAt']}: {log['why']}")
    return off


def said_in_logs(folder: Path, marks: Marks) -> list[str]:
    """Stacks and last words in logs since the last look."""
    off = []
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text("utf-8", "replace").splitlines()
        begin = marks.lines.get(log.name, 0)
        marks.lines[log.name] = len(lines)
        for number in range(begin, len(lines)):
            if COMPLAINTS.search(lines[number]):
                off.append(f"{log.name}:{number + 1}: " + " | ".join(lines[max(0, number - 1) : number + 24])[:1600])
    return off


async def of_reconciliation(town: Town, flow: Flow) -> list[str]:
    """Let the bank decide its chargebacks, and hold the ledger against what the provider reports."""
    async with httpx2.AsyncClient(
        auth=("", town.stack.webhook_secret), trust_env=False, verify=town.stack.shown()
    ) as http:
        for movement in (await http.get(f"{town.stack.provider_url}/report")).json():
            if movement["kind"] == "chargeback":
                won = random.Random(f"{flow.seed}/{movement['key']}").random() < 0.5
                url = f"{town.stack.provider_url}/disputes/{movement['key']}/decision"
                (await http.post(url, params={"won": won})).raise_for_status()
    while not (await flow.call(flow.operator, "read-provider-report"))["complete"]:
        pass
    off, complete = [], False
    while not complete:
        run = await flow.call(flow.operator, "reconcile", key=fresh_key())
        complete = run["complete"]
        flow.happened["movements reconciled"] += run["matched"]
        if run["breaksOpened"]:
            off.append(f"reconciliation opened {run['breaksOpened']} breaks")
    return off


async def of_money_cases(town: Town) -> list[str]:
    cases = await drift.explained(town.stack, EVERY_FAULT if town.provider_faults else Faults())
    return [f"no fault explains the case {case}" for case in cases.unexplained]


async def everything(town: Town, flow: Flow, marks: Marks) -> list[str]:
    """All that is off now: the first findings of each kind, and how many more there are."""
    stack = town.stack
    looks: list[tuple[str, Callable[[], Awaitable[list[str]]]]] = [
        ("events", lambda: unheard(stack, marks, remember=True)),
        ("bus", lambda: of_the_bus(town)),
        ("orders", lambda: drift.of_orders(stack, flow.client_orders)),
        ("settling", lambda: of_settling(stack, flow.served)),
        ("slots", lambda: of_slots(stack)),
        ("readings", lambda: of_readings(stack, flow.readings)),
        ("consents", lambda: drift.of_consents(stack)),
        ("standing", lambda: drift.of_standing(stack)),
        ("provider", lambda: drift.of_provider(stack)),
        ("cases", lambda: of_money_cases(town)),
        ("ledger and log of access", lambda: of_operations(flow)),
    ]
    off: list[str] = []
    for name, look in looks:
        findings = await look()
        off += [f"{name}: {finding}" for finding in findings[:SHOWN_MAX]]
        if len(findings) > SHOWN_MAX:
            off.append(f"{name}: … and {len(findings) - SHOWN_MAX} more like it")
    return off


async def still_busy(town: Town, marks: Marks, due_seconds: int) -> list[str]:
    """What is under way: events without their effect, calls to the provider that fall due."""
    try:
        off = await unheard(town.stack, marks, remember=False)
        if calls := await drift.still_due(town.stack, due_seconds):
            off.append(f"{calls} calls to the provider are due")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [f"the databases cannot be looked at: {type(error).__name__}"]
    return off
