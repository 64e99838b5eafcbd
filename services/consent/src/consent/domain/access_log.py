"""The access log's chain of hashes."""

import hashlib

GENESIS = bytes(32)  # before the first entry


def chained(previous: bytes, entry: bytes) -> bytes:
    """An access-log entry's hash: SHA-256 over the one before it and the entry's canonical bytes."""
    return hashlib.sha256(previous + entry).digest()
