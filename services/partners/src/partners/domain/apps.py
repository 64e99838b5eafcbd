"""Apps that residents use (SMART App Launch), public clients without a secret: what a partner registers one with."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from chassis import texts
from chassis.refusals import Invalid
from city_pack import smart

REDIRECTS_MAX = 5
REDIRECT_LENGTH_MAX = 500
NAME_LENGTH_MAX = 60


@dataclass(frozen=True, slots=True)
class Registration:
    """How an app is called, where browsers go back to, and the most that it asks residents for."""

    name: Mapping[str, str]  # by language
    redirect_uris: Sequence[str]
    scope: str

    def kept(self) -> dict[str, Any]:
        return {"name": dict(self.name), "redirect_uris": list(self.redirect_uris), "scope": self.scope}


def checked(
    name: Mapping[str, str], redirect_uris: Sequence[str], scope: str, locales: Sequence[str], field: str
) -> Registration:
    """A registration as it is kept. Raises `Invalid`, by its field."""
    if not 1 <= len(redirect_uris) <= REDIRECTS_MAX:
        raise Invalid(f"{field}.redirect_uris", f"name 1 to {REDIRECTS_MAX}")
    for index, uri in enumerate(redirect_uris):
        check_redirect(uri, f"{field}.redirect_uris[{index}]")
    most = smart.readings(scope, f"{field}.scope")
    if not smart.types_of(most):
        raise Invalid(f"{field}.scope", "name what it reads, such as patient/Observation.rs")
    return Registration(
        texts.localized(name, locales, f"{field}.name", texts.name, NAME_LENGTH_MAX),
        list(dict.fromkeys(redirect_uris)),
        " ".join(smart.written(most)),
    )


def check_redirect(uri: str, field: str) -> None:
    """Refuse an address to which no code may be sent: it has to be https, or of the app's own machine by its number
    (RFC 8252, 7.3), without a fragment, a user or anything that two readers may read differently."""
    if (
        not 1 <= len(uri) <= REDIRECT_LENGTH_MAX
        or not uri.isascii()
        or not uri.isprintable()
        or set(uri) & set(' \\"<>')
    ):
        raise Invalid(field, f"must be an address of up to {REDIRECT_LENGTH_MAX} plain characters")
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(field, "must be an address") from None
    if not host or "#" in uri or "@" in parts.netloc:
        raise Invalid(field, "must have a host, and neither a fragment nor a user")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_own_machine(host)):
        raise Invalid(
            field, "must begin with https://, or with http://127.0.0.1 for an app on the resident's own machine"
        )


def is_own_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
