"""What things are called at the FHIR origin: ids that say of what they are.

FHIR's ids have no underscore, so `res_01…` is `res-01…` there. A resident is `Patient/res-…` and an institution
`Organization/par-…` to everybody. A resource has the id that its institution gave it to that institution's own people
and systems, and `rec-…` to everybody else: two institutions may call different things the same.

The gateway enciphers each `res-…` and `rec-…` for partners (docs/adr/0623); so no institution may give such an id
itself.
"""

import re
from uuid import UUID

from chassis.ids import Kind, parse_id
from chassis.refusals import Invalid

RESERVED = re.compile(r"(?:res|rec)[-_][0-9a-f]{32}", re.IGNORECASE)
TYPED = re.compile(r"([a-z]{3})-([0-9a-f]{32})")


def name_of(kind: Kind, bare: UUID | str) -> str:
    """The id of a thing at the origin, such as `res-01890a5dac96774bbcceb302099a8057`."""
    return f"{kind}-{str(bare).replace('-', '')}"


def named(kind: Kind, name: str) -> UUID | None:
    """The thing that has this id at the origin; None where it is no such id."""
    typed = TYPED.fullmatch(name)
    if typed is None or typed[1] != kind:
        return None
    return UUID(typed[2])


def resident_named(text: str, field: str) -> UUID:
    """The resident whom `res-…`, `res_…` or a UUID names, with `Patient/` before it or not."""
    name = text.removeprefix("Patient/")
    try:
        return named(Kind.RESIDENT, name) or parse_id(name, field, Kind.RESIDENT)
    except Invalid:
        raise Invalid(field, "must be a resident's id, such as Patient/res-…") from None
