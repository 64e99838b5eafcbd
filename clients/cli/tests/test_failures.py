"""Whatever goes wrong, a command ends in a sentence or two that say what to do; never in a traceback."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from yima_cli.main import cli
from yima_client.devices import DeviceKey

LINES_MAX = 3
ENVIRONMENT = {"YIMA_LOGIN": "staff@clinic.example.org", "YIMA_PASSWORD": "a password of some length"}
LOCAL = {
    "up",
    "demo",
    "load",
    "process show",
    "nats-keys",
    "tls-certificates",
    "settle simulate",
    "completion",
    "trust-list key",
    "devices make-key",
    "trust-list sign",
    "example",
    "sign-out",
    "code verify",
    "offering validate",
    "signing-keys list",
    "signing-keys rotate",
    "signing-keys withdraw",
}  # ask nobody
FORM = "passed: true\nreasons: [because]\nanswers: []\n"
FILES = {
    "apply": (files("yima_cli") / "manifests" / "partner.yaml").read_text("utf-8"),
    "offering validate": "kind: Offering\nspec: {}\n",
    "offering diff": (files("yima_cli") / "manifests" / "offering.yaml").read_text("utf-8"),
    "offering publish": (files("yima_cli") / "manifests" / "offering.yaml").read_text("utf-8"),
    "sites put": "kind: Site\nspec: {}\n",
    "partners screen": FORM,
    "partners review": FORM,
}
PICTURED = {"documents send"}  # what it sends is no manifest
WITH_KEYS = {"devices bind", "devices rotate-key", "devices send"}
VALUES = {"--amount": "1.00 CNY", "--sold": "1.00 CNY", "--bought": "1.00 USD", "--name": "en=A clinic"}


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def commands(group: click.Group, names: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


def arguments_of(command: click.Command, folder: Path) -> list[str]:
    """Something for all that a command needs to be given."""
    arguments: list[str] = []
    for parameter in command.params:
        prompted = isinstance(parameter, click.Option) and bool(parameter.prompt)
        if not (parameter.required or prompted) or parameter.name in ("login", "password", "url"):
            continue
        value = value_of(parameter, folder)
        if isinstance(parameter, click.Argument):
            arguments.append(value)
        elif isinstance(parameter, click.Option) and (parameter.secondary_opts or parameter.is_flag):
            arguments.append(parameter.opts[0])
        else:
            arguments += [parameter.opts[-1], VALUES.get(parameter.opts[-1], value)]
    return arguments


def value_of(parameter: click.Parameter, folder: Path) -> str:
    kind: Any = parameter.type
    if isinstance(kind, click.Choice):
        return str(kind.choices[0])
    if isinstance(kind, click.Path):
        file = folder / "file.yaml"
        file.write_text("kind: Partner\nspec: {}\n", "utf-8")
        return str(file)
    if isinstance(kind, click.DateTime):
        return "2030-01-31"
    return "1"


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, arguments, env=ENVIRONMENT | environment)


def ends_in_a_sentence(done: Result, code: int) -> str:
    said = done.output.strip()
    assert done.exit_code == code, said
    assert "Traceback" not in said
    assert len(said.splitlines()) <= LINES_MAX, said
    assert said.startswith("Error: "), said
    return said


@pytest.mark.parametrize(("name", "command"), [pair for pair in commands(cli) if pair[0] not in LOCAL])
def test_a_command_names_the_address_where_nothing_listens(name: str, command: click.Command, tmp_path: Path) -> None:
    folder = f"127.0.0.1:{free()}"
    arguments = arguments_of(command, tmp_path)
    if name in FILES:
        (tmp_path / "file.yaml").write_text(FILES[name], "utf-8")
    if name in PICTURED:
        picture = (tmp_path / "file.yaml").rename(tmp_path / "file.png")
        arguments = [argument.replace("file.yaml", picture.name) for argument in arguments]
    if name in WITH_KEYS:
        (tmp_path / "file.yaml").unlink()
        DeviceKey().write(tmp_path / "file.yaml")
    said = ends_in_a_sentence(
        run(*name.split(), *arguments, YIMA_URL=f"http://{folder}/graphql", YIMA_NATS_URL=f"nats://{folder}"), 2
    )
    assert folder in said
    assert re.search("YIMA_(NATS_)?URL", said)


@pytest.mark.parametrize("url", ["gateway", "ftp://127.0.0.1/graphql", "http://", "http://127.0.0.1:99999/graphql"])
def test_what_is_no_address_is_told_as_that(url: str) -> None:
    assert "YIMA_URL" in ends_in_a_sentence(run("whoami", YIMA_URL=url), 2)


def test_something_else_than_the_gateway_is_told_as_that() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def answer() -> None:
            other, _ = listening.accept()
            with other:
                other.recv(65536)
                other.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\nconnection: close\r\n\r\n<p>No")

        thread = threading.Thread(target=answer)
        thread.start()
        said = ends_in_a_sentence(run("whoami", YIMA_URL=f"http://127.0.0.1:{port}/graphql"), 2)
        thread.join()
    assert "is not Yima's gateway" in said
    assert f"127.0.0.1:{port}" in said


def test_what_nobody_foresaw_is_one_line_and_all_of_it_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("nobody\nthought of this")

    monkeypatch.setattr("yima_cli.person.Person.run", fail)
    said = ends_in_a_sentence(run("whoami"), 70)
    assert "KeyError" in said
    assert "--debug" in said
    assert isinstance(run("--debug", "whoami").exception, KeyError)


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"yima, version \d+\.\d+\.\d+", run("--version").output.strip())


@pytest.mark.parametrize("arguments", [["--help"], ["example", "offering"], ["completion", "bash"]])
def test_nobody_reading_on_ends_a_command_quietly(arguments: list[str]) -> None:
    """As in `yima … | head`: the reader is gone before anything is written."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", "from yima_cli.main import cli; cli()", *arguments]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False, env=os.environ | ENVIRONMENT)
    os.close(write)
    assert done.stderr.decode() == ""
