"""Signed notes (C2SP signed-note) and the checkpoints of a log in them (C2SP tlog-checkpoint).

A note is a text and signatures beneath it, each a line `— name base64`, so that more can be added by whoever agrees.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519, COSIGNATURE = 1, 4  # kinds of keys; the second signs when it saw a checkpoint, too
KEY_ID_BYTES, MOMENT_BYTES, SIGNATURE_BYTES, ROOT_BYTES = 4, 8, 64, 32
DASH = "\u2014 "
SIGNATURES_MAX = 100
NAME = re.compile(r"[^\s+]{1,200}")
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class BadNote(ValueError):
    """This is no signed note, key or checkpoint."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature is asked for, and what verifies it."""

    name: str
    kind: int
    public: Ed25519PublicKey

    @property
    def key_id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public.public_bytes_raw()).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line beneath a note."""

    name: str
    key_id: bytes
    content: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.content).decode()}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How large a log's tree was, and its root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_id(name: str, kind: int, public: Ed25519PublicKey) -> bytes:
    digest = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public.public_bytes_raw())
    return digest.digest()[:KEY_ID_BYTES]


def read_key(written: str) -> VerifierKey:
    """A verifier's key, of `name+id+base64`. Raises `BadNote`."""
    name, _, rest = written.strip().partition("+")
    digits, _, encoded = rest.partition("+")
    content = decoded(encoded)
    if not NAME.fullmatch(name) or len(content) != 1 + 32 or content[0] not in (ED25519, COSIGNATURE):
        raise BadNote("a verifier's key is written name+id+base64, and is of Ed25519")
    key = VerifierKey(name, content[0], Ed25519PublicKey.from_public_bytes(content[1:]))
    if key.key_id.hex() != digits:
        raise BadNote("the id of the verifier's key is another's")
    return key


def signed(text: str, name: str, keys: Iterable[Ed25519PrivateKey]) -> str:
    """The note: the text, signed by each of the keys under one name."""
    lines = [
        str(Signature(name, key_id(name, ED25519, key.public_key()), key.sign(text.encode())))  # made here, not come
        for key in keys
    ]
    return f"{text}\n" + "".join(f"{line}\n" for line in lines)


def opened(note: str) -> tuple[str, Sequence[Signature]]:
    """A note's text and its signatures, which nobody has verified yet. Raises `BadNote`."""
    text, separator, beneath = note.rpartition("\n\n")
    lines = beneath.splitlines()
    if not separator or not text or not beneath.endswith("\n") or not 1 <= len(lines) <= SIGNATURES_MAX:
        raise BadNote("a signed note is a text, an empty line, and signatures")
    return f"{text}\n", [read_signature(line) for line in lines]


def read_signature(line: str) -> Signature:
    """A signature, of its line. Raises `BadNote`."""
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    content = decoded(encoded)
    if not line.startswith(DASH) or not NAME.fullmatch(name) or len(content) <= KEY_ID_BYTES:
        raise BadNote("a signature is a line of a dash, a name, and base64")
    return Signature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def verifies(text: str, signature: Signature, key: VerifierKey) -> bool:
    """Has this key signed the text? A witness's has signed when it saw it, too."""
    if (signature.name, signature.key_id) != (key.name, key.key_id):
        return False
    content, message = signature.content, text.encode()
    if key.kind == COSIGNATURE:
        at = cosigned_at(signature)
        content, message = content[MOMENT_BYTES:], cosigned(text, at)
    try:
        key.public.verify(content, message)
    except InvalidSignature:
        return False
    return True


def cosigned(text: str, at: int) -> bytes:
    """What a witness signs (C2SP tlog-cosignature v1): the note's text, and when it saw it, in seconds."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosigned_at(signature: Signature) -> int:
    """When a witness says that it saw the note, in seconds since 1970."""
    return int.from_bytes(signature.content[:MOMENT_BYTES])


def cosigned_moment(signature: Signature) -> datetime:
    """The same. Raises `BadNote` where no clock of ours can show it."""
    try:
        return datetime.fromtimestamp(cosigned_at(signature), UTC)
    except (ValueError, OverflowError, OSError):
        raise BadNote("the moment of a cosignature is in no year") from None


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint, of a note's text. Raises `BadNote`."""
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    content = decoded(root)
    if not NAME.fullmatch(origin) or not SIZE.fullmatch(size) or len(content) != ROOT_BYTES:
        raise BadNote("a checkpoint is a log's name, how many entries it has, and a root, each on a line")
    return Checkpoint(origin, int(size), content)


def decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote("this is no base64") from None
