"""Who is signed in: sessions and API keys through the gateway, and what is ended is refused everywhere at once."""

import asyncio
import stat
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import orjson
import pytest
from chassis.ids import Kind, shown
from devstack.stack import Stack
from identity.domain.access import AT_LOGIN
from ops.demo import history
from ops.example_city import of_resident
from yima.services import SERVICES
from yima_client.caller import Caller, connect, fresh_key, tls

from e2e.people import (
    PASSWORD,
    Clinic,
    a_clinic,
    a_resident,
    code_sent_to,
    confirmed,
    known_to,
    operator_of,
    place,
    refusal,
    until_status,
)

pytestmark = pytest.mark.anyio

AT_ONCE_SECONDS = 2.0  # on a machine that does much else; ended sessions are asked for every three
# A route of each service that a resident or a partner may ask, and that reads tokens.
ASKED = {
    "identity": "/me",
    "partners": "/partners/{partner}",
    "catalog": "/partner-offerings?partner_id={partner}",
    "ordering": "/orders",
    "settlement": "/payouts",
    "consent": "/consents",
    "records": "/residents/{resident}/records?information_types=vital-signs&purpose=TREAT",
    "notifications": "/webhook-endpoints",
}


async def status_at(stack: Stack, service: str, token: str, **ids: str) -> int:
    path = ASKED[service].format(**{"partner": str(uuid4()), "resident": str(uuid4())} | ids)
    async with httpx2.AsyncClient(timeout=10, trust_env=False, verify=tls()) as http:
        answer = await http.get(f"{stack.service_url(service)}{path}", headers={"authorization": f"Bearer {token}"})
    return answer.status_code


def token_of(caller: Caller) -> str:
    return caller.token


async def refused_everywhere(stack: Stack, token: str) -> None:
    """Every service and the gateway refuse the token, sooner than anybody would hear of it by asking."""
    deadline = time.monotonic() + AT_ONCE_SECONDS
    left = {*SERVICES, "gateway"}
    async with connect(stack.graphql) as nobody:

        async def over(name: str) -> bool:
            if name != "gateway":
                return await status_at(stack, name, token) == 401
            answer = await nobody.with_token(token).raw("{ me { role } }")
            error = answer["errors"][0] if answer.get("errors") else {}
            return dict(error.get("extensions", {})).get("code") == "unauthenticated"

        while left and time.monotonic() < deadline:
            names = sorted(left)
            left -= {name for name, ended in zip(names, await asyncio.gather(*map(over, names)), strict=True) if ended}
    assert left == set(), f"still honoured after {AT_ONCE_SECONDS} s"


async def used_everywhere(stack: Stack, token: str) -> None:
    """Verified once by each, so that each remembers it."""
    for name in SERVICES:
        assert await status_at(stack, name, token) != 401, name


async def a_key(staff: Caller, *scopes: str) -> dict[str, Any]:
    return dict(await staff.run("create-api-key", label="integration", scopes=list(scopes)))


async def system(nobody: Caller, secret: str) -> Caller:
    return await nobody.with_api_key(secret)


async def test_signing_out_is_known_everywhere_within_a_second(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        resident, _ = await a_resident(nobody)
        await used_everywhere(stack, token_of(resident))
        assert await resident.run("sign-out") == {"sessions": 1}
        await refused_everywhere(stack, token_of(resident))


async def test_whoever_comes_back_stays_signed_in_until_a_refresh_token_is_used_twice(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        login = f"{uuid4().hex}@residents.example.org"
        await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")
        answers = [await nobody.run("sign-in", login=login, password=PASSWORD)]
        for _ in range(2):
            answers.append(await nobody.run("refresh-access", refreshToken=answers[-1]["refreshToken"]))
            await used_everywhere(stack, answers[-1]["accessToken"])
        again = await refusal(nobody.run("refresh-access", refreshToken=answers[0]["refreshToken"]))
        assert again.code == "refresh-token-reused"
        for answer in answers:
            await refused_everywhere(stack, answer["accessToken"])
        newest = await refusal(nobody.run("refresh-access", refreshToken=answers[-1]["refreshToken"]))
        assert newest.code == "refresh-refused"


async def test_a_forgotten_password_is_reset_and_every_session_of_it_is_refused_everywhere(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        login, new = f"{uuid4().hex}@residents.example.org", "four entirely new words"
        await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")
        resident = await nobody.signed_in(login, PASSWORD)
        await used_everywhere(stack, resident.token)
        asked = await nobody.run("request-password-reset", login=login)
        unknown = await nobody.run("request-password-reset", login=f"{uuid4().hex}@residents.example.org")
        code = await code_sent_to(stack, login)
        for reset_id in (asked["id"], unknown["id"]):
            wrong = await refusal(
                nobody.run("reset-password", resetId=reset_id, code=f"{int(code) ^ 1:06}", newPassword=new)
            )
            assert wrong.code == "code-wrong"
        assert await nobody.run("reset-password", resetId=asked["id"], code=code, newPassword=new) == {"sessions": 1}
        await refused_everywhere(stack, resident.token)
        again = await nobody.signed_in(login, new)
        confirming = await again.run("request-contact-code", address=login)
        code = await code_sent_to(stack, login, 2)  # after the reset's, and that the password was changed
        confirmed = await again.run("confirm-contact", codeId=confirming["id"], code=code)
        assert confirmed["address"] == login


async def test_a_hundred_guesses_at_once_count_as_a_hundred_and_lock_nobody_out_who_is_known(stack: Stack) -> None:
    """By a login from everywhere and by each address; who signed in from somewhere before is not slowed there."""
    login = f"{uuid4().hex}@residents.example.org"
    document = "mutation ($l: String!, $p: String!) { signIn(login: $l, password: $p) { ... on Refused { code } } }"

    @asynccontextmanager
    async def at(address: str) -> AsyncGenerator[Callable[[str], Awaitable[dict[str, Any]]]]:
        transport = httpx2.AsyncHTTPTransport(local_address=address, verify=tls())
        async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=60) as http:

            async def sign_in(password: str) -> dict[str, Any]:
                body = {"query": document, "variables": {"l": login, "p": password}}
                return dict((await http.post(stack.graphql, json=body)).json())

            yield sign_in

    def code(answer: dict[str, Any]) -> str:
        return str(((answer.get("data") or {}).get("signIn") or {}).get("code") or answer.get("type", ""))

    async with AsyncExitStack() as opened:
        home, cafe = [await opened.enter_async_context(at(f"127.77.1.{number}")) for number in (1, 2)]
        strangers = [await opened.enter_async_context(at(f"127.77.2.{number}")) for number in range(1, 21)]
        async with connect(stack.graphql) as nobody:
            await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")
        assert code(await home(PASSWORD)) == ""
        guesses = (strangers[number % 20](f"a wrong one, number {number}") for number in range(100))
        codes = Counter(map(code, await asyncio.gather(*guesses)))
        assert codes["sign-in-refused"] <= AT_LOGIN.free + 3, codes
        assert codes["too-many-tries"] > 0, codes
        assert "" not in codes, "a guess was right"
        assert code(await home(PASSWORD)) == "", "who is known there signs in"
        for _ in range(6):  # a wait may be over by now; a wrong guess then makes the next one twice as long
            await strangers[0]("one more wrong one")
            if (elsewhere := code(await cafe(PASSWORD))) == "too-many-tries":
                break
        assert elsewhere == "too-many-tries", "the right password tells no more than a wrong one meanwhile"


async def test_signing_out_everywhere_and_a_new_password_end_the_others_within_a_second(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        login = f"{uuid4().hex}@residents.example.org"
        await nobody.run("register-resident", login=login, password=PASSWORD, name="Lin", birthDate="1960-05-05")
        first, second = await nobody.signed_in(login, PASSWORD), await nobody.signed_in(login, PASSWORD)
        await used_everywhere(stack, token_of(first))
        changed = await second.run("change-password", currentPassword=PASSWORD, newPassword="four entirely new words")
        assert changed == {"sessions": 1}
        await refused_everywhere(stack, token_of(first))
        assert (await second.run("me"))["role"] == "RESIDENT"
        third = await nobody.signed_in(login, "four entirely new words")
        assert await third.run("sign-out-everywhere") == {"sessions": 2}
        await refused_everywhere(stack, token_of(second))
        await refused_everywhere(stack, token_of(third))


async def test_a_fresh_api_key_is_good_at_once_and_a_revoked_one_ends_everywhere(stack: Stack, clinic: Clinic) -> None:
    async with connect(stack.graphql) as nobody:
        key = await a_key(clinic.staff, "ORDERS", "MONEY", "RECORDS", "OFFERINGS", "DOCUMENTS")
        robot = await system(nobody, key["secret"])
        await used_everywhere(stack, token_of(robot))
        await clinic.staff.run("revoke-api-key", id=key["id"])
        await refused_everywhere(stack, token_of(robot))
        assert (await refusal(nobody.run("exchange-api-key", apiKey=key["secret"]))).code == "sign-in-refused"


async def test_keys_are_listed_with_what_they_may_do_and_when_they_were_used_but_never_their_secret(
    stack: Stack, clinic: Clinic
) -> None:
    async with connect(stack.graphql) as nobody:
        key = await a_key(clinic.staff, "MONEY")
        (listed,) = [one for one in await clinic.staff.run("api-keys") if one["id"] == key["id"]]
        assert (listed["scopes"], listed["lastUsedAt"], listed["revokedAt"]) == (["MONEY", "STANDING"], None, None)
        robot = await system(nobody, key["secret"])
        (listed,) = [one for one in await clinic.staff.run("api-keys") if one["id"] == key["id"]]
        assert listed["lastUsedAt"] is not None
        secrets = await clinic.staff.raw("{ apiKeys { secret } }")
        assert {key["secret"] for key in secrets["data"]["apiKeys"]} == {None}
        answer = await robot.raw("{ apiKeys { id } }")
        assert answer["errors"][0]["extensions"]["code"] == "forbidden"


async def test_a_key_does_what_its_scopes_say_and_no_more(stack: Stack, clinic: Clinic) -> None:
    async with connect(stack.graphql) as nobody:
        robot = await system(nobody, (await a_key(clinic.staff, "ORDERS"))["secret"])
        assert "errors" not in await robot.raw("{ orders(first: 1) { edges { node { id } } } }")
        assert (await robot.run("me"))["institution"]["id"] == clinic.partner_id
        refused = {
            "money": await robot.raw("{ payouts(first: 1) { edges { node { id } } } }"),
            "offerings": await robot.raw("{ partnerOfferings(first: 1) { edges { node { id } } } }"),
            "consents": await robot.raw("{ consents(first: 1) { nodes { id } } }"),
        }
        codes = {name: answer["errors"][0]["extensions"]["code"] for name, answer in refused.items()}
        assert set(codes.values()) == {"forbidden"}, refused


async def test_a_key_for_nothing_is_not_made(clinic: Clinic) -> None:
    refused = await refusal(clinic.staff.run("create-api-key", label="nothing", scopes=[]))
    assert (refused.code, refused.field) == ("invalid", "scopes")


async def test_no_key_makes_keys_people_or_contracts(stack: Stack, clinic: Clinic) -> None:
    async with connect(stack.graphql) as nobody:
        every = await a_key(clinic.staff, "OFFERINGS", "ORDERS", "RECORDS", "MONEY", "DOCUMENTS")
        robot = await system(nobody, every["secret"])
        tries = [
            robot.run("create-api-key", label="child", scopes=["ORDERS"]),
            robot.run("revoke-api-key", id=every["id"]),
            robot.run("register-signing-key", publicKey="A" * 43 + "="),
            robot.run("change-password", currentPassword=PASSWORD, newPassword="four entirely new words"),
            robot.run(
                "register-practitioner",
                login=f"{uuid4().hex}@clinic.example.org",
                password=PASSWORD,
                name="Doctor",
                licenceNumber="LIC-1",
                title="Doctor",
            ),
        ]
        for one in tries:
            assert (await refusal(one)).code == "forbidden"


async def test_a_suspended_partners_systems_are_out_and_its_people_stay(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        clinic = await a_clinic(nobody, stack.secrets)
        operator = await operator_of(nobody, stack.secrets)
        key = await a_key(clinic.staff, "ORDERS")
        robot = await system(nobody, key["secret"])
        await used_everywhere(stack, token_of(robot))
        suspend = "mutation ($p: ID!, $r: String!) { suspendPartner(partnerId: $p, reason: $r) { __typename } }"
        await operator.raw(suspend, p=clinic.partner_id, r="an inspection")
        await refused_everywhere(stack, token_of(robot))
        assert (await refusal(nobody.run("exchange-api-key", apiKey=key["secret"]))).code == "sign-in-refused"
        assert (
            await refusal(clinic.staff.run("create-api-key", label="another", scopes=["ORDERS"]))
        ).code == "step-refused"
        assert (await clinic.staff.run("me"))["role"] == "PARTNER"
        reinstate = "mutation ($p: ID!, $r: String!) { reinstatePartner(partnerId: $p, reason: $r) { __typename } }"
        await operator.raw(reinstate, p=clinic.partner_id, r="it is well")
        await system(nobody, key["secret"])


async def test_secrets_are_in_no_table_of_kept_answers(stack: Stack, clinic: Clinic) -> None:
    """A repeated key is refused, since its answer was not kept; nor is any other secret in any database's answers."""
    make = (
        'mutation ($k: String!) { createApiKey(label: "once", idempotencyKey: $k) {'
        " __typename ... on ApiKey { secret } ... on Refused { code } } }"
    )
    made = (await clinic.staff.raw(make, k="idem-1"))["data"]["createApiKey"]
    again = (await clinic.staff.raw(make, k="idem-1"))["data"]["createApiKey"]
    assert again == {"__typename": "Refused", "code": "answer-not-kept"}
    for name in SERVICES:
        rows = await stack.postgres.fetch(name, "SELECT answer FROM idempotency WHERE answer IS NOT NULL")
        assert not any(made["secret"].encode() in row["answer"] or b"eyJ0eXAi" in row["answer"] for row in rows), name


async def test_a_scan_whose_answer_was_lost_is_told_again_to_who_made_it_and_to_nobody_else(
    stack: Stack, clinic: Clinic
) -> None:
    async with connect(stack.graphql) as nobody:
        resident, _ = await a_resident(nobody)
        other = await a_clinic(nobody, stack.secrets)
        code = (await resident.run("issue-health-code"))["text"]
        answers = await asyncio.gather(*(clinic.practitioner.run("redeem-health-code", text=code) for _ in range(5)))
        assert len({answer["id"] for answer in answers}) == 1
        assert (await refusal(other.practitioner.run("redeem-health-code", text=code))).code == "code-used"
        assert (await clinic.practitioner.run("redeem-health-code", text=code))["id"] == answers[0]["id"]


async def test_a_repeated_key_never_shows_a_code_that_was_shown_before(stack: Stack) -> None:
    issue = 'mutation { issueHealthCode(idempotencyKey: "same") { ... on HealthCode { text } } }'
    async with connect(stack.graphql) as nobody:
        resident, _ = await a_resident(nobody)
        texts = {(await resident.raw(issue))["data"]["issueHealthCode"]["text"] for _ in range(3)}
        assert len(texts) == 3


async def test_numbers_belong_to_nobody_before_they_are_proven(stack: Stack) -> None:
    """A stranger who names a hospital's licences and registration number first keeps it from nothing."""
    async with connect(stack.graphql) as nobody:
        squatter, hospital = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
        run = uuid4().hex[:10].upper()

        async def register(staff: Caller, licence: str) -> dict[str, Any]:
            return dict(
                await staff.run(
                    "register-practitioner",
                    login=f"{uuid4().hex}@clinic.example.org",
                    password=PASSWORD,
                    name="Doctor",
                    licenceNumber=licence,
                    title="Doctor",
                )
            )

        await register(squatter.staff, f"LIC-{run}")
        assert "id" in await register(hospital.staff, f"lic-{run}")
        same = [f"LIC-{run}", f"lic-{run.lower()}", f" LIC-{run} ", f"ＬＩＣ-{run}"]
        same += [f"LIC {run}", f"LIC/{run}", f"LIC.{run}", f"LIC{run}", f"L1C-{run}", f"IlC-{run}"]
        for variant in same:
            assert (await refusal(register(hospital.staff, variant))).code == "licence-taken"
        assert (await refusal(register(hospital.staff, f"LIС-{run}"))).code == "invalid"  # a Cyrillic letter


async def test_a_practitioner_who_left_scans_nothing_more_and_what_they_did_before_stays_good(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        clinic, other = await a_clinic(nobody, stack.secrets), await a_clinic(nobody, stack.secrets)
        resident, resident_id = await a_resident(nobody)
        order_id = (await place(resident, clinic))["id"]
        await confirmed(resident, order_id)
        await clinic.staff.run("accept-order", orderId=order_id)
        code = (await resident.run("issue-health-code"))["text"]
        receipt = (await clinic.practitioner.run("redeem-health-code", text=code))["receipt"]
        await clinic.practitioner.run("prove-service", orderId=order_id, scanReceipt=receipt, key=fresh_key())
        token = token_of(clinic.practitioner)
        await used_everywhere(stack, token)
        practitioner_id = shown(Kind.PRACTITIONER, await clinic.practitioner_id())
        leaves = {"practitionerId": practitioner_id, "reason": "works elsewhere now"}
        refused = await refusal(other.staff.run("end-practitioner-registration", **leaves))
        assert (refused.code, refused.field) == ("not-found", "practitionerId")

        ended = await clinic.staff.run("end-practitioner-registration", **leaves)
        assert (ended["id"], ended["endedAt"] is not None) == (practitioner_id, True)
        await refused_everywhere(stack, token)
        fresh = (await resident.run("issue-health-code"))["text"]
        assert (await refusal(clinic.practitioner.run("redeem-health-code", text=fresh))).code == "unauthenticated"
        left, unknown = [
            await refusal(nobody.run("sign-in", login=login, password=PASSWORD))
            for login in (clinic.doctor, f"{uuid4().hex}@clinic.example.org")
        ]
        assert (left.code, left.message) == (unknown.code, unknown.message)
        assert left.code == "sign-in-refused"
        operator = await operator_of(nobody, stack.secrets)
        for again in (clinic.staff, operator):
            assert await again.run("end-practitioner-registration", **leaves) == ended

        hired = await other.staff.run(
            "register-practitioner",
            login=clinic.doctor,
            password=PASSWORD,
            name="Doctor",
            licenceNumber=ended["licenceNumber"],
            title="Doctor",
        )
        assert hired["id"] != practitioner_id
        doctor = await nobody.signed_in(clinic.doctor, PASSWORD)
        scan = await doctor.run("redeem-health-code", text=(await resident.run("issue-health-code"))["text"])
        assert scan["residentId"] == known_to(doctor, resident_id)

        known = known_to(clinic.staff, resident_id)
        resources = [orjson.dumps(of_resident(one, known)).decode() for one in history(uuid4().hex[:8])]
        written = await clinic.staff.run("ingest-resources", residentId=known, resources=resources, scanReceipt=receipt)
        assert written["created"] > 0
        await clinic.staff.run("fulfil-order", orderId=order_id)
        await until_status(resident, order_id, "CLOSED")


def readable_by_others(folder: Path) -> list[Path]:
    """What another user of the machine can list or read below a folder."""
    if not folder.stat().st_mode & stat.S_IXOTH:
        return []
    found = [folder] if folder.stat().st_mode & stat.S_IROTH else []
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            found += readable_by_others(path)
        elif path.stat().st_mode & stat.S_IROTH and path.stat().st_size:
            found.append(path)
    return found


async def test_other_users_of_the_machine_read_nothing_of_the_systems_state(stack: Stack) -> None:
    assert (stack.folder / "logs" / "identity.log").stat().st_size
    assert readable_by_others(stack.folder) == []


@pytest.mark.parametrize("auth", [None, ("demo", "guessed"), ("demo", "")])
async def test_the_sandboxs_books_and_faults_are_not_for_whoever_passes_by(
    stack: Stack, auth: tuple[str, str] | None
) -> None:
    async with httpx2.AsyncClient(base_url=stack.provider_url, auth=auth, trust_env=False) as http:
        asked = [
            await http.get("/report"),
            await http.put("/faults", json={"decline": 1}),
            await http.post("/disputes", json={"key": "k", "amount": 1, "currency": "CNY"}),
            await http.post("/disputes/d/decision", params={"won": True}),
            await http.post("/returns", json={"key": "k"}),
        ]
    assert [answer.status_code for answer in asked] == [401] * 5


async def test_without_the_bus_what_is_ended_is_refused_within_seconds(stack: Stack) -> None:
    async with connect(stack.graphql) as nobody:
        resident, _ = await a_resident(nobody)
        await used_everywhere(stack, token_of(resident))
        stack.nats.pause()
        try:
            await resident.run("sign-out")
            deadline = time.monotonic() + 15
            for name in SERVICES:
                while await status_at(stack, name, token_of(resident)) != 401:
                    assert time.monotonic() < deadline, f"{name} still honours it"
                    await asyncio.sleep(0.2)
        finally:
            stack.nats.resume()
