"""What becomes of rows of files and views: the resource that the mapping writes down, with the columns' values in it.

`{COLUMN}` is a column's value as text, and `{COLUMN|FORM}` in a form: `moment`, `date`, `number`, `unit` (UCUM's code),
`table:NAME` (looked up in the mapping's tables). What a row does not say is left out, with all that stood there for it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from yima_connector.errors import NotMapped
from yima_connector.mapping import Mapped, Rows
from yima_connector.resources import Line, Person, check_patient_number, clean, id_of, moment, number, patient, subject

PLACE = re.compile(r"\{([^{}|]+)(?:\|([a-z]+)(?::([^{}]+))?)?\}")
LEFT_OUT = object()
PATIENT_ELEMENT = {"AllergyIntolerance": "patient", "Device": "patient", "Immunization": "patient"}  # others: subject

type Row = Mapping[str, str]


def mapped(row: Row, rows: Rows, mapping: Mapped) -> Sequence[Line]:
    """The lines that a row becomes. Raises `NotMapped`."""
    if any(value(row, column) not in values for column, values in rows.only.items()):
        return []
    system = mapping.patients.system
    patient_number = check_patient_number(value(row, rows.patient), rows.patient)
    updated_at = moment(value(row, rows.updated), rows.updated, mapping.time_zone).at
    names = [value(row, column) for column in rows.id]
    if not any(names):
        raise NotMapped(rows.id[0], "is empty: which resource is it?")
    filled = fill(rows.resource, row, mapping)
    kind = str(rows.resource.get("resourceType"))
    resource = {
        **(filled if isinstance(filled, dict) else {}),
        "resourceType": kind,
        "id": id_of(kind.lower(), system, *names),
        PATIENT_ELEMENT.get(kind, "subject"): subject(system, patient_number),
    }
    return [*person(row, rows, mapping, patient_number, updated_at), Line(resource, updated_at)]


def person(row: Row, rows: Rows, mapping: Mapped, patient_number: str, updated_at: Any) -> Iterator[Line]:
    """The line that says who the patient number is, where a row says it."""
    said = Person(
        value(row, rows.identity_number) if rows.identity_number else "",
        value(row, rows.name) if rows.name and mapping.patients.names else "",
        date_of(row, rows.birth_date, mapping) if rows.birth_date and mapping.patients.names else "",
    )
    if said.identity_number or (said.name and said.birth_date):
        yield Line(patient(mapping.patients.system, patient_number, said), updated_at)


def value(row: Row, column: str) -> str:
    """What a column says. Raises `NotMapped` where a row has no such column."""
    if column not in row:
        raise NotMapped(column, "is no column of this row; look at `rows` in the mapping")
    return clean(row[column], column)


def date_of(row: Row, column: str, mapping: Mapped) -> str:
    text = value(row, column)
    return moment(text, column, mapping.time_zone).fhir[:10] if text else ""


def fill(template: Any, row: Row, mapping: Mapped) -> Any:
    """The template with values; LEFT_OUT where all that it has from the row is empty."""
    if isinstance(template, Mapping):
        parts = {str(name): fill(part, row, mapping) for name, part in template.items()}
        kept = {name: part for name, part in parts.items() if part is not LEFT_OUT}
        return LEFT_OUT if is_hollow(template, kept) else kept
    if isinstance(template, list):
        items = [item for part in template if (item := fill(part, row, mapping)) is not LEFT_OUT]
        return items or LEFT_OUT
    if not isinstance(template, str):
        return template
    if (alone := PLACE.fullmatch(template)) is not None:
        return in_form(alone, row, mapping)
    texts = [in_form(place, row, mapping) for place in PLACE.finditer(template)]
    if LEFT_OUT in texts:
        return LEFT_OUT
    values = iter(texts)
    return PLACE.sub(lambda _: str(next(values)), template)


def is_hollow(template: Mapping[Any, Any], kept: Mapping[str, Any]) -> bool:
    """Has all gone that came from the row?"""
    from_row = {str(name) for name, part in template.items() if any(columns_of(part))}
    return bool(from_row) and from_row.isdisjoint(kept)


def columns_of(template: Any) -> Iterator[str]:
    """The columns that a template names."""
    if isinstance(template, Mapping):
        for part in template.values():
            yield from columns_of(part)
    elif isinstance(template, list):
        for part in template:
            yield from columns_of(part)
    elif isinstance(template, str):
        yield from (place[1] for place in PLACE.finditer(template))


def columns_needed(rows: Rows) -> set[str]:
    """All columns that a row has to have."""
    named = {*rows.id, rows.patient, rows.updated, *rows.only, *columns_of(rows.resource)}
    return named | set(filter(None, (rows.identity_number, rows.name, rows.birth_date)))


def in_form(place: re.Match[str], row: Row, mapping: Mapped) -> Any:
    column, form, argument = place[1], place[2] or "text", place[3] or ""
    if form not in FORMS:
        raise NotMapped(column, f"has no form {form!r}; there are {', '.join(sorted(FORMS))}")
    text = value(row, column)
    return FORMS[form](text, column, argument, mapping) if text else LEFT_OUT


def looked_up(text: str, column: str, table: str, mapping: Mapped) -> str:
    if table not in mapping.tables:
        raise NotMapped(column, f"is looked up in `tables.{table}`, which the mapping does not have")
    if text not in mapping.tables[table]:
        raise NotMapped(column, f"has a value that `tables.{table}` does not have")
    return mapping.tables[table][text]


FORMS: Mapping[str, Callable[[str, str, str, Mapped], Any]] = {
    "text": lambda text, _column, _argument, _mapping: text,
    "moment": lambda text, column, _argument, mapping: moment(text, column, mapping.time_zone).fhir,
    "date": lambda text, column, _argument, mapping: moment(text, column, mapping.time_zone).fhir[:10],
    "number": lambda text, column, _argument, _mapping: number(text, column),
    "unit": lambda text, _column, _argument, mapping: mapping.unit(text) or LEFT_OUT,
    "table": looked_up,
}
