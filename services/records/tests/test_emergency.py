"""What a resident gives to read in an emergency: checked, signed, kept in every version, and withdrawn."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis import signing
from chassis.database import Database
from chassis.refusals import Invalid
from chassis.sealing import Sealer
from chassis.signing import SigningKeys
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from records.commands import emergency as commands
from records.domain.emergency import BLOOD_GROUPS, NoEmergencySlice, Slice, checked, for_reader
from records.store import emergency as store
from records.tables import EmergencySliceRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "records"
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
GIVEN = checked("A+", ["penicillin", "花生"], "Lin Mei", "+8613800000000")


async def ring(records_db: Database) -> SigningKeys:
    async with records_db.transaction() as session:
        return await signing.load(session, NOW, Sealer.of(f"{'A' * 43}="))


async def put(records_db: Database, resident: UUID, keys: SigningKeys, what: Slice = GIVEN) -> EmergencySliceRow:
    async with records_db.transaction() as session:
        return await commands.put_emergency_slice(
            session, resident_id=resident, given=what, by=resident, keys=keys, now=NOW
        )


async def withdraw(records_db: Database, resident: UUID) -> EmergencySliceRow:
    async with records_db.transaction() as session:
        return await commands.withdraw_emergency_slice(session, resident_id=resident, by=resident, now=NOW)


async def kept(records_db: Database, resident: UUID) -> EmergencySliceRow | None:
    async with records_db.transaction() as session:
        return await store.emergency_slice(session, resident)


async def test_what_is_given_is_signed_as_it_was_and_replaces_what_was_there(records_db: Database) -> None:
    resident, keys = uuid4(), await ring(records_db)
    await put(records_db, resident, keys)
    second = await put(records_db, resident, keys, checked("O-", [], "", ""))
    newest = await kept(records_db, resident)
    assert newest is not None
    assert (newest.version, newest.blood_group, newest.allergies) == (2, "O-", [])
    said = jwt.decode(second.signature, keys.signing, algorithms=["EdDSA"]).claims
    assert (said["resident_id"], said["version"], said["blood_group"]) == (str(resident), 2, "O-")


async def test_what_is_signed_for_a_reader_says_what_was_given_and_not_of_whom(records_db: Database) -> None:
    resident, keys = uuid4(), await ring(records_db)
    row = await put(records_db, resident, keys)
    own = jwt.decode(row.signature, keys.signing, algorithms=["EdDSA"]).claims
    shown = for_reader(own, "the clinic")
    assert own.keys() ^ shown.keys() == {"resident_id", "given_by", "partner_id"}
    assert str(resident) not in str(shown)
    assert shown["blood_group"] == GIVEN.blood_group


async def test_what_is_withdrawn_says_nothing_and_may_be_given_again(records_db: Database) -> None:
    resident, keys = uuid4(), await ring(records_db)
    with pytest.raises(NoEmergencySlice):
        await withdraw(records_db, resident)
    await put(records_db, resident, keys)
    gone = await withdraw(records_db, resident)
    assert (gone.withdrawn, gone.blood_group, gone.allergies, gone.signature) == (True, "", [], "")
    assert (await withdraw(records_db, resident)).version == gone.version
    assert (await put(records_db, resident, keys)).version == 3


async def test_many_at_once_are_versions_one_after_another(records_db: Database) -> None:
    resident, keys = uuid4(), await ring(records_db)
    rows = await asyncio.gather(*(put(records_db, resident, keys) for _ in range(8)))
    assert sorted(row.version for row in rows) == list(range(1, 9))


@pytest.mark.parametrize("change", ["UPDATE emergency_slice SET blood_group = 'B+'", "DELETE FROM emergency_slice"])
async def test_the_database_itself_keeps_every_version(records_db: Database, owner_database: str, change: str) -> None:
    await put(records_db, uuid4(), await ring(records_db))
    owner = Database(owner_database)
    for database in (records_db, owner):
        with pytest.raises(DBAPIError, match=r"only ever added to|permission denied"):
            async with database.transaction() as session:
                await session.execute(text(change))
    await owner.close()


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ({"blood_group": "C+"}, "blood_group"),
        ({"blood_group": "a+"}, "blood_group"),
        ({"allergies": ["x"] * 31}, "allergies"),
        ({"allergies": ["penicillin", ""]}, "allergies[1]"),
        ({"allergies": ["x" * 101]}, "allergies[0]"),
        ({"contact_name": "Lin Mei"}, "contact_telephone"),
        ({"contact_telephone": "+8613800000000"}, "contact_telephone"),
        ({"contact_name": "Lin Mei", "contact_telephone": "120"}, "contact_telephone"),
        ({"contact_name": "<b>", "contact_telephone": "+8613800000000"}, "contact_name"),
        ({}, "blood_group"),
    ],
)
def test_what_nobody_can_read_in_an_emergency_is_refused_by_its_field(what: dict[str, Any], field: str) -> None:
    parts: dict[str, Any] = {"blood_group": "", "allergies": [], "contact_name": "", "contact_telephone": ""} | what
    with pytest.raises(Invalid) as refused:
        checked(**parts)
    assert refused.value.field == field


@given(st.sampled_from(["", *sorted(BLOOD_GROUPS)]), st.lists(st.text(max_size=120), max_size=35), st.text(max_size=20))
def test_any_words_are_taken_in_or_refused_and_nothing_else(group: str, allergies: list[str], number: str) -> None:
    try:
        taken = checked(group, allergies, "Lin Mei" if number else "", number)
    except Invalid:
        return
    assert taken == checked(taken.blood_group, taken.allergies, taken.contact_name, taken.contact_telephone)
