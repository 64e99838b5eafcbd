"""Cursors: a page goes on where the last one ended, and no text that somebody makes up is anything but a position."""

import base64
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis import moments, pages
from chassis.pages import Keyset, Month, Part
from chassis.refusals import Invalid
from hypothesis import given
from hypothesis import strategies as st
from yima.common.v1.types_pb2 import PageRequest

ORDERS: list[Keyset[Any]] = [
    pages.BY_ID,
    pages.BY_POSITION,
    pages.keyset(datetime, UUID),
    pages.keyset(Month),
    pages.keyset(date, UUID),
]
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001 the zone is beside


def written(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


@given(MOMENTS, st.uuids(), st.dates())
def test_a_cursor_says_exactly_where_its_item_stands(at: datetime, item_id: UUID, day: date) -> None:
    order = pages.keyset(datetime, UUID)
    cursor = order.cursor((at, item_id))
    assert order.part(PageRequest(after=cursor)).place == (at, item_id)
    assert order.part(PageRequest(before=cursor, last=1)).place == (at, item_id)
    by_day = pages.keyset(date, UUID)
    assert by_day.part(PageRequest(after=by_day.cursor((day, item_id)))).place == (day, item_id)


@given(st.integers(0, 10**18 - 1))
def test_a_position_of_any_size_the_database_has_comes_back(position: int) -> None:
    (shown,), page = pages.by_position(PageRequest(first=1)).cut([(position,)], lambda place: place)
    assert pages.by_position(PageRequest(after=page.cursors[0])).place == shown
    assert not page.has_next


@pytest.mark.parametrize("order", ORDERS)
@given(st.text(max_size=80))
def test_any_text_is_refused_by_its_field_or_is_a_position(order: Keyset[Any], text: str) -> None:
    for cursor in (text, written(text), written(f"1|{text}"), written(f"1|{text}|{text}")):
        sent = cursor.encode("utf-8", "replace").decode()
        for page, field in ((PageRequest(after=sent), "page.after"), (PageRequest(before=sent, last=2), "page.before")):
            try:
                place = order.part(page).place
            except Invalid as refused:
                assert refused.field == field
                continue
            for value in place or ():
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
        "0|{id}", "3652060|{id}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("order", ORDERS)
def test_forged_values_are_refused(order: Keyset[Any], values: str) -> None:
    forged = written("1|" + values.format(id=uuid4()))
    for page, field in ((PageRequest(after=forged), "page.after"), (PageRequest(before=forged, last=5), "page.before")):
        with pytest.raises(Invalid) as refused:
            order.part(page)
        assert refused.value.field == field


def test_a_cursor_of_another_listing_or_version_is_refused() -> None:
    of_ids = pages.BY_ID.cursor((uuid4(),))
    with pytest.raises(Invalid):
        pages.by_position(PageRequest(after=of_ids))
    with pytest.raises(Invalid):
        pages.by_position(PageRequest(before=of_ids, last=20))
    with pytest.raises(Invalid):
        pages.by_id(PageRequest(after=written(f"2|{uuid4()}")))
    with pytest.raises(Invalid):
        pages.by_id(PageRequest(after="A" * 100_000))


def test_without_a_cursor_a_listing_is_read_from_its_beginning_or_its_end() -> None:
    assert pages.by_id(PageRequest()) == Part(20, None, False, pages.BY_ID)
    assert pages.by_id(PageRequest(first=7)) == Part(7, None, False, pages.BY_ID)
    assert pages.by_id(PageRequest(last=7)) == Part(7, None, True, pages.BY_ID)


@pytest.mark.parametrize("size", [-1, 101, 2**31 - 1])
@pytest.mark.parametrize("end", ["first", "last"])
def test_a_page_has_its_size(end: str, size: int) -> None:
    with pytest.raises(Invalid) as refused:
        pages.by_id(PageRequest(**{end: size}))  # type: ignore[arg-type] # one of the two
    assert refused.value.field == f"page.{end}"


@pytest.mark.parametrize(
    ("page", "field"),
    [
        (PageRequest(first=3, last=3), "page.last"),
        (PageRequest(last=3, after=pages.BY_ID.cursor((UUID(int=1),))), "page.after"),
        (PageRequest(before=pages.BY_ID.cursor((UUID(int=1),))), "page.before"),
        (PageRequest(first=3, before=pages.BY_ID.cursor((UUID(int=1),))), "page.before"),
    ],
)
def test_a_page_is_read_in_one_direction(page: PageRequest, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        pages.by_id(page)
    assert refused.value.field == field


@given(st.lists(st.integers(0, 40), unique=True).map(sorted), st.integers(1, 9), st.integers(-1, 41))
def test_a_page_of_what_there_is_says_whether_there_is_more_on_either_side(
    all_there_is: list[int], size: int, place: int
) -> None:
    places = [(each,) for each in all_there_is]
    at = {} if place < 0 else {"after": pages.BY_POSITION.cursor((place,))}
    part = pages.by_position(PageRequest(first=size, **at))  # type: ignore[arg-type] # a cursor
    shown, page = part.cut(part.among(places), lambda each: each)
    expected = [each for each in places if each[0] > place]
    assert list(shown) == expected[:size]
    assert (page.has_next, page.has_previous) == (len(expected) > size, place >= 0)
    at = {} if place < 0 else {"before": pages.BY_POSITION.cursor((place,))}
    part = pages.by_position(PageRequest(last=size, **at))  # type: ignore[arg-type] # a cursor
    shown, page = part.cut(part.among(places), lambda each: each)
    expected = [each for each in places if place < 0 or each[0] < place]
    assert list(shown) == expected[-size:]
    assert (page.has_next, page.has_previous) == (place >= 0, len(expected) > size)


def test_a_part_of_a_statement_is_in_the_order_in_which_it_is_read() -> None:
    at = (datetime(2026, 1, 1, tzinfo=UTC), UUID(int=7))
    columns = (("starts_at", "timestamptz"), ("id", "uuid"))
    statement, values = Part(5, at).statement("SELECT 1 WHERE true", *columns)
    assert statement == (
        "SELECT 1 WHERE true AND (starts_at, id) > (CAST(:place_0 AS timestamptz), CAST(:place_1 AS uuid))"
        " ORDER BY starts_at, id LIMIT :limit"
    )
    assert values == {"limit": 6, "place_0": at[0], "place_1": at[1]}
    statement, values = Part(5, None, True).statement("SELECT 1 WHERE true", *columns)
    assert (statement, values) == ("SELECT 1 WHERE true ORDER BY starts_at DESC, id DESC LIMIT :limit", {"limit": 6})
