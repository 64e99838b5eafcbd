"""What the schema shows is what the contracts say: a type that does not agree stops the start."""

import importlib
import re
from pathlib import Path

import pytest
from chassis import pages
from gateway.context import Context
from gateway.descriptions import MEANINGS
from gateway.limits import ATTACHMENT_BYTES_MAX, CODE_FILE_BYTES_MAX, DOCUMENT_BYTES_MAX
from gateway.reading import ContractDiffers, field, reads, shows
from gateway.scalars import DateTime
from gateway.schema import core
from gateway.schema.common import Money
from gateway.schema.inputs import fill, takes
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.passwords import PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN
from ordering.api.booking import WEEKS_MAX
from ordering.api.proofs import RECORDS_MAX
from ordering.commands.cases import MEASURED_OVER
from strawberry import ID
from strawberry.utils.str_converters import to_camel_case
from yima.ordering.v1 import events_pb2 as events
from yima.ordering.v1.enums import OrderStatus
from yima.settlement.v1 import api_pb2 as settlement

import gateway
from gateway import console

SOURCES = Path(gateway.__file__).parent


def test_a_type_that_names_a_field_its_contract_has_not_stops_the_start() -> None:
    with pytest.raises(ContractDiffers, match=r"Placed\.order_number of OrderPlaced: .* no field order_number"):

        @shows(events.OrderPlaced)
        class Placed:
            order_number: str


def test_a_type_that_shows_a_field_as_something_else_stops_the_start() -> None:
    for annotation in (bool, Money, DateTime, OrderStatus, list[str]):
        with pytest.raises(ContractDiffers, match="partner_id"):
            shows(events.OrderPlaced)(type("Placed", (), {"__annotations__": {"partner_id": annotation}}))


def test_an_id_whose_name_does_not_say_of_what_it_is_stops_the_start() -> None:
    with pytest.raises(ContractDiffers, match="give its kind"):

        @shows(events.OrderPlaced)
        class Placed:
            thing: ID = field("payment_method")


def test_a_message_is_shown_as_one_type() -> None:
    with pytest.raises(ContractDiffers, match="is shown as Payment already"):

        @shows(settlement.Payment)
        class Paid:
            failure: str


def test_an_input_that_its_message_cannot_take_stops_the_start() -> None:
    with pytest.raises(ContractDiffers, match=r"Wish\.wish into RefundOrderRequest: .* no field wish"):

        @takes(settlement.RefundOrderRequest)
        class Wish:
            wish: str

    with pytest.raises(ContractDiffers, match="cannot be shown as"):

        @takes(settlement.RefundOrderRequest)
        class Refund:
            reason: int


@takes(settlement.RefundOrderRequest, description="A refund.")
class Refund:
    order_id: ID
    reason: str
    order_line_id: ID | None = None


@given(st.uuids(), st.text(min_size=1))
def test_an_input_fills_its_message_with_bare_ids(order_id: object, reason: str) -> None:
    refund = Refund(order_id=ID(f"ord_{str(order_id).replace('-', '')}"), reason=reason)
    request = fill(settlement.RefundOrderRequest(), refund)
    assert (request.order_id, request.reason, request.order_line_id) == (str(order_id), reason, "")


def test_a_field_that_is_worked_out_reads_its_message() -> None:
    def twice(message: events.OrderExpired, _: Context) -> int:
        return message.version * 2

    @shows(events.OrderExpired, description="Expired.")
    class Expired:
        order_id: ID
        doubled: int = reads(events.OrderExpired, twice)

    message = events.OrderExpired(order_id="018f", version=21)
    shown = {each.name: each for each in Expired.__strawberry_definition__.fields}  # type: ignore[attr-defined]
    assert shown["doubled"].base_resolver.wrapped_func.reads(message, None) == 42
    assert shown["order_id"].base_resolver.wrapped_func.reads(message, None) == "ord_018f"


def test_a_field_worked_out_from_another_message_stops_the_start() -> None:
    with pytest.raises(ContractDiffers, match=r"Accepted\.half is read off OrderExpired, not OrderAccepted"):

        @shows(events.OrderAccepted)
        class Accepted:
            half: int = reads(events.OrderExpired, lambda message, _: message.version // 2)


def test_what_is_said_of_one_field_alone_is_said_beside_it_or_in_its_contract() -> None:
    assert [name for name in MEANINGS if "." in name] == []


def test_no_part_of_the_gateway_is_exempt_from_type_checking() -> None:
    assert [path.name for path in SOURCES.rglob("*.py") if "type: ignore" in path.read_text("utf-8")] == []


def descriptions() -> str:
    """All that the schema says in words."""
    words = []
    for kind in core.type_map.values():
        words.append(kind.description or "")
        if isinstance(kind, GraphQLObjectType):
            words += [argument.description or "" for each in kind.fields.values() for argument in each.args.values()]
        if isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            words += [each.description or "" for each in kind.fields.values()]
        if isinstance(kind, GraphQLEnumType):
            words += [value.description or "" for value in kind.values.values()]
    return "\n".join(words)


@pytest.mark.parametrize(
    ("said", "constants"),
    [
        (r"(\d+) to (\d+) characters, not easily guessed", {(PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX)}),
        (r"up to (\d+); (\d+) if not said", {(pages.FIRST_MAX, pages.FIRST_DEFAULT)}),
        (
            r"at most (\d+) MiB",
            {(most // 1024**2,) for most in (ATTACHMENT_BYTES_MAX, DOCUMENT_BYTES_MAX, CODE_FILE_BYTES_MAX)},
        ),
        (r"up to ([\d,]+) records at once", {(RECORDS_MAX,)}),
        (r"weeks on, up to (\d+)", {(WEEKS_MAX,)}),
        (r"in the last (\d+) days", {(MEASURED_OVER.days,)}),
    ],
)
def test_numbers_in_descriptions_are_those_that_hold(said: str, constants: set[tuple[int, ...]]) -> None:
    numbers = {
        tuple(int(part.replace(",", "")) for part in match.groups()) for match in re.finditer(said, descriptions())
    }
    assert numbers == constants


def test_an_operation_lies_in_the_folder_of_the_module_that_answers_its_first_field() -> None:
    for name, folder in console.subjects().items():
        (operation,) = parse(console.operations()[name]).definitions
        assert isinstance(operation, OperationDefinitionNode)
        field_node = operation.selection_set.selections[0]
        assert isinstance(field_node, FieldNode)
        module = importlib.import_module(f"gateway.schema.{folder}")
        kind = getattr(module, operation.operation.value.capitalize())
        assert kind.__module__ == module.__name__, f"{folder}/{name}: {kind.__name__} is another module's"
        names = {to_camel_case(answered.python_name) for answered in kind.__strawberry_definition__.fields}
        assert field_node.name.value in names, f"{folder}/{name}: {field_node.name.value} is answered elsewhere"
