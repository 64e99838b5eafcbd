"""Ed25519 keys in files: what a partner, its systems and its devices sign with. Their private parts stay with them."""

from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class PrivateKey:
    """A key that signs."""

    def __init__(self, private: Ed25519PrivateKey | None = None) -> None:
        self._private = private or Ed25519PrivateKey.generate()

    @classmethod
    def read(cls, file: Path) -> Self:
        """The key in a PEM file. Raises `ValueError` where there is none."""
        key = serialization.load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("the file has no Ed25519 key")
        return cls(key)

    def write(self, file: Path) -> None:
        """Keep the key in a new PEM file that only its owner reads."""
        file.touch(0o600, exist_ok=False)
        file.write_bytes(
            self._private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    @property
    def public_bytes(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(content)
