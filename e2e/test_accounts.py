"""Several operators, regulators and people of a partner's staff through the whole system: who does what, who goes."""

import asyncio
import base64
import json
import os
import secrets
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from chassis.database import Database
from devstack.authenticator import Authenticator
from devstack.fictional import identity_number
from devstack.stack import Stack
from identity.domain.factors import STEP_SECONDS, code_at
from ops.example_city import BORN, colleague
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed
from yima_cli.session import Session
from yima_client.caller import Caller, fresh_key, until
from yima_client.errors import Refused

from e2e.people import PASSWORD, a_clinic, a_resident, confirmed, known_to, operator_of, place, refusal, regulator_of
from e2e.test_bank import statement
from e2e.test_cli import yima
from e2e.test_subscriptions import talk

pytestmark = pytest.mark.anyio
OPERATORS, STAFF = (
    ["ONBOARDING", "FINANCE", "SUPPORT", "ACCOUNTS", "QUALITY"],
    ["OWNER", "DESK", "FINANCE", "DEVELOPER"],
)


async def another_operator(nobody: Caller, stack: Stack, *duties: str) -> Caller:
    """A second operator, whom the first invited and the regulator confirmed."""
    operator, regulator = await operator_of(nobody, stack.secrets), await regulator_of(nobody, stack.secrets)
    login = f"operator-{secrets.token_hex(5)}@yima.example.org"
    return await colleague(nobody, operator, login, PASSWORD, name="Zhao Min", duties=list(duties), confirmer=regulator)


async def member(nobody: Caller, owner: Caller, *duties: str) -> Caller:
    """A member of a partner's staff, whom its owner invited."""
    login = f"staff-{secrets.token_hex(5)}@clinic.example.org"
    return await colleague(nobody, owner, login, PASSWORD, name="Li Na", duties=list(duties), confirmer=None)


async def code_of(call: Any) -> str:
    try:
        await call
    except Refused as refused:
        return refused.code
    return "done"


async def test_what_one_operator_proposes_only_another_approves(stack: Stack, nobody: Caller) -> None:
    first, second = await operator_of(nobody, stack.secrets), await another_operator(nobody, stack, "FINANCE")
    clinic = await a_clinic(nobody, stack.secrets)
    looser = {"setPayoutTerms": {"partnerId": clinic.partner_id, "terms": {"holdDays": 0, "rail": "BANK"}}}
    for proposer, approver in ((first, second), (second, first)):
        proposed = await proposer.run("propose", act=looser, reason="known for years", key=fresh_key())
        decision = {"proposalId": proposed["id"], "approved": True}
        assert await code_of(proposer.run("decide-proposal", **decision, key=fresh_key())) == "same-person"
        assert (await approver.run("decide-proposal", **decision, key=fresh_key()))["status"] == "APPROVED"


async def test_an_adjustment_that_one_operator_proposed_is_approved_by_another(stack: Stack, nobody: Caller) -> None:
    first, second = await operator_of(nobody, stack.secrets), await another_operator(nobody, stack, "FINANCE")
    amount = f"{secrets.randbelow(900) + 100}.{secrets.randbelow(90) + 10}"
    xml = statement(stack, fresh_key().replace("-", ""), {f"FEE-{fresh_key()[:8]}": amount})
    ingest = """mutation ($content: String!) { ingestBankStatements(content: $content) {
        ... on BankStatements { statements { lines } } ... on Refused { code message field } } }"""
    await first.raw(ingest, content=base64.b64encode(xml.encode()).decode())
    await first.run("reconcile", key=fresh_key())
    (fee,) = [node for node in await first.every("breaks", status="OPEN") if node["amount"]["amount"] == f"-{amount}"]
    proposed = await first.run(
        "propose-adjustment", breakId=fee["id"], account="platform:bank-fees", reason="the bank's fee", key=fresh_key()
    )
    decision = {"adjustmentId": proposed["id"], "approved": True}
    assert await code_of(first.run("decide-adjustment", **decision, key=fresh_key())) == "same-person"
    decided = await second.run("decide-adjustment", **decision, key=fresh_key())
    assert decided["status"] == "APPROVED"
    assert decided["entryId"]


async def test_an_operator_alone_does_not_become_two(stack: Stack, nobody: Caller) -> None:
    """Whoever has invited an account cannot use it: another person says first who its person is."""
    operator = await operator_of(nobody, stack.secrets)
    invited = await operator.run("invite-account", note="myself", duties=["FINANCE", "ACCOUNTS"], key=fresh_key())
    login = f"second-self-{secrets.token_hex(5)}@yima.example.org"
    number = identity_number(BORN)
    chosen = {"login": login, "name": "Somebody", "password": PASSWORD, "identityNumber": number}
    assert await code_of(operator.run("accept-invitation", token=invited["token"], **chosen)) == "forbidden"
    account = await nobody.run("accept-invitation", token=invited["token"], **chosen)
    assert account["status"] == "UNCONFIRMED"
    assert await code_of(operator.run("confirm-account", accountId=account["id"])) == "same-person"
    assert await code_of(nobody.run("sign-in", login=login, password=PASSWORD)) == "account-unconfirmed"
    waiting = await (await regulator_of(nobody, stack.secrets)).every("accounts", role="OPERATOR", status="UNCONFIRMED")
    assert account["id"] in [each["id"] for each in waiting], "a regulator sees who waits"
    another = await operator.run("invite-account", note="myself again", duties=["SUPPORT"], key=fresh_key())
    once_more = chosen | {"token": another["token"], "login": f"third-self-{secrets.token_hex(5)}@yima.example.org"}
    assert await code_of(nobody.run("accept-invitation", **once_more)) == "person-has-account"


ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("ONBOARDING", "issue-certificates", {"partnerId": "par_" + "0" * 32, "grants": []}),
    ("FINANCE", "run-payouts", {"key": "k"}),
    ("FINANCE", "ledger-check", {}),
    ("SUPPORT", "undecided-reviews", {}),
    ("ACCOUNTS", "accounts", {}),
]


@pytest.mark.parametrize("duty", OPERATORS)
async def test_an_operator_does_what_their_duty_says(stack: Stack, nobody: Caller, duty: str) -> None:
    operator = await another_operator(nobody, stack, duty)
    assert (await operator.run("me"))["duties"] == [duty]
    for needed, operation, variables in ACTS:
        code = await code_of(operator.run(operation, **variables))
        assert (code == "duty-needed") == (needed != duty), (operation, code)


async def test_a_partners_people_do_what_their_duties_say(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    resident, resident_id = await a_resident(nobody)
    order_id = (await place(resident, clinic))["id"]
    await confirmed(resident, order_id)
    people = {duty: await member(nobody, clinic.staff, duty) for duty in STAFF}
    known = known_to(clinic.staff, resident_id)
    record = {"residentId": known, "informationTypes": ["vital-signs"], "purpose": "TREAT"}
    acts = {
        "statement": {"OWNER", "FINANCE"},
        "api-keys": {"OWNER", "DEVELOPER"},
        "records": {"OWNER", "DESK"},
        "invitations": {"OWNER"},
    }
    asked: dict[str, dict[str, Any]] = {"statement": {"partnerId": clinic.partner_id}, "records": record}
    for operation, may in acts.items():
        refused = {
            duty
            for duty, person in people.items()
            if await code_of(person.run(operation, **asked.get(operation, {}))) == "duty-needed"
        }
        assert refused == people.keys() - may, operation
    told = await refusal(people["FINANCE"].run("accept-order", orderId=order_id))
    assert (told.code, "DESK or OWNER" in told.message) == ("duty-needed", True)
    assert (await people["DESK"].run("accept-order", orderId=order_id))["status"] == "ACCEPTED"


async def test_a_suspended_persons_open_subscription_ends_and_none_begins(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    desk = await member(nobody, clinic.staff, "DESK")
    (account,) = [each for each in await clinic.staff.every("accounts") if each["duties"] == ["DESK"]]

    async def follow() -> str:
        try:
            async for _ in desk.follow("incoming-orders"):
                continue
        except Refused as refused:
            return refused.code
        return "ended"

    async with talk(stack, desk) as line:
        await line.subscribe("1", "incoming-orders")
        following = asyncio.create_task(follow())
        await asyncio.sleep(1)
        assert not following.done()
        await clinic.staff.run("suspend-account", accountId=account["id"], reason="telephone lost")
        async with asyncio.timeout(20):
            assert await following == "session-ended"
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await line.hear()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code in (4401, 4403)
    assert await code_of(desk.run("orders")) == "unauthenticated"
    assert await code_of(nobody.run("sign-in", login=account["login"], password=PASSWORD)) == "account-suspended"


async def test_who_has_left_stays_in_what_they_decided(stack: Stack, nobody: Caller) -> None:
    operator = await operator_of(nobody, stack.secrets)
    leaver = await another_operator(nobody, stack, "FINANCE")
    clinic = await a_clinic(nobody, stack.secrets)
    terms = {"setPayoutTerms": {"partnerId": clinic.partner_id, "terms": {"holdDays": 1}}}
    proposed = await leaver.run("propose", act=terms, reason="a day is enough", key=fresh_key())
    account = await leaver.run("leave", reason="another post")
    assert account["status"] == "LEFT"
    await until("their session to end", lambda: code_of(leaver.run("me")), lambda code: code == "unauthenticated")
    decided = await operator.run("decide-proposal", proposalId=proposed["id"], approved=True, key=fresh_key())
    assert decided["status"] == "APPROVED"
    (proposal,) = [each for each in await operator.every("proposals") if each["id"] == proposed["id"]]
    assert proposal["proposedBy"] == account["id"]
    (former,) = [each for each in await operator.every("accounts", status="LEFT") if each["id"] == account["id"]]
    assert (former["name"], former["changes"][-1]["reason"]) == ("Zhao Min", "another post")


async def test_a_passkey_signs_a_resident_in_through_the_gateway_and_is_removed(stack: Stack, nobody: Caller) -> None:
    login = f"passkey-{secrets.token_hex(5)}@residents.example.org"
    await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")
    authenticator = Authenticator(origin=stack.graphql.removesuffix("/graphql").replace("127.0.0.1", "localhost"))
    begun = await nobody.run("begin-passkey", login=login, password=PASSWORD)
    credential = authenticator.create(begun["options"])
    added = await nobody.run("finish-passkey", ceremonyId=begun["id"], name="phone", credential=credential)
    assert len(added["recoveryCodes"]) == 10

    async def answer() -> dict[str, str]:
        asked = await nobody.run("begin-passkey-sign-in")
        return {"ceremonyId": asked["id"], "credential": authenticator.get(asked["options"])}

    token = await nobody.run("finish-passkey-sign-in", **await answer())
    resident = nobody.with_token(token["accessToken"])
    (passkey,) = await resident.run("passkeys")
    assert (passkey["name"], passkey["id"][:4]) == ("phone", "psk_")
    stepped_up = await resident.run("step-up", **await answer())
    resident = nobody.with_token(stepped_up["accessToken"])
    await resident.run("rename-passkey", passkeyId=passkey["id"], name="old phone", key=fresh_key())
    removed = await resident.run("remove-passkey", passkeyId=passkey["id"], key=fresh_key())
    assert removed["name"] == "old phone"
    assert await code_of(nobody.run("finish-passkey-sign-in", **await answer())) == "passkey-refused"


async def test_who_has_a_factor_is_asked_for_it_again_before_what_is_grave(
    stack: Stack, nobody: Caller, tmp_path: Path
) -> None:
    clinic = await a_clinic(nobody, stack.secrets)
    factor = await nobody.run("begin-second-factor", login=clinic.login, password=PASSWORD)
    key = base64.b32decode(factor["secret"])
    first = await nobody.run(
        "sign-in", login=clinic.login, password=PASSWORD, code=code_at(key, int(time.time()) // STEP_SECONDS)
    )
    database = Database(stack.postgres.url("identity", "identity_app", stack.secrets["app"]))
    async with database.transaction() as session:  # as if both were used an hour ago
        for statement in (
            "UPDATE second_factor SET last_step = 0 WHERE subject_id = :id",
            "UPDATE access_session SET factor_at = factor_at - interval '1 hour' WHERE subject_id = :id",
        ):
            await session.execute(text(statement), {"id": payload(first["accessToken"])["sub"]})
    await database.close()
    token = await nobody.run("refresh-access", refreshToken=first["refreshToken"])
    owner = nobody.with_token(token["accessToken"])
    assert await code_of(owner.run("create-api-key", label="nightly", scopes=["ORDERS"])) == "step-up-needed"
    assert (await owner.run("me"))["role"] == "PARTNER", "nothing else is asked for"
    kept = Session(stack.graphql, clinic.login, "PARTNER", owner.token, token["expiresAt"], token["refreshToken"])
    (tmp_path / "session.json").write_text(json.dumps(asdict(kept)), "utf-8")
    said = await at_a_terminal(
        stack, tmp_path, code_at(key, int(time.time()) // STEP_SECONDS), "keys", "create", "night"
    )
    assert "This is grave" in said and "yk_" in said, said
    again = await at_a_terminal(stack, tmp_path, "", "keys", "create", "day")
    assert "This is grave" not in again and "yk_" in again, "the session that is kept was stepped up"


async def at_a_terminal(stack: Stack, folder: Path, typed: str, *arguments: str) -> str:
    """What `yima` says to who sits at a terminal, and types this when it asks."""
    master, slave = os.openpty()
    os.write(master, f"{typed}\n".encode())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "yima_cli.main",
        *arguments,
        env=os.environ | {"YIMA_URL": stack.graphql, "YIMA_SESSION": str(folder / "session.json")},
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    os.close(master)
    os.close(slave)
    return output.decode()


def payload(token: str) -> Any:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


async def test_an_owner_invites_a_colleague_at_a_terminal(stack: Stack, nobody: Caller) -> None:
    clinic = await a_clinic(nobody, stack.secrets)

    async def does(*arguments: str, login: str = clinic.login) -> Any:
        code, said = await yima(stack, login, "accounts", *arguments, "--json")
        assert code == 0, said
        return json.loads(said)

    invited = await does("invite", "Li Na, front desk", "--duty", "desk")
    login = f"desk-{secrets.token_hex(5)}@clinic.example.org"
    account = await does("accept", "--token", invited["token"], "--name", "Li Na", login=login)
    assert (account["duties"], account["status"]) == (["DESK"], "ACTIVE")
    assert [each["login"] for each in await does("list")] == [login, clinic.login]
    newest = (await does("invitations"))[0]
    assert (newest["id"], newest["accountId"], "token" in newest) == (invited["id"], account["id"], False)
    changed = await does("duties", account["id"], "--duty", "desk", "--duty", "finance")
    assert sorted(changed["duties"]) == ["DESK", "FINANCE"]
    assert (await does("suspend", account["id"], "--reason", "on leave"))["status"] == "SUSPENDED"
    assert (await does("reinstate", account["id"]))["status"] == "ACTIVE"
    assert (await does("remove", account["id"]))["status"] == "LEFT"
    code, said = await yima(stack, clinic.login, "accounts", "list")
    assert (code, "Li Na" in said, "LEFT" in said) == (0, True, True), said
    code, said = await yima(stack, clinic.login, "accounts", "leave", "--yes")
    assert (code, "[last-account]" in said) == (1, True), said
