"""Whom a process believes when it speaks TLS, and by what it is believed itself.

Services of one release know one another by certificates of one authority (ADR 0050). A process has one: its
certificate, its key and the authority's certificate are a file each. Files that are renewed are taken as they are then.
What is outside (a payment provider, another city, a partner's receiver) is believed by the authorities everybody
trusts, and is never shown ours.
"""

import ipaddress
import logging
import shutil
import ssl
import tempfile
import time
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from chassis import measures
from chassis.settings import BadFile, SettingUnfit, file_of, given

log = logging.getLogger("chassis.tls")

CERTIFICATE, KEY, AUTHORITY = "YIMA_TLS_CERTIFICATE", "YIMA_TLS_KEY", "YIMA_TLS_CA"
VARIABLES = (CERTIFICATE, KEY, AUTHORITY)
RENEW = "renew it: docs/operate.md, Mutual TLS between services"
LOOK_SECONDS = 10.0  # between two looks at the files
SAID_AGAIN_SECONDS = 600.0  # between two lines about a certificate that has expired
# What a question by httpx2 fails of. Who is asked refuses our certificate only once it was asked, which OpenSSL says.
FAILURES = (httpx2.HTTPError, ssl.SSLError)
BOTH_WAYS = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}


@cache
def context() -> ssl.SSLContext:
    """The authorities everybody trusts. Reading them takes thirty milliseconds, and a process has several clients."""
    return httpx2.create_ssl_context(trust_env=False)


def context_for(url: str) -> ssl.SSLContext:
    """What an address is believed by: one of ours by our authority, and it is shown our certificate; any other by the
    authorities everybody trusts."""
    ours = own()
    return ours.context if ours is not None and is_inside(url) else context()


def is_inside(url: str) -> bool:
    """Is this the address of a process of ours? Such are called by names without a dot, which nobody else certifies, or
    are on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return bool(host) and "." not in host


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key and whom it believes, as they were in the files at one moment: each PEM."""

    certificate: bytes
    key: bytes
    authority: bytes
    names: Sequence[str]
    until: datetime

    def authorities(self) -> Iterable[bytes]:
        """Each of the authority's certificates by itself: there are two while it is replaced."""
        for each in x509.load_pem_x509_certificates(self.authority):
            yield each.public_bytes(serialization.Encoding.PEM)


class Own:
    """By what this process is believed inside, and whom it believes. `version` counts how often it was renewed."""

    def __init__(self) -> None:
        """Raises `BadFile` or `SettingUnfit`, naming the file, where it cannot be used."""
        self.identity = read()
        self.version = 0
        self.context = ssl.create_default_context(cadata=self.identity.authority.decode())
        self._folder = Path(tempfile.mkdtemp(prefix="yima-tls-"))  # its owner's alone
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._refused = ""  # what was said last of files that are no good
        self._said_at = float("-inf")
        self._taken()

    def files(self) -> tuple[Path, Path, Path]:
        """Certificate, key and authority of one moment, as files that change with `version` only: those that are
        mounted may be replaced between the reading of two."""
        folder = self._folder / str(self.version)
        return folder / "tls.crt", folder / "tls.key", folder / "ca.crt"

    def look(self) -> bool:
        """Take the files as they are now. Was there something new? What cannot be used is left, and said once."""
        try:
            fresh = read()
        except (BadFile, SettingUnfit) as error:
            if str(error) != self._refused:
                log.error("%s; the certificate from before stays in use until %s", error, spoken(self.identity.until))
            self._refused = str(error)
            self._complain()
            return False
        self._refused = ""
        self._complain()
        if fresh == self.identity:
            return False
        self.identity = fresh
        self.version += 1
        self._taken()
        log.info("%s was renewed: it is good until %s", where(CERTIFICATE), spoken(fresh.until))
        return True

    def _taken(self) -> None:
        identity = self.identity
        self.files()[0].parent.mkdir(mode=0o700)
        shutil.rmtree(self._folder / str(self.version - 2), ignore_errors=True)
        for path, content in zip(self.files(), (identity.certificate, identity.key, identity.authority), strict=True):
            path.touch(0o600)
            path.write_bytes(content)
        certificate, key, authority = self.files()
        self.context.load_cert_chain(certificate, key)
        self.context.load_verify_locations(authority)
        measures.certificate(identity.until.timestamp())

    def _complain(self) -> None:
        """Say of a certificate that has expired while it was in use what is to be done."""
        now = time.monotonic()
        if self.identity.until <= datetime.now(UTC) and now - self._said_at >= SAID_AGAIN_SECONDS:
            self._said_at = now
            log.error("%s; nobody believes this process until then", expired(self.identity.until))


_own: list[Own | None] = []


def own() -> Own | None:
    """This process's own, read once; None where there is none, and nothing inside speaks TLS. Raises `BadFile` or
    `SettingUnfit` where it cannot be used: nobody goes on in plain."""
    if not _own:
        _own.append(Own() if any(given(variable) for variable in VARIABLES) else None)
    return _own[0]


def forget() -> None:
    """Read it again when it is asked for next, for tests."""
    _own.clear()


def check_urls(urls: Iterable[tuple[str, str]]) -> None:
    """Of variables and the addresses of services that they have: that all are asked in the way that this process is.
    Raises `SettingUnfit`."""
    scheme = "http" if own() is None else "https"
    for variable, url in urls:
        if not url.startswith(f"{scheme}://"):
            why = f"though {CERTIFICATE} is set" if scheme == "https" else f"and {CERTIFICATE} is not set"
            raise SettingUnfit(f"{variable} is {url}, {why}: services are called by {scheme}:// then")


def read() -> Identity:
    """What the files have now. Raises `BadFile` or `SettingUnfit` in one line that names the file and what to do."""
    texts = {variable: given(variable).encode() for variable in VARIABLES}
    if missing := [variable for variable, text in texts.items() if not text]:
        raise SettingUnfit(f"{' and '.join(missing)}: not set, though one of {', '.join(VARIABLES)} is; all three are")
    chain = certificates(CERTIFICATE, texts[CERTIFICATE])
    trusted = certificates(AUTHORITY, texts[AUTHORITY])
    mine = chain[0]
    try:
        key = serialization.load_pem_private_key(texts[KEY], None)
    except (ValueError, TypeError):  # a password would be needed
        raise BadFile(f"{where(KEY)} has no private key in PEM without a password; {RENEW}") from None
    if public(key.public_key()) != public(mine.public_key()):
        raise BadFile(f"{where(KEY)} is not the key of the certificate in {where(CERTIFICATE)}; {RENEW}")
    now = datetime.now(UTC)
    until = min(each.not_valid_after_utc for each in chain)
    if until <= now:
        raise BadFile(expired(until))
    if mine.not_valid_before_utc > now:
        begins = spoken(mine.not_valid_before_utc)
        raise BadFile(f"the certificate in {where(CERTIFICATE)} is not good before {begins}; wait, or {RENEW}")
    if not is_signed_by(chain, trusted):
        raise BadFile(f"the certificate in {where(CERTIFICATE)} is of no authority in {where(AUTHORITY)}; {RENEW}")
    names = names_of(mine)
    if not names:
        raise BadFile(f"the certificate in {where(CERTIFICATE)} is for no name (subjectAltName); {RENEW}")
    if not is_for_both_ways(mine):
        raise BadFile(f"the certificate in {where(CERTIFICATE)} is not for servers and clients both; {RENEW}")
    return Identity(texts[CERTIFICATE], texts[KEY], texts[AUTHORITY], names, until)


def certificates(variable: str, pem: bytes) -> Sequence[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise BadFile(f"{where(variable)} has no certificate in PEM; {RENEW}") from None


def is_signed_by(chain: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]) -> bool:
    """Does the chain go on from the first, each signed by the next, up to one that is trusted?"""
    for position, each in enumerate(chain):
        if any(signed(each, authority) for authority in trusted):
            return True
        if position + 1 == len(chain) or not signed(each, chain[position + 1]):
            return False
    return False


def signed(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def names_of(certificate: x509.Certificate) -> Sequence[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]


def is_for_both_ways(certificate: x509.Certificate) -> bool:
    """May it be shown by who is asked and by who asks? One that says nothing of this may."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return set(usages) >= BOTH_WAYS


def public(key: object) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return bytes(key.public_bytes(serialization.Encoding.DER, form))  # type: ignore[attr-defined]


def expired(until: datetime) -> str:
    return f"the certificate in {where(CERTIFICATE)} expired at {spoken(until)}; {RENEW}"


def where(variable: str) -> str:
    """The file a setting is in, and the setting's name."""
    path = file_of(variable)
    return variable if path is None else f"{path} ({variable})"


def spoken(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
