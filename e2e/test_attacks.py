"""What was once done to Yima from outside, done again: every door holds. `make attack` prints it as a table."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from e2e.attack.attacks import Attack
from e2e.attack.catalogue import every_attack
from e2e.attack.scene import Scene, a_system_of_its_own

# nats-py leaves the socket of a connection that was refused to the garbage collector.
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory, anyio_backend: object) -> AsyncGenerator[Scene]:
    async with a_system_of_its_own(Path(tmp_path_factory.mktemp("attacked"))) as made:
        yield made


@pytest.mark.parametrize("attack", every_attack(), ids=lambda attack: attack.id)
async def test_the_door_holds(scene: Scene, attack: Attack) -> None:
    outcome = await attack.run(scene)
    assert outcome.holds, f"{attack.id}, {attack.what}: {outcome.seen}"
