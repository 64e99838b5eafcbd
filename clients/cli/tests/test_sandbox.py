"""How a clock's moves are typed, and where the door is looked for."""

from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner
from yima_cli.main import cli
from yima_cli.person import Person
from yima_cli.sandbox import Moment, Span, door_of


@pytest.mark.parametrize(
    ("typed", "span"),
    [("90m", timedelta(minutes=90)), ("36h", timedelta(hours=36)), ("9d", timedelta(9)), ("2w", timedelta(14))],
)
def test_a_length_of_time_is_a_number_and_a_unit(typed: str, span: timedelta) -> None:
    assert Span().convert(typed, None, None) == span


@pytest.mark.parametrize("typed", ["", "9", "d", "-9d", "9 days", "1.5h", "9999999d"])
def test_what_is_no_length_of_time_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="write 90m, 36h, 9d or 2w"):
        Span().convert(typed, None, None)


def test_a_moment_without_an_offset_is_in_utc() -> None:
    assert Moment().convert("2027-01-31", None, None) == datetime(2027, 1, 31, tzinfo=UTC)
    with pytest.raises(click.BadParameter, match="is no moment"):
        Moment().convert("tomorrow", None, None)


def test_the_door_is_twelve_ports_on_from_the_gateway_unless_it_is_said() -> None:
    me = Person("http://127.0.0.1:8700/graphql")
    assert door_of(me, "") == "http://127.0.0.1:8712"
    assert door_of(Person("https://city.example.org/graphql"), "") == "https://city.example.org:455"
    assert door_of(me, "https://trials.example.org/") == "https://trials.example.org"


def test_a_clock_goes_by_so_much_or_to_a_moment() -> None:
    done = CliRunner().invoke(cli, ["sandbox", "clock", "--by", "9d", "--to", "2027-01-31"])
    assert (done.exit_code, "not both" in done.output) == (2, True)
