"""What was once done to Yima from outside, done again: every door holds. `make attack` prints it as a table."""

from collections.abc import AsyncGenerator

import pytest
from devstack.stack import SERVICES, Stack

from e2e.attack.attacks import Attack
from e2e.attack.catalogue import every_attack
from e2e.attack.scene import Scene, a_scene

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def scene(stack: Stack) -> AsyncGenerator[Scene]:
    services = {name: stack.service_url(name) for name in SERVICES}
    async with a_scene(stack.graphql, services, stack.nats.url, stack.secrets) as made:
        yield made


@pytest.mark.parametrize("attack", every_attack(), ids=lambda attack: attack.id)
async def test_the_door_holds(scene: Scene, attack: Attack) -> None:
    outcome = await attack.run(scene)
    assert outcome.holds, f"{attack.id}, {attack.what}: {outcome.seen}"
