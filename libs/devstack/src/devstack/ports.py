"""Ports: free ones, and who holds a taken one."""

import random
import socket

import psutil

# Below the ports that the system gives to callers: a caller that asks such a port before anybody listens on it may be
# given that very port, and be connected to itself; and a server that was stopped may find its port taken by a caller.
SINGLE = (18_000, 20_000)
LOWEST, HIGHEST = 20_000, 32_000


class PortTaken(Exception):
    """A port we need is in use."""


def check(name: str, port: int) -> None:
    """Raise `PortTaken`, saying by whom and what to do, unless `port` is free on this machine."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(
                f"port {port}, needed for {name}, is taken{holder(port)}; "
                f"stop that, or choose other ports with YIMA_BASE_PORT=9700 (or --port 9700)"
            ) from None


def holder(port: int) -> str:
    """Who listens on the port, as far as we may know."""
    try:
        for connection in psutil.net_connections("tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr
                and connection.laddr.port == port
                and connection.pid
            ):
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""


def free() -> int:
    """A port nobody uses now, and no other process is given while this one runs, nor this one a second time.

    Its number is kept bound for datagrams, which nobody here sends: for a stream it stays free until who asked uses it.
    """
    while True:
        port = random.randrange(*SINGLE)  # noqa: S311 no secret
        claim = socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind(("127.0.0.1", port))
            check("a free port", port)
        except (OSError, PortTaken):
            claim.close()
            continue
        claim.detach()
        return port


def free_range(count: int) -> int:
    """The first of `count` ports in a row that nobody uses now.

    No other process is given one of them while this one runs: the last is kept bound, and another range is a whole
    number of ranges away.
    """
    while True:
        first = random.randrange(LOWEST, HIGHEST - count + 1, count)  # noqa: S311 no secret
        claim = socket.socket()
        try:
            claim.bind(("127.0.0.1", first + count - 1))
            for port in range(first, first + count - 1):
                check("a free range", port)
        except (OSError, PortTaken):
            claim.close()
            continue
        claim.detach()
        return first
