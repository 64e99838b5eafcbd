"""How the command line shows things to people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from devstack.stack import Stack
from rich.console import Console
from rich.table import Table
from rich.text import Text
from yima.services import SERVICES

from ops.demo import Step
from ops.example_city import OPERATOR, REGULATOR, practitioner_login, staff_login

COLOURS = {
    "partner": "cyan",
    "operator": "magenta",
    "resident": "green",
    "practitioner": "yellow",
    "settlement": "blue",
    "regulator": "red",
}


def step(console: Console, step: Step) -> None:
    """One step of the demo."""
    colour = COLOURS.get(step.actor, "white")
    console.print(Text.assemble((f"{step.number:>2}  ", "dim"), (f"{step.actor:<12} ", colour), (step.title, "bold")))
    for name, value in step.facts.items():
        label = name.replace("_", " ")
        if isinstance(value, list) and len(value) > 1 and any(len(str(item)) > 24 for item in value):
            for index, item in enumerate(value):
                fact(console, label if index == 0 else "", item)
        elif isinstance(value, dict) and any(isinstance(item, dict) for item in value.values()):
            for inner, item in value.items():
                fact(console, inner, item)
        else:
            fact(console, label, value)


def fact(console: Console, label: str, value: Any) -> None:
    console.print(Text.assemble((f"{'':17}{label:<22} ", "dim"), plain(value)), soft_wrap=True)


def plain(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(f"{name} {plain(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def endpoints(console: Console, stack: Stack) -> None:
    """Where everything is."""
    places = stack.describe()
    table = Table(show_header=False, box=None, padding=(0, 2))
    table.add_row("pages for people", places["pages"])
    table.add_row("GraphQL", places["graphql"])
    table.add_row("operations to try", places["page"])
    table.add_row("sandboxes of partners", f"{places['sandboxes']} (`yima sandbox create`)")
    for name in SERVICES:
        table.add_row(name, f"{places['services'][name]}/docs")
    table.add_row("logs", places["logs"])
    table.add_row("passwords", places["secrets"])
    console.print(table)


def first_steps(console: Console, stack: Stack) -> None:
    """As whom one signs in, and what to try."""
    partners, residents = stack.city.partners(), stack.city.residents()
    people = [("operator", OPERATOR, "operator"), ("regulator", REGULATOR, "regulator")]
    if partners:
        slug = next(iter(partners))
        people += [("partner's staff", staff_login(slug), "residents")]
        people += [("practitioner", practitioner_login(slug), "residents")]
    if residents:
        people += [("resident", residents[0]["login"], "residents")]
    offerings = sum(len(offered) for _, offered in partners.values())
    lines = [
        f"loaded: {len(partners)} partners, {offerings} offerings, {len(residents)} residents",
        "sign in with a login and a password, here by its name in the file above:",
        *(f"  {who:<16} {login}  [{password}]" for who, login, password in people),
        "try first: open the page and run `offerings`; or `yima demo` in another terminal",
        "a command as somebody: `yima whoami --login …`; all of them: `yima --help`",
    ]
    for line in lines:
        console.print(line, soft_wrap=True, markup=False)


@contextmanager
def progress(console: Console, what: str) -> Iterator[Any]:
    """A line that says what is waited for; in a log, one line a change."""
    if console.is_terminal:
        with console.status(what) as status:
            yield lambda text: status.update(f"{what}: {text}")
    else:
        shown: list[str] = []

        def say(text: str) -> None:
            if not shown or shown[-1] != text:
                shown.append(text)

        console.print(f"{what} …")
        yield say
        if shown:
            console.print(f"  {shown[-1]}")
