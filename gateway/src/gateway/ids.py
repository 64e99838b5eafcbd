"""Ids as clients see them: typed and opaque, e.g. `ord_01a20bd0bf3b7502be49a80bb734726c`.

A service knows only UUIDs. The prefix says of what a thing is, so that `node(id)` finds it and an offering's id is
never taken for an order's.
"""

from enum import StrEnum
from uuid import UUID

from chassis.refusals import Invalid


class Kind(StrEnum):
    """The prefix of each kind of thing."""

    RESIDENT = "res"
    PRACTITIONER = "pra"
    PARTNER = "par"
    ACCOUNT = "acc"
    CERTIFICATE = "cer"
    DOCUMENT = "doc"
    CONTRACT = "ctr"
    API_KEY = "key"
    OFFERING = "off"
    SLOT = "slt"
    ORDER = "ord"
    ORDER_LINE = "lin"
    PROOF = "prf"
    BOOKING = "bkg"
    CHECKOUT = "chk"
    REVIEW = "rev"
    COMPLAINT = "cmp"
    SCAN = "scn"
    PAYMENT = "pay"
    ENTRY = "ent"
    PAYOUT = "pot"
    DISPUTE = "dis"
    INVOICE = "inv"
    BANK_FILE = "bnk"
    BANK_STATEMENT = "bst"
    RECONCILIATION = "rcn"
    BREAK = "brk"
    ADJUSTMENT = "adj"
    EXCHANGE = "exg"
    PROPOSAL = "ppl"
    STATEMENT = "stm"
    CONSENT_REQUEST = "req"
    CONSENT = "con"
    DECISION = "dec"
    RECORD = "rec"


def shown(kind: Kind, service_id: str) -> str:
    """The client's id for a service's."""
    return f"{kind}_{service_id.replace('-', '')}"


def given(kind: Kind, client_id: str, field: str) -> str:
    """The service's id for a client's; an id of another kind is refused, naming `field`."""
    prefix, _, digits = client_id.partition("_")
    if prefix != kind:
        raise Invalid(field, f"must be an id that starts with {kind}_")
    try:
        return str(UUID(hex=digits))
    except ValueError:
        raise Invalid(field, "is not an id") from None


def kind_of(client_id: str, field: str) -> Kind:
    """What a client's id is of."""
    try:
        return Kind(client_id.partition("_")[0])
    except ValueError:
        raise Invalid(field, "is not an id") from None
