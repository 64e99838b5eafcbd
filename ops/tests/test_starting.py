"""What `yima up` and `yima demo` say where they cannot start."""

from click.testing import CliRunner
from yima_cli import failures
from yima_cli.main import cli


def test_an_unknown_city_is_named_with_those_there_are() -> None:
    done = CliRunner().invoke(cli, ["up", "--city", "nosuch"])
    assert done.exit_code == failures.REFUSED
    assert done.output.startswith("Error: ")
    assert "nosuch" in done.output
    assert "jinan" in done.output


def test_a_client_looks_for_a_system_where_one_is_started() -> None:
    from devstack.stack import BASE_PORT

    assert f"http://127.0.0.1:{BASE_PORT}/graphql" == failures.GATEWAY


def test_lives_are_not_loaded_into_a_system_elsewhere() -> None:
    done = CliRunner().invoke(cli, ["demo", "--url", "http://city.example.org/graphql", "--lives", "10"])
    assert done.exit_code == 2
    assert "--lives is for a system on this machine" in done.output
