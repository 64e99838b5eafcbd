"""One contract over HTTP: who may call, what is decoded, what an idempotency key means, and how refusals are answered.

The contract is records', since it is small; the functions here are this test's own.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis import measures
from chassis.api import Api, Call
from chassis.auth import Principal, Verifier, sign
from chassis.database import Database
from chassis.ids import snake
from chassis.outbound import CALLED_SERVICES
from chassis.refusals import Invalid, NotFound, Refusal
from chassis.routes import MalformedContract
from chassis.service import application
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from joserfc.jwk import OKPKey
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Duty, Role, Scope
from yima.records.v1 import api_pb2 as pb
from yima.records.v1 import collection_pb2 as collection

pytestmark = pytest.mark.anyio
SERVICE = "records"
KEY = OKPKey.generate_key("Ed25519", {"kid": "ours"})
FORGER = OKPKey.generate_key("Ed25519", {"kid": "ours"})
STRANGER = OKPKey.generate_key("Ed25519", {"kid": "unheard-of"})


# What PostgreSQL says to a transaction that cannot be put beside another.
CANNOT_BE_ORDERED = text("DO $$ BEGIN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END $$")


class OwnKeys:
    async def get(self, kid: str) -> OKPKey | None:
        return KEY if kid == "ours" else None


class Unlucky(Refusal):
    code = "unlucky"
    title = "The thirteenth cannot be served."


@dataclass
class CallRecord:
    """What the functions were called with."""

    callers: list[Principal] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    both_looked: asyncio.Barrier = field(default_factory=lambda: asyncio.Barrier(2))

    async def take_the_only(self, session: AsyncSession) -> None:
        """Look whether there is one, and make it, both at once: as a command does that relies on what it saw."""
        if await session.scalar(text("SELECT 1 FROM inbox WHERE durable = 'only'")):
            raise Unlucky("somebody has it")
        if len(self.callers) <= 2:
            await self.both_looked.wait()
        row = {"id": UUID(int=1)}
        await session.execute(text("INSERT INTO inbox (durable, event_id) VALUES ('only', :id)"), row)


def contract() -> Api[CallRecord]:
    api: Api[CallRecord] = Api(pb.DESCRIPTOR.services_by_name["RecordsApi"], refusals={Unlucky: 422})

    @api.serves
    async def ingest_resources(request: pb.IngestResourcesRequest, call: Call[CallRecord]) -> pb.IngestReceipt:
        call.resources.callers.append(call.principal)
        await call.session.execute(text("SELECT 1"))
        match request.resident_id:
            case "one-of-two":
                await call.resources.take_the_only(call.session)
            case "invalid":
                raise Invalid("resident_id", "is not an id")
            case "nobody":
                raise NotFound("there is no such resident")
            case "thirteen":
                raise Unlucky("it is the thirteenth")
            case "broken":
                raise RuntimeError("secret inside")
            case "first-time" if len(call.resources.callers) == 1:
                request.resources.append("left by the first attempt")
                await call.session.execute(CANNOT_BE_ORDERED)
            case "every-time":
                await call.session.execute(CANNOT_BE_ORDERED)
            case "asked-another":
                called = CALLED_SERVICES.get()
                assert called is not None
                called.append("ConsentApi")
                await call.session.execute(CANNOT_BE_ORDERED)
        call.resources.asked.append(list(request.resources))
        return pb.IngestReceipt(created=len(call.resources.callers))

    @api.serves_without_transaction
    async def read_records(request: pb.ReadRecordsRequest, call: Call[CallRecord]) -> pb.RecordPage:
        return pb.RecordPage(decision_id=call.principal.subject_id)

    @api.serves
    async def get_batch(request: collection.GetBatchRequest, call: Call[CallRecord]) -> collection.BatchOutcomes:
        return collection.BatchOutcomes(batch=collection.Batch(number=request.number))

    for name in api.unserved():
        answer_nothing(api, name)
    return api


def answer_nothing(api: Api[CallRecord], name: str) -> None:
    """Serve a method that these tests do not ask, with an empty answer."""
    method = api.contract.methods_by_name[name]
    answer = GetMessageClass(method.output_type)

    async def nothing(request: Message, call: Call[CallRecord]) -> Message:
        return answer()

    nothing.__name__ = snake(name)
    nothing.__annotations__["request"] = GetMessageClass(method.input_type)
    api.serves(nothing)


@asynccontextmanager
async def served(database: str) -> AsyncGenerator[tuple[httpx2.AsyncClient, CallRecord]]:
    store, seen = Database(database), CallRecord()
    app = application(contract().handlers(store, Verifier(OwnKeys()), seen, body_bytes_max=10_000))
    try:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=cast(Any, app)), base_url="http://records"
        ) as http:
            yield http, seen
    finally:
        await store.close()


def bearer(
    role: str = "ROLE_PARTNER",
    key: OKPKey = KEY,
    expires_in: float = 3600,
    more: dict[str, object] | None = None,
    **others: object,
) -> dict[str, str]:
    now = datetime.now(UTC).timestamp()
    claims: dict[str, object] = {"sub": str(uuid4()), "role": role, "use": "access", "exp": now + expires_in}
    claims |= {"dty": [Duty.DUTY_DESK]} | (more or {}) | others
    return {"authorization": f"Bearer {sign(key, claims)}"}


ASKED = {"resident_id": "r", "resources": ["{}"]}


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "unauthenticated"),
        ({"authorization": "Basic YTpi"}, 401, "unauthenticated"),
        ({"authorization": "Bearer nonsense"}, 401, "unauthenticated"),
        ({"authorization": "Bearer WyJhbGciXQ.e30.AAAA"}, 401, "unauthenticated"),  # a header that is ["alg"]
        (bearer(expires_in=-1), 401, "unauthenticated"),
        (bearer(use="scan"), 401, "unauthenticated"),
        (bearer(key=FORGER), 401, "unauthenticated"),
        (bearer(key=STRANGER), 401, "unauthenticated"),
        (bearer("ROLE_RESIDENT"), 403, "forbidden"),
    ],
)
async def test_who_may_not_call_is_refused_before_anything_is_read(
    database: str, headers: dict[str, str], status: int, code: str
) -> None:
    async with served(database) as (http, seen):
        answer = await http.post("/resources", json=ASKED, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:yima:problem:{code}")
        assert seen.callers == []


async def test_a_token_is_believed_no_longer_than_it_says(database: str) -> None:
    verifier = Verifier(OwnKeys())
    token = bearer(expires_in=0.2)["authorization"]
    assert (await verifier.principal(token)).role == Role.ROLE_PARTNER

    await asyncio.sleep(0.25)
    with pytest.raises(Exception, match="expired"):
        await verifier.principal(token)


@pytest.mark.parametrize(
    ("resident_id", "status", "attempts"), [("first-time", 200, 2), ("every-time", 503, 2), ("asked-another", 503, 1)]
)
async def test_a_transaction_that_collided_is_done_once_more_unless_another_service_was_asked(
    database: str, resident_id: str, status: int, attempts: int
) -> None:
    headers = bearer() | {"idempotency-key": "k0"}
    async with served(database) as (http, seen):
        answer = await http.post("/resources", json=ASKED | {"resident_id": resident_id}, headers=headers)
        assert (answer.status_code, len(seen.callers)) == (status, attempts)
        assert all(resources == ["{}"] for resources in seen.asked), "the second attempt begins from what was asked"
        if status == 503:
            assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("duties", [[], [Duty.DUTY_FINANCE], [Duty.DUTY_AUDIT, 99]])
async def test_who_lacks_the_duty_is_told_which_it_is_and_who_gives_it(database: str, duties: list[int]) -> None:
    async with served(database) as (http, seen):
        answer = await http.post("/resources", json=ASKED, headers=bearer(dty=duties))
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:yima:problem:duty-needed")
        assert answer.json()["detail"].startswith("this needs the duty DESK or OWNER; a colleague with the duty OWNER")
        assert seen.callers == []


async def test_duties_are_of_people_and_scopes_of_systems(database: str) -> None:
    async with served(database) as (http, _):
        for scope, status in ((Scope.SCOPE_RECORDS, 200), (Scope.SCOPE_MONEY, 403)):
            system = bearer(more={"key": str(uuid4()), "scp": [scope], "dty": []})
            assert (await http.post("/resources", json=ASKED, headers=system)).status_code == status
        without = await http.post("/resources", json=ASKED, headers=bearer("ROLE_PRACTITIONER", dty=[]))
        assert without.status_code == 200, "a role without duties needs none"


async def test_a_repeated_call_with_its_key_gets_the_first_answer_and_happens_once(database: str) -> None:
    headers = bearer() | {"idempotency-key": "k1"}
    async with served(database) as (http, seen):
        first = await http.post("/resources", json=ASKED, headers=headers)
        again = await http.post("/resources", json=ASKED, headers=headers)
        assert first.json() == again.json()
        assert first.json()["created"] == 1
        assert "idempotent-replay" not in first.headers
        assert again.headers["idempotent-replay"] == "true"
        assert len(seen.callers) == 1


async def test_a_key_belongs_to_one_request_of_one_caller(database: str) -> None:
    mine, theirs = bearer() | {"idempotency-key": "k2"}, bearer() | {"idempotency-key": "k2"}
    async with served(database) as (http, seen):
        await http.post("/resources", json=ASKED, headers=mine)
        other = await http.post("/resources", json=ASKED | {"resources": ["[]"]}, headers=mine)
        assert (other.status_code, other.json()["type"]) == (409, "urn:yima:problem:key-reused")
        assert (await http.post("/resources", json=ASKED, headers=theirs)).status_code == 200
        assert len(seen.callers) == 2


@pytest.mark.parametrize("key", [b"x" * 129, "Ω".encode()])
async def test_a_key_no_header_can_carry_is_refused(database: str, key: bytes) -> None:
    async with served(database) as (http, seen):
        headers = [*((name.encode(), text.encode()) for name, text in bearer().items()), (b"idempotency-key", key)]
        answer = await http.post("/resources", json=ASKED, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")
        assert seen.callers == []


async def test_a_refused_call_leaves_its_key_free(database: str) -> None:
    headers = bearer() | {"idempotency-key": "k3"}
    async with served(database) as (http, _):
        refused = await http.post("/resources", json=ASKED | {"resident_id": "nobody"}, headers=headers)
        assert refused.status_code == 404
        assert (await http.post("/resources", json=ASKED, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("resident_id", "status", "code", "named"),
    [
        ("invalid", 400, "invalid", "resident_id"),
        ("nobody", 404, "not-found", None),
        ("thirteen", 422, "unlucky", None),
        ("broken", 500, "internal", None),
    ],
)
async def test_a_refusal_is_a_problem_and_a_fault_of_ours_tells_nothing(
    database: str, resident_id: str, status: int, code: str, named: str | None
) -> None:
    async with served(database) as (http, _):
        answer = await http.post("/resources", json=ASKED | {"resident_id": resident_id}, headers=bearer())
        problem = answer.json()
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert (problem["status"], problem["type"], problem.get("field")) == (status, f"urn:yima:problem:{code}", named)
        assert "secret inside" not in answer.text


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        (b"{", 400, None),
        (b"[]", 400, None),
        (b'{"resident_ids": "r"}', 400, "resident_ids"),
        (b'{"resident_id": 7}', 400, "resident_id"),
        (b'{"resources": "{}"}', 400, "resources"),
        (b'{"resources": ["ok", "a\\u0000b"]}', 400, "resources[1]"),
        (b'{"resident_id": "' + b"x" * 20_000 + b'"}', 413, None),
    ],
)
async def test_a_body_that_is_not_the_contracts_is_refused_naming_the_field(
    database: str, body: bytes, status: int, named: str | None
) -> None:
    async with served(database) as (http, seen):
        headers = bearer() | {"content-type": "application/json"}
        answer = await http.post("/resources", content=body, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert answer.json().get("field") == named
        assert seen.callers == []


async def test_an_answer_comes_as_protobuf_to_who_asks_for_it(database: str) -> None:
    async with served(database) as (http, _):
        headers = bearer() | {"accept": "application/x-protobuf"}
        answer = await http.post("/resources", json=ASKED, headers=headers)
        assert pb.IngestReceipt.FromString(answer.content).created == 1


def test_a_contract_that_nobody_serves_in_full_stops_the_start() -> None:
    half: Api[CallRecord] = Api(pb.DESCRIPTOR.services_by_name["RecordsApi"])
    with pytest.raises(MalformedContract, match="IngestResources"):
        half.handlers(None, Verifier(OwnKeys()), CallRecord())  # type: ignore[arg-type]


def test_what_is_measured_is_named_once_and_says_what_it_is() -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    histogram = provider.get_meter("yima").create_histogram(
        "yima_request_seconds", explicit_bucket_boundaries_advisory=measures.SECONDS
    )
    histogram.record(0.02, {"method": "RecordsApi/ReadRecords", "status": 200})
    metrics = reader.get_metrics_data()
    assert metrics is not None
    ((point,),) = [m.data.data_points for r in metrics.resource_metrics for s in r.scope_metrics for m in s.metrics]
    assert isinstance(point, HistogramDataPoint)
    assert list(point.explicit_bounds) == measures.SECONDS


@pytest.mark.parametrize(
    ("number", "status"), [("7", 200), ("x", 400), ("1.5", 400), ("1_0", 400), ("99999999999999999999", 400)]
)
async def test_a_number_in_a_path_is_read_as_one_or_refused_by_its_name(
    database: str, number: str, status: int
) -> None:
    async with served(database) as (http, _):
        path = f"/sources/{UUID(int=1)}/batches/{number}"
        answer = await http.get(path, headers=bearer())
        assert answer.status_code == status
        if status == 200:
            assert answer.json()["batch"]["number"] == "7"
        else:
            assert answer.json()["field"] == "number"


async def test_who_looked_and_was_overtaken_looks_again_and_is_refused_rather_than_failed(database: str) -> None:
    async with served(database) as (http, seen):
        asked = {**ASKED, "resident_id": "one-of-two"}
        answers = await asyncio.gather(
            *(
                http.post("/resources", json=asked, headers=bearer() | {"idempotency-key": str(uuid4())})
                for _ in range(2)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [200, 422], [answer.text for answer in answers]
    assert len(seen.callers) == 3, "who was overtaken was served once more"
