"""What the environment sets for a process. Every variable starts with YIMA_.

What is secret comes in files as well: `YIMA_DATABASE_URL_FILE` names the file that `YIMA_DATABASE_URL` is in, and so
for every setting; `YIMA_SECRETS_FOLDER` a folder in which files are called as the variables are. A file is not in
`docker inspect`, not in a crash's dump of the environment, and not handed on to whatever a process starts.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from yima.services import PORTS

FOLDER = "YIMA_SECRETS_FOLDER"
FILE = "_FILE"  # after a variable's name
SECRET_BYTES_MAX = 256 * 1024


class SettingUnfit(ValueError):
    """A setting is missing, or is not what it should be; the text names it."""


class BadFile(ValueError):
    """A file that a setting names cannot be used; the text says why, in a line a fault."""


def file_of(variable: str) -> Path | None:
    """The file that a variable's value is in; None: it is in none. Raises `SettingUnfit` where it is set twice."""
    named, folder = os.environ.get(variable + FILE, ""), os.environ.get(FOLDER, "")
    mounted = Path(folder) / variable if folder else None
    files = [Path(named)] if named else []
    files += [mounted] if mounted is not None and mounted.exists() else []
    if len(files) > 1:
        raise SettingUnfit(f"{variable} is in two files: {variable + FILE} names one, and {FOLDER} has one")
    if files and os.environ.get(variable):
        raise SettingUnfit(f"{variable} is set twice: by itself, and in {files[0]}")
    return files[0] if files else None


def in_file(variable: str, path: Path) -> str:
    """What a file says, without the end of its last line. Raises `SettingUnfit`, which quotes nothing of it."""
    try:
        with path.open("rb") as file:
            content = file.read(SECRET_BYTES_MAX + 1)
        if len(content) > SECRET_BYTES_MAX:
            raise SettingUnfit(f"{variable}: {path} has more than {SECRET_BYTES_MAX} bytes")
        return content.decode().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise SettingUnfit(f"{variable}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingUnfit(f"{variable}: {path} is not UTF-8") from None


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"YIMA_{name.upper()}"


def given(variable: str) -> str:
    """What a variable or its file says; empty: neither is there."""
    path = file_of(variable)
    return os.environ.get(variable, "") if path is None else in_file(variable, path)


class FilesSource(PydanticBaseSettingsSource):
    """Settings whose values are in files."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = variable_of(field_name)
        path = file_of(variable)
        value = None if path is None else in_file(variable, path)
        return value, field_name, value is not None and self.field_is_complex(field)

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, is_complex = self.get_field_value(field, name)
            if value is not None:
                values[key] = self.prepare_field_value(name, field, value, is_complex)
        return values


class SettingsOrFiles(BaseSettings):
    """Settings of the environment and of files."""

    model_config = SettingsConfigDict(env_prefix="YIMA_", extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, FilesSource(settings_cls), env_settings


class Settings(SettingsOrFiles):
    """Settings every process has. What needs more has a subclass of this."""

    host: str = "127.0.0.1"  # the address to listen on
    port: int = 8700  # the port to listen on
    database_url: str = ""  # of the application role, `postgresql+asyncpg://…`
    database_wait_seconds: float = Field(default=600.0, ge=0)  # how long a task or a migration waits for its database
    nats_url: str = "nats://127.0.0.1:4222"  # the bus
    nats_ca: str = ""  # certificates to believe the bus by, as PEM; with them, nothing but TLS is spoken
    nats_password: str = ""  # the process's own, where the bus asks for passwords
    nats_seed: str = ""  # the process's own NKey, `SU…`, where it asks for keys
    nats_replicas: int = Field(default=1, ge=1, le=5)  # how many nodes keep a stream

    tls_certificate: str = ""  # the process's own and those between it and the authority, as PEM: docs/operate.md
    tls_key: str = ""  # the certificate's private key, as PEM without a password
    tls_ca: str = ""  # the authority of every service's certificate, as PEM; two of them while one replaces the other
    # Who may come where the process listens: `mutual`, who shows a certificate of that authority; `server`, anybody, by
    # TLS; `plain`, anybody, without. The last two are for the gateway behind an ingress. It counts with a certificate.
    tls_listen: Literal["mutual", "server", "plain"] = "mutual"
    health_port: int = 0  # where probes, and nothing else, are answered in plain; 0: at `port` alone

    drain_seconds: float = 0.0  # between turning unready and closing; as long as a load balancer needs to notice
    trace_ratio: float = 0.01  # which part of the requests that arrive without a decision is traced
    trace_file: str = ""  # append finished spans here as JSON lines, for tests and the demo

    _urls: dict[str, str] = PrivateAttr(default_factory=lambda: {name: url_of(name) for name in PORTS})

    def url(self, service: str) -> str:
        """Where a service is."""
        return self._urls[service]

    def database_url_now(self) -> str:
        """The database's URL as it is by now: a password that is changed in its file needs no restart."""
        variable = variable_of("database_url")
        path = file_of(variable)
        return self.database_url if path is None else in_file(variable, path)

    def check(self) -> None:
        """Raise `SettingUnfit` or `BadFile` where these cannot be used. It is called before anything is opened."""

    def services_urls(self) -> Iterable[tuple[str, str]]:
        """Where each service is, after the variable that says so."""
        return [(url_variable(name), url) for name, url in self._urls.items()]


def url_variable(service: str) -> str:
    """The environment variable that says where a service is."""
    return f"YIMA_{service.upper()}_URL"


def default_url(service: str) -> str:
    """Where a service is if nobody says: at its own port on this machine."""
    return f"http://127.0.0.1:{PORTS[service]}"


def url_of(service: str) -> str:
    return os.environ.get(url_variable(service)) or default_url(service)
