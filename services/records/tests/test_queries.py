"""Queries are data of a few words: what is no such word is refused, with its place."""

import copy
import json
from typing import Any

import pytest
from computing_scenario import HYPERTENSION, PRESSURE
from records.domain.compute import parse_parameters, parse_query
from records.domain.queries import ParameterInvalid, QueryInvalid, read_query

NUMBER = {"name": "least", "type": "number", "least": 100, "most": 200, "step": 20}
FROM = {"name": "since", "type": "date", "least": "2026-01-01", "most": "2026-12-31"}


def changed(path: str, value: Any, query: dict[str, Any] = HYPERTENSION) -> dict[str, Any]:
    """The query with another value at this path."""
    query = copy.deepcopy(query)
    at: Any = query
    *way, last = path.split(".")
    for part in way:
        at = at[int(part)] if part.isdigit() else at[part]
    at[int(last) if last.isdigit() else last] = value
    return query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ([], "query"),
        ({}, "query.views"),
        (changed("sql", "DROP TABLE record"), "query"),
        (changed("views.0.name", 'x"; DROP TABLE record; --'), "query.views[0].name"),
        (changed("views.1.name", "conditions"), "query.views[1].name"),
        (changed("views.0.view.resource", "Patient"), "query.views[0].view.resource"),
        (changed("views.0.view.select.0.column.0.path", "nosuch()"), "query.views[0].view.select[0].column[0].path"),
        (changed("filters.0.column", "conditions.nosuch"), "query.filters[0].column"),
        (changed("filters.0.test", "like"), "query.filters[0].test"),
        (changed("filters.0.parameter", "nosuch"), "query.filters[0].parameter"),
        (changed("filters.0.values", ["I10"]), "query.filters[0]"),
        (changed("filters.0", {"column": "conditions.code", "test": "is", "values": [1]}), "query.filters[0]"),
        (
            changed("filters.0", {"column": "conditions.code", "test": "is", "values": ["a", "b"]}),
            "query.filters[0].values",
        ),
        (changed("groups.0.column", "conditions.recorded"), "query.groups[0].bands"),
        (changed("groups.0", {"name": "x", "column": "conditions.code", "bands": [1]}), "query.groups[0].column"),
        (changed("groups.0", {"name": "x", "column": "conditions.recorded", "bands": [2, 1]}), "query.groups[0].bands"),
        (changed("measures", []), "query.measures"),
        (changed("measures.0.of", "rows"), "query.measures[0].of"),
        (changed("measures.0", {"name": "m", "of": "mean", "column": "conditions.code"}), "query.measures[0].column"),
        (changed("measures.2.at", 0.999, PRESSURE), "query.measures[2].at"),
        (changed("measures.3.edges", "120", PRESSURE), "query.measures[3].edges"),
        (changed("parameters.0.type", "sql"), "query.parameters[0].type"),
        (changed("parameters.0.choices", []), "query.parameters[0].choices"),
        (changed("parameters.0", NUMBER | {"step": 0}), "query.parameters[0]"),
        (changed("parameters.0", FROM | {"least": "soon"}), "query.parameters[0]"),
        (changed("views", [HYPERTENSION["views"][0]] * 5), "query.views"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(query: Any, field: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        read_query(query)
    assert refused.value.field == field


def test_a_query_that_is_not_json_or_too_large_is_refused() -> None:
    for text in ("{", "NaN", '{"a": 1, "a": 2}', "[" * 100, json.dumps([1] * 10_000)):
        with pytest.raises(QueryInvalid):
            parse_query(text)
    with pytest.raises(QueryInvalid):
        read_query(changed("views.0.view.select.0.column.0.path", "'" + "x" * 200_000 + "'"))


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "parameters.least"),
        ({"least": 100}, "parameters.since"),
        ({"least": 100, "since": "2026-02-01", "more": 1}, "parameters"),
        ({"least": "100", "since": "2026-02-01"}, "parameters.least"),
        ({"least": True, "since": "2026-02-01"}, "parameters.least"),
        ({"least": 99, "since": "2026-02-01"}, "parameters.least"),
        ({"least": 201, "since": "2026-02-01"}, "parameters.least"),
        ({"least": 110, "since": "2026-02-01"}, "parameters.least"),
        ({"least": 120.001, "since": "2026-02-01"}, "parameters.least"),
        ({"least": 120, "since": "2026-02-02"}, "parameters.since"),
        ({"least": 120, "since": "2026-02-31"}, "parameters.since"),
        ({"least": 120, "since": "2027-01-01"}, "parameters.since"),
        ([], "parameters"),
    ],
)
def test_a_parameter_goes_in_steps_within_its_bounds_so_that_nobody_is_singled_out(parameters: Any, field: str) -> None:
    query = read_query(changed("parameters", [*HYPERTENSION["parameters"][:0], NUMBER, FROM]) | {"filters": []})
    with pytest.raises(ParameterInvalid) as refused:
        query.check_parameters(parameters)
    assert refused.value.field == field
    assert query.check_parameters({"least": 120, "since": "2026-02-01"}) == {"least": 120, "since": "2026-02-01"}


def test_a_text_is_one_of_those_that_were_approved() -> None:
    query = read_query(HYPERTENSION)
    assert query.check_parameters(parse_parameters('{"disease": "E11"}')) == {"disease": "E11"}
    for text in ('{"disease": "F20"}', '{"disease": ""}', '{"disease": ["I10"]}', '{"disease": null}'):
        with pytest.raises(ParameterInvalid):
            query.check_parameters(parse_parameters(text))
