"""A regulator's freeze: imposed once under a case, lifted once, kept for good; what it names is taken away."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.database import Database
from chassis.refusals import Invalid, NotFound
from chassis.wire import timestamp
from hypothesis import given
from hypothesis import strategies as st
from partners.api.partners import freeze_message, partner_message, profile_message
from partners.commands import freezes, keys
from partners.domain.capabilities import Capability
from partners.domain.freezes import (
    FREEZABLE,
    AlreadyFrozen,
    AlreadyLifted,
    FreezeTarget,
    FreezeTerms,
    OwnAccount,
    PartnerFrozen,
    check_capabilities,
    parse_case_number,
)
from partners.domain.keys import Scope
from partners.domain.standing import PartnerStatus, capabilities, check_good_standing
from partners.store import partners
from partners.store.keys import good_keys_among
from partners.tables import FreezeRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.events_pb2 import FreezeImposed, FreezeLifted

from services.partners.tests.test_steps import JINAN, NOW, REGULATOR, active, load_partner

pytestmark = pytest.mark.anyio
SERVICE = "partners"
READ = [Capability.READ_DATA]


@pytest.fixture
async def db(database: str) -> AsyncGenerator[Database]:
    opened = Database(database)
    yield opened
    await opened.close()


async def impose(db: Database, target_id: UUID, **other: Any) -> FreezeRow:
    freeze: dict[str, Any] = {
        "target": FreezeTarget.PARTNER, "target_id": target_id, "partner_id": target_id, "case_number": "WJW-2026-0117",
        "capabilities": (), "reason": "records were sold", "by": REGULATOR, "now": NOW,
    }  # fmt: skip
    async with db.transaction() as session:
        return await freezes.impose(session, **(freeze | other))


async def lift(db: Database, freeze_id: UUID, reason: str = "nothing was found") -> FreezeRow:
    async with db.transaction() as session:
        return await freezes.lift(session, freeze_id=freeze_id, reason=reason, by=REGULATOR, now=NOW)


async def published[M: (FreezeImposed, FreezeLifted)](db: Database, kind: type[M], target_id: UUID) -> list[M]:
    async with db.transaction() as session:
        payloads = await session.scalars(
            text("SELECT payload FROM outbox WHERE type = :type ORDER BY position"), {"type": kind.DESCRIPTOR.full_name}
        )
        events = [kind.FromString(payload) for payload in payloads]
    return [event for event in events if event.target_id == str(target_id)]


async def test_a_freeze_takes_away_what_it_names_and_leaves_the_status(db: Database) -> None:
    partner_id = await active(db)
    freeze = await impose(db, partner_id, capabilities=[Capability.READ_DATA, Capability.BE_PAID])
    partner = await load_partner(db, partner_id)
    assert partner.row.status == PartnerStatus.ACTIVE
    shown = partner_message(partner, NOW, JINAN, supervises=False)
    assert set(shown.capabilities) == {pb.CAPABILITY_PUBLISH, pb.CAPABILITY_SELL, pb.CAPABILITY_FULFIL}
    (own,) = shown.freezes
    assert (own.case_number, own.reason, own.imposed_by) == ("WJW-2026-0117", "records were sold", "")
    assert partner_message(partner, NOW, JINAN, supervises=True).freezes[0].imposed_by == str(REGULATOR)
    assert set(profile_message(partner, NOW).frozen) == {pb.CAPABILITY_READ_DATA, pb.CAPABILITY_BE_PAID}
    (event,) = await published(db, FreezeImposed, partner_id)
    assert event.standing.version == partner.row.version
    assert pb.CAPABILITY_READ_DATA not in event.standing.capabilities
    assert [told.case_number for told in event.standing.freezes] == ["WJW-2026-0117"]
    await lift(db, freeze.id)
    (lifted,) = await published(db, FreezeLifted, partner_id)
    assert pb.CAPABILITY_READ_DATA in lifted.standing.capabilities
    assert lifted.standing.version > event.standing.version
    (kept,) = partner_message(await load_partner(db, partner_id), NOW, JINAN, supervises=False).freezes
    assert (kept.lift_reason, kept.version) == ("nothing was found", 2)


async def test_two_cases_freeze_the_same_and_both_have_to_be_lifted(db: Database) -> None:
    partner_id = await active(db)
    first = await impose(db, partner_id, capabilities=READ)
    second = await impose(db, partner_id, case_number="wjw-2026-0118", capabilities=READ)
    await lift(db, first.id)
    partner = await load_partner(db, partner_id)
    assert pb.CAPABILITY_READ_DATA not in partner_message(partner, NOW, JINAN, supervises=False).capabilities
    await lift(db, second.id)
    partner = await load_partner(db, partner_id)
    assert pb.CAPABILITY_READ_DATA in partner_message(partner, NOW, JINAN, supervises=False).capabilities


async def test_the_same_case_freezes_the_same_once_even_at_the_same_moment(db: Database) -> None:
    partner_id = await active(db)
    tries = await asyncio.gather(*(impose(db, partner_id) for _ in range(6)), return_exceptions=True)
    done = [row for row in tries if isinstance(row, FreezeRow)]
    assert len(done) == 1
    assert {type(row) for row in tries if row not in done} == {AlreadyFrozen}
    lifts = await asyncio.gather(*(lift(db, done[0].id) for _ in range(6)), return_exceptions=True)
    assert sorted(type(row).__name__ for row in lifts) == ["AlreadyLifted"] * 5 + ["FreezeRow"]
    with pytest.raises(AlreadyLifted):
        await lift(db, done[0].id)
    assert len(await published(db, FreezeLifted, partner_id)) == 1
    again = await impose(db, partner_id)
    assert again.id != done[0].id, "a case may freeze again what it has lifted"


async def test_what_is_not_there_is_neither_frozen_nor_lifted(db: Database) -> None:
    with pytest.raises(NotFound) as unknown:
        await impose(db, uuid4())
    assert unknown.value.field == "target_id"
    with pytest.raises(NotFound):
        await lift(db, uuid4())


async def test_nobody_freezes_their_own_account(db: Database) -> None:
    with pytest.raises(OwnAccount):
        await impose(db, REGULATOR, target=FreezeTarget.ACCOUNT, partner_id=None)


async def test_nobody_lifts_a_freeze_of_their_own_account(db: Database) -> None:
    account_id = uuid4()
    freeze = await impose(db, account_id, target=FreezeTarget.ACCOUNT)
    with pytest.raises(OwnAccount) as refused:
        async with db.transaction() as session:
            await freezes.lift(session, freeze_id=freeze.id, reason="it was wrong", by=account_id, now=NOW)
    assert refused.value.field == "freeze_id"
    with pytest.raises(DBAPIError, match="freeze_by_another"):
        async with db.transaction() as session:
            await session.execute(
                text(
                    "UPDATE regulator_freeze SET lifted_at = now(), lifted_by = :by, lift_reason = 'x' WHERE id = :id"
                ),
                {"id": freeze.id, "by": account_id},
            )


async def test_the_database_itself_lifts_a_freeze_once_and_changes_nothing_else_of_it(db: Database) -> None:
    freeze = await impose(db, await active(db))
    for statement in (
        "UPDATE regulator_freeze SET reason = 'none' WHERE id = :id",
        "UPDATE regulator_freeze SET lifted_at = now(), lifted_by = imposed_by WHERE id = :id",
        "DELETE FROM regulator_freeze WHERE id = :id",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|is lifted once|freeze_lifted_by"):
            async with db.transaction() as session:
                await session.execute(text(statement), {"id": freeze.id})
    await lift(db, freeze.id)
    with pytest.raises(DBAPIError, match=r"permission denied|is lifted once|freeze_lifted_by"):
        async with db.transaction() as session:
            await session.execute(
                text("UPDATE regulator_freeze SET lifted_at = now() WHERE id = :id"), {"id": freeze.id}
            )


async def test_keys_are_good_for_nothing_while_reading_is_frozen_or_a_certificate_has_lapsed(db: Database) -> None:
    partner_id = await active(db)
    async with db.transaction() as session:
        key, _ = await keys.create_api_key(
            session, partner_id=partner_id, label="laboratory", scopes=[Scope.RECORDS], expires_at=None, now=NOW
        )
        key_id = key.id

    async def good(days: int = 0) -> bool:
        async with db.transaction() as session:
            return bool(await good_keys_among(session, [key_id], NOW + timedelta(days=days)))

    assert await good()
    paid_nothing = await impose(db, partner_id, capabilities=[Capability.BE_PAID])
    assert await good(), "its systems go on, where only its payouts are frozen"
    await lift(db, paid_nothing.id)
    freeze = await impose(db, partner_id, case_number="WJW-2", capabilities=READ)
    assert not await good()
    await lift(db, freeze.id)
    assert await good()
    assert not await good(days=100), "its certificates are over by then"


async def test_whoever_is_frozen_takes_no_step_that_needs_good_standing(db: Database) -> None:
    partner_id = await active(db)
    await impose(db, partner_id, capabilities=[Capability.BE_PAID])
    async with db.transaction() as session:
        standing = await partners.standing(session, partner_id)
    assert standing is not None
    with pytest.raises(PartnerFrozen, match="WJW-2026-0117"):
        check_good_standing(standing.status, standing.certified_until, NOW, standing.freezes)


@given(st.sampled_from(FreezeTarget), st.lists(st.sampled_from(Capability), unique=True))
def test_a_freeze_takes_what_can_be_frozen_of_its_kind_and_never_what_serves_people(
    target: FreezeTarget, named: list[Capability]
) -> None:
    try:
        taken = check_capabilities(target, named, "capabilities")
    except Invalid as refused:
        assert refused.field.startswith("capabilities")
        assert named
        return
    assert set(taken) == (set(named) or FREEZABLE[target])
    left = capabilities(PartnerStatus.SUSPENDED, [], NOW, [FreezeTerms("WJW-1", frozenset(taken))])
    assert target != FreezeTarget.PARTNER or left == [Capability.FULFIL]


@pytest.mark.parametrize("value", ["", "A", "WJW 1", "-WJW-1", "WJW_1", "жalba-1", "A" * 41, "WJW\n1"])
def test_what_is_no_case_number_is_refused_by_its_field(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_case_number(value, "case_number")
    assert refused.value.field == "case_number"


def test_a_case_number_has_one_form_whatever_keyboard_wrote_it() -> None:
    assert parse_case_number(" ｗｊｗ-2026/17 ", "case_number") == "WJW-2026/17"


def test_a_freeze_is_shown_without_persons_to_the_partner() -> None:
    row = FreezeRow(
        id=uuid4(), case_number="WJW-1", target="offering", target_id=uuid4(), partner_id=uuid4(),
        capabilities=["sell"], reason="r", imposed_by=REGULATOR, imposed_at=NOW, lifted_by=REGULATOR, lifted_at=NOW,
        lift_reason="l",
    )  # fmt: skip
    shown = freeze_message(row, supervises=False)
    assert (shown.imposed_by, shown.lifted_by, shown.lifted_at) == ("", "", timestamp(NOW))
