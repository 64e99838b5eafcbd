"""Identifiers: UUIDv7 (RFC 9562), so that they sort by the time they were made."""

from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.refusals import Invalid

new_id = uuid7


def parse_id(text: str, field: str) -> UUID:
    """The id in `text`, or an `Invalid` that names `field`."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(field, "must be a UUID") from None
