"""Passwords hashed as cheaply as argon2id can, for tests of anything but that cost."""

from collections.abc import Callable

from argon2 import PasswordHasher
from identity import hashing
from identity.commands import passwords

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
UNKNOWN_HASH = HASHER.hash("nobody")


def use(set_attribute: Callable[[object, str, object], None] = setattr) -> None:
    """Hash so from now on; what was hashed otherwise is verified nevertheless."""
    set_attribute(hashing, "HASHER", HASHER)
    set_attribute(hashing, "UNKNOWN_HASH", UNKNOWN_HASH)
    set_attribute(passwords, "UNKNOWN_HASH", UNKNOWN_HASH)
