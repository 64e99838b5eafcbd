"""The city as the connector asks it: tokens, batches, what is missing, and what became of batches."""

import asyncio
import base64
import json
import ssl
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from yima_connector.errors import CityAway, CityRefused, PatientsFirst, SettingsWrong, why_not
from yima_connector.settings import City as CitySettings
from yima_connector.signing import ASSERTION_TYPE, SCOPE, SigningKey
from yima_connector.spool import Batch, Outcome

CALL_SECONDS, SEND_SECONDS = 20.0, 120.0
USED_SHARE = 0.8  # of a token's life, after which the next one is asked for
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
PATIENTS_FIRST = "waiting-lines-full"
UNAUTHORIZED = 401
WAIT_SECONDS_MAX = 3600.0
PAGE = 100


@dataclass(frozen=True, slots=True)
class Missing:
    """What the city has not got of a source, as far as it asks for it now."""

    numbers: list[int]
    missing: int
    ask_again_seconds: float


class City:
    """Somebody to send batches to. Raises `CityAway` where it cannot be asked, `CityRefused` where it says no."""

    def __init__(self, http: httpx2.AsyncClient, settings: CitySettings, key: SigningKey) -> None:
        self._http = http
        self._settings = settings
        self._key = key
        self._token, self._good_until = "", 0.0
        self._signing_in = asyncio.Lock()

    async def put_batch(self, source_id: str, batch: Batch) -> Mapping[str, Any]:
        """Send a batch. It is at the city for good once this returns."""
        digest = base64.b64encode(batch.sha256).decode()
        headers = {"content-type": "application/x-ndjson", "content-digest": f"sha-256=:{digest}:"}
        receipt = await self._call(
            "PUT", f"/sources/{source_id}/batches/{batch.number}", content=batch.content, headers=headers
        )
        if receipt.get("sha256") != batch.sha256.hex():
            raise CityAway("the receipt is not of the bytes that were sent")
        return receipt

    async def missing(self, source_id: str) -> Missing:
        """What it has not got. That it was asked says to the city that the connector is alive."""
        answer = await self._call("POST", f"/sources/{source_id}/missing-batches")
        numbers = [int(number) for number in answer.get("numbers") or ()]
        return Missing(numbers, int(answer.get("missing") or 0), float(answer.get("askAgainSeconds") or 60))

    async def report(self, source_id: str, said: Mapping[str, Any]) -> None:
        """Say how the connector of a source is. Nothing of a patient is in it."""
        content = json.dumps(said).encode()
        await self._call(
            "POST",
            f"/sources/{source_id}/connector-reports",
            content=content,
            headers={"content-type": "application/json"},
        )

    async def highest_number(self, source_id: str) -> int:
        """The highest number of a batch that the city has of a source."""
        return int((await self._call("GET", f"/sources/{source_id}")).get("highestNumber") or 0)

    async def source(self, source_id: str) -> Mapping[str, Any]:
        return await self._call("GET", f"/sources/{source_id}")

    async def outcome(self, source_id: str, number: int) -> Outcome | None:
        """What became of a batch's lines; None while they wait."""
        answer = await self._call("GET", f"/sources/{source_id}/batches/{number}?refused=true&first={PAGE}")
        if not answer.get("processedAt"):
            return None
        refusals = [
            (int(each["position"]), str(each["code"] or ""), str(each["field"] or ""), str(each["detail"] or ""))
            for each in answer.get("outcomes") or ()
        ]
        created, updated, unchanged, held, refused = (
            int(answer.get(name) or 0) for name in ("created", "updated", "unchanged", "waiting", "refused")
        )
        return Outcome(created, updated, unchanged, held, refused, refusals)

    async def clock_difference(self) -> float:
        """By how many seconds our clock is ahead of the city's."""
        answer = await self._send("GET", "/health/live", {}, None, CALL_SECONDS)
        try:
            return time.time() - parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
        except (TypeError, ValueError):
            return 0.0

    async def token(self) -> str:
        """An access token that is good for a while."""
        async with self._signing_in:
            if time.monotonic() >= self._good_until:
                await self._sign_in()
            return self._token

    async def _sign_in(self) -> None:
        configuration = read(await self._send("GET", "/fhir/.well-known/smart-configuration", {}, None, CALL_SECONDS))
        endpoint = str(configuration.get("token_endpoint") or "")
        if not endpoint.startswith(("http://", "https://")):
            raise CityRefused(200, "no-token-endpoint", "the city has no token endpoint; ask its operator")
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._key.assertion(self._settings.client_id, endpoint),
        }
        # Where it says, and that is where the city is: the address it is reached by from outside may be another.
        path = httpx2.URL(endpoint).path
        answer = await self._send("POST", path, {}, form, CALL_SECONDS)
        said = read(answer)
        self._token = str(said["access_token"])
        self._good_until = time.monotonic() + USED_SHARE * float(said.get("expires_in") or 60)

    async def _call(
        self, method: str, path: str, *, content: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, Any]:
        for again in (True, False):
            sent = {**(headers or {}), "authorization": f"Bearer {await self.token()}"}
            answer = await self._send(method, path, sent, content, SEND_SECONDS if content else CALL_SECONDS)
            if answer.status_code == UNAUTHORIZED and again:
                self._good_until = 0.0  # its session was ended, or the city has other keys now
                continue
            break
        return read(answer)

    async def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | Mapping[str, str] | None,
        seconds: float,
    ) -> httpx2.Response:
        sent: dict[str, Any] = {"data": body} if isinstance(body, Mapping) else {"content": body}
        try:
            return await self._http.request(
                method, f"{self._settings.url}{path}", headers=dict(headers), timeout=seconds, **sent
            )
        except httpx2.HTTPError as error:
            raise CityAway(f"{self._settings.url} cannot be reached ({why_not(error)})") from None


def read(answer: httpx2.Response) -> Mapping[str, Any]:
    """What an answer says, if it is one of success."""
    wait = answer.headers.get("retry-after", "")
    seconds = min(float(wait), WAIT_SECONDS_MAX) if wait.isdecimal() else 0.0
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise CityAway(f"what answers is not Yima (HTTP status {answer.status_code})", seconds)
    if answer.is_success:
        return said
    code = str(said.get("type") or said.get("error") or "?").rpartition(":")[2]
    detail = str(said.get("detail") or said.get("error_description") or said.get("title") or "")
    if not said.get("type") and said.get("errors"):
        first = said["errors"][0]
        code, detail = str(first.get("extensions", {}).get("code", "?")), str(first.get("message", ""))
    if code == PATIENTS_FIRST:
        raise PatientsFirst(f"{code}: {detail}", seconds)
    if answer.status_code in BUSY:
        raise CityAway(f"{code}: {detail}", seconds)
    raise CityRefused(answer.status_code, code, detail)


def tls(settings: CitySettings) -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context(verify=str(settings.ca_file) if settings.ca_file else True, trust_env=False)
    except (OSError, ssl.SSLError) as error:
        raise SettingsWrong(f"city.ca_file: {error}") from None


@asynccontextmanager
async def connect(settings: CitySettings) -> AsyncGenerator[City]:
    """The city, for as long as the block runs."""
    key = SigningKey.read(settings.key_file)
    limits = httpx2.Limits(max_connections=8)
    async with httpx2.AsyncClient(limits=limits, trust_env=False, verify=tls(settings), proxy=settings.proxy) as http:
        yield City(http, settings, key)
