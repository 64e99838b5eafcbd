"""Ended means refused: whoever verifies tokens knows which sessions are over, with the bus and without it."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import httpx2
import nats
import pytest
from chassis import bus
from chassis.api import Api, Call, Endpoint, without_secrets
from chassis.auth import Principal, Verifier, sign
from chassis.database import Database
from chassis.refusals import Unauthenticated, Unavailable
from chassis.service import application
from chassis.sessions import Ended
from chassis.wire import timestamp
from devstack.nats import Nats
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import OKPKey
from sqlalchemy import text
from yima.common.v1.route_pb2 import Duty, GuardianAct, Role, Scope
from yima.identity.v1.api_pb2 import (
    ChangePasswordRequest,
    EndedSession,
    EndedSessions,
    RegisterInstitutionRequest,
    SignInRequest,
)
from yima.identity.v1.events_pb2 import SessionsEnded
from yima.partners.v1 import api_pb2 as pb

pytestmark = pytest.mark.anyio
SERVICE = "partners"
KEY = OKPKey.generate_key("Ed25519", {"kid": "ours"})


class OwnKeys:
    async def get(self, _kid: str) -> OKPKey | None:
        return KEY


@dataclass
class Identity:
    """What identity would tell of ended sessions, and what it was asked."""

    sessions: dict[str, datetime] = field(default_factory=dict)
    asked: list[datetime | None] = field(default_factory=list)
    away: bool = False

    async def list_ended(self, since: datetime | None) -> EndedSessions:
        self.asked.append(since)
        if self.away:
            raise Unavailable("identity cannot be reached")
        ended = [
            EndedSession(session_id=session_id, until=timestamp(until)) for session_id, until in self.sessions.items()
        ]
        return EndedSessions(sessions=ended, as_of=timestamp(datetime.now(UTC)))


def token(session: str, **more: Any) -> str:
    claims = {"use": "access", "sub": str(uuid4()), "role": "ROLE_PARTNER", "sid": session, "exp": time.time() + 600}
    return f"Bearer {sign(KEY, claims | {'dty': [Duty.DUTY_OWNER]} | more)}"


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=10)


async def test_a_token_that_was_verified_before_is_refused_once_its_session_has_ended() -> None:
    ended = Ended(Identity().list_ended)
    verifier = Verifier(OwnKeys(), ended)
    mine, other = token("mine"), token("other")
    assert (await verifier.principal(mine)).session_id == "mine"
    ended.add(["mine"], soon())
    with pytest.raises(Unauthenticated, match="ended"):
        await verifier.principal(mine)
    with pytest.raises(Unauthenticated, match="ended"):
        await verifier.principal(token("mine"))
    assert (await verifier.principal(other)).session_id == "other"


async def test_a_process_that_starts_asks_first_and_believes_nobody_before_it_knows() -> None:
    identity = Identity({"old": soon()}, away=True)
    verifier = Verifier(OwnKeys(), Ended(identity.list_ended))
    with pytest.raises(Unavailable):
        await verifier.principal(token("any"))
    identity.away = False
    with pytest.raises(Unauthenticated, match="ended"):
        await verifier.principal(token("old"))
    assert (await verifier.principal(token("any"))).session_id == "any"


async def test_with_identity_away_later_what_is_known_stays_known() -> None:
    identity = Identity({"old": soon()})
    ended = Ended(identity.list_ended)
    await ended.known()
    identity.away = True
    async with ended.kept():
        await asyncio.sleep(0.05)
    assert "old" in ended


async def test_sessions_are_forgotten_when_their_tokens_are_over_anyway() -> None:
    identity = Identity()
    ended = Ended(identity.list_ended)
    ended.add(["over"], datetime.now(UTC) - timedelta(seconds=1))
    ended.add(["under way"], soon())
    await ended.known()
    assert ("over" in ended, "under way" in ended) == (False, True)


@pytest.mark.parametrize("apart", [-3600, -3, 3, 3600])
@pytest.mark.parametrize("what", ["a session", "an API key's session"])
async def test_ended_is_ended_and_good_is_good_whatever_a_replicas_clock_says(
    monkeypatch: pytest.MonkeyPatch, apart: int, what: str
) -> None:
    genuine = time.time
    key = {"key": str(uuid4())} if what != "a session" else {}
    good, gone, over = (token(f"{name}-{what}", **key) for name in ("good", "gone", "over"))
    brief = token("good", exp=genuine() + 0.5)
    identity = Identity()
    monkeypatch.setattr(time, "time", lambda: genuine() + apart)  # this machine's clock
    ended = Ended(identity.list_ended)
    verifier = Verifier(OwnKeys(), ended)
    for case in (good, gone, over, brief):
        assert (await verifier.principal(case)).subject_id, "a good token is refused by a clock that is off"
    identity.sessions |= {f"gone-{what}": soon(), f"over-{what}": soon()}
    ended._as_of = None
    await ended.known()
    for case in (gone, over):
        with pytest.raises(Unauthenticated):
            await verifier.principal(case)
    monkeypatch.setattr(time, "time", lambda: genuine() - apart)  # it is set, the other way even
    ended._as_of = None
    await ended.known()
    for case in (gone, over):
        with pytest.raises(Unauthenticated):
            await verifier.principal(case)
    await asyncio.sleep(0.6)
    with pytest.raises(Unauthenticated, match="expired"):
        await verifier.principal(brief)
    assert (await verifier.principal(good)).session_id


@pytest.mark.parametrize("apart", [-3600, 3600])
async def test_a_guardian_acts_until_the_dependant_is_of_age_whatever_a_replicas_clock_says(
    monkeypatch: pytest.MonkeyPatch, apart: int
) -> None:
    genuine = time.time
    soon_adult, child = str(uuid4()), str(uuid4())
    guardian = token("g", role="ROLE_RESIDENT", dep=[soon_adult, child], adult={soon_adult: genuine() + 0.6})
    monkeypatch.setattr(time, "time", lambda: genuine() + apart)
    verifier = Verifier(OwnKeys(), Ended(Identity().list_ended))
    before = await verifier.principal(guardian)
    assert before.acts_for(child) and before.acts_for(soon_adult)
    await asyncio.sleep(0.7)
    after = await verifier.principal(guardian)
    assert after.acts_for(child) and not after.acts_for(soon_adult)


@given(
    limited=st.dictionaries(st.sampled_from("abc"), st.sets(st.sampled_from(GuardianAct.values()[1:])), max_size=3),
    acts=st.sets(st.sampled_from(GuardianAct.values()[1:])),
)
def test_on_a_route_a_guardian_acts_for_those_for_whom_they_may_do_what_it_is_for(
    limited: dict[str, set[GuardianAct]], acts: set[GuardianAct]
) -> None:
    """And on one that takes no act for nobody: neither for a minor for whom they may do everything."""
    permitted = {dependant: frozenset(may) for dependant, may in limited.items()}
    caller = Principal(Role.ROLE_RESIDENT, "own", dependants=frozenset({"child"}), limited=permitted)
    on_route = caller.within(acts)
    assert on_route.acts_for("child") is bool(acts)
    assert {each for each in "abc" if on_route.acts_for(each)} == {each for each, may in limited.items() if may & acts}
    assert on_route.acts_for("own") and on_route.within(GuardianAct.values()) == on_route
    assert not any(caller.acts_for(each) for each in "abc"), "off a route nobody is taken for a whole guardian"


async def test_it_asks_for_what_is_new_since_it_was_told_last() -> None:
    identity = Identity()
    ended = Ended(identity.list_ended)
    await ended.known()
    async with ended.kept():
        while len(identity.asked) < 2:
            await asyncio.sleep(0.01)
    assert identity.asked[0] is None
    assert identity.asked[1] is not None


async def test_an_announced_end_is_here_before_anybody_would_ask(nats_server: Nats) -> None:
    ended = Ended(Identity().list_ended)
    listening = await nats.connect(nats_server.url_for("ordering"), inbox_prefix="_INBOX.ordering")
    speaking = await nats.connect(nats_server.url_for("identity"), inbox_prefix="_INBOX.identity")
    try:
        await ended.follow(listening)
        await bus.subscribed(listening)
        event = SessionsEnded(session_ids=["a", "b"], until=timestamp(soon()), version=1)
        await speaking.publish("yima.identity.v1.SessionsEnded.x", b"not an event")
        await speaking.publish("yima.identity.v1.SessionsEnded.x", event.SerializeToString())
        await speaking.flush()
        for _ in range(500):
            if "b" in ended:
                break
            await asyncio.sleep(0.01)
        assert ("a" in ended, "b" in ended, "c" in ended) == (True, True, False)
    finally:
        await listening.close()
        await speaking.close()


@dataclass
class Done:
    """How often each function was called."""

    keys: int = 0
    prepared: int = 0


def contract() -> Api[Done]:
    """Partners' contract, of which this test serves what has a secret, one scope, and none."""
    api: Api[Done] = Api(pb.DESCRIPTOR.services_by_name["PartnersApi"])

    async def made_ready(_request: pb.SignContractRequest, call: Call[Done]) -> str:
        with pytest.raises(RuntimeError):
            _ = call.session
        call.resources.prepared += 1
        return "ready"

    @api.serves
    async def create_api_key(request: pb.CreateApiKeyRequest, call: Call[Done]) -> pb.ApiKey:
        call.resources.keys += 1
        return pb.ApiKey(id=str(call.resources.keys), secret="yk_shown_once", label=request.label)

    @api.serves
    async def get_partner(request: pb.GetPartnerRequest, call: Call[Done]) -> pb.Partner:
        return pb.Partner(id=call.principal.partner_id)

    @api.serves_after(made_ready)
    async def sign_contract(request: pb.SignContractRequest, call: Call[Done]) -> pb.Partner:
        await call.session.execute(text("SELECT 1"))
        return pb.Partner(id=call.prepared)

    return api


@asynccontextmanager
async def served(database: str) -> AsyncGenerator[tuple[httpx2.AsyncClient, Done]]:
    store, done = Database(database), Done()
    api = contract()
    verifier = Verifier(OwnKeys())
    handlers = [
        Endpoint(api, method, api._served[method.name], store, verifier, done, 10_000).handler()
        for method in api.contract.methods
        if method.name in api._served
    ]
    try:
        transport = httpx2.ASGITransport(app=cast(Any, application(handlers)))
        async with httpx2.AsyncClient(transport=transport, base_url="http://partners") as http:
            yield http, done
    finally:
        await store.close()


def headers(key: str = "", **more: Any) -> dict[str, str]:
    return {"authorization": token(str(uuid4()), **more)} | ({"idempotency-key": key} if key else {})


def code(answer: httpx2.Response) -> str:
    return str(answer.json().get("type", "")).rpartition(":")[2]


async def test_an_answer_with_a_secret_is_kept_nowhere_and_its_key_is_refused_when_it_comes_again(
    database: str,
) -> None:
    async with served(database) as (http, done):
        mine = headers("k1")
        first = await http.post("/api-keys", json={"label": "one"}, headers=mine)
        again = await http.post("/api-keys", json={"label": "one"}, headers=mine)
        assert first.json()["secret"] == "yk_shown_once"
        assert (again.status_code, code(again), done.keys) == (409, "answer-not-kept", 1)
        other = await http.post("/api-keys", json={"label": "two"}, headers=mine)
        assert code(other) == "key-reused"
    store = Database(database)
    async with store.transaction() as session:
        kept = (await session.execute(text("SELECT answer FROM idempotency WHERE key = 'k1'"))).scalars().all()
    await store.close()
    assert kept == [None]


async def test_what_is_prepared_holds_no_connection_and_a_repeated_call_needs_none_of_it(database: str) -> None:
    async with served(database) as (http, done):
        mine = headers("k2")
        answers = [await http.post("/contracts/c/signature", json={}, headers=mine) for _ in range(3)]
        assert [answer.json()["id"] for answer in answers] == ["ready"] * 3
        assert done.prepared == 1


@pytest.mark.parametrize("scope", [scope for scope in Scope.values() if scope])
async def test_an_api_key_may_call_what_takes_its_scope_and_nothing_that_takes_none(database: str, scope: int) -> None:
    async with served(database) as (http, done):
        system = {"authorization": token("s", pid="p", key=str(uuid4()), scp=[scope])}
        read = await http.get("/partners/p", headers=system)
        assert read.status_code == (200 if scope == Scope.SCOPE_STANDING else 403)
        response = await http.post("/api-keys", json={"label": "child"}, headers=system)
        assert (response.status_code, code(response), done.keys) == (403, "forbidden", 0)
        person = headers(pid="p")
        assert (await http.get("/partners/p", headers=person)).status_code == 200


async def test_what_is_grave_needs_a_factor_that_was_used_just_now_of_whoever_has_one(database: str) -> None:
    now = time.time()
    async with served(database) as (http, done):
        for more, allowed in (({}, True), ({"sup": now + 600}, True), ({"sup": now - 1}, False), ({"sup": 0}, False)):
            answer = await http.post("/api-keys", json={"label": "one"}, headers=headers(pid="p", **more))
            assert answer.status_code == (200 if allowed else 403), more
            assert allowed or (code(answer), "stepUp" in answer.json()["detail"]) == ("step-up-needed", True)
            assert (await http.get("/partners/p", headers=headers(pid="p", **more))).status_code == 200
        assert done.keys == 2, "nothing was done of what was refused"


class Clock:
    """Whoever knows the time by which tokens are made; no session has ended."""

    moment = time.time()

    def __contains__(self, session_id: str, /) -> bool:
        return False

    async def known(self) -> None:
        return None

    def now(self) -> float:
        return self.moment


async def test_a_token_says_from_when_on_its_factor_was_used_too_long_ago() -> None:
    clock = Clock()
    verifier = Verifier(OwnKeys(), clock)
    sent = token("s", sup=clock.moment + 100)
    for passed, stale in ((0, False), (99, False), (100, True), (200, True)):
        clock.moment = Clock.moment + passed
        assert (await verifier.principal(sent)).factor_stale is stale, passed


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_what_is_kept_of_a_request_tells_nothing_of_its_secrets(login: str, first: str, second: str) -> None:
    for kind in (SignInRequest, RegisterInstitutionRequest):
        assert without_secrets(kind(login=login, password=first)) == without_secrets(kind(login=login, password=second))
    assert (
        without_secrets(ChangePasswordRequest(current_password=first, new_password=second)) == ChangePasswordRequest()
    )
