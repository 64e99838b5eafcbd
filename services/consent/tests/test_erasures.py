"""What a partner kept is erased after the consent's end: announced once, not too early, and attested once."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import orjson
import pytest
from chassis import signing
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound, Refusal
from chassis.sealing import Sealer
from chassis.signing import SigningKeys
from chassis.workers import TaskFailed
from consent import app, handlers
from consent.api.erasures import BY_DUE
from consent.api.served import Resources
from consent.commands import consents
from consent.commands import erasures as commands
from consent.commands.receipts import for_grantee
from consent.domain.consents import AccessMode, ConsentEnd
from consent.domain.erasures import (
    AlreadyAttested,
    ConsentInForce,
    ErasureMethod,
    ErasureStatus,
    NothingToErase,
    erasure_status,
)
from consent.store import consents as consent_store
from consent.store import erasures as store
from consent.store.erasures import OpenErasures
from consent.tables import ArtefactRow, ErasureRow, RequestRow
from devstack.samples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.types_pb2 import PageRequest
from yima.consent.v1.events_pb2 import ErasureAttested, ErasureDue
from yima.ordering.v1.events_pb2 import OrderCancelled
from yima.partners.v1.api_pb2 import OFFBOARDING_STEP_ORDERS_FINISHED, OFFBOARDING_STEP_SALE_STOPPED
from yima.partners.v1.events_pb2 import OffboardingChanged, Standing

pytestmark = pytest.mark.anyio
SERVICE = "consent"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VIEW, STORE, COMPUTE = AccessMode.VIEW, AccessMode.STORE, AccessMode.COMPUTE
MOMENT = timedelta(microseconds=1)
CHECK_VIOLATION = "23514"


@dataclass
class Erasures:
    """Consents of one partner and what it has to erase of them, by a clock of its own."""

    database: Database
    keys: SigningKeys
    now: datetime = NOON
    partner: UUID = field(default_factory=uuid4)

    async def grant(self, mode: AccessMode = STORE, valid_days: int = 30, retention_days: int = 0) -> ArtefactRow:
        template = ConsentTemplate(
            information_types=["vital-signs"],
            purpose="TREAT",
            access_mode=int(mode),  # type: ignore[arg-type]
            valid_days=valid_days,
            retention_days=retention_days,
        )
        request = RequestRow(
            id=uuid4(), resident_id=uuid4(), grantee_id=self.partner, order_id=uuid4(), order_line_id=uuid4(),
            template=template.SerializeToString(), template_hash=b"h" * 32, status="requested", requested_at=self.now,
        )  # fmt: skip
        async with self.database.transaction() as session:
            await consent_store.add_requests(session, [request])
            return await consents.grant_consent(
                session,
                request_id=request.id,
                residents={request.resident_id: None},
                by=request.resident_id,
                keys=self.keys,
                now=self.now,
            )

    async def revoke(self, consent: ArtefactRow) -> None:
        async with self.database.transaction() as session:
            await consents.revoke_consent(
                session, artefact_id=consent.id, residents=[consent.resident_id], reason="", now=self.now
            )

    async def call_off(self, consent: ArtefactRow) -> None:
        cancelled = OrderCancelled(
            order_id=str(consent.order_id), resident_id=str(consent.resident_id), partner_id=str(consent.grantee_id)
        )
        async with self.database.transaction() as session:
            work = Work(session, self.now, SimpleNamespace(keys=self.keys))
            await handlers.on_order_ended(ConsentEnd.ORDER_CANCELLED)(
                work, [Event(uuid4(), self.now, str(consent.order_id), "", cancelled)]
            )

    async def announce(self, limit: int = commands.ANNOUNCED_AT_ONCE_MAX) -> int:
        async with self.database.transaction() as session:
            return await commands.announce_erasures(session, now=self.now, limit=limit)

    async def attest(
        self,
        consent: ArtefactRow,
        partner: UUID | None = None,
        method: int = ErasureMethod.PURGE,
        protocol: bytes = b"",
    ) -> ErasureRow:
        async with self.database.transaction() as session:
            erasure, _ = await commands.attest_erasure(
                session, consent_id=consent.id, grantee_id=partner or self.partner, by=uuid4(), method=method,
                protocol_sha256=protocol, keys=self.keys, now=self.now,
            )  # fmt: skip
            return erasure

    async def erasure(self, consent: ArtefactRow) -> ErasureRow | None:
        async with self.database.transaction() as session:
            return (await store.erasures_of(session, [consent.id])).get(consent.id)

    async def listed(self, status: ErasureStatus | None = None) -> list[UUID]:
        async with self.database.transaction() as session:
            rows = await store.erasures_page(session, self.partner, status, self.now, beginning(100))
            return [erasure.consent_id for erasure, _ in rows]

    async def open(self) -> OpenErasures:
        async with self.database.transaction() as session:
            return await store.open_erasures(session, datetime.now(UTC))

    async def published[M: (ErasureDue, ErasureAttested)](self, kind: type[M]) -> list[M]:
        """The events of this type about this partner."""
        async with self.database.transaction() as session:
            payloads = await session.scalars(
                text("SELECT payload FROM outbox WHERE type = :type"), {"type": kind.DESCRIPTOR.full_name}
            )
            messages = [kind.FromString(payload) for payload in payloads]
        return [message for message in messages if message.grantee_id == str(self.partner)]


async def connect(url: str) -> AsyncGenerator[Erasures]:
    database = Database(url)
    async with database.transaction() as session:
        keys = await signing.load(session, NOON, Sealer((bytes(32),)))
    yield Erasures(database, keys)
    await database.close()


@pytest.fixture
async def erasures(database: str) -> AsyncGenerator[Erasures]:
    async for connected in connect(database):
        yield connected


@pytest.fixture
async def own_erasures(own_database: str) -> AsyncGenerator[Erasures]:
    async for connected in connect(own_database):
        yield connected


@pytest.mark.parametrize(
    ("mode", "retention", "revoked_after", "due_after"),
    [
        (STORE, 0, None, 30 * DAY),
        (STORE, 0, 3 * DAY, 3 * DAY),
        (STORE, 0, 31 * DAY, 30 * DAY),  # an end comes once
        (STORE, 90, None, 120 * DAY),
        (STORE, 90, 3 * DAY, 93 * DAY),
        (VIEW, 0, None, None),
        (VIEW, 0, 3 * DAY, None),
        (VIEW, 1, None, 31 * DAY),
        (VIEW, 1, 3 * DAY, 4 * DAY),
        (COMPUTE, 0, 3 * DAY, None),
        (COMPUTE, 10, 3 * DAY, 13 * DAY),
    ],
)
async def test_what_is_kept_is_due_so_many_days_after_the_consents_end(
    erasures: Erasures, mode: AccessMode, retention: int, revoked_after: timedelta | None, due_after: timedelta | None
) -> None:
    consent = await erasures.grant(mode, retention_days=retention)
    if revoked_after is not None:
        erasures.now = NOON + revoked_after
        await erasures.revoke(consent)
    erasure = await erasures.erasure(consent)
    assert (erasure.due_at - NOON if erasure else None) == due_after


async def test_an_order_that_is_called_off_makes_erasure_due_at_once(erasures: Erasures) -> None:
    consent = await erasures.grant()
    erasures.now += DAY
    await erasures.call_off(consent)
    assert await erasures.announce() >= 1
    (due,) = await erasures.published(ErasureDue)
    assert (due.consent_id, due.order_id) == (str(consent.id), str(consent.order_id))
    assert due.due_at.ToDatetime(UTC) == erasures.now
    assert due.artefact_hash == consent.artefact_hash


async def test_a_retention_is_part_of_what_the_resident_signs(erasures: Erasures) -> None:
    consent = await erasures.grant(retention_days=90)
    signed = jws.deserialize_compact(consent.receipt, erasures.keys.signing, algorithms=["EdDSA", "Ed25519"])
    assert orjson.loads(signed.payload)["retention_days"] == 90


async def test_a_grantees_receipt_is_signed_and_names_nobody_whom_another_grantee_could_know(
    erasures: Erasures,
) -> None:
    consent = await erasures.grant(retention_days=90)
    shown = jws.deserialize_compact(
        for_grantee(consent, erasures.keys), erasures.keys.signing, algorithms=["EdDSA", "Ed25519"]
    )
    named = set(re.findall(r"[0-9a-f-]{36}", shown.payload.decode()))
    assert not {str(consent.resident_id), str(consent.granted_by)} & named
    said, own = orjson.loads(shown.payload), jws.extract_compact(consent.receipt.encode()).payload
    assert said["artefact_sha256"] == hashlib.sha256(own).hexdigest(), "the resident's own proves that it is the same"
    assert said.items() >= {"id": str(consent.id), "grantee": str(consent.grantee_id), "retention_days": 90}.items()


@pytest.mark.parametrize(
    ("after_due", "attested", "status"),
    [
        (-MOMENT, False, ErasureStatus.EXPECTED),
        (0 * DAY, False, ErasureStatus.DUE),
        (7 * DAY - MOMENT, False, ErasureStatus.DUE),
        (7 * DAY, False, ErasureStatus.OVERDUE),
        (400 * DAY, False, ErasureStatus.OVERDUE),
        (-MOMENT, True, ErasureStatus.ATTESTED),
        (400 * DAY, True, ErasureStatus.ATTESTED),
    ],
)
async def test_where_an_erasure_stands_is_said_by_the_clock(
    erasures: Erasures, after_due: timedelta, attested: bool, status: ErasureStatus
) -> None:
    """And lists agree with what is shown of each."""
    consent = await erasures.grant(retention_days=5)
    erasures.now = NOON + 35 * DAY - MOMENT
    if attested:
        await erasures.attest(consent)
    erasures.now = NOON + 35 * DAY + after_due
    erasure = await erasures.erasure(consent)
    assert erasure is not None
    assert erasure_status(erasure.due_at, erasure.attested_at, erasures.now) is status
    assert [listed for listed in ErasureStatus if await erasures.listed(listed) == [consent.id]] == [status]


async def test_a_list_is_read_page_by_page_without_a_gap_or_a_double(erasures: Erasures) -> None:
    """Many fall due at the same moment: then their ids say who is next."""
    consents = [await erasures.grant(valid_days=days) for days in (3, 1, 2, 2, 2, 2, 3)]
    read: list[tuple[datetime, UUID]] = []
    page = PageRequest(first=2)
    while True:
        async with erasures.database.transaction() as session:
            part = BY_DUE.part(page)
            rows = await store.erasures_page(session, erasures.partner, None, erasures.now, part)
        shown, info = part.cut(rows, lambda row: (row[0].due_at, row[0].consent_id))
        read += [(erasure.due_at, erasure.consent_id) for erasure, _ in shown]
        if not info.has_next:
            break
        page.after = info.cursors[-1]
    assert read == sorted(read)
    assert {consent_id for _, consent_id in read} == {consent.id for consent in consents}
    assert len(read) == len(consents)


async def test_it_is_announced_once_even_when_two_tasks_run_at_the_same_time(erasures: Erasures) -> None:
    consents = [await erasures.grant() for _ in range(12)]
    erasures.now += 30 * DAY - MOMENT
    await erasures.announce()
    assert await erasures.published(ErasureDue) == []
    erasures.now += MOMENT
    await asyncio.gather(*(erasures.announce() for _ in range(6)))
    assert await erasures.announce() == 0
    assert sorted(due.consent_id for due in await erasures.published(ErasureDue)) == sorted(
        str(consent.id) for consent in consents
    )


async def test_no_more_are_announced_at_once_than_one_transaction_bears(
    own_erasures: Erasures,
) -> None:
    for _ in range(12):
        own_erasures.now += timedelta(minutes=1)
        await own_erasures.grant()
    own_erasures.now += 31 * DAY
    assert [await own_erasures.announce(5) for _ in range(4)] == [5, 5, 2, 0]
    due = [event.due_at.ToDatetime(UTC) for event in await own_erasures.published(ErasureDue)]
    assert max(due[:5]) < min(due[5:10]) and max(due[5:10]) < min(due[10:]), "the oldest go first"


async def test_an_attestation_is_signed_and_told_by_its_hash(erasures: Erasures) -> None:
    consent = await erasures.grant()
    await erasures.revoke(consent)
    protocol = hashlib.sha256(b"the protocol").digest()
    erasure = await erasures.attest(consent, method=ErasureMethod.CRYPTOGRAPHIC_ERASE, protocol=protocol)
    assert erasure.receipt is not None
    signed = jws.deserialize_compact(erasure.receipt, erasures.keys.signing, algorithms=["EdDSA", "Ed25519"])
    content = orjson.loads(signed.payload)
    assert content["erased"] == str(consent.id)
    assert content["artefact_sha256"] == consent.artefact_hash.hex()
    assert (content["grantee"], content["method"]) == (str(erasures.partner), "CRYPTOGRAPHIC_ERASE")
    assert (content["protocol_sha256"], content["attested_by"]) == (protocol.hex(), str(erasure.attested_by))
    assert str(consent.resident_id) not in signed.payload.decode()
    (event,) = await erasures.published(ErasureAttested)
    assert event.attestation_hash == hashlib.sha256(signed.payload).digest()


@pytest.mark.parametrize(
    ("mode", "ended", "stranger", "method", "protocol", "refusal"),
    [
        (STORE, True, True, 2, b"", NotFound),
        (STORE, True, True, 99, b"", NotFound),  # a stranger learns nothing, whatever is wrong besides
        (STORE, True, False, 0, b"", Invalid),
        (STORE, True, False, 99, b"", Invalid),
        (STORE, True, False, 2, b"short", Invalid),
        (STORE, False, False, 2, b"", ConsentInForce),
        (VIEW, True, False, 2, b"", NothingToErase),
    ],
)
async def test_an_attestation_that_says_nothing_is_refused(
    erasures: Erasures,
    mode: AccessMode,
    ended: bool,
    stranger: bool,
    method: int,
    protocol: bytes,
    refusal: type[Refusal],
) -> None:
    consent = await erasures.grant(mode)
    erasures.now = NOON + 30 * DAY - (0 if ended else 1) * MOMENT
    with pytest.raises(refusal) as refused:
        await erasures.attest(consent, uuid4() if stranger else None, method, protocol)
    if refusal is Invalid:
        assert refused.value.field == ("protocol_sha256" if protocol else "method")
    erasure = await erasures.erasure(consent)
    assert erasure is None or erasure.attested_at is None
    assert await erasures.published(ErasureAttested) == []


async def test_an_attestation_is_given_once(erasures: Erasures) -> None:
    consent = await erasures.grant()
    await erasures.revoke(consent)
    first = await erasures.attest(consent)
    erasures.now += DAY
    with pytest.raises(AlreadyAttested):
        await erasures.attest(consent, method=ErasureMethod.DESTROY)
    erasure = await erasures.erasure(consent)
    assert erasure is not None and (erasure.receipt, erasure.method) == (first.receipt, ErasureMethod.PURGE)


async def test_what_was_erased_before_it_was_due_is_not_announced(erasures: Erasures) -> None:
    consent = await erasures.grant(retention_days=90)
    await erasures.revoke(consent)
    await erasures.attest(consent)
    erasures.now += 500 * DAY
    await erasures.announce()
    assert await erasures.published(ErasureDue) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erasure SET method = 4 WHERE consent_id = :attested",
        "UPDATE erasure SET attested_at = NULL, attested_by = NULL, method = NULL, receipt = NULL,"
        " attestation_hash = NULL WHERE consent_id = :attested",
        "DELETE FROM erasure WHERE consent_id = :attested",
        "DELETE FROM erasure WHERE consent_id = :expected",
        "UPDATE erasure SET due_at = due_at + interval '1 day' WHERE consent_id = :expected",
        "UPDATE erasure SET announced_at = due_at - interval '1 second' WHERE consent_id = :expected",
        "UPDATE erasure SET announced_at = announced_at + interval '1 second' WHERE consent_id = :announced",
        "UPDATE erasure SET grantee_id = gen_random_uuid() WHERE consent_id = :announced",
        "UPDATE erasure SET method = 1 WHERE consent_id = :announced",
        "UPDATE erasure SET attested_at = due_at - interval '1 day', attested_by = grantee_id, method = 1,"
        " receipt = 'r', attestation_hash = '\\x00' WHERE consent_id = :expected",
        "UPDATE consent_artefact SET retention_days = 9000 WHERE id = :expected",
    ],
)
async def test_the_database_lets_nobody_rewrite_an_erasure(
    erasures: Erasures, owner_database: str, statement: str
) -> None:
    expected, announced, attested = [await erasures.grant() for _ in range(3)]
    erasures.now += DAY
    for consent in (announced, attested):
        await erasures.revoke(consent)
    await erasures.attest(attested)
    await erasures.announce()
    owner = Database(owner_database)
    ids = {"expected": expected.id, "announced": announced.id, "attested": attested.id}
    with pytest.raises(DBAPIError) as refused:
        async with owner.transaction() as session:
            await session.execute(
                text(statement), {name: consent_id for name, consent_id in ids.items() if f":{name}" in statement}
            )
    await owner.close()
    assert getattr(refused.value.orig, "sqlstate", "") == CHECK_VIOLATION


async def test_the_task_fails_while_somebody_is_very_late(own_erasures: Erasures) -> None:
    """By the task's own clock, as a CronJob runs it."""
    resources = Resources(own_erasures.keys, None, None, None, None, None, None, own_erasures.database, None)  # type: ignore[arg-type] # nothing is decided
    own_erasures.now = datetime.now(UTC) - 44 * DAY
    very_late, _late, _due, _running = [await own_erasures.grant(valid_days=days) for days in (30, 36, 43, 60)]
    assert (await own_erasures.open()).unannounced_since == very_late.expires_at
    with pytest.raises(
        TaskFailed, match="3 erasures announced, 3 not attested, 2 of them overdue, 1 of them due for more"
    ):
        await app.announce_erasures(own_erasures.database, resources)
    own_erasures.now = datetime.now(UTC)
    await own_erasures.attest(very_late)
    summary = await app.announce_erasures(own_erasures.database, resources)
    assert summary == "0 erasures announced, 2 not attested, 1 of them overdue"
    assert await own_erasures.open() == OpenErasures(due=2, overdue=1, long_overdue=0, unannounced_since=None)


KINDS = st.tuples(st.sampled_from([VIEW, STORE, COMPUTE]), st.integers(1, 20), st.sampled_from([0, 0, 1, 9]))
STEPS = st.lists(
    st.one_of(
        KINDS,
        st.tuples(st.sampled_from(["revoke", "call off", "attest"]), st.integers(0, 3)),
        st.tuples(st.sampled_from(["announce", "announce twice", "wait"]), st.integers(1, 15)),
    ),
    min_size=1,
    max_size=25,
)


@given(STEPS)
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_each_is_announced_at_most_once_never_early_and_not_after_it_was_attested(
    erasures: Erasures, steps: Sequence[tuple[str, int] | tuple[AccessMode, int, int]]
) -> None:
    erasures.partner, erasures.now = uuid4(), NOON
    granted: list[ArtefactRow] = []

    async def check() -> None:
        announced = [due.consent_id for due in await erasures.published(ErasureDue)]
        assert len(set(announced)) == len(announced)
        overdue = await erasures.listed(ErasureStatus.OVERDUE)
        for consent in granted:
            due_at, erasure = await model(erasures, consent), await erasures.erasure(consent)
            assert (erasure.due_at if erasure else None) == due_at
            if erasure is None or due_at is None:
                assert str(consent.id) not in announced
                continue
            assert (str(consent.id) in announced) == (erasure.announced_at is not None)
            if erasure.announced_at is not None:
                assert due_at <= erasure.announced_at <= erasures.now
                assert erasure.attested_at is None or erasure.announced_at <= erasure.attested_at
            if erasure.attested_at is not None:
                assert consent.id not in overdue

    for step in steps:
        if len(step) == 3:
            granted.append(await erasures.grant(*step))
            continue
        action, number = step
        try:
            await do(erasures, action, number, granted)
        except Refusal:
            continue  # an answer; that it left nothing behind is what is checked
        await check()
    erasures.now += 100 * DAY
    await erasures.announce()
    await check()
    for consent in granted:
        erasure = await erasures.erasure(consent)
        assert erasure is None or erasure.announced_at is not None or erasure.attested_at is not None


async def do(erasures: Erasures, action: str, number: int, granted: Sequence[ArtefactRow]) -> None:
    if action == "wait":
        erasures.now += number * DAY
    elif action == "announce":
        await erasures.announce()
    elif action == "announce twice":
        await asyncio.gather(erasures.announce(), erasures.announce())
    elif granted:
        actions = {"revoke": erasures.revoke, "call off": erasures.call_off, "attest": erasures.attest}
        await actions[action](granted[number % len(granted)])


async def model(erasures: Erasures, consent: ArtefactRow) -> datetime | None:
    """When what is kept under a consent is due, worked out in another way."""
    async with erasures.database.transaction() as session:
        row = await session.get_one(ArtefactRow, consent.id)
    if row.access_mode != STORE and not row.retention_days:
        return None
    ended_at = min(moment for moment in (row.expires_at, row.revoked_at, row.ended_at) if moment is not None)
    return ended_at + timedelta(days=row.retention_days)


async def leave(erasures: Erasures, step: int, version: int) -> None:
    """Hear that the partner has taken a step of leaving; what follows, follows from that."""
    changed = OffboardingChanged(
        standing=Standing(partner_id=str(erasures.partner), version=version),
        step=step,  # type: ignore[arg-type] # the contract's number
    )
    async with erasures.database.transaction() as session:
        work = Work(session, erasures.now, SimpleNamespace(keys=erasures.keys))
        await handlers.on_offboarding(work, [Event(uuid4(), erasures.now, str(erasures.partner), "", changed)])


async def ends_of(erasures: Erasures, consent: ArtefactRow) -> tuple[int, datetime | None]:
    async with erasures.database.transaction() as session:
        row = await session.get_one(ArtefactRow, consent.id)
        return row.ended_because, row.ended_at


async def test_what_a_partner_that_leaves_was_given_ends_with_its_orders_and_is_to_be_erased(
    erasures: Erasures,
) -> None:
    given, revoked = await erasures.grant(), await erasures.grant()
    others = Erasures(erasures.database, erasures.keys)
    another = await others.grant()
    await erasures.revoke(revoked)
    erasures.now += DAY
    await leave(erasures, OFFBOARDING_STEP_SALE_STOPPED, 1)
    assert await ends_of(erasures, given) == (0, None), "its orders are served still"
    await leave(erasures, OFFBOARDING_STEP_ORDERS_FINISHED, 2)
    assert await ends_of(erasures, given) == (ConsentEnd.GRANTEE_LEFT, erasures.now)
    assert await ends_of(erasures, revoked) == await ends_of(others, another) == (0, None)
    async with erasures.database.transaction() as session:
        due = await session.get_one(ErasureRow, given.id)
    assert due.due_at == erasures.now, "it is to be erased at once"
    # It stays after all: what is given to it later does not end when an old event is heard again.
    erasures.now += DAY
    later = await erasures.grant()
    erasures.now -= DAY
    await leave(erasures, OFFBOARDING_STEP_ORDERS_FINISHED, 2)
    assert await ends_of(erasures, later) == (0, None)
