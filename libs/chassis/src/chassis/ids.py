"""Identifiers: UUIDv7 (RFC 9562), so that they sort by the time they were made.

They are of the database driver's kind of UUID, as those are that come from the database: it is made from text, and
written as text, in a tenth of the time.

Clients see them typed and opaque, e.g. `ord_01a20bd0bf3b7502be49a80bb734726c`: the prefix says of what a thing is, so
that an offering's id is never taken for an order's. Whatever asks for an id takes this form and the bare UUID alike:
requests are brought to bare UUIDs before a service sees them (`make_bare`), and what is parsed elsewhere goes through
`parse_id`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from asyncpg.pgproto import pgproto
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from uuid_utils import uuid7

from chassis.refusals import Invalid

PREFIX_LENGTH = 3
KIND_FIELD = re.compile(r"([a-z0-9_]+?)_ids?(\[\d+\])?$")  # the last part of a field's path


class Kind(StrEnum):
    """The prefix of each kind of thing. A field is of the kind whose name it has: `order_id`, `order_ids`."""

    RESIDENT = "res"
    PRACTITIONER = "pra"
    PARTNER = "par"
    ACCOUNT = "acc"
    INVITATION = "ivt"
    PASSKEY = "psk"
    SESSION = "ses"
    PROVIDER_LINK = "lnk"
    CERTIFICATE = "cer"
    DOCUMENT = "doc"
    CONTRACT = "ctr"
    FREEZE = "frz"
    APPEAL = "apl"
    API_KEY = "key"
    BANK_ACCOUNT_CHANGE = "bac"
    OFFERING = "off"
    SLOT = "slt"
    ATTACHMENT = "att"
    ORDER = "ord"
    ORDER_LINE = "lin"
    PRIVATE_OFFER = "pvo"
    PROOF = "prf"
    BOOKING = "bkg"
    SITE = "sit"
    CHECKOUT = "chk"
    REVIEW = "rev"
    COMPLAINT = "cmp"
    SCAN = "scn"
    ALERT = "alr"
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
    MONEY_CASE = "mca"
    STATEMENT = "stm"
    CONSENT_REQUEST = "req"
    CONSENT = "con"
    DECISION = "dec"
    VISIT_RULE = "vru"
    EMERGENCY = "emg"
    LEGAL_BASIS = "lgb"
    PROJECT = "prj"
    RECORD = "rec"
    ERROR_REPORT = "erp"
    SOURCE = "src"
    PATIENT_NUMBER = "pnm"
    PATIENT_LINK = "plk"
    CODE_TABLE = "ctb"
    CODE_MAP = "map"
    UNMAPPED_CODE = "umc"
    QUALITY_FINDING = "fnd"
    QUALITY_REPORT = "qrp"
    QUALITY_REVIEW = "qrv"
    CATALOGUE_ENTRY = "cat"
    TEMPLATE = "tpl"
    RUN = "run"
    DEVICE_MODEL = "dmo"
    DEVICE = "dev"
    ALERT_RULE = "rul"
    READING_FLAG = "flg"
    FOLLOW_UP = "fup"
    GUARDIANSHIP = "gsh"
    GUARDIANSHIP_PROPOSAL = "gpr"
    WEBHOOK_ENDPOINT = "whe"
    WEBHOOK_EVENT = "evt"
    WEBHOOK_DELIVERY = "whd"
    PERSONAL_MESSAGE = "msg"
    PUSH_SUBSCRIPTION = "pus"
    REFUND = "rfd"
    CONFORMANCE_RUN = "cnf"


NAMED_OTHERWISE = {
    "file": Kind.BANK_FILE,
    "case": Kind.MONEY_CASE,
    "owner": Kind.ACCOUNT,
    "invited_by": Kind.ACCOUNT,
    "by": Kind.ACCOUNT,
    "beneficiary": Kind.RESIDENT,
    "guardian": Kind.RESIDENT,
    "dependant": Kind.RESIDENT,
    "proposed_by": Kind.RESIDENT,
    "first_order": Kind.ORDER,
    "newest_order": Kind.ORDER,
    "grantee": Kind.PARTNER,
    "compared_partner": Kind.PARTNER,
    "institution": Kind.PARTNER,
    "report": Kind.QUALITY_REPORT,
    "visit_record": Kind.RECORD,
    "until_personal_message": Kind.PERSONAL_MESSAGE,
}


def new_id() -> UUID:
    """A new id, later than those made before."""
    return pgproto.UUID(uuid7().bytes)


def shown(kind: Kind, bare: UUID | str) -> str:
    """The id that clients see of a thing of this kind."""
    return f"{kind}_{str(bare).replace('-', '')}"


def parse_id(text: str, field: str, kind: Kind | None = None) -> UUID:
    """The id in `text`: a UUID, or what `shown` makes of one. `kind` is the field's own if it is not given. What is
    neither, or an id of another kind, raises an `Invalid` that names `field`."""
    try:
        return pgproto.UUID(text)
    except ValueError:
        kind = kind or kind_of_field(field)
        if kind is None:
            raise Invalid(field, "must be a UUID") from None
    prefix, separator, digits = text.partition("_")
    if prefix == kind and separator:
        try:
            return pgproto.UUID(digits)
        except ValueError:
            pass
    raise Invalid(field, f"must be an id that starts with {kind}_, or its UUID")


@lru_cache
def kind_of_field(field: str) -> Kind | None:
    """Of what an id in this field is, e.g. of an order in `records[0].order_id`."""
    named = KIND_FIELD.fullmatch(field.rpartition(".")[2])
    if named is None:
        return None
    return NAMED_OTHERWISE.get(named[1]) or Kind.__members__.get(named[1].upper())


@cache
def kind_of_id(field: FieldDescriptor) -> Kind | None:
    """Of what an id in this field of a message is. `id` is the message's own: `Order.id` is an order's."""
    if field.type != FieldDescriptor.TYPE_STRING:
        return None
    if field.name == "id" and field.containing_type is not None:
        return kind_of_field(f"{snake(field.containing_type.name)}_id")
    return kind_of_field(field.name)


def snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


@dataclass(frozen=True, slots=True)
class Ids:
    """Where a message has ids: its own fields, and the fields whose messages have some."""

    own: tuple[FieldDescriptor, ...]
    within: tuple[FieldDescriptor, ...]


@cache
def ids_of(message: Descriptor) -> Ids:
    return Ids(
        tuple(field for field in message.fields if is_id(field)),
        tuple(field for field in message.fields if has_ids(field, frozenset({message.full_name}))),
    )


def is_id(field: FieldDescriptor) -> bool:
    return field.type == FieldDescriptor.TYPE_STRING and kind_of_field(field.name) is not None


def has_ids(field: FieldDescriptor, seen: frozenset[str]) -> bool:
    inside = field.message_type
    if inside is None or inside.GetOptions().map_entry or inside.full_name in seen:
        return False
    seen |= {inside.full_name}
    return any(is_id(each) or has_ids(each, seen) for each in inside.fields)


def make_bare(message: Message, at: str = "") -> None:
    """Turn the typed ids of a request into bare UUIDs; one of another kind is refused by its field."""
    ids = ids_of(message.DESCRIPTOR)
    for field in ids.own:
        value: Any = getattr(message, field.name)
        if not field.is_repeated:
            if value[PREFIX_LENGTH : PREFIX_LENGTH + 1] == "_":
                setattr(message, field.name, str(parse_id(value, f"{at}{field.name}")))
            continue
        for index, each in enumerate(value):
            if each[PREFIX_LENGTH : PREFIX_LENGTH + 1] == "_":
                value[index] = str(parse_id(each, f"{at}{field.name}[{index}]"))
    for field in ids.within:
        if field.is_repeated:
            for index, part in enumerate(getattr(message, field.name)):
                make_bare(part, f"{at}{field.name}[{index}].")
        elif message.HasField(field.name):
            make_bare(getattr(message, field.name), f"{at}{field.name}.")
