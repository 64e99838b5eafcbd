"""The client verifies the access log by arithmetic of its own: it agrees with the log, and with nothing changed."""

import json

import pytest
from chassis import merkle, notes
from chassis.merkle import EMPTY, Range, leaf_hash, node_hash
from chassis.notes import ED25519, Checkpoint, VerifierKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from yima_client.transparency import NotProved, Tree, check_consistency, check_inclusion, check_receipt, opened

ENTRIES = [number.to_bytes(2) for number in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NAME = "yima/test/access-log"


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    middle = merkle.split(len(leaves))
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def hashes(ranges: list[Range]) -> list[bytes]:
    return [root_of(LEAVES[leaves.start : leaves.end]) for leaves in ranges]


def tree_of(size: int) -> Tree:
    return Tree(NAME, size, root_of(LEAVES[:size]))


@given(st.integers(1, 300), st.data())
def test_it_believes_what_the_log_proves_and_nothing_else(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    tree, path = tree_of(size), hashes(merkle.inclusion_path(index, size))
    growth = hashes(merkle.consistency_path(old, size))
    check_inclusion(tree, index, ENTRIES[index], path)
    check_consistency(tree_of(old), tree, growth)
    with pytest.raises(NotProved):
        check_inclusion(tree, index, b"another", path)
    with pytest.raises(NotProved):
        check_inclusion(tree, index, ENTRIES[index], [*path, LEAVES[0]])
    with pytest.raises(NotProved):
        check_consistency(Tree(NAME, old, bytes(32)), tree, growth)
    with pytest.raises(NotProved):
        check_consistency(tree_of(old), tree, [*growth, LEAVES[0]])
    for number in range(len(path)):
        with pytest.raises(NotProved):
            check_inclusion(tree, index, ENTRIES[index], [*path[:number], bytes(32), *path[number + 1 :]])
    for number in range(len(growth)):
        with pytest.raises(NotProved):
            check_consistency(tree_of(old), tree, [*growth[:number], bytes(32), *growth[number + 1 :]])


def test_a_log_that_became_shorter_was_cut_off() -> None:
    with pytest.raises(NotProved, match="cut off"):
        check_consistency(tree_of(9), tree_of(8), [])


def test_a_checkpoint_counts_with_a_signature_of_a_named_key() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    note = notes.signed(str(Checkpoint(NAME, 7, bytes(32))), NAME, [key])
    named, stranger = (str(VerifierKey(NAME, ED25519, one.public_key())) for one in (key, other))
    assert opened(note, [stranger, named]) == Tree(NAME, 7, bytes(32))
    for wrong, keys in ((note, [stranger]), (note.replace("\n7\n", "\n8\n"), [named]), ("", [named]), ("x", [named])):
        with pytest.raises(NotProved):
            opened(wrong, keys)


@given(st.text(max_size=80))
def test_what_is_no_receipt_is_refused_as_such(text: str) -> None:
    for written in (text, f"{text}.{text}.{text}"):
        with pytest.raises(NotProved):
            check_receipt(written, json.loads('{"keys": [{"kid": "a", "crv": "Ed25519", "x": "AA"}]}'))
