"""Tiles of the access log have the paths that C2SP tlog-tiles gives them, and each has one."""

import pytest
from chassis.refusals import NotFound
from gateway.transparency import TileName, tile_named
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/0/000", TileName(0, 0)),
        ("/0/067", TileName(0, 67)),
        ("/1/x001/067", TileName(1, 1067)),
        ("/0/x001/x234/067", TileName(0, 1_234_067)),
        ("/0/x001/x234/067.p/9", TileName(0, 1_234_067, 9)),
        ("/63/999.p/255", TileName(63, 999, 255)),
    ],
)
def test_a_path_names_a_tile(path: str, name: TileName) -> None:
    assert (tile_named(path), name.path) == (name, path)


@given(st.integers(0, 63), st.integers(0, 10**15), st.integers(0, 255))
def test_every_tile_has_a_path_that_names_it(level: int, index: int, width: int) -> None:
    assert tile_named(TileName(level, index, width).path) == TileName(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "", "/", "/0", "/0/", "/0/0", "/0/00", "/0/0000", "/00/000", "/0/x000/001", "/0/x001", "/0/001/067",
        "/0/x001/67", "/0/000.p", "/0/000.p/", "/0/000.p/0", "/0/000.p/256", "/0/000.p/01", "/0/000.p/1000",
        "/0/000/", "//0/000", "/-1/000", "/0/\u0660\u0660\u0660", "/0/000?x", "/0/000\n",
        "/0/x001/x001/x001/x001/x001/x001/x001/x001/001", "/entries/000", "/data/000", "/100/000", "/0/../000",
        "/0/%30%30%30",
    ],
)  # fmt: skip
def test_no_other_path_names_one(path: str) -> None:
    with pytest.raises(NotFound):
        tile_named(path)


@given(st.text(max_size=30))
def test_whatever_is_taken_is_the_one_path_of_its_tile(path: str) -> None:
    try:
        name = tile_named(path)
    except NotFound:
        return
    assert name.path == path
