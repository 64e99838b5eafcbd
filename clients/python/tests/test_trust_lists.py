"""Signing a trust list and verifying by one, at a terminal without a network."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from yima_cli.main import cli
from yima_client import trust_lists


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority's key, and the cities of its list."""
    assert run("trust-list", "key", "-o", tmp_path / "key.json").exit_code == 0
    city = trust_lists.new_key()
    cities = [{"name": "jinan", "url": "https://jinan.example.org", "keys": [{"kid": city["kid"], "x": city["x"]}]}]
    (tmp_path / "cities.yaml").write_text(yaml.safe_dump({"authority": "cities.example.org", "cities": cities}))
    return tmp_path


def test_an_authority_makes_a_key_once_and_signs_lists_with_it(folder: Path) -> None:
    key = json.loads((folder / "key.json").read_text())
    assert (folder / "key.json").stat().st_mode & 0o077 == 0
    assert "is not overwritten" in run("trust-list", "key", "-o", folder / "key.json").output
    signed = ("trust-list", "sign", folder / "cities.yaml", "--key", folder / "key.json", "--number", "3", "--values")
    done = run(*signed, "-o", folder / "trust.yaml", "--json")
    assert json.loads(done.output) | {"expiresAt": ""} == {"number": 3, "cities": "jinan", "expiresAt": ""}
    trust = yaml.safe_load((folder / "trust.yaml").read_text())["global"]["city"]["trust"]
    assert trust["keys"] == [{"kid": key["kid"], "x": key["x"]}]
    assert key["d"] not in (folder / "trust.yaml").read_text()


def test_what_is_no_list_of_cities_is_not_signed(folder: Path) -> None:
    (folder / "cities.yaml").write_text("authority: x")
    done = run("trust-list", "sign", folder / "cities.yaml", "--key", folder / "key.json", "--number", "1", "-o", "x")
    assert done.exit_code == 1
    assert "the file needs `authority` and `cities`" in done.output


def test_verifying_a_code_takes_the_keys_of_one_city_or_a_list(folder: Path) -> None:
    (folder / "trusted.json").write_text("{}")
    assert "give one of --keys and --trust" in run("code", "verify", "YM1:0").output
    done = run("code", "verify", "--trust", folder / "trusted.json", "YM1:0")
    assert done.exit_code == 1
    assert "[city-not-trusted]" in done.output
