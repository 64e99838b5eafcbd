"""Whole answers of public operations, kept until an event says that something they show has changed.

An answer is kept under what it shows: `offerings` for a page of them, `offering:<id>`, `partner:<id>`. The services
publish an event in the transaction that changes any of these, and the gateway forgets what the event is about. An
answer worked out while an event arrived is not kept. Without a connection to the bus nothing is served from here.

Keys are hashes, whatever a caller sends: of what an operation means (document, variables, name, language), and of
requests as they came, each of which leads to one of those. All of it counts towards the bytes kept.
"""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

ENTRIES_MAX = 5_000
BYTES_MAX = 64 * 1024 * 1024  # of answers, with their keys and what they show
ENTRY_BYTES = 1_000  # of an answer beside its body
SHOWN_BYTES = 250  # of each thing an answer shows
REQUESTS_MAX = 5_000  # remembered as they came, some hundred bytes each
OBJECTS_MAX = 20_000


def fingerprint(*parts: bytes) -> bytes:
    """A short name for what the parts are, one after the other."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


def fingerprint_of(request: bytes, locale: str) -> bytes:
    """A short name for a request as it came: of a locale there is no NUL."""
    return hashlib.blake2b(b"%b\0%b" % (request, locale.encode()), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A response's body, and what it shows."""

    body: bytes
    etag: str
    shows: frozenset[str]


def size_of(answer: Answer) -> int:
    return ENTRY_BYTES + len(answer.body) + SHOWN_BYTES * len(answer.shows)


class Shared:
    """What everybody may see, remembered: whole answers, and single objects that many answers contain."""

    def __init__(self) -> None:
        self.events = 0
        self._connected = False
        self._bytes = 0
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._showing: defaultdict[str, set[Hashable]] = defaultdict(set)
        self._objects: OrderedDict[str, Any] = OrderedDict()
        self._requests: OrderedDict[bytes, Hashable] = OrderedDict()

    @property
    def connected(self) -> bool:
        return self._connected

    @connected.setter
    def connected(self, now: bool) -> None:
        """What was remembered before a break in the connection may have changed unheard."""
        self._connected = now
        self.forget_everything()

    def answer(self, key: Hashable) -> Answer | None:
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def answer_to(self, request: bytes) -> Answer | None:
        """The answer to a request that came before, byte by byte the same."""
        key = self._requests.get(request)
        return None if key is None else self.answer(key)

    def same(self, request: bytes, key: Hashable) -> None:
        """A request, by its fingerprint, asks for what is kept under this key."""
        self._requests[request] = key
        if len(self._requests) > REQUESTS_MAX:
            self._requests.popitem(last=False)

    def keep(self, key: Hashable, body: bytes, shows: Iterable[str], events_before: int) -> Answer:
        """Remember an answer that was begun after `events_before` events, unless another event came meanwhile."""
        answer = Answer(body, f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"', frozenset(shows))
        if self._connected and events_before == self.events and size_of(answer) < BYTES_MAX:
            self._drop(key)
            self._answers[key] = answer
            self._bytes += size_of(answer)
            for shown in answer.shows:
                self._showing[shown].add(key)
            while len(self._answers) > ENTRIES_MAX or self._bytes > BYTES_MAX:
                self._drop(next(iter(self._answers)))
        return answer

    def object(self, name: str) -> Any:
        return self._objects.get(name)

    def keep_object(self, name: str, value: Any, events_before: int) -> None:
        if self._connected and events_before == self.events:
            self._objects[name] = value
            if len(self._objects) > OBJECTS_MAX:
                self._objects.popitem(last=False)

    def changed(self, names: Iterable[str]) -> None:
        """An event is about these: whatever shows them is forgotten."""
        self.events += 1
        for name in names:
            self._objects.pop(name, None)
            for key in list(self._showing.get(name, ())):
                self._drop(key)

    def forget_everything(self) -> None:
        self.events += 1
        self._bytes = 0
        self._answers.clear()
        self._showing.clear()
        self._objects.clear()
        self._requests.clear()

    def _drop(self, key: Hashable) -> None:
        if (answer := self._answers.pop(key, None)) is None:
            return
        self._bytes -= size_of(answer)
        for shown in answer.shows:
            keys = self._showing[shown]
            keys.discard(key)
            if not keys:
                del self._showing[shown]
