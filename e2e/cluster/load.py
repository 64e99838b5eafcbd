"""People at work from outside the nodes, as a process of its own: `python -m e2e.cluster.load URL SEEN`.

Each asks for one thing after the other and gives nothing a second try. A line of SEEN is one answer: when it was asked
for, what, how long it took, and the error if there was one. It ends at SIGTERM, once every order is confirmed.
"""

import asyncio
import itertools
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import orjson
from yima_client.caller import Caller, fresh_key
from yima_client.errors import NotTheGateway, Refused

from e2e.people import PASSWORD, Clinic, a_clinic, an_order, registered, serve

CALLERS = 3
REST_SECONDS = 0.2
CALL_SECONDS = 30.0
CONFIRMED_SECONDS = 240.0
EVERY_SERVED = 5  # the so-manieth order of a caller is served to its end
READY = "ready"


class Answers:
    """What was answered, a line each."""

    def __init__(self, file: Path) -> None:
        self._out = file.open("ab", buffering=0)

    def write(self, **line: Any) -> None:
        self._out.write(orjson.dumps(line) + b"\n")

    async def asked(self, name: str, ask: Callable[[], Awaitable[Any]]) -> Any:
        """What was answered; None where it failed."""
        at, began = time.time(), time.monotonic()
        answer, error = None, ""
        try:
            answer = await ask()
        except Refused as refused:
            error = f"{refused.code}: {refused}"
        except (httpx2.HTTPError, NotTheGateway) as failed:
            error = repr(failed)
        self.write(at=at, step=name, took=time.monotonic() - began, error=error)
        return answer


async def work(http: httpx2.AsyncClient, url: str, clinic: Clinic, answers: Answers, over: asyncio.Event) -> list[str]:
    """One resident's calls until it is over; the orders that were placed."""
    stranger, login = Caller(http, url), f"resident-{fresh_key()}@residents.example.org"
    await registered(stranger, login)
    resident = await stranger.signed_in(login, PASSWORD)
    order = await an_order(resident, clinic)
    placed: list[str] = []
    for number in itertools.count(1):
        if over.is_set():
            return placed
        await answers.asked("search", lambda: resident.run("search-offerings", query="health"))
        await answers.asked("me", lambda: resident.run("me"))
        await answers.asked("sign in", lambda: stranger.signed_in(login, PASSWORD))
        await answers.asked("code", lambda: resident.run("issue-health-code"))
        answer = await answers.asked("order", lambda: resident.run("place-order", input=order, key=fresh_key()))
        if answer is not None:
            placed.append(answer["id"])
            if number % EVERY_SERVED == 0 and await is_confirmed(resident, answer["id"], CALL_SECONDS):
                await answers.asked("serve", lambda: serve(resident, clinic, placed[-1]))
        await asyncio.sleep(REST_SECONDS)
    return placed


async def is_confirmed(resident: Caller, order_id: str, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if (await resident.run("order", id=order_id))["status"] != "PLACED":
                return True
        except (Refused, httpx2.HTTPError, NotTheGateway):
            pass  # it is asked for again: what counts is that the order gets there
        await asyncio.sleep(0.5)
    return False


async def unconfirmed(operator: Caller, orders: list[str]) -> list[str]:
    """Orders that were placed and never got on."""
    return [order for order in orders if not await is_confirmed(operator, order, CONFIRMED_SECONDS)]


async def main(url: str, file: Path) -> None:
    answers, over = Answers(file), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    secrets = {role: os.environ[f"YIMA_{role.upper()}_PASSWORD"] for role in ("operator", "regulator")}
    async with httpx2.AsyncClient(trust_env=False, timeout=CALL_SECONDS) as http:
        nobody = Caller(http, url)
        clinic = await a_clinic(nobody, secrets)
        answers.write(state=READY)
        working = [asyncio.create_task(work(http, url, clinic, answers, over)) for _ in range(CALLERS)]
        orders = [order for placed in await asyncio.gather(*working) for order in placed]
        staff = await nobody.signed_in(clinic.login, PASSWORD)
        answers.write(state="ended", orders=len(orders), unconfirmed=await unconfirmed(staff, orders))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
