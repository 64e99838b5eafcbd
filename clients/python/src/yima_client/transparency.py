"""Proofs of the access log and receipts, verified with nothing but the published keys (RFC 9162, RFC 7515, C2SP).

None of it is the system's own code: whoever verifies it trusts the keys, and this page of arithmetic. The gateway's
page `/verify` does the same in a browser (`verify.js`); a test holds that both say the same of the same files.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519 = 1
ALGORITHMS = ("EdDSA", "Ed25519")
RECEIPT_KEYS = ("receipts", "records", "scans", "certificates")  # of consent, records, identity, partners
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
HEX = re.compile(r"([0-9a-fA-F]{2})*")


class Flaw(StrEnum):
    """Why something does not hold."""

    UNREADABLE = "unreadable"  # it is neither a checkpoint nor a proof nor a receipt
    CHANGED = "changed"  # one of the keys is named, and has not signed this
    UNKNOWN_KEY = "unknown-key"  # it is signed by somebody else
    WITHDRAWN_KEY = "withdrawn-key"  # by a key that somebody else may have had
    NOT_IN_LOG = "not-in-log"  # the path does not lead from the entry to the tree that was signed
    NOT_THE_SAME_LOG = "not-the-same-log"  # the later tree does not begin with the earlier one
    STALE = "stale"  # it says nothing of the moment that was asked about
    NO_RECEIPT = "no-receipt"  # of a document: no receipt beside it signs it


class NotProved(Exception):
    """It does not hold, or nobody of the named keys says so; the text says what, `flaw` the kind."""

    def __init__(self, text: str, flaw: Flaw = Flaw.UNREADABLE) -> None:
        super().__init__(text)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Proved:
    """What a file says, once it is verified: a checkpoint or an entry of the log, a receipt, or a document that a
    receipt signs."""

    kind: str  # checkpoint, entry, receipt, document
    size: int = 0  # of the log's tree
    position: int = 0  # of an entry, from 1
    says: Any = None  # of a receipt


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint says: the log's name, how large its tree is, and its root."""

    origin: str
    size: int
    root: bytes


def verify(files: Sequence[str], keys: Mapping[str, Any]) -> list[Proved | NotProved]:
    """What each of these files is and says, or why it does not hold. `keys` is what `/audit-keys.json` serves.

    A document is signed by a receipt of its own: both have to be among the files.
    """
    verified = [verify_one(file, keys) for file in files]
    signed = [each.says for each in verified if isinstance(each, Proved) and each.kind == "receipt"]
    return [
        NotProved("none of the receipts beside it signs this document", Flaw.NO_RECEIPT)
        if isinstance(each, Proved) and each.kind == "document" and each.says not in signed
        else each
        for each in verified
    ]


def verify_one(content: str, keys: Mapping[str, Any]) -> Proved | NotProved:
    """The same of one file; of a document only that it is one."""
    try:
        if content.lstrip().startswith("{"):
            said = loaded(content)
            if "resourceType" in said:
                return Proved("document", says=said)
            return check_proof(said, keys)
        if "\n\n" in content:
            return Proved("checkpoint", opened(content, keys["log"], withdrawn_of(keys)).size)
        return Proved("receipt", says=check_signed(content, keys))
    except NotProved as flaw:
        return flaw


def check_proof(proof: Mapping[str, Any], keys: Mapping[str, Any]) -> Proved:
    """An entry of the log, with the path that leads from it to a signed tree."""
    checkpoint = proof.get("checkpoint")
    note = checkpoint.get("note") if isinstance(checkpoint, dict) else None
    index, entry, path = proof.get("index"), proof.get("entry"), proof.get("path")
    if not isinstance(note, str) or not isinstance(path, list) or type(index) is not int:
        raise NotProved("this is no proof")
    tree = opened(note, keys["log"], withdrawn_of(keys))
    check_inclusion(tree, index, from_hex(entry), [from_hex(digest) for digest in path])
    return Proved("entry", tree.size, index + 1)


def check_signed(receipt: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a receipt of any of the services says. Raises `NotProved`."""
    sets: list[Mapping[str, Any]] = [keys.get(name) or {} for name in RECEIPT_KEYS]
    said = check_receipt(
        receipt,
        {
            "keys": [key for each in sets for key in each.get("keys") or ()],
            "withdrawn": [key for each in sets for key in each.get("withdrawn") or ()],
        },
    )
    if said.get("use", "scan") != "scan":
        raise NotProved("this is no receipt: it lets somebody in, so keep it to yourself")
    return said


def withdrawn_of(keys: Mapping[str, Any]) -> Sequence[str]:
    """The public parts of the keys that signed the log once, and were withdrawn."""
    return [key["x"] for key in (keys.get("receipts") or {}).get("withdrawn") or ()]


def loaded(content: str) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        raise NotProved("this is no JSON") from None
    if not isinstance(said, dict):
        raise NotProved("this is no proof")
    return said


def from_hex(digits: object) -> bytes:
    if not isinstance(digits, str) or HEX.fullmatch(digits) is None:
        raise NotProved("this is no proof")
    return bytes.fromhex(digits)


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(tree: Tree, index: int, entry: bytes, path: Sequence[bytes]) -> None:
    """Raise `NotProved` unless the path leads from the entry to the tree's root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < tree.size:
        raise NotProved(f"the tree of {tree.size} entries has none at {index}", Flaw.NOT_IN_LOG)
    node, last = index, tree.size - 1
    digest = hashlib.sha256(b"\x00" + entry).digest()
    for beside in path:
        if last == 0:
            raise NotProved("the path is longer than the tree is high", Flaw.NOT_IN_LOG)
        if node & 1 or node == last:
            digest = node_hash(beside, digest)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = node_hash(digest, beside)
        node, last = node >> 1, last >> 1
    if last or digest != tree.root:
        raise NotProved("the entry is not in the tree that was signed", Flaw.NOT_IN_LOG)


def check_consistency(old: Tree, new: Tree, path: Sequence[bytes]) -> None:
    """Raise `NotProved` unless the path shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2)."""
    if old.size > new.size:
        raise NotProved(
            f"the log had {old.size} entries, and has {new.size} now: its end was cut off", Flaw.NOT_THE_SAME_LOG
        )
    if old.size == new.size:
        if old.root != new.root or path:
            raise NotProved("the log has as many entries as before, and others", Flaw.NOT_THE_SAME_LOG)
        return
    hashes = [old.root, *path] if old.size & (old.size - 1) == 0 else list(path)
    if not old.size or not hashes:
        raise NotProved("there is no path from the earlier tree to the later one", Flaw.NOT_THE_SAME_LOG)
    node, last = old.size - 1, new.size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            raise NotProved("the path is longer than the tree is high", Flaw.NOT_THE_SAME_LOG)
        if node & 1 or node == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        node, last = node >> 1, last >> 1
    if last or before != old.root or after != new.root:
        raise NotProved(
            "the later tree does not begin with the earlier one: the log was changed", Flaw.NOT_THE_SAME_LOG
        )


def opened(note: str, keys: Sequence[str], withdrawn: Sequence[str] = ()) -> Tree:
    """The tree a checkpoint signs, once one of the keys has verified it. `withdrawn` are public parts of keys whose
    signatures count no more. Raises `NotProved`."""
    text, _, beneath = note.rpartition("\n\n")
    text += "\n"
    tree = tree_of(text)
    in_force = [verifier(key) for key in keys]
    over = [verifier_of(tree.origin, b"\x01" + decoded_url(public)) for public in withdrawn]
    named = by_withdrawn = False
    for line in beneath.split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "\u2014":
            continue
        content = decoded(encoded)
        for keys_of, counts in ((in_force, True), (over, False)):
            for key_name, key_id, public in keys_of:
                if (name, content[:4]) == (key_name, key_id):
                    signs = verifies(public, content[4:], text)
                    if signs and counts:
                        return tree
                    named, by_withdrawn = True, by_withdrawn or signs
    raise unsigned("checkpoint", named=named, by_withdrawn=by_withdrawn)


def unsigned(what: str, *, named: bool, by_withdrawn: bool) -> NotProved:
    """Why nothing vouches for something."""
    if by_withdrawn:
        said = f"the key that signed the {what} was withdrawn: somebody else may have had it, and what it signed counts"
        return NotProved(f"{said} no more", Flaw.WITHDRAWN_KEY)
    if named:
        return NotProved(f"the {what} is signed by none of the keys as it is: it was changed", Flaw.CHANGED)
    return NotProved(f"the {what} is signed by none of the keys", Flaw.UNKNOWN_KEY)


def tree_of(text: str) -> Tree:
    origin, size, root, *_ = [*text.split("\n"), "", "", ""]
    if NUMBER.fullmatch(size) is None:
        raise NotProved("this is no checkpoint")
    return Tree(origin, int(size), decoded(root))


def verifier(written: str) -> tuple[str, bytes, Ed25519PublicKey]:
    """A verifier's key: its name, its id, and the key."""
    name, _, rest = written.strip().partition("+")
    digits, _, encoded = rest.partition("+")
    known = verifier_of(name, decoded(encoded))
    if known[1].hex() != digits:
        raise NotProved("a verifier's key is written name+id+base64, and is of Ed25519")
    return known


def verifier_of(name: str, content: bytes) -> tuple[str, bytes, Ed25519PublicKey]:
    if len(content) != 33 or content[0] != ED25519:
        raise NotProved("a verifier's key is written name+id+base64, and is of Ed25519")
    key_id = hashlib.sha256(name.encode() + b"\n" + content).digest()[:4]
    return name, key_id, Ed25519PublicKey.from_public_bytes(content[1:])


def check_receipt(receipt: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a receipt says, a JWS, once a key of the set has verified it. Raises `NotProved`."""
    parts = receipt.strip().split(".")
    if len(parts) != 3:
        raise NotProved("this is no receipt")
    protected, content, signature = parts
    try:
        header, said = json.loads(decoded_url(protected)), json.loads(decoded_url(content))
    except ValueError:
        raise NotProved("this is no receipt") from None
    if not isinstance(header, dict) or not isinstance(said, dict) or header.get("alg") not in ALGORITHMS:
        raise NotProved("this is no receipt")
    named = by_withdrawn = False
    for name in ("keys", "withdrawn"):
        for key in keys.get(name) or ():
            if key.get("kid") == header.get("kid") and key.get("crv") == "Ed25519":
                public = Ed25519PublicKey.from_public_bytes(decoded_url(key["x"]))
                signs = verifies(public, decoded_url(signature), f"{protected}.{content}")
                if signs and name == "keys":
                    return said
                named, by_withdrawn = True, by_withdrawn or signs
    raise unsigned("receipt", named=named, by_withdrawn=by_withdrawn)


def verifies(public: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        public.verify(signature, text.encode("utf-8", "surrogatepass"))
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
        if BASE64URL.fullmatch(encoded) is None:
            raise ValueError(encoded)
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except (binascii.Error, ValueError):
        raise NotProved("this is no base64") from None
