"""The command line: an engineer's first ten minutes, and what is said where something is wrong."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from yima_connector.main import cli
from yima_connector.settings import read
from yima_connector.spool import Spool

from .a_city import SOURCE, a_city
from .samples import admission, header, message, pid


def run(*arguments: str, folder: Path) -> Result:
    return CliRunner().invoke(cli, ["--settings", str(folder / "connector.yaml"), *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the examples and a key, as they are written."""
    assert CliRunner().invoke(cli, ["example", "--to", str(tmp_path)]).exit_code == 0
    assert CliRunner().invoke(cli, ["key", str(tmp_path / "connector.key")]).exit_code == 0
    return tmp_path


def changed(folder: Path, **city: str) -> None:
    path = folder / "connector.yaml"
    written = yaml.safe_load(path.read_text("utf-8"))
    written["city"] |= city
    written["sources"]["laboratory"]["id"] = SOURCE
    path.write_text(yaml.safe_dump(written), "utf-8")


def test_the_examples_are_good_and_nothing_is_replaced(folder: Path) -> None:
    assert read(folder / "connector.yaml").sources["laboratory"].mllp is not None
    again = CliRunner().invoke(cli, ["example", "--to", str(folder)])
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert (folder / "connector.key").stat().st_mode & 0o077 == 0
    public = json.loads((folder / "connector.key.public.json").read_text("utf-8"))
    assert [sorted({"d", "kid", "crv"} & key.keys()) for key in public["keys"]] == [["crv", "kid"]]


def test_a_message_is_tried_without_being_kept(folder: Path) -> None:
    (folder / "message.hl7").write_bytes(admission())
    tried = run("map", str(folder / "mapping.yaml"), str(folder / "message.hl7"), folder=folder)
    assert re.findall(r'"resourceType": "(\w+)"', tried.output) == ["Patient", "Encounter"]
    assert not (folder / "spool").exists()
    (folder / "message.hl7").write_bytes(message(header("MDM^T02"), pid()))
    refused = run("map", str(folder / "mapping.yaml"), str(folder / "message.hl7"), folder=folder)
    assert (refused.exit_code, refused.output.startswith("Error: MSH-9: ")) == (1, True)


def test_what_is_wrong_is_said_thing_by_thing(folder: Path) -> None:
    with a_city() as city:
        changed(folder, url=city.url)
        well = run("check", folder=folder)
        assert (well.exit_code, well.output.splitlines()[-1]) == (0, "all is well"), well.output
        (folder / "mapping.yaml").write_text("zone: Mars/Olympus\npatients: {}\n", "utf-8")
        wrong = run("check", folder=folder)
        assert wrong.exit_code == 1
        assert "zone: is no time zone" in wrong.output and "patients.system" in wrong.output
    away = run("check", folder=folder)
    assert "cannot be reached" in away.output


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("city: {", "is not YAML"),
        ("sources: {}\n", "city: Field required"),
        ("citty: 1\n", "citty: Extra inputs are not permitted"),
        ("city: {url: '${NO_SUCH_VARIABLE}'}\n", "NO_SUCH_VARIABLE is not set"),
    ],
)
def test_settings_that_say_what_they_cannot_are_refused_by_their_key(folder: Path, text: str, named: str) -> None:
    (folder / "connector.yaml").write_text(text, "utf-8")
    refused = run("status", folder=folder)
    assert (refused.exit_code, named in refused.output) == (1, True), refused.output
    assert "Traceback" not in refused.output


def test_what_became_nothing_is_listed_shown_mapped_again_and_forgotten(folder: Path) -> None:
    changed(folder)
    spool = Spool(folder / "spool")
    spool.keep("laboratory", "mllp", [(f"M-{n}", "ADT^A60", b"MSH|^~\\&|\rPID|1", "MSH-9: is nothing") for n in (1, 2)])
    spool.close()
    listed = run("refused", "laboratory", folder=folder)
    assert [line.split()[4] for line in listed.output.splitlines()] == ["M-2", "M-1"]
    assert run("show", "laboratory", "1", folder=folder).output == "MSH|^~\\&|\nPID|1\n"
    assert run("drop", "laboratory", "2", folder=folder).output == "1 are forgotten\n"
    assert run("replay", "laboratory", "--all-refused", folder=folder).output.startswith("1 will be mapped again")
    assert run("refused", "laboratory", folder=folder).output == "none\n"
    for arguments, said in (
        (("replay", "laboratory"), "name messages"),
        (("replay", "laboratory", "99"), "not there"),
        (("rerun", "laboratory", "7"), "not kept any more"),
        (("rerun", "laboratory", "7-"), "is no number or range"),
        (("rerun", "laboratory", "9-7"), "must be 1 to"),
        (("show", "laboratory", "2"), "there is no message 2"),
        (("refused", "pharmacy"), "there is no source 'pharmacy'; there are laboratory"),
    ):
        refused = run(*arguments, folder=folder)
        assert (refused.exit_code > 0, said in refused.output) == (True, True), refused.output
    status = run("status", "--json", folder=folder)
    assert (status.exit_code, json.loads(status.output)["running"]) == (1, False)


def test_it_needs_what_it_declares_and_nothing_of_this_repository() -> None:
    root = Path(__file__).parents[1]
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    packages, used = packages_distributions(), set()
    for path in (root / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                used.add(str(node.module).partition(".")[0])
            elif isinstance(node, ast.Import):
                used |= {alias.name.partition(".")[0] for alias in node.names}
    others = used - sys.stdlib_module_names - {"yima_connector"}
    assert {canonicalize_name(name) for each in others for name in packages[each]} <= declared
    locked = (root.parents[1] / "requirements.lock").read_text("utf-8")
    assert [each for each in declared if f"\n{each}==" not in f"\n{locked}"] == []


def test_every_command_has_an_example_in_its_help(folder: Path) -> None:
    for name in cli.commands:
        shown = CliRunner().invoke(cli, [name, "--help"]).output
        assert f"yima-connector {name}" in shown or f" {name}" in shown.partition("Example")[2], name
