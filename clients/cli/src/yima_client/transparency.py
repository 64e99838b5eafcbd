"""Proofs of the access log and receipts, verified with nothing but the published keys (RFC 9162, RFC 7515, C2SP).

None of it is the system's own code: whoever verifies it trusts the keys, and this page of arithmetic.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1
ALGORITHMS = ("EdDSA", "Ed25519")


class NotProved(Exception):  # noqa: N818 a fact
    """It does not hold, or nobody of the named keys says so; the text says what."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint says: the log's name, how large its tree is, and its root."""

    origin: str
    size: int
    root: bytes


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(tree: Tree, index: int, entry: bytes, path: Sequence[bytes]) -> None:
    """Raise `NotProved` unless the path leads from the entry to the tree's root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < tree.size:
        raise NotProved(f"the tree of {tree.size} entries has none at {index}")
    node, last = index, tree.size - 1
    digest = hashlib.sha256(b"\x00" + entry).digest()
    for beside in path:
        if last == 0:
            raise NotProved("the path is longer than the tree is high")
        if node & 1 or node == last:
            digest = node_hash(beside, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, beside)
        node, last = node >> 1, last >> 1
    if last or digest != tree.root:
        raise NotProved("the entry is not in the tree that was signed")


def check_consistency(old: Tree, new: Tree, path: Sequence[bytes]) -> None:
    """Raise `NotProved` unless the path shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2)."""
    if old.size > new.size:
        raise NotProved(f"the log had {old.size} entries, and has {new.size} now: its end was cut off")
    if old.size == new.size:
        if old.root != new.root or path:
            raise NotProved("the log has as many entries as before, and others")
        return
    hashes = [old.root, *path] if old.size & (old.size - 1) == 0 else list(path)
    if not old.size or not hashes:
        raise NotProved("there is no path from the earlier tree to the later one")
    node, last = old.size - 1, new.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise NotProved("the path is longer than the tree is high")
        if node & 1 or node == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        node, last = node >> 1, last >> 1
    if last or before != old.root or after != new.root:
        raise NotProved("the later tree does not begin with the earlier one: the log was changed")


def opened(note: str, keys: Sequence[str]) -> Tree:
    """The tree a checkpoint signs, once one of the keys has verified it. Raises `NotProved`."""
    text, _, beneath = note.rpartition("\n\n")
    text += "\n"
    known = [verifier(key) for key in keys]
    for line in beneath.splitlines():
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        content = decoded(encoded)
        for key_name, key_id, public in known:
            if (dash, name, content[:4]) == ("\u2014", key_name, key_id) and verifies(public, content[4:], text):
                return tree_of(text)
    raise NotProved("the checkpoint is signed by none of the keys")


def tree_of(text: str) -> Tree:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    if not size.isdecimal():
        raise NotProved("this is no checkpoint")
    return Tree(origin, int(size), decoded(root))


def verifier(written: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """A verifier's key: its name, its id, and the key."""
    name, _, rest = written.strip().partition("+")
    digits, _, encoded = rest.partition("+")
    content = decoded(encoded)
    key_id = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4]
    if len(content) != 33 or content[0] != ED25519 or key_id.hex() != digits:
        raise NotProved("a verifier's key is written name+id+base64, and is of Ed25519")
    return name, key_id, Ed25519PublicKey.from_public_bytes(content[1:])


def check_receipt(receipt: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a receipt says, a JWS, once a key of the set has verified it. Raises `NotProved`."""
    protected, content, signature = [*receipt.strip().split("."), "", "", ""][:3]
    try:
        header = json.loads(decoded_url(protected))
        said: dict[str, Any] = json.loads(decoded_url(content))
    except ValueError:
        raise NotProved("this is no receipt") from None
    for key in keys.get("keys", []):
        if key.get("kid") == header.get("kid") and header.get("alg") in ALGORITHMS and key.get("crv") == "Ed25519":
            public = Ed25519PublicKey.from_public_bytes(decoded_url(key["x"]))
            if verifies(public, decoded_url(signature), f"{protected}.{content}"):
                return said
    raise NotProved("the receipt is signed by none of the keys")


def verifies(public: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        public.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NotProved("this is no base64") from None


def decoded_url(encoded: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        raise NotProved("this is no base64") from None
