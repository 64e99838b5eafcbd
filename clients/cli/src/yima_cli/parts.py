"""Which part of a list a command shows: its beginning, or its end."""

from typing import Any

import click

LAST = click.option("--last", type=click.IntRange(1, 100), help="So many from the list's end instead: the oldest.")


def part_of(first: int, last: int | None) -> dict[str, Any]:
    """What is asked for of a list."""
    return {"first": first} if last is None else {"last": last}
