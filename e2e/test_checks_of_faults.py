"""Each check of `make faults` can fail: one law after the other is broken by hand, and all are told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from chassis import bus
from yima_client.caller import connect

from bench import drift
from e2e.city import nursery
from e2e.faults import checks
from e2e.faults.flow import Flow
from e2e.faults.injected import Town
from e2e.faults.run import Run, a_town

pytestmark = [pytest.mark.anyio, pytest.mark.long]
SEED = 11
PATIENCE_SECONDS = 900.0
SERVED = 3  # orders, before anything is broken
NO_TRIGGERS = "SET session_replication_role = replica"  # the laws themselves would not let it be broken


@dataclass(frozen=True)
class Broken:
    """A statement that breaks a law in a service's database, the check that has to see it, and what it says."""

    service: str
    statement: str
    look: Callable[[Town, Flow], Awaitable[list[str]]]
    said: str


async def events(town: Town, _flow: Flow) -> list[str]:
    return await checks.unheard(town.stack, checks.Marks(), remember=False)


FIRST = "ctid = (SELECT min(ctid) FROM"
# The ledger first: what is done to money afterwards breaks it, too.
BROKEN: Mapping[str, Broken] = {
    "a ledger that does not sum to zero": Broken(
        "settlement",
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE ctid = (SELECT max(ctid) FROM posting "
        "WHERE account <> 'provider:cash')",
        lambda _town, flow: checks.of_operations(flow),
        "the ledger does not hold",
    ),
    "an event without its effect": Broken(
        "settlement",
        "DELETE FROM inbox WHERE (durable, event_id) = (SELECT durable, event_id FROM inbox "
        "WHERE durable = 'settlement-orders' LIMIT 1)",
        events,
        "settlement-orders has not handled 1 of",
    ),
    "an event that is not sent": Broken(
        "records",
        "UPDATE outbox SET sent_at = NULL, created_at = now() + interval '1 day' "
        "WHERE position = (SELECT min(position) FROM outbox)",
        events,
        "records has 1 events that are not sent",
    ),
    "an order that is settled twice": Broken(
        "settlement",
        "INSERT INTO journal_entry SELECT (jsonb_populate_record(entry, jsonb_build_object('id', gen_random_uuid(), "
        "'reference', entry.reference || ':again'))).* FROM journal_entry AS entry "
        "WHERE kind = 'order-fulfilled' LIMIT 1",
        lambda town, flow: checks.of_settling(town.stack, flow.served),
        "was settled 2 times",
    ),
    "an order that was served and is not settled": Broken(
        "settlement",
        "UPDATE journal_entry SET kind = 'reversed' WHERE kind = 'order-fulfilled' AND split_part(reference, ':', 2) = "
        "(SELECT max(split_part(reference, ':', 2)) FROM journal_entry WHERE kind = 'order-fulfilled')",
        lambda town, flow: checks.of_settling(town.stack, flow.served),
        "was served and is not settled",
    ),
    "a slot that holds what nobody booked": Broken(
        "ordering",
        "UPDATE slot SET held = held + 1 WHERE id = (SELECT id FROM slot WHERE held < capacity LIMIT 1)",
        lambda town, _flow: checks.of_slots(town.stack),
        "places, holds",
    ),
    "a reading that is lost": Broken(
        "records",
        f"DELETE FROM device_reading WHERE {FIRST} device_reading)",
        lambda town, flow: checks.of_readings(town.stack, flow.readings),
        "was acknowledged and is not there",
    ),
    "an order that clients were answered and is lost": Broken(
        "ordering",
        f"UPDATE orders SET idempotency_key = idempotency_key || 'x' WHERE {FIRST} orders)",
        lambda town, flow: drift.of_orders(town.stack, flow.client_orders),
        "a client was answered",
    ),
    "an order that costs two amounts": Broken(
        "settlement",
        f"UPDATE payment SET amount_minor = amount_minor + 1 WHERE {FIRST} payment)",
        lambda town, flow: drift.of_orders(town.stack, flow.client_orders),
        "its payment",
    ),
    "an order whose end consent does not know": Broken(
        "consent",
        "UPDATE consent_order SET ended_at = NULL WHERE ended_at IS NOT NULL",
        lambda town, _flow: drift.of_consents(town.stack),
        "consent does not know that order",
    ),
    "a consent that goes on after its order": Broken(
        "consent",
        "UPDATE consent_artefact SET ended_at = NULL, ended_because = 0 WHERE origin = 1 AND revoked_at IS NULL",
        lambda town, _flow: drift.of_consents(town.stack),
        "goes on after it",
    ),
    "a partner that is known as of another day": Broken(
        "consent",
        f"UPDATE standing SET version = version - 1 WHERE {FIRST} standing)",
        lambda town, _flow: drift.of_standing(town.stack),
        "consent knows partner",
    ),
    "a movement of the provider's that is booked otherwise": Broken(
        "settlement",
        "UPDATE posting SET amount_minor = amount_minor + 1 WHERE ctid = (SELECT posting.ctid FROM posting "
        "JOIN journal_entry AS entry ON entry.id = entry_id WHERE account = 'provider:cash' "
        "AND entry.kind = 'payment-captured' LIMIT 1)",
        lambda town, _flow: drift.of_provider(town.stack),
        "which is not booked",
    ),
    "a case that no fault explains": Broken(
        "settlement",
        "INSERT INTO money_case (id, kind, subject_id, amount_minor, currency, detail, opened_at, resolution) "
        "VALUES (gen_random_uuid(), 'refund_failed', gen_random_uuid(), 0, '', '', now(), '')",
        lambda town, _flow: checks.of_money_cases(town),
        "no fault explains the case",
    ),
    "an entry of the log that was changed": Broken(
        "consent",
        f"UPDATE access_log_leaf SET entry = entry || 'x'::bytea WHERE {FIRST} access_log_leaf)",
        lambda _town, flow: checks.of_operations(flow),
        "the log of access is broken",
    ),
}


async def at_rest(town: Town, flow: Flow) -> None:
    """Orders are served, readings sent, places left; then everything has had its effect, and nothing is off."""
    person, clinic = flow.people[0], flow.at[0]
    for _ in range(SERVED):
        placed = await flow.place(person, clinic)
        await flow.serve(person, clinic, placed["id"])
    await flow.measure(person)
    await flow.open_and_close(person, clinic)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await off(town, flow):  # noqa: ASYNC110 databases say nothing by themselves
            await asyncio.sleep(0.5)
    assert flow.off == []


async def off(town: Town, flow: Flow) -> list[str]:
    """What is under way, or not right."""
    marks = checks.Marks()
    return await checks.still_busy(town, marks, due_seconds=15) or await checks.everything(town, flow, marks)


async def test_each_law_that_is_broken_by_hand_is_told_by_its_check(tmp_path: Path) -> None:
    run = Run(SEED, 1, [], {})
    async with (
        a_town(tmp_path, run, nodes=1, nursery=nursery(), own_disk=False) as town,
        connect(town.stack.graphql) as nobody,
    ):
        flow = Flow(town.stack, nobody, SEED, residents=1, clinics=1)
        await flow.open()
        await at_rest(town, flow)
        unseen = []
        for what, broken in BROKEN.items():
            assert not [finding for finding in await broken.look(town, flow) if broken.said in finding], what
            await town.stack.postgres.run_sql(broken.service, NO_TRIGGERS, broken.statement)
            findings = await broken.look(town, flow)
            if not any(broken.said in finding for finding in findings):
                unseen.append(f"{what}: {findings}")
        assert unseen == []
        await the_bus_s_checks_can_fail(town)
    the_logs_check_can_fail(tmp_path)


async def the_bus_s_checks_can_fail(town: Town) -> None:
    """A durable is deleted, and what none can read is buried."""
    connection = await town.operating()
    try:
        jet = bus.jetstream(connection)
        await jet.publish("yima.ordering.v1.OrderPlaced.unreadable", b"\xff\xff", headers={"ce-id": "none"})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not any(" buried " in finding for finding in await checks.of_the_bus(town)):  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await jet.delete_consumer("ORDERING", "settlement-orders")
    finally:
        await connection.close()
    assert "the durable settlement-orders of ORDERING is gone" in await checks.of_the_bus(town)


def the_logs_check_can_fail(folder: Path) -> None:
    marks = checks.Marks()
    checks.said_in_logs(folder / "logs", marks)
    with (folder / "logs" / "ordering.log").open("a") as log:
        log.write("Traceback (most recent call last):\n  last words\n")
    (finding,) = checks.said_in_logs(folder / "logs", marks)
    assert "last words" in finding
    assert checks.said_in_logs(folder / "logs", marks) == [], "each is told once"
