"""Enciphers private keys and secrets where they are kept, with keys that are kept elsewhere (AES-256-GCM).

Whoever has a database, a dump or a backup of it has no key that signs anything, and no secret that makes codes. The
key-encryption keys come from a secret: the first enciphers, and all decipher, so that another may be put before it.
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chassis import settings
from chassis.settings import SettingUnfit

MARK = b"YK1"  # what is enciphered begins with, in the form below: mark, id of the key, nonce, ciphertext with its tag
ID_BYTES, NONCE_BYTES, KEY_BYTES = 4, 12, 32
VARIABLE = "YIMA_KEY_ENCRYPTION_KEYS"


class Settings(settings.Settings):
    """Settings of a service that keeps private keys."""

    # what private keys are enciphered with: 32 random bytes in base64, and, after commas, those that were in use before
    key_encryption_keys: str

    @property
    def sealer(self) -> "Sealer":
        return Sealer.of(self.key_encryption_keys)

    def check(self) -> None:
        super().check()
        _ = self.sealer


@dataclass(frozen=True)
class Sealer:
    """Enciphers with the first of its keys, and deciphers with whichever it was."""

    keys: tuple[bytes, ...] = field(repr=False)

    @staticmethod
    def of(written: str) -> "Sealer":
        """The keys of a setting: base64 of 32 bytes each, the one in use first. Raises `SettingUnfit`."""
        texts = [text.strip() for text in written.split(",") if text.strip()]
        if not texts:
            raise SettingUnfit(f"set {VARIABLE} to 32 random bytes in base64, e.g. of `openssl rand -base64 32`")
        try:
            keys = tuple(base64.b64decode(text, validate=True) for text in texts)
        except binascii.Error:
            raise SettingUnfit(f"{VARIABLE} must be base64; several are separated by commas") from None
        if any(len(key) != KEY_BYTES for key in keys):
            raise SettingUnfit(f"{VARIABLE}: each key must have {KEY_BYTES} bytes")
        return Sealer(keys)

    @property
    def head(self) -> bytes:
        """What is enciphered with the key in use begins with."""
        return MARK + key_id(self.keys[0])

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encipher a key. It is deciphered only as what it is `about`, so that no row's key is put into another."""
        head, nonce = self.head, os.urandom(NONCE_BYTES)
        return head + nonce + AESGCM(self.keys[0]).encrypt(nonce, plain, head + about.encode())

    def unseal(self, kept: bytes, about: str) -> bytes:
        """Decipher what `seal` made. Raises `SettingUnfit` where none of the keys is the right one."""
        head, rest = kept[: len(MARK) + ID_BYTES], kept[len(MARK) + ID_BYTES :]
        for key in self.keys:
            if head == MARK + key_id(key):
                try:
                    return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + about.encode())
                except InvalidTag:
                    break
        raise SettingUnfit(f"{VARIABLE} has not the key that {about} is enciphered with; put it after the one in use")

    def is_current(self, kept: bytes) -> bool:
        """Is this enciphered, with the key in use?"""
        return kept.startswith(self.head)


def key_id(key: bytes) -> bytes:
    """Which key-encryption key it is: says nothing of the key."""
    return hashlib.sha256(b"key-encryption key" + key).digest()[:ID_BYTES]
