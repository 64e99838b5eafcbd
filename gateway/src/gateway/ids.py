"""Ids in arguments and inputs of the schema. How they are written is the chassis' (`chassis.ids`)."""

from chassis.ids import Kind, parse_id, shown
from chassis.refusals import Invalid

__all__ = ["Kind", "kind_of", "parse_global_id", "resident_or_caller", "shown"]


def parse_global_id(kind: Kind, client_id: str, field: str) -> str:
    """The service's id for a client's; an id of another kind is refused, naming `field`."""
    return str(parse_id(client_id, field, kind))


def resident_or_caller(resident_id: str | None) -> str:
    """The id of a resident where one is named, e.g. a dependant; empty for the caller, as the contracts have it."""
    return parse_global_id(Kind.RESIDENT, resident_id, "residentId") if resident_id else ""


def kind_of(client_id: str, field: str) -> Kind:
    """What a client's id is of."""
    try:
        return Kind(client_id.partition("_")[0])
    except ValueError:
        raise Invalid(field, "is not an id") from None
