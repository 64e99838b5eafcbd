"""Cursors: a page goes on where the last one ended, and no text that somebody makes up is anything but a position."""

import base64
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis import moments, pages
from chassis.pages import Keyset, Month
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as st
from yima.common.v1.types_pb2 import PageRequest

ORDERS: list[Keyset[Any]] = [
    pages.BY_ID,
    pages.BY_POSITION,
    pages.keyset(datetime, UUID),
    pages.keyset(Month),
]
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 the zone is beside


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


@given(MOMENTS, st.uuids())
def test_a_cursor_says_exactly_where_its_item_stands(at: datetime, item_id: UUID) -> None:
    order = pages.keyset(datetime, UUID)
    assert order.after(PageRequest(after=order.cursor((at, item_id)))) == (at, item_id)


@given(st.integers(0, 10**18 - 1))
def test_a_position_of_any_size_the_database_has_comes_back(position: int) -> None:
    page = pages.info([position], 1)
    assert pages.after_position(PageRequest(after=page.cursors[0])) == position
    assert not page.has_next


@pytest.mark.parametrize("order", ORDERS)
@given(st.text(max_size=80))
def test_any_text_is_refused_by_its_field_or_is_a_position(order: Keyset[Any], text: str) -> None:
    for after in (text, written(text), written(f"1|{text}"), written(f"1|{text}|{text}")):
        try:
            position = order.after(PageRequest(after=after.encode("utf-8", "replace").decode()))
        except Invalid as refused:
            assert refused.field == "page.after"
            continue
        for value in position or ():
            if isinstance(value, datetime):
                assert moments.FIRST <= value < moments.LAST
            elif isinstance(value, int):
                assert 0 <= value < 2**63


@pytest.mark.parametrize(
    "values",
    [
        "9999-12-31T23:59:59-23:59|{id}", "0001-01-01T00:00:00+23:59|{id}", "infinity|{id}", "2026-01-01|{id}",
        "x|y", "2026-01-01T00:00:00+00:00|{{{id}}}", "２０２６-01-01T00:00:00+00:00|{id}", "²", "１",
        "99999999999999999999", "-1", "1_0", " 1", "1\n", "{id}|{id}|{id}", "{id}\0", "2026-13", "２０26-01", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ORDERS)
def test_forged_values_are_refused(order: Keyset[Any], values: str) -> None:
    with pytest.raises(Invalid) as refused:
        order.after(PageRequest(after=written("1|" + values.format(id=uuid4()))))
    assert refused.value.field == "page.after"


def test_a_cursor_of_another_listing_or_version_is_refused() -> None:
    of_ids = pages.BY_ID.cursor((uuid4(),))
    with pytest.raises(Invalid):
        pages.after_position(PageRequest(after=of_ids))
    with pytest.raises(Invalid):
        pages.after_id(PageRequest(after=written(f"2|{uuid4()}")))
    with pytest.raises(Invalid):
        pages.after_id(PageRequest(after="A" * 100_000))


def test_without_a_cursor_a_listing_begins() -> None:
    assert pages.after_id(PageRequest()) is None


@pytest.mark.parametrize("first", [-1, 101, 2**31 - 1])
def test_a_page_has_its_size(first: int) -> None:
    with pytest.raises(Invalid) as refused:
        pages.size(PageRequest(first=first))
    assert refused.value.field == "page.first"
