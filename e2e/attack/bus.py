"""The bus: strangers on it, and what it is believed."""

import nats
from nats.errors import Error as NatsError

from e2e.attack.attacks import Outcome, attack
from e2e.attack.scene import Scene


@attack("H9", "the bus, without a password")
async def no_password(scene: Scene) -> Outcome:
    try:
        connection = await nats.connect(scene.nats, allow_reconnect=False, connect_timeout=3, max_reconnect_attempts=0)
    except (NatsError, OSError) as error:
        return Outcome(True, f"refused: {type(error).__name__}")
    try:
        await connection.publish("yima.ordering.v1.OrderPlaced.forged", b"forged")
        await connection.flush(timeout=3)
    except (NatsError, OSError, TimeoutError) as error:
        return Outcome(True, f"let in to do nothing: {type(error).__name__}")
    finally:
        await connection.close()
    return Outcome(False, "let in, and its event was taken")
