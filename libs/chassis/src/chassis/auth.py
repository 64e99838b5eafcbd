"""Who calls. Access tokens are EdDSA JWTs from identity; every service verifies them itself and denies by default."""

import asyncio
import logging
import time
import warnings
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol, cast

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import KeySet, OKPKey
from pyreqwest.client import ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from yima.common.v1.route_pb2 import Duty, GuardianAct, Role, Scope

from chassis import errors
from chassis.inside import HttpClient, Inside, say_why
from chassis.jwts import ALGORITHM, NotGenuine, claims_of, header_of
from chassis.refusals import Invalid, Unauthenticated, Unavailable
from chassis.workers import kept_running

warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)  # its name only
log = logging.getLogger("chassis.auth")

TOKENS_MAX = 10_000
FETCH_PAUSE_SECONDS = 0.5  # between two times that a key is asked for which is not known
FETCH_AGAIN_SECONDS = 2.0
KNOWN_SECONDS_MAX = 6.0  # then a known key is not taken before it was asked for again
PATIENCE_SECONDS = 1.0
FETCH_TIMEOUT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller."""

    role: Role
    subject_id: str
    partner_id: str = ""
    dependants: frozenset[str] = field(default_factory=frozenset)  # none whose guardianship is over by now
    session_id: str = ""
    api_key_id: str = ""  # of a partner's system; people have none
    scopes: frozenset[Scope] = field(default_factory=frozenset)  # what the API key may do
    factors: frozenset[str] = field(default_factory=frozenset)  # how a person signed in: "pwd", "otp", "webauthn"
    duties: frozenset[Duty] = field(default_factory=frozenset)  # of a person whose role has some
    signed_with: str = ""  # the id of the key that signed the token
    factor_stale: bool = False  # is a second factor asked for before what is grave, and was used too long ago?
    proven: frozenset[str] = field(default_factory=frozenset)  # of the caller and the dependants: who are proven people
    fhir_scope: str = ""  # what it is good for at the FHIR origin, and nowhere else; empty: it is good everywhere
    fhir_patient: str = ""  # whose record alone it is good for there: an app's, which the resident let see it
    # Further dependants, for whom the caller may do these things alone; `within` makes dependants of them on a route.
    limited: Mapping[str, frozenset[GuardianAct]] = field(default_factory=dict, hash=False)

    def acts_for(self, resident_id: str) -> bool:
        """Is the caller this resident, or their guardian? Of a caller as a route has them (`within`)."""
        return self.role == Role.ROLE_RESIDENT and (resident_id == self.subject_id or resident_id in self.dependants)

    def within(self, acts: Iterable[int]) -> "Principal":
        """The caller on a route that takes these acts: they act for dependants for whom they may do one of them. Where
        a route takes none, for nobody."""
        if not self.dependants and not self.limited:
            return self
        taken = frozenset(acts)
        if not taken:
            return replace(self, dependants=frozenset(), limited={})
        permitted = {dependant for dependant, may in self.limited.items() if not taken.isdisjoint(may)}
        return replace(self, dependants=self.dependants | permitted, limited={})

    @property
    def is_system(self) -> bool:
        """Is the caller a partner's system with an API key, rather than a person?"""
        return bool(self.api_key_id)

    def may_use(self, scope: Scope) -> bool:
        """Does a route of this scope admit the caller? People need no scope."""
        return not self.api_key_id or (scope != Scope.SCOPE_UNSPECIFIED and scope in self.scopes)

    @property
    def supervises(self) -> bool:
        """May the caller see every partner's and resident's affairs? (Not health records.)"""
        return self.role in (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR)


ANYONE = Principal(Role.ROLE_UNSPECIFIED, "")


class Keys(Protocol):
    """Where verification keys come from."""

    async def get(self, kid: str) -> OKPKey | None:
        """The key of this id, if there is one now."""


class EndedSessions(Protocol):
    """Which sessions were ended before their tokens are over, see `chassis.sessions`."""

    def __contains__(self, session_id: str, /) -> bool:
        """Has this session ended?"""

    async def known(self) -> None:
        """Return once the list is here; raise `Unavailable` while it cannot be had."""

    def now(self) -> float:
        """The time by which tokens are made and are over, once the list is here."""


class FetchedKeys:
    """Identity's published keys, or those of another service at its own path. They are fetched again every few seconds,
    so that one that is withdrawn verifies nothing any more, and at once when one is not known yet. While their service
    is away, those that are known stay."""

    def __init__(self, service_url: str, path: str = "/.well-known/jwks.json") -> None:
        self._url = f"{service_url}{path}"
        self._keys: dict[str, OKPKey] = {}
        self._asked_at = float("-inf")
        self._answered = False  # was identity there when it was asked last?
        self._fetching: asyncio.Task[bool] | None = None
        self._client: HttpClient | None = None

    async def get(self, kid: str) -> OKPKey | None:
        age = time.monotonic() - self._asked_at
        if kid not in self._keys:
            if self._answered and self._fetching is None and age < FETCH_PAUSE_SECONDS:
                await asyncio.sleep(FETCH_PAUSE_SECONDS - age)  # it may have come since: identity signs with it at once
            if kid not in self._keys and not await asyncio.shield(self._fetch()):
                raise Unavailable("the keys that verify this cannot be fetched")
        elif age > FETCH_AGAIN_SECONDS:
            fetching = self._fetch()
            if age > KNOWN_SECONDS_MAX:  # nobody asked for a while: what was known may be long withdrawn
                await asyncio.wait({fetching}, timeout=PATIENCE_SECONDS)
        return self._keys.get(kid)

    def knows(self, kid: str) -> bool:
        """Is this key among those that were fetched last?"""
        return kid in self._keys

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Keep the keys up to date while the block runs."""

        async def poll() -> None:
            while True:
                await asyncio.shield(self._fetch())
                await asyncio.sleep(FETCH_AGAIN_SECONDS)

        polling = asyncio.create_task(kept_running("keep keys", poll))
        try:
            yield
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)

    def _fetch(self) -> asyncio.Task[bool]:
        """Fetch the keys, once for all who wait for it. Was identity there?"""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._ask())
        return self._fetching

    async def _ask(self) -> bool:
        if self._client is None:
            self._client = Inside(lambda: ClientBuilder().timeout(timedelta(seconds=FETCH_TIMEOUT_SECONDS)))
        self._asked_at = time.monotonic()
        self._answered = False
        try:
            answer = await self._client.get(self._url).build().send()
            keys = KeySet.import_key_set(await answer.json())
        except PyreqwestError as error:
            say_why("who publishes keys", self._url, error)
            return False
        except Exception as error:  # whatever it answers: what is known stays, and it is asked again
            log.warning("%s answers no keys: %s", self._url, errors.describe(error))
            return False
        finally:
            self._fetching = None
        self._keys = {str(key.kid): key for key in keys.keys if isinstance(key, OKPKey)}
        self._answered = True
        return True


class Verifier:
    """Verifies tokens and receipts; remembers verified tokens until they expire, or their session is ended."""

    def __init__(self, keys: Keys, ended: EndedSessions | None = None) -> None:
        self._keys = keys
        self._ended = ended
        self._seen: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    async def principal(self, authorization: str) -> Principal:
        """The caller behind an Authorization header; without one, nobody in particular."""
        if not authorization:
            return ANYONE
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("send `Authorization: Bearer <access token>`")
        if self._ended is not None:
            await self._ended.known()
        now = time.time() if self._ended is None else self._ended.now()
        try:
            if known := self._seen.get(token):
                if known[0] > now:
                    self._refuse_ended(known[1].session_id)
                    await self._key(known[1].signed_with)
                    return known[1]
                del self._seen[token]
            claims = await self._claims(token, "access", now)
        except NotGenuine as reason:
            raise Unauthenticated(f"the token {reason}; sign in again") from None
        stale_from: float = claims.get("sup", float("inf"))  # when its second factor was used too long ago
        over: dict[str, float] = claims.get("adult", {})  # guardianships that end while the token lives, and when
        caller = Principal(
            role=role_named(str(claims["role"])),
            subject_id=claims["sub"],
            partner_id=claims.get("pid", ""),
            dependants=frozenset(
                dependant for dependant in claims.get("dep", ()) if now < over.get(dependant, float("inf"))
            ),
            limited={
                dependant: frozenset(cast(GuardianAct, number) for number in acts)
                for dependant, acts in claims.get("lim", {}).items()
                if now < over.get(dependant, float("inf"))
            },
            session_id=claims.get("sid", ""),
            api_key_id=claims.get("key", ""),
            scopes=frozenset(cast(Scope, number) for number in claims.get("scp", ())),
            factors=frozenset(claims.get("amr", ())),
            duties=frozenset(cast(Duty, number) for number in claims.get("dty", ())),
            signed_with=key_id_of(token),
            factor_stale=stale_from <= now,
            proven=frozenset(claims.get("prv", ())),
            fhir_scope=claims.get("fhir", ""),
            fhir_patient=claims.get("pat", ""),
        )
        self._refuse_ended(caller.session_id)
        changes = [*over.values(), stale_from]  # when the same token says something else of its caller
        good_until = min([claims["exp"], *(moment for moment in changes if now < moment)])
        self._seen[token] = (good_until, caller)
        if len(self._seen) > TOKENS_MAX:
            self._seen.popitem(last=False)
        return caller

    def _refuse_ended(self, session_id: str) -> None:
        if self._ended is not None and session_id in self._ended:
            raise Unauthenticated("this session was ended; sign in again")

    async def _key(self, kid: str) -> OKPKey:
        """A key that is published now. Raises `NotGenuine`."""
        key = await self._keys.get(kid)
        if key is None:
            raise NotGenuine("is signed with a key that identity does not publish")
        return key

    async def receipt(self, text: str, use: str, now: float, *, field: str, or_use: str = "") -> dict[str, Any]:
        """The claims of a JWT that a caller hands over as an argument, such as a scan's receipt: it says nothing of who
        calls. Raises `Invalid`, naming the field."""
        try:
            return await self._claims(text, use, now, or_use)
        except NotGenuine as reason:
            raise Invalid(field, f"it {reason}") from None

    async def _claims(self, token: str, use: str, now: float, or_use: str = "") -> dict[str, Any]:
        """The claims of a JWT that identity signed for this `use` ("access", "scan"), or the other one, and that is in
        force now. Raises `NotGenuine`."""
        claims = claims_of(token, await self._key(key_id_of(token)))
        if claims.get("use") not in ({use, or_use} - {""}):
            raise NotGenuine(f"is good for something else than `{use}`")
        if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
            raise NotGenuine("has expired")
        return claims


def key_id_of(token: str) -> str:
    """The id of the key that a JWT says it is signed with. Raises `NotGenuine`."""
    return str(header_of(token).get("kid", ""))


def sign(key: OKPKey, claims: dict[str, Any]) -> str:
    """A JWT over `claims`, with the key's id in its header."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def role_named(name: str) -> Role:
    """The contract's role of this name, e.g. "ROLE_RESIDENT"."""
    return cast(Role, Role.Value(name))
