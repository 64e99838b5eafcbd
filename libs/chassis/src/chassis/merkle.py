"""Merkle trees over a list that only grows (RFC 6962): their hashes, and which of them make a root or a proof.

Leaves are numbered from 0. A node of height h at i covers the leaves from i * 2^h on, 2^h of them. Every hash that is
asked for here is that of a range of leaves; a range is made of whole nodes, so that whoever keeps nodes of some heights
can answer for any tree that there has been, and no root or path has to be kept.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

EMPTY = hashlib.sha256(b"").digest()  # the root of the tree without leaves


class Node(NamedTuple):
    """A whole subtree."""

    height: int
    number: int  # among the subtrees of its height, from the left


class Range(NamedTuple):
    """The leaves from `start` on, up to `end`, which is not among them."""

    start: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Where a tree of this size, at least 2, divides: the largest power of two below it."""
    return 1 << ((size - 1).bit_length() - 1)


def nodes_of(leaves: Range) -> Iterator[Node]:
    """The whole nodes that a range is made of, from the left. The range starts where a subtree of its size may."""
    start = leaves.start
    while start < leaves.end:
        height = (leaves.end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield Node(height, start >> height)
        start += 1 << height


def hash_of(leaves: Range, hashes: Mapping[Node, bytes]) -> bytes:
    """A range's hash, of those of its nodes."""
    if leaves.start == leaves.end:
        return EMPTY
    *left, last = [hashes[node] for node in nodes_of(leaves)]
    for digest in reversed(left):
        last = node_hash(digest, last)
    return last


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^k hashes that stand beside each other."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[index], hashes[index + 1]) for index in range(0, len(hashes), 2)]
    return hashes[0]


def inclusion_path(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that the leaf at `index` is in the tree of this size, from the leaf up."""
    path: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(Range(middle, end))
            end = middle
        else:
            path.append(Range(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of size `old`, at least 1, is the beginning of the tree of `size`."""
    path: list[Range] = []
    start, end, whole = 0, size, True  # whole: what is left of the old tree has been a root of its own
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(Range(middle, end))
            end = middle
        else:
            path.append(Range(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(Range(start, end))
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root of the tree of this size in which a leaf's hash stands at `index`; None where the path does not fit."""
    ranges = inclusion_path(index, size) if 0 <= index < size else []
    if not 0 <= index < size or len(path) != len(ranges):
        return None
    root = leaf
    for beside, digest in zip(ranges, path, strict=True):
        root = node_hash(digest, root) if beside.start < index else node_hash(root, digest)
    return root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Does the path prove that the tree of `old` leaves is the beginning of the one of `size` leaves?"""
    if old == 0:
        return not path and old_root == EMPTY
    if old == size:
        return not path and old_root == root
    if not 0 < old < size:
        return False
    ranges = consistency_path(old, size)
    if len(path) != len(ranges):
        return False
    first, *rest = zip(ranges, path, strict=True)
    if first[0].end == old:  # what is left of the old tree begins the path
        before = after = first[1]
    else:  # the old tree is a whole subtree: its own root begins
        rest = [first, *rest]
        before = after = old_root
    for beside, digest in rest:
        if beside.end <= old:
            before = node_hash(digest, before)
            after = node_hash(digest, after)
        else:
            after = node_hash(after, digest)
    return before == old_root and after == root
