"""Access tokens, and what the next one is had for. An access token is good for minutes."""

import asyncio
import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

API_KEY_PREFIX = "yk_"
USED_SHARE = 0.75  # of an access token's life, after which the next one is asked for

type Exchange = Callable[[str], Awaitable[dict[str, Any]]]
"""Takes a refresh token or an API key; answers the next access token, and the next refresh token if there is one."""


class Tokens:
    """An access token, and the refresh token or API key that the next one is had for; without one it is as it is."""

    def __init__(self, access: str, renewed_by: str = "") -> None:
        self._lock = asyncio.Lock()
        self._keep(access, renewed_by)

    def _keep(self, access: str, renewed_by: str) -> None:
        self.access, self.renewed_by = access, renewed_by
        self._next_at = time.time() + USED_SHARE * seconds_of(access) if renewed_by else float("inf")

    def replace(self, access: str) -> None:
        """Another access token of the session; what the next one is had for stays."""
        self._keep(access, self.renewed_by)

    def is_over(self) -> bool:
        """The access token is not taken any more. Says whether a key has the next one: `current` asks for it then."""
        if is_api_key(self.renewed_by):
            self._next_at = 0.0
            return True
        return False

    async def current(self, exchange: Exchange) -> str:
        """An access token that is good for a while. One exchange at a time: a refresh token is good once."""
        if time.time() < self._next_at:
            return self.access
        async with self._lock:
            if time.time() >= self._next_at:
                token = await exchange(self.renewed_by)
                self._keep(token["accessToken"], token.get("refreshToken") or self.renewed_by)
        return self.access


def is_api_key(secret: str) -> bool:
    return secret.startswith(API_KEY_PREFIX)


def seconds_of(access_token: str) -> float:
    """How long an access token is good in all, by its own word: no clock but its issuer's is needed to know that."""
    payload = access_token.split(".")[1] if access_token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"] - claims["iat"])
    except (binascii.Error, ValueError, KeyError, TypeError):
        return 0.0
