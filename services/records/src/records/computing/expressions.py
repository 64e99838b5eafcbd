"""A query as an Ibis expression over its flat views, and as the SQL that DuckDB runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis
from ibis.backends.sql.compilers.duckdb import compiler

from records.domain.queries import Filter, Grouping, Query

PERSON, KEY = "_person", "_key"
TYPES = {"varchar": "string", "double": "float64", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Where in a row the people of something and the sum of their keys stand; and its value, least and greatest."""

    people: str
    key: str
    value: str = ""

    @property
    def ends(self) -> tuple[str, str]:
        return f"{self.value}_least", f"{self.value}_greatest"


def table(query: Query, name: str) -> Any:
    """A view's table: whose each row is, that resident's key, and its columns under the names that queries use."""
    view = query.views[name]
    schema = {PERSON: "int64", KEY: "int64"} | {
        column.name: f"array<{TYPES[base]}>" if column.collection else TYPES[base]
        for column in view.columns
        for base in [column.sql_type.removesuffix("[]")]
    }
    flat = ibis.table(schema, name=name)
    columns = {f"{name}.{column.name}": flat[column.name] for column in view.columns}
    return flat.select(flat[PERSON], flat[KEY], **columns)


def joined(query: Query) -> Any:
    """All views beside one another, by resident."""
    first, *others = query.views
    return reduce(lambda left, name: left.inner_join(table(query, name).drop(KEY), PERSON), others, table(query, first))


def holds(rows: Any, criterion: Filter, parameters: Mapping[str, Any]) -> Any:
    column = rows[criterion.column.name]
    values = [parameters[criterion.parameter]] if criterion.parameter else list(criterion.values)
    match criterion.test:
        case "is":
            return column == values[0]
        case "is-not":
            return column != values[0]
        case "in":
            return column.isin(values)
        case "begins-with":
            return column.startswith(values[0])
        case "at-least":
            return column >= values[0]
    return column < values[0]


def band(column: Any, edges: Sequence[float]) -> Any:
    """The number of the band that a value is in: how many of the edges are at most it."""
    return reduce(lambda sum_, edge: sum_ + (column >= edge).cast("int8"), edges, ibis.literal(0, "int8"))


def label(rows: Any, group: Grouping) -> Any:
    column = rows[group.column.name]
    return ibis.ifelse(column.notnull(), band(column, group.bands), None) if group.bands else column


def group_name(index: int) -> str:
    return f"group{index}"


def expression(query: Query, parameters: Mapping[str, Any]) -> tuple[Any, Mapping[str, Counted]]:
    """The query over its tables, and where in its rows the people and the value of each measure stand. Each resident
    counts once in a group: with the mean of what they have in a column."""
    rows = joined(query)
    for criterion in query.filters:
        rows = rows.filter(holds(rows, criterion, parameters))
    labels = {group_name(index): label(rows, group) for index, group in enumerate(query.groups)}
    rows = rows.mutate(**labels) if labels else rows
    for name in labels:
        rows = rows.filter(rows[name].notnull())
    columns = {measure.column.name: measure.column for measure in query.measures if measure.column is not None}
    value_names = {name: f"value{index}" for index, name in enumerate(columns)}
    means = {value_names[name]: rows[name].mean() for name in columns}
    each = [*labels, PERSON, KEY]
    of_residents = rows.group_by(each).aggregate(**means) if means else rows.select(*each).distinct()
    aggregates: dict[str, Any] = {"people": of_residents.count(), "key": of_residents[KEY].sum()}
    counted = {"": Counted("people", "key")}

    def count(name: str, index: str, where: Any, value: Any = None, of: Any = None) -> None:
        place = Counted(f"people{index}", f"key{index}", f"measure{index}" if value is not None else "")
        aggregates[place.people] = where.sum()
        aggregates[place.key] = of_residents[KEY].sum(where=where)
        if value is not None:
            aggregates[place.value] = value
            least, greatest = place.ends
            aggregates[least], aggregates[greatest] = of.min(), of.max()
        counted[name] = place

    for number, measure in enumerate(query.measures):
        index = str(number)
        if measure.column is None:
            counted[measure.name] = counted[""]
            continue
        values = of_residents[value_names[measure.column.name]]
        there = values.notnull()
        if measure.of == "histogram":
            for which in range(len(measure.edges) + 1):
                in_band = there & (band(values, measure.edges) == which)
                count(f"{measure.name}[{which}]", f"{index}_{which}", in_band.fill_null(False))
            continue
        count(
            measure.name, index, there, values.mean() if measure.of == "mean" else values.quantile(measure.at), values
        )
    if labels:
        return of_residents.group_by(list(labels)).aggregate(**aggregates), counted
    return of_residents.aggregate(**aggregates), counted


def sql_of(expression: Any) -> str:
    return str(compiler.to_sqlglot(expression).sql("duckdb"))
