"""Web Push: messages for browsers, by the push service that each names (RFC 8030). What is sent is enciphered for the
browser alone (RFC 8291, in the form of RFC 8188), and signed with the city's key (VAPID, RFC 8292).

Written here, since the library for it speaks HTTP by itself: where a browser says its push service is, we connect with
the care of webhooks (`receivers`)."""

import base64
import binascii
import os
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from chassis.refusals import Invalid
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey

from notifications.carriers.port import AddressDead, Envelope, NotTaken
from notifications.receivers import Receivers

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
AUTH_BYTES, POINT_BYTES, SALT_BYTES = 16, 65, 16
RECORD_BYTES = 4096
KEPT_SECONDS = 24 * 3600  # by the push service, for a browser that is not running
SIGNED_SECONDS = 12 * 3600
LAST_RECORD = b"\x02"
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser's messages go, and what they are enciphered with."""

    endpoint: str
    public_key: bytes  # an uncompressed point of P-256
    auth: bytes

    def written(self) -> str:
        return orjson.dumps([self.endpoint, encoded(self.public_key), encoded(self.auth)]).decode()

    @staticmethod
    def read(written: str) -> "Subscription":
        endpoint, public_key, auth = orjson.loads(written)
        return Subscription(endpoint, decoded(public_key), decoded(auth))


def subscription_of(endpoint: str, public_key: str, auth: str) -> Subscription:
    """A subscription as a browser says it. Raises `Invalid`."""
    try:
        point = decoded(public_key)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(point) != POINT_BYTES:
            raise ValueError
    except (ValueError, binascii.Error):
        raise Invalid("public_key", "must be the subscription's p256dh key, in base64url") from None
    try:
        secret = decoded(auth)
    except (ValueError, binascii.Error):
        secret = b""
    if len(secret) != AUTH_BYTES:
        raise Invalid("auth", "must be the subscription's auth secret, 16 bytes in base64url")
    return Subscription(endpoint, point, secret)


@dataclass(frozen=True)
class VapidKey:
    """What the city signs its messages to push services with, and where they may write to who runs it."""

    private: ec.EllipticCurvePrivateKey
    contact: str  # mailto: or https:

    @staticmethod
    def of(secret: str, contact: str) -> "VapidKey":
        """The key of a secret: always the same, since browsers subscribe for it."""
        number = int.from_bytes(HKDF(hashes.SHA256(), 48, None, b"web push").derive(secret.encode()))
        return VapidKey(ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1()), contact)

    @property
    def public(self) -> str:
        """What a browser subscribes with: `applicationServerKey`."""
        return encoded(point_of(self.private.public_key()))

    def header(self, endpoint: str) -> str:
        """The `Authorization` of a request to a push service."""
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(time.time()) + SIGNED_SECONDS,
            "sub": self.contact,
        }
        pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        token = jwt.encode({"alg": "ES256"}, claims, ECKey.import_key(pem), algorithms=["ES256"])
        return f"vapid t={token}, k={self.public}"


class WebPush:
    """Messages by the push services of people's browsers."""

    def __init__(self, key: VapidKey, receivers: Receivers) -> None:
        self._key = key
        self._receivers = receivers

    async def send(self, envelope: Envelope) -> None:
        subscription = Subscription.read(envelope.to)
        shown = orjson.dumps(
            {"id": envelope.id, "title": envelope.title, "text": envelope.text, "link": envelope.link,
             "locale": envelope.locale}
        )  # fmt: skip
        headers = [
            (b"content-encoding", b"aes128gcm"),
            (b"content-type", b"application/octet-stream"),
            (b"ttl", str(KEPT_SECONDS).encode()),
            (b"urgency", b"high" if envelope.urgent else b"normal"),
            (b"authorization", self._key.header(subscription.endpoint).encode()),
        ]
        answer = await self._receivers.post(subscription.endpoint, headers, enciphered(shown, subscription))
        if answer.status in GONE:
            raise AddressDead(f"the push service answered {answer.status}")
        if not answer.accepted:
            raise NotTaken(answer.error or f"the push service answered {answer.status}")

    async def close(self) -> None:
        """The connections are webhooks' own."""


def enciphered(plain: bytes, subscription: Subscription) -> bytes:
    """A message for one browser: one record (RFC 8188), by a key that is used once (RFC 8291)."""
    own = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), subscription.public_key)
    sender = point_of(own.public_key())
    salt = os.urandom(SALT_BYTES)
    secret = own.exchange(ec.ECDH(), theirs)
    key, nonce = message_keys(secret, subscription.auth, subscription.public_key, sender, salt)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes([len(sender)]) + sender
    return head + AESGCM(key).encrypt(nonce, plain + LAST_RECORD, None)


def message_keys(
    shared: bytes, auth: bytes, browser_point: bytes, sender_point: bytes, salt: bytes
) -> tuple[bytes, bytes]:
    """The key and nonce of a message: RFC 8291, section 3.4."""
    info = b"WebPush: info\x00" + browser_point + sender_point
    secret = HKDF(hashes.SHA256(), 32, auth, info).derive(shared)
    key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(secret)
    nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(secret)
    return key, nonce


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)
