"""Queries: what a template asks, as data. Views make resources flat; groups, filters and measures say what of them.

There is no SQL in a query and no code: each part is one of a few words, and names columns that its views have.
"""

import hashlib
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from chassis.refusals import Refusal

from records.domain.kinds import KINDS
from records.domain.views import View, ViewColumn, ViewInvalid, compile_view

QUERY_BYTES_MAX = 100_000
VIEWS_MAX = 4
FILTERS_MAX = 20
GROUPS_MAX = 3
MEASURES_MAX = 12
PARAMETERS_MAX = 8
BANDS_MAX = 20
CHOICES_MAX = 50
TEXT_LENGTH_MAX = 100
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
TESTS = ("is", "is-not", "in", "begins-with", "at-least", "below")
ORDERED = ("at-least", "below")
MEASURES = ("residents", "mean", "quantile", "histogram")
PARAMETER_TYPES = ("text", "number", "date")
MONTH_BEGINS = re.compile(r"\d{4}-\d{2}-01")


class QueryInvalid(Refusal):
    code = "query-invalid"
    title = "The query cannot be run as it is written."


class ParameterInvalid(Refusal):
    code = "query-parameter-invalid"
    title = "A parameter is not one that the template allows."


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view, as a query names it: `conditions.code`."""

    view: str
    of: ViewColumn

    @property
    def name(self) -> str:
        return f"{self.view}.{self.of.name}"

    @property
    def numeric(self) -> bool:
        return self.of.sql_type == "double"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows of which this is so: of fixed values, or of what a parameter is."""

    column: Column
    test: str
    values: Sequence[Any]
    parameter: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """What groups have in common: a column's value, or which band it is in."""

    name: str
    column: Column
    bands: Sequence[float]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured of a group: of residents each once, by the mean of what each has in a column."""

    name: str
    of: str
    column: Column | None
    at: float  # of a quantile
    edges: Sequence[float]  # of a histogram


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be chosen for each run, and within which bounds."""

    name: str
    type: str
    least: Any
    most: Any
    step: float
    choices: Sequence[str]

    def check(self, value: object) -> Any:
        """The value, if it may be chosen."""
        if self.type == "text":
            if value not in self.choices:
                raise ParameterInvalid(f"must be one of {', '.join(self.choices)}", f"parameters.{self.name}")
            return value
        if self.type == "date":
            if not isinstance(value, str) or not MONTH_BEGINS.fullmatch(value) or not is_day(value):
                raise ParameterInvalid("must be the first day of a month", f"parameters.{self.name}")
        elif not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
            raise ParameterInvalid("must be a number", f"parameters.{self.name}")
        if not self.least <= value <= self.most:
            raise ParameterInvalid(f"must be between {self.least} and {self.most}", f"parameters.{self.name}")
        if self.step and not isinstance(value, str):
            steps = (float(value) - self.least) / self.step
            if abs(steps - round(steps)) > 1e-9:
                raise ParameterInvalid(f"goes in steps of {self.step}", f"parameters.{self.name}")
        return value


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be run."""

    views: Mapping[str, View]
    filters: Sequence[Filter]
    groups: Sequence[Grouping]
    measures: Sequence[Measure]
    parameters: Mapping[str, Parameter]

    @property
    def resource_types(self) -> Sequence[str]:
        return sorted({view.resource for view in self.views.values()})

    def check_parameters(self, values: object) -> Mapping[str, Any]:
        """The parameters of a run: each that the query has, and no other."""
        if not isinstance(values, dict):
            raise ParameterInvalid("must be an object of names and values", "parameters")
        if unknown := sorted(values.keys() - self.parameters.keys()):
            raise ParameterInvalid(f"{unknown[0][:40]!r} is no parameter of the template", "parameters")
        for name in self.parameters:
            if name not in values:
                raise ParameterInvalid("is missing", f"parameters.{name}")
        return {name: parameter.check(values[name]) for name, parameter in self.parameters.items()}


def query_sha256(written: bytes) -> bytes:
    return hashlib.sha256(written).digest()


def canonical(definition: object) -> bytes:
    """A query as it is kept: its keys in order."""
    return orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)


def read_query(definition: object) -> Query:
    """The query that this is. Raises `QueryInvalid`."""
    if not isinstance(definition, dict):
        raise QueryInvalid("must be an object", "query")
    if len(canonical(definition)) > QUERY_BYTES_MAX:
        refuse("", f"has more than {QUERY_BYTES_MAX} bytes")
    known = {"views", "filters", "groups", "measures", "parameters"}
    if unknown := sorted(definition.keys() - known):
        refuse("", f"{unknown[0][:40]!r} is no part of a query; there are {', '.join(sorted(known))}")
    views = read_views(definition.get("views"))
    parameters = read_parameters(definition.get("parameters", []))
    columns = {
        column.name: column for name, view in views.items() for column in (Column(name, of) for of in view.columns)
    }
    return Query(
        views,
        [
            read_filter(each, f"filters[{index}]", columns, parameters)
            for index, each in enumerate(listed(definition.get("filters", []), "filters", FILTERS_MAX))
        ],
        read_groups(definition.get("groups", []), columns),
        read_measures(definition.get("measures"), columns),
        parameters,
    )


def refuse(path: str, why: str) -> Any:
    raise QueryInvalid(f"{path}: {why}" if path else why, f"query.{path}" if path else "query")


def listed(value: object, path: str, most: int) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > most or not all(isinstance(each, dict) for each in value):
        refuse(path, f"must be a list of at most {most} objects")
    return value  # type: ignore[return-value] # refused above where it is not


def named(each: Mapping[str, Any], path: str, taken: Sequence[str] | Mapping[str, Any]) -> str:
    name = each.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        refuse(f"{path}.name", "must be small letters, digits and underscores, and begin with a letter")
    if name in taken:
        refuse(f"{path}.name", "is there twice")
    return str(name)


def read_views(value: object) -> Mapping[str, View]:
    views: dict[str, View] = {}
    for index, each in enumerate(listed(value, "views", VIEWS_MAX)):
        path = f"views[{index}]"
        name = named(each, path, views)
        try:
            views[name] = compile_view(each.get("view"))
        except ViewInvalid as why:
            refuse(f"{path}.view.{why.path}".rstrip("."), why.reason)
        if views[name].resource not in KINDS:
            refuse(f"{path}.view.resource", f"must be one of {', '.join(sorted(KINDS))}")
    if not views:
        refuse("views", "must have a view")
    return views


def read_parameters(value: object) -> Mapping[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for index, each in enumerate(listed(value, "parameters", PARAMETERS_MAX)):
        path = f"parameters[{index}]"
        name, kind = named(each, path, parameters), each.get("type")
        least, most, choices, step = each.get("least"), each.get("most"), each.get("choices", []), each.get("step", 0)
        if kind not in PARAMETER_TYPES:
            refuse(f"{path}.type", f"must be one of {', '.join(PARAMETER_TYPES)}")
        if kind == "text":
            check_texts(choices, f"{path}.choices")
        elif kind == "date":
            if not all(isinstance(each, str) and is_day(each) for each in (least, most)):
                refuse(path, "least and most must be days, such as 2026-01-01")
        elif not all(is_number(each) for each in (least, most, step)) or not step or step < 0:
            refuse(path, "least, most and step must be numbers, and step more than 0")
        parameters[name] = Parameter(name, str(kind), least, most, float(step or 0), choices)
    return parameters


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15


def is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_texts(values: object, path: str) -> None:
    if (
        not isinstance(values, list)
        or not 1 <= len(values) <= CHOICES_MAX
        or not all(isinstance(each, str) and 1 <= len(each) <= TEXT_LENGTH_MAX for each in values)
    ):
        refuse(path, f"must be 1 to {CHOICES_MAX} texts of 1 to {TEXT_LENGTH_MAX} characters")


def read_column(each: Mapping[str, Any], path: str, columns: Mapping[str, Column], *, numeric: bool = False) -> Column:
    name = each.get("column")
    column = columns.get(name) if isinstance(name, str) else None
    if column is None or column.of.collection:
        refuse(f"{path}.column", "must be a column of a view with one value, such as conditions.code")
    elif numeric and not column.numeric:
        refuse(f"{path}.column", "must be of numbers: say its type in the view, such as decimal")
    return column  # type: ignore[return-value] # refused above where it is None


def read_numbers(value: object, path: str) -> Sequence[float]:
    if not isinstance(value, list) or not 1 <= len(value) <= BANDS_MAX or not all(is_number(each) for each in value):
        refuse(path, f"must be 1 to {BANDS_MAX} numbers")
    numbers = [float(each) for each in value]  # type: ignore[attr-defined] # refused above where it is no list
    if any(low >= high for low, high in itertools.pairwise(numbers)):
        refuse(path, "must grow from each to the next")
    return numbers


def read_filter(
    each: Mapping[str, Any], path: str, columns: Mapping[str, Column], parameters: Mapping[str, Parameter]
) -> Filter:
    column, test, values, parameter = (
        read_column(each, path, columns), each.get("test"), each.get("values", []), each.get("parameter", ""),
    )  # fmt: skip
    if test not in TESTS:
        refuse(f"{path}.test", f"must be one of {', '.join(TESTS)}")
    if bool(values) == bool(parameter):
        refuse(path, "must have values, or a parameter")
    if parameter:
        if parameter not in parameters:
            refuse(f"{path}.parameter", "must be one of the query's parameters")
        numeric = parameters[parameter].type == "number"
    else:
        if not isinstance(values, list) or len(values) > CHOICES_MAX or (len(values) > 1 and test != "in"):
            refuse(f"{path}.values", f"must be one value, or with `in` at most {CHOICES_MAX}")
        numeric = all(is_number(value) for value in values)
        truths = column.of.sql_type == "boolean" and all(isinstance(value, bool) for value in values)
        if not numeric and not truths:
            check_texts(values, f"{path}.values")
        if truths:
            numeric = column.numeric
    if numeric != column.numeric:
        refuse(path, "compares numbers with numbers, and texts with texts")
    if test == "begins-with" and column.numeric:
        refuse(f"{path}.test", "is of texts")
    return Filter(column, str(test), values, parameter)


def read_groups(value: object, columns: Mapping[str, Column]) -> Sequence[Grouping]:
    groups: list[Grouping] = []
    for index, each in enumerate(listed(value, "groups", GROUPS_MAX)):
        path = f"groups[{index}]"
        name = named(each, path, [group.name for group in groups])
        bands = read_numbers(each["bands"], f"{path}.bands") if "bands" in each else []
        column = read_column(each, path, columns, numeric=bool(bands))
        if column.numeric and not bands:
            refuse(f"{path}.bands", "must be there: a group by each number is of few people")
        groups.append(Grouping(name, column, bands))
    return groups


def read_measures(value: object, columns: Mapping[str, Column]) -> Sequence[Measure]:
    measures: list[Measure] = []
    for index, each in enumerate(listed(value, "measures", MEASURES_MAX)):
        path = f"measures[{index}]"
        name, of = named(each, path, [measure.name for measure in measures]), each.get("of")
        if of not in MEASURES:
            refuse(f"{path}.of", f"must be one of {', '.join(MEASURES)}")
        column = None if of == "residents" else read_column(each, path, columns, numeric=True)
        at = each.get("at", 0.5)
        if of == "quantile" and (not is_number(at) or not 0.05 <= at <= 0.95):
            refuse(f"{path}.at", "must be between 0.05 and 0.95")
        edges = read_numbers(each.get("edges"), f"{path}.edges") if of == "histogram" else []
        measures.append(Measure(name, str(of), column, float(at) if of == "quantile" else 0.5, edges))
    if not measures:
        refuse("measures", "must have a measure")
    return measures


def bands_of(edges: Sequence[float]) -> Sequence[str]:
    """What the bands between these edges are called, the lowest first."""
    named_edges = [f"{edge:g}" for edge in edges]
    between = [f"{low} to {high}" for low, high in itertools.pairwise(named_edges)]
    return [f"below {named_edges[0]}", *between, f"{named_edges[-1]} and more"]
