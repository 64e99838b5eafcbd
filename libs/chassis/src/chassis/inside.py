"""Connections to our own processes: in plain, or by mutual TLS where this process has a certificate."""

import logging
import re
import time
from collections.abc import Callable
from typing import Protocol

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError
from pyreqwest.request import RequestBuilder

from chassis import tls

log = logging.getLogger("chassis.inside")

SAID_AGAIN_SECONDS = 30.0  # between two lines about one address that is not believed, or does not believe us
NOT_BELIEVED = re.compile("invalid peer certificate: (.+)")
NOT_BELIEVING = re.compile("received fatal alert: (.+)")
REASONS = {
    "UnknownIssuer": "it is of another authority",
    "UnknownCA": "it is of another authority",
    "BadSignature": "it is of another authority of the same name",
    "DecryptError": "it is of another authority of the same name",
    "CertificateRequired": "none was shown",
    "CertificateExpired": "it has expired",
    "CertificateUnknown": "it is not one for who asks",
}


class HttpClient(Protocol):
    """Connections to others, as pyreqwest's client has them."""

    def request(self, method: str, url: str) -> RequestBuilder: ...
    def get(self, url: str) -> RequestBuilder: ...
    def post(self, url: str) -> RequestBuilder: ...
    def put(self, url: str) -> RequestBuilder: ...
    def patch(self, url: str) -> RequestBuilder: ...
    def delete(self, url: str) -> RequestBuilder: ...
    def head(self, url: str) -> RequestBuilder: ...


class Inside:
    """A pool of connections to our own processes. Once our certificate is renewed there is another pool; what is under
    way ends on the connection that it has."""

    def __init__(self, builder: Callable[[], ClientBuilder]) -> None:
        self._builder = builder
        self._version = -1
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The pool that is used now. Raises what `tls.own` does."""
        own = tls.own()
        version = 0 if own is None else own.version
        if self._client is None or version != self._version:
            self._client, self._version = self._built(own), version
        return self._client

    def _built(self, own: tls.Own | None) -> Client:
        builder = self._builder().no_proxy()
        if own is not None:
            builder = builder.https_only(True).http1_only()  # a connection that ends says so with its last answer
            builder = builder.identity_pem(own.identity.key + b"\n" + own.identity.certificate)
            for authority in own.identity.authorities():
                builder = builder.add_root_certificate_pem(authority)
        return builder.build()

    def request(self, method: str, url: str) -> RequestBuilder:
        return self.client.request(method, url)

    def get(self, url: str) -> RequestBuilder:
        return self.client.get(url)

    def post(self, url: str) -> RequestBuilder:
        return self.client.post(url)

    def put(self, url: str) -> RequestBuilder:
        return self.client.put(url)

    def patch(self, url: str) -> RequestBuilder:
        return self.client.patch(url)

    def delete(self, url: str) -> RequestBuilder:
        return self.client.delete(url)

    def head(self, url: str) -> RequestBuilder:
        return self.client.head(url)


_said: dict[str, float] = {}


def say_why(name: str, url: str, error: PyreqwestError) -> None:
    """Say in one line of the log who does not believe whom, and why, where this is what a call failed of."""
    why = distrust(error)
    now = time.monotonic()
    if why and now - _said.get(url, float("-inf")) >= SAID_AGAIN_SECONDS:
        _said[url] = now
        log.error("%s at %s %s; see docs/operate.md, Mutual TLS between services", name, url, why)


def causes(error: PyreqwestError) -> list[dict[str, str]]:
    """What an error came of, from the outermost on."""
    return (getattr(error, "details", None) or {}).get("causes") or []


def distrust(error: PyreqwestError) -> str:
    """Who did not believe whom, and why; empty where a call failed of something else."""
    for cause in causes(error):
        if theirs := NOT_BELIEVED.search(cause["message"]):
            reason = "it has expired" if "expired" in theirs[1] else REASONS.get(theirs[1], theirs[1])
            return f"is not believed: its certificate: {reason}"
        if ours := NOT_BELIEVING.search(cause["message"]):
            shown = tls.where(tls.CERTIFICATE)
            return f"does not believe the certificate in {shown}: {REASONS.get(ours[1], ours[1])}"
    return ""
