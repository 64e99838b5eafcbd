"""Every command: what its help says, what it costs to show, and how a shell completes it."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
import yima_cli
import yima_client
from click.testing import CliRunner
from yima_cli import registry
from yima_cli.main import cli
from yima_client.operations import operations

CPU_SECONDS_MAX = 0.4
SOURCES = [*Path(yima_cli.__file__).parent.glob("*.py"), *Path(yima_client.__file__).parent.glob("*.py")]
NOT_FOR_PROGRAMS = {"completion", "example", "up"}  # these print a file, or stay


def walk(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*names, name)), command
        if isinstance(command, click.Group):
            yield from walk(command, (*names, name))


COMMANDS = dict(walk(cli))
LEAVES = {name: command for name, command in COMMANDS.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("name", LEAVES)
def test_help_says_what_a_command_does_and_has_an_example_of_it(name: str) -> None:
    done = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert done.exit_code == 0, done.output
    assert re.search(r"^  Examples?:$", done.output, re.MULTILINE), done.output
    assert f"yima {name}" in done.output
    undocumented = [
        option.opts for option in LEAVES[name].params if isinstance(option, click.Option) and not option.help
    ]
    assert undocumented == []


@pytest.mark.parametrize("name", LEAVES)
def test_a_command_that_answers_answers_programs_too(name: str) -> None:
    options = {option for parameter in LEAVES[name].params for option in parameter.opts}
    assert ("--json" in options) == (name not in NOT_FOR_PROGRAMS)


def test_the_list_of_commands_says_of_each_what_its_own_help_says() -> None:
    for name, entry in registry.table().items():
        command = COMMANDS[name]
        assert command.name == name
        assert command.get_short_help_str(limit=1000) == entry.help, name


def test_the_list_of_commands_is_grouped_by_who_uses_them_and_cuts_nothing_off() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    for section, entries in registry.sections():
        assert f"\n{section}:\n" in shown
        words = " ".join(shown.split())
        assert all(f"{entry.name} {entry.help}" in words for entry in entries)


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - LEAVES.keys()))
def test_a_group_cuts_nothing_off_either(name: str) -> None:
    usage, *shown = CliRunner().invoke(cli, [*name.split(), "--help"], terminal_width=80).output.splitlines()
    assert usage.endswith("COMMAND [ARGS]...")
    assert not [line for line in shown if "..." in line]


def imported_by(*arguments: str) -> set[str]:
    """The packages outside Python's own that are imported to run a command."""
    code = (
        "import sys; from yima_cli.main import cli; sys.argv[0] = 'yima'\n"
        "try: cli()\n"
        "except SystemExit: pass\n"
        "print('\\n', *{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return {name for name in done.stdout.splitlines()[-1].split() if not name.startswith("_")}


@pytest.mark.parametrize("name", ["", "sign-in", "orders place", "payouts terms", "offering publish", "up", "demo"])
def test_help_imports_click_and_tables_of_names_alone(name: str) -> None:
    allowed = {"click", "yima_cli", "yima_client", "ops", "sitecustomize", "distutils-precedence"}
    assert imported_by(*name.split(), "--help") <= allowed


HELP_OF_EACH = """
import io, json, os, sys, time
from yima_cli.main import cli
sys.argv[0] = "yima"
began, costs = time.process_time(), {}
for entry in json.loads(sys.argv.pop()):
    reading, writing = os.pipe()
    if os.fork() == 0:
        sys.argv[1:], sys.stdout, code = [*entry.split(), "--help"], io.StringIO(), 1
        try:
            cli()
        except SystemExit as end:
            code = end.code
        os.write(writing, json.dumps(time.process_time() if code in (None, 0) else 1e9).encode())
        os._exit(0)
    os.wait()
    costs[entry] = began + json.loads(os.read(reading, 100))
    os.close(reading), os.close(writing)
print(json.dumps(costs))
"""


def cpu_seconds(entries: Sequence[str]) -> dict[str, float]:
    """What the help of each command takes of the processor: what the start of Python and of `yima` takes, which is
    done once for all of them, and what the command takes from there on, in a process forked there."""
    command = [sys.executable, "-c", HELP_OF_EACH, json.dumps(entries)]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def test_help_takes_less_than_four_tenths_of_a_second() -> None:
    """At its best of three: what is measured is the command, not the machine."""
    entries = ["", *registry.table()]
    for _ in range(3):
        entries = [entry for entry, seconds in cpu_seconds(entries).items() if seconds >= CPU_SECONDS_MAX]
        if not entries:
            return
    raise AssertionError(f"these take longer: {entries}")


def test_a_client_is_made_of_what_its_package_asks_for_and_nothing_else() -> None:
    used = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                used.add((node.module or "").partition(".")[0])
            elif isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
    of_the_command = {"click", "rich", "yaml", "yima_cli"}
    of_the_client = {"base45", "cbor2", "cryptography", "httpx2", "msgspec", "yima_client"}
    assert used - sys.stdlib_module_names == of_the_command | of_the_client


def test_every_operation_a_command_runs_is_one_that_ships() -> None:
    named = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="run" | "every"), args=[ast.Constant(value=str(name)), *_]):
                    named.add(name)
    assert len(named) > 50
    assert named <= operations().keys()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_given_what_completes_yima_in_it(shell: str) -> None:
    done = CliRunner().invoke(cli, ["completion", shell])
    assert done.exit_code == 0
    assert "_YIMA_COMPLETE" in done.output


@pytest.mark.parametrize(
    ("typed", "offered"), [("pay", {"payouts"}), ("payouts te", {"terms"}), ("payouts terms --ra", {"--rail"})]
)
def test_what_was_begun_is_completed(typed: str, offered: set[str]) -> None:
    words = ["yima", *typed.split()]
    variables = {"_YIMA_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    command = "from yima_cli.main import cli; cli(prog_name='yima')"
    done = subprocess.run(
        [sys.executable, "-c", command], env=os.environ | variables, capture_output=True, text=True, check=True
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == offered
