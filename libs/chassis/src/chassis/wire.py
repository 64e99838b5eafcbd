"""Messages as bytes and back: protobuf between our own processes, proto3 JSON for people and partners."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, cast
from urllib.parse import quote, urlencode

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.timestamp_pb2 import Timestamp
from yima.common.v1.types_pb2 import Money

from chassis import bounds, moments, untrusted_json
from chassis.refusals import Invalid

PROTOBUF = "application/x-protobuf"
JSON = "application/json"
NESTING_MAX = 20
VARINTS_KEPT = 4_096  # lengths come again and again
LENGTH_DELIMITED = 2  # how protobuf marks a field whose length comes first
REASON_LENGTH_MAX = 300
ADDRESS_BYTES_MAX = 60_000  # HTTP clients and servers send and take a little more
INTEGER = re.compile(r"-?[0-9]{1,20}")
INTEGERS = frozenset(
    {
        *(FieldDescriptor.CPPTYPE_INT32, FieldDescriptor.CPPTYPE_INT64),
        *(FieldDescriptor.CPPTYPE_UINT32, FieldDescriptor.CPPTYPE_UINT64),
    }
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def decode[M: Message](kind: type[M], body: bytes, media_type: str) -> M:
    """The message in `body`. Anything that is not exactly one is refused, naming the field where there is one."""
    if media_type.startswith(PROTOBUF):
        try:
            return kind.FromString(body)
        except DecodeError:
            raise Invalid("", f"the body is not a {kind.DESCRIPTOR.full_name} in protobuf") from None
    message = kind()
    if body:
        parse_json(body, message)
    return message


def parse_json(body: bytes, message: Message) -> None:
    """Merge JSON into `message`; unknown fields, duplicate keys and wrong types are refused by name."""
    if not body.lstrip().startswith(b"{"):
        raise Invalid("", "the body must be a JSON object")
    try:
        tree = untrusted_json.loads(body, depth_max=NESTING_MAX)
    except untrusted_json.Unreadable as fault:
        raise Invalid(fault.path, fault.reason if fault.path else f"the body {fault.reason}") from None
    _check_scalars(tree, message.DESCRIPTOR, "")
    try:
        json_format.ParseDict(tree, message, max_recursion_depth=NESTING_MAX)
    except (json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(*_explain(str(error))) from None


def _check_scalars(tree: object, kind: Any, at: str) -> None:
    """Refuse numbers and moments in forms that only Python reads: `１`, `1_000`, `+5`, `２０２６-05-01T…`."""
    if not isinstance(tree, dict):
        return
    fields = _read_by_form(kind)
    for name, value in tree.items():
        if value is None or (value_field := fields.get(name)) is None:
            continue
        field, below = value_field
        values = value if field.is_repeated and isinstance(value, list) else [value]
        for index, held in enumerate(values):
            path = f"{at}{field.name}[{index}]" if field.is_repeated else f"{at}{field.name}"
            if below is None:
                if isinstance(held, str) and not INTEGER.fullmatch(held):
                    raise Invalid(path, "must be a whole number, in digits 0 to 9")
            elif below.full_name == Timestamp.DESCRIPTOR.full_name:
                if isinstance(held, str):
                    moments.parse(held, path)
            else:
                _check_scalars(held, below, f"{path}.")


@cache
def _read_by_form(kind: Any) -> Mapping[str, tuple[Any, Any]]:
    """The fields of a message, by both their names, that are numbers, moments, or have such below them; and what is."""
    properties: dict[str, tuple[Any, Any]] = {}
    for field in kind.fields:
        below = field.message_type
        if field.cpp_type in INTEGERS or (below is not None and not below.GetOptions().map_entry):
            properties[field.name] = properties[field.camelcase_name] = (field, below)
    return properties


def _explain(text: str) -> tuple[str, str]:
    """Field and reason from what json_format says, without the package names that mean nothing to a caller."""
    if unknown := re.search(r'has no field named "([^"]*)"', text):
        return unknown[1][:REASON_LENGTH_MAX], "is not a field of this request"
    if failed := re.search(r"Failed to parse (\w+) field: (.*)", text, re.DOTALL):
        return failed[1], failed[2].strip().rstrip(".")[:REASON_LENGTH_MAX]
    return "", f"the body is not the JSON expected here: {text}"[:REASON_LENGTH_MAX]


@dataclass(frozen=True, slots=True)
class Encoded[M: Message]:
    """An answer that was put together of encoded parts. Our own processes are sent it as it is."""

    kind: type[M]
    body: bytes

    def message(self) -> M:
        """The message that it is."""
        return self.kind.FromString(self.body)


def part(number: int, content: bytes) -> bytes:
    """A message, or a text, as the field of this number of the message that it is a part of."""
    return varint(number << 3 | LENGTH_DELIMITED) + varint(len(content)) + content


@lru_cache(VARINTS_KEPT)
def varint(value: int) -> bytes:
    """A number as protobuf writes it: seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def encode(answer: Message | Encoded[Any], media_type: str) -> tuple[bytes, str]:
    """The answer in the form the caller accepts, and that form's media type."""
    if PROTOBUF in media_type:
        return answer.body if isinstance(answer, Encoded) else answer.SerializeToString(), PROTOBUF
    message = answer.message() if isinstance(answer, Encoded) else answer
    text = json_format.MessageToJson(message, indent=None, always_print_fields_with_no_presence=True)
    return text.encode(), JSON


def fill_path(template: str, request: Message) -> tuple[str, set[str]]:
    """The URL path with the request's fields in place of `{names}`, and those names.

    Raises `Invalid` where a value would lead to another route: an empty one, a step up, or one of several segments,
    since servers read `%2F` as `/`.
    """
    names = set(re.findall(r"{(\w+)}", template))
    values = {name: str(getattr(request, name)) for name in names}
    for name, value in values.items():
        if value in ("", ".", ".."):
            raise Invalid(name, "must not be empty" if not value else "is not a value of this field")
        if "/" in value:
            raise Invalid(name, "must not have a slash")
    return template.format(**{name: quote(value, safe="") for name, value in values.items()}), names


def check_address(path: str, query: str, request: Message, in_path: Iterable[str] = ()) -> None:
    """Refuse a request whose address no server would take, naming the field that makes it long."""
    if len(path) + len(query) <= ADDRESS_BYTES_MAX:
        return
    lengths = Counter({name: len(quote(str(getattr(request, name)))) for name in in_path})
    for name, value in query_pairs(request, in_path) if query else ():
        lengths[name] += len(urlencode([(name, value)]))
    longest, length = lengths.most_common(1)[0]
    raise Invalid(longest, f"is too long to be asked for: {length} bytes in an address of {ADDRESS_BYTES_MAX} at most")


def to_query(request: Message, leave_out: Iterable[str] = ()) -> str:
    """A request's set fields as a query string; nested fields are dotted, repeated ones repeated."""
    return urlencode(query_pairs(request, leave_out))


def query_pairs(request: Message, leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The names and values of `to_query`."""
    pairs: list[tuple[str, str]] = []

    def walk(message: Message, prefix: str, skip: Iterable[str]) -> None:
        for field, value in message.ListFields():
            name = prefix + field.name
            if field.name in skip:
                continue
            if field.message_type is not None and field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
                pairs.append((name, value.ToJsonString()))
            elif field.message_type is not None:
                walk(value, f"{name}.", ())
            else:
                pairs.extend((name, str(item)) for item in (value if field.is_repeated else [value]))

    walk(request, "", leave_out)
    return pairs


def from_query(request: Message, pairs: Iterable[tuple[str, str]]) -> None:
    """Put the query's values into `request`; a name it does not have, or a value of the wrong kind, is refused."""
    for name, value in pairs:
        target = request
        *outer, last = name.split(".")
        for step in outer:
            field = _field(target, step, name)
            if field.message_type is None or field.is_repeated:
                raise Invalid(name, "is not a field of this request")
            target = getattr(target, field.name)
        put(target, _field(target, last, name), value, name)


def put_named(message: Message, name: str, text: str) -> None:
    """Set the field of this name from its text, as it stands in a path."""
    put(message, _field(message, name, name), text, name)


def _field(message: Message, step: str, name: str) -> FieldDescriptor:
    descriptor = message.DESCRIPTOR
    field = descriptor.fields_by_name.get(step) or descriptor.fields_by_camelcase_name.get(step)
    if field is None:
        raise Invalid(name, "is not a field of this request")
    return cast(FieldDescriptor, field)  # the C implementation's, of the same shape


def put(message: Message, field: FieldDescriptor, text: str, name: str) -> None:
    """Set one field of `message` from its text."""
    value: object
    try:
        if field.message_type is not None:
            if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
                moments.parse(text, name)
            getattr(message, field.name).FromJsonString(text)
            return
        if field.enum_type is not None:
            known = field.enum_type.values_by_name.get(text)
            value = known.number if known else _integer(text)
        elif field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
            value = {"true": True, "false": False, "True": True, "False": False}[text]
        elif field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
            value = text
        else:
            value = _integer(text)
        if field.is_repeated:
            items = getattr(message, field.name)
            bounds.check_count(range(len(items) + 1), name)
            items.append(value)
        else:
            setattr(message, field.name, value)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid(name, f"{text[:REASON_LENGTH_MAX]!r} is not a value of this field") from None


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def timestamp(at: datetime | None) -> Timestamp | None:
    """The message for a moment; None stays None, which leaves a field unset."""
    if at is None:
        return None
    stamp = Timestamp()
    put_moment(stamp, at)
    return stamp


def put_moment(stamp: Timestamp, at: datetime | None) -> None:
    """`timestamp`, into a message's own field: nothing is made to be copied there."""
    if at is not None:
        since = at - EPOCH
        stamp.seconds, stamp.nanos = since.days * 86_400 + since.seconds, since.microseconds * 1_000


def put_money(money: Money, currency: str, minor: int) -> None:
    """An amount, into a message's own field."""
    money.currency, money.minor = currency, minor


def moment(stamp: Timestamp) -> datetime:
    """The moment a message carries, in UTC."""
    return stamp.ToDatetime(tzinfo=UTC)
