"""Two cities that trust each other: identity of each at work, the road between them, and the authority's list."""

import base64
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from chassis.database import Database
from chassis.refusals import Refusal
from chassis.signing import b64, jose_key
from city_pack import pack, trust
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from devstack.cities import City
from identity.commands import cities, people
from identity.commands.cities import BetweenCities
from identity.domain.access import TryLimit
from identity.domain.cities import CityKey, HomeAnswer
from identity.domain.scans import Scanning
from identity.intercity import Intercity
from identity.registers.port import CheckedLicence
from identity.tables import ForeignScanRow, ScanRow
from sqlalchemy import text
from sqlmodel import select

from services.identity.tests.callers import PASSWORD, Callers, opened

AUTHORITY = "cities.example.org"


class Road(httpx2.AsyncBaseTransport):
    """What leads to the cities; it can be cut, and what goes over it can be changed."""

    def __init__(self) -> None:
        self.towns: dict[str, Town] = {}
        self.sent: list[str] = []  # requests to redeem a code
        self.cut = False
        self.answers: httpx2.Response | None = None  # in the place of the city's own

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.cut:
            raise httpx2.ConnectError("the road is cut")
        if request.method == "POST":
            body = await request.aread()
            self.sent.append(body.decode())
            if self.answers is not None:
                return self.answers
        town = self.towns[request.url.host.partition(".")[0]]
        answer = await town.callers.http.request(
            request.method,
            request.url.path,
            content=await request.aread(),
            headers={"content-type": "application/json"},
        )
        return httpx2.Response(answer.status_code, content=answer.content, headers=dict(answer.headers))


@dataclass
class Town:
    """One city's identity, with somebody who lives there and two who practise there."""

    name: str
    callers: Callers
    database: Database
    between: BetweenCities
    resident: str = ""  # their token
    resident_id: UUID = field(default_factory=uuid4)
    practitioners: Sequence[UUID] = ()
    institution: UUID = field(default_factory=uuid4)

    @property
    def key(self) -> CityKey:
        return self.between.own_key

    def entry(self) -> dict[str, Any]:
        """The city, as a list has it."""
        jwk = {"kty": "OKP", "crv": "Ed25519", "kid": self.key.kid, "x": self.key.x}
        return {"name": self.name, "url": f"https://{self.name}.example.org", "keys": [jwk]}

    async def code(self) -> str:
        answer = await self.callers.post("/health-code-tokens", self.resident)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["text"])

    async def scans(self) -> list[dict[str, Any]]:
        """What the resident reads of who scanned them."""
        answer = await self.callers.http.get("/scans", headers={"authorization": f"Bearer {self.resident}"})
        return list(answer.json().get("scans", ()))

    async def alerts(self) -> list[dict[str, Any]]:
        answer = await self.callers.http.get("/code-alerts", headers={"authorization": f"Bearer {self.resident}"})
        return list(answer.json().get("alerts", ()))

    async def redeem(
        self, text: str, practitioner: int = 0, scanned_at: datetime | None = None
    ) -> tuple[ForeignScanRow, HomeAnswer]:
        """Redeem another city's code, as `api.cities` does."""
        how, who = Scanning(scanned_at, "Desk", "Room 3"), self.practitioners[practitioner]
        code = await cities.verify_foreign(self.database, self.between, text=text, practitioner_id=who, scanning=how)
        answer = await cities.ask_home(self.database, self.between, code, text, how)
        async with self.database.transaction() as session:
            now = self.database.now()
            return await cities.keep_foreign_scan(session, self.between, code, answer, how, now), answer

    async def refused(self, text: str, practitioner: int = 0, scanned_at: datetime | None = None) -> str:
        """The code of the refusal of the same."""
        with pytest.raises(Refusal) as refusal:
            await self.redeem(text, practitioner, scanned_at)
        return refusal.value.code

    async def put(self, document: str) -> None:
        async with self.database.transaction() as session:
            await cities.put_list(session, pack=self.between.pack, document=document, now=self.database.now())

    async def kept(self, table: type[ForeignScanRow | ScanRow] = ForeignScanRow) -> int:
        async with self.database.transaction() as session:
            return len((await session.scalars(select(table))).all())

    async def settle(self) -> None:
        """Make who lives and practises here."""
        login = await self.callers.resident()
        self.resident = await self.callers.token(login)
        async with self.database.transaction() as session:
            self.resident_id = await session.scalar(
                text("SELECT subject_id FROM account WHERE login = :login"), {"login": login}
            )
            institution, _ = await people.register_institution(
                session,
                name={"zh-CN": f"{self.name}医院", "en": "General Hospital"},
                locales=["zh-CN", "en"],
                login=f"{uuid4().hex}@h.example.org",
                password_hash=PASSWORD,
                staff_name="Staff",
                address="",
                now=datetime.now(UTC) - timedelta(days=1),
            )
            self.institution = institution.id
            self.practitioners = [
                (
                    await people.register_practitioner(
                        session,
                        institution_id=institution.id,
                        login=f"{uuid4().hex}@h.example.org",
                        password_hash="none",
                        name=f"Zhang Wei {name}",
                        licence_number=uuid4().hex,
                        title="physician",
                        now=datetime.now(UTC) - timedelta(days=1),
                        confirmed=CheckedLicence(confirmed=True, reference="ref"),
                    )
                ).id
                for name in ("Alpha", "Beta")
            ]


@dataclass
class Country:
    """Both cities, the road, and who signs the list."""

    home: Town  # Jinan
    away: Town  # Tianjin
    road: Road
    authority: Ed25519PrivateKey
    numbers: Any = field(default_factory=lambda: count(1))

    def listed(
        self,
        *towns: dict[str, Any],
        sequence: int | None = None,
        lasts: timedelta = timedelta(days=30),
        authority: str = AUTHORITY,
        key: Ed25519PrivateKey | None = None,
        kind: str = trust.LIST,
    ) -> str:
        """A list, signed; of the next number, unless another is given."""
        now = datetime.now(UTC)
        claims = {
            "iss": authority,
            "seq": next(self.numbers) if sequence is None else sequence,
            "iat": int((now - timedelta(days=60)).timestamp()),
            "exp": int((now + lasts).timestamp()),
            "cities": list(towns),
        }
        return trust.signed(jose_key(key or self.authority, "a1"), kind, claims)

    async def publish(self, *towns: Town) -> str:
        """Have both cities trust these, by a newer list than any before."""
        document = self.listed(*(town.entry() for town in towns))
        for town in (self.home, self.away):
            await town.put(document)
        return document


def trusting_pack(city: str, authority: Ed25519PrivateKey, folder: Path, **more: Any) -> Path:
    """A city's pack that names the authority."""
    x = b64(authority.public_key().public_bytes_raw())
    trusted = {"authority": AUTHORITY, "keys": [{"kid": "a1", "x": x}], **more}
    return City.named(city).trusting(trusted, folder).pack


@asynccontextmanager
async def two_cities(databases: Mapping[str, str], folder: Path) -> AsyncGenerator[Country]:
    """Jinan and Tianjin, each with a database of its own."""
    authority, road = Ed25519PrivateKey.generate(), Road()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIMA_KEY_ENCRYPTION_KEYS", f"{'A' * 43}=")

        @asynccontextmanager
        async def town(name: str) -> AsyncGenerator[Town]:
            path = trusting_pack(name, authority, folder)
            key = base64.b64encode(secrets.token_bytes(32)).decode()
            settings = {"YIMA_CITY_FILE": str(path), "YIMA_CITY_KEY": key, "YIMA_CITY_SCANS_PER_MINUTE": "10000"}
            async with opened(databases[name], patch, **settings) as callers:
                database = Database(databases[name])
                between = BetweenCities(
                    pack.read(str(path)), CityKey.of(key), Intercity(road), TryLimit("city", 10_000, 1.0, 0.0)
                )
                made = Town(name, callers, database, between)
                await made.settle()
                road.towns[name] = made
                yield made
                await between.intercity.close()
                await database.close()

        async with town("jinan") as home, town("tianjin") as away:
            yield Country(home, away, road, authority)
