"""Decisions with their entry in the access log: one replica and two, beside pgbench doing the equal read and append."""

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import uvloop
from chassis import signing
from chassis.auth import Principal
from chassis.batching import Batcher
from chassis.database import Database
from chassis.sealing import Sealer
from chassis.service import collect_less
from consent.app import DECIDING_AT_ONCE
from consent.commands import tree
from consent.commands.decisions import Question, decide_together
from consent.commands.tree import TreeSigner
from consent.domain.consents import AccessMode
from consent.domain.decisions import AccessRequest
from devstack.postgres import binary
from devstack.stack import Stack
from yima.common.v1.route_pb2 import Role
from yima.consent.v1.api_pb2 import Decision

from bench import filling
from bench.filling import BEGAN, Rows, numbered
from bench.measure import Load, Meter, Row, Target, closed_loop, paused

CALLERS = 64
PGBENCH_CLIENTS = 16
SECONDS = 5.0
PARTNERS = 100
LESS_AT_MOST = 0.15  # of its limit that a decision may lose among ten times as many
REQUEST = AccessRequest(frozenset({"vital-signs"}), "TREAT", AccessMode.VIEW)
FUNCTIONS = (
    """
    CREATE FUNCTION person(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid
    $$
    """,
    f"""
    CREATE FUNCTION partner_of(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT ('00000000-0000-7000-9000-' || lpad(to_hex(number % {PARTNERS}), 12, '0'))::uuid
    $$
    """,
    """
    CREATE FUNCTION decide(resident uuid, grantee uuid) RETURNS bigint LANGUAGE sql AS $$
        INSERT INTO access_log_waiting (resident_id, partner_id, subject_id, kind, at, entry)
        VALUES (resident, grantee, grantee, 1, now(), decode(repeat('ab', 230), 'hex'));
        SELECT count(*) FROM standing, consent_artefact AS artefact LEFT JOIN consent_order AS known
            ON known.id = artefact.order_id
        WHERE standing.partner_id = grantee AND artefact.resident_id = resident AND artefact.grantee_id = grantee
            AND artefact.revoked_at IS NULL AND known.confirmed_at IS NOT NULL;
    $$
    """,
)
ARTEFACT = (
    "id consent_request_id resident_id granted_by grantee_id order_id order_line_id information_types purpose "
    "access_mode granted_at expires_at revoked_because receipt artefact_hash"
)
SCRIPT = "\\set number random(0, {last})\nSELECT decide(person(:number), partner_of(:number));\n"


def person(number: int) -> UUID:
    return UUID(numbered("8000", number))


def partner_of(number: int) -> str:
    return numbered("9000", number % PARTNERS)


def consents(count: int) -> Sequence[Rows]:
    """Each resident has one consent, for one partner."""
    until = datetime.now(UTC) + timedelta(days=365)

    def artefact(number: int) -> Sequence[object]:
        who, partner = numbered("8000", number), partner_of(number)
        return (who, who, who, who, partner, who, who, "{vital-signs}", "TREAT", 1, BEGAN, until, "", "receipt", "")

    def order(number: int) -> Sequence[object]:
        who = numbered("8000", number)
        return who, who, partner_of(number), BEGAN, 0, 1

    return (
        Rows(
            "standing", "partner_id reads_data certified_until version kind", PARTNERS,
            lambda number: (partner_of(number), True, until, 1, 1),
        ),
        Rows("consent_order", "id resident_id partner_id confirmed_at ended_because version", count, order),
        Rows("consent_artefact", ARTEFACT, count, artefact),
    )  # fmt: skip


def database_of(artefacts: int) -> str:
    return f"deciding_{artefacts}"


async def fill(stack: Stack, artefacts: int, name: str) -> None:
    """A database like consent's own with so many consents in force."""
    if await filling.fill(stack, "consent", name, *consents(artefacts)):
        await stack.postgres.run_sql(name, *FUNCTIONS)


async def by_pgbench(stack: Stack, artefacts: int) -> float:
    """The limit: reads and appends a second, one function call and commit each."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT.format(last=artefacts - 1))
        script.flush()
        options = f"-n -M prepared -c {PGBENCH_CLIENTS} -j 2 -T {SECONDS:.0f}".split()
        ran = await asyncio.create_subprocess_exec(
            binary("pgbench"),
            *options,
            "-f",
            script.name,
            stack.postgres.dsn(database_of(artefacts)),
            stdout=PIPE,
            stderr=PIPE,
        )
        said, wrong = await ran.communicate()
    match = re.search(rb"tps = ([0-9.]+)", said)
    assert match, wrong.decode()
    return float(match[1])


async def replicas(stack: Stack, artefacts: int, number: int) -> Load:
    """What so many processes decide together, each with callers of its own; the slowest one's p99."""
    url = stack.postgres.url(database_of(artefacts))
    command = [sys.executable, "-m", "bench.decisions", url, str(artefacts), str(SECONDS), str(CALLERS // number)]
    started = [await asyncio.create_subprocess_exec(*command, stdout=PIPE) for _ in range(number)]
    loads = [Load(**json.loads((await process.communicate())[0])) for process in started]
    together = Counter[str]()
    for load in loads:
        together.update(load.histogram)
    return Load(
        sum(load.per_second for load in loads),
        max(load.p50_ms for load in loads),
        max(load.p99_ms for load in loads),
        dict(sorted(together.items(), key=lambda bucket: float(bucket[0]))),
    )


async def decided(stack: Stack, few: int) -> Row:
    """A replica's decisions, from a well-formed question to the answer, while entries get their places in the tree:
    among so many consents, and among ten times as many."""
    many = few * 10
    for count in (few, many):
        await fill(stack, count, database_of(count))
    with paused(stack):
        limit, among_many = await by_pgbench(stack, few), await by_pgbench(stack, many)
        meter = Meter(stack)
        one = await replicas(stack, few, 1)
        cost = meter.cost("a decision", one.count)
        of_many = await replicas(stack, many, 1)
        two = await replicas(stack, few, 2)
    ratio, ratio_of_many = one.per_second / limit, of_many.per_second / among_many
    return Row(
        f"decisions with their log entry, {few:,} consents",
        f"{one.per_second:,.0f}/s",
        f"{limit:,.0f}/s by pgbench, one call of the equal read and append each",
        ratio,
        [
            Target("of the limit", ratio, 0.35),
            Target(f"of that among {many:,}", ratio_of_many / ratio, 1 - LESS_AT_MOST),
            Target("two replicas by one", two.per_second / one.per_second, 1.5),
        ],
        f"p50 {one.p50_ms:.0f} ms, p99 {one.p99_ms:.0f} ms, {CALLERS} callers, the tree grows meanwhile; two replicas "
        f"{two.per_second:,.0f}/s, p99 {two.p99_ms:.0f} ms; among {many:,} consents {of_many.per_second:,.0f}/s, and "
        f"{among_many:,.0f}/s by pgbench",
        cost=cost,
        histograms={
            "one replica": one.histogram,
            "two replicas": two.histogram,
            f"among {many:,}": of_many.histogram,
        },
    )


async def decide(url: str, artefacts: int, seconds: float, callers: int) -> Load:
    """One replica: it decides what its callers ask, and gives entries their places in the log's tree."""
    database = Database(url)
    async with database.transaction() as session:
        signer = TreeSigner(
            "yima/bench/access-log", await signing.load(session, datetime.now(UTC), Sealer((bytes(32),)))
        )
    doctors = [Principal(Role.ROLE_PRACTITIONER, str(person(number)), partner_of(number)) for number in range(PARTNERS)]

    async def write(questions: Sequence[Question]) -> Sequence[Decision]:
        return await decide_together(database, questions)

    batcher = Batcher(write, DECIDING_AT_ONCE)

    async def call(_number: int) -> None:
        number = random.randrange(artefacts)
        decision = await batcher.submit(Question(doctors[number % PARTNERS], person(number), REQUEST))
        assert decision.permitted, decision

    async def grow() -> None:
        while True:
            async with database.transaction() as session:
                await tree.place_and_sign(session, signer, datetime.now(UTC))
            await asyncio.sleep(0.5)

    growing = asyncio.create_task(grow())
    collect_less()
    load = await closed_loop(call, callers, seconds)
    growing.cancel()
    await asyncio.gather(growing, return_exceptions=True)
    await database.close()
    return load


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=decide.__doc__)
    parser.add_argument("url")
    parser.add_argument("artefacts", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("callers", type=int)
    said = parser.parse_args()
    measured = uvloop.run(decide(said.url, said.artefacts, said.seconds, said.callers))
    print(json.dumps(asdict(measured)))
