"""A software authenticator and the browser around it (WebAuthn level 3), by hand rather than by the library under test.

Each part of what it answers may be said otherwise, as whoever forges, copies or phishes would.
"""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ORIGIN = "https://yima.example.org"
PRESENT, VERIFIED, CAN_SYNC, SYNCED, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One that has one passkey, once it was made. `counts` is off for those that are synced, as telephones' are."""

    origin: str = ORIGIN
    counts: bool = True
    eddsa: bool = False
    flags: int = PRESENT | VERIFIED
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    sign_count: int = 0
    user_handle: bytes = b""
    key: EllipticCurvePrivateKey | Ed25519PrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    def __post_init__(self) -> None:
        if self.eddsa:
            self.key = Ed25519PrivateKey.generate()

    def copy(self) -> "Authenticator":
        """Its clone: the same key, and the counter as it is now."""
        return replace(self, eddsa=False)

    def create(self, options: str, **otherwise: Any) -> str:
        """What `navigator.credentials.create` gives for these options, as `toJSON` writes it."""
        request = json.loads(options)
        self.user_handle = unb64(request["user"]["id"])
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + self.cose()
        data = self.data(request["rp"]["id"], ATTESTED, otherwise) + otherwise.get("attested", attested)
        statement = {"fmt": "none", "attStmt": {}, "authData": data} | otherwise.get("attestation", {})
        response = {
            "clientDataJSON": b64(self.client_data("webauthn.create", request["challenge"], otherwise)),
            "attestationObject": b64(cbor2.dumps(statement)),
            "transports": ["internal"],
        }
        return self.shown(response, otherwise)

    def get(self, options: str, **otherwise: Any) -> str:
        """What `navigator.credentials.get` gives for these options, as `toJSON` writes it."""
        request = json.loads(options)
        if self.counts:
            self.sign_count += 1
        data = self.data(request["rpId"], 0, otherwise)
        client_data = self.client_data("webauthn.get", request["challenge"], otherwise)
        response = {
            "clientDataJSON": b64(client_data),
            "authenticatorData": b64(data),
            "signature": b64(otherwise.get("signature", self.sign(data + hashlib.sha256(client_data).digest()))),
            "userHandle": b64(otherwise.get("user_handle", self.user_handle)),
        }
        return self.shown(response, otherwise)

    def shown(self, response: Mapping[str, Any], otherwise: Mapping[str, Any]) -> str:
        named = b64(otherwise.get("credential_id", self.credential_id))
        credential = {"id": named, "rawId": named, "type": "public-key", "response": dict(response)}
        credential |= {"clientExtensionResults": {}, "authenticatorAttachment": "platform"}
        return json.dumps(credential)

    def data(self, rp_id: str, flags: int, otherwise: Mapping[str, Any]) -> bytes:
        rp_hash = hashlib.sha256(otherwise.get("rp_id", rp_id).encode()).digest()
        count = otherwise.get("sign_count", self.sign_count)
        said: bytes = rp_hash + bytes([otherwise.get("flags", self.flags) | flags]) + count.to_bytes(4)
        return said

    def client_data(self, kind: str, challenge: str, otherwise: Mapping[str, Any]) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | otherwise.get("client_data", {})).encode()

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ECDSA(hashes.SHA256()))

    def cose(self) -> bytes:
        """The public key as COSE has it (RFC 9053)."""
        if isinstance(self.key, Ed25519PrivateKey):
            return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()})
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
