"""Questions to systems of others, over HTTP. Each may be slow, away, or answer what nobody understands."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import httpx2

from chassis import errors, tls

TIMEOUT_SECONDS = 2.0
ATTEMPTS = 2  # whoever waits is a person
CONNECTIONS_MAX = 16


class NotAnswered(Exception):
    """There is neither a yes nor a no; whoever asks knows no more than before."""


class Questions:
    """Asks a system at one address. Every question has an id, which its answer repeats: the answer to another question
    is none."""

    def __init__(self, url: str, secret: str = "") -> None:
        """`secret` is sent as a bearer's token."""
        limits = httpx2.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        self._http = httpx2.AsyncClient(
            base_url=url,
            headers=headers,
            timeout=TIMEOUT_SECONDS,
            limits=limits,
            trust_env=False,
            verify=tls.context_for(url),
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def ask[A](self, path: str, read: Callable[[Mapping[str, Any]], A], **asked: str) -> A:
        """What `read` makes of the answer. One that it does not understand (KeyError, TypeError, ValueError), or that
        does not come, is asked for again. Raises `NotAnswered`, which quotes nothing of what was asked."""
        why = ""
        for _ in range(ATTEMPTS):
            question = str(uuid4())
            try:
                response = await self._http.post(path, json={"question": question, **asked})
                response.raise_for_status()
                answer = response.json()
                if answer["question"] != question:
                    raise ValueError("it answers another question")
                return read(answer)
            except (*tls.FAILURES, ValueError, KeyError, TypeError) as error:
                why = errors.kind_of(error)
        raise NotAnswered(why)  # out here: the error's own text and frames have what was asked


def reference_of(answer: Mapping[str, Any]) -> str:
    """The other's own reference of its answer."""
    reference = answer["reference"]
    if not isinstance(reference, str) or not 1 <= len(reference) <= 100:
        raise TypeError("a reference is needed")
    return reference
