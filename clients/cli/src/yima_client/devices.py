"""What a device does: it has a key of its own, proves that it has it, and signs what it measured."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class DeviceKey:
    """A device's key. Its private part never leaves the device."""

    def __init__(self, private: Ed25519PrivateKey | None = None) -> None:
        self._private = private or Ed25519PrivateKey.generate()

    @staticmethod
    def read(file: Path) -> "DeviceKey":
        """The key in a PEM file. Raises `ValueError` where there is none."""
        key = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the file has no Ed25519 key")
        return DeviceKey(key)

    def write(self, file: Path) -> None:
        """Keep the key in a new PEM file that only its owner reads."""
        file.touch(0o600, exist_ok=False)
        file.write_bytes(
            self._private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    @property
    def public(self) -> str:
        """The public key, in hexadecimal digits."""
        return self._private.public_key().public_bytes_raw().hex()

    def proof(self, model_id: str, serial: str) -> str:
        """That whoever registers the key has it: a signature in hexadecimal digits."""
        return self._private.sign(f"yima device key v1\n{digits(model_id)}\n{serial}\n{self.public}".encode()).hex()

    def signature(self, device_id: str, body: bytes) -> str:
        """What goes into the header `Device-Signature` beside this body."""
        signed = f"yima device readings v1\n{digits(device_id)}\n".encode() + body
        return base64.b64encode(self._private.sign(signed)).decode()


def digits(id_: str) -> str:
    """The 32 hexadecimal digits of an id such as `dev_…`."""
    return id_.rpartition("_")[2].replace("-", "").lower()


def body_of(readings: Sequence[Mapping[str, Any]]) -> bytes:
    """Readings as they are sent and signed."""
    return json.dumps({"readings": readings}).encode()
