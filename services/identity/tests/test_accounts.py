"""Operators, regulators and partners' staff: invited, confirmed, given duties, suspended, gone."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from chassis.database import Database
from chassis.routes import DUTIES, MANAGERS
from devstack.fictional import identity_number
from identity.domain import accounts as domain
from identity.domain.people import Role
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.common.v1.route_pb2 import Duty
from yima.common.v1.route_pb2 import Role as RoleMessage

from services.identity.tests import registers
from services.identity.tests.callers import PASSWORD, Callers, claims, code, opened
from services.identity.tests.registers import Registers

pytestmark = pytest.mark.anyio
SERVICE = "identity"
BORN = "1975-07-07"
OPERATOR, REGULATOR = "operator@yima.example.org", "regulator@yima.example.org"
EVERY = {
    "operator": ["ONBOARDING", "FINANCE", "SUPPORT", "ACCOUNTS", "QUALITY"],
    "regulator": ["SUPERVISE", "AUDIT"],
    "partner": ["OWNER", "DESK", "FINANCE", "DEVELOPER"],
}


@dataclass
class Staff:
    """The first operator, regulator and owner of an institution, signed in."""

    callers: Callers
    database: Database
    tokens: dict[str, str]
    institution_id: str

    async def ask(self, method: str, path: str, token: str, **body: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {token}"}
        return await self.callers.http.request(method, path, json=None if method == "GET" else body, headers=headers)

    async def invite(self, who: str, *duties: str, token: str = "", **more: Any) -> httpx2.Response:
        body = {"note": "a colleague", "duties": [f"DUTY_{duty}" for duty in duties], **more}
        return await self.ask("POST", "/invitations", token or self.tokens[who], **body)

    async def join(self, who: str, *duties: str, confirmed: bool = True, number: str = "") -> tuple[str, str]:
        """A colleague's account id and login, who accepted an invitation; signs in with `PASSWORD`."""
        invited = await self.invite(who, *duties)
        assert invited.status_code == 200, invited.text
        joined = await accepted(self.callers, invited.json()["token"], who=who, identity_number=number)
        assert joined.status_code == 200, joined.text
        account = joined.json()
        if confirmed and who != "partner":
            other = self.tokens["regulator" if who == "operator" else "operator"]
            answer = await self.ask("POST", f"/accounts/{account['id']}/confirmation", other)
            assert answer.status_code == 200, answer.text
        return account["id"], account["login"]


async def accepted(
    callers: Callers, token: str, authorization: str = "", *, who: str = "partner", **body: Any
) -> httpx2.Response:
    if who != "partner" and not body.get("identity_number"):
        body["identity_number"] = identity_number(BORN)
    values = {"token": token, "login": f"{uuid4().hex}@staff.example.org", "name": "Zhao Min", "password": PASSWORD}
    headers = {"authorization": f"Bearer {authorization}"} if authorization else {}
    return await callers.http.post("/accounts", json=values | body, headers=headers)


@pytest.fixture(scope="module")
def people_register(tmp_path_factory: pytest.TempPathFactory) -> Generator[Registers]:
    with registers.running(Path(tmp_path_factory.mktemp("registers"))) as process:
        yield process


@pytest.fixture
async def staff(
    own_database: str, monkeypatch: pytest.MonkeyPatch, people_register: Registers
) -> AsyncGenerator[Staff]:
    people_register.go_wrong()
    async with opened(own_database, monkeypatch, **people_register.settings) as callers:
        login = f"{uuid4().hex}@clinic.example.org"
        registered = await callers.post(
            "/institutions",
            name={"text": {"zh-CN": "诊所", "en": "Clinic"}},
            login=login,
            password=PASSWORD,
            staff_name="Owner",
        )
        assert registered.status_code == 200, registered.text
        tokens = {
            "operator": await callers.token(OPERATOR, "an operator's unlikely words"),
            "regulator": await callers.token(REGULATOR, "a regulator's unlikely words"),
            "partner": await callers.token(login),
        }
        store = Database(own_database)
        try:
            yield Staff(callers, store, tokens, registered.json()["id"])
        finally:
            await store.close()


def named(numbers: list[int]) -> set[str]:
    return {Duty.Name(number).removeprefix("DUTY_") for number in numbers}  # type: ignore[arg-type]


def test_identity_names_duties_as_the_contract_and_the_chassis_do() -> None:
    for role, duties in domain.DUTIES.items():
        number = RoleMessage.Value(f"ROLE_{role.upper()}")
        assert {f"DUTY_{duty.upper()}" for duty in duties} == {Duty.Name(duty) for duty in DUTIES[number]}
        assert f"DUTY_{domain.MANAGER[role].upper()}" == Duty.Name(MANAGERS[number])
    assert set(domain.DUTIES) == set(domain.MANAGER) == {Role.OPERATOR, Role.PARTNER, Role.REGULATOR}


async def test_the_database_has_the_same_duties(staff: Staff) -> None:
    async with staff.database.transaction() as session:
        for role in Role:
            duties = await session.scalar(text("SELECT duties_of(:role)"), {"role": role})
            assert duties == domain.all_duties(role)


async def test_the_first_account_of_each_role_has_all_of_its_duties(staff: Staff) -> None:
    for who, duties in EVERY.items():
        assert named(claims(staff.tokens[who])["dty"]) == set(duties)


@pytest.mark.parametrize("who", EVERY)
async def test_who_accepts_an_invitation_has_its_duties_and_no_others(staff: Staff, who: str) -> None:
    duty = EVERY[who][1]
    account_id, login = await staff.join(who, duty)
    token = await staff.callers.token(login)
    assert (claims(token)["sub"], named(claims(token)["dty"])) == (account_id, {duty})
    assert claims(token).get("pid") == claims(staff.tokens[who]).get("pid")
    refused = await staff.invite(who, duty, token=token)
    assert (refused.status_code, code(refused)) == (403, "duty-needed")
    me = await staff.callers.http.get("/me", headers={"authorization": f"Bearer {token}"})
    assert me.json()["duties"] == [f"DUTY_{duty}"]


@pytest.mark.parametrize("who", ["operator", "regulator"])
async def test_an_invited_operator_or_regulator_waits_for_another_person_than_who_invited(
    staff: Staff, who: str
) -> None:
    account_id, login = await staff.join(who, EVERY[who][0], confirmed=False)
    waiting = await staff.callers.sign_in(login)
    assert (waiting.status_code, code(waiting)) == (403, "account-unconfirmed")
    alone = await staff.ask("POST", f"/accounts/{account_id}/confirmation", staff.tokens[who])
    assert (alone.status_code, code(alone)) == (403, "same-person")
    by_partner = await staff.ask("POST", f"/accounts/{account_id}/confirmation", staff.tokens["partner"])
    assert by_partner.status_code == 403
    other = staff.tokens["regulator" if who == "operator" else "operator"]
    for _ in range(2):  # a lost answer is asked for again
        done = await staff.ask("POST", f"/accounts/{account_id}/confirmation", other)
        assert (done.json()["status"], len(done.json()["changes"])) == ("ACCOUNT_STATUS_ACTIVE", 2)
    assert (await staff.callers.sign_in(login)).status_code == 200


async def test_the_database_itself_lets_nobody_confirm_whom_they_invited(staff: Staff) -> None:
    account_id, _ = await staff.join("operator", "FINANCE", confirmed=False)
    with pytest.raises(IntegrityError, match="account_confirmed_by_another"):
        async with staff.database.transaction() as session:
            await session.execute(
                text("UPDATE account SET unconfirmed = false, confirmed_by = invited_by WHERE subject_id = :id"),
                {"id": account_id},
            )


async def test_nobody_invites_into_another_role_or_gives_what_they_have_not(staff: Staff) -> None:
    for who, role in (("partner", "OPERATOR"), ("operator", "REGULATOR"), ("regulator", "OPERATOR")):
        refused = await staff.invite(who, *EVERY[role.lower()], role=f"ROLE_{role}")
        assert (refused.status_code, refused.json()["field"]) == (403, "role")
        unsaid = await staff.invite(who, *EVERY[role.lower()])
        assert (unsaid.status_code, unsaid.json()["field"]) == (400, "duties")
    account_id, login = await staff.join("operator", "ACCOUNTS", "SUPPORT")
    token = await staff.callers.token(login)
    beyond = await staff.invite("operator", "SUPPORT", "FINANCE", token=token)
    assert (beyond.status_code, code(beyond), beyond.json()["field"]) == (403, "duty-not-yours", "duties")
    own = await staff.ask("PUT", f"/accounts/{account_id}/duties", token, duties=["DUTY_FINANCE", "DUTY_ACCOUNTS"])
    assert (own.status_code, code(own)) == (403, "duty-not-yours")


@pytest.mark.parametrize("change", ["role = 'operator', institution_id = NULL", "duties = ARRAY['owner', 'desk']"])
async def test_the_database_itself_takes_no_invitation_beyond_its_inviter(staff: Staff, change: str) -> None:
    _, login = await staff.join("partner", "OWNER")
    invited = await staff.invite("partner", "OWNER", token=await staff.callers.token(login))
    with pytest.raises(IntegrityError):
        async with staff.database.transaction() as session:
            await session.execute(text(f"UPDATE invitation SET {change} WHERE id = :id"), {"id": invited.json()["id"]})


@pytest.mark.parametrize("duties", [[], ["DUTY_UNSPECIFIED"], [99], ["DUTY_OWNER"], ["DUTY_FINANCE", "DUTY_AUDIT"]])
async def test_an_invitation_needs_duties_of_its_role(staff: Staff, duties: list[Any]) -> None:
    refused = await staff.ask("POST", "/invitations", staff.tokens["operator"], note="x", duties=duties)
    assert (refused.status_code, refused.json()["field"].partition("[")[0]) == (400, "duties")


async def test_an_invitation_is_accepted_once_in_time_by_who_has_its_token(staff: Staff) -> None:
    invited = (await staff.invite("partner", "DESK")).json()
    both = await asyncio.gather(*(accepted(staff.callers, invited["token"]) for _ in range(4)))
    assert sorted(answer.status_code for answer in both) == [200, 409, 409, 409]
    assert {code(answer) for answer in both if answer.status_code != 200} == {"invitation-used"}
    for token in ("yi_" + "A" * 43, "yi_", "", "A" * 5000, "yi_Ω", invited["token"][:-1], invited["id"]):
        unknown = await accepted(staff.callers, token)
        assert unknown.status_code in (400, 404), token
    late = (await staff.invite("partner", "DESK")).json()
    async with staff.database.transaction() as session:
        await session.execute(text("UPDATE invitation SET expires_at = now() WHERE id = :id"), {"id": late["id"]})
    expired = await accepted(staff.callers, late["token"])
    assert (expired.status_code, code(expired)) == (410, "invitation-expired")
    taken_back = (await staff.invite("partner", "DESK")).json()
    revoked = await staff.ask("POST", f"/invitations/{taken_back['id']}/revocation", staff.tokens["partner"])
    assert revoked.status_code == 200
    assert code(await accepted(staff.callers, taken_back["token"])) == "invitation-expired"
    used = await staff.ask("POST", f"/invitations/{invited['id']}/revocation", staff.tokens["partner"])
    assert code(used) == "invitation-used"
    others = await staff.ask("POST", f"/invitations/{late['id']}/revocation", staff.tokens["operator"])
    assert others.status_code == 404


@pytest.mark.parametrize("days", [-1, 0, 31, 4000])
async def test_an_invitation_lasts_thirty_days_at_most(staff: Staff, days: int) -> None:
    until = (datetime.now(UTC) + timedelta(days=days, seconds=-1)).isoformat()
    refused = await staff.invite("partner", "DESK", expires_at=until)
    assert (refused.status_code, refused.json()["field"]) == (400, "expires_at")


async def test_an_invitation_is_for_another_person_with_a_login_of_their_own(staff: Staff) -> None:
    invited = (await staff.invite("operator", "FINANCE")).json()
    signed_in = await accepted(staff.callers, invited["token"], staff.tokens["operator"], who="operator")
    assert (signed_in.status_code, code(signed_in)) == (403, "forbidden")
    for login in (OPERATOR, "οperator@yima.example.org", "OPERATOR@yima.example.org", "оperator@yima.example.org"):
        taken = await accepted(staff.callers, invited["token"], who="operator", login=login)
        assert taken.status_code in (400, 409), login
        assert taken.json()["field"] == "login"
    joined = await accepted(staff.callers, invited["token"], who="operator")
    assert joined.status_code == 200, "a refusal uses nothing up"


@pytest.mark.parametrize("field", ["login", "name", "password"])
async def test_what_an_invited_person_chooses_is_held_to_what_everybodys_is(staff: Staff, field: str) -> None:
    invited = (await staff.invite("partner", "DESK")).json()
    refused = await accepted(staff.callers, invited["token"], **{field: ""})
    assert (refused.status_code, refused.json()["field"]) == (400, field)


async def test_what_an_inviter_may_not_give_any_more_their_invitation_does_not(staff: Staff) -> None:
    account_id, login = await staff.join("operator", "ACCOUNTS", "FINANCE")
    token = await staff.callers.token(login)
    open_one, open_two = [(await staff.invite("operator", "FINANCE", token=token)).json() for _ in range(2)]
    duties = await staff.ask(
        "PUT", f"/accounts/{account_id}/duties", staff.tokens["operator"], duties=["DUTY_ACCOUNTS"]
    )
    assert duties.status_code == 200
    assert code(await accepted(staff.callers, open_one["token"], who="operator")) == "invitation-expired"
    await staff.ask("POST", f"/accounts/{account_id}/removal", staff.tokens["operator"])
    assert code(await accepted(staff.callers, open_two["token"], who="operator")) == "invitation-expired"


async def test_changed_duties_end_the_sessions_that_say_the_others(staff: Staff) -> None:
    account_id, login = await staff.join("operator", "FINANCE", "SUPPORT")
    token = await staff.callers.token(login)
    same = await staff.ask(
        "PUT", f"/accounts/{account_id}/duties", staff.tokens["operator"], duties=["DUTY_SUPPORT", "DUTY_FINANCE"]
    )
    assert same.status_code == 200
    assert await staff.callers.me(token) == 200, "nothing changed"
    fewer = await staff.ask("PUT", f"/accounts/{account_id}/duties", staff.tokens["operator"], duties=["DUTY_SUPPORT"])
    assert fewer.json()["duties"] == ["DUTY_SUPPORT"]
    assert await ended(staff, token)
    assert named(claims(await staff.callers.token(login))["dty"]) == {"SUPPORT"}


async def ended(staff: Staff, token: str) -> bool:
    """Is the token refused, within a moment?"""
    async with asyncio.timeout(10):
        while await staff.callers.me(token) != 401:
            await asyncio.sleep(0.05)
    return True


@pytest.mark.parametrize("who", EVERY)
async def test_a_suspended_person_is_out_at_once_and_comes_back_when_reinstated(staff: Staff, who: str) -> None:
    account_id, login = await staff.join(who, EVERY[who][1])
    token = await staff.callers.token(login)
    path = f"/accounts/{account_id}"
    assert (await staff.ask("POST", f"{path}/suspension", staff.tokens[who])).json()["field"] == "reason"
    suspended = await staff.ask("POST", f"{path}/suspension", staff.tokens[who], reason="telephone lost")
    assert suspended.json()["status"] == "ACCOUNT_STATUS_SUSPENDED"
    assert await ended(staff, token)
    refused = await staff.callers.sign_in(login)
    assert (refused.status_code, code(refused)) == (403, "account-suspended")
    wrong = await staff.callers.sign_in(login, "a wrong password of some length")
    assert code(wrong) == "sign-in-refused", "who has not the password learns nothing of the account"
    back = await staff.ask("POST", f"{path}/reinstatement", staff.tokens[who], reason="found")
    assert [change["kind"].rpartition("_")[2] for change in back.json()["changes"]][-2:] == ["SUSPENDED", "REINSTATED"]
    assert (await staff.callers.sign_in(login)).status_code == 200


@pytest.mark.parametrize("who", EVERY)
async def test_who_has_left_signs_in_no_more_their_login_is_free_and_who_they_were_is_kept(
    staff: Staff, who: str
) -> None:
    account_id, login = await staff.join(who, EVERY[who][1])
    token = await staff.callers.token(login)
    left = await staff.ask("POST", "/leaving", token, reason="another post")
    assert (left.status_code, left.json()["status"]) == (200, "ACCOUNT_STATUS_LEFT"), left.text
    assert await ended(staff, token)
    assert code(await staff.callers.sign_in(login)) == "sign-in-refused"
    listed = await staff.ask("GET", "/accounts?status=ACCOUNT_STATUS_LEFT", staff.tokens[who])
    (account,) = listed.json()["accounts"]
    assert (account["id"], account["name"], account["login"]) == (account_id, "Zhao Min", login)
    assert account["changes"][-1] | {"at": ""} == {
        "kind": "ACCOUNT_CHANGE_KIND_LEFT",
        "at": "",
        "byId": account_id,
        "reason": "another post",
        "duties": [f"DUTY_{EVERY[who][1]}"],
    }
    again = (await staff.invite(who, EVERY[who][1])).json()
    rejoined = await accepted(staff.callers, again["token"], who=who, login=login)
    assert (rejoined.status_code, rejoined.json()["id"] != account_id) == (200, True)
    for path in ("suspension", "removal", "reinstatement"):
        gone = await staff.ask("POST", f"/accounts/{account_id}/{path}", staff.tokens[who], reason="late")
        assert gone.status_code == 404


@pytest.mark.parametrize("who", EVERY)
async def test_the_last_who_can_invite_neither_leaves_nor_is_suspended_nor_loses_the_duty(
    staff: Staff, who: str
) -> None:
    token, own = staff.tokens[who], claims(staff.tokens[who])["sub"]
    await staff.join(who, EVERY[who][1])  # a colleague who cannot invite does not count
    steps = [
        ("POST", "/leaving", {}),
        ("POST", f"/accounts/{own}/suspension", {"reason": "none"}),
        ("PUT", f"/accounts/{own}/duties", {"duties": [f"DUTY_{EVERY[who][1]}"]}),
    ]
    manager = Duty.Name(MANAGERS[RoleMessage.Value(f"ROLE_{who.upper()}")])
    for method, path, body in steps:
        if path.endswith("duties") and body["duties"] == [manager]:
            body["duties"] = [f"DUTY_{EVERY[who][0]}"]
        refused = await staff.ask(method, path, token, **body)
        assert (refused.status_code, code(refused)) == (409, "last-account"), path
    await staff.join(who, manager.removeprefix("DUTY_"), confirmed=False)
    if who != "partner":
        assert code(await staff.ask("POST", "/leaving", token)) == "last-account", "who waits cannot invite"
    second, _ = await staff.join(who, manager.removeprefix("DUTY_"))
    assert (await staff.ask("POST", "/leaving", token)).status_code == 200
    assert second


async def test_two_owners_who_leave_at_the_same_moment_do_not_both(staff: Staff) -> None:
    _, login = await staff.join("partner", "OWNER")
    tokens = [staff.tokens["partner"], await staff.callers.token(login)]
    answers = await asyncio.gather(*(staff.ask("POST", "/leaving", token) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_accounts_and_invitations_are_seen_by_colleagues_and_supervisors_of_each_other(staff: Staff) -> None:
    colleague, _ = await staff.join("partner", "FINANCE")
    other = f"{uuid4().hex}@other.example.org"
    await staff.callers.post(
        "/institutions",
        name={"text": {"zh-CN": "别家", "en": "Other"}},
        login=other,
        password=PASSWORD,
        staff_name="Owner",
    )
    stranger = await staff.callers.token(other)
    listed = (await staff.ask("GET", "/accounts", stranger)).json()["accounts"]
    assert [account["login"] for account in listed] == [other]
    for path in ("suspension", "removal", "reinstatement"):
        refused = await staff.ask("POST", f"/accounts/{colleague}/{path}", stranger, reason="theirs")
        assert refused.status_code == 404
    assert not (await staff.ask("GET", "/invitations", stranger)).json().get("invitations")
    seen = {
        who: {
            role: (await staff.ask("GET", f"/accounts?role=ROLE_{role}", staff.tokens[who])).status_code
            for role in ("OPERATOR", "REGULATOR", "PARTNER", "RESIDENT")
        }
        for who in EVERY
    }
    assert seen["operator"] == seen["regulator"] == {"OPERATOR": 200, "REGULATOR": 200, "PARTNER": 403, "RESIDENT": 403}
    assert seen["partner"] == {"OPERATOR": 403, "REGULATOR": 403, "PARTNER": 200, "RESIDENT": 403}


async def test_pages_of_accounts_hold_each_once_whether_its_person_has_left_or_not(staff: Staff) -> None:
    joined = [(await staff.join("partner", "DESK"))[0] for _ in range(5)]
    for account_id in joined[1:4:2]:
        await staff.ask("POST", f"/accounts/{account_id}/removal", staff.tokens["partner"])
    seen: list[str] = []
    after = ""
    while True:
        answer = await staff.ask("GET", f"/accounts?page.first=2&page.after={after}", staff.tokens["partner"])
        seen += [account["id"] for account in answer.json()["accounts"]]
        if not answer.json()["page"].get("hasNext"):
            break
        after = answer.json()["page"]["cursors"][-1]
    assert seen == [*reversed(joined), claims(staff.tokens["partner"])["sub"]]


async def test_what_became_of_an_account_is_never_changed(staff: Staff) -> None:
    account_id, _ = await staff.join("partner", "DESK")
    await staff.ask("POST", f"/accounts/{account_id}/removal", staff.tokens["partner"])
    for statement in ("UPDATE former_account SET name = 'nobody'", "DELETE FROM account_change"):
        with pytest.raises(Exception, match=r"stays|permission denied"):
            async with staff.database.transaction() as session:
                await session.execute(text(statement))


async def test_the_settings_make_no_operator_once_there_was_one(
    own_database: str, monkeypatch: pytest.MonkeyPatch, people_register: Registers
) -> None:
    async with opened(own_database, monkeypatch, **people_register.settings) as callers:
        store = Database(own_database)
        first = Staff(callers, store, {"operator": await callers.token(OPERATOR, "an operator's unlikely words"),
                      "regulator": await callers.token(REGULATOR, "a regulator's unlikely words")}, "")  # fmt: skip
        _, login = await first.join("operator", *EVERY["operator"])
        assert (await first.ask("POST", "/leaving", first.tokens["operator"])).status_code == 200
        await store.close()
    async with opened(own_database, monkeypatch) as callers:
        assert code(await callers.sign_in(OPERATOR, "an operator's unlikely words")) == "sign-in-refused"
        assert (await callers.sign_in(login)).status_code == 200
