"""Endpoints and deliveries move as their rules say: in the domain and, by itself, in the database."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from notifications.domain import conformance, deliveries, endpoints, messages
from notifications.domain.endpoints import EndpointEnded, EndpointNotActive, EndpointStatus
from notifications_scenario import Scenario
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "notifications"
DEFINITION = text("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = :name")
MACHINES = {
    "endpoint": endpoints.MOVES,
    "delivery": deliveries.MOVES,
    "run": conformance.RUN_MOVES,
    "check": conformance.CHECK_MOVES,
    "message_delivery": messages.MOVES,
}


@pytest.mark.parametrize("name", MACHINES)
async def test_the_trigger_allows_what_the_rules_do(scenario: Scenario, name: str) -> None:
    async with scenario.database.transaction() as session:
        definition = str(await session.scalar(DEFINITION, {"name": f"{name}_moves"}))
    moves: Any = MACHINES[name]
    declared = {f"{before}>{after}" for before, afters in moves.items() for after in afters}
    assert set(re.findall(r"\w+>\w+", definition)) == declared


async def test_the_database_refuses_to_bring_an_ended_endpoint_back(scenario: Scenario) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, "http://127.0.0.1/x")
    now = datetime.now(UTC)
    end = "UPDATE webhook_endpoint SET status = 'ended', ended_at = :now WHERE id = :id"
    await scenario.execute(end, now=now, id=made.endpoint.id)
    with pytest.raises(DBAPIError):
        await scenario.execute(
            "UPDATE webhook_endpoint SET status = 'active', ended_at = NULL WHERE id = :id", id=made.endpoint.id
        )


async def test_the_database_keeps_no_third_secret(scenario: Scenario) -> None:
    partner = await scenario.a_partner()
    made = await scenario.an_endpoint(partner, "http://127.0.0.1/x")
    for place in ("current", "third"):
        with pytest.raises(DBAPIError):
            await scenario.execute(
                "INSERT INTO webhook_secret (endpoint_id, place, sealed, made_at) VALUES (:id, :place, '', now())",
                id=made.endpoint.id,
                place=place,
            )


@pytest.mark.parametrize("before", EndpointStatus)
@pytest.mark.parametrize("after", EndpointStatus)
def test_a_move_is_taken_or_refused_with_its_reason(before: EndpointStatus, after: EndpointStatus) -> None:
    if after == before or after in endpoints.MOVES[before]:
        assert endpoints.move(before, after) == after
    else:
        with pytest.raises(EndpointEnded if before == EndpointStatus.ENDED else EndpointNotActive):
            endpoints.move(before, after)
