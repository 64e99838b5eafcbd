"""Identity over HTTP, and whoever calls it from some address."""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from chassis.database import Database
from chassis.routes import ADDRESS_HEADER
from chassis.service import Service
from devstack.cities import City
from identity.api import Resources
from identity.app import Settings, service
from sqlalchemy import text

PASSWORD = "a password of some length"
HOME, CAFE = "203.0.113.7", "198.51.100.9"


@dataclass
class Callers:
    """Identity over HTTP, and whoever asks from some address."""

    http: httpx2.AsyncClient
    service: Service[Settings, Resources]

    async def post(self, path: str, token: str = "", address: str = "", **body: Any) -> httpx2.Response:
        headers = {ADDRESS_HEADER: address} if address else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        return await self.http.post(path, json=body, headers=headers)

    async def resident(self, address: str = "") -> str:
        """A new resident's login."""
        login = f"{uuid4().hex}@residents.example.org"
        answer = await self.post(
            "/residents", address=address, login=login, password=PASSWORD, name="Lin", birth_date="1960-05-05"
        )
        assert answer.status_code == 200, answer.text
        return login

    async def sign_in(self, login: str, password: str = PASSWORD, address: str = "") -> httpx2.Response:
        return await self.post("/tokens", address=address, login=login, password=password)

    async def token(self, login: str, password: str = PASSWORD, address: str = "") -> str:
        answer = await self.sign_in(login, password, address)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessToken"])

    async def token_with(self, login: str, given: str, address: str = "", password: str = PASSWORD) -> str:
        """The token of a sign-in with a code of a second factor."""
        answer = await self.post("/tokens", address=address, login=login, password=password, code=given)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessToken"])

    async def me(self, token: str) -> int:
        return (await self.http.get("/me", headers={"authorization": f"Bearer {token}"})).status_code


@asynccontextmanager
async def opened(
    database: str, monkeypatch: pytest.MonkeyPatch, *, proven: bool = True, **settings: str
) -> AsyncGenerator[Callers]:
    """Identity at work. Whose the first operator's and regulator's accounts are is proven, unless it is not to be."""
    variables = {
        "YIMA_DATABASE_URL": database,
        "YIMA_CITY_FILE": str(City.named("jinan").pack),
        "YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}=",
        "YIMA_OPERATOR_PASSWORD": "an operator's unlikely words",
        "YIMA_REGULATOR_PASSWORD": "a regulator's unlikely words",
        "YIMA_REGISTRATIONS_PER_HOUR": "1000",
        "YIMA_SECOND_FACTOR_ROLES": "",
        "YIMA_NUMBERS_SECRET": "a secret of some length",
        **settings,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    identity = service()
    async with identity.running(messaging=False) as app:
        if proven:
            await prove_first_accounts(database)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://identity", timeout=60) as http:
            yield Callers(http, identity)


async def prove_first_accounts(database: str) -> None:
    store = Database(database)
    async with store.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO office_holder SELECT subject_id, sha256(subject_id::text::bytea), 'first', now()"
                " FROM account WHERE role IN ('operator', 'regulator') AND invited_by IS NULL ON CONFLICT DO NOTHING"
            )
        )
    await store.close()


def code(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))))


async def guess(callers: Callers, login: str, address: str, times: int) -> list[httpx2.Response]:
    return [await callers.sign_in(login, f"wrong {number}", address) for number in range(times)]
