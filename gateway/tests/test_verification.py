"""The page `/verify` and `yima audit verify` say the same of the same files, and it is so: genuine ones hold, and what
was changed, is somebody else's, or was signed by a withdrawn key is called so in each language."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from chassis import notes
from chassis.auth import sign
from chassis.merkle import Range, consistency_path, leaf_hash, node_hash, split
from chassis.notes import ED25519, Checkpoint, VerifierKey
from chassis.signing import RingKey, SigningKeys, jose_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from yima_client.transparency import Flaw, NotProved, verify

NAME = "yima/test/access-log"
PAGE = Path(__file__).parents[1] / "src" / "gateway" / "verification" / "verify.js"
RUN = """
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
require(given.page);
globalThis.YimaVerification.verify(given.files, given.keys).then((found) => {
  const {said, WORDS} = globalThis.YimaVerification;
  const words = Object.fromEntries(Object.keys(WORDS).map((one) => [one, found.map((outcome) => said(outcome, one))]));
  console.log(JSON.stringify({found, words, names: Object.values(WORDS).map((texts) => Object.keys(texts).sort())}));
});
"""


def ring(*withdrawn: Ed25519PrivateKey) -> SigningKeys:
    """A service's keys: a new one that signs, and some that were withdrawn."""
    privates = [(Ed25519PrivateKey.generate(), False), *((private, True) for private in withdrawn)]
    return SigningKeys(
        [
            RingKey(
                f"key-{index}-{id(private)}",
                private,
                jose_key(private, f"key-{index}-{id(private)}"),
                datetime.now(UTC),
                withdrawn=over,
            )
            for index, (private, over) in enumerate(privates)
        ]
    )


CONSENT, IDENTITY, RECORDS, PARTNERS = ring(Ed25519PrivateKey.generate()), ring(), ring(), ring()
STRANGER = ring()
WITHDRAWN = CONSENT._withdrawn[0]
LOG = [str(VerifierKey(NAME, ED25519, CONSENT.cose_signing.public_key()))]
KEYS = {
    "log": LOG,
    "receipts": CONSENT.key_set(),
    "records": RECORDS.key_set(),
    "scans": IDENTITY.key_set(),
    "certificates": PARTNERS.key_set(),
}
DOCUMENT = {"resourceType": "Consent", "provision": {"type": "permit", "purpose": [{"code": "TREAT"}]}, "id": "心"}


def receipt(said: Mapping[str, Any], keys: SigningKeys | RingKey) -> str:
    key = keys if isinstance(keys, RingKey) else keys.signer
    header = {"alg": "EdDSA", "kid": key.kid}
    return jws.serialize_compact(header, orjson.dumps(said), key.jose, algorithms=["EdDSA"])


def note(size: int, root: bytes, *keys: Ed25519PrivateKey) -> str:
    return notes.signed(str(Checkpoint(NAME, size, root)), NAME, keys)


WITNESS = f"\u2014 witness {base64.b64encode(bytes(68)).decode()}\n"
ENTRIES = [f"entry {number}".encode() for number in range(3)]
LEFT = node_hash(leaf_hash(ENTRIES[0]), leaf_hash(ENTRIES[1]))
ROOT = node_hash(LEFT, leaf_hash(ENTRIES[2]))
CHECKPOINT = note(3, ROOT, CONSENT.cose_signing)


def proof(index: int = 2, entry: bytes = ENTRIES[2], path: tuple[bytes, ...] = (LEFT,), **more: Any) -> str:
    fields = {"index": index, "size": 3, "entry": entry.hex(), "path": [each.hex() for each in path]}
    return json.dumps(fields | {"checkpoint": {"note": CHECKPOINT, "size": 3}} | more)


def changed(token: str) -> str:
    """A receipt with other words beneath the same signature."""
    head, content, signature = token.split(".")
    said = orjson.loads(base64.urlsafe_b64decode(content + "=="))
    other = base64.urlsafe_b64encode(orjson.dumps(said | {"purpose": "HRESCH"})).rstrip(b"=").decode()
    return f"{head}.{other}.{signature}"


GRANTED = receipt({"id": "1", "purpose": "TREAT", "resident": "王"}, CONSENT)
SCANNED = sign(IDENTITY.signing, {"use": "scan", "scan_id": "2", "exp": 1})
ACCESS = sign(IDENTITY.signing, {"use": "access", "sub": "2", "exp": 1})
FILES: dict[str, tuple[str, str]] = {
    "a consent's receipt": (GRANTED, "receipt"),
    "with a line's end": (f"  {GRANTED}\n", "receipt"),
    "a scan's receipt": (SCANNED, "receipt"),
    "what is given for an emergency": (receipt({"bloodGroup": "A+"}, RECORDS), "receipt"),
    "the certificate registry": (receipt({"kind": "certificate-registry", "number": 7}, PARTNERS), "receipt"),
    "a checkpoint": (CHECKPOINT, "checkpoint"),
    "a checkpoint with a witness": (CHECKPOINT + WITNESS, "checkpoint"),
    "a proof": (proof(), "entry"),
    "a document": (json.dumps(DOCUMENT, indent=2), "document"),
    "a document's receipt": (receipt(DOCUMENT, CONSENT), "receipt"),
    "a changed document": (json.dumps(DOCUMENT | {"id": "other"}), Flaw.NO_RECEIPT),
    "a changed receipt": (changed(GRANTED), Flaw.CHANGED),
    "a receipt with another's signature": (f"{GRANTED.rpartition('.')[0]}.{'A' * 86}", Flaw.CHANGED),
    "a foreign receipt": (receipt({"id": "1"}, STRANGER), Flaw.UNKNOWN_KEY),
    "a withdrawn key's receipt": (receipt({"id": "1"}, WITHDRAWN), Flaw.WITHDRAWN_KEY),
    "a changed receipt of a withdrawn key": (changed(receipt({"id": "1"}, WITHDRAWN)), Flaw.CHANGED),
    "a token that lets somebody in": (ACCESS, Flaw.UNREADABLE),
    "a receipt without a signature": (GRANTED.rpartition(".")[0], Flaw.UNREADABLE),
    "a receipt of no algorithm": (
        ".".join([base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode(), *GRANTED.split(".")[1:]]),
        Flaw.UNREADABLE,
    ),
    "a changed checkpoint": (CHECKPOINT.replace("\n3\n", "\n2\n"), Flaw.CHANGED),
    "a foreign checkpoint": (note(3, ROOT, STRANGER.cose_signing), Flaw.UNKNOWN_KEY),
    "a withdrawn key's checkpoint": (note(3, ROOT, WITHDRAWN.private), Flaw.WITHDRAWN_KEY),
    "a checkpoint of both": (note(3, ROOT, WITHDRAWN.private, CONSENT.cose_signing), "checkpoint"),
    "a checkpoint of no size": (CHECKPOINT.replace("\n3\n", "\n03\n"), Flaw.UNREADABLE),
    "a proof of another entry": (proof(entry=b"another"), Flaw.NOT_IN_LOG),
    "a proof beyond the log": (proof(index=3), Flaw.NOT_IN_LOG),
    "a proof from before it": (proof(index=-1), Flaw.NOT_IN_LOG),
    "a proof without its path": (proof(path=()), Flaw.NOT_IN_LOG),
    "a proof with a longer path": (proof(path=(LEFT, LEFT)), Flaw.NOT_IN_LOG),
    "a proof with a foreign checkpoint": (
        proof(checkpoint={"note": note(3, ROOT, STRANGER.cose_signing)}),
        Flaw.UNKNOWN_KEY,
    ),
    "a proof without a checkpoint": (proof(checkpoint=None), Flaw.UNREADABLE),
    "a proof with words for digits": (proof(entry=b"").replace('"entry": ""', '"entry": "zz"'), Flaw.UNREADABLE),
    "an empty file": ("", Flaw.UNREADABLE),
    "a page of text": ("Dear resident,\n\nyour consent is kept.", Flaw.UNREADABLE),
    "half a JSON": ('{"index": ', Flaw.UNREADABLE),
    "an empty object": ("{}", Flaw.UNREADABLE),
}


def test_the_command_line_says_of_each_file_what_it_is() -> None:
    outcomes = verify([content for content, _ in FILES.values()], KEYS)
    found = [one.flaw if isinstance(one, NotProved) else one.kind for one in outcomes]
    assert dict(zip(FILES, found, strict=True)) == {name: expected for name, (_, expected) in FILES.items()}


@pytest.fixture(scope="module")
def page() -> Any:
    """What the page's script makes of the files, in a runtime that has what browsers have for signatures."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    given = {"page": str(PAGE), "files": [content for content, _ in FILES.values()], "keys": KEYS}
    ran = subprocess.run(
        [node, "--no-warnings", "-e", RUN], input=json.dumps(given), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_page_says_the_same_as_the_command_line(page: Any) -> None:
    outcomes = verify([content for content, _ in FILES.values()], KEYS)
    for name, one, shown in zip(FILES, outcomes, page["found"], strict=True):
        if isinstance(one, NotProved):
            assert shown == {"flaw": one.flaw}, name
        else:
            expected = {"kind": one.kind, "size": one.size, "position": one.position, "says": one.says}
            assert expected == {"size": 0, "position": 0, "says": None} | shown, name


def test_the_page_says_it_in_words_of_each_language(page: Any) -> None:
    assert len({tuple(names) for names in page["names"]}) == 1, "each language has each text"
    assert {*Flaw} - {Flaw.NOT_THE_SAME_LOG, Flaw.STALE} <= set(page["names"][0])
    for texts in page["words"].values():
        assert all(texts)
        assert not any("{" in text or "undefined" in text for text in texts)
    english = dict(zip(FILES, page["words"]["en"], strict=True))
    assert english["a proof"] == "This entry is in the access log, as its number 3 of 3."
    assert english["a withdrawn key's receipt"].startswith("The key that signed this was withdrawn")


GROW = """
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
require(given.page);
const {grown} = globalThis.YimaVerification;
Promise.all(given.cases.map(([earlier, later, path]) => grown(earlier, later, path, given.keys))).then((found) => {
  console.log(JSON.stringify(found));
});
"""
SIZE_MAX = 9


def root_of(leaves: Range) -> bytes:
    if leaves.end - leaves.start == 1:
        return leaf_hash(f"entry {leaves.start}".encode())
    middle = leaves.start + split(leaves.end - leaves.start)
    return node_hash(root_of(Range(leaves.start, middle)), root_of(Range(middle, leaves.end)))


def grown_cases() -> list[tuple[str, str, list[str], str]]:
    """Two checkpoints, the path from one to the other, and what is so: every pair of sizes, and what is wrong with
    each."""
    trees = {size: note(size, root_of(Range(0, size)), CONSENT.cose_signing) for size in range(1, SIZE_MAX + 1)}
    other = node_hash(root_of(Range(0, 1)), root_of(Range(0, 1)))
    cases = []
    for size, later in trees.items():
        for old in range(1, size + 1):
            path = [root_of(leaves).hex() for leaves in consistency_path(old, size)]
            cases.append((trees[old], later, path, "grown"))
            cases.append((note(old, other, CONSENT.cose_signing), later, path, Flaw.NOT_THE_SAME_LOG))
            cases.append((trees[old], later, [*path, other.hex()], Flaw.NOT_THE_SAME_LOG))
            if old < size:
                cases.append((later, trees[old], path, Flaw.NOT_THE_SAME_LOG))
                cases.append((trees[old], later, path[:-1], Flaw.NOT_THE_SAME_LOG))
    cases.append((trees[3], note(4, root_of(Range(0, 4)), STRANGER.cose_signing), [], Flaw.UNKNOWN_KEY))
    return cases


def test_the_page_knows_a_log_that_grew_from_one_that_was_changed_or_cut_off() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    cases = grown_cases()
    given = {"page": str(PAGE), "cases": [case[:3] for case in cases], "keys": KEYS}
    ran = subprocess.run(
        [node, "--no-warnings", "-e", GROW], input=json.dumps(given), capture_output=True, text=True, check=True
    )
    found = json.loads(ran.stdout)
    assert [one.get("flaw") or one["kind"] for one in found] == [expected for *_, expected in cases]
