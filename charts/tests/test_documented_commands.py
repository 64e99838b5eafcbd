"""Every command in the documents is one that there is: its name, its options, and what it names in the cluster."""

import importlib
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from yima.services import SERVICES
from yima_cli.main import cli

from charts import render
from charts.documented import commands

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if page.parent.name != "adr"]  # which says what was so
# Settings without which a service is not even made.
NEEDED = {
    "YIMA_OPERATOR_PASSWORD": "x" * 12,
    "YIMA_REGULATOR_PASSWORD": "x" * 12,
    "YIMA_KEY_ENCRYPTION_KEYS": f"{'A' * 43}=",
    "YIMA_NUMBERS_SECRET": "x" * 16,
}
VALUE = "1"  # in the place of one that is the reader's own


ALL = [
    pytest.param(words, id=f"{page.relative_to(ROOT)}: {' '.join(words)[:70]}")
    for page in PAGES
    for _, words in commands(page)
]


def those_of(program: str) -> list[Any]:
    chosen = [each for each in ALL if each.values[0][0] == program]
    assert chosen, program
    return chosen


@pytest.mark.parametrize("words", those_of("yima"))
def test_a_documented_yima_command_has_these_names_and_options(words: list[str]) -> None:
    command: click.Command = cli
    rest = words[1:]
    context = click.Context(cli, info_name="yima")
    while isinstance(command, click.Group):
        names = [word for word in rest if not word.startswith("-")]
        if not names:
            break
        index = rest.index(names[0])
        check_options(command, rest[:index])
        rest = rest[index + 1 :]
        found = command.get_command(context, names[0])
        assert found is not None, f"`{names[0]}` is no command of `{context.command_path}`"
        context = click.Context(found, parent=context, info_name=names[0])
        command = found
    check_options(command, rest)


def check_options(command: click.Command, words: list[str]) -> None:
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    assert [option for option in options if option not in {*known, "--help"}] == []


@cache
def objects(*arguments: str) -> frozenset[str]:
    """What the chart makes, as `kind/name`; a job's number is that of the release."""
    made = {"deploy": "Deployment"}
    rendered = [each for each in yaml.load_all(render.render(*arguments), yaml.CSafeLoader) if each]
    names = {f"{each['kind'].lower()}/{each['metadata']['name']}" for each in rendered}
    short = {f"{alias}/{name.partition('/')[2]}" for name in names for alias in made if name.startswith("deployment/")}
    return frozenset(names | short)


@pytest.mark.parametrize("words", those_of("kubectl"))
def test_a_documented_kubectl_command_names_what_the_chart_makes(words: list[str]) -> None:
    known = objects() | objects("--set", "global.restore=newest")
    known |= {name.replace("restore-1", "restore-REVISION") for name in known}
    named = [word.removeprefix("--from=") for word in words]
    named = [word for word in named if re.fullmatch(r"(cronjob|deploy|service|job|secret|statefulset)/[\w.-]+", word)]
    assert [name for name in named if name not in known] == []
    for kind, name in pairwise(words):
        if kind == "secret" and name.startswith("yima-") and "create" not in words:
            assert f"secret/{name}" in known


@pytest.mark.parametrize("words", those_of("helm"))
def test_a_documented_helm_command_is_one_that_renders(words: list[str]) -> None:
    if words[1] not in ("install", "upgrade") or "charts/yima" not in words:
        return
    arguments: list[str] = []
    for option, value in pairwise(words):
        if option in ("--set", "--set-json", "--set-string"):
            arguments += [option, value.replace("…", VALUE)]
        assert option not in ("--values", "-f") or (ROOT / value).is_file(), value
    assert render.render(*arguments)


@pytest.mark.parametrize("words", those_of("make"))
def test_a_documented_make_target_is_one_that_there_is(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert [word for word in words[1:] if re.fullmatch(r"[a-z-]+", word) and word not in targets] == []


TASK = re.compile(r"(?:python -m chassis|…)\s*(\w+) --task ([\w-]+)")
DOCUMENTED = sorted({found for page in PAGES for found in TASK.findall(page.read_text("utf-8"))})


@pytest.mark.parametrize(("service", "task"), DOCUMENTED)
def test_a_documented_task_is_one_that_its_service_has(
    service: str, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service in SERVICES
    for variable, value in NEEDED.items():
        monkeypatch.setenv(variable, value)
    assert task in {each.name for each in importlib.import_module(f"{service}.app").service().tasks}
