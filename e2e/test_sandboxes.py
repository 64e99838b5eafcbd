"""Two partners' sandboxes beside each other and beside their city, as their engineers use them from a terminal: what
they have in common (nothing), their clocks, and what goes wrong in them by its cause."""

import asyncio
import json
import secrets
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest
from chassis.service import serve_until
from chassis.settings import Settings
from devstack.ports import free, free_range
from devstack.stack import PORTS_NEEDED, Stack
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet
from ops.demo import manifest_of
from ops.sandboxes import door
from ops.sandboxes.keeping import Sandboxes
from standardwebhooks import Webhook
from yima_cli import trials
from yima_client.caller import Caller, connect, fresh_key, retried, until
from yima_client.errors import Refused
from yima_client.partner import StatementKey

from e2e.city import run
from e2e.people import PASSWORD, a_resident, refusal, regulator_of
from e2e.people import operator_of as operator_of_city
from e2e.test_conform import KEEPS, ROOT, backend, statuses
from ops import example_city as cities

pytestmark = [pytest.mark.anyio, pytest.mark.long]
PATIENCE_SECONDS = 300.0  # a machine may be busy


@dataclass
class Engineer:
    """A partner's engineer: an account of the institution's in the city, and a terminal."""

    city: Stack
    door: str
    login: str

    async def does(self, *arguments: str, expect: int = 0) -> Any:
        who = {"YIMA_LOGIN": self.login, "YIMA_PASSWORD": PASSWORD, "YIMA_URL": self.city.graphql}
        variables = {**self.city.supervisor.environment("gateway"), **who, "YIMA_SANDBOX_DOOR": self.door}
        code, said = await run("yima_cli.main", "sandbox", *arguments, "--json", environment=variables)
        assert code == expect, said
        return json.loads(said[: said.rindex("}") + 1] if expect else said)


@dataclass
class Place:
    """A sandbox as its engineer has it."""

    engineer: Engineer
    made: dict[str, Any]
    nobody: Caller
    staff: Caller
    resident: trials.Patient

    @property
    def offering_id(self) -> str:
        return str(self.made["offerings"][0]["id"])

    async def ordered(self) -> str:
        """An order of the resident's, confirmed."""
        order_id = await trials.an_order(self.resident, self.offering_id)
        await trials.until_order(self.resident, order_id, "CONFIRMED")
        return order_id

    async def account(self, whose: str) -> Caller:
        """Somebody whom the answer named that made it, signed in."""
        return await self.nobody.signed_in(self.made[whose]["login"], self.made[whose]["password"])

    async def practitioner(self) -> Caller:
        return await self.account("practitioner")

    async def owner(self) -> Caller:
        return await self.account("staff")

    async def operator(self) -> Caller:
        return await self.account("operator")

    async def enter_again(self) -> None:
        """Sign in once more: no session outlives the days that its clock has gone on."""
        again = await entered(self.engineer, self.made, self.nobody)
        self.staff, self.resident = again.staff, again.resident

    async def events(self, *types: str) -> list[dict[str, Any]]:
        edges = await self.staff.run("webhook-events", types=list(types), newestFirst=False, first=100)
        return [json.loads(edge["node"]["body"]) for edge in edges["edges"]]

    async def heard(self, kind: str, **about: str) -> dict[str, Any]:
        """The event of this type that says so, once it is there."""

        def right(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [each for each in events if about.items() <= each["data"].items()]

        events = await until(f"{kind} of {about}", lambda: self.events(kind), lambda events: bool(right(events)))
        return right(events)[-1]


async def entered(engineer: Engineer, made: dict[str, Any], nobody: Caller) -> Place:
    """Sign in to a sandbox with what was said when it was made."""
    staff = await nobody.with_api_key(made["apiKey"]["secret"])
    login, password = made["residents"]["logins"][0], made["residents"]["password"]
    return Place(engineer, made, nobody, staff, trials.Patient(await nobody.signed_in(login, password)))


@pytest.fixture(scope="module")
async def sandboxes(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Sandboxes]:
    folder = Path(tmp_path_factory.mktemp("sandboxes"))
    async with Sandboxes(folder, stack.city, block=lambda: free_range(PORTS_NEEDED)) as kept:
        yield kept


@pytest.fixture(scope="module")
async def at_door(sandboxes: Sandboxes, stack: Stack) -> AsyncGenerator[str]:
    stop, port = asyncio.Event(), free()
    app = door.asgi(sandboxes, stack.graphql)
    serving = asyncio.create_task(serve_until(app, Settings(port=port), stop, asyncio.Event()))
    yield f"http://127.0.0.1:{port}"
    stop.set()
    await serving


async def an_engineer(stack: Stack, at_door: str) -> Engineer:
    """Of an institution that has only registered: nobody has let it through yet."""
    login, name = f"engineer-{secrets.token_hex(5)}@new.example.org", {"zh-CN": "试手诊所", "en": "Trying Clinic"}
    async with connect(stack.graphql) as nobody:
        await nobody.run("register-institution", name=name, login=login, password=PASSWORD, staffName="Engineer")
    return Engineer(stack, at_door, login)


@pytest.fixture(scope="module")
async def first(stack: Stack, at_door: str) -> AsyncGenerator[Place]:
    engineer = await an_engineer(stack, at_door)
    made = await engineer.does("create", "--kind", "clinic")
    async with connect(made["graphql"]) as nobody:
        yield await entered(engineer, made, nobody)


@pytest.fixture(scope="module")
async def second(stack: Stack, at_door: str, first: Place) -> AsyncGenerator[Place]:
    engineer = await an_engineer(stack, at_door)
    made = await engineer.does("create", "--kind", "laboratory")
    async with connect(made["graphql"]) as nobody:
        yield await entered(engineer, made, nobody)


async def code_of(url: str, token: str) -> str:
    """With which code a system refuses a token."""
    async with connect(url) as nobody:
        return (await refusal(nobody.with_token(token).run("me"))).code


async def test_a_token_of_one_is_refused_by_the_others_and_by_the_city(
    stack: Stack, nobody: Caller, first: Place, second: Place, at_door: str
) -> None:
    operators = [(await operator_of_city(nobody, stack.secrets), stack.graphql)]
    for place in (first, second):
        account = place.made["operator"]
        operators.append((await place.nobody.signed_in(account["login"], account["password"]), place.made["graphql"]))
    for operator, home in operators:
        assert (await operator.run("me"))["role"] == "OPERATOR"
        for _, elsewhere in operators:
            if elsewhere != home:
                assert await code_of(elsewhere, operator.token) == "unauthenticated"
    # An API key and passwords are of one system, too.
    assert (await refusal(nobody.with_api_key(first.made["apiKey"]["secret"]))).code == "sign-in-refused"
    for place, other in ((first, second), (second, first)):
        account = place.made["staff"]
        assert (await refusal(other.nobody.signed_in(account["login"], account["password"]))).code == "sign-in-refused"
    # The door opens by the city's word alone: to nobody of a sandbox, and to nobody in the city who is no partner's.
    resident, _ = await a_resident(nobody)
    regulator = await regulator_of(nobody, stack.secrets)
    async with httpx2.AsyncClient(trust_env=False) as http:
        for token, status in ((operators[1][0].token, 401), ("x", 401), (resident.token, 403), (regulator.token, 403)):
            answer = await http.delete(f"{at_door}/sandbox", headers={"authorization": f"Bearer {token}"})
            assert answer.status_code == status, answer.text
        listed = await http.get(f"{at_door}/sandboxes", headers={"authorization": f"Bearer {operators[0][0].token}"})
    assert {first.made["name"], second.made["name"]} <= {each["name"] for each in listed.json()}
    assert "password" not in listed.text


async def test_what_a_sandbox_signs_and_shows_says_that_it_is_one(first: Place, second: Place) -> None:
    for place in (first, second):
        city = await place.nobody.run("city")
        assert city["name"] == place.made["name"]
        assert "-sandbox-" in city["name"]
        assert "SANDBOX" in json.dumps(city["title"])
        partner = await place.staff.run("partner", id=place.made["partnerId"])
        assert "SANDBOX" in json.dumps(partner["name"])
        async with httpx2.AsyncClient(trust_env=False) as http:
            registry = await http.get(place.made["graphql"].replace("/graphql", "/certificates"))
        assert place.made["name"] in jws.extract_compact(registry.content).payload.decode()


async def test_an_order_whose_time_is_over_expires_as_the_clock_is_moved(first: Place, second: Place) -> None:
    order_id = await first.ordered()
    deadline = datetime.fromisoformat((await first.resident.run("order", id=order_id))["deadline"])
    before = await second.engineer.does("show")
    moved = await first.engineer.does("clock", "--to", (deadline + timedelta(hours=1)).isoformat())
    assert abs(datetime.fromisoformat(moved["now"]) - deadline - timedelta(hours=1)) < timedelta(minutes=10)
    await first.enter_again()
    await trials.until_order(first.resident, order_id, "EXPIRED", "CANCELLED", "REFUSED")
    await first.heard("order.expired", orderId=order_id)
    # The other's clock has not moved, and no clock goes back.
    assert (await second.engineer.does("show"))["aheadSeconds"] == before["aheadSeconds"] == 0
    refused = await first.engineer.does("clock", "--to", deadline.isoformat(), expect=1)
    assert refused["code"] == "back-in-time"


async def test_a_consent_opens_what_another_institution_has_of_a_resident_who_is_nobody(first: Place) -> None:
    doctor = await first.practitioner()
    scan = await doctor.run("redeem-health-code", text=(await first.resident.run("issue-health-code"))["text"])
    wanted = {"residentId": scan["residentId"], "informationTypes": ["medications"], "purpose": "TREAT"}
    assert (await refusal(doctor.run("records", **wanted))).code == "consent-denied"
    order_id = await first.ordered()
    seen = (await retried(lambda: doctor.run("records", **wanted), "consent-denied"))["nodes"]
    assert [record["informationType"] for record in seen] == ["medications"]
    assert [record["institution"]["name"] for record in seen] == [first.made["neighbour"]["name"]["en"]]
    await first.engineer.does("fault", "revoke-consent", "--order", order_id)
    assert (await refusal(doctor.run("records", **wanted))).code == "consent-denied"
    for login in first.made["residents"]["logins"]:
        assert login.endswith("@example.org")
        person = await first.nobody.signed_in(login, first.made["residents"]["password"])
        who = (await person.run("me"))["resident"]["id"]
        assert (await person.run("timeline", residentId=who, first=1))["nodes"], login


async def test_what_the_bank_sends_back_is_paid_again_to_a_corrected_account_and_the_books_hold(first: Place) -> None:
    order_id = await first.ordered()
    await first.staff.run("accept-order", orderId=order_id, key=fresh_key())
    doctor = await first.practitioner()
    code = await first.resident.run("issue-health-code")
    scan = await doctor.run("redeem-health-code", text=code["text"])
    await doctor.run("prove-service", orderId=order_id, scanReceipt=scan["receipt"], key=fresh_key())
    await retried(lambda: doctor.run("fulfil-order", orderId=order_id), "not-proven")
    await first.heard("payment.captured", orderId=order_id)
    refused = await first.engineer.does("fault", "bank-return", expect=1)
    assert refused["code"] == "nothing-due"
    moved = await first.engineer.does("clock", "--by", "6w")
    assert moved["done"]["settlement payouts"].startswith("1 payouts made")
    await first.enter_again()
    paid = (await first.heard("payout.paid"))["data"]

    (returned,) = (await first.engineer.does("fault", "bank-return"))["payouts"]
    assert (returned["id"], returned["status"]) == (paid["payoutId"], "RETURNED")
    await first.heard("payout.returned", payoutId=paid["payoutId"])
    owner = await first.owner()
    colleague = f"colleague-{secrets.token_hex(5)}@sandbox.example.org"
    second_owner = await cities.colleague(
        first.nobody, owner, colleague, PASSWORD, name="Li Na", duties=["OWNER"], confirmer=None
    )
    wrong = {"holder": "Trying Clinic", "number": "6200000000000026", "bankCode": "102451000018"}
    refused = await refusal(owner.run("propose-bank-account", account=wrong, key=fresh_key()))
    assert (refused.code, refused.field) == ("invalid", "account.bankCode")
    change = await owner.run("propose-bank-account", account=wrong | {"bankCode": "102451000019"}, key=fresh_key())
    await second_owner.run("confirm-bank-account", bankAccountChangeId=change["id"], key=fresh_key())
    await first.heard("bank_account.change_confirmed", bankAccountChangeId=change["id"])

    moved = await first.engineer.does("clock", "--by", "5d")  # its days of waiting are over
    assert moved["done"]["settlement payouts"].startswith("1 payouts made")
    await first.enter_again()
    owner, operator = await first.owner(), await first.operator()
    ended = await until(
        "the payout to the corrected account",
        lambda: owner.run("payouts"),
        lambda page: {node["status"] for node in page["nodes"]} == {"PAID", "RETURNED"},
    )
    assert [node["amount"] for node in ended["nodes"]] == [returned["amount"]] * 2
    (change,) = (await owner.run("bank-account-changes"))["nodes"]
    again = next(node for node in ended["nodes"] if node["status"] == "PAID")
    assert change["status"] == "IN_FORCE"
    assert change["inForceAt"] < again["createdAt"]
    (account,) = (await owner.run("statement", partnerId=first.made["partnerId"]))["currencies"]
    assert Decimal(account["closing"]["amount"]) == 0, "what was owed is paid, once"
    assert sum(Decimal(line["amount"]["amount"]) for line in account["lines"]) == 0
    moves = [line["kind"] for line in account["lines"] if line["payoutId"]]
    assert len(moves) == 3, "paid, sent back, paid again"
    assert (await operator.run("ledger-check"))["holds"]


async def test_each_fault_reaches_the_partner_as_it_would_in_a_city(first: Place, tmp_path: Path) -> None:
    cancelled = await first.engineer.does("fault", "resident-cancels")
    await first.heard("order.cancelled", orderId=cancelled["orderId"])
    order_id = await first.ordered()
    revoked = await first.engineer.does("fault", "revoke-consent", "--order", order_id)
    assert revoked["orderId"] == order_id
    for consent_id in revoked["consents"]:
        await first.heard("consent.revoked", consentId=consent_id)
    refused = await first.engineer.does("fault", "resident-cancels", "--order", cancelled["orderId"], expect=1)
    assert refused["code"]


async def test_webhooks_of_a_moved_clock_are_good_by_the_receiver_s_own_and_come_late_when_asked(first: Place) -> None:
    async with receiver() as (url, came):
        account = first.made["staff"]
        staff = await first.nobody.signed_in(account["login"], account["password"])
        endpoint = await staff.run("create-webhook-endpoint", url=url, types=["order.confirmed"], key=fresh_key())
        late = await first.engineer.does("fault", "late-webhook", "--seconds", "8")
        assert late["seconds"] == 8
        order_id = await trials.an_order(first.resident, first.offering_id)
        await trials.until_order(first.resident, order_id, "CONFIRMED")
        confirmed_at = asyncio.get_running_loop().time()
        headers, body = await asyncio.wait_for(came.get(), 120)
        Webhook(endpoint["secret"]).verify(body, headers)  # it refuses what is more than five minutes from now
        assert json.loads(body)["data"]["orderId"] == order_id
        assert asyncio.get_running_loop().time() - confirmed_at < 60


async def test_a_system_with_a_key_of_its_own_signs_in_by_its_own_clock_once(first: Place) -> None:
    """Its clock is the machine's, and the sandbox's was moved by weeks."""
    assert (await first.engineer.does("show"))["aheadSeconds"] > 40 * 24 * 3600
    key = ECKey.generate_key("P-384", {"kid": "laboratory"}, private=True)
    public = json.dumps({"keys": [key.as_dict(private=False) | {"kid": key.kid}]})
    account = first.made["staff"]
    staff = await first.nobody.signed_in(account["login"], account["password"])
    made = await staff.run("create-api-key", label="laboratory", scopes=["RECORDS"], keySet=public)
    token_url = first.made["graphql"].replace("/graphql", "/oauth/token")
    claims = {"iss": made["id"], "sub": made["id"], "aud": token_url, "jti": secrets.token_hex(16)}
    claims |= {"exp": int(time.time()) + 240}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "scope": "system/*.rs",
        "client_assertion": jwt.encode({"alg": "ES384", "kid": key.kid}, claims, key, algorithms=["ES384"]),
    }
    async with httpx2.AsyncClient(trust_env=False) as http:
        answers = [await http.post(token_url, data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401], answers[0].text
    assert "used before" in answers[1].json()["error_description"]


@asynccontextmanager
async def receiver() -> AsyncGenerator[tuple[str, "asyncio.Queue[tuple[dict[str, str], bytes]]"]]:
    """A partner's own server: what was posted to it."""
    came: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode().split("\r\n")[1:]
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            came.put_nowait((headers, body))
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
            await writer.drain()

    async def quietly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await take(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/yima", came


async def answered(caller: Caller, operation: str) -> Any:
    """What a sandbox answers that has to wake first: who is told to ask again does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                return await caller.run(operation)
            except Refused as refused:
                assert refused.code == "unavailable"
                await asyncio.sleep(refused.retry_after)


async def test_the_example_backend_passes_conformance_by_a_clock_that_was_moved_and_the_result_names_the_sandbox(
    first: Place, tmp_path: Path
) -> None:
    assert (await first.engineer.does("show"))["aheadSeconds"] > 40 * 24 * 3600
    owner, operator = await first.owner(), await first.operator()
    key = StatementKey()
    key.write(tmp_path / "signing-key.pem")
    await owner.run("register-signing-key", publicKey=key.public, key=fresh_key())
    service = manifest_of("offering.yaml") | {"reference": "conformance", "kind": "DATA_SERVICE", "consent": KEEPS}
    offering = await cities.publish(operator, owner, service, {})
    command = (sys.executable, ROOT / "examples" / "partner" / "receive.py")
    environment = {"YIMA_URL": first.made["graphql"], "YIMA_API_KEY": first.made["apiKey"]["secret"]}
    async with backend(command, tmp_path, environment) as url:
        endpoint = await owner.run("create-webhook-endpoint", url=url, types=[], key=fresh_key())
        (tmp_path / "webhook-secrets").write_text(endpoint["secret"] + "\n", "utf-8")
        who, operates = first.made["staff"], first.made["operator"]
        code, said = await run(
            *("yima_cli.main", "conform", endpoint["id"], "--offering", offering["id"], "--json"),
            *("--secrets-file", str(tmp_path / "webhook-secrets")),
            *("--operator-login", operates["login"], "--operator-password", operates["password"]),
            *("--url", first.made["graphql"], "--login", who["login"], "--password", who["password"]),
            environment=first.engineer.city.supervisor.environment("gateway"),
        )
        log = (tmp_path / "backend.log").read_text("utf-8")
    assert code == 0, (said, log)
    answer = json.loads(said[said.index("{") : said.rindex("}") + 1])
    assert set(statuses(answer).values()) == {"PASSED"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        keys = (await http.get(first.made["graphql"].replace("/graphql", "/certificate-keys.json"))).json()
    signed = jws.deserialize_compact(answer["result"]["document"], KeySet.import_key_set(keys), ["EdDSA", "Ed25519"])
    claims = json.loads(signed.payload)
    assert (claims["iss"], claims["sub"]) == (first.made["name"], first.made["partnerId"])
    assert "-sandbox-" in claims["iss"], "whoever is shown it sees that it is of a sandbox"
    assert claims["iat"] > time.time() + 40 * 24 * 3600, "when it was, is by the sandbox's clock"


async def test_evidence_certificates_and_a_key_end_as_the_clock_is_moved(first: Place) -> None:
    partner_id, owner = first.made["partnerId"], await first.owner()
    soonest = min(each["renewFrom"] for each in await evidence_of(owner, partner_id))
    await first.engineer.does("clock", "--to", f"{soonest}T12:00:00+08:00")
    await first.enter_again()
    owner = await first.owner()
    await told(owner, "EVIDENCE_ENDING")
    assert {each["status"] for each in await evidence_of(owner, partner_id)} >= {"TO_RENEW", "IN_FORCE"}
    assert await first.ordered(), "reminded, and on sale"

    await first.engineer.does("clock", "--by", "104w")
    over = await refusal(first.nobody.with_api_key(first.made["apiKey"]["secret"]))
    assert (over.code, over.field) == ("sign-in-refused", "apiKey")
    first.staff = await first.owner()
    residents = first.made["residents"]
    first.resident = trials.Patient(await first.nobody.signed_in(residents["logins"][0], residents["password"]))
    await first.heard("certificate.lapsed", partnerId=partner_id)
    await until("the end of its sale", lambda: ordering_ends_in(first), lambda code: code == "not-in-good-standing")
    await renewed(first, partner_id)
    await until("its sale again", lambda: ordering_ends_in(first), lambda code: code == "an order")


async def renewed(place: Place, partner_id: str) -> None:
    """New evidence for what ended and certificates for as long, by the sandbox's clock; one engineer is both sides."""
    owner, operator, regulator = await place.owner(), await place.operator(), await place.account("regulator")
    begins = datetime.fromisoformat((await place.engineer.does("show"))["now"])
    ends = (begins + timedelta(days=300)).date().isoformat()
    past = [piece for piece in await evidence_of(owner, partner_id) if piece["status"] == "PAST"]
    assert past, "what was handed in has ended, too"
    pieces = [{name: piece[name] for name in ("aspect", "kind", "title", "reference")} for piece in past]
    fresh = [piece | {"reference": f"renewed-{piece['reference']}", "validUntil": ends} for piece in pieces]
    await owner.run("add-evidence", evidence=fresh, key=fresh_key())
    standing = {piece["status"] for piece in await evidence_of(owner, partner_id)}
    assert standing == {"IN_FORCE"}, "each piece has a newer one in its place"
    met = await cities.answered(operator, partner_id, "MET")
    reviewed = {"partnerId": partner_id, "passed": True, "reasons": ["the new papers agree with the old"]}
    await operator.run("review-partner", **reviewed, **met)
    partner = await cities.certified(operator, regulator, partner_id, (begins + timedelta(days=299)).isoformat())
    assert partner["status"] == "ACTIVE"


async def told(owner: Caller, kind: str) -> None:
    """Wait for a message of this kind: what sends them has just started again."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if kind in [message["kind"] for message in await owner.every("messages")]:
                return
            await asyncio.sleep(1.0)


async def ordering_ends_in(place: Place) -> str:
    try:
        await trials.an_order(place.resident, place.offering_id)
    except Refused as refused:
        return refused.code
    return "an order"


async def evidence_of(owner: Caller, partner_id: str) -> list[dict[str, Any]]:
    query = (
        "query ($id: ID!) { partner(id: $id) { evidence { aspect kind title reference validUntil status renewFrom } } }"
    )
    return list((await owner.raw(query, id=partner_id))["data"]["partner"]["evidence"])


async def test_a_sandbox_that_is_emptied_begins_anew_with_other_keys(second: Place, sandboxes: Sandboxes) -> None:
    order_id = await trials.an_order(second.resident, second.offering_id)
    token = second.staff.token
    made = await second.engineer.does("reset")
    assert (made["graphql"], made["aheadSeconds"]) == (second.made["graphql"], 0)
    assert made["apiKey"]["secret"] != second.made["apiKey"]["secret"]
    assert await code_of(made["graphql"], token) == "unauthenticated"
    assert (await refusal(second.nobody.with_api_key(second.made["apiKey"]["secret"]))).code == "sign-in-refused"
    again = await entered(second.engineer, made, second.nobody)
    assert (await refusal(again.resident.run("order", id=order_id))).code == "not-found"
    assert await again.ordered()
    # It sleeps when nobody comes, is there for whoever does, and has what it had.
    [kept] = [each for each in sandboxes._all.values() if each.name == made["name"]]
    await sandboxes._sleep(kept)
    assert (await second.engineer.does("show"))["status"] == "ASLEEP"
    assert (await answered(again.nobody, "city"))["name"] == made["name"]
    assert (await second.engineer.does("show"))["status"] == "AWAKE"
    await second.engineer.does("remove")
    assert (await second.engineer.does("show", expect=1))["code"] == "not-found"
