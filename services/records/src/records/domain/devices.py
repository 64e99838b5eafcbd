"""Devices: whose a device is, from when to when, and by which keys it signs.

A device here is a binding: the same cuff in another resident's hands is another device, with another id and another
key. So no reading can cross over.
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from uuid import UUID

from chassis.refusals import Forbidden, Invalid, Refusal, Unauthenticated
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{1,63}")
DEVICES_MAX = 50  # of a resident, bound or awaiting their word
KEYS_MAX = 100  # of a device
KEY_BYTES, SIGNATURE_BYTES = 32, 64
USER_MAX = 254  # of a device for several people; 255 is Bluetooth's "nobody knows who"


class DeviceStatus(IntEnum):
    """Whether a device may send; the contract's numbers."""

    PROPOSED = 1
    BOUND = 2
    DECLINED = 3
    ENDED = 4


class EndReason(IntEnum):
    """Why a binding ended; the contract's numbers."""

    RETURNED = 1
    LOST = 2
    NOT_THEIRS = 3


MOVES: Mapping[DeviceStatus, frozenset[DeviceStatus]] = {
    DeviceStatus.PROPOSED: frozenset({DeviceStatus.BOUND, DeviceStatus.DECLINED, DeviceStatus.ENDED}),
    DeviceStatus.BOUND: frozenset({DeviceStatus.ENDED}),
    DeviceStatus.DECLINED: frozenset(),
    DeviceStatus.ENDED: frozenset(),
}


class DeviceNotRecognised(Unauthenticated):
    code = "device-not-recognised"
    title = "What was sent is not signed by the key in force of this device."


class DeviceEnded(Forbidden):
    code = "device-ended"
    title = "The device is bound to nobody any more, or not yet: nothing is taken from it."


class DeviceBound(Refusal):
    code = "device-bound"
    title = "A device of this model and serial number is bound already."


class DeviceKeyKnown(Refusal):
    code = "device-key-known"
    title = "The key was registered before: every device has keys of its own, and each once."


class DeviceModelNotApproved(Refusal):
    code = "device-model-not-approved"
    title = "Devices of this model may not be bound."


class DeviceMoveRefused(Refusal):
    code = "device-move-refused"
    title = "The device is past that step."


class TooManyDevices(Refusal):
    code = "too-many-devices"
    title = "The resident has as many devices, or the device as many keys, as there may be."


class OrderNotServed(Forbidden):
    code = "order-not-served"
    title = "A device is bound to an order that the caller's institution is serving."


def check_move(status: int, to: DeviceStatus) -> None:
    if to not in MOVES[DeviceStatus(status)]:
        raise DeviceMoveRefused(f"it is {DeviceStatus(status).name.lower()}", "device_id")


def check_serial(serial: str) -> str:
    if not SERIAL.fullmatch(serial):
        raise Invalid("serial", "must be as on the device: 2 to 64 letters, digits and . _ / : -")
    return serial


def check_user(user: int) -> int | None:
    """The index of a person on a device for several; 0: it is for one."""
    if not 0 <= user <= USER_MAX:
        raise Invalid("user", f"must be between 1 and {USER_MAX}, or 0 for a device of one person")
    return user or None


def key_statement(model_id: UUID, serial: str, public_key: bytes) -> bytes:
    """What a device signs with a new key, so that nobody registers a key that they do not have."""
    return f"yima device key v1\n{model_id.hex}\n{serial}\n{public_key.hex()}".encode()


def readings_statement(device_id: UUID, content: bytes) -> bytes:
    """What a device signs of readings: they are for itself alone."""
    return f"yima device readings v1\n{device_id.hex}\n".encode() + content


def check_key(model_id: UUID, serial: str, public_key: bytes, proof: bytes) -> None:
    """Refuse a key that whoever registers it does not have."""
    if len(public_key) != KEY_BYTES:
        raise Invalid("public_key", f"must be an Ed25519 key: {KEY_BYTES} bytes")
    if not is_signed(public_key, proof, key_statement(model_id, serial, public_key)):
        raise Invalid("proof", "must be the key's own signature over the statement of docs/devices.md")


def is_signed(public_key: bytes, signature: bytes, statement: bytes) -> bool:
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True
