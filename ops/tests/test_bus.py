"""The bus's commands, as its operator uses them."""

from pathlib import Path

import ops.bus
import pytest
from click.testing import CliRunner, Result
from devstack import ports
from devstack.nats import OPERATOR, Nats
from yima_cli.main import cli


@pytest.fixture(autouse=True)
def nothing_runs_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops.bus, "STATE", tmp_path)


def invoke(*arguments: str, password: str = "") -> Result:
    return CliRunner().invoke(cli, arguments, env={"YIMA_NATS_PASSWORD": password})


COMMANDS = (["dead-letters", "list"], ["dead-letters", "replay", "1"], ["streams", "update"])


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bus_that_is_away_is_told_in_one_line_with_its_address_and_what_to_set(command: list[str]) -> None:
    url = f"nats://127.0.0.1:{ports.free()}"
    done = invoke(*command, "--nats", url)
    assert done.exit_code == 2
    [line] = done.output.strip().splitlines()
    assert url in line and "--nats or YIMA_NATS_URL" in line


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_bus_that_refuses_us_is_told_in_one_line_without_the_password(
    nats_server: Nats, command: list[str], password: str
) -> None:
    done = invoke(*command, "--nats", nats_server.url.replace("//", "//operator:hidden@"), password=password)
    assert done.exit_code == 2
    [line] = done.output.strip().splitlines()
    assert "Authorization Violation" in line and "YIMA_NATS_PASSWORD" in line and "hidden" not in line


def test_the_operator_lists_dead_letters_and_updates_streams(nats_server: Nats) -> None:
    secret = nats_server.passwords[OPERATOR]
    updated = invoke("streams", "update", "--nats", nats_server.url, password=secret)
    assert updated.exit_code == 0, updated.output
    assert "ordering" in updated.output
    assert invoke("dead-letters", "list", "--nats", nats_server.url, password=secret).exit_code == 0
