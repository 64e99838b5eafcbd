"""What a device does: it has a key of its own, proves that it has it, and signs what it measured."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from yima_client.keys import PrivateKey


class DeviceKey(PrivateKey):
    """A device's key. Its private part never leaves the device."""

    @property
    def public(self) -> str:
        """The public key, in hexadecimal digits."""
        return self.public_bytes.hex()

    def proof(self, model_id: str, serial: str) -> str:
        """That whoever registers the key has it: a signature in hexadecimal digits."""
        return self.sign(f"yima device key v1\n{digits(model_id)}\n{serial}\n{self.public}".encode()).hex()

    def signature(self, device_id: str, body: bytes) -> str:
        """What goes into the header `Device-Signature` beside this body."""
        signed = f"yima device readings v1\n{digits(device_id)}\n".encode() + body
        return base64.b64encode(self.sign(signed)).decode()


def digits(id_: str) -> str:
    """The 32 hexadecimal digits of an id such as `dev_…`."""
    return id_.rpartition("_")[2].replace("-", "").lower()


def body_of(readings: Sequence[Mapping[str, Any]]) -> bytes:
    """Readings as they are sent and signed."""
    return json.dumps({"readings": readings}).encode()
