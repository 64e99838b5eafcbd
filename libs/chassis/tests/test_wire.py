"""Messages over HTTP: strict with people, compact between processes."""

import pytest
from chassis import bounds, wire
from chassis.refusals import Invalid
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st
from yima.catalog.v1.api_pb2 import (
    GetOfferingRequest,
    GetOfferingsRequest,
    ListOfferingsRequest,
    Offering,
    OfferingPage,
)
from yima.common.v1.types_pb2 import PageInfo, PageRequest
from yima.identity.v1.api_pb2 import RegisterResidentRequest
from yima.ordering.v1.api_pb2 import GetOrderRequest
from yima.settlement.v1.api_pb2 import GetPaymentsRequest


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"passwort": "x"}', "passwort"),
        (b'{"login": 5}', "login"),
        (b"{", ""),
        (b"[1]", ""),
        (b"\xff\xfe", ""),
        (b'{"login": "a", "login": "b"}', "login"),
    ],
)
def test_json_that_is_not_the_request_is_refused_naming_the_field(body: bytes, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        wire.decode(RegisterResidentRequest, body, wire.JSON)
    assert refused.value.field == field


def test_bytes_that_are_no_protobuf_are_refused() -> None:
    with pytest.raises(Invalid):
        wire.decode(RegisterResidentRequest, b"\xff\xff\xff", wire.PROTOBUF)


@given(
    st.builds(
        ListOfferingsRequest,
        query=st.text(max_size=20),
        population=st.sampled_from([0, 1, 5]),
        price_minor_max=st.integers(0, 2**40),
        page=st.builds(PageRequest, first=st.integers(0, 100), after=st.text(alphabet="abc=", max_size=8)),
    )
)
def test_a_query_string_carries_a_request_there_and_back(request: ListOfferingsRequest) -> None:
    from urllib.parse import parse_qsl

    read = ListOfferingsRequest()
    wire.from_query(read, parse_qsl(wire.to_query(request), keep_blank_values=True))
    assert read == request or (not request.page.ByteSize() and not read.page.ByteSize())


def test_repeated_values_are_bounded() -> None:
    with pytest.raises(Invalid) as refused:
        wire.from_query(GetPaymentsRequest(), [("order_ids", "x")] * (bounds.ITEMS_MAX + 1))
    assert refused.value.field == "order_ids"


@pytest.mark.parametrize(
    ("name", "value"), [("nothing", "1"), ("page.nothing", "1"), ("page", "1"), ("population", "x")]
)
def test_a_query_with_a_name_or_value_of_no_use_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        wire.from_query(ListOfferingsRequest(), [(name, value)])
    assert refused.value.field == name


def test_a_path_is_filled_with_its_fields_and_nothing_gets_out_of_it() -> None:
    path, names = wire.fill_path("/orders/{order_id}/proofs", GetOrderRequest(order_id="..%2f?x#y"))
    assert path == "/orders/..%252f%3Fx%23y/proofs"
    assert names == {"order_id"}


@pytest.mark.parametrize("value", ["", ".", "..", "/", "../../x", "x/y"])
def test_a_value_that_would_be_another_path_is_refused_by_its_field(value: str) -> None:
    with pytest.raises(Invalid) as refused:
        wire.fill_path("/orders/{order_id}/proofs", GetOrderRequest(order_id=value))
    assert refused.value.field == "order_id"


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (ListOfferingsRequest(query="高" * 9_999), "query"),
        (ListOfferingsRequest(query="x", district="y" * 60_000), "district"),
        (ListOfferingsRequest(page=PageRequest(after="x" * 60_000)), "page.after"),
        (GetOfferingsRequest(offering_ids=["x" * 36] * 2_000), "offering_ids"),
        (GetOfferingRequest(offering_id="x" * 60_001), "offering_id"),
    ],
)
def test_an_address_that_nobody_would_take_is_refused_by_the_field_that_makes_it_long(
    message: Message, field: str
) -> None:
    template = "/offerings/{offering_id}" if field == "offering_id" else "/offerings"
    path, in_path = wire.fill_path(template, message)
    with pytest.raises(Invalid) as refused:
        wire.check_address(path, wire.to_query(message, in_path), message, in_path)
    assert refused.value.field == field


def test_an_address_of_many_ids_is_taken() -> None:
    request = GetOfferingsRequest(offering_ids=["x" * 36] * 1_000)
    wire.check_address("/offerings", wire.to_query(request), request)


def test_an_answer_that_is_put_together_of_parts_is_the_same_message_in_either_form() -> None:
    offering = Offering(id="0" * 300, site_ids=["a", "b"])
    parts = wire.part(OfferingPage.OFFERINGS_FIELD_NUMBER, offering.SerializeToString())
    encoded = wire.Encoded(OfferingPage, parts + OfferingPage(page=PageInfo(has_next=True)).SerializeToString())
    whole = OfferingPage(offerings=[offering], page=PageInfo(has_next=True))
    assert encoded.message() == whole
    for form in (wire.PROTOBUF, wire.JSON):
        assert wire.encode(encoded, form) == wire.encode(whole, form)
