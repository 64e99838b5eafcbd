"""Other cities' gateways, reached over HTTP. Each may be slow, away, or answer what nobody understands."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
import orjson
from chassis import errors, problems, tls
from city_pack.trust import TrustedCity

TIMEOUT_SECONDS = 4.0  # a practitioner waits, with somebody before them
CONNECTIONS_MAX = 32
ANSWER_BYTES_MAX = 64 * 1024


class CityAway(Exception):
    """A city did not answer, or not what it should."""


class Intercity:
    """Asks other cities, at the addresses the trust list names."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
        self._http = httpx2.AsyncClient(
            timeout=TIMEOUT_SECONDS,
            limits=limits,
            trust_env=False,
            follow_redirects=False,
            transport=transport,
            verify=tls.context(),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def statement(self, city: TrustedCity) -> str:
        """What a city says of the keys that sign its codes. Raises `CityAway`."""
        return text_in(await self._ask(city, "GET", "/cities/keys"), "statement")

    async def redeem(self, city: TrustedCity, request: str) -> str:
        """What a city answers a request. Raises `CityAway`, or `Problem` with what it refused."""
        return text_in(await self._ask(city, "POST", "/cities/scans", {"request": request}), "answer")

    async def _ask(self, city: TrustedCity, method: str, path: str, body: Mapping[str, Any] | None = None) -> bytes:
        why = ""
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                self._http.stream(method, city.url + path, json=body) as answer,
            ):
                content = b""
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > ANSWER_BYTES_MAX:
                        raise CityAway(f"{city.name} answers too much")
        except (httpx2.HTTPError, TimeoutError, OSError) as error:
            why = errors.kind_of(error)
        if why:  # out here: a connection that broke in the chain of errors would be taken for one of our own
            raise CityAway(f"{city.name} cannot be reached: {why}")
        status = answer.status_code
        if 400 <= status < 500 and status != 429:
            raise problems.parse(status, content)
        if status != 200:
            raise CityAway(f"{city.name} answers {status}")
        return content


def text_in(content: bytes, field: str) -> str:
    try:
        text = orjson.loads(content)[field]
    except (ValueError, KeyError, TypeError):
        raise CityAway("its answer is not understood") from None
    if not isinstance(text, str):
        raise CityAway("its answer is not understood")
    return text
