"""Every field of every request of every contract holds to what can be stored and read back, by construction."""

import json

import pytest
from chassis import bounds, wire
from chassis.refusals import Invalid
from devstack.contracts import RequestField, is_map, request_fields, services
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

TIMESTAMP = "google.protobuf.Timestamp"
HOSTILE = ["a\0b", "\x1b[31m", "a\x85b", "a\rb", "\x7f"]
EXTREME = [-62135596800, 253402300799, -2208988801, 7258118400, 2**40]  # years 1 and 9999, and a second outside ours


def is_text(field: FieldDescriptor) -> bool:
    if is_map(field):
        return is_text(field.message_type.fields_by_name["value"])  # type: ignore[union-attr] # it is one
    return field.type == FieldDescriptor.TYPE_STRING


def is_moment(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.full_name == TIMESTAMP


def put_text(text: str | int, message: Message, field: FieldDescriptor) -> None:
    if is_map(field):
        getattr(message, field.name)["x"] = text
    elif field.is_repeated:
        getattr(message, field.name).append(text)
    else:
        setattr(message, field.name, text)


def put_moment(seconds: int, message: Message, field: FieldDescriptor) -> None:
    held = getattr(message, field.name)
    (held.add() if field.is_repeated else held).seconds = seconds


def refusal(message: Message) -> str:
    with pytest.raises(Invalid) as refused:
        bounds.check(message)
    return refused.value.field


TEXTS = list(request_fields(is_text))
MOMENTS = list(request_fields(is_moment))
CHOICES = list(request_fields(lambda field: field.enum_type is not None))
LISTS = list(request_fields(lambda field: field.is_repeated))


def test_the_walk_sees_the_contracts() -> None:
    assert {service.name for service in services()} >= {"OrderingApi", "RecordsApi", "SettlementApi", "IdentityApi"}
    assert len(TEXTS) > 150
    assert len(MOMENTS) > 8
    assert len(LISTS) > 25


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_any_request_has_a_control_character(text: str) -> None:
    named = [
        refusal(request_field.request(lambda message, field: put_text(text, message, field))) for request_field in TEXTS
    ]
    assert named == [request_field.name for request_field in TEXTS]


def test_no_text_of_any_request_is_endless() -> None:
    def too_long(request_field: RequestField) -> Message:
        text = "x" * (bounds.longest(request_field.field) + 1)
        return request_field.request(lambda message, field: put_text(text, message, field))

    assert [refusal(too_long(request_field)) for request_field in TEXTS] == [
        request_field.name for request_field in TEXTS
    ]


@pytest.mark.parametrize("number", [-1, 9_999])
def test_no_choice_of_any_request_is_one_that_the_contract_has_not(number: int) -> None:
    """protobuf takes any number for an enumeration's, also from a query's text."""
    named = [
        refusal(request_field.request(lambda message, field: put_text(number, message, field))).partition("[")[0]
        for request_field in CHOICES
    ]
    assert named == [request_field.name.partition("[")[0] for request_field in CHOICES]
    assert len(named) > 20


@pytest.mark.parametrize("seconds", EXTREME)
def test_no_moment_of_any_request_is_one_that_cannot_be_read_back(seconds: int) -> None:
    named = [
        refusal(request_field.request(lambda message, field: put_moment(seconds, message, field)))
        for request_field in MOMENTS
    ]
    assert named == [request_field.name for request_field in MOMENTS]


def test_no_list_or_map_of_any_request_is_endless() -> None:
    for request_field in LISTS:
        field = request_field.field

        def put(message: Message, field: FieldDescriptor) -> None:
            held = getattr(message, field.name)
            for index in range(bounds.most(field) + 1):
                if is_map(field):
                    put_map(held, field, f"x{index}")
                elif field.message_type is not None:
                    held.add()
                else:
                    held.append({FieldDescriptor.TYPE_STRING: "x", FieldDescriptor.TYPE_BYTES: b"x"}.get(field.type, 1))

        assert refusal(request_field.request(put)) == request_field.name.removesuffix("[0]").removesuffix(".x"), (
            field.full_name
        )


def put_map(held: object, field: FieldDescriptor, key: str) -> None:
    value = field.message_type.fields_by_name["value"]  # type: ignore[union-attr] # it is one
    if value.message_type is not None:
        held[key].SetInParent()  # type: ignore[index]
    else:
        held[key] = "x"  # type: ignore[index]


@pytest.mark.parametrize(
    "written",
    [
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "1701-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-05-01", "2026-05-01T08:00:00", "２０２６-05-01T00:00:00Z",
        "infinity", "2026-05-01T24:00:00Z", "2026-05-01T23:59:60Z", "",
    ],
)  # fmt: skip
def test_a_moment_written_in_a_body_or_a_query_is_refused_by_its_name(written: str) -> None:
    for request_field in MOMENTS:
        message = request_field.request(lambda message, field: put_moment(1, message, field))
        body = json_format.MessageToDict(message)
        replaced = replace(body, "1970-01-01T00:00:01Z", written)
        with pytest.raises(Invalid) as refused:
            wire.decode(GetMessageClass(request_field.method.input_type), json.dumps(replaced).encode(), wire.JSON)
        assert refused.value.field == request_field.name
        if not any(step.is_repeated for step in request_field.steps):
            with pytest.raises(Invalid) as refused:
                wire.from_query(GetMessageClass(request_field.method.input_type)(), [(request_field.name, written)])
            assert refused.value.field == request_field.name


def replace(tree: object, old: str, new: str) -> object:
    if isinstance(tree, dict):
        return {key: replace(value, old, new) for key, value in tree.items()}
    if isinstance(tree, list):
        return [replace(value, old, new) for value in tree]
    return new if tree == old else tree


def is_integer(field: FieldDescriptor) -> bool:
    return field.message_type is None and field.cpp_type in wire.INTEGERS


@pytest.mark.parametrize("written", ["１", "²", "1_000", "+5", " 5", "5 ", "1e3", "0x10", "٣", ""])
def test_a_number_in_forms_that_only_a_program_reads_is_refused_by_its_name(written: str) -> None:
    for request_field in request_fields(is_integer):
        name = request_field.name.removesuffix("[0]")
        tree: object = [written] if request_field.field.is_repeated else written
        for step in reversed(request_field.steps):
            if is_map(step):
                break
            tree = {step.name: tree}
            if step.is_repeated and step is not request_field.field:
                tree = {step.name: [tree[step.name]]}
        else:
            with pytest.raises(Invalid) as refused:
                wire.parse_json(json.dumps(tree).encode(), GetMessageClass(request_field.method.input_type)())
            assert refused.value.field == request_field.name
            if not any(step.is_repeated for step in request_field.steps[:-1]):
                with pytest.raises(Invalid) as refused:
                    wire.from_query(GetMessageClass(request_field.method.input_type)(), [(name, written)])
                assert refused.value.field == name
