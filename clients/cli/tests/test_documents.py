"""What the documents tell people to open and to type is there."""

import re
import shlex
from pathlib import Path

import click
import pytest
from yima_cli.main import cli

ROOT = Path(__file__).parents[3]
DOCUMENTS = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("*/README.md"),
        *ROOT.glob("*/*/README.md"),
    ]
    if "node_modules" not in path.parts
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


def typed() -> list[str]:
    """Every `yima` command that a document shows in a block of its own or within a sentence."""
    commands = set()
    for document in DOCUMENTS:
        if document.name != "CHANGELOG.md":
            text = document.read_text("utf-8").replace("\\\n", " ")
            commands |= set(re.findall(r"(?:^ *|`)(yima [a-z-][^`#\n]*)", text, re.MULTILINE))
    return sorted(line.split(" #")[0].strip() for line in commands)


@pytest.mark.parametrize("line", typed())
def test_every_command_in_the_documents_is_one(line: str) -> None:
    words = shlex.split(line.replace("…", "x"))[1:]
    command: click.Command = cli
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        names = words.pop(0).split("|")
        known_commands = [command.get_command(click.Context(command), name) for name in names]
        assert None not in known_commands, f"{line}: there is no {names}"
        command = known_commands[0] or command
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    used = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert used <= known | {"--help"}, f"{line}: there is no {used - known}"
