"""One person has one account of an operator or a regulator, so that two accounts are two people."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.database import Database
from devstack.fictional import identity_number
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.identity.tests import registers
from services.identity.tests.callers import Callers, claims, code, opened
from services.identity.tests.registers import Registers
from services.identity.tests.test_accounts import BORN, EVERY, OPERATOR, REGULATOR, Staff, accepted

pytestmark = pytest.mark.anyio
SERVICE = "identity"
OFFICES = ["operator", "regulator"]
WORDS = {"operator": "an operator's unlikely words", "regulator": "a regulator's unlikely words"}
LOGINS = {"operator": OPERATOR, "regulator": REGULATOR}


@pytest.fixture(scope="module")
def people_register(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(Path(tmp_path_factory.mktemp("registers"))) as process:
        yield process


@pytest.fixture
async def unproven(
    own_database: str, monkeypatch: pytest.MonkeyPatch, people_register: Registers
) -> AsyncGenerator[Callers]:
    """Identity with the accounts that the settings made, of which nobody knows yet whose they are."""
    people_register.go_wrong()
    async with opened(own_database, monkeypatch, proven=False, **people_register.settings) as callers:
        yield callers


@pytest.fixture
async def staff(unproven: Callers, own_database: str) -> AsyncGenerator[Staff]:
    """The first operator and regulator, who have proven whose their accounts are."""
    tokens = {}
    for who in OFFICES:
        proven = await prove(unproven, await unproven.token(LOGINS[who], WORDS[who]), identity_number(BORN))
        assert proven.status_code == 200, proven.text
        tokens[who] = await unproven.token(LOGINS[who], WORDS[who])
    store = Database(own_database)
    yield Staff(unproven, store, tokens, "")
    await store.close()


async def prove(callers: Callers, token: str, number: str, name: str = "Sun Li") -> httpx2.Response:
    return await callers.post("/account-proof", token, identity_number=number, name=name)


def other(who: str) -> str:
    return OFFICES[1 - OFFICES.index(who)]


@pytest.mark.parametrize("who", OFFICES)
async def test_an_account_whose_person_is_unknown_has_no_duty_until_it_is_proven_whose_it_is(
    unproven: Callers, who: str
) -> None:
    token = await unproven.token(LOGINS[who], WORDS[who])
    assert "dty" not in claims(token)
    refused = await unproven.post("/invitations", token, note="a colleague", duties=[f"DUTY_{EVERY[who][0]}"])
    assert (refused.status_code, code(refused)) == (403, "duty-needed")
    assert "proveAccount" in refused.json()["detail"], "it says what to do"
    proven = await prove(unproven, token, identity_number(BORN))
    assert (proven.status_code, proven.json()["name"], "provenAt" in proven.json()) == (200, "Sun Li", True)
    assert len(claims(await unproven.token(LOGINS[who], WORDS[who]))["dty"]) == len(EVERY[who])


@pytest.mark.parametrize("who", OFFICES)
@pytest.mark.parametrize("second", OFFICES)
async def test_a_person_who_has_an_account_gets_no_second_one(staff: Staff, who: str, second: str) -> None:
    number = identity_number(BORN)
    await staff.join(who, EVERY[who][0], number=number)
    invited = (await staff.invite(second, EVERY[second][0])).json()
    refused = await accepted(staff.callers, invited["token"], who=second, identity_number=number)
    assert (refused.status_code, code(refused), refused.json()["field"]) == (
        409,
        "person-has-account",
        "identity_number",
    )
    assert (await accepted(staff.callers, invited["token"], who=second)).status_code == 200, "it is open for another"


async def test_of_two_acceptances_by_one_person_at_the_same_moment_one_makes_an_account(staff: Staff) -> None:
    number = identity_number(BORN)
    invited = [(await staff.invite(who, EVERY[who][0])).json()["token"] for who in (*OFFICES, *OFFICES)]
    answers = await asyncio.gather(
        *(accepted(staff.callers, token, who="operator", identity_number=number) for token in invited)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {code(answer) for answer in answers if answer.status_code != 200} == {"person-has-account"}


@pytest.mark.parametrize("who", OFFICES)
async def test_who_leaves_and_comes_back_is_the_same_person_in_all_they_did(staff: Staff, who: str) -> None:
    """Whoever proposed something, left, and was invited again, does not approve it: their id is the same."""
    number = identity_number(BORN)
    first, login = await staff.join(who, EVERY[who][0], number=number)
    for comes_back_as in (other(who), who):  # twice, and in another role at first
        left = await staff.ask("POST", "/leaving", await staff.callers.token(login))
        assert left.json()["status"] == "ACCOUNT_STATUS_LEFT"
        again, login = await staff.join(comes_back_as, EVERY[comes_back_as][0], number=number)
        assert again == first
    listed = (await staff.ask("GET", "/accounts", staff.tokens[who])).json()["accounts"]
    (account,) = [each for each in listed if each["id"] == first]
    assert (account["status"], account["login"]) == ("ACCOUNT_STATUS_ACTIVE", login)
    gone = (await staff.ask("GET", "/accounts", staff.tokens[other(who)])).json()["accounts"]
    assert [each["status"] for each in gone if each["id"] == first] == ["ACCOUNT_STATUS_LEFT"]


async def test_an_account_that_is_proven_stays_its_persons(staff: Staff) -> None:
    token = staff.tokens["operator"]
    another = await prove(staff.callers, token, identity_number(BORN))
    assert (another.status_code, code(another)) == (409, "already-proven")
    number = identity_number(BORN)
    _, login = await staff.join("operator", "FINANCE", number=number)
    again = await prove(staff.callers, await staff.callers.token(login), number, "Zhao Min")
    assert again.status_code == 200, "the same again changes nothing"
    taken = await prove(staff.callers, staff.tokens["regulator"], number, "Zhao Min")
    assert (taken.status_code, code(taken)) == (409, "person-has-account")


async def test_nobody_becomes_an_operator_or_a_regulator_whom_the_register_does_not_confirm(
    staff: Staff, people_register: Registers
) -> None:
    number = identity_number(BORN)
    await staff.join("operator", "FINANCE", number=number)  # the register knows it as Zhao Min's from now on
    invited = (await staff.invite("regulator", "AUDIT")).json()["token"]
    for odd, expected in (
        ({"identity_number": number, "name": "Somebody Else"}, (409, "identity-not-confirmed")),
        ({"identity_number": "123"}, (400, "invalid")),
        ({"identity_number": number[:-1] + ("0" if number[-1] != "0" else "1")}, (400, "invalid")),
    ):
        refused = await accepted(staff.callers, invited, who="regulator", **odd)
        assert (refused.status_code, code(refused), refused.json()["field"]) == (*expected, "identity_number"), odd
        assert number not in refused.text
    people_register.go_wrong(away=1.0)
    away = await accepted(staff.callers, invited, who="regulator")
    assert (away.status_code, code(away)) == (503, "register-away")
    people_register.go_wrong()
    assert (await accepted(staff.callers, invited, who="regulator")).status_code == 200, "nothing was used up"


async def test_a_partners_staff_say_nothing_of_it(staff: Staff) -> None:
    login, words = f"{uuid4().hex}@clinic.example.org", "a password of some length"
    await staff.callers.post(
        "/institutions",
        name={"text": {"zh-CN": "诊所", "en": "Clinic"}},
        login=login,
        password=words,
        staff_name="Owner",
    )
    invited = await staff.invite("partner", "DESK", token=await staff.callers.token(login))
    refused = await accepted(staff.callers, invited.json()["token"], identity_number=identity_number(BORN))
    assert (refused.status_code, refused.json()["field"]) == (400, "identity_number")
    assert (await accepted(staff.callers, invited.json()["token"])).status_code == 200


async def test_the_database_itself_gives_one_person_no_two_accounts_and_changes_no_holder(staff: Staff) -> None:
    for statement, law in (
        ("INSERT INTO office_holder SELECT :id, number_hash, '', now() FROM office_holder LIMIT 1",
         "office_holder_number"),
        ("UPDATE office_holder SET account_id = :id", "stays|permission denied"),
        ("DELETE FROM office_holder WHERE account_id <> :id", "stays|permission denied"),
        ("UPDATE account SET subject_id = (SELECT subject_id FROM account WHERE role = 'operator' LIMIT 1)"
         " WHERE role = 'regulator' AND subject_id <> :id", "account_subject_id_key"),
    ):  # fmt: skip
        with pytest.raises((IntegrityError, DBAPIError), match=law):
            async with staff.database.transaction() as session:
                await session.execute(text(statement), {"id": uuid4()})


async def test_an_operator_decides_no_guardianship_of_their_own(staff: Staff) -> None:
    """Whoever is guardian as a resident is the same person as an operator: another operator decides."""
    number, words = identity_number(BORN), "a password of some length"
    _, login = await staff.join("operator", "SUPPORT", number=number)
    resident = f"{uuid4().hex}@residents.example.org"
    registered = await staff.callers.post(
        "/residents", login=resident, password=words, name="Zhao Min", birth_date=BORN, identity_number=number
    )
    assert registered.status_code == 200, registered.text
    parent = await staff.callers.post(
        "/residents", login=f"{uuid4().hex}@residents.example.org", password=words, name="Zhao Lan",
        birth_date="1941-04-04", identity_number=identity_number("1941-04-04"),
    )  # fmt: skip
    guardian_id, parent_id, proposal_id = UUID(registered.json()["id"]), UUID(parent.json()["id"]), uuid4()
    court = {"kind": "court_decision", "reference": "7", "issued_by": "Court", "issued_on": "2026-01-05"}
    async with staff.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO guardianship_proposal (id, guardian_id, dependant_id, ward, acts, until, evidence,"
                " proposed_by, proposed_at, expires_at, status) VALUES (:id, :guardian, :parent, 'adult', '{orders}',"
                " now() + interval '1 year', CAST(:evidence AS jsonb), :guardian, now(), now() + interval '30 days',"
                " 'open')"
            ),
            {"id": proposal_id, "guardian": guardian_id, "parent": parent_id, "evidence": json.dumps([court])},
        )
    path, decision = (
        f"/guardianship-proposals/{proposal_id}/decision",
        {"approved": True, "reason": "the court says so"},
    )
    own = await staff.ask("POST", path, await staff.callers.token(login), **decision)
    assert (own.status_code, code(own)) == (403, "own-guardianship-proposal"), own.text
    by_own_hand = (
        "UPDATE guardianship_proposal SET status = 'refused', reason = 'x', closed_at = now(), closed_by = :by"
    )
    with pytest.raises(IntegrityError, match="nobody decides a guardianship of their own"):
        async with staff.database.transaction() as session:
            by = await session.scalar(text("SELECT subject_id FROM account WHERE login = :login"), {"login": login})
            await session.execute(text(by_own_hand), {"by": by})
    by_another = await staff.ask("POST", path, staff.tokens["operator"], **decision)
    assert by_another.status_code == 200, by_another.text
