"""Where payouts go is changed by two people of the partner after a cooling time; until then the old one is paid."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis.database import Database
from chassis.pages import beginning
from chassis.refusals import Invalid, NotFound
from city_pack.pack import PayoutAccounts
from hypothesis import given
from hypothesis import strategies as st
from partners.api.bank_accounts import change_message
from partners.commands import bank_accounts
from partners.domain.bank_accounts import (
    BankAccountChangeOpen,
    BankAccountChangeOver,
    check_account,
    effective_at,
    ending,
)
from partners.domain.certificates import OwnProposal
from partners.domain.standing import Actor
from partners.store import bank_accounts as store
from partners.tables import BankAccountChangeRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import BankAccountChangeConfirmed, BankAccountRegistered

from services.partners.tests.test_steps import JINAN, NOW, OPERATOR, STAFF, active, load_partner, offer, sign

pytestmark = pytest.mark.anyio
SERVICE = "partners"
COLLEAGUE = uuid4()
NEW = {"holder": "清泉门诊", "number": "6200000000000026", "bank_code": "102451000019"}
DUE = NOW + timedelta(days=5)


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def propose(db: Database, partner_id: UUID, by: UUID = STAFF, **changes: str) -> BankAccountChangeRow:
    async with db.transaction() as session:
        return await bank_accounts.propose(
            session, partner_id=partner_id, account=pb.BankAccount(**(NEW | changes)), city=JINAN, by=by, now=NOW
        )


async def confirm(db: Database, change: BankAccountChangeRow, by: UUID = COLLEAGUE) -> BankAccountChangeRow:
    async with db.transaction() as session:
        terms = {"change_id": change.id, "partner_id": change.partner_id, "city": JINAN}
        return await bank_accounts.confirm(session, **terms, by=by, now=NOW)  # type: ignore[arg-type]


async def stop(db: Database, change: BankAccountChangeRow, **other: Any) -> BankAccountChangeRow:
    terms = {"partner_id": None, "reason": "nobody here proposed it", "by": OPERATOR, "actor": Actor.OPERATOR}
    async with db.transaction() as session:
        return await bank_accounts.stop(session, change_id=change.id, now=NOW, **(terms | other))


async def published(db: Database, partner_id: UUID, event: str) -> list[bytes]:
    async with db.transaction() as session:
        rows = await session.scalars(
            text("SELECT payload FROM outbox WHERE type LIKE :type AND subject LIKE :about ORDER BY position"),
            {"type": f"%.{event}", "about": f"%.{partner_id}"},
        )
        return list(rows)


async def payout_number(db: Database, partner_id: UUID) -> str:
    return str((await load_partner(db, partner_id)).bank_account.number)


async def test_two_people_change_it_and_the_old_one_is_paid_until_the_citys_clock_says(db: Database) -> None:
    partner_id = await active(db)
    old = await payout_number(db, partner_id)
    change = await propose(db, partner_id)
    with pytest.raises(OwnProposal):
        await confirm(db, change, by=STAFF)
    confirmed = await confirm(db, change)
    assert confirmed.effective_at is not None
    midnight = confirmed.effective_at.astimezone(JINAN.zone)
    assert (midnight.hour, midnight.minute) == (0, 0)
    assert midnight.date() == NOW.astimezone(JINAN.zone).date() + timedelta(days=4), "three whole days"
    (told,) = await published(db, partner_id, "BankAccountChangeConfirmed")
    event = BankAccountChangeConfirmed.FromString(told)
    assert (event.old_ending, event.new_ending) == ("0018", "0026")
    assert event.contact.email == "office@clear-spring.example.org", "whoever owns the old one is told"

    await bank_accounts.put_due_into_force(db, confirmed.effective_at - timedelta(seconds=1))
    assert await payout_number(db, partner_id) == old
    assert await bank_accounts.put_due_into_force(db, DUE) >= 1
    assert await payout_number(db, partner_id) == NEW["number"]
    registered = [
        BankAccountRegistered.FromString(each) for each in await published(db, partner_id, "BankAccountRegistered")
    ]
    assert [each.account.number for each in registered] == [old, NEW["number"]]
    assert registered[1].version > registered[0].version, "settlement goes by the newer one"
    await sign(db, partner_id, await offer(db, partner_id))
    *_, renewed = await published(db, partner_id, "BankAccountRegistered")
    assert BankAccountRegistered.FromString(renewed).account.number == NEW["number"], "a renewed contract keeps it"


async def test_an_operator_or_the_partner_stops_it_before_it_is_in_force(db: Database) -> None:
    partner_id = await active(db)
    old = await payout_number(db, partner_id)
    stopped = await stop(db, await confirm(db, await propose(db, partner_id)))
    message = change_message(stopped)
    assert message.status == pb.BANK_ACCOUNT_CHANGE_STATUS_STOPPED
    assert message.stop_reason == "nobody here proposed it"
    await bank_accounts.put_due_into_force(db, DUE)
    assert await payout_number(db, partner_id) == old
    with pytest.raises(BankAccountChangeOver):
        await stop(db, stopped)
    with pytest.raises(BankAccountChangeOver):
        await confirm(db, stopped)
    again = await propose(db, partner_id)
    await stop(db, again, partner_id=partner_id, by=COLLEAGUE, actor=Actor.PARTNER)
    with pytest.raises(NotFound):
        await stop(db, await propose(db, partner_id), partner_id=uuid4())


async def test_one_change_is_under_way_at_a_time_and_only_to_another_account(db: Database) -> None:
    partner_id = await active(db)
    change = await propose(db, partner_id)
    with pytest.raises(BankAccountChangeOpen):
        await propose(db, partner_id, number="6200000000000034")
    with pytest.raises(NotFound):
        await propose(db, uuid4())
    with pytest.raises(NotFound):
        await confirm(db, BankAccountChangeRow(**(change.model_dump() | {"partner_id": uuid4()})))
    await confirm(db, change)
    with pytest.raises(BankAccountChangeOver):
        await confirm(db, change)
    await bank_accounts.put_due_into_force(db, DUE)
    with pytest.raises(Invalid):
        await propose(db, partner_id)
    with pytest.raises(BankAccountChangeOver):
        await stop(db, change)
    async with db.transaction() as session:
        assert [row.id for row in await store.page(session, partner_id, is_open=True, part=beginning(9))] == []
        assert [row.id for row in await store.page(session, partner_id, is_open=False, part=beginning(9))] == [
            change.id
        ]


@pytest.mark.parametrize(
    ("rules", "changes", "field"),
    [
        ({"bankCode": "CNAPS"}, {"bank_code": "102451000018"}, "account.bank_code"),
        ({"bankCode": "CNAPS"}, {"bank_code": "10245100001"}, "account.bank_code"),
        ({"bankCode": "BIC"}, {"bank_code": "102451000019"}, "account.bank_code"),
        ({"number": "LUHN"}, {"number": "6200000000000026"}, "account.number"),
        ({"number": "IBAN"}, {"number": "KW00EXMP0000000000000000012813"}, "account.number"),
        ({}, {"number": "62 0000"}, "account.number"),
        ({}, {"holder": "<b>"}, "account.holder"),
    ],
)
def test_a_wrong_digit_is_refused_and_named(rules: dict[str, Any], changes: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_account(pb.BankAccount(**(NEW | changes)), PayoutAccounts.model_validate(rules), "account")
    assert refused.value.field == field


def test_right_ones_are_taken() -> None:
    for number in ("102100099996", "103100000026", "308584000013"):  # as banks publish them
        check_account(pb.BankAccount(**(NEW | {"bank_code": number})), PayoutAccounts(bankCode="CNAPS"), "account")
    check_account(
        pb.BankAccount(holder="x", number="KW81CBKU0000000000001234560101", bank_code="CBKUKWKW"),
        PayoutAccounts(number="IBAN", bankCode="BIC"),
        "account",
    )
    check_account(pb.BankAccount(**(NEW | {"number": "4111111111111111"})), PayoutAccounts(number="LUHN"), "account")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
    st.integers(1, 60),
    st.sampled_from(["Asia/Shanghai", "Asia/Kuwait", "Europe/Paris", "America/New_York"]),
)
def test_a_change_cools_for_whole_days_of_the_city(naive: datetime, days: int, zone: str) -> None:
    confirmed_at = naive.replace(tzinfo=UTC)
    at = effective_at(confirmed_at, days, ZoneInfo(zone))
    assert timedelta(days=days, hours=-1) <= at - confirmed_at <= timedelta(days=days + 1, hours=1)
    assert at.astimezone(ZoneInfo(zone)).date() == confirmed_at.astimezone(ZoneInfo(zone)).date() + timedelta(days + 1)


def test_of_a_number_no_more_than_its_end_is_said() -> None:
    assert [ending(number) for number in ("6200000000000018", "620012", "12345678901")] == ["0018", "12", "901"]


async def test_the_database_itself_wants_two_people_a_cooling_time_and_an_order(db: Database) -> None:
    proposed = await propose(db, await active(db))
    confirmed = await confirm(db, await propose(db, await active(db)))
    for change, statement in (
        (proposed, "SET confirmed_by = proposed_by, confirmed_at = now(), effective_at = now() + interval '9 days'"),
        (proposed, "SET confirmed_by = gen_random_uuid(), confirmed_at = now(), effective_at = now()"),
        (proposed, "SET in_force_at = now() + interval '99 days'"),
        (confirmed, "SET in_force_at = now()"),
        (confirmed, "SET effective_at = now() + interval '1 day', confirmed_at = now()"),
        (confirmed, "SET confirmed_by = NULL, confirmed_at = NULL, effective_at = NULL"),
        (confirmed, "SET number = '1'"),
        (confirmed, "SET stopped_at = now()"),
    ):
        with pytest.raises(DBAPIError, match=r"bank_account_change_\w+|each once|permission denied"):
            async with db.transaction() as session:
                await session.execute(
                    text(f"UPDATE bank_account_change {statement} WHERE id = :id"),
                    {"id": change.id},
                )
    with pytest.raises(DBAPIError, match=r"permission denied|stays"):
        async with db.transaction() as session:
            await session.execute(text("DELETE FROM bank_account_change"))
