"""Identifiers: UUIDv7 (RFC 9562), so that they sort by the time they were made.

They are of the database driver's kind of UUID, as those are that come from the database: it is made from text, and
written as text, in a tenth of the time.
"""

from uuid import UUID

from asyncpg.pgproto import pgproto
from uuid_utils import uuid7

from chassis.refusals import Invalid


def new_id() -> UUID:
    """A new id, later than those made before."""
    return pgproto.UUID(uuid7().bytes)


def parse_id(text: str, field: str) -> UUID:
    """The id in `text`, or an `Invalid` that names `field`."""
    try:
        return pgproto.UUID(text)
    except ValueError:
        raise Invalid(field, "must be a UUID") from None
