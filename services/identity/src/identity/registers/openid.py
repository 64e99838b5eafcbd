"""The city's OpenID provider over HTTP: what it publishes of itself, its keys, and codes exchanged for id tokens."""

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import httpx2
from chassis import errors, tls, untrusted_json
from chassis.untrusted_json import Unreadable
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from identity.domain.providers import TEXT_MAX, ProviderAway, ProviderRefused, Registered, endpoint_of, key_for

log = logging.getLogger("identity.openid")

TIMEOUT_SECONDS = 5.0
KNOWN_SECONDS = 600.0  # then the configuration and the keys are read again
PAUSE_SECONDS = 10.0  # between readings for a key that is not known: strangers can name any
ANSWER_BYTES_MAX = 200_000
CONNECTIONS_MAX = 8
AWAY = "try again in a moment"


class Provider:
    """The provider at its issuer's address. What it publishes is kept for minutes; a key that is not known is looked
    for at once, as after a rotation."""

    def __init__(self, registered: Registered) -> None:
        self.registered = registered
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX)
        self._http = httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False, verify=tls.context())
        self._lock = asyncio.Lock()
        self._configuration: Mapping[str, Any] = {}
        self._keys: Sequence[Key] = ()
        self._read_at = float("-inf")

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_endpoint(self) -> str:
        """Where browsers go. Raises `ProviderAway`."""
        await self._read(older_than=KNOWN_SECONDS)
        return endpoint_of(self._configuration, "authorization_endpoint", self.registered.issuer)

    async def id_token(self, code: str, verifier: str) -> str:
        """What a code is exchanged for. Raises `ProviderRefused`, or `ProviderAway`."""
        await self._read(older_than=KNOWN_SECONDS)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.registered.redirect,
            "code_verifier": verifier,
        }
        endpoint = endpoint_of(self._configuration, "token_endpoint", self.registered.issuer)
        # Both are form-encoded first (RFC 6749, 2.3.1).
        auth = (quote_plus(self.registered.client_id), quote_plus(self.registered.client_secret))
        answer = await self._answer("POST", endpoint, data=form, auth=auth)
        if 400 <= answer.status_code < 500:
            raise ProviderRefused("it does not know the code any more, or gave it to somebody else", "code")
        token = self._object(answer).get("id_token")
        if not isinstance(token, str) or len(token) > TEXT_MAX * 2:
            raise ProviderRefused("it gave no id token")
        return token

    async def key(self, token: str) -> Key:
        """The published key that a token is signed with. Raises `ProviderRefused`, or `ProviderAway`."""
        for older_than in (KNOWN_SECONDS, PAUSE_SECONDS):
            await self._read(older_than=older_than)
            if (key := key_for(token, self._keys)) is not None:
                return key
        raise ProviderRefused("its id token is signed with a key that it does not publish")

    async def _read(self, older_than: float) -> None:
        """Read what the provider publishes, where what is known is older than that."""
        async with self._lock:
            if time.monotonic() - self._read_at < older_than:
                return
            issuer = self.registered.issuer
            configuration = await self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if configuration.get("issuer") != issuer:
                raise ProviderAway("it calls itself otherwise than this system was told")
            published = await self._get(endpoint_of(configuration, "jwks_uri", issuer))
            try:
                self._keys = list(KeySet.import_key_set(published).keys)  # type: ignore[arg-type] # held to by it
            except (JoseError, ValueError, KeyError, TypeError):
                raise ProviderAway("its keys cannot be read") from None
            self._configuration, self._read_at = configuration, time.monotonic()

    async def _get(self, url: str) -> Mapping[str, Any]:
        return self._object(await self._answer("GET", url))

    async def _answer(self, verb: str, url: str, **asked: Any) -> httpx2.Response:
        """What the provider answers. Raises `ProviderAway`."""
        try:
            return await self._http.request(verb, url, **asked)
        except tls.FAILURES as error:
            log.warning("the OpenID provider at %s: %s", self.registered.issuer, errors.kind_of(error))
        raise ProviderAway(AWAY)  # out here: that a connection failed is not ours, and is not answered as if it were

    def _object(self, answer: httpx2.Response) -> Mapping[str, Any]:
        """The object that the provider answered. Raises `ProviderAway`."""
        try:
            if not answer.is_success or len(answer.content) > ANSWER_BYTES_MAX:
                raise ProviderAway(AWAY)
            value = untrusted_json.loads(answer.content)
        except Unreadable:
            raise ProviderAway("its answer cannot be read") from None
        if not isinstance(value, dict):
            raise ProviderAway("its answer cannot be read")
        return value
