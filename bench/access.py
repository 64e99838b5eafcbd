"""Signing in, and what a crowd of wrong passwords leaves of everything else."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import orjson
from devstack.stack import Stack
from gateway.console import operations
from identity.hashing import HASHER, HASHING_MAX, UNKNOWN_HASH, verified
from pyreqwest.client import Client, ClientBuilder
from yima_client.caller import connect

from bench.measure import Meter, Row, Target, closed_loop, open_loop
from bench.people import PASSWORD, buyers

SECONDS = 5.0
HOSTILE = 150
CODES_A_SECOND = 20.0
SIGN_INS = 8  # at once: as many as two threads keep busy
SIGN_IN, CODE = (operations()[name] for name in ("sign-in", "issue-health-code"))


async def post(http: Client, url: str, query: str, variables: dict[str, str], **headers: str) -> dict[str, object]:
    body = orjson.dumps({"query": query, "variables": variables})
    sent = {"content-type": "application/json", **headers}
    answer = await http.post(url).headers(sent).body_bytes(body).build().send()
    return dict(orjson.loads(bytes(await answer.bytes())))


async def sign_in(stack: Stack) -> Row:
    """Sign-ins a second through the gateway, beside what the hash alone lets two threads do."""
    async with connect(stack.graphql) as nobody:
        logins = [f"{uuid4().hex}@residents.example.org" for _ in range(SIGN_INS)]
        for login in logins:
            await nobody.run("register-resident", login=login, password=PASSWORD, name="Bench", birthDate="1970-01-01")
    http = ClientBuilder().no_proxy().build()

    async def call(number: int) -> None:
        answer = await post(http, stack.graphql, SIGN_IN, {"login": logins[number % SIGN_INS], "password": PASSWORD})
        assert b"accessToken" in orjson.dumps(answer), answer

    meter = Meter(stack)
    load = await closed_loop(call, SIGN_INS, SECONDS)
    cost = meter.cost("a sign-in", load.count)
    limit = await asyncio.to_thread(hashes_a_second)
    ratio = load.per_second / limit
    return Row(
        "sign-in",
        f"{load.per_second:,.0f}/s",
        f"{limit:,.0f}/s of the hash alone",
        ratio,
        [Target("of the hash alone", ratio, 0.50)],
        f"p50 {load.p50_ms:.0f} ms, p99 {load.p99_ms:.0f} ms",
        cost=cost,
        histograms={f"{SIGN_INS} clients": load.histogram},
    )


def hashes_a_second() -> float:
    """How many passwords two threads verify."""
    assert HASHER.verify(HASHER.hash("x"), "x")
    began, done = time.perf_counter(), 0
    with ThreadPoolExecutor(HASHING_MAX) as threads:
        while time.perf_counter() - began < SECONDS / 2:
            done += len(list(threads.map(lambda _: verified(UNKNOWN_HASH, "wrong"), range(HASHING_MAX * 4))))
    return done / (time.perf_counter() - began)


async def codes_beside_wrong_passwords(stack: Stack) -> Row:
    """How long a resident waits for a health code while 150 connections send wrong passwords, each from an address and
    at a login of its own, so that nothing but the queue stops them."""
    resident = (await buyers(stack))[0]
    http, theirs = ClientBuilder().no_proxy().build(), ClientBuilder().no_proxy().max_connections(HOSTILE).build()
    mine = {"authorization": f"Bearer {resident.token}"}

    async def code(_number: int) -> None:
        answer = await post(http, stack.graphql, CODE, {}, **mine)
        assert b"YM1:" in orjson.dumps(answer), answer

    alone = await open_loop(code, CODES_A_SECOND, SECONDS)
    stop, tries = asyncio.Event(), [0]

    async def guess(number: int) -> None:
        while not stop.is_set():
            tries[0] += 1
            wrong = {"login": f"nobody-{number}-{tries[0]}@x.example.org", "password": "a wrong password"}
            address = f"10.{number}.{tries[0] >> 8 & 255}.{tries[0] & 255}"
            await post(theirs, stack.graphql, SIGN_IN, wrong, **{"x-forwarded-for": address})

    hostile = [asyncio.create_task(guess(number)) for number in range(HOSTILE)]
    await asyncio.sleep(1)
    meter = Meter(stack)
    beside = await open_loop(code, CODES_A_SECOND, SECONDS)
    cost = meter.cost("a code and the wrong passwords beside it", beside.count)
    stop.set()
    await asyncio.gather(*hostile)
    return Row(
        f"health code beside {HOSTILE} wrong passwords",
        f"p50 {beside.p50_ms:.0f} ms",
        f"p50 {alone.p50_ms:.0f} ms alone",
        beside.p50_ms / alone.p50_ms,
        [Target("p50 in ms", beside.p50_ms, 500, at_most=True)],
        f"p99 {beside.p99_ms:.0f} ms; {tries[0] / (SECONDS + 1):,.0f} wrong passwords a second",
        less_is_better=True,
        cost=cost,
        histograms={"alone": alone.histogram, "beside wrong passwords": beside.histogram},
    )
