"""Settings from files: a file for a variable, or a folder of them; what is changed there while a process runs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from chassis.database import Database
from chassis.settings import Settings, SettingUnfit, given
from devstack import cities, ports
from devstack.nats import Nats
from devstack.postgres import Postgres
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

pytestmark = pytest.mark.anyio
SERVICE = "catalog"
START_SECONDS = 90.0
URL = "postgresql+asyncpg://role:password@127.0.0.1:5432/database"


def test_a_file_for_a_variable_and_a_folder_of_them_say_what_the_variable_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "url").write_text(f"{URL}\n", "utf-8")
    (tmp_path / "YIMA_NATS_SEED").write_text("SUSEED", "utf-8")
    (tmp_path / "YIMA_PORT").write_text("8123\n", "utf-8")
    (tmp_path / "YIMA_ELSE").write_text("of no setting", "utf-8")
    monkeypatch.setenv("YIMA_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("YIMA_SECRETS_FOLDER", str(tmp_path))
    monkeypatch.setenv("YIMA_HOST", "::1")
    settings = Settings()
    assert (settings.database_url, settings.nats_seed, settings.port, settings.host) == (URL, "SUSEED", 8123, "::1")
    assert given("YIMA_NATS_SEED") == "SUSEED"


@pytest.mark.parametrize(
    ("variables", "content", "why"),
    [
        ({"YIMA_NATS_SEED": "SUA"}, b"SUB", "YIMA_NATS_SEED is set twice: by itself, and in "),
        ({"YIMA_NATS_SEED_FILE": "/dev/null"}, b"SUB", "YIMA_NATS_SEED is in two files"),
        ({}, b"\xff\xfe", "is not UTF-8"),
        ({}, b"x" * (256 * 1024 + 1), "has more than 262144 bytes"),
        ({"YIMA_NATS_PASSWORD_FILE": "/no/such/file"}, b"SUB", "YIMA_NATS_PASSWORD: /no/such/file cannot be read"),
    ],
)
def test_what_is_said_twice_or_cannot_be_read_is_named_and_never_quoted(
    variables: dict[str, str], content: bytes, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "YIMA_NATS_SEED").write_bytes(content)
    monkeypatch.setenv("YIMA_SECRETS_FOLDER", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingUnfit) as refused:
        Settings()
    assert why in str(refused.value)
    assert "SUA" not in str(refused.value) and "SUB" not in str(refused.value)


def test_a_process_that_lacks_a_file_says_so_in_a_line(tmp_path: Path) -> None:
    environment = {**os.environ, "YIMA_MIGRATION_DATABASE_URL_FILE": str(tmp_path / "absent")}
    command = [sys.executable, "-m", "chassis", "catalog", "--migrate"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("absent cannot be read: No such file or directory")


def test_a_service_starts_with_nothing_secret_in_its_environment(
    database: str, nats_server: Nats, tmp_path: Path
) -> None:
    (tmp_path / "YIMA_DATABASE_URL").write_text(f"{database}\n", "utf-8")
    (tmp_path / "YIMA_NATS_PASSWORD").write_text(nats_server.passwords[SERVICE], "utf-8")
    port = ports.free()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YIMA_")} | {
        "YIMA_SECRETS_FOLDER": str(tmp_path),
        "YIMA_NATS_URL": nats_server.url,
        "YIMA_CITY_FILE": str(cities.City.named("jinan").pack),
        "YIMA_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "chassis", SERVICE], env=environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_ready(port):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        process.terminate()
        process.wait(30)


def is_ready(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


async def test_a_password_that_is_changed_in_its_file_needs_no_restart(
    database: str, postgres_server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, name = "turning", str(make_url(database).database)
    await postgres_server.run_sql(name, f"CREATE ROLE {role} LOGIN PASSWORD 'first' IN ROLE {SERVICE}_app")
    file = tmp_path / "YIMA_DATABASE_URL"
    file.write_text(postgres_server.url(name, role, "first"), "utf-8")
    monkeypatch.setenv("YIMA_SECRETS_FOLDER", str(tmp_path))
    monkeypatch.delenv("YIMA_DATABASE_URL", raising=False)
    settings = Settings()
    turned = Database(settings.database_url, current=settings.database_url_now)
    as_it_was = Database(settings.database_url)
    try:
        await turned.ready()
        await postgres_server.run_sql(name, f"ALTER ROLE {role} PASSWORD 'second'")
        turned.forget_connections()
        with pytest.raises(DBAPIError):
            await turned.ready()
        file.write_text(postgres_server.url(name, role, "second"), "utf-8")
        async with turned.transaction() as session:
            assert await session.scalar(text("SELECT current_user")) == role
        file.unlink()  # what is not there now was read before
        turned.forget_connections()
        with pytest.raises(DBAPIError):
            await turned.ready()
        with pytest.raises(DBAPIError):
            await as_it_was.ready()
    finally:
        await turned.close()
        await as_it_was.close()
        await postgres_server.run_sql("postgres", f"DROP OWNED BY {role}", f"DROP ROLE {role}")
