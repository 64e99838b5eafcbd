"""One operation of a run: what it sends, how that is judged, and what was wrong."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson
from gateway.console import operations

from e2e.fuzz.scene import NOBODY, Person, Scene
from gateway import limits

HANG_SECONDS = limits.EXECUTION_SECONDS + 5
SHIPPED = operations()
JSON = "application/json"
TRIES = 20  # a second apart


@dataclass
class Report:
    """What became of all operations."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_generator: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)  # seconds that a usual document took
    hostile: list[tuple[float, str]] = field(default_factory=list)  # and a hostile one, with what it was


@dataclass(frozen=True)
class Answer:
    """How a request ended: its status (0 when the connection ended first), headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def content(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def data(self) -> Any:
        """What a GraphQL operation's only field answered; None where it was refused."""
        content = self.content
        fields = content.get("data") if isinstance(content, dict) else None
        value = next(iter(fields.values()), None) if isinstance(fields, dict) else None
        return None if isinstance(value, dict) and {"code", "message", "field"} <= value.keys() else value


@dataclass
class Operation:
    """What a generator is given: chance, a scene, a way to send, and a way to say what was wrong."""

    number: int
    seed: int
    generator: str
    scene: Scene
    report: Report
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed}/{self.number}")

    def fault(self, what: str, sent: object = "") -> None:
        """Something was wrong. It is said at once: a run takes long, and may be ended."""
        self.report.faults.append(f"{self.generator} #{self.number}: {what}\n  sent: {shorten(sent)}")
        print(f"  fault: {self.report.faults[-1]}", flush=True)

    def ended(self, outcome: str) -> None:
        self.report.outcomes[outcome] += 1

    async def send(
        self,
        method: str,
        url: str,
        person: Person = NOBODY,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        params: Any = None,
        files: bool = False,
    ) -> Answer:
        """Send a request as somebody, and judge what every answer must be. `files`: the answer may be of any type."""
        sent = {"content-type": JSON} | dict(headers or {})
        if person.token:
            sent.setdefault("authorization", f"Bearer {person.token}")
        what = (method, url, person.name, dict(params or {}), content)
        http = self.scene.clients[self.number % len(self.scene.clients)]
        began = time.perf_counter()
        try:
            async with asyncio.timeout(HANG_SECONDS):
                asking = http.stream(method, url, content=content or None, headers=sent, params=params)
                async with asking as response:
                    body = await body_of(response)
        except TimeoutError:
            self.fault(f"no answer within {HANG_SECONDS:.0f} s", what)
            return Answer(0, {}, b"", HANG_SECONDS)
        except (httpx2.InvalidURL, httpx2.LocalProtocolError, ValueError):  # nothing that a client would send
            self.ended("not sent")
            return Answer(0, {}, b"", 0.0)
        except httpx2.TransportError as error:
            if len(content) < limits.DOCUMENT_BYTES_MAX:
                self.fault(f"the connection broke: {error!r}", what)
            return Answer(0, {}, b"", time.perf_counter() - began)
        answer = Answer(response.status_code, response.headers, body, time.perf_counter() - began)
        self.judge(answer, what, files)
        return answer

    def judge(self, answer: Answer, sent: object, files: bool = False) -> None:
        kind = answer.headers.get("content-type", "")
        outcome = f"answered {answer.status}"
        if answer.status >= 500:
            self.fault(f"{answer.status}: {shorten(answer.body)}", sent)
        elif b'"code":"internal"' in answer.body.replace(b" ", b"") or b":problem:internal" in answer.body:
            self.fault(f"internal: {shorten(answer.body)}", sent)
        elif answer.body and "json" in kind and answer.content is None:
            self.fault(f"no JSON: {shorten(answer.body)}", sent)
        elif answer.body and not files and "json" not in kind and not kind.startswith("text/event-stream"):
            self.ended(f"answered {answer.status} {kind}")
        self.ended(outcome)

    async def graphql(self, person: Person, document: str, /, **variables: Any) -> Answer:
        body = orjson.dumps({"query": document, "variables": variables}, default=str)
        return await self.send("POST", self.scene.graphql, person, content=body)

    async def run(self, person: Person, operation: str, /, **variables: Any) -> Any:
        """A shipped operation's answer; None where it was refused."""
        return (await self.graphql(person, SHIPPED[operation], **variables)).data

    async def insist(self, person: Person, operation: str, /, **variables: Any) -> Answer:
        """A shipped operation's answer, asked for again while it is refused: what a busy machine refuses passes
        (nothing of a record is let out or changed on a decision that took too long), all else stays refused."""
        for _ in range(TRIES):
            answer = await self.graphql(person, SHIPPED[operation], **variables)
            if answer.data is not None:
                break
            await asyncio.sleep(1)
        return answer


async def body_of(response: httpx2.Response) -> bytes:
    """All of an answer; of a stream that stays open, its beginning."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        return await response.aread()
    with contextlib.suppress(StopAsyncIteration):
        return await anext(aiter(response.aiter_bytes()))
    return b""


def shorten(sent: object, length: int = 1500) -> str:
    text = sent.decode(errors="replace") if isinstance(sent, bytes) else str(sent)
    return text if len(text) <= length else f"{text[:length]} … ({len(text)} characters)"
