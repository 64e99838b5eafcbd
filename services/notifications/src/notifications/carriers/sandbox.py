"""Carriers to try things on: their own process with their own memory, which survives restarts. Nothing leaves it.

    python -m notifications.carriers

`POST /sms` and `POST /emails` take messages as `http` sends them. `POST /phones` makes a browser with a subscription to
its push service, which is here too (`POST /push/{phone}`), and checks and deciphers what it is sent, as browsers do.
`GET /messages?to=…` shows what arrived at an address, a telephone number or a phone, oldest first: each id once, with
how often it came.

What goes wrong is turned on with YIMA_CARRIER_FAULTS or `PUT /faults`, see `Faults`. Every request but for its health
and the push service's carries YIMA_CARRIERS_SECRET as a bearer's token, where there is one.
"""

import asyncio
import hmac
import os
import random
import signal
import sqlite3
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import orjson
from chassis import settings
from chassis.refusals import Invalid, NotFound, Unauthenticated
from chassis.service import application, serve_until
from chassis.settings import SettingsOrFiles
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from litestar import Litestar, Request, Response, get, post, put
from litestar.params import FromPath
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from notifications.carriers.push import AUTH_BYTES, SALT_BYTES, decoded, encoded, message_keys, point_of

SCHEMA = """
    CREATE TABLE IF NOT EXISTS message (
        id TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
        link TEXT NOT NULL, came INTEGER NOT NULL, PRIMARY KEY (id, address)
    );
    CREATE INDEX IF NOT EXISTS message_of ON message (address);
    CREATE TABLE IF NOT EXISTS phone (id TEXT PRIMARY KEY, private_number TEXT NOT NULL, auth BLOB NOT NULL);
"""
SHOWN_MAX = 1_000
KEPT_MAX = 100_000

type Chance = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """How often, from 0 (never) to 1, something goes wrong with a message; who has no address; how late answers are."""

    model_config = ConfigDict(extra="forbid")

    away: Chance = 0.0  # 503, and nothing was taken
    lost_answer: Chance = 0.0  # it was taken, and the answer is 500: it comes again
    absent: list[str] = Field(default_factory=list, max_length=100)  # addresses that nobody has
    slow_seconds: float = Field(default=0.0, ge=0, le=60)


class Posted(BaseModel):
    """A message as `HttpCarrier` posts it."""

    id: str = Field(min_length=1, max_length=100)
    to: str = Field(min_length=1, max_length=320)
    title: str = Field(max_length=200)
    text: str = Field(max_length=2_000)


class Carriers:
    """What arrived, in SQLite."""

    def __init__(self, path: Path, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        path.touch(0o600)
        path.chmod(0o600)
        self._rows = sqlite3.connect(path, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.executescript(SCHEMA)

    def close(self) -> None:
        self._rows.close()

    def keep(self, channel: str, message: dict[str, str]) -> None:
        self._rows.execute(
            "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (id, address) DO UPDATE SET came = came + 1",
            (message["id"], channel, message["to"], message["title"], message["text"], message.get("link", "")),
        )
        self._rows.execute("DELETE FROM message WHERE rowid <= (SELECT max(rowid) FROM message) - ?", (KEPT_MAX,))

    def arrived(self, address: str) -> list[dict[str, Any]]:
        rows = self._rows.execute(
            "SELECT id, channel, title, text, link, came FROM message WHERE address = ? ORDER BY rowid LIMIT ?",
            (address, SHOWN_MAX),
        )
        return [dict(zip(("id", "channel", "title", "text", "link", "came"), row, strict=True)) for row in rows]

    def add_phone(self) -> tuple[str, bytes, bytes]:
        """Another browser: its id, its public key and its auth secret."""
        phone, auth, private = uuid4().hex, os.urandom(AUTH_BYTES), ec.generate_private_key(ec.SECP256R1())
        number = private.private_numbers().private_value
        self._rows.execute("INSERT INTO phone VALUES (?, ?, ?)", (phone, hex(number), auth))
        return phone, point_of(private.public_key()), auth

    def deciphered(self, phone: str, body: bytes) -> dict[str, str]:
        """What a browser is shown. Raises `NotFound` and `Invalid`."""
        row = self._rows.execute("SELECT private_number, auth FROM phone WHERE id = ?", (phone,)).fetchone()
        if row is None:
            raise NotFound("there is no such phone", "phone")
        private = ec.derive_private_key(int(row[0], 16), ec.SECP256R1())
        salt, length = body[:SALT_BYTES], body[SALT_BYTES + 4 : SALT_BYTES + 5]
        start = SALT_BYTES + 5
        end = start + (length[0] if length else 0)
        sender = body[start:end]
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
            shared = private.exchange(ec.ECDH(), theirs)
            key, nonce = message_keys(shared, row[1], point_of(private.public_key()), sender, salt)
            plain = AESGCM(key).decrypt(nonce, body[end:], None)
        except (ValueError, InvalidTag):
            raise Invalid("body", "is not enciphered for this phone") from None
        shown: dict[str, str] = orjson.loads(plain.removesuffix(b"\x02"))
        return shown


def check_vapid(authorization: str, origin: str) -> None:
    """Refuse what no city has signed for this push service: RFC 8292."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        point = decoded(parts["k"])
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": encoded(point[1:33]), "y": encoded(point[33:])})
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"]).claims
    except (KeyError, ValueError, JoseError):
        raise Unauthenticated("sign the request with VAPID") from None
    if scheme != "vapid" or claims.get("aud") != origin or not claims.get("sub"):
        raise Unauthenticated("the signature is for another push service, or says nobody's name")


def asgi(carriers: Carriers, secret: str = "") -> Litestar:
    """The carriers over HTTP."""

    def check_secret(request: Request[Any, Any, Any]) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if secret and not hmac.compare_digest(sent.encode(), secret.encode()):
            raise Unauthenticated("send the carriers' secret as a bearer's token")

    async def taken(channel: str, message: dict[str, str]) -> Response[Any]:
        """Take a message on, or do what goes wrong with it."""
        faults = carriers.faults
        if faults.slow_seconds:
            await asyncio.sleep(faults.slow_seconds)
        if message["to"] in faults.absent:
            return Response({"reason": "nobody has this address"}, status_code=410)
        if random.random() < faults.away:  # noqa: S311 no secret
            return Response({"reason": "away"}, status_code=503)
        carriers.keep(channel, message)
        if random.random() < faults.lost_answer:  # noqa: S311 no secret
            return Response({"reason": "lost"}, status_code=500)
        return Response({"id": message["id"]}, status_code=201)

    @post(["/sms", "/emails"], status_code=201)
    async def send(request: Request[Any, Any, Any]) -> Response[Any]:
        check_secret(request)
        posted = read(Posted, await request.body())
        return await taken("sms" if request.url.path.endswith("/sms") else "email", posted.model_dump())

    @post("/phones", status_code=201)
    async def add_phone(request: Request[Any, Any, Any]) -> dict[str, str]:
        check_secret(request)
        phone, public_key, auth = carriers.add_phone()
        endpoint = f"{str(request.base_url).rstrip('/')}/push/{phone}"
        return {"id": phone, "endpoint": endpoint, "publicKey": encoded(public_key), "auth": encoded(auth)}

    @post("/push/{phone:str}", status_code=201)
    async def push(request: Request[Any, Any, Any], phone: FromPath[str]) -> Response[Any]:
        check_vapid(request.headers.get("authorization", ""), str(request.base_url).rstrip("/"))
        if request.headers.get("content-encoding") != "aes128gcm":
            raise Invalid("body", "must be of the encoding aes128gcm")
        return await taken("push", {**carriers.deciphered(phone, await request.body()), "to": phone})

    @get("/messages")
    async def messages(request: Request[Any, Any, Any]) -> dict[str, Any]:
        check_secret(request)
        return {"messages": carriers.arrived(request.query_params.get("to", ""))}

    @put("/faults")
    async def set_faults(request: Request[Any, Any, Any]) -> dict[str, Any]:
        check_secret(request)
        carriers.faults = read(Faults, await request.body())
        return carriers.faults.model_dump()

    @get(["/health/live", "/health/ready"])
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return application([send, add_phone, push, messages, set_faults, ready])


def read[M: BaseModel](kind: type[M], body: bytes) -> M:
    """The body of a request; what refuses it quotes none of it."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise Invalid(".".join(str(part) for part in first["loc"]), first["msg"]) from None


class Settings(SettingsOrFiles):
    """Where the carriers listen, what they remember, and what goes wrong."""

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8711  # the port to listen on
    carriers_state: Path = Path("carriers.sqlite")  # the file they remember in
    carriers_secret: str = ""  # what whoever sends has to send
    carrier_faults: Faults = Faults()  # what goes wrong, as JSON


async def serve() -> None:
    own = Settings()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    carriers = Carriers(own.carriers_state, own.carrier_faults)
    process = settings.Settings(host=own.host, port=own.port)
    await serve_until(asgi(carriers, own.carriers_secret), process, stop, asyncio.Event())
    carriers.close()
