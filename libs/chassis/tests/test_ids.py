"""One kind of id everywhere: what clients are shown is taken wherever an id is asked for, and so is the bare UUID."""

import importlib
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from chassis.ids import Kind, kind_of_field, make_bare, new_id, parse_id, shown
from chassis.refusals import Invalid
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import given
from hypothesis import strategies as st
from yima.ordering.v1 import api_pb2 as ordering
from yima.services import SERVICES


def requests() -> list[Descriptor]:
    return [
        method.input_type
        for service in SERVICES
        for contract in importlib.import_module(f"yima.{service}.v1.api_pb2").DESCRIPTOR.services_by_name.values()
        for method in contract.methods
    ]


def id_fields(message: Descriptor) -> Iterator[list[str]]:
    """The path to every field of a request that is named as ids are."""
    for field in message.fields:
        if field.type == FieldDescriptor.TYPE_STRING and field.name.endswith(("_id", "_ids")):
            yield [field.name]
        inside = field.message_type
        if inside is not None and inside.full_name.startswith("yima.") and not inside.GetOptions().map_entry:
            yield from ([field.name, *rest] for rest in id_fields(inside))


def holder_of(message: Message, path: list[str]) -> Message:
    """The message at the end of a path, made on the way."""
    for name in path:
        inner = getattr(message, name)
        if message.DESCRIPTOR.fields_by_name[name].is_repeated:
            message = inner.add()
        else:
            inner.SetInParent()
            message = inner
    return message


# Of a kind that the request says elsewhere, or of several; and what was sent to one person alone. Taken bare.
# A client's is an API key's; OAuth has a refusal of its own for it.
OF_NO_ONE_KIND = {
    *("target_id", "subject_id", "registered_id", "reset_id", "code_id", "ceremony_id", "sign_in_id", "client_id"),
    "word_id",  # chosen by ordering for identity, and never shown
}


@pytest.mark.parametrize("request_type", requests(), ids=lambda kind: kind.full_name)
def test_every_id_of_every_request_is_taken_as_clients_see_it(request_type: Descriptor) -> None:
    for *path, name in id_fields(request_type):
        if name in OF_NO_ONE_KIND:
            continue
        kind = kind_of_field(name)
        assert kind is not None, f"{request_type.name}.{name}: chassis.ids knows no kind of this name"
        message, bare = GetMessageClass(request_type)(), uuid4()
        holder = holder_of(message, path)
        if holder.DESCRIPTOR.fields_by_name[name].is_repeated:
            getattr(holder, name).extend([shown(kind, bare), str(bare)])
            make_bare(message)
            assert list(getattr(holder, name)) == [str(bare)] * 2
        else:
            setattr(holder, name, shown(kind, bare))
            make_bare(message)
            assert getattr(holder, name) == str(bare)


@given(st.uuids(), st.sampled_from(Kind), st.booleans())
def test_what_is_shown_reads_back_and_is_never_another_kind(bare: UUID, kind: Kind, upper: bool) -> None:
    digits = bare.hex.upper() if upper else bare.hex
    assert parse_id(f"{kind}_{digits}", "id", kind) == bare
    assert parse_id(str(bare), "id", kind) == bare
    other = Kind.SLOT if kind is not Kind.SLOT else Kind.ORDER
    with pytest.raises(Invalid, match=f"starts with {other}_"):
        parse_id(f"{kind}_{digits}", "id", other)


@given(st.text(max_size=40))
def test_what_is_no_id_is_refused_by_its_field(text: str) -> None:
    for form in (text, f"ord_{text}"):
        try:
            UUID(form.removeprefix("ord_"))
        except ValueError:
            with pytest.raises(Invalid) as refused:
                parse_id(form, "order_id")
            assert refused.value.field == "order_id"


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (
            [{"offering_id": shown(Kind.OFFERING, new_id())}, {"offering_id": shown(Kind.SLOT, new_id())}],
            "lines[1].offering_id",
        ),
        ([{"slot_ids": [str(new_id()), shown(Kind.ORDER, new_id())]}], "lines[0].slot_ids[1]"),
        ([{"slot_ids": ["slt_nonsense"]}], "lines[0].slot_ids[0]"),
    ],
)
def test_an_id_of_another_kind_within_a_request_is_refused_by_its_place(
    lines: list[dict[str, object]], field: str
) -> None:
    request = ordering.PlaceOrderRequest(lines=[ordering.PlaceOrderLine(**line) for line in lines])  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        make_bare(request)
    assert refused.value.field == field
