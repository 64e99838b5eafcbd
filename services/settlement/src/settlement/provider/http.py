"""A provider reached over HTTP, such as the sandbox."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx2
from chassis import errors, texts, tls
from chassis.refusals import Unavailable

from settlement.provider.port import (
    Movement,
    NotDone,
    Outcome,
    PaymentMethod,
    ProviderRequest,
    Unreachable,
    method_of,
    movement_of,
    outcome_of,
)

TIMEOUT_SECONDS = 5.0
METHODS_MAX = 50
CONNECTIONS_MAX = 32
KEPT_MAX = 8  # of them, while nothing is asked: each that is kept is looked at for every request
# Answers that say for sure that nothing was done: the request itself is refused, for good or for now.
REFUSED = frozenset({400, 402, 404, 405, 406, 410, 411, 413, 414, 415, 422})
NOT_NOW = frozenset({401, 403, 429})


class SandboxSteps(ABC):
    """The sandbox's steps by their paths, however it is asked: over HTTP, or in the process that tests or measures."""

    report_lag = timedelta()  # it reports at once

    @abstractmethod
    async def ask(self, path: str, key: str, **what: Any) -> Outcome:
        """Have a step carried out, once for its key."""

    def payable_step(self, _currency: str) -> int:
        return 1

    async def authorise(self, key: str, amount_minor: int, currency: str, method: str, return_to: str = "") -> Outcome:
        back = {"return_to": return_to} if return_to else {}
        return await self.ask("/authorisations", key, amount=amount_minor, currency=currency, method=method, **back)

    async def capture(self, key: str, reference: str, amount_minor: int) -> Outcome:
        return await self.ask("/captures", key, authorisation=reference, amount=amount_minor)

    async def void(self, key: str, reference: str) -> Outcome:
        return await self.ask("/voids", key, authorisation=reference)

    async def refund(self, key: str, reference: str, amount_minor: int) -> Outcome:
        return await self.ask("/refunds", key, authorisation=reference, amount=amount_minor)

    async def pay_out(self, key: str, amount_minor: int, currency: str, account: str) -> Outcome:
        return await self.ask("/payouts", key, amount=amount_minor, currency=currency, account=account)


class HttpProvider(SandboxSteps):
    """Speaks to a provider that answers as `outcome_of` reads it."""

    def __init__(self, url: str, secret: str = "") -> None:
        """`secret` is asked for where the provider lists all movements."""
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=KEPT_MAX)
        self._http = httpx2.AsyncClient(
            base_url=url, timeout=TIMEOUT_SECONDS, limits=limits, trust_env=False, verify=tls.context_for(url)
        )
        self._auth = ("settlement", secret.split(maxsplit=1)[0] if secret else "")

    async def close(self) -> None:
        await self._http.aclose()

    async def report(self, after: int, most: int) -> Sequence[Movement]:
        try:
            answer = await self._http.get("/report", params={"after": after, "most": most}, auth=self._auth)
            answer.raise_for_status()
            return [movement_of(lines) for lines in answer.json()]
        except (*tls.FAILURES, ValueError, KeyError, TypeError) as error:
            raise Unreachable(errors.kind_of(error)) from error

    async def methods(self, currency: str) -> Sequence[PaymentMethod]:
        try:
            answer = await self._http.get("/methods", params={"currency": currency})
            answer.raise_for_status()
            return [method_of(method) for method in answer.json()][:METHODS_MAX]
        except (*tls.FAILURES, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable("the payment provider does not say now how may be paid; ask again") from error

    async def look_up(self, request: ProviderRequest) -> Outcome | None:
        try:
            answer = await self._http.get(f"/calls/{request.key}")
        except tls.FAILURES as error:
            raise Unreachable(errors.kind_of(error)) from error
        return None if answer.status_code == 404 else read(answer)

    async def ask(self, path: str, key: str, **what: Any) -> Outcome:
        try:
            answer = await self._http.post(path, json=what, headers={"idempotency-key": key})
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise NotDone(errors.kind_of(error)) from error  # nothing was sent
        except tls.FAILURES as error:
            raise Unreachable(errors.kind_of(error)) from error
        return read(answer)


def read(answer: httpx2.Response) -> Outcome:
    """An answer's meaning by its status: done or refused, not done for now, or nobody knows."""
    if answer.status_code in NOT_NOW:
        raise NotDone(f"status {answer.status_code}")
    if answer.status_code in REFUSED:
        return Outcome(False, reason=reason_of(answer))
    try:
        answer.raise_for_status()
        return outcome_of(answer.json())
    except (*tls.FAILURES, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreachable(f"status {answer.status_code}, {errors.kind_of(error)}") from error


def reason_of(answer: httpx2.Response) -> str:
    """Why a request was refused, in the provider's words where it has any."""
    try:
        body = answer.json()
        words = next((str(body[name]) for name in ("reason", "detail", "title") if body.get(name)), "")
    except (ValueError, TypeError, AttributeError):
        words = ""
    return words[: texts.REASON_LENGTH_MAX] or f"the provider refused the request with status {answer.status_code}"
