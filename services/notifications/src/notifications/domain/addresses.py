"""Where webhooks may be sent: public addresses, by HTTPS. What an operator allows beside these is a setting.

A partner says where its receiver is, and this process connects there, so a partner could have it connect to something
inside. An address is therefore looked at twice: as it is written, when an endpoint is made, and as it was resolved, at
each connection (`receivers`). Addresses of IPv6 that have one of IPv4 in them are as public as that one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from chassis.refusals import Invalid
from chassis.settings import SettingUnfit

type Address = IPv4Address | IPv6Address

VARIABLE = "YIMA_WEBHOOK_HOSTS_ALLOWED"
HTTPS_PORT = 443
PORTS = frozenset({HTTPS_PORT, 8443})
URL_LENGTH_MAX = 500
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a last label that makes a name an address, as browsers and libc read it
PRINTABLE = re.compile(r"[!-~]+")  # ASCII without spaces
INSIDE = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "svc",
    "arpa",
)  # last labels of no public name

IPV4_COMPATIBLE = IPv6Network("::/96")
UNICAST = IPv6Network("2000::/3")  # all of IPv6 that is anybody's in the world
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP = (0x00005EFE, 0x02005EFE)  # the third quarter of such an address; the fourth is one of IPv4


@dataclass(frozen=True)
class Allowed:
    """What an operator lets webhooks reach though it is not public: names, and networks."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @staticmethod
    def of(written: str) -> "Allowed":
        """The names and networks of a setting, separated by commas. Raises `SettingUnfit`."""
        names: set[str] = set()
        networks: list[IPv4Network | IPv6Network] = []
        for part in filter(None, (part.strip().lower() for part in written.split(","))):
            try:
                networks.append(ip_network(part))
            except ValueError:
                if "/" in part or not NAME.fullmatch(part) or NUMBER.fullmatch(part.rpartition(".")[2]):
                    raise SettingUnfit(f"{VARIABLE}: {part} is neither a host's name nor a network") from None
                names.add(part)
        return Allowed(frozenset(names), tuple(networks))

    def has_name(self, host: str) -> bool:
        return host in self.names

    def has(self, address: Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


NOTHING_MORE = Allowed()


def check_url(url: str, allowed: Allowed, field: str = "url") -> str:
    """The address of a receiver in its plain form. Raises `Invalid` where webhooks may not be sent there, saying
    why."""
    if not url or len(url) > URL_LENGTH_MAX or not PRINTABLE.fullmatch(url) or "\\" in url:
        raise Invalid(field, f"must be a URL of at most {URL_LENGTH_MAX} characters, e.g. https://example.org/webhooks")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower().removesuffix("."), parts.port
    except ValueError:
        raise Invalid(field, "must be a URL, e.g. https://example.org/webhooks") from None
    if parts.scheme not in ("https", "http") or not host:
        raise Invalid(field, "must be a URL that begins with https://")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Invalid(field, "must have no name and no password in it; signatures say who sends")
    if "#" in url:
        raise Invalid(field, "must have no # in it")
    address = literal(host)
    if address is not None:
        excepted = allowed.has(address)
        if not excepted and not is_public(address):
            raise Invalid(field, "must not be an address inside a network: webhooks go to public ones")
    else:
        excepted = allowed.has_name(host)
        check_name(host, excepted, field)
    if not excepted:
        if parts.scheme != "https":
            raise Invalid(field, "must begin with https://")
        if port is not None and port not in PORTS:
            raise Invalid(field, f"must have no port but {' or '.join(map(str, sorted(PORTS)))}")
    return plain(parts, host, port)


def plain(parts: SplitResult, host: str, port: int | None) -> str:
    written = f"[{host}]" if ":" in host else host
    default = HTTPS_PORT if parts.scheme == "https" else 80
    at = written if port in (None, default) else f"{written}:{port}"
    return parts._replace(netloc=at, path=parts.path or "/").geturl()


def literal(host: str) -> Address | None:
    """The address that a host is, if it is one in the usual form."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def check_name(host: str, excepted: bool, field: str) -> None:
    """Refuse what is not the name of a public host: other ways to write an address, and names that only mean something
    inside."""
    if not host.isascii() or not NAME.fullmatch(host):
        raise Invalid(field, "must name a host by letters, digits, dots and hyphens; others in their form xn--…")
    last = host.rpartition(".")[2]
    if NUMBER.fullmatch(last):
        raise Invalid(
            field, "must write an address as four numbers from 0 to 255 without zeros before them, or as IPv6"
        )
    if not excepted and ("." not in host or last in INSIDE):
        raise Invalid(field, "must name a public host: this one means something only inside a network")


def is_public(address: Address) -> bool:
    """May anybody be at this address, and nobody inside a network?"""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None or address.teredo is not None:
            return False
        inner = list(embedded(address))
        if inner:  # of 6to4, which is none's any more (RFC 7526), the whole is private
            return not address.is_private and all(map(is_public, inner))
        if address not in UNICAST:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def embedded(address: IPv6Address) -> Iterable[IPv4Address]:
    """The addresses of IPv4 that something would be sent on to from this one."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    number = int(address)
    if address in NAT64 or (address in IPV4_COMPATIBLE and number > 1):
        yield IPv4Address(number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)


def may_connect(host: str, address: str, allowed: Allowed) -> bool:
    """May a connection be made to this address, for a receiver at this host?"""
    try:
        resolved = ip_address(address)
    except ValueError:
        return False
    return allowed.has_name(host.lower().removesuffix(".")) or allowed.has(resolved) or is_public(resolved)
