"""Carriers that are reached over HTTP: a provider of text messages, and the sandbox that takes e-mail too.

A message is posted as JSON with `id`, `to`, `title` and `text`, and the secret as a bearer's token. 2xx: it was taken;
404, 410 and 422: nobody has this address; anything else: not now. A provider that speaks otherwise has an adapter that
speaks like this.
"""

import httpx2
from chassis import errors, tls

from notifications.carriers.port import AddressDead, Envelope, NotTaken

TIMEOUT_SECONDS = 10.0
NO_SUCH_ADDRESS = frozenset({404, 410, 422})


class HttpCarrier:
    """A carrier at one address."""

    def __init__(self, url: str, secret: str) -> None:
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self._client = httpx2.AsyncClient(
            headers=headers, timeout=TIMEOUT_SECONDS, trust_env=False, verify=tls.context_for(url)
        )
        self._url = url

    async def send(self, envelope: Envelope) -> None:
        body = {"id": envelope.id, "to": envelope.to, "title": envelope.title, "text": envelope.text}
        try:
            response = await self._client.post(self._url, json=body)
        except tls.FAILURES as failed:
            raise NotTaken(errors.kind_of(failed)) from None
        if response.status_code in NO_SUCH_ADDRESS:
            raise AddressDead(f"the carrier answered {response.status_code}")
        if not response.is_success:
            raise NotTaken(f"the carrier answered {response.status_code}")

    async def close(self) -> None:
        await self._client.aclose()
