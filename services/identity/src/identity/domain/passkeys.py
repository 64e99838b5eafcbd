"""Passkeys (WebAuthn): what a browser is asked with, and whether what it answers is genuine."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from chassis import untrusted_json
from chassis.refusals import Invalid, Refusal
from chassis.settings import SettingUnfit
from chassis.untrusted_json import Unreadable
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from webauthn.helpers import parse_attestation_object, parse_client_data_json, parse_registration_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from identity.domain.access import TryLimit

WEBAUTHN = "webauthn"  # among a session's factors, beside those of RFC 8176
CEREMONY_LIFE = timedelta(minutes=5)
CHALLENGE_BYTES = 32
CREDENTIAL_ID_BYTES_MAX = 1023  # as WebAuthn has it
PASSKEYS_MAX = 10
JSON_VALUES_MAX, JSON_DEPTH_MAX = 200, 8
SAID_MAX = 200
# What is signed with: what every authenticator has one of.
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# None is asked for. Of the others one alone signs with the new key itself, and needs no certificate to be read.
ATTESTATIONS = frozenset({AttestationFormat.NONE, AttestationFormat.PACKED})
# Of sign-ins that are begun from one address: each keeps a row for five minutes.
CEREMONIES_FROM_ADDRESS = TryLimit("passkey", 60, 2.0, 0.0)
# What the library raises about an answer that is not what it should be.
UNFIT = (
    WebAuthnException, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, KeyError, IndexError,
    AttributeError, OverflowError, RecursionError, EOFError,
)  # fmt: skip


class PasskeysNotSetUp(Refusal):
    code = "passkeys-not-set-up"
    title = "This city's pages take no passkeys; its operator has not said where they are."


class CeremonyOver(Refusal):
    code = "passkey-ceremony-over"
    title = "This was begun too long ago, or was finished before; begin again."


class PasskeyRefused(Refusal):
    code = "passkey-refused"
    title = "What the authenticator answered is not genuine, or is not of a passkey of this account."


class PasskeyCopied(Refusal):
    code = "passkey-copied"
    title = "The passkey's counter went back: there may be a copy of it."


class PasskeyKnown(Refusal):
    code = "passkey-known"
    title = "The authenticator has a passkey here already."


class TooManyPasskeys(Refusal):
    code = "too-many-passkeys"
    title = "An account may have only so many passkeys."


class Purpose(StrEnum):
    """What an authenticator is asked for; what it answers is good for that alone."""

    FIRST = "first"  # an account's first factor
    ANOTHER = "another"  # a passkey beside a factor that there is
    USE = "use"  # signing in, or stepping up


@dataclass(frozen=True, slots=True)
class Site:
    """Where the city's pages are: the domain that passkeys are for, and the origins that may ask for them."""

    domain: str
    origins: Sequence[str]
    name: str

    @staticmethod
    def of(origins: str, domain: str, name: str) -> "Site | None":
        """From settings; None where there are none. Raises `SettingUnfit`: a browser would refuse such a site."""
        own_origins = [origin.strip() for origin in origins.split(",") if origin.strip()]
        if not own_origins:
            return None
        for origin in own_origins:
            parts = urlsplit(origin)
            host = parts.hostname or ""
            local = host == "localhost" or host.endswith(".localhost")
            if parts.scheme != "https" and not (parts.scheme == "http" and local):
                raise SettingUnfit(f"YIMA_PASSKEY_ORIGINS: {origin} must begin with https://")
            if origin != f"{parts.scheme}://{parts.netloc}" or not host or "@" in origin or origin != origin.lower():
                raise SettingUnfit(f"YIMA_PASSKEY_ORIGINS: {origin} must be an origin, e.g. https://yima.example.org")
            domain = domain or host
            if host != domain and not host.endswith(f".{domain}"):
                raise SettingUnfit(f"YIMA_PASSKEY_DOMAIN: {origin} is not of the domain {domain}")
        return Site(domain, own_origins, name)


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A key pair's public half, as an authenticator gave it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    synced: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a browser answers with a passkey, read and not verified."""

    credential_id: bytes
    user_handle: bytes
    credential: Mapping[str, object]


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def creation_options(site: Site, challenge: bytes, subject_id: UUID, login: str, existing: Sequence[bytes]) -> str:
    """What `navigator.credentials.create` is called with, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=site.domain,
        rp_name=site.name,
        user_name=login,
        user_id=subject_id.bytes,
        challenge=challenge,
        timeout=milliseconds(CEREMONY_LIFE),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=credential_id) for credential_id in existing],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        supported_pub_key_algs=ALGORITHMS,
    )
    return webauthn.options_to_json(options)


def request_options(site: Site, challenge: bytes) -> str:
    """What `navigator.credentials.get` is called with, as JSON. It names no passkey, so it tells of nobody."""
    options = webauthn.generate_authentication_options(
        rp_id=site.domain,
        challenge=challenge,
        timeout=milliseconds(CEREMONY_LIFE),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def milliseconds(life: timedelta) -> int:
    return int(life.total_seconds() * 1000)


def read(credential: str) -> dict[str, object]:
    """What `PublicKeyCredential.toJSON` made. Raises `Invalid`."""
    try:
        value = untrusted_json.loads(credential, depth_max=JSON_DEPTH_MAX, values_max=JSON_VALUES_MAX)
    except Unreadable as unreadable:
        raise Invalid("credential", str(unreadable)) from None
    if not isinstance(value, dict) or not isinstance(value.get("response"), dict):
        raise Invalid("credential", "must be what PublicKeyCredential.toJSON() gives, as JSON")
    return value


def verified_creation(site: Site, challenge: bytes, credential: str) -> NewPasskey:
    """The passkey that an authenticator made for us, in answer to this challenge. Raises `PasskeyRefused`."""
    answer = read(credential)
    try:
        response = parse_registration_credential_json(answer).response
        check_frame(response.client_data_json)
        attested = parse_attestation_object(response.attestation_object)
        if attested.fmt not in ATTESTATIONS or attested.att_stmt.x5c:
            raise PasskeyRefused("no attestation was asked for; leave `attestation` as it was given", "credential")
        registration = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=list(site.origins),
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except UNFIT as unfit:
        raise refused(unfit) from None
    if len(registration.credential_id) > CREDENTIAL_ID_BYTES_MAX:
        raise PasskeyRefused(f"its id is longer than {CREDENTIAL_ID_BYTES_MAX} bytes", "credential")
    synced = registration.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    return NewPasskey(registration.credential_id, registration.credential_public_key, registration.sign_count, synced)


def assertion_of(credential: str) -> Assertion:
    """Which passkey an answer says it is of, and whose. Raises `Invalid`, or `PasskeyRefused`."""
    answer = read(credential)
    response = answer["response"]
    handle = response.get("userHandle") if isinstance(response, dict) else None
    credential_id = answer.get("id")
    if not isinstance(credential_id, str) or not isinstance(handle, str):
        raise PasskeyRefused("it must say whose passkey it is: `id` and `response.userHandle`", "credential")
    try:
        return Assertion(webauthn.base64url_to_bytes(credential_id), webauthn.base64url_to_bytes(handle), answer)
    except ValueError as unfit:
        raise refused(unfit) from None


def verified_count(site: Site, challenge: bytes, assertion: Assertion, public_key: bytes) -> int:
    """The counter in what the passkey signed for us, with its owner verified. Raises `PasskeyRefused`."""
    try:
        response = assertion.credential["response"]
        client_data = response.get("clientDataJSON") if isinstance(response, dict) else None
        check_frame(webauthn.base64url_to_bytes(str(client_data)))
        answer = webauthn.verify_authentication_response(
            credential=dict(assertion.credential),
            expected_challenge=challenge,
            expected_rp_id=site.domain,
            expected_origin=list(site.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,  # held against the one that is kept by `went_on`, once it is genuine
            require_user_verification=True,
        )
    except UNFIT as unfit:
        raise refused(unfit) from None
    return answer.new_sign_count


def went_on(kept: int, signed: int) -> bool:
    """Is a counter later than the one that is kept? Synced passkeys do not count: theirs stays 0."""
    return signed > kept or (signed == 0 and kept == 0)


def check_frame(client_data: bytes) -> None:
    """Refuse what another site's page asked for that holds ours in a frame: people see that site's name."""
    if parse_client_data_json(client_data).cross_origin:
        raise PasskeyRefused("a page of another site holds ours in a frame; open ours by itself", "credential")


def refused(unfit: Exception) -> PasskeyRefused:
    """The refusal, with what the library says in words; what it repeats of the answer is kept printable."""
    said = str(unfit)[:SAID_MAX] if isinstance(unfit, WebAuthnException) else ""
    plain = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in said)
    return PasskeyRefused(plain or "it cannot be read", "credential")
