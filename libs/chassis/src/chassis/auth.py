"""Who calls. Access tokens are EdDSA JWTs from identity; every service verifies them itself and denies by default."""

import asyncio
import time
import warnings
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, cast

from joserfc import jws, jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet, OKPKey
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from yima.common.v1.route_pb2 import Duty, Role, Scope

from chassis.refusals import Unauthenticated, Unavailable

ALGORITHM = "EdDSA"  # as most libraries call it, with an Ed25519 key; see docs/adr/0019
ALGORITHMS = [ALGORITHM, "Ed25519"]  # as RFC 9864 calls it
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)  # its name only
TOKENS_MAX = 10_000
FETCH_PAUSE_SECONDS = 2
FETCH_TIMEOUT_SECONDS = 3


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller."""

    role: Role
    subject_id: str
    partner_id: str = ""
    dependants: frozenset[str] = field(default_factory=frozenset)  # none who is of age by now
    session_id: str = ""
    api_key_id: str = ""  # of a partner's system; people have none
    scopes: frozenset[Scope] = field(default_factory=frozenset)  # what the API key may do
    factors: frozenset[str] = field(default_factory=frozenset)  # how a person signed in (RFC 8176): "pwd", "otp"
    duties: frozenset[Duty] = field(default_factory=frozenset)  # of a person whose role has some

    def acts_for(self, resident_id: str) -> bool:
        """Is the caller this resident, or their guardian?"""
        return self.role == Role.ROLE_RESIDENT and (resident_id == self.subject_id or resident_id in self.dependants)

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
    """Identity's published keys, fetched when one is not known yet, at most every few seconds."""

    def __init__(self, identity_url: str) -> None:
        self._url = f"{identity_url}/.well-known/jwks.json"
        self._keys: dict[str, OKPKey] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()
        self._client: Client | None = None

    async def get(self, kid: str) -> OKPKey | None:
        if kid not in self._keys:
            async with self._lock:
                if kid not in self._keys and time.monotonic() - self._fetched_at > FETCH_PAUSE_SECONDS:
                    await self._fetch()
        return self._keys.get(kid)

    async def _fetch(self) -> None:
        if self._client is None:
            self._client = ClientBuilder().timeout(timedelta(seconds=FETCH_TIMEOUT_SECONDS)).build()
        try:
            answer = await self._client.get(self._url).build().send()
            keys = KeySet.import_key_set(await answer.json())
        except (PyreqwestError, ValueError, KeyError) as error:
            raise Unavailable("identity's keys cannot be fetched") from error
        self._keys = {str(key.kid): key for key in keys.keys if isinstance(key, OKPKey)}
        self._fetched_at = time.monotonic()


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
        if known := self._seen.get(token):
            if known[0] > now:
                self._refuse_ended(known[1].session_id)
                return known[1]
            del self._seen[token]
        claims = await self.claims(token, "access", now)
        of_age: dict[str, float] = claims.get("adult", {})  # dependants who come of age while the token lives, and when
        caller = Principal(
            role=role_named(str(claims["role"])),
            subject_id=claims["sub"],
            partner_id=claims.get("pid", ""),
            dependants=frozenset(
                dependant for dependant in claims.get("dep", ()) if now < of_age.get(dependant, float("inf"))
            ),
            session_id=claims.get("sid", ""),
            api_key_id=claims.get("key", ""),
            scopes=frozenset(cast(Scope, number) for number in claims.get("scp", ())),
            factors=frozenset(claims.get("amr", ())),
            duties=frozenset(cast(Duty, number) for number in claims.get("dty", ())),
        )
        self._refuse_ended(caller.session_id)
        good_until = min([claims["exp"], *(moment for moment in of_age.values() if now < moment)])
        self._seen[token] = (good_until, caller)
        if len(self._seen) > TOKENS_MAX:
            self._seen.popitem(last=False)
        return caller

    def _refuse_ended(self, session_id: str) -> None:
        if self._ended is not None and session_id in self._ended:
            raise Unauthenticated("this session was ended; sign in again")

    async def claims(self, token: str, use: str, now: float) -> dict[str, Any]:
        """The claims of a JWT that identity signed for this `use` ("access", "scan") and that is in force now."""
        try:
            kid = str(jws.extract_compact(token.encode()).headers().get("kid", ""))
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthenticated("the token is not a JWT") from error
        key = await self._keys.get(kid)
        if key is None:
            raise Unauthenticated("the token is signed with a key that identity does not publish")
        try:
            claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise Unauthenticated("the token's signature is not genuine") from error
        if claims.get("use") != use:
            raise Unauthenticated(f"this is not {use} token")
        if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
            raise Unauthenticated("the token has expired; sign in again")
        return claims


def sign(key: OKPKey, claims: dict[str, Any]) -> str:
    """A JWT over `claims`, with the key's id in its header."""
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])


def role_named(name: str) -> Role:
    """The contract's role of this name, e.g. "ROLE_RESIDENT"."""
    return cast(Role, Role.Value(name))
