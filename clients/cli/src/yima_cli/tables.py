"""Answers as people read them: a row a thing, a line a fact; and as programs do: JSON with GraphQL's names."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

WIDTH_UNLIMITED = 100_000  # for what is no terminal: `grep` and `cut` want a row a line
CELL_LENGTH_MAX = 60
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def show(answer: Any, as_json: bool) -> None:
    """Print an answer of the gateway, or a list of them."""
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif isinstance(answer, list):
        show_rows(answer)
    elif isinstance(answer, Mapping):
        show_facts(answer)
    else:
        click.echo(cell(answer))


def show_rows(rows: Sequence[Any], title: str = "") -> None:
    """Things of one kind, a row each; lists of other things within them are counted."""
    if title:
        click.echo(f"\n{title}")
    if not rows:
        click.echo("none")
        return
    if not all(isinstance(row, Mapping) for row in rows):
        click.echo("\n".join(cell(row) for row in rows))
        return
    flat = [dict(columns(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flat for name in row))
    shown = [name for name in names if any(row.get(name, "") for row in flat)]
    print_table([words(name) for name in shown], [[row.get(name, "") for name in shown] for row in flat])


def show_facts(thing: Mapping[str, Any]) -> None:
    """One thing, a line a fact; lists of things below, a table each."""
    tables = {name: value for name, value in thing.items() if is_table(value)}
    facts = [(words(name), text) for name, text in columns(thing, CELL_LENGTH_MAX * 100) if name not in tables and text]
    if facts:
        print_table([], [list(fact) for fact in facts])
    for name, value in tables.items():
        show_rows(value, words(name))


def is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def columns(thing: Mapping[str, Any], longest: int = CELL_LENGTH_MAX) -> list[tuple[str, str]]:
    """A thing's facts, each a name and a text. A thing within it is one text, or its own facts with its name before."""
    facts: list[tuple[str, str]] = []
    for name, value in thing.items():
        if isinstance(value, Mapping) and not is_plain(value):
            facts += [(f"{name} {inner}", text) for inner, text in columns(value, longest)]
        else:
            facts.append((name, shortened(cell(value), longest)))
    return facts


def is_plain(value: Mapping[str, Any]) -> bool:
    """Is it said by one text: money, an interval, what has a name?"""
    return value.keys() in ({"amount", "currency"}, {"start", "end"}, {"name"}, {"id", "name"})


def cell(value: Any) -> str:  # noqa: PLR0911 a line a kind of value
    """A value as a person reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case {"start": start, "end": end}:
            return f"{cell(start)} – {cell(end)}"
        case {"id": key, "name": name}:
            return f"{cell(name)} ({key})"
        case {"name": name}:
            return cell(name)
        case Mapping():
            return ", ".join(f"{words(name)} {cell(item)}" for name, item in value.items())
        case list():
            return str(len(value)) if is_table(value) else ", ".join(cell(item) for item in value)
        case str() if MOMENT.fullmatch(value):
            return datetime.fromisoformat(value).astimezone().strftime("%Y-%m-%d %H:%M %Z")
        case _:
            return str(value)


def words(name: str) -> str:
    """`expiresAt` as "Expires at"."""
    spaced = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda capital: f" {capital[1].lower()}", name)
    return spaced[:1].upper() + spaced[1:]


def shortened(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDTH_UNLIMITED)
    table = Table(box=None, show_header=bool(headings), header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings or ("", ""):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    with console.capture() as written:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in written.get().rstrip("\n").split("\n")))
