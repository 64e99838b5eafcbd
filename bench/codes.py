"""Health codes: issued ahead and redeemed, beside what a signature and a row alone cost."""

import itertools
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import asyncpg
from chassis.database import Database
from chassis.ids import new_id
from devstack.stack import Stack
from identity.app import Settings, resources
from identity.domain import codes
from identity.domain.codes import CodeKeys
from pyreqwest.client import ClientBuilder
from yima.identity.v1 import api_pb2 as pb
from yima_client.caller import connect

from bench.measure import Meter, Row, Target, closed_loop, paused
from bench.people import PASSWORD, buyers, with_offerings
from ops import example_city as cities

CLIENTS = 64
CONNECTIONS = 16
SECONDS = 5.0
AHEAD = 60
PROTOBUF = {"content-type": "application/x-protobuf", "accept": "application/x-protobuf"}
PEOPLE = "SELECT id, health_code_id, code_generation FROM resident ORDER BY random() LIMIT 1000"
INSERT = """
    INSERT INTO scan (id, token_id, resident_id, practitioner_id, institution_id, scanned_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (token_id) DO NOTHING
"""


async def issued_ahead(stack: Stack) -> Row:
    """Codes a second of a route that issues sixty ahead, beside Ed25519 signatures a second of one thread."""
    tokens = [person.token for person in await buyers(stack)]
    http, url = ClientBuilder().no_proxy().build(), f"{stack.service_url('identity')}/health-code-tokens"
    body = pb.PrefetchHealthCodeTokensRequest(count=AHEAD).SerializeToString()

    async def post(path: str, content: bytes, number: int) -> bytes:
        headers = PROTOBUF | {"authorization": f"Bearer {tokens[number % len(tokens)]}"}
        answer = await http.post(url + path).headers(headers).body_bytes(content).build().send()
        assert answer.status == 200, await answer.text()
        return bytes(await answer.bytes())

    async def ahead(number: int) -> None:
        assert len(pb.HealthCodeTokens.FromString(await post("/ahead", body, number)).tokens) == AHEAD

    async def single(number: int) -> None:
        await post("", b"", number)

    with paused(stack, but=["identity"]):
        limit = signatures_a_second(await own_keys(stack))
        meter = Meter(stack)
        many = await closed_loop(ahead, CONNECTIONS, SECONDS)
        cost = meter.cost("a code", many.count * AHEAD)
        one = await closed_loop(single, CLIENTS, SECONDS)
    return Row(
        "health codes issued ahead, identity over HTTP",
        f"{many.per_second * AHEAD:,.0f} codes/s",
        f"{limit:,.0f}/s signatures alone, one thread",
        many.per_second * AHEAD / limit,
        [Target("of the limit", many.per_second * AHEAD / limit, 0.30)],
        f"{AHEAD} a call, p99 {many.p99_ms:.0f} ms; one a call: {one.per_second:,.0f}/s, p99 {one.p99_ms:.0f} ms",
        cost=cost,
        histograms={f"{AHEAD} a call": many.histogram, "one a call": one.histogram},
    )


async def redeemed(stack: Stack) -> Row:
    """Codes redeemed a second over HTTP by practitioners of several institutions, beside a program that does nothing
    but verify a signature and insert a row a code, on sixteen connections."""
    await with_offerings(stack)
    await buyers(stack)
    keys, scanners = await own_keys(stack), await practitioners(stack)
    people = await stack.postgres.fetch("identity", PEOPLE)
    http, url = ClientBuilder().no_proxy().build(), f"{stack.service_url('identity')}/scans"

    def fresh() -> Iterator[str]:
        for number in itertools.count():
            person = people[number % len(people)]
            health_code_id, generation = person["health_code_id"], person["code_generation"]
            yield codes.issue(keys, "jinan", health_code_id, generation, datetime.now(UTC))[0].text

    stock = fresh()
    ready = [next(stock) for _ in range(12_000)]  # made before, and good for a minute

    async def call(number: int) -> None:
        headers = PROTOBUF | {"authorization": f"Bearer {scanners[number % len(scanners)]}"}
        sent = pb.RedeemHealthCodeTokenRequest(text=ready.pop() if ready else next(stock)).SerializeToString()
        answer = await http.post(url).headers(headers).body_bytes(sent).build().send()
        assert answer.status == 200, await answer.text()

    with paused(stack, but=["identity"]):
        meter = Meter(stack)
        load = await closed_loop(call, CLIENTS, SECONDS)
        cost = meter.cost("a code redeemed", load.count)
        limit = await verified_and_inserted_a_second(stack, keys)
    return Row(
        "health codes redeemed, identity over HTTP",
        f"{load.per_second:,.0f}/s",
        f"{limit:,.0f}/s verify and insert alone",
        load.per_second / limit,
        [Target("of the limit", load.per_second / limit, 0.30)],
        f"p50 {load.p50_ms:.0f} ms, p99 {load.p99_ms:.0f} ms, {CLIENTS} clients; with receipt, event and who it is",
        cost=cost,
        histograms={f"{CLIENTS} clients": load.histogram},
    )


async def own_keys(stack: Stack) -> CodeKeys:
    """The keys of the running identity, which issues what is measured."""
    url = stack.postgres.url("identity", "identity_app", stack.secrets["app"])
    settings = Settings(
        database_url=url,
        city_file=str(stack.city.pack),
        operator_password=stack.secrets["operator"],
        regulator_password=stack.secrets["regulator"],
        numbers_secret=stack.secrets["numbers"],
        key_encryption_keys=stack.secrets["key-encryption"],
    )
    database = Database(url)
    async with resources(settings, database) as own:
        keys = own.codes
    await database.close()
    return keys


async def practitioners(stack: Stack) -> list[str]:
    """Access tokens of the example partners' practitioners."""
    async with connect(stack.graphql) as nobody:
        logins = [cities.practitioner_login(slug) for slug in list(stack.city.partners())[:4]]
        return [(await nobody.run("sign-in", login=login, password=PASSWORD))["accessToken"] for login in logins]


def signatures_a_second(keys: CodeKeys) -> float:
    """How many payloads of a code's size one thread signs."""
    payload, began, done = secrets.token_bytes(150), time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS / 4:
        for _ in range(100):
            keys.signing.sign(payload)
        done += 100
    return done / (time.perf_counter() - began)


async def verified_and_inserted_a_second(stack: Stack, keys: CodeKeys) -> float:
    """The limit: verify a signature and insert a scan, each committed, by asyncpg on sixteen connections."""
    payload = secrets.token_bytes(150)
    signature, verifying = keys.signing.sign(payload), keys.verifying[keys.kid]
    row = await stack.postgres.fetch("identity", "SELECT id, institution_id FROM practitioner LIMIT 1")
    resident = await stack.postgres.fetch("identity", "SELECT id FROM resident LIMIT 1")
    who = (resident[0]["id"], row[0]["id"], row[0]["institution_id"])
    async with asyncpg.create_pool(stack.postgres.dsn("identity"), min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:

        async def call(_number: int) -> None:
            verifying.verify(signature, payload)
            await pool.execute(INSERT, new_id(), secrets.token_bytes(16), *who, datetime.now(UTC))

        return (await closed_loop(call, CONNECTIONS, SECONDS / 2)).per_second
