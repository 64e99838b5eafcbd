"""Commands of residents about their own record: a timeline across institutions, and one measurement over time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from yima_cli.choices import TIMELINE_KINDS, TIMELINE_STATES, code_of
from yima_cli.parts import LAST, part_of
from yima_cli.person import Person, signed_in
from yima_cli.practice import read_of

JUDGED = {
    "LOW": "low",
    "HIGH": "high",
    "CRITICALLY_LOW": "critically low",
    "CRITICALLY_HIGH": "critically high",
    "ABNORMAL": "abnormal",
}


@click.command()
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(TIMELINE_KINDS), help="Only these; else all.")
@click.option("--institution", "institution_ids", multiple=True, help="Only from these; else from all.")
@click.option("--state", type=click.Choice(TIMELINE_STATES), help="Only what is so: current diagnoses, past medicines.")
@click.option("--visit", "visit_id", help="Only what belongs to this visit.")
@click.option("--since", help="Only what is of this moment or later.")
@click.option("--until", help="Only what is of before this moment.")
@click.option("--first", default=20, show_default=True, type=click.IntRange(1, 100), help="At most so many.")
@LAST
@signed_in
def timeline(me: Person, /, resident_id: str, kinds: Sequence[str], state: str | None, **more: Any) -> None:
    """Read your own record, across institutions. It comes newest first; what belongs to a visit is below it.

    \b
    Examples:
      yima timeline
      yima timeline --kind diagnosis --kind medicine --state current
      yima timeline --kind result --since 2026-01-01T00:00:00+08:00
    """
    query = {
        "kinds": [code_of(kind) for kind in kinds] or None,
        "state": code_of(state),
        "institutionIds": list(more["institution_ids"]) or None,
        "visitId": more["visit_id"],
        "since": more["since"],
        "until": more["until"],
        **part_of(more["first"], more["last"]),
    }
    page = me.ask(lambda caller: read_of(caller, "timeline", resident_id, query))
    me.show(page if me.as_json else [line for node in page["nodes"] for line in lines_of(node)])


def lines_of(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """What stands on a timeline, in a line; a line more for each thing that belongs to it."""
    yield line_of(node["item"])
    for item in node["items"]:
        within = line_of(item)
        yield {**within, "what": f"· {within['what']}"}
    if node["moreItems"]:
        yield {"what": f"· more: yima timeline --visit {node['item']['id']}"}


def line_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    report = item["errorReport"]
    return {
        "at": item["effectiveAt"],
        "what": item["title"],
        "result": ", ".join(filter(None, [*map(value_of, item["values"]), item["details"]])),
        "state": (item["state"] or "").lower(),
        "from": author_of(item),
        "reported": report["status"].lower() if report else "",
        "id": item["id"],
    }


def author_of(item: Mapping[str, Any]) -> str:
    """Who says so: an institution, a device, or the resident themselves."""
    if item["selfReported"]:
        return "entered by yourself"
    named = item["institution"]["name"] if item["institution"] else ""
    return f"a device, {named}".removesuffix(", ") if item["byDevice"] else named


def value_of(value: Mapping[str, Any]) -> str:
    """A value with its unit; where it is not normal, how, and which range it is held against."""
    words = f"{value['value']} {value['unit'] or ''}".strip()
    judged = JUDGED.get(value["interpretation"] or "")
    if not judged:
        return words
    bounds = f" ({value['low'] or ''}–{value['high'] or ''})" if value["low"] or value["high"] else ""
    return f"{words} {judged}{bounds}"


@click.command()
@click.argument("code")
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@click.option("--system", help="Of the code; LOINC's without it.")
@click.option("--unit", help="UCUM's, such as mmol/L; without it, the latest value's.")
@click.option("--since", help="Only what is of this moment or later.")
@click.option("--until", help="Only what is of before this moment.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 500), help="At most so many.")
@signed_in
def series(me: Person, /, code: str, resident_id: str, **more: Any) -> None:
    """Read one measurement of yours over time. Values of all institutions come in one unit, the oldest first, then
    which way they go.

    \b
    Example:
      yima series 8480-6
    """
    answer = me.ask(lambda caller: read_of(caller, "series", resident_id, {"code": code, **more}))
    if me.as_json:
        me.show(answer)
        return
    unit = answer["unit"]
    lines = [
        {"at": point["at"], "value": value_of(point | {"unit": unit}), "from": author_of(point)}
        for point in answer["points"]
    ]
    me.show(lines)
    me.show({name: answer[name] for name in ("name", "trend", "change", "leftOut")})
