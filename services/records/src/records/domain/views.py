"""Views: resources made flat, as SQL on FHIR v2's ViewDefinitions say it.

A definition is compiled once, and refused then if anything in it cannot be; afterwards each resource becomes its rows.
Its size, its depth, and how many rows one resource may become are bounded.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from records.domain.fhirpath import PathInvalid, PathMismatch, Run, compile_path

DEFINITION_BYTES_MAX = 65_536
SELECTS_DEPTH_MAX = 8
SELECTS_MAX = 100
COLUMNS_MAX = 100
CONSTANTS_MAX = 50
WHERE_MAX = 20
ROWS_OF_RESOURCE_MAX = 10_000
REPEATED_MAX = 10_000
NUMBER_MAX = 1e100
REPEAT_DEPTH_MAX = 100
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
RESOURCE_TYPE = re.compile(r"[A-Z][A-Za-z]{1,62}")
ITERATES = ("forEach", "forEachOrNull", "repeat")
NUMBER_TYPES = frozenset(("integer", "positiveInt", "unsignedInt", "integer64", "decimal"))

type Row = tuple[Any, ...]
type Expand = Callable[[Any, int], list[Row]]  # of an item, and its index in the nearest iteration


class ViewInvalid(Exception):
    """The view definition cannot be compiled. `path` is where: dotted keys and [indices]."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a view: its name, FHIR's type of its values (empty where it says none), and whether it is a list."""

    name: str
    type: str
    collection: bool

    @property
    def sql_type(self) -> str:
        """What a column of a database is that holds it."""
        base = "boolean" if self.type == "boolean" else "double" if self.type in NUMBER_TYPES else "varchar"
        return f"{base}[]" if self.collection else base


@dataclass(frozen=True, slots=True)
class View:
    """A compiled view definition."""

    resource: str  # the kind of resource it is of
    columns: Sequence[ViewColumn]
    sha256: str  # of the definition, its keys in order
    where: Sequence[Run]
    expand: Expand

    def rows(self, resource: Mapping[str, Any]) -> list[Row]:
        """A resource's rows; none where it is of another kind, or left out. Raises `PathMismatch`."""
        if resource.get("resourceType") != self.resource:
            return []
        for criterion in self.where:
            held = criterion([resource], 0)
            if held and (len(held) > 1 or not isinstance(held[0], bool)):
                raise PathMismatch("a where has to be true or false")
            if not held or not held[0]:
                return []
        return self.expand(resource, 0)


@dataclass(frozen=True, slots=True)
class Selection:
    """A part of a view: its columns, and what makes their rows."""

    columns: Sequence[ViewColumn]
    expand: Expand


def compile_view(definition: object) -> View:
    """A view definition, ready to be used. Raises `ViewInvalid`."""
    if not isinstance(definition, dict):
        raise ViewInvalid("", "must be an object")
    written = orjson.dumps(definition, option=orjson.OPT_SORT_KEYS, default=str)
    if len(written) > DEFINITION_BYTES_MAX:
        raise ViewInvalid("", f"has more than {DEFINITION_BYTES_MAX} bytes")
    resource = definition.get("resource")
    if not isinstance(resource, str) or not RESOURCE_TYPE.fullmatch(resource):
        raise ViewInvalid("resource", "must be the name of a kind of resource, such as Condition")
    compiler = Compiler(constants_of(definition))
    selection = compiler.select({"select": definition.get("select")}, "", 0)
    names = [column.name for column in selection.columns]
    if not names:
        raise ViewInvalid("select", "must have a column")
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise ViewInvalid("select", f"the column {doubled} is there twice")
    return View(
        resource,
        selection.columns,
        hashlib.sha256(written).hexdigest(),
        [*compiler.criteria(definition.get("where", []))],
        selection.expand,
    )


def constants_of(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The constants that a definition names, by name."""
    constants: dict[str, Any] = {}
    listed = listed_at(definition.get("constant", []), "constant", CONSTANTS_MAX)
    for index, each in enumerate(listed):
        path = f"constant[{index}]"
        if not isinstance(each, dict) or not isinstance(each.get("name"), str) or not NAME.fullmatch(each["name"]):
            raise ViewInvalid(f"{path}.name", "must be letters, digits and underscores")
        values = [value for key, value in each.items() if key.startswith("value")]
        if len(values) != 1 or not isinstance(values[0], (str, int, float, Decimal)):
            raise ViewInvalid(path, "must have one value, such as valueString")
        if each["name"] in constants:
            raise ViewInvalid(f"{path}.name", "is there twice")
        constants[each["name"]] = values[0]
    return constants


def listed_at(value: object, path: str, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ViewInvalid(path, f"must be a list of at most {most}")
    return value


class Compiler:
    """Compiles the parts of one definition."""

    def __init__(self, constants: Mapping[str, Any]) -> None:
        self.constants = constants
        self.selects = 0

    def path(self, expression: object, path: str) -> Run:
        if not isinstance(expression, str):
            raise ViewInvalid(path, "must be a FHIRPath expression")
        try:
            return compile_path(expression, self.constants)
        except PathInvalid as why:
            raise ViewInvalid(path, str(why)) from None

    def criteria(self, where: object) -> Iterator[Run]:
        for index, each in enumerate(listed_at(where, "where", WHERE_MAX)):
            if not isinstance(each, dict):
                raise ViewInvalid(f"where[{index}]", "must be an object with a path")
            yield self.path(each.get("path"), f"where[{index}].path")

    def select(self, select: object, path: str, depth: int) -> Selection:
        """A select: what it iterates over, then its columns, selects and the union beside one another."""
        self.selects += 1
        if not isinstance(select, dict):
            raise ViewInvalid(path, "must be an object")
        if depth > SELECTS_DEPTH_MAX or self.selects > SELECTS_MAX:
            raise ViewInvalid(path, f"at most {SELECTS_MAX} selects, {SELECTS_DEPTH_MAX} deep")
        before = f"{path}." if path else ""
        parts = [*self.columns(select, before)]
        for index, each in enumerate(listed_at(select.get("select", []), f"{before}select", SELECTS_MAX)):
            parts.append(self.select(each, f"{before}select[{index}]", depth + 1))
        if "unionAll" in select:
            parts.append(self.union(select["unionAll"], f"{before}unionAll", depth))
        selection = beside(parts) if parts else Selection([], lambda _item, _row: [()])
        if len(selection.columns) > COLUMNS_MAX:
            raise ViewInvalid(path, f"at most {COLUMNS_MAX} columns")
        return self.iterated(select, selection, before)

    def columns(self, select: Mapping[str, Any], before: str) -> Iterator[Selection]:
        columns, runs = [], []
        for index, each in enumerate(listed_at(select.get("column", []), f"{before}column", COLUMNS_MAX)):
            path = f"{before}column[{index}]"
            if not isinstance(each, dict):
                raise ViewInvalid(path, "must be an object")
            name, kind, collection = each.get("name"), each.get("type", ""), each.get("collection", False)
            if not isinstance(name, str) or not NAME.fullmatch(name):
                raise ViewInvalid(f"{path}.name", "must begin with a letter, and be letters, digits and underscores")
            if not isinstance(kind, str) or not isinstance(collection, bool):
                raise ViewInvalid(path, "its type is text, its collection true or false")
            columns.append(ViewColumn(name, kind.rpartition("/")[2], collection))
            runs.append(self.path(each.get("path"), f"{path}.path"))
        if columns:
            yield Selection(columns, columns_expanded(columns, runs))

    def union(self, union: object, path: str, depth: int) -> Selection:
        branches = [
            self.select(each, f"{path}[{index}]", depth + 1)
            for index, each in enumerate(listed_at(union, path, SELECTS_MAX))
        ]
        if not branches:
            raise ViewInvalid(path, "must have a select")
        names = [[column.name for column in branch.columns] for branch in branches]
        if any(each != names[0] for each in names):
            raise ViewInvalid(path, "each of its selects must have the same columns in the same order")
        expansions = [branch.expand for branch in branches]
        return Selection(
            branches[0].columns, lambda item, row: [each for expand in expansions for each in expand(item, row)]
        )

    def iterated(self, select: Mapping[str, Any], selection: Selection, before: str) -> Selection:
        named = [name for name in ITERATES if name in select]
        if len(named) > 1:
            raise ViewInvalid(f"{before}{named[1]}", f"stands beside {named[0]}; one of them is enough")
        if not named:
            return selection
        expand = selection.expand
        if named[0] == "repeat":
            paths = listed_at(select["repeat"], f"{before}repeat", WHERE_MAX)
            runs = [self.path(each, f"{before}repeat[{index}]") for index, each in enumerate(paths)]
            return Selection(selection.columns, over(repeated(runs), expand))
        run = self.path(select[named[0]], f"{before}{named[0]}")
        if named[0] == "forEach":
            return Selection(selection.columns, over(lambda item, row: run([item], row), expand))
        return Selection(selection.columns, over(lambda item, row: run([item], row) or [None], expand))


def over(items_of: Callable[[Any, int], list[Any]], expand: Expand) -> Expand:
    """The rows of each of these items."""

    def expanded(item: Any, row: int) -> list[Row]:
        rows: list[Row] = []
        for index, each in enumerate(items_of(item, row)):
            rows += expand(each, index)
            if len(rows) > ROWS_OF_RESOURCE_MAX:
                raise PathMismatch(f"a resource has more than {ROWS_OF_RESOURCE_MAX} rows")
        return rows

    return expanded


def repeated(runs: Sequence[Run]) -> Callable[[Any, int], list[Any]]:
    """What these paths lead to from an item, and from there again, each before what it leads to."""

    def walk(item: Any, row: int) -> list[Any]:
        reached: list[Any] = []
        waiting = [(each, 1) for run in reversed(runs) for each in reversed(run([item], row))]
        while waiting:
            each, depth = waiting.pop()
            reached.append(each)
            if depth > REPEAT_DEPTH_MAX or len(reached) > REPEATED_MAX:
                raise PathMismatch(f"repeat goes {REPEAT_DEPTH_MAX} deep, and to {REPEATED_MAX} elements")
            waiting += [(child, depth + 1) for run in reversed(runs) for child in reversed(run([each], row))]
        return reached

    return walk


def columns_expanded(columns: Sequence[ViewColumn], runs: Sequence[Run]) -> Expand:
    singles = [
        (run, column.collection, column.sql_type.removesuffix("[]") if column.type else "")
        for column, run in zip(columns, runs, strict=True)
    ]

    def expanded(item: Any, row: int) -> list[Row]:
        items = [] if item is None else [item]
        values: list[Any] = []
        for run, collection, kind in singles:
            held = run(items, row)
            if collection:
                values.append([primitive(each, kind) for each in held])
            elif len(held) > 1:
                raise PathMismatch("a column that is no collection has several values")
            else:
                values.append(primitive(held[0], kind) if held else None)
        return [tuple(values)]

    return expanded


HOLD: Mapping[str, Callable[[Any], bool]] = {
    "": lambda _: True,  # a column that says no type holds any
    "boolean": lambda value: isinstance(value, bool),
    "double": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "varchar": lambda value: isinstance(value, str),
}


def primitive(value: Any, kind: str) -> Any:
    """A value as a column holds it."""
    if isinstance(value, (dict, list)):
        raise PathMismatch("a column holds texts, numbers and truth values, no elements")
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, (int, float)) and not -NUMBER_MAX < value < NUMBER_MAX:
        raise PathMismatch("a number is too large")
    if not HOLD[kind](value):
        raise PathMismatch("a value is of another type than its column says")
    return value


def beside(parts: Sequence[Selection]) -> Selection:
    """Parts beside one another: each row of the one with each of the others."""
    columns = [column for part in parts for column in part.columns]
    if len(parts) == 1:
        return parts[0]
    expansions = [part.expand for part in parts]

    def expanded(item: Any, row: int) -> list[Row]:
        rows: list[Row] = [()]
        for expand in expansions:
            right = expand(item, row)
            if len(rows) * len(right) > ROWS_OF_RESOURCE_MAX:
                raise PathMismatch(f"a resource has more than {ROWS_OF_RESOURCE_MAX} rows")
            rows = [before + after for before in rows for after in right]
        return rows

    return Selection(columns, expanded)
