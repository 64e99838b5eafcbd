"""Webhooks go to public addresses, however an address is written and whatever a name resolves to later."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore2
import pytest
from chassis.refusals import Invalid
from chassis.settings import SettingUnfit
from hypothesis import given
from hypothesis import strategies as st
from notifications.domain.addresses import NOTHING_MORE, Allowed, check_url, is_public, may_connect
from notifications.receivers import CheckedBackend, NotAllowed, Receivers

# Each form an attacker has to write the address of something inside, or of this machine.
INSIDE = [
    "https://127.0.0.1/x", "https://127.1/x", "https://2130706433/x", "https://0x7f000001/x", "https://0x7f.1/x",
    "https://017700000001/x", "https://0177.0.0.1/x", "https://0/x", "https://0.0.0.0/x", "https://00000/x",
    "https://10.0.0.8/x", "https://172.16.3.4/x", "https://192.168.1.1/x", "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/x", "https://198.18.0.1/x", "https://192.0.0.192/x", "https://224.0.0.1/x",
    "https://240.0.0.1/x", "https://255.255.255.255/x", "https://127.0.0.1./x",
    "https://[::1]/x", "https://[::]/x", "https://[fe80::1]/x", "https://[fe80::1%25eth0]/x", "https://[fc00::1]/x",
    "https://[fd12:3456::1]/x", "https://[ff02::1]/x", "https://[::ffff:127.0.0.1]/x", "https://[::ffff:7f00:1]/x",
    "https://[::127.0.0.1]/x", "https://[2002:7f00:1::]/x", "https://[2002:a00:8::1]/x",
    "https://[64:ff9b::127.0.0.1]/x", "https://[64:ff9b::a9fe:a9fe]/x", "https://[64:ff9b:1::a00:1]/x",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/x", "https://[2606:4700::5efe:127.0.0.1]/x",
    "https://[2606:4700::200:5efe:10.0.0.1]/x", "https://[2001:db8::1]/x", "https://[fec0::1]/x",
    "https://localhost/x", "https://LOCALHOST/x", "https://localhost./x", "https://api.localhost/x",
    "https://postgres/x", "https://yima-identity.yima.svc/x", "https://nats.nats.svc.cluster.local/x",
    "https://metadata.google.internal/x", "https://router.lan/x", "https://1.0.0.127.in-addr.arpa/x",
]  # fmt: skip
MALFORMED = [
    "", "example.org", "ftp://example.org/x", "file:///etc/passwd", "http://example.org/x", "https:///x", "https://",
    "https://example.org:22/x", "https://example.org:5432/x", "https://example.org:99999/x", "https://example.org:x/",
    "https://user@example.org/x", "https://user:secret@example.org/x", "https://example.org@127.0.0.1/x",
    "https://example.org\\@127.0.0.1/x", "https://example.org/x#y", "https://exa mple.org/x",
    "https://example.org/\r\nX: y",
    "https://example.org/\x00", "https://ex_ample.org/x", "https://-example.org/x", "https://①②⑦.0.0.1/x",
    "https://１２７.0.0.1/x", "https://example。org/x", "https://[::1/x", "https://[zz]/x", "gopher://example.org",
    "https://" + "a" * 600 + ".org/", "https://1.2.3.256/x", "https://1.2.3/x", "javascript:alert(1)",
]  # fmt: skip


@pytest.mark.parametrize("url", [*INSIDE, *MALFORMED])
def test_what_is_inside_or_no_address_is_refused_by_its_field_with_what_to_do(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, NOTHING_MORE)
    assert refused.value.field == "url"
    assert "must" in refused.value.detail


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://Example.ORG:443/Path?q=1", "https://example.org/Path?q=1"),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
        ("https://xn--fiqs8s.example/x", "https://xn--fiqs8s.example/x"),
        ("https://93.184.215.14/x", "https://93.184.215.14/x"),
        ("https://[2606:4700::6810:85e5]/x", "https://[2606:4700::6810:85e5]/x"),
        ("https://[64:ff9b::5db8:d70e]/x", "https://[64:ff9b::5db8:d70e]/x"),
    ],
)
def test_a_public_address_is_kept_in_its_plain_form(url: str, plain: str) -> None:
    assert check_url(url, NOTHING_MORE) == plain


@given(st.ip_addresses(v=4))
def test_an_address_within_ipv6_is_as_public_as_it_is_by_itself(inner: IPv4Address) -> None:
    number = int(inner)
    for outer in (
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x2002 << 112 | number << 80 | 1),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2606470000000000 << 64 | 0x5EFE << 32 | number),
    ):
        assert is_public(outer) <= is_public(inner), outer
        assert may_connect("example.org", str(outer), NOTHING_MORE) <= is_public(inner)


@given(st.ip_addresses())
def test_nothing_private_is_ever_public(address: IPv4Address | IPv6Address) -> None:
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(address)


def test_an_operator_lets_hosts_and_networks_be_reached_and_no_more() -> None:
    allowed = Allowed.of("localhost, 10.1.0.0/16 ,fd00::/8")
    assert check_url("http://localhost:9000/x", allowed) == "http://localhost:9000/x"
    assert check_url("http://10.1.2.3/x", allowed) == "http://10.1.2.3/x"
    assert check_url("http://[fd00::1]:81/x", allowed) == "http://[fd00::1]:81/x"
    for url in ("http://10.2.0.1/x", "https://192.168.0.1/x", "http://example.org/x", "https://api.localhost/x"):
        with pytest.raises(Invalid):
            check_url(url, allowed)
    assert not may_connect("example.org", "127.0.0.1", allowed)
    assert may_connect("localhost", "127.0.0.1", allowed)


@pytest.mark.parametrize("written", ["10.0.0.1/8", "a b", "1.2.3.4.5", "0x7f.1", "http://x", "host:80"])
def test_a_setting_that_names_neither_host_nor_network_stops_the_start(written: str) -> None:
    with pytest.raises(SettingUnfit, match="YIMA_WEBHOOK_HOSTS_ALLOWED"):
        Allowed.of(written)


@pytest.mark.anyio
async def test_a_name_that_resolves_to_something_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that was public when the endpoint was made, and resolves here now (rebinding); one of its addresses is
    enough."""
    resolved = ["93.184.215.14", "127.0.0.1"]

    async def getaddrinfo(_host: str, port: int, **_options: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, port)) for address in resolved]

    backend = CheckedBackend(NOTHING_MORE)
    import asyncio

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    with pytest.raises(NotAllowed):
        await backend.connect_tcp("rebound.example.org", 443)
    resolved[:] = ["::ffff:10.0.0.1"]
    receivers = Receivers(NOTHING_MORE)
    answer = await receivers.post("https://rebound.example.org/x", [], b"{}")
    await receivers.close()
    assert (answer.status, answer.error) == (0, "rebound.example.org resolves to an address inside a network")


@pytest.mark.anyio
async def test_what_a_connection_really_leads_to_is_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Elsewhere:
        closed = False

        def get_extra_info(self, _info: str) -> tuple[str, int]:
            return ("169.254.169.254", 80)

        async def aclose(self) -> None:
            self.closed = True

    stream = Elsewhere()

    async def connect_tcp(*_arguments: object, **_options: object) -> Elsewhere:
        return stream

    backend = CheckedBackend(NOTHING_MORE)
    monkeypatch.setattr(backend._inner, "connect_tcp", connect_tcp)
    with pytest.raises(NotAllowed):
        await backend.connect_tcp("93.184.215.14", 443)
    assert stream.closed
    with pytest.raises(NotAllowed):
        await backend.connect_unix_socket("/var/run/docker.sock")


def test_the_library_is_asked_for_connections_by_the_backend_alone() -> None:
    receivers = Receivers(NOTHING_MORE)
    assert isinstance(receivers._pool, httpcore2.AsyncConnectionPool)
    assert isinstance(receivers._pool._network_backend, CheckedBackend)
    assert ip_address("93.184.215.14").is_global
