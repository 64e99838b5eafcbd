"""Notifications hears who is behind an audience and where messages reach them; nobody else does."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from identity.domain.reach import Audience
from identity.store import reach
from identity.tables import AccountRow, ContactRow, GuardianRow, InstitutionRow, ResidentRow

from services.identity.tests.callers import opened

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)


async def person(database: Database, *, account: bool = True, contacts: tuple[str, ...] = (), **of: Any) -> UUID:
    """A resident, or somebody of a role; with an account or without, and what they confirmed."""
    subject = uuid4()
    async with database.transaction() as session:
        if "role" not in of:
            session.add(
                ResidentRow(
                    id=subject, name="Wang Fang", birth_date=NOW.date(), health_code_id=uuid4(), registered_at=NOW
                )
            )
            await session.flush()
        if account:
            values: dict[str, Any] = {"role": "resident", "duties": [], **of}
            session.add(
                AccountRow(
                    login=f"{subject}@x.example.org", password_hash="-", subject_id=subject, name="Wang Fang",
                    created_at=NOW, **values,
                )
            )  # fmt: skip
            await session.flush()
        for index, address in enumerate(contacts):
            session.add(ContactRow(subject_id=subject, address=address, confirmed_at=NOW + timedelta(minutes=index)))
    return subject


async def reached(database: Database, *audiences: Audience) -> list[list[tuple[UUID, list[str]]]]:
    async with database.transaction() as session:
        people = await reach.people(session, audiences, NOW)
    return [[(each.account_id, list(each.addresses)) for each in of] for of in people]


async def test_a_resident_is_reached_where_they_confirmed_and_a_child_by_whoever_may_act(database: str) -> None:
    connected = Database(database)
    parent = await person(connected, contacts=("old@x.example.org", "+8613900000001"))
    child = await person(connected, account=False)
    async with connected.transaction() as session:
        session.add(GuardianRow(guardian_id=parent, dependant_id=child, acts=["orders"], since=NOW))
    own, orders, records, nobody = await reached(
        connected,
        Audience(resident_id=parent, act="records"),
        Audience(resident_id=child, act="orders"),
        Audience(resident_id=child, act="records"),
        Audience(resident_id=uuid4()),
    )
    assert own == orders == [(parent, ["+8613900000001", "old@x.example.org"])]
    assert records == nobody == []
    await connected.close()


async def test_staff_and_operators_are_reached_by_their_duties_and_nobody_who_is_suspended(database: str) -> None:
    connected = Database(database)
    institution = uuid4()
    async with connected.transaction() as session:
        session.add(InstitutionRow(id=institution, name={"en": "A clinic"}, registered_at=NOW))
    staff = {"role": "partner", "institution_id": institution}
    owner = await person(connected, **staff, duties=["owner"], contacts=("o@x.example.org",))
    await person(connected, **staff, duties=["desk"])
    suspended = await person(connected, **staff, duties=["owner"], suspended_at=NOW)
    operator = await person(connected, role="operator", duties=["onboarding"])
    regulator = await person(connected, role="regulator")
    of_staff, of_operators, of_regulators, one = await reached(
        connected,
        Audience(partner_id=institution, duties=["owner", "finance"]),
        Audience(operators=True, duties=["onboarding"]),
        Audience(regulators=True),
        Audience(account_id=suspended),
    )
    assert of_staff == [(owner, ["o@x.example.org"])]
    assert operator in [account for account, _ in of_operators]
    assert regulator in [account for account, _ in of_regulators]
    assert operator not in [account for account, _ in of_regulators]
    assert one == []
    async with connected.transaction() as session:
        gone = uuid4()
        assert await reach.known(session, [suspended, gone]) == {suspended}, "suspended is not over for good"
    await connected.close()


async def test_nobody_but_notifications_hears_of_anybody(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(database, monkeypatch) as callers:
        for sender in ("", "x", "a.b.c"):
            body = {"sender": sender, "audiences": [{"account_id": str(uuid4())}]}
            answer = await callers.http.post("/people-reached", json=body)
            assert answer.status_code == 400 and answer.json()["field"] == "sender", answer.text
