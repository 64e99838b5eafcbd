"""A code of Jinan in Tianjin: verified there, honoured once by Jinan, written into its resident's log. All else is
refused, each by its own name, and writes nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis import problems
from chassis.auth import Principal
from chassis.database import Database
from chassis.refusals import NotFound, Refusal
from chassis.signing import jose_key
from city_pack import pack, trust
from city_pack.trust import TrustedCity
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.postgres import Postgres
from devstack.pytest_plugin import _database
from identity import store
from identity.api import api
from identity.api import cities as cities_api
from identity.commands import cities as commands
from identity.commands.codes import rotate_codes
from identity.domain import cities, codes
from identity.domain.access import TryLimit
from identity.domain.cities import CityKey
from identity.domain.codes import CodeForged, CodeKeys
from identity.domain.scans import Rotation, Scanning
from identity.tables import ForeignScanRow, ScanRow
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select
from yima.common.v1.route_pb2 import Role
from yima.identity.v1 import cities_pb2 as pb
from yima_client import trust_lists
from yima_client.health_codes import CodeNotGood

from services.identity.tests.callers import code
from services.identity.tests.two_cities import AUTHORITY, Country, Town, trusting_pack, two_cities

pytestmark = pytest.mark.anyio
SERVICE = "identity"


@pytest.fixture(scope="module")
def another_database(postgres_server: Postgres, _migrated: dict[str, str]) -> Iterator[str]:
    yield from _database(SERVICE, postgres_server, _migrated)


@pytest.fixture(scope="module")
async def towns(
    database: str, another_database: str, tmp_path_factory: pytest.TempPathFactory, anyio_backend: object
) -> AsyncGenerator[Country]:
    folder = Path(tmp_path_factory.mktemp("packs"))
    async with two_cities({"jinan": database, "tianjin": another_database}, folder) as country:
        yield country


@pytest.fixture
async def country(towns: Country) -> Country:
    """Both cities in the list, and the road open."""
    towns.road.cut, towns.road.answers = False, None
    for town in (towns.home, towns.away):
        await forget_statements(town)
    await towns.publish(towns.home, towns.away)
    return towns


async def test_a_jinan_code_is_honoured_in_tianjin_and_its_resident_reads_by_whom(country: Country) -> None:
    row, answer = await country.away.redeem(await country.home.code())
    assert (answer.visitor.name, answer.visitor.birth_year, answer.visitor.proven) == ("Lin", 1960, False)
    entry = (await country.home.scans())[0]
    assert (entry["city"], entry["practitionerName"], entry["practitionerTitle"]) == (
        "tianjin",
        "Zhang Wei Alpha",
        "physician",
    )
    assert (entry["partnerName"]["text"]["zh-CN"], entry["place"], entry["app"]) == ("tianjin医院", "Room 3", "Desk")
    home = TrustedCity("jinan", "", trust.public_keys(country.home.entry()["keys"]))
    receipt = cities.addressed(row.receipt, home, cities.RECEIPT, "tianjin")
    assert (receipt["scan_id"], receipt["late"]) == (entry["scanId"], False)
    assert str(country.home.resident_id) not in json.dumps(receipt), "a receipt names no resident"


async def test_a_device_without_a_network_verifies_any_citys_code_by_the_list_alone(country: Country) -> None:
    """The client, which shares no code with the service."""
    await commands.fetch_statements(country.away.database, country.away.between)
    trusted, shown = (await country.away.callers.http.get("/trust-list")).json(), await country.home.code()
    assert trust_lists.verify(shown, trusted).city == "jinan"
    with pytest.raises(CodeNotGood):
        trust_lists.verify(shown, trusted, datetime.now(UTC) + timedelta(minutes=2))
    with pytest.raises(trust_lists.NotTrusted, match="was good until"):
        trust_lists.verify(shown, trusted, datetime.now(UTC) + timedelta(days=31))
    with pytest.raises(trust_lists.NotTrusted, match="says of its keys"):
        trust_lists.verify(shown, trusted, datetime.now(UTC) + timedelta(hours=25))
    with pytest.raises(trust_lists.NotTrusted, match="not in the list"):
        trust_lists.verify(shown, trusted | {"document": country.listed(country.away.entry())})
    with pytest.raises(trust_lists.NotTrusted, match="signed"):
        trust_lists.verify(shown, trusted | {"document": country.listed(key=Ed25519PrivateKey.generate())})


def test_what_the_clients_authority_signs_is_a_list_to_the_cities() -> None:
    key, until = trust_lists.new_key(), datetime.now(UTC) + timedelta(days=1)
    city = {"name": "jinan", "url": "https://jinan.example.org", "keys": [{"kid": "k", "x": key["x"]}]}
    document = trust_lists.sign(key, AUTHORITY, 7, [city], until)
    known = trust.read_list(document, AUTHORITY, trust.public_keys([key]))
    assert (known.sequence, list(known.cities), known.expires_at) == (7, ["jinan"], until.replace(microsecond=0))
    assert trust_lists.read(document, AUTHORITY, trust_lists.public([key]), datetime.now(UTC)).number == 7


async def test_no_event_of_such_a_scan_opens_anything(country: Country) -> None:
    """Consent begins a visit, and takes somebody for present, by `HealthCodeRedeemed` alone."""
    await country.away.redeem(await country.home.code())
    async with country.home.database.transaction() as session:
        rows = await session.execute(text("SELECT type FROM outbox WHERE type LIKE '%HealthCodeRedeemed%'"))
        kinds = {row.type for row in rows}
    assert kinds == {"yima.identity.v1.HealthCodeRedeemedElsewhere"}


async def test_who_lost_the_answer_gets_the_same_scan_again(country: Country) -> None:
    shown, before = await country.home.code(), len(await country.home.scans())
    first, _ = await country.away.redeem(shown)
    again, _ = await country.away.redeem(shown)
    assert first.id == again.id
    assert len(await country.home.scans()) == before + 1


async def test_a_copy_shown_in_tianjin_tells_the_resident_where_and_voids_their_codes(country: Country) -> None:
    shown, kept = await country.home.code(), await country.away.kept()
    await country.away.redeem(shown, 0)
    ahead = await country.home.code()
    before = len(await country.home.alerts())
    for _ in range(2):
        assert await country.away.refused(shown, 1) == "code-used"
    alert, *others = await country.home.alerts()
    assert len(others) == before, "told once"
    assert (alert["city"], alert["practitionerName"], alert["rotated"]) == ("tianjin", "Zhang Wei Beta", True)
    assert await country.away.refused(ahead) == "code-rotated"
    assert await country.away.kept() == kept + 1


async def test_one_code_shown_in_both_cities_at_once_is_honoured_once(country: Country) -> None:
    shown = await country.home.code()
    answers = await asyncio.gather(
        *(country.away.redeem(shown, number % 2) for number in range(8)), return_exceptions=True
    )
    honoured = {answer[0].practitioner_id for answer in answers if not isinstance(answer, BaseException)}
    assert len(honoured) == 1
    assert {error.code for error in answers if isinstance(error, Refusal)} <= {"code-used"}
    token_id = codes.read_foreign(shown, (await ring(country.home)).verifying, "jinan").token_id
    async with country.home.database.transaction() as session:
        assert len(await store.scans.scans_of_tokens(session, [token_id])) == 1


async def ring(town: Town) -> CodeKeys:
    """What a city's health codes are verified with, as it publishes it."""
    answer = await town.callers.http.get("/cities/keys")
    city = TrustedCity(town.name, "", trust.public_keys(town.entry()["keys"]))
    keys = cities.read_statement(answer.json()["statement"], city, datetime.now(UTC)).keys
    return CodeKeys("", Ed25519PrivateKey.generate(), keys, {})


async def test_a_code_that_was_moved_on_is_void_elsewhere_too(country: Country) -> None:
    shown = await country.home.code()
    async with country.home.database.transaction() as session:
        await rotate_codes(
            session, resident_ids=[country.home.resident_id], because=Rotation.RESIDENT, now=datetime.now(UTC)
        )
    assert await country.away.refused(shown) == "code-rotated"


async def test_a_removed_city_is_refused_at_once_both_ways(country: Country) -> None:
    asked = len(country.road.sent)
    shown = await country.home.code(), await country.away.code()
    await country.publish(country.away)
    assert await country.away.refused(shown[0]) == "city-not-trusted"
    assert await country.home.refused(shown[1]) == "city-not-trusted"
    assert len(country.road.sent) == asked, "nobody is asked"


async def test_a_city_that_only_home_has_removed_is_refused_by_home(country: Country) -> None:
    shown, kept = await country.home.code(), await country.home.kept(ScanRow)
    await country.home.put(country.listed(country.home.entry()))
    assert await country.away.refused(shown) == "home-city-refused"
    assert await country.home.kept(ScanRow) == kept


async def test_a_city_whose_key_the_list_does_not_have_asks_nobody(country: Country) -> None:
    """Its own entry names another key: whoever has put a city's name on a machine of theirs is not that city."""
    entry = country.away.entry()
    entry["keys"] = [{"kid": country.away.key.kid, "x": CityKey.of(f"{'B' * 43}=").x}]
    shown = await country.home.code()
    for town in (country.home, country.away):
        await town.put(country.listed(country.home.entry(), entry))
    assert await country.away.refused(shown) == "city-not-trusted"


async def test_a_list_that_is_over_honours_nobody(country: Country) -> None:
    shown = await country.home.code()
    await country.away.put(country.listed(country.home.entry(), country.away.entry(), lasts=timedelta(seconds=1)))
    await asyncio.sleep(1.1)
    assert await country.away.refused(shown) == "trust-list-expired"
    with pytest.raises(Refusal) as refused:
        await country.away.put(country.listed(country.home.entry(), lasts=timedelta(seconds=-5)))
    assert refused.value.code == "trust-list-expired"


async def test_scans_of_foreign_codes_are_listed_for_who_made_them_their_institution_and_who_supervises(
    country: Country,
) -> None:
    town = country.away
    first, second = [(await town.redeem(await country.home.code(), number))[0] for number in (0, 1)]
    doctor, other = (caller(Role.ROLE_PRACTITIONER, who, town) for who in town.practitioners)
    desk = caller(Role.ROLE_PARTNER, uuid4(), town)
    elsewhere = Principal(Role.ROLE_PARTNER, str(uuid4()), str(uuid4()))
    regulator, operator = (Principal(role, str(uuid4())) for role in (Role.ROLE_REGULATOR, Role.ROLE_OPERATOR))
    newest = [str(second.id), str(first.id)]
    assert (await listed(town, doctor)).scans[0].scan_id == newest[1]
    assert newest[0] not in [row.scan_id for row in (await listed(town, doctor)).scans]
    assert (await listed(town, other)).scans[0].scan_id == newest[0]
    for who in (desk, regulator, operator):
        assert [row.scan_id for row in (await listed(town, who)).scans[:2]] == newest
    (entry, *_) = (await listed(town, regulator, partner_id=str(town.institution))).scans
    assert (entry.city, entry.practitioner_title, entry.place, entry.app) == ("jinan", "physician", "Room 3", "Desk")
    assert entry.receipt == second.receipt
    assert "Lin" not in str(entry), "whose code it was only its city knows"
    assert list((await listed(town, elsewhere)).scans) == []
    assert list((await listed(town, regulator, partner_id=str(uuid4()))).scans) == []
    with pytest.raises(NotFound):
        await listed(town, elsewhere, partner_id=str(town.institution))


async def test_scans_of_foreign_codes_are_kept_for_400_days_and_no_longer(country: Country) -> None:
    town = country.away
    row, _ = await town.redeem(await country.home.code())
    ages = {"old": 401, "young": 399}
    async with town.database.transaction() as session:
        for city, days in ages.items():
            at = datetime.now(UTC) - timedelta(days=days)
            changed = {"id": uuid4(), "city": city, "scanned_at": at, "received_at": at}
            session.add(ForeignScanRow(**row.model_dump() | changed))
    for change in ("DELETE FROM foreign_scan", "UPDATE foreign_scan SET place = 'x'", "TRUNCATE foreign_scan"):
        with pytest.raises(DBAPIError, match=r"only ever added to|permission denied"):
            async with town.database.transaction() as session:
                await session.execute(text(change))
    async with town.database.transaction() as session:
        await store.access.sweep(session)
        cities_left = set(await session.scalars(select(ForeignScanRow.city)))
    assert "old" not in cities_left
    assert cities_left >= {"young", "jinan"}


def caller(role: Role, subject_id: UUID, town: Town) -> Principal:
    return Principal(role, str(subject_id), str(town.institution))


async def listed(town: Town, who: Principal, **asked: str) -> pb.ForeignScanPage:
    """What somebody is shown of scans of foreign codes."""
    async with town.database.transaction() as session:
        call: Any = SimpleNamespace(session=session, principal=who)
        return await cities_api.list_foreign_scans(pb.ListForeignScansRequest(**asked), call)  # type: ignore[arg-type]


async def test_a_list_that_was_rolled_back_is_refused_and_the_newest_stays(country: Country) -> None:
    entries = (country.home.entry(), country.away.entry())
    number = next(country.numbers)
    newest = country.listed(country.home.entry(), sequence=number)
    await country.away.put(newest)
    await country.away.put(newest)  # the same again changes nothing
    for older in (number - 1, number):
        with pytest.raises(Refusal) as refused:
            await country.away.put(country.listed(*entries, sequence=older))
        assert refused.value.code == "trust-list-rolled-back"
    assert await country.away.refused(await country.home.code()) == "city-not-trusted"
    for row in (number, number - 5 if number > 5 else number):
        with pytest.raises(DBAPIError, match="never goes back"):
            async with country.away.database.transaction() as session:
                await session.execute(
                    text("INSERT INTO trust_list VALUES (:authority, :row, 'x', now(), now() + '1 day', now(), NULL)"),
                    {"authority": AUTHORITY, "row": row},
                )
    for change in ("UPDATE trust_list SET sequence = 1", "DELETE FROM trust_list"):
        with pytest.raises(DBAPIError, match=r"only ever added to|permission denied"):
            async with country.away.database.transaction() as session:
                await session.execute(text(change))


async def test_a_pack_with_an_older_list_does_not_undo_a_newer_one(country: Country, tmp_path: Path) -> None:
    """A release that was rolled back brings its old pack with it: the city starts, and trusts whom it trusted."""
    older = country.listed(country.home.entry(), country.away.entry(), sequence=1)
    await country.publish(country.away)
    path = trusting_pack("tianjin", country.authority, tmp_path, signedList=older)
    rolled_back = pack.read(str(path))
    await commands.put_list_of_pack(country.away.database, rolled_back)
    assert await country.away.refused(await country.home.code()) == "city-not-trusted"


@pytest.mark.parametrize("forgery", ["key", "authority", "kind", "cut", "city twice", "plain http"])
async def test_a_list_that_the_authority_did_not_sign_is_none(country: Country, forgery: str) -> None:
    entry = country.home.entry()
    documents = {
        "key": lambda: country.listed(entry, key=Ed25519PrivateKey.generate()),
        "authority": lambda: country.listed(entry, authority="elsewhere.example.org"),
        "kind": lambda: country.listed(entry, kind=cities.STATEMENT),
        "cut": lambda: country.listed(entry)[:-4],
        "city twice": lambda: country.listed(entry, entry),
        "plain http": lambda: country.listed(entry | {"url": "http://jinan.example.org"}),
    }
    with pytest.raises(Refusal) as refused:
        await country.away.put(documents[forgery]())
    assert refused.value.code == "trust-list-forged"


async def test_equal_key_ids_of_two_cities_are_two_keys(country: Country) -> None:
    """Both call their keys k1. A key of one city signs nothing for the other, whatever it calls itself."""
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    jinan = CodeKeys("k1", ours, {"k1": ours.public_key()}, {"k1": bytes(32)})
    tianjin = CodeKeys("k1", theirs, {"k1": theirs.public_key()}, {"k1": bytes(32)})
    now = datetime.now(UTC)
    (of_jinan,) = codes.issue(jinan, "jinan", uuid4(), 0, now)
    (posing,) = codes.issue(tianjin, "jinan", uuid4(), 0, now)
    assert codes.read_foreign(of_jinan.text, jinan.verifying, "jinan").token_id
    for said, keys, city in (
        (posing.text, jinan.verifying, "jinan"),
        (of_jinan.text, tianjin.verifying, "tianjin"),
        (of_jinan.text, jinan.verifying, "tianjin"),
    ):
        with pytest.raises(CodeForged):
            codes.read_foreign(said, keys, city)
    names = {"jinan": ours, "tianjin": theirs}
    listed = {name: TrustedCity(name, "", {"k1": jose_key(key, "k1")}) for name, key in names.items()}
    statement = cities.statement_claims("jinan", jinan.verifying, now)
    forged = trust.signed(jose_key(theirs, "k1"), cities.STATEMENT, statement)
    with pytest.raises(trust.NotGenuine):
        cities.read_statement(forged, listed["jinan"], now)
    cities.read_statement(trust.signed(jose_key(ours, "k1"), cities.STATEMENT, statement), listed["jinan"], now)


async def test_a_code_of_a_trusted_city_that_another_signed_is_forged(country: Country) -> None:
    stranger = Ed25519PrivateKey.generate()
    kid = next(iter((await ring(country.home)).verifying))
    keys = CodeKeys(kid, stranger, {kid: stranger.public_key()}, {kid: bytes(32)})
    (forged,) = codes.issue(keys, "jinan", uuid4(), 0, datetime.now(UTC))
    await country.away.redeem(await country.home.code())  # whose keys are known by now
    asked = len(country.road.sent)
    assert await country.away.refused(forged.text) == "code-forged"
    assert len(country.road.sent) == asked


async def test_a_city_that_does_not_answer_is_away_and_the_scan_is_sent_in_later(country: Country) -> None:
    shown, kept = await country.home.code(), await country.away.kept()
    await country.away.redeem(await country.home.code())  # whose keys are known by now
    country.road.cut = True
    with pytest.raises(cities.HomeCityAway) as away:
        await country.away.redeem(shown)
    answer = problems.answer_to(away.value, api.refusals)
    assert (answer.status, answer.headers) == (503, {"retry-after": "5"})
    assert json.loads(answer.body)["type"] == "urn:yima:problem:home-city-away"
    assert await country.away.kept() == kept + 1
    country.road.cut = False
    made = datetime.now(UTC) + timedelta(seconds=1)
    with clocks_ahead(timedelta(minutes=10)):
        row, _ = await country.away.redeem(shown, scanned_at=made)
    assert row.late
    assert (await country.home.scans())[0]["late"]


async def forget_statements(town: Town) -> None:
    """As where a city was never reached."""
    async with town.database.transaction() as session:
        await session.execute(text("DELETE FROM city_statement"))


@contextmanager
def clocks_ahead(by: timedelta) -> Generator[None]:
    """Both cities' clocks, by so much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "now", lambda _self: datetime.now(UTC) + by)
        yield


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500, content=b"oops"),
        httpx2.Response(429, content=b"{}"),
        httpx2.Response(302, headers={"location": "https://elsewhere.example.org"}),
        httpx2.Response(200, content=b"not JSON"),
        httpx2.Response(200, content=b'{"answer": 5}'),
        httpx2.Response(200, content=b'{"answer": "a.b.c"}'),
        httpx2.Response(200, content=b'{"answer": "' + b"x" * 100_000 + b'"}'),
    ],
    ids=["failed", "busy", "elsewhere", "no JSON", "no text", "not signed", "too much"],
)
async def test_whatever_else_a_city_answers_is_no_answer(country: Country, answer: httpx2.Response) -> None:
    kept = await country.away.kept()
    await country.away.redeem(await country.home.code())
    country.road.answers = answer
    assert await country.away.refused(await country.home.code()) == "home-city-away"
    assert await country.away.kept() == kept + 1


async def test_the_answer_to_another_request_is_none(country: Country) -> None:
    """Who listens on the road gives an earlier answer again, which the home city signed."""
    shown = await country.home.code()
    await country.away.redeem(shown)
    earlier = await country.home.callers.http.post("/cities/scans", json={"request": request(country, shown)})
    assert earlier.status_code == 200, earlier.text
    country.road.answers = httpx2.Response(200, content=earlier.content)
    assert await country.away.refused(await country.home.code()) == "home-city-away"


def request(country: Country, shown: str, signer: CityKey | None = None, **changes: Any) -> str:
    """A request of Tianjin to Jinan, signed; some of it changed."""
    now, who = datetime.now(UTC), country.away.practitioners[0]
    scanner = cities.Elsewhere(
        "tianjin", str(who), "Zhang Wei Alpha", "physician", str(country.away.institution), {"en": "General Hospital"}
    )
    claims = cities.request_claims(
        own="tianjin", home="jinan", nonce=str(uuid4()), text=shown, scanner=scanner, scanning=Scanning(), now=now
    )
    return trust.signed((signer or country.away.key).private, cities.REQUEST, claims | changes)


async def asked(country: Country, sent: str) -> str:
    answer = await country.home.callers.http.post("/cities/scans", json={"request": sent})
    return "" if answer.status_code == 200 else code(answer)


async def test_a_request_is_good_once(country: Country) -> None:
    shown = await country.home.code()
    sent = request(country, shown)
    assert await asked(country, sent) == ""
    assert await asked(country, sent) == "city-request-replayed"
    assert await asked(country, request(country, shown)) == "", "another request for the same scan is answered alike"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": "tianjin"}, "city-request-forged"),
        ({"aud": "marsa-noor"}, "city-request-forged"),
        ({"iss": "marsa-noor"}, "city-not-trusted"),
        ({"iss": ""}, "city-not-trusted"),
        ({"iss": ["tianjin"]}, "city-not-trusted"),
        ({"exp": 1}, "city-request-forged"),
        ({"iat": 1}, "city-request-forged"),
        ({"iat": 2**33, "exp": 2**33 + 10}, "city-request-forged"),
        ({"jti": ""}, "city-request-forged"),
        ({"jti": "x" * 101}, "city-request-forged"),
        ({"code": 5}, "city-request-forged"),
        ({"code": "YM1:"}, "code-forged"),
        ({"practitioner": {}}, "city-request-forged"),
        ({"practitioner": {"id": "x", "name": "Zhang", "title": "physician"}}, "city-request-forged"),
        ({"practitioner": {"id": str(uuid4()), "name": "<b>Zhang</b>", "title": "physician"}}, "invalid"),
        ({"practitioner": {"id": str(uuid4()), "name": "Zhang", "title": "a\u202eb"}}, "invalid"),
        ({"institution": {"id": str(uuid4()), "name": {}}}, "invalid"),
        ({"institution": {"id": str(uuid4()), "name": {"en": 5}}}, "city-request-forged"),
        ({"place": "x" * 500}, "invalid"),
        ({"scanned_at": "yesterday"}, "city-request-forged"),
        ({"scanned_at": "2026-01-01T00:00:00"}, "city-request-forged"),
    ],
)
async def test_a_request_that_is_not_one_is_refused_and_writes_nothing(
    country: Country, changes: dict[str, Any], refusal: str
) -> None:
    kept = await country.home.kept(ScanRow)
    assert await asked(country, request(country, await country.home.code(), **changes)) == refusal
    assert await country.home.kept(ScanRow) == kept


async def test_a_request_that_another_key_signed_is_forged(country: Country) -> None:
    """Under the right key's id, too; and Jinan's own key signs nothing of Tianjin's."""
    shown = await country.home.code()
    stranger = CityKey(jose_key(Ed25519PrivateKey.generate(), country.away.key.kid))
    for signer in (stranger, country.home.key, CityKey.of(f"{'C' * 43}=")):
        assert await asked(country, request(country, shown, signer)) == "city-request-forged"
    for nonsense in ("", "x", "a.b.c", "x" * 9_000):
        assert await asked(country, nonsense) in ("city-request-forged", "city-not-trusted", "invalid")


async def test_a_code_of_its_own_is_no_foreign_code(country: Country) -> None:
    assert await country.away.refused(await country.away.code()) == "city-not-trusted"


async def test_a_city_that_asks_too_often_is_told_to_wait(country: Country) -> None:
    between = replace(country.home.between, limit=TryLimit("few", 3, 60.0, 0.0))
    shown = await country.home.code()
    for _ in range(3):
        await commands.take_request(country.home.database, between, request(country, shown))
    with pytest.raises(Refusal) as refused:
        await commands.take_request(country.home.database, between, request(country, shown))
    assert refused.value.code == "too-many-tries"


async def test_what_a_city_said_of_its_keys_is_never_undone_by_what_it_said_before(country: Country) -> None:
    """A key that was withdrawn is in the older statement, which somebody kept."""
    await commands.fetch_statements(country.away.database, country.away.between)
    home = TrustedCity("jinan", "", trust.public_keys(country.home.entry()["keys"]))
    withdrawn, now = Ed25519PrivateKey.generate().public_key(), datetime.now(UTC)
    said = cities.statement_claims("jinan", {"old": withdrawn}, now - timedelta(hours=1))
    older = trust.signed(country.home.key.private, cities.STATEMENT, said)
    async with country.away.database.transaction() as session:
        await store.cities.put_statement(session, "jinan", older, now - timedelta(hours=1))
        assert "old" not in await commands.keys_of(session, home, now)
        assert await commands.keys_of(session, home, now)
        assert await commands.keys_of(session, home, now + timedelta(hours=25)) == {}, "a day after it was last said"
    with pytest.raises(DBAPIError, match="older statement"):
        async with country.away.database.transaction() as session:
            await session.execute(text("UPDATE city_statement SET issued_at = issued_at - interval '1 day'"))


async def test_a_list_is_put_by_whom_the_city_trusts_with_it_and_read_by_anybody(country: Country) -> None:
    http = country.home.callers.http
    resident = await country.home.callers.post("/trust-lists", country.home.resident, document="x")
    assert code(resident) == "forbidden"
    operator = await country.home.callers.token("operator@yima.example.org", "an operator's unlikely words")
    document = country.listed(country.home.entry(), country.away.entry())
    put = await country.home.callers.post("/trust-lists", operator, document=document)
    assert put.status_code == 200, put.text
    number = put.json()["proposed"]["sequence"]
    assert put.json()["document"] != document, "it is not in force before another person has approved it"
    assert "proposed" not in (await http.get("/trust-list")).json(), "what waits is for who supervises"
    decision = f"/trust-lists/{number}/decision"
    own = await country.home.callers.post(decision, operator, approved=True)
    assert (own.status_code, code(own)) == (403, "trust-list-by-two")
    regulator = await country.home.callers.token("regulator@yima.example.org", "a regulator's unlikely words")
    approved = await country.home.callers.post(decision, regulator, approved=True)
    assert (approved.status_code, approved.json().get("proposed")) == (200, None), approved.text
    twice = await country.home.callers.post(decision, regulator, approved=True)
    assert (twice.status_code, twice.json()["field"]) == (404, "sequence")
    read = (await http.get("/trust-list")).json()
    assert (read["authority"], read["inForce"], read["document"]) == (AUTHORITY, True, document)
    assert [city["name"] for city in read["cities"]] == ["jinan", "tianjin"]
    assert read["ownKey"]["x"] == country.home.key.x
    again = await country.home.callers.post("/trust-lists", operator, document=country.listed(sequence=1))
    assert code(again) == "trust-list-rolled-back"


async def test_one_list_waits_at_a_time_and_an_overtaken_one_gives_way(country: Country) -> None:
    home = country.home
    operator = await home.callers.token("operator@yima.example.org", "an operator's unlikely words")
    regulator = await home.callers.token("regulator@yima.example.org", "a regulator's unlikely words")

    async def put(document: str) -> httpx2.Response:
        return await home.callers.post("/trust-lists", operator, document=document)

    async def decide(number: int, who: str, *, approved: bool) -> httpx2.Response:
        path = f"/trust-lists/{number}/decision"
        return await home.callers.post(path, who, approved=approved, reason="as the authority wrote")

    numbers = [next(country.numbers) for _ in range(4)]
    first, second, third = (country.listed(home.entry(), sequence=number) for number in numbers[:3])
    assert [(await put(first)).status_code for _ in range(2)] == [200, 200], "the same again changes nothing"
    assert code(await put(second)) == "trust-list-proposed"
    wrong = await decide(numbers[1], regulator, approved=True)
    assert (wrong.status_code, wrong.json()["field"]) == (404, "sequence")
    assert (await decide(numbers[0], operator, approved=False)).status_code == 200, "who proposed it takes it back"
    assert (await put(second)).status_code == 200
    await home.put(third)  # with the city's pack
    overtaken = await decide(numbers[1], regulator, approved=True)
    assert code(overtaken) == "trust-list-rolled-back"
    assert (await http_list(home))["sequence"] == str(numbers[2]), "an older list never replaces a newer one"
    assert (await put(country.listed(home.entry(), sequence=numbers[3]))).status_code == 200, (
        "what was overtaken gives way"
    )
    assert (await decide(numbers[3], regulator, approved=True)).json()["sequence"] == str(numbers[3])
    beyond = await put(country.listed(home.entry(), sequence=2**31))
    assert (beyond.status_code, beyond.json()["field"]) == (400, "document")


async def http_list(home: Town) -> dict[str, Any]:
    return dict((await home.callers.http.get("/trust-list")).json())


async def test_the_database_itself_takes_no_list_that_one_person_alone_wants(country: Country) -> None:
    home = country.home
    one, other = uuid4(), uuid4()
    values = {"one": one, "other": other, "document": country.listed(home.entry(), sequence=500)}
    proposal = (
        "INSERT INTO trust_list_proposal (id, authority, sequence, document, proposed_by, proposed_at, status,"
        " decided_by, decided_at) VALUES (gen_random_uuid(), 'a', 500, :document, :one, now(), 'approved', {by}, now())"
    )
    into_force = (
        "INSERT INTO trust_list (authority, sequence, document, issued_at, expires_at, taken_at, taken_by, approved_by)"
        " VALUES ('a', 500, :document, now(), now() + interval '1 day', now(), :one, {by})"
    )
    for statements, law in (
        ([proposal.format(by=":one")], "trust_list_by_two"),
        ([into_force.format(by=":other")], "approved by another"),
        ([into_force.format(by="NULL")], "approved by another"),
        ([proposal.format(by=":other"), "UPDATE trust_list_proposal SET decided_by = :one"], "decided once|permission"),
    ):
        with pytest.raises(DBAPIError, match=law):
            async with home.database.transaction() as session:
                for statement in statements:
                    await session.execute(text(statement), values)
    async with home.database.transaction() as session:
        for statement in (proposal.format(by=":other"), into_force.format(by=":other")):
            await session.execute(text(statement), values)
