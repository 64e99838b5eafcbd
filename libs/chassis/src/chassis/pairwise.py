"""What partners see in the place of what would tell two of them that they serve the same resident.

Inside, a resident has one id. A partner's people and systems see another, made of it and of the partner's id with a
secret of the city: the same for one partner always, and of no use to any other. So it is with the ids of what a
resident has with several partners (`PAIRWISE`). Places in lists and feeds are sealed for it, since the next place may
be another partner's. Nothing is stored: what a partner sends is deciphered. A resident's own id, another partner's, and
one that somebody made up decipher to one that nobody has.

This is done to messages on their way between the gateway and the services, by the contracts' fields (`kind_of_id`,
`partner_view`), so that no field of the schema can be forgotten. Why, and what it does not hide: docs/adr/0617.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from itertools import pairwise
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from yima.common.v1 import views_pb2
from yima.common.v1.route_pb2 import Role

from chassis import moments
from chassis.auth import Principal
from chassis.ids import Kind, kind_of_id, parse_id
from chassis.refusals import Invalid
from chassis.settings import SettingUnfit

PARTNERS = frozenset({Role.ROLE_PARTNER, Role.ROLE_PRACTITIONER})
# A resident, what they put into one basket of several partners, their rule for scans anywhere, what others read too.
PAIRWISE = frozenset({Kind.RESIDENT, Kind.CHECKOUT, Kind.VISIT_RULE, Kind.RECORD, Kind.READING_FLAG})
VARIABLE = "YIMA_PAIRWISE_SECRETS"
SECRET_LENGTH_MIN = 32
SEALED = "p."  # what is sealed begins so: no cursor of a service's does
VIEWS_MAX = 5_000
RECORD_NAMES = re.compile("rec-([0-9a-f]{32})")  # as a FHIR resource refers to another institution's


@dataclass(frozen=True, slots=True)
class Secret:
    """What ids are enciphered with, for partners that registered from a moment on."""

    text: str
    since: datetime


class Pairwise:
    """The city's secrets, and what each partner sees by them."""

    def __init__(self, secrets: Sequence[Secret]) -> None:
        self._secrets = secrets
        self._views: dict[str, PartnerView] = {}

    @staticmethod
    def of(written: str) -> "Pairwise":
        """The secrets of a setting: the first, and after commas each later one as `secret@moment`. Raises
        `SettingUnfit`."""
        secrets = [secret_of(part.strip()) for part in written.split(",")]
        if secrets[0].since != BEGINNING:
            raise SettingUnfit(f"{VARIABLE}: the first secret is for all who registered before, and has no moment")
        for earlier, later in pairwise(secrets):
            if later.since <= earlier.since:
                raise SettingUnfit(f"{VARIABLE}: each secret after the first says from when on; the latest comes last")
        return Pairwise(secrets)

    def view_of(self, principal: Principal) -> "PartnerView | None":
        """What the caller sees, if it is a partner's person or system; None for everybody else, who see ids as they
        are."""
        return self.of_partner(principal.partner_id) if principal.role in PARTNERS else None

    def of_partner(self, partner_id: str) -> "PartnerView":
        """What a partner sees. It goes by the secret there was when the partner registered, for ever: its ids stay."""
        view = self._views.get(partner_id)
        if view is None:
            if len(self._views) >= VIEWS_MAX:
                self._views.clear()
            since = registered_at(partner_id)
            secret = [secret for secret in self._secrets if secret.since <= since][-1]
            view = self._views[partner_id] = PartnerView(partner_id, secret.text.encode())
        return view


BEGINNING = datetime.fromtimestamp(0, UTC)


def secret_of(written: str) -> Secret:
    text, separator, since = written.partition("@")
    if len(text) < SECRET_LENGTH_MIN:
        raise SettingUnfit(
            f"{VARIABLE}: each secret has at least {SECRET_LENGTH_MIN} characters, none of them @ or a comma"
        )
    try:
        return Secret(text, moments.parse(since, "") if separator else BEGINNING)
    except Invalid as refused:
        raise SettingUnfit(f"{VARIABLE}: what stands after @ {refused.detail}") from None


def registered_at(partner_id: str) -> datetime:
    """When a partner registered: its id says so (UUIDv7, RFC 9562)."""
    number = UUID(partner_id)
    if number.version != 7:
        return BEGINNING
    return datetime.fromtimestamp((number.int >> 80) / 1000, UTC)


class PartnerView:
    """What one partner sees and sends."""

    def __init__(self, partner_id: str, secret: bytes) -> None:
        def derived(purpose: str) -> bytes:
            length = 64 if purpose == "texts" else 32
            return HKDF(hashes.SHA256(), length, None, f"pairwise {purpose} {partner_id}".encode()).derive(secret)

        # Of one block, each of which is another id: a permutation of all ids, and nothing that modes are for.
        self._blocks = {kind: Cipher(AES256(derived(kind)), ECB()) for kind in PAIRWISE}  # noqa: S305
        self._encrypt = {kind: cipher.encryptor().update for kind, cipher in self._blocks.items()}
        self._decrypt = {kind: cipher.decryptor().update for kind, cipher in self._blocks.items()}
        self._texts = AESSIV(derived("texts"))

    def id_of(self, kind: Kind, internal_id: str) -> str:
        """The partner's id of a thing."""
        return permuted(self._encrypt[kind], kind, internal_id)

    def internal_id(self, kind: Kind, pairwise_id: str) -> str:
        """The services' id of a thing by the partner's."""
        return permuted(self._decrypt[kind], kind, pairwise_id)

    def seal(self, text: str) -> str:
        """A text that says nothing to the partner, which it may give back."""
        if not text:
            return text
        return SEALED + base64.urlsafe_b64encode(self._texts.encrypt(text.encode(), None)).rstrip(b"=").decode()

    def unseal(self, text: str, field: str) -> str:
        """The text that was sealed for this partner. What is not sealed is left as it is, for whoever asked for it to
        refuse; what is, and not for this partner, raises an `Invalid` that names `field`."""
        if not text.startswith(SEALED):
            return text
        try:
            sealed = base64.urlsafe_b64decode(text.removeprefix(SEALED) + "==")
            return self._texts.decrypt(sealed, None).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise Invalid(field, "was not given to your institution, or not so") from None

    def inward[M: Message](self, request: M) -> M:
        """The request as services understand it, with the ids that it means."""
        if not fields_of(request.DESCRIPTOR).any:
            return request
        translated = type(request)()
        translated.CopyFrom(request)
        self._change(translated, self.internal_id, lambda field, text: self.unseal(text, field))
        known_as, internal_id = named_in(request), named_in(translated)
        if known_as and internal_id:
            # The resident's own id means somebody else in what a partner sends, in a text as everywhere.
            self._rename(translated, [known_as, internal_id], partial(self.internal_id, Kind.RESIDENT))
        return translated

    def outward(self, request: Message, answer: Message) -> None:
        """Change an answer to what the partner may see."""
        if fields_of(answer.DESCRIPTOR).any:
            self._change(answer, self.id_of, lambda _, text: self.seal(text), withhold=True)
            if internal_id := named_in(request):
                self._rename(answer, [internal_id], partial(self.id_of, Kind.RESIDENT))

    def _change(
        self,
        message: Message,
        id_of: Callable[[Kind, str], str],
        text_of: Callable[[str, str], str],
        withhold: bool = False,
        at: str = "",
    ) -> None:
        """Change the ids in a message, and what is sealed in it, which `text_of` gets after its field's path."""
        fields = fields_of(message.DESCRIPTOR)
        for field, kind in fields.ids:
            replace(message, field, partial(id_of, kind))
        for field in fields.sealed:
            replace(message, field, partial(text_of, f"{at}{field.name}"))
        for field in fields.texts:
            replace(message, field, partial(RECORD_NAMES.sub, lambda match: f"rec-{hex_of(id_of, match[1])}"))
        if withhold:
            for field in fields.withheld:
                message.ClearField(field.name)
        for field, part in parts(message, fields):
            self._change(part, id_of, text_of, withhold, f"{at}{field.name}.")

    def _rename(self, message: Message, ids: Sequence[UUID], id_of: Callable[[str], str]) -> None:
        """Write other ids in the place of these in texts that name a resident, in whichever form they are there."""
        fields = fields_of(message.DESCRIPTOR)
        if fields.texts:
            spelled = re.compile("|".join(f"{each}|{each.hex}" for each in ids), re.IGNORECASE)

            def rename(match: re.Match[str]) -> str:
                return id_of(match[0]) if "-" in match[0] else UUID(id_of(match[0])).hex

            for field in fields.texts:
                replace(message, field, partial(spelled.sub, rename))
        for _, part in parts(message, fields):
            self._rename(part, ids, id_of)


def hex_of(id_of: Callable[[Kind, str], str], record_id: str) -> str:
    return UUID(id_of(Kind.RECORD, record_id)).hex


def named_in(request: Message) -> UUID | None:
    """The resident whom a request names, if it names one."""
    try:
        return UUID(str(getattr(request, "resident_id", "")))
    except ValueError:
        return None


def permuted(cipher: Callable[[bytes], bytes], kind: Kind, written: str) -> str:
    """The id that another becomes. What is none is left as it is, for whoever asked for it to refuse."""
    try:
        return str(UUID(bytes=cipher(parse_id(written, "id", kind).bytes)))
    except Invalid:
        return written


@dataclass(frozen=True, slots=True)
class Fields:
    """Which fields of a message partners see otherwise, and which hold messages that have some."""

    ids: Sequence[tuple[FieldDescriptor, Kind]]
    sealed: Sequence[FieldDescriptor]
    withheld: Sequence[FieldDescriptor]
    texts: Sequence[FieldDescriptor]
    within: Sequence[FieldDescriptor]

    @property
    def any(self) -> bool:
        return bool(self.ids or self.sealed or self.withheld or self.texts or self.within)


@cache
def fields_of(message: Descriptor) -> Fields:
    viewed = {
        view: [field for field in message.fields if view_of(field) == view] for view in views_pb2.PartnerView.values()
    }
    return Fields(
        ids=[(field, kind) for field in message.fields if (kind := kind_of_id(field)) in PAIRWISE],
        sealed=viewed[views_pb2.PARTNER_VIEW_SEALED],
        withheld=viewed[views_pb2.PARTNER_VIEW_WITHHELD],
        texts=viewed[views_pb2.PARTNER_VIEW_NAMES_RESIDENT],
        within=[field for field in message.fields if differs_within(field, frozenset({message.full_name}))],
    )


def view_of(field: FieldDescriptor) -> int:
    options: Any = field.GetOptions()  # the stubs know no options
    return int(options.Extensions[views_pb2.partner_view])


def differs_within(field: FieldDescriptor, above: frozenset[str]) -> bool:
    """Does a partner see anything otherwise in the messages of this field?"""
    inside = field.message_type
    if inside is None or inside.GetOptions().map_entry or inside.full_name in above:
        return False
    return any(
        kind_of_id(each) in PAIRWISE or view_of(each) or differs_within(each, above | {inside.full_name})
        for each in inside.fields
    )


def replace(message: Message, field: FieldDescriptor, change: Callable[[str], str]) -> None:
    """Change every text of a field that holds one."""
    value: Any = getattr(message, field.name)
    if field.is_repeated:
        value[:] = [change(text) if text else text for text in value]
    elif value:
        setattr(message, field.name, change(value))


def parts(message: Message, fields: Fields) -> Iterator[tuple[FieldDescriptor, Message]]:
    """The messages within a message that have such fields, and the field each is in."""
    for field in fields.within:
        if field.is_repeated:
            yield from ((field, part) for part in getattr(message, field.name))
        elif message.HasField(field.name):
            yield field, getattr(message, field.name)
