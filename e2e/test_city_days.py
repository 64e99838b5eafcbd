"""A day is a day of the city: no code takes a day, week or month of a moment without saying by which clock."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for pattern in ("services/*/src/*/**/*.py", "gateway/src/**/*.py", "libs/chassis/src/**/*.py")
    for path in ROOT.glob(pattern)
    if "migrations" not in path.parts
)
# PostgreSQL takes a day by the session's zone unless a zone is named.
OF_A_MOMENT = re.compile(
    r"date_trunc\s*\(\s*'(?:day|week|month|quarter|year)'|current_date|localtimestamp"
    r"|::\s*date\b|cast\s*\([^:]\S* as date\)|extract\s*\(\s*(?:day|dow|doy|isodow|week|month|year)\b|to_char\s*\(",
    re.IGNORECASE,
)
A_DAY_ALONE = re.compile(r"^%Y-%m-%d$|^%d\.|^%B|^%A")
OF_DATES = {"extract(day FROM month) = 1"}  # of a column that is a date, which has no clock
LOCAL = {"start", "end"}  # names that catalog's slots give to times of the city's clock


def of_the_city(node: ast.expr) -> bool:
    """Was this moment moved to some zone's clock, other than UTC's?"""
    if isinstance(node, ast.Name):
        return node.id in LOCAL
    moved = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astimezone"
    return moved and not any(isinstance(part, ast.Name) and part.id == "UTC" for part in ast.walk(node))


def days_of_no_city(source: str) -> Iterator[str]:
    """Where a source takes a day of a moment by no clock, or by UTC's."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            takes_day = node.func.attr == "date" and not node.args
            if (takes_day and not of_the_city(node.func.value)) or (node.func.attr == "today" and not node.args):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = ast.unparse(node.format_spec)[2:-1]
            if A_DAY_ALONE.match(spec) and not of_the_city(node.value):
                yield f"line {node.lineno}: {ast.unparse(node.value)}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in OF_DATES:
            for found in OF_A_MOMENT.finditer(node.value):
                if "at time zone" not in node.value[found.start() :][:200].lower():
                    yield f"line {node.lineno}: {found.group(0)}"


def test_a_day_is_taken_by_the_city_s_clock() -> None:
    taken = {str(path.relative_to(ROOT)): list(days_of_no_city(path.read_text("utf-8"))) for path in SOURCES}
    assert {path: days for path, days in taken.items() if days} == {}


@pytest.mark.parametrize(
    "source",
    [
        "day = now.date()",
        "day = now.astimezone(UTC).date()",
        "today = date.today()",
        "text(\"SELECT date_trunc('day', at) FROM refusal\")",
        'text("WHERE at::date = :day")',
        'text("WHERE CAST(decided_at AS date) = :day")',
        'text("WHERE day = current_date")',
        'f"it ended on {at:%Y-%m-%d}"',
    ],
)
def test_a_day_by_another_clock_is_noticed(source: str) -> None:
    assert list(days_of_no_city(source))


@pytest.mark.parametrize(
    "source",
    [
        "day = now.astimezone(zone).date()",
        "text(\"SELECT date_trunc('day', at AT TIME ZONE :zone)\")",
        'text("WHERE due = CAST(:day AS date)")',
        'f"until {at:%Y-%m-%d %H:%M} UTC"',
    ],
)
def test_a_day_by_the_city_s_clock_is_none_of_them(source: str) -> None:
    assert not list(days_of_no_city(source))
