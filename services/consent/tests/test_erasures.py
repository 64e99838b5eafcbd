"""What a partner kept is erased after the consent's end: announced once, not too early, and attested once."""

import asyncio
import hashlib
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
from chassis.refusals import Invalid, NotFound, Refusal
from chassis.signing import SigningKeys
from chassis.workers import TaskFailed
from consent import api, app, commands, domain, events, store
from consent.domain import (
    AccessMode,
    AlreadyAttested,
    ConsentInForce,
    End,
    ErasureMethod,
    ErasureStatus,
    NothingToErase,
)
from consent.store import OpenErasures
from consent.tables import ArtefactRow, ErasureRow, RequestRow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.types_pb2 import PageRequest
from yima.consent.v1.events_pb2 import ErasureAttested, ErasureDue
from yima.ordering.v1.events_pb2 import OrderCancelled

pytestmark = pytest.mark.anyio
SERVICE = "consent"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
VIEW, STORE, COMPUTE = AccessMode.VIEW, AccessMode.STORE, AccessMode.COMPUTE
MOMENT = timedelta(microseconds=1)
CHECK_VIOLATION = "23514"


@dataclass
class Office:
    """Consent with a clock of its own."""

    database: Database
    keys: SigningKeys
    now: datetime = NOON
    partner: UUID = field(default_factory=uuid4)

    async def grant(self, mode: AccessMode = STORE, valid_days: int = 30, retention_days: int = 0) -> ArtefactRow:
        template = ConsentTemplate(
            information_types=["vital-signs"], purpose="TREAT", access_mode=int(mode),  # type: ignore[arg-type]
            valid_days=valid_days, retention_days=retention_days,
        )  # fmt: skip
        request = RequestRow(
            id=uuid4(), resident_id=uuid4(), grantee_id=self.partner, order_id=uuid4(), order_line_id=uuid4(),
            template=template.SerializeToString(), template_hash=b"h" * 32, status="requested", requested_at=self.now,
        )  # fmt: skip
        async with self.database.transaction() as session:
            await store.add_requests(session, [request])
            return await commands.grant_consent(
                session, request_id=request.id, residents={request.resident_id: None}, by=request.resident_id,
                keys=self.keys, now=self.now,
            )  # fmt: skip

    async def revoke(self, consent: ArtefactRow) -> None:
        async with self.database.transaction() as session:
            await commands.revoke_consent(
                session, artefact_id=consent.id, residents=[consent.resident_id], reason="", now=self.now
            )

    async def call_off(self, consent: ArtefactRow) -> None:
        cancelled = OrderCancelled(
            order_id=str(consent.order_id), resident_id=str(consent.resident_id), partner_id=str(consent.grantee_id)
        )
        async with self.database.transaction() as session:
            work = Work(session, self.now, SimpleNamespace(keys=self.keys))
            await events.on_order_ended(End.ORDER_CANCELLED)(
                work, [Event(uuid4(), self.now, str(consent.order_id), "", cancelled)]
            )

    async def announce(self) -> int:
        async with self.database.transaction() as session:
            return await commands.announce_erasures(session, now=self.now)

    async def attest(
        self, consent: ArtefactRow, partner: UUID | None = None, method: int = ErasureMethod.PURGE,
        protocol: bytes = b"",
    ) -> ErasureRow:  # fmt: skip
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
            found = await store.erasures_page(session, self.partner, status, self.now, None, 100)
            return [erasure.consent_id for erasure, _ in found]

    async def open(self) -> OpenErasures:
        async with self.database.transaction() as session:
            return await store.open_erasures(session, datetime.now(UTC))

    async def told[M: (ErasureDue, ErasureAttested)](self, kind: type[M]) -> list[M]:
        """What was announced to this partner."""
        async with self.database.transaction() as session:
            found = await session.execute(
                text("SELECT payload FROM outbox WHERE type = :type"), {"type": kind.DESCRIPTOR.full_name}
            )
            messages = [kind.FromString(payload) for (payload,) in found]
        return [message for message in messages if message.grantee_id == str(self.partner)]


async def opened(url: str) -> AsyncGenerator[Office]:
    database = Database(url)
    async with database.transaction() as session:
        keys = await signing.load(session, NOON)
    yield Office(database, keys)
    await database.close()


@pytest.fixture
async def office(database: str) -> AsyncGenerator[Office]:
    async for one in opened(database):
        yield one


@pytest.fixture
async def own_office(own_database: str) -> AsyncGenerator[Office]:
    async for one in opened(own_database):
        yield one


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
    office: Office, mode: AccessMode, retention: int, revoked_after: timedelta | None, due_after: timedelta | None
) -> None:
    consent = await office.grant(mode, retention_days=retention)
    if revoked_after is not None:
        office.now = NOON + revoked_after
        await office.revoke(consent)
    erasure = await office.erasure(consent)
    assert (erasure.due_at - NOON if erasure else None) == due_after


async def test_an_order_that_is_called_off_makes_erasure_due_at_once(office: Office) -> None:
    consent = await office.grant()
    office.now += DAY
    await office.call_off(consent)
    assert await office.announce() >= 1
    (due,) = await office.told(ErasureDue)
    assert (due.consent_id, due.order_id) == (str(consent.id), str(consent.order_id))
    assert due.due_at.ToDatetime(UTC) == office.now
    assert due.artefact_hash == consent.artefact_hash


async def test_a_retention_is_part_of_what_the_resident_signs(office: Office) -> None:
    consent = await office.grant(retention_days=90)
    signed = jws.deserialize_compact(consent.receipt, office.keys.signing, algorithms=["EdDSA", "Ed25519"])
    assert orjson.loads(signed.payload)["retention_days"] == 90


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
    office: Office, after_due: timedelta, attested: bool, status: ErasureStatus
) -> None:
    """And lists agree with what is shown of each."""
    consent = await office.grant(retention_days=5)
    office.now = NOON + 35 * DAY - MOMENT
    if attested:
        await office.attest(consent)
    office.now = NOON + 35 * DAY + after_due
    erasure = await office.erasure(consent)
    assert erasure is not None
    assert domain.erasure_status(erasure.due_at, erasure.attested_at, office.now) is status
    assert [one for one in ErasureStatus if await office.listed(one) == [consent.id]] == [status]


async def test_a_list_is_read_page_by_page_without_a_gap_or_a_double(office: Office) -> None:
    """Many fall due at the same moment: then their ids say who is next."""
    consents = [await office.grant(valid_days=days) for days in (3, 1, 2, 2, 2, 2, 3)]
    found: list[tuple[datetime, UUID]] = []
    page = PageRequest()
    while True:
        async with office.database.transaction() as session:
            rows = await store.erasures_page(session, office.partner, None, office.now, api.BY_DUE.after(page), 2)
        found += [(erasure.due_at, erasure.consent_id) for erasure, _ in rows[:2]]
        if len(rows) <= 2:
            break
        page.after = api.BY_DUE.cursor((rows[1][0].due_at, rows[1][0].consent_id))
    assert found == sorted(found)
    assert {id_ for _, id_ in found} == {consent.id for consent in consents}
    assert len(found) == len(consents)


async def test_it_is_announced_once_even_when_two_tasks_run_at_the_same_time(office: Office) -> None:
    consents = [await office.grant() for _ in range(12)]
    office.now += 30 * DAY - MOMENT
    await office.announce()
    assert await office.told(ErasureDue) == []
    office.now += MOMENT
    await asyncio.gather(*(office.announce() for _ in range(6)))
    assert await office.announce() == 0
    assert sorted(due.consent_id for due in await office.told(ErasureDue)) == sorted(str(one.id) for one in consents)


async def test_no_more_are_announced_at_once_than_one_transaction_bears(
    own_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ANNOUNCED_AT_ONCE_MAX", 5)
    for _ in range(12):
        own_office.now += timedelta(minutes=1)
        await own_office.grant()
    own_office.now += 31 * DAY
    assert [await own_office.announce() for _ in range(4)] == [5, 5, 2, 0]
    due = [told.due_at.ToDatetime(UTC) for told in await own_office.told(ErasureDue)]
    assert max(due[:5]) < min(due[5:10]) and max(due[5:10]) < min(due[10:]), "the oldest go first"


async def test_an_attestation_is_signed_and_told_by_its_hash(office: Office) -> None:
    consent = await office.grant()
    await office.revoke(consent)
    protocol = hashlib.sha256(b"the protocol").digest()
    erasure = await office.attest(consent, method=ErasureMethod.CRYPTOGRAPHIC_ERASE, protocol=protocol)
    assert erasure.receipt is not None
    signed = jws.deserialize_compact(erasure.receipt, office.keys.signing, algorithms=["EdDSA", "Ed25519"])
    said = orjson.loads(signed.payload)
    assert said["erased"] == str(consent.id)
    assert said["artefact_sha256"] == consent.artefact_hash.hex()
    assert (said["grantee"], said["method"]) == (str(office.partner), "CRYPTOGRAPHIC_ERASE")
    assert (said["protocol_sha256"], said["attested_by"]) == (protocol.hex(), str(erasure.attested_by))
    assert str(consent.resident_id) not in signed.payload.decode()
    (told,) = await office.told(ErasureAttested)
    assert told.attestation_hash == hashlib.sha256(signed.payload).digest()


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
    office: Office, mode: AccessMode, ended: bool, stranger: bool, method: int, protocol: bytes,
    refusal: type[Refusal],
) -> None:  # fmt: skip
    consent = await office.grant(mode)
    office.now = NOON + 30 * DAY - (0 if ended else 1) * MOMENT
    with pytest.raises(refusal) as refused:
        await office.attest(consent, uuid4() if stranger else None, method, protocol)
    if refusal is Invalid:
        assert refused.value.field == ("protocol_sha256" if protocol else "method")
    erasure = await office.erasure(consent)
    assert erasure is None or erasure.attested_at is None
    assert await office.told(ErasureAttested) == []


async def test_an_attestation_is_given_once(office: Office) -> None:
    consent = await office.grant()
    await office.revoke(consent)
    first = await office.attest(consent)
    office.now += DAY
    with pytest.raises(AlreadyAttested):
        await office.attest(consent, method=ErasureMethod.DESTROY)
    kept = await office.erasure(consent)
    assert kept is not None and (kept.receipt, kept.method) == (first.receipt, ErasureMethod.PURGE)


async def test_what_was_erased_before_it_was_due_is_not_announced(office: Office) -> None:
    consent = await office.grant(retention_days=90)
    await office.revoke(consent)
    await office.attest(consent)
    office.now += 500 * DAY
    await office.announce()
    assert await office.told(ErasureDue) == []


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
async def test_the_database_lets_nobody_rewrite_an_erasure(office: Office, owner_database: str, statement: str) -> None:
    expected, announced, attested = [await office.grant() for _ in range(3)]
    office.now += DAY
    for consent in (announced, attested):
        await office.revoke(consent)
    await office.attest(attested)
    await office.announce()
    owner = Database(owner_database)
    named = {"expected": expected.id, "announced": announced.id, "attested": attested.id}
    with pytest.raises(DBAPIError) as refused:
        async with owner.transaction() as session:
            await session.execute(
                text(statement), {name: id_ for name, id_ in named.items() if f":{name}" in statement}
            )
    await owner.close()
    assert getattr(refused.value.orig, "sqlstate", "") == CHECK_VIOLATION


async def test_the_task_fails_while_somebody_is_very_late(own_office: Office) -> None:
    """By the task's own clock, as a CronJob runs it."""
    resources = app.Resources(own_office.keys, None, None, None, None, None)  # type: ignore[arg-type] # nothing is decided
    own_office.now = datetime.now(UTC) - 44 * DAY
    very_late, _late, _due, _running = [await own_office.grant(valid_days=days) for days in (30, 36, 43, 60)]
    assert (await own_office.open()).untold_since == very_late.expires_at
    with pytest.raises(
        TaskFailed, match="3 erasures announced, 3 not attested, 2 of them overdue, 1 of them due for more"
    ):
        await app.announce_erasures(own_office.database, resources)
    own_office.now = datetime.now(UTC)
    await own_office.attest(very_late)
    said = await app.announce_erasures(own_office.database, resources)
    assert said == "0 erasures announced, 2 not attested, 1 of them overdue"
    assert await own_office.open() == OpenErasures(due=2, overdue=1, long_overdue=0, untold_since=None)


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
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_each_is_announced_at_most_once_never_early_and_not_after_it_was_attested(
    office: Office, steps: Sequence[tuple[str, int] | tuple[AccessMode, int, int]]
) -> None:
    office.partner, office.now = uuid4(), NOON
    consents: list[ArtefactRow] = []

    async def check() -> None:
        told = [due.consent_id for due in await office.told(ErasureDue)]
        assert len(set(told)) == len(told)
        overdue = await office.listed(ErasureStatus.OVERDUE)
        for consent in consents:
            due_at, erasure = await model(office, consent), await office.erasure(consent)
            assert (erasure.due_at if erasure else None) == due_at
            if erasure is None or due_at is None:
                assert str(consent.id) not in told
                continue
            assert (str(consent.id) in told) == (erasure.announced_at is not None)
            if erasure.announced_at is not None:
                assert due_at <= erasure.announced_at <= office.now
                assert erasure.attested_at is None or erasure.announced_at <= erasure.attested_at
            if erasure.attested_at is not None:
                assert consent.id not in overdue

    for step in steps:
        if len(step) == 3:
            consents.append(await office.grant(*step))
            continue
        deed, number = step
        try:
            await do(office, deed, number, consents)
        except Refusal:
            continue  # an answer; that it left nothing behind is what is checked
        await check()
    office.now += 100 * DAY
    await office.announce()
    await check()
    for consent in consents:
        erasure = await office.erasure(consent)
        assert erasure is None or erasure.announced_at is not None or erasure.attested_at is not None


async def do(office: Office, deed: str, number: int, consents: Sequence[ArtefactRow]) -> None:
    if deed == "wait":
        office.now += number * DAY
    elif deed == "announce":
        await office.announce()
    elif deed == "announce twice":
        await asyncio.gather(office.announce(), office.announce())
    elif consents:
        deeds = {"revoke": office.revoke, "call off": office.call_off, "attest": office.attest}
        await deeds[deed](consents[number % len(consents)])


async def model(office: Office, consent: ArtefactRow) -> datetime | None:
    """When what is kept under a consent is due, said once more and another way."""
    async with office.database.transaction() as session:
        row = await session.get_one(ArtefactRow, consent.id)
    if row.access_mode != STORE and not row.retention_days:
        return None
    ended_at = min(one for one in (row.expires_at, row.revoked_at, row.ended_at) if one is not None)
    return ended_at + timedelta(days=row.retention_days)
