"""Who is signed in at a computer, without anybody being asked."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from yima_cli import session
from yima_cli.main import cli
from yima_cli.session import Session

URL = "http://127.0.0.1:9/graphql"


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "yima" / "session.json"
    monkeypatch.setenv("YIMA_SESSION", str(path))
    for name in ("YIMA_LOGIN", "YIMA_PASSWORD", "YIMA_URL"):
        monkeypatch.delenv(name, raising=False)
    return path


def kept(url: str = URL, lasts: timedelta = timedelta(hours=1)) -> Session:
    stored_session = Session(
        url, "staff@clinic.example.org", "PARTNER", "a token", (datetime.now(UTC) + lasts).isoformat()
    )
    session.write(stored_session)
    return stored_session


def whoami(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["whoami", *arguments])


def test_a_session_is_read_back_and_is_its_owners_alone(file: Path) -> None:
    assert session.read() is None
    assert kept() == session.read()
    kept(url="http://127.0.0.1:10/graphql")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    session.forget()
    assert session.read() is None


def test_who_has_not_signed_in_is_told_how() -> None:
    done = whoami()
    assert done.exit_code == 2
    assert "nobody is signed in" in done.output
    assert "yima sign-in" in done.output


def test_a_session_of_another_gateway_is_not_used() -> None:
    kept(url="http://127.0.0.1:10/graphql")
    done = whoami("--url", URL)
    assert done.exit_code == 2
    assert f"nobody is signed in at {URL}" in done.output


def test_a_session_that_is_over_is_said_to_be_over() -> None:
    kept(lasts=timedelta(seconds=-1))
    done = whoami()
    assert done.exit_code == 2
    assert "over" in done.output
    assert "yima sign-in" in done.output


def test_the_gateway_one_signed_in_at_is_asked_from_then_on() -> None:
    kept()
    done = whoami()
    assert done.exit_code == 2
    assert "nothing answers at http://127.0.0.1:9/graphql" in done.output


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"url": 1}', "\x00"])
def test_a_file_that_is_no_session_is_as_none(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(content, "utf-8")
    assert session.read() is None


def test_profiles_have_sessions_of_their_own_and_none_is_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("YIMA_SESSION")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("YIMA_PROFILE", "clinic")
    kept()
    assert [file.name for file in (tmp_path / "yima").iterdir()] == ["session-clinic.json"]
    monkeypatch.setenv("YIMA_PROFILE", "other")
    assert session.read() is None
    done = CliRunner().invoke(cli, ["--profile", "../session", "whoami"])
    assert done.exit_code == 1
    assert "a profile's name" in done.output
