"""What an app may ask a resident for, and with what it comes back (SMART App Launch, RFC 6749, RFC 7636)."""

import base64
import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import Event, Work
from chassis.database import Database
from chassis.refusals import Invalid, Refusal
from city_pack import smart
from hypothesis import given
from hypothesis import strategies as st
from identity.commands import apps as commands
from identity.domain import apps
from identity.domain.apps import App, AppCodeRefused, AppRefused, Asked, UnderAge
from identity.domain.clients import ScopeRefused
from identity.domain.sessions import RefreshRefused, RefreshTokenReused
from identity.handlers import on_offer_closed
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from yima.consent.v1.events_pb2 import OfferClosed

pytestmark = pytest.mark.anyio
SERVICE = "identity"
NOW = datetime.now(UTC)
LIFE = timedelta(minutes=10)
BACK = "https://app.example.org/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
APP = App([BACK], {"Observation": "rs", "Condition": "r"})
ORIGIN = "https://city.example/fhir"


def ask(**changes: str) -> Asked:
    given: dict[str, Any] = {
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "patient/Observation.rs",
        "challenge": CHALLENGE,
        "method": "S256",
        "aud": ORIGIN,
        "origin": ORIGIN,
    }
    return apps.asked(APP, **given | changes)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"redirect_uri": f"{BACK}/"}, AppRefused),
        ({"redirect_uri": "https://thief.example.org"}, AppRefused),
        ({"method": "plain"}, Invalid),
        ({"method": ""}, Invalid),
        ({"challenge": VERIFIER[:-1]}, Invalid),
        ({"response_type": "token"}, Invalid),
        ({"aud": "https://another.example/fhir"}, Invalid),
        ({"origin": ""}, Invalid),
        ({"scope": "patient/Condition.s"}, ScopeRefused),
        ({"scope": "patient/*.rs"}, ScopeRefused),
        ({"scope": "system/*.rs openid"}, ScopeRefused),
        ({"scope": "patient/Patient.r"}, ScopeRefused),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_an_app_may_not_ask_is_refused(changes: dict[str, str], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        ask(**changes)


def test_an_app_is_let_have_what_is_ticked_and_nothing_that_it_did_not_ask_for() -> None:
    asked = ask(scope="patient/Observation.read patient/Condition.r launch/patient offline_access fhirUser")
    assert (asked.scopes, asked.goes_on) == (["patient/Condition.r", "patient/Observation.rs"], True)
    assert apps.chosen(asked, ["patient/Condition.r"]) == {"Condition": "r"}
    for scopes in ([], ["patient/Condition.rs"], ["patient/*.rs"]):
        with pytest.raises(Invalid):
            apps.chosen(asked, scopes)
    assert apps.until(asked, 30, NOW) == NOW + timedelta(days=30)
    assert apps.until(ask(), 30, NOW) == NOW + apps.ONCE_LIFE
    for days in (0, -1, 366):
        with pytest.raises(Invalid):
            apps.until(asked, days, NOW)


def test_a_minor_lets_no_app_see_anything() -> None:
    apps.check_of_age(date(2008, 1, 1), date(2008, 1, 1))
    with pytest.raises(UnderAge):
        apps.check_of_age(date(2008, 1, 2), date(2008, 1, 1))


@given(st.lists(st.sampled_from(["patient/Observation.rs", "patient/*.cruds", "user/*.rs", "a b", "patient/X.rs"])))
def test_scopes_are_read_alike_however_often_and_nothing_but_reading_is_let(scopes: list[str]) -> None:
    read = smart.readings(" ".join(scopes))
    assert smart.readings(" ".join(smart.written(read))) == read
    assert all(set(letters) <= {"r", "s"} and kind in smart.TYPES_OF for kind, letters in read.items())


@given(st.text(max_size=140))
def test_only_the_verifier_that_the_challenge_was_made_of_proves_an_app(verifier: str) -> None:
    assert apps.proves(verifier, apps.challenge_of(CHALLENGE)) == (verifier == VERIFIER)
    assert apps.proves(VERIFIER, apps.challenge_of(CHALLENGE))


@pytest.fixture
async def identity(database: str) -> Any:
    opened = Database(database)
    yield opened
    await opened.close()


class Granted:
    """What a resident let an app see."""

    def __init__(self, identity: Database, goes_on: bool = True) -> None:
        self.identity, self.client_id, self.consent_id = identity, uuid4(), uuid4()
        self.asked = Asked(BACK, {"Observation": "rs"}, apps.challenge_of(CHALLENGE), goes_on)

    async def code(self, now: datetime = NOW) -> str:
        async with self.identity.transaction() as session:
            return commands.add_grant(
                session,
                asked=self.asked,
                client_id=self.client_id,
                partner_id=uuid4(),
                resident_id=uuid4(),
                by=uuid4(),
                consent_id=self.consent_id,
                scope="patient/Observation.rs",
                until=now + timedelta(days=30),
                now=now,
            )

    async def exchange(self, code: str, now: datetime = NOW, **changes: Any) -> Any:
        given = {"client_id": self.client_id, "redirect_uri": BACK, "verifier": VERIFIER} | changes
        async with self.identity.transaction() as session:
            return await commands.exchange_code(session, code=code, access_life=LIFE, now=now, **given)

    async def refresh(self, token: str, now: datetime = NOW, client_id: UUID | None = None, scope: str = "") -> Any:
        async with self.identity.transaction() as session:
            return await commands.refresh(
                session,
                refresh_token=token,
                client_id=client_id or self.client_id,
                scope=scope,
                access_life=LIFE,
                now=now,
            )


async def test_a_code_is_exchanged_once_within_its_minute_by_whoever_it_is_for(identity: Database) -> None:
    granted = Granted(identity)
    code = await granted.code()
    for changes in ({"client_id": uuid4()}, {"redirect_uri": f"{BACK}?"}, {"verifier": "w" * 43}):
        with pytest.raises(AppCodeRefused):
            await granted.exchange(code, **changes)
    access = await granted.exchange(code)
    assert (access.scope, access.expires_at, bool(access.refresh_token)) == ("patient/Observation.rs", NOW + LIFE, True)
    assert isinstance(await granted.exchange(code), AppCodeRefused)
    with pytest.raises(RefreshRefused):
        await granted.refresh(access.refresh_token)
    late = await granted.code(NOW - timedelta(seconds=61))
    with pytest.raises(AppCodeRefused):
        await granted.exchange(late)


async def test_an_app_that_does_not_go_on_gets_no_refresh_token(identity: Database) -> None:
    granted = Granted(identity, goes_on=False)
    assert (await granted.exchange(await granted.code())).refresh_token == ""


async def test_a_refresh_token_of_an_app_is_its_own_and_a_second_use_ends_its_session(identity: Database) -> None:
    granted = Granted(identity)
    first = (await granted.exchange(await granted.code())).refresh_token
    for refused in (granted.refresh(first, client_id=uuid4()), granted.refresh("yr_made-up")):
        with pytest.raises(RefreshRefused):
            await refused
    with pytest.raises(ScopeRefused):
        await granted.refresh(first, scope="patient/Condition.rs")
    second = (await granted.refresh(first, scope="patient/Observation.r")).refresh_token
    third = await granted.refresh(second)
    assert third.scope == "patient/Observation.rs"
    assert isinstance(await granted.refresh(first), RefreshTokenReused)
    with pytest.raises(RefreshRefused):
        await granted.refresh(third.refresh_token)


async def test_a_consent_that_is_closed_ends_the_code_the_session_and_every_refresh(identity: Database) -> None:
    granted = Granted(identity)
    access, unused = await granted.exchange(await granted.code()), await granted.code()
    closed = OfferClosed(consent_id=str(granted.consent_id), revoked=True, version=3)
    for _ in range(2):
        async with identity.transaction() as session:
            await on_offer_closed(Work(session, NOW, None), [Event(uuid4(), NOW, "", "", closed)])
    with pytest.raises(AppCodeRefused):
        await granted.exchange(unused)
    with pytest.raises(RefreshRefused):
        await granted.refresh(access.refresh_token)
    async with identity.transaction() as session:
        ended = await session.scalar(
            text("SELECT ended_at FROM access_session WHERE id = :id"), {"id": access.session.id}
        )
    assert ended is not None


@pytest.mark.parametrize("change", ["until = until + interval '1 day'", "scope = 'patient/*.rs'", "used_at = NULL"])
async def test_the_database_keeps_what_a_resident_let_an_app_see(identity: Database, change: str) -> None:
    granted = Granted(identity)
    await granted.exchange(await granted.code())
    with pytest.raises(IntegrityError):
        async with identity.transaction() as session:
            await session.execute(
                text(f"UPDATE app_grant SET {change} WHERE client_id = :id"), {"id": granted.client_id}
            )
