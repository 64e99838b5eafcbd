"""Networks that are lost without a word: a machine that is gone, a rule that drops what it carried until now.

Nobody is told that such a connection has ended. The kernel would find out after a quarter of an hour where something
was sent, and after two hours where nothing was. Here it asks, and gives up after half a minute.
"""

import socket
from typing import Any

IDLE_SECONDS = 10  # after which the kernel asks whether the other end is there
ASKED_SECONDS = 5  # between two such questions
ASKED_TIMES = 4  # without an answer, and the connection has ended
LOST_SECONDS = IDLE_SECONDS + ASKED_SECONDS * ASKED_TIMES
OPTIONS = {
    "TCP_KEEPIDLE": IDLE_SECONDS,
    "TCP_KEEPINTVL": ASKED_SECONDS,
    "TCP_KEEPCNT": ASKED_TIMES,
    "TCP_USER_TIMEOUT": LOST_SECONDS * 1000,  # for what was sent and not acknowledged
}


def end_when_lost(connection: Any) -> None:
    """Have the kernel end asyncpg's connection once its network is lost. One that stays on this machine has none."""
    stream = connection._transport.get_extra_info("socket")
    if stream is None or stream.family not in (socket.AF_INET, socket.AF_INET6):
        return
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in OPTIONS.items():
        if (option := getattr(socket, name, None)) is not None:  # not every system has each of them
            stream.setsockopt(socket.IPPROTO_TCP, option, value)
