"""Every list is read from either end, and says so alike."""

from collections.abc import Iterator

import pytest
from chassis.refusals import Invalid
from gateway.schema import core
from gateway.schema.common import connection, page_request
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from yima.common.v1.types_pb2 import PageInfo, PageRequest


def lists() -> Iterator[tuple[str, GraphQLField]]:
    """The fields that answer with a page."""
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in kind.fields.items():
                answer = get_named_type(field.type)
                if isinstance(answer, GraphQLObjectType) and "pageInfo" in answer.fields:
                    yield f"{kind.name}.{name}", field


def test_every_list_goes_both_ways() -> None:
    known = dict(lists())
    assert len(known) >= 73
    one_way = [name for name, field in known.items() if not field.args.keys() >= {"first", "after", "last", "before"}]
    assert one_way == []
    arguments = {
        (name, str(field.args[name].type), field.args[name].description)
        for field in known.values()
        for name in ("first", "after", "last", "before")
    }
    assert len(arguments) == 4, "the same wherever they stand"


def test_what_takes_a_cursor_is_a_list_or_a_feed() -> None:
    listed = {name for name, _ in lists()}
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLObjectType) and kind.name != "Subscription":
            for name, field in kind.fields.items():
                assert "after" not in field.args or f"{kind.name}.{name}" in listed


@pytest.mark.parametrize("size", [0, -1])
@pytest.mark.parametrize("end", ["first", "last"])
def test_a_page_of_nothing_is_refused_by_its_field(end: str, size: int) -> None:
    with pytest.raises(Invalid) as refused:
        page_request(size if end == "first" else None, None, size if end == "last" else None, None)
    assert refused.value.field == end


def test_what_is_asked_for_reaches_the_service() -> None:
    assert page_request(None, None, 3, "c1") == PageRequest(last=3, before="c1")
    assert page_request(3, "c1", None, None) == PageRequest(first=3, after="c1")
    assert page_request(None, None) == PageRequest()


def test_a_page_says_on_which_sides_there_is_more() -> None:
    page = connection(["a", "b"], PageInfo(cursors=["c1", "c2"], has_next=True, has_previous=True))
    info = page.page_info
    assert (info.start_cursor, info.end_cursor, info.has_previous_page, info.has_next_page) == ("c1", "c2", True, True)
    assert [edge.cursor for edge in page.edges] == ["c1", "c2"]
    last = connection(["a"], PageInfo(cursors=["c1"], has_previous=True)).page_info
    assert (last.has_previous_page, last.has_next_page) == (True, False)
