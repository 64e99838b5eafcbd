"""Ports: free ones, and who holds a taken one."""

import random
import socket

import psutil

LOWEST, HIGHEST = 20_000, 32_000


class PortTaken(Exception):  # noqa: N818 a fact, told to the person at the terminal
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
    """A port nobody uses now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def free_range(count: int) -> int:
    """The first of `count` ports in a row that nobody uses now.

    They lie below those the system gives to callers: a caller that asks such a port before anybody listens on it may be
    given that very port, and be connected to itself.
    """
    while True:
        first = random.randrange(LOWEST, HIGHEST - count)  # noqa: S311 no secret
        try:
            for port in range(first, first + count):
                check("a free range", port)
        except (PortTaken, OverflowError):
            continue
        return first
