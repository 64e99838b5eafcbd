"""How services are: by their own words, or away."""

from typing import Any

import pytest
from chassis.client import http_client
from devstack import ports
from gateway.system_health import SystemHealth, health_of

pytestmark = pytest.mark.anyio
SAID: dict[str, Any] = {
    "outbox": {"unsent": 3, "oldest_seconds": 7.5},
    "durables": [{"durable": "catalog-partners", "events": 2, "silent_seconds": 1.0, "oldest_seconds": 9.0}],
    "buried": 1,
    "requests": 40,
    "p99_seconds": 0.05,
    "failing": [],
}


def test_what_waited_longest_is_of_outbox_and_durables_alike() -> None:
    assert health_of("catalog", True, {"status": "ready"}, SAID).oldest_seconds == 9.0
    another = health_of("catalog", False, {"why": "x" * 1_000}, {**SAID, "durables": [], "outbox": None})
    assert (another.ready, len(another.why), another.outbox_unsent, another.oldest_seconds) == (False, 300, 0, 0.0)


@pytest.mark.parametrize("field", sorted(SAID))
def test_words_that_are_not_understood_are_no_health(field: str) -> None:
    without = {name: value for name, value in SAID.items() if name != field}
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError)):
        health_of("catalog", True, {}, without)


async def test_a_service_that_does_not_answer_is_away_and_is_not_asked_again_at_once() -> None:
    health = SystemHealth(http_client(), {"catalog": f"http://127.0.0.1:{ports.free()}"})
    first = await health.read()
    assert [(service.name, service.away, service.ready) for service in first] == [("catalog", True, False)]
    assert await health.read() is first
