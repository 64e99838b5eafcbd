"""Registers to try things on: their own process with their own memory, which survives restarts.

    python -m identity.registers

The register of people enters whoever is asked about first under a number that begins with 0: no area's code does, so
that nobody real has one (`devstack.fictional` makes them). From then on that number is that name's. It knows no other.
Where they live it says once `PUT /people` has said it.
The register of licences enters each as it first hears of it; `PUT /licences` withdraws one, or has it forgotten.
The register of institutions does the same, with `PUT /institutions`.

What goes wrong is turned on with YIMA_REGISTER_FAULTS or `PUT /faults`, see `Faults`. Every request but for its health
carries YIMA_REGISTERS_SECRET as a bearer's token, where there is one.
"""

import asyncio
import hmac
import random
import signal
import sqlite3
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import uuid4

from chassis import settings, texts
from chassis.refusals import Invalid, Unauthenticated
from chassis.service import application, serve_until
from chassis.settings import SettingsOrFiles
from litestar import Litestar, Request, Response, get, post, put
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SCHEMA = """
    CREATE TABLE IF NOT EXISTS person (number TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS home (number TEXT PRIMARY KEY, district TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS licence (look TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS institution (look TEXT PRIMARY KEY, name TEXT NOT NULL, state TEXT NOT NULL);
"""
FICTIONAL = "0"  # no area's code begins with it

type Register = Literal["licence", "institution"]  # by the table it keeps
Chance = Annotated[float, Field(ge=0, le=1)]


class Faults(BaseModel):
    """How often, from 0 (never) to 1, something goes wrong with a question; and how late every answer is."""

    model_config = ConfigDict(extra="forbid")

    away: Chance = 0.0  # 503, and nothing was looked at
    malformed: Chance = 0.0  # what nobody can read
    wrong: Chance = 0.0  # the answer to another question
    slow_seconds: float = Field(default=0.0, ge=0, le=60)


class PersonQuestion(BaseModel):
    """Does this number belong to this name?"""

    question: str = Field(max_length=100)
    name: str = Field(max_length=200)
    number: str = Field(max_length=40)


class NumberQuestion(BaseModel):
    """Is this number of a licence or a registration in force, and this name's?"""

    question: str = Field(max_length=100)
    name: str = Field(max_length=200)
    number: str = Field(max_length=100)


class Entry(BaseModel):
    """What becomes of a licence or a registration."""

    number: str = Field(max_length=100)
    state: Literal["good", "withdrawn", "struck-off", "absent"]


class Home(BaseModel):
    """In which of the city's districts whose number this is lives; empty: the register does not say."""

    number: str = Field(max_length=40)
    district: str = Field(max_length=64)


class Registers:
    """What the registers know, in SQLite."""

    def __init__(self, path: Path, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        path.touch(0o600)
        path.chmod(0o600)
        self._entries = sqlite3.connect(path, isolation_level=None)
        self._entries.execute("PRAGMA journal_mode = WAL")
        self._entries.execute("PRAGMA synchronous = NORMAL")
        self._entries.executescript(SCHEMA)

    def close(self) -> None:
        self._entries.close()

    def check_person(self, name: str, number: str) -> str:
        """matching, different or absent."""
        try:
            entered = comparable(name)
        except Invalid:
            return "different"
        if number.startswith(FICTIONAL):
            self._entries.execute("INSERT OR IGNORE INTO person VALUES (?, ?)", (number, entered))
        row = self._entries.execute("SELECT name FROM person WHERE number = ?", (number,)).fetchone()
        if row is None:
            return "absent"
        return "matching" if row[0] == entered else "different"

    def district_of(self, number: str) -> str:
        """Where whose number this is lives; empty: nobody has said it."""
        row = self._entries.execute("SELECT district FROM home WHERE number = ?", (number,)).fetchone()
        return str(row[0]) if row is not None else ""

    def put_home(self, number: str, district: str) -> None:
        self._entries.execute("INSERT OR REPLACE INTO home VALUES (?, ?)", (number, district))

    def check_number(self, register: Register, name: str, number: str) -> str:
        """good, different, or what the number was put into."""
        try:
            entered = comparable(name)
        except Invalid:
            return "different"
        look = texts.look(number)
        self._entries.execute(f"INSERT OR IGNORE INTO {register} VALUES (?, ?, 'good')", (look, entered))  # noqa: S608 ours
        query = f"SELECT name, state FROM {register} WHERE look = ?"  # noqa: S608 a name of ours
        known, state = self._entries.execute(query, (look,)).fetchone()
        return str(state) if known == entered else "different"

    def put_number(self, register: Register, number: str, state: str) -> None:
        """From now on a number that the register knows is in this state."""
        self._entries.execute(f"UPDATE {register} SET state = ? WHERE look = ?", (state, texts.look(number)))  # noqa: S608 ours


def comparable(name: str) -> str:
    """A name as registers compare it: in the form that names are stored in, without regard to case. A letter that only
    looks like another is another."""
    return texts.name(name).casefold()


async def answered(faults: Faults, question: str, answer: str, **said: str) -> Response[Any]:
    """The answer, or what goes wrong with it."""
    if faults.slow_seconds:
        await asyncio.sleep(faults.slow_seconds)
    if random.random() < faults.away:  # noqa: S311 no secret
        return Response({"reason": "away"}, status_code=503)
    if random.random() < faults.malformed:  # noqa: S311 no secret
        return Response(b'{"answer": ', media_type="application/json")
    if random.random() < faults.wrong:  # noqa: S311 no secret
        question = str(uuid4())
    return Response({"question": question, "reference": f"ref_{uuid4().hex}", "answer": answer, **said})


def asgi(registers: Registers, secret: str = "") -> Litestar:
    """The registers over HTTP."""

    def check_secret(request: Request[Any, Any, Any]) -> None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if secret and not hmac.compare_digest(sent.encode(), secret.encode()):
            raise Unauthenticated("send the registers' secret as a bearer's token")

    @post("/people/checks", status_code=200)
    async def check_person(request: Request[Any, Any, Any]) -> Response[Any]:
        check_secret(request)
        asked = read(PersonQuestion, await request.body())
        answer = registers.check_person(asked.name, asked.number)
        home = {"district": registers.district_of(asked.number)} if answer == "matching" else {}
        return await answered(registers.faults, asked.question, answer, **home)

    @put("/people")
    async def put_home(request: Request[Any, Any, Any]) -> dict[str, str]:
        check_secret(request)
        home = read(Home, await request.body())
        registers.put_home(home.number, home.district)
        return {"district": home.district}

    @post(["/licences/checks", "/institutions/checks"], status_code=200)
    async def check_number(request: Request[Any, Any, Any]) -> Response[Any]:
        check_secret(request)
        asked = read(NumberQuestion, await request.body())
        answer = registers.check_number(register_at(request), asked.name, asked.number)
        return await answered(registers.faults, asked.question, answer)

    @put(["/licences", "/institutions"])
    async def put_number(request: Request[Any, Any, Any]) -> dict[str, str]:
        check_secret(request)
        entry = read(Entry, await request.body())
        registers.put_number(register_at(request), entry.number, entry.state)
        return {"state": entry.state}

    @put("/faults")
    async def set_faults(request: Request[Any, Any, Any]) -> dict[str, Any]:
        check_secret(request)
        registers.faults = read(Faults, await request.body())
        return registers.faults.model_dump()

    @get(["/health/live", "/health/ready"])
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return application([check_person, put_home, check_number, put_number, set_faults, ready])


def register_at(request: Request[Any, Any, Any]) -> Register:
    return "licence" if request.url.path.startswith("/licences") else "institution"


def read[M: BaseModel](kind: type[M], body: bytes) -> M:
    """The body of a request; what refuses it quotes none of it."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        raise Invalid(".".join(str(part) for part in first["loc"]), first["msg"]) from None


class Settings(SettingsOrFiles):
    """Where the registers listen, what they remember, and what goes wrong."""

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8709  # the port to listen on
    registers_state: Path = Path("registers.sqlite")  # the file they remember in
    registers_secret: str = ""  # what whoever asks has to send
    register_faults: Faults = Faults()  # what goes wrong, as JSON


async def serve() -> None:
    own = Settings()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    registers = Registers(own.registers_state, own.register_faults)
    process = settings.Settings(host=own.host, port=own.port)
    await serve_until(asgi(registers, own.registers_secret), process, stop, asyncio.Event())
    registers.close()
