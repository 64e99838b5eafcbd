"""Runs one query: `python -m records.computing`.

In comes a line of JSON (the query, its parameters, of how many people at least something is said, what it may use),
then a line a resource: a number for its resident, their key, and the resource, with tabs between. Out goes JSON: what
may be said. Nothing else is written, no error either: whoever started this learns from the exit code that it failed.
"""

import os
import resource as limits
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from records.domain.disclosure import Cell, Group, Measured, ReleasedGroup, released, released_count
from records.domain.fhirpath import PathMismatch
from records.domain.queries import Query, bands_of, read_query

FAILED = 3
OUT_OF_MEMORY = 4
ADDRESS_SPACE_FACTOR = 4  # of the memory it may use: what is reserved is not used
ADDRESS_SPACE_MB_MIN = 3_072


def limit(memory_mb: int, seconds: int) -> None:
    """Bound what this process may use, and let it open nothing more than it has, nor write a file."""
    space = max(ADDRESS_SPACE_MB_MIN, memory_mb * ADDRESS_SPACE_FACTOR) * 2**20
    limits.setrlimit(limits.RLIMIT_AS, (space, space))
    limits.setrlimit(limits.RLIMIT_CPU, (seconds, seconds + 1))
    limits.setrlimit(limits.RLIMIT_FSIZE, (0, 0))
    limits.setrlimit(limits.RLIMIT_CORE, (0, 0))


def run(header: dict[str, Any], source: Iterable[bytes]) -> dict[str, Any]:
    """What may be said of the people whose resources these lines are."""
    query = read_query(header["query"])
    parameters = query.check_parameters(header["parameters"])
    from records.computing import expressions, tables  # noqa: PLC0415 only a run that is well formed needs them

    connection = tables.open_shut_in(header["memory_mb"], header["threads"])
    flat = {name: tables.FlatTable(connection, name, view) for name, view in query.views.items()}
    people: dict[int, int] = {}
    for line in source:
        person, key, text = line.split(b"\t", 2)
        number, people_key = int(person), int(key)
        people[number] = people_key
        content = orjson.loads(text)
        for name, view in query.views.items():
            try:
                flat[name].add(number, people_key, view.rows(content))
            except PathMismatch:
                continue  # that one resource is not as the view has it is nobody's to know
    for each in flat.values():
        each.flush()
    expression, counted = expressions.expression(query, parameters)
    people_min = header["people_min"]
    covered = Cell(len(people), sum(people.values()))
    return {
        "covered": released_count(covered, people_min, "covered"),
        "groups": release(query, connection, expression, counted, people_min),
    }


def release(query: Query, connection: Any, expression: Any, counted: Any, people_min: int) -> list[dict[str, Any]]:
    """What may be said of the groups that an expression finds in the flat tables."""
    from records.computing import expressions  # noqa: PLC0415 as above

    cursor = connection.execute(expressions.sql_of(expression))
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    groups = [group_of(query, row, counted) for row in rows]
    return [shown(query, group) for group in released(groups, people_min)]


def group_of(query: Query, row: dict[str, Any], counted: Any) -> Group:
    from records.computing import expressions  # noqa: PLC0415 as above

    labels: list[Any] = []
    for index, group in enumerate(query.groups):
        value = row[expressions.group_name(index)]
        labels.append(bands_of(group.bands)[int(value)] if group.bands else value)
    counts, values = {}, {}
    for name, place in counted.items():
        cell = Cell(int(row[place.people] or 0), int(row[place.key] or 0))
        if not name:
            continue
        if place.value:
            value = row[place.value]
            if value is None:
                counts[name] = Cell(0, 0)
                continue
            least, greatest = place.ends
            values[name] = Measured(cell, float(value), float(row[least]), float(row[greatest]))
        else:
            counts[name] = cell
    return Group(labels, Cell(int(row["people"]), int(row["key"] or 0)), counts, values)


def shown(query: Query, group: ReleasedGroup) -> dict[str, Any]:
    measures: list[dict[str, Any]] = []
    for measure in query.measures:
        if measure.of == "histogram":
            bands = bands_of(measure.edges)
            measures += [
                {"name": measure.name, "band": name, "value": group.measures[f"{measure.name}[{which}]"]}
                for which, name in enumerate(bands)
            ]
        else:
            measures.append({"name": measure.name, "value": group.measures[measure.name]})
    labels: Sequence[Any] = group.labels
    return {
        "labels": [
            {"name": each.name, "value": label if isinstance(label, str) else orjson.dumps(label).decode()}
            for each, label in zip(query.groups, labels, strict=True)
        ],
        "measures": measures,
    }


def main() -> int:
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 until the end: what went wrong may quote somebody
    try:
        header = orjson.loads(sys.stdin.buffer.readline())
        limit(header["memory_mb"], header["seconds"])
        answer = run(header, sys.stdin.buffer)
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:
        return OUT_OF_MEMORY if "OutOfMemory" in type(error).__name__ else FAILED
    sys.stdout.buffer.write(orjson.dumps(answer))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    os._exit(main())
