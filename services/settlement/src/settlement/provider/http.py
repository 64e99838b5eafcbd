"""A provider reached over HTTP, such as the sandbox."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx2

from settlement.provider.port import Movement, Outcome, Unreachable, movement_of, outcome_of

TIMEOUT_SECONDS = 5.0
CONNECTIONS_MAX = 32


class HttpProvider:
    """Speaks to a provider that answers as `outcome_of` reads it."""

    def __init__(self, url: str) -> None:
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
        self._http = httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False)

    report_lag = timedelta()  # it tells at once

    async def close(self) -> None:
        await self._http.aclose()

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str) -> Outcome:
        return await self._ask("/authorisations", key, amount=amount_minor, currency=currency, method=method)

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        return await self._ask("/captures", key, authorisation=reference, amount=amount_minor)

    async def void(self, key: str, reference: str) -> Outcome:
        return await self._ask("/voids", key, authorisation=reference)

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        return await self._ask("/refunds", key, authorisation=reference, amount=amount_minor)

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        return await self._ask("/payouts", key, amount=amount_minor, currency=currency, account=account)

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        try:
            answer = await self._http.get("/report", params={"after": after, "most": most})
            answer.raise_for_status()
            return [movement_of(told) for told in answer.json()]
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(type(error).__name__) from error

    async def _ask(self, path: str, key: str, **what: Any) -> Outcome:
        try:
            answer = await self._http.post(path, json=what, headers={"idempotency-key": key})
            answer.raise_for_status()
            return outcome_of(answer.json())
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            raise Unreachable(type(error).__name__) from error
